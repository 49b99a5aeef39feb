from django.apps import AppConfig


class AteliersConfig(AppConfig):
    name = "ateliers"

    def ready(self) -> None:
        from . import (
            rules,  # noqa: F401 - the table of permissions
            shown,
        )

        shown.register()
