from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "concertation.jobs"

    def ready(self) -> None:
        from concertation.notices.due import register_due_work

        from . import live
        from .actions import purge_expired, recover_dead

        live.register()
        register_due_work("jobs.dead", recover_dead)
        register_due_work("jobs.expired", purge_expired)
