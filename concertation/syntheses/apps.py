from django.apps import AppConfig


class SynthesesConfig(AppConfig):
    name = "concertation.syntheses"

    def ready(self) -> None:
        from concertation import slots

        from . import (
            backstage,
            rules,  # noqa: F401 - the table of permissions
            shown,
        )
        from .publishing.actions import redact_withdrawn

        backstage.register()
        slots.fill("contribution.aside", shown.cited_in)
        slots.fill("consultation.synthesis", shown.latest_synthesis)
        slots.listen("contribution.withdrawn", redact_withdrawn)
