from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "concertation.notices"

    def ready(self) -> None:
        from .due import forget_old_jobs, hand_over_due_messages, register_due_work

        register_due_work("notices.messages", hand_over_due_messages)
        register_due_work("notices.jobs", forget_old_jobs)
