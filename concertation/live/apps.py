from typing import Any

from django.apps import AppConfig
from django.contrib.auth import get_user_model
from django.db.models.signals import post_save

# What of an account decides whether a socket stays open.
READ_FOR_ACCESS = frozenset({"password", "is_active", "is_staff", "is_superuser"})


class LiveConfig(AppConfig):
    name = "concertation.live"

    def ready(self) -> None:
        post_save.connect(_account_saved, sender=get_user_model(), dispatch_uid="live.access")


def _account_saved(*, created: bool, update_fields: frozenset[str] | None, **_signal: Any) -> None:
    """A signal, because an account is disabled by whatever saves it; a new one has no socket."""
    from .actions import access_changed

    if not created and (update_fields is None or update_fields & READ_FOR_ACCESS):
        access_changed()
