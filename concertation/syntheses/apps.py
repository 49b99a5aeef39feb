from django.apps import AppConfig


class SynthesesConfig(AppConfig):
    name = "concertation.syntheses"

    def ready(self) -> None:
        from concertation import slots
        from concertation.consultations.live import render_news
        from concertation.live import registry

        from . import (
            edited_texts,
            extensions,
            live,
            rules,  # noqa: F401 - the table of permissions
        )
        from .publishing.actions import redact_withdrawn

        extensions.register()
        edited_texts.register()
        slots.fill_shared("contribution.aside", extensions.cited_in)
        slots.fill("consultation.synthesis", extensions.latest_synthesis)
        slots.listen("contribution.withdrawn", redact_withdrawn)
        slots.offer("contributions.changed", live.quotes_changed)
        slots.offer("user.renamed", live.author_renamed)
        slots.offer("frame.edited", live.kind_edited)
        registry.register_renderer("syntheses", render_news)
