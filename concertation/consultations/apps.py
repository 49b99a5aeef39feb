from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "concertation.consultations"

    def ready(self) -> None:
        from concertation.accounts.parts import my_parts
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
            search,
            todo,
        )

        # These apps cannot import each other: the first app above them connects them.
        register_due_work("live.history", forget_old_events)
        register_due_work("journal.receipts", receipts.purge)
        my_parts.offer(extensions.part)
        navigation.organiser_entries.offer(navigation.own_entries)
        todo.todo_items.offer(todo.items)
        checklist.checks.offer(checklist.own_checks)
        journal.register()
        organisations.register()
        roles.register()
        search.register()
        own_sections.register()
        cloning.register()
        limits.register()
        personal_data.register()
        edited_texts.register()
        live.register()
