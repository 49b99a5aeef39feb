from django.apps import AppConfig


class AteliersConfig(AppConfig):
    name = "ateliers"

    def ready(self) -> None:
        from . import (
            rows,
            rules,  # noqa: F401 - the table of permissions
            shown,
        )

        shown.register()
        rows.register()
