"""The one way to write in the journal: from inside the verb, in its transaction."""

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
    """Every act that changes a state leaves who did it, on what and why; never a name or an address."""
    return JournalEntry.objects.create(
        actor_id=by.pk if by else None,
        verb=verb,
        object_label=label(obj),
        consultation_id=consultation_id,
        details=details or {},
    )
