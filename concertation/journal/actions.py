"""Write to the journal, from inside a verb, in its transaction."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from .models import JournalEntry, label


def record(
    verb: str,
    obj: Model,
    *,
    by: AbstractBaseUser | None,
    consultation_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> JournalEntry:
    """Record who changed a state, of which object and why; details never contain a name or an address."""
    return JournalEntry.objects.create(
        actor_id=by.pk if by else None,
        verb=verb,
        object_label=label(obj),
        consultation_id=consultation_id,
        details=details or {},
    )
