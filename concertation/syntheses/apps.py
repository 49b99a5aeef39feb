from django.apps import AppConfig


class SynthesesConfig(AppConfig):
    name = "concertation.syntheses"

    def ready(self) -> None:
        from concertation.accounts.actions import user_renamed
        from concertation.consultations.actions.frame import item_edited
        from contributions import tree
        from contributions.actions.editing import contribution_withdrawn
        from contributions.shells import contribution_asides

        from . import (
            edited_texts,
            extensions,
            live,
            personal_data,
            rules,  # noqa: F401 - the table of permissions
            search,
        )
        from .publishing import files
        from .publishing.actions import redact_withdrawn

        extensions.register()
        files.register()
        personal_data.register()
        edited_texts.register()
        contribution_asides.fill(extensions.cited_in)
        contribution_withdrawn.add(redact_withdrawn)
        tree.contributions_changed.offer(live.quotes_changed)
        user_renamed.offer(live.author_renamed)
        item_edited.offer(live.kind_edited)
        live.register()
        search.register()
