from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "concertation.consultations"

    def ready(self) -> None:
        from concertation.accounts.parts import my_parts
        from concertation.accounts.reserved_names import consultation_titles, function_names, team_names
        from concertation.journal import receipts
        from concertation.live.replay import forget_old_events
        from concertation.notices.due import register_due_work

        from . import (
            checklist,
            cloning,
            edited_texts,
            extensions,
            journal,
            limits,
            live,
            navigation,
            organisations,
            own_sections,
            personal_data,
            roles,
            todo,
        )

        # These apps cannot import each other: the first app above them connects them.
        register_due_work("live.history", forget_old_events)
        register_due_work("journal.receipts", receipts.purge)
        my_parts.offer(extensions.part)
        navigation.organiser_entries.offer(navigation.own_entries)
        todo.todo_items.offer(todo.items)
        checklist.checks.offer(checklist.own_checks)
        journal.sentence_sources.offer(journal.sentences)
        journal.object_sources.offer(journal.objects)
        journal.ground_sources.offer(journal.grounds)
        journal.decision_verbs.offer(journal.own_decisions)
        organisations.organisations_used.offer(organisations.own_uses)
        organisations.consultations_naming.offer(organisations.own_consultations)
        team_names.offer(roles.names_of_teams)
        function_names.offer(roles.names_of_functions)
        consultation_titles.offer(roles.titles_of_consultations)
        own_sections.register()
        cloning.register()
        limits.register()
        personal_data.register()
        edited_texts.register()
        live.register()
