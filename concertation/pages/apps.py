from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "concertation.pages"

    def ready(self) -> None:
        from . import (
            extensions,
            live,
            rules,  # noqa: F401 - the table of permissions
        )

        extensions.register()
        live.register()
