from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "concertation.accounts"

    def ready(self) -> None:
        from concertation.notices.due import register_due_work

        from . import personal_data, saved_forms

        register_due_work("accounts.saved_forms", saved_forms.purge)
        personal_data.register()
