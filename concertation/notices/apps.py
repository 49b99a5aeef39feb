from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "concertation.notices"

    def ready(self) -> None:
        from . import live
        from .due import forget_old_jobs, forget_old_notices, hand_over_due_messages, register_due_work

        register_due_work("notices.messages", hand_over_due_messages)
        register_due_work("notices.jobs", forget_old_jobs)
        register_due_work("notices.old", forget_old_notices)
        live.register()
