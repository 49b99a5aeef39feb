from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "contributions"

    def ready(self) -> None:
        from concertation.notices.due import register_due_work

        from . import (
            addressees,
            corpus_files,
            deferred_acts,
            extensions,
            limits,
            live,
            name_changes,
            personal_data,
            rules,  # noqa: F401 - the table of permissions
            search,
            since_visit,
            statistics,
            trials,
        )
        from .actions.batches import end_dead_batches
        from .figures import files, front_page, registration
        from .moderation import deferred_acts as moderation_deferred_acts
        from .moderation import live as moderation_live

        addressees.register()
        extensions.register()
        corpus_files.register()
        files.register()
        front_page.register()
        registration.register()
        limits.register()
        personal_data.register()
        deferred_acts.register()
        moderation_deferred_acts.register()
        name_changes.register()
        since_visit.register()
        live.register()
        trials.register()
        search.register()
        moderation_live.register()
        register_due_work("database statistics", statistics.refresh_each_night)
        register_due_work("contributions.imports", end_dead_batches)
