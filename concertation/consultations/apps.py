from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "concertation.consultations"

    def ready(self) -> None:
        from concertation import slots
        from concertation.journal import receipts
        from concertation.live.replay import forget_old_events
        from concertation.notices.due import register_due_work

        from . import edited_texts, extensions, journal, live, navigation, organisations, roles, todo

        # These apps cannot import each other: the first app above them connects them.
        register_due_work("live.history", forget_old_events)
        register_due_work("journal.receipts", receipts.purge)
        slots.offer("me.parts", extensions.part)
        slots.offer("organiser.nav", navigation.own_entries)
        slots.offer("todo.items", todo.items)
        slots.offer("journal.sentences", journal.sentences)
        slots.offer("journal.objects", journal.objects)
        slots.offer("journal.grounds", journal.grounds)
        slots.offer("organisations.used", organisations.own_uses)
        slots.offer("organisations.consultations", organisations.own_consultations)
        slots.offer("names.of_teams", roles.names_of_teams)
        slots.offer("names.of_functions", roles.names_of_functions)
        slots.offer("names.of_consultations", roles.titles_of_consultations)
        edited_texts.register()
        live.register()
