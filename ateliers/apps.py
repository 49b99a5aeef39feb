from django.apps import AppConfig


class AteliersConfig(AppConfig):
    name = "ateliers"

    def ready(self) -> None:
        from . import (
            addressees,
            deferred_acts,
            edited_texts,
            extensions,
            figures,
            limits,
            live,
            personal_data,
            rules,  # noqa: F401 - the table of permissions
            search,
            trials,
        )

        addressees.register()
        deferred_acts.register()
        edited_texts.register()
        extensions.register()
        figures.register()
        limits.register()
        personal_data.register()
        trials.register()
        search.register()
        live.register()
