from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "contributions"

    def ready(self) -> None:
        from . import backstage, figures, mine, renames, rows, rules  # noqa: F401 - the table of permissions
        from .moderation import live

        backstage.register()
        figures.register()
        mine.register()
        renames.register()
        rows.register()
        live.register()
