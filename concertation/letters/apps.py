from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "concertation.letters"

    def ready(self) -> None:
        from concertation.notices.due import register_due_work

        from . import (
            extensions,
            personal_data,
            rules,  # noqa: F401 - the table of permissions
        )
        from .actions import send_due_letters

        register_due_work("letters.departure", send_due_letters)
        extensions.register()
        personal_data.register()
