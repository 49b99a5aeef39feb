from django.apps import AppConfig


class AteliersConfig(AppConfig):
    name = "ateliers"

    def ready(self) -> None:
        from . import (
            edited_texts,
            rows,
            rules,  # noqa: F401 - the table of permissions
            shown,
        )

        edited_texts.register()
        shown.register()
        rows.register()
