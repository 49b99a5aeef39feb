from django.apps import AppConfig


class SynthesesConfig(AppConfig):
    name = "concertation.syntheses"

    def ready(self) -> None:
        from concertation import slots
        from concertation.consultations.rows import render_news
        from concertation.live import registry

        from . import (
            backstage,
            edited_texts,
            rooms,
            rules,  # noqa: F401 - the table of permissions
            shown,
        )
        from .publishing.actions import redact_withdrawn

        backstage.register()
        edited_texts.register()
        slots.fill("contribution.aside", shown.cited_in)
        slots.fill("consultation.synthesis", shown.latest_synthesis)
        slots.listen("contribution.withdrawn", redact_withdrawn)
        slots.offer("contributions.changed", rooms.quotes_changed)
        slots.offer("user.renamed", rooms.author_renamed)
        slots.offer("frame.edited", rooms.kind_edited)
        registry.register_renderer("syntheses", render_news)
