from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "contributions"

    def ready(self) -> None:
        from concertation.notices.due import register_due_work

        from . import backstage, figures, kept_acts, mine, renames, rows, rules, statistics  # noqa: F401 - the table of permissions
        from .actions.batches import end_dead_batches
        from .moderation import live

        backstage.register()
        figures.register()
        kept_acts.register()
        mine.register()
        renames.register()
        rows.register()
        live.register()
        register_due_work("database statistics", statistics.refresh_each_night)
        register_due_work("contributions.imports", end_dead_batches)
