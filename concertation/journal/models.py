"""The journal and the receipts: two append-only tables."""

from typing import Any, ClassVar, Never

from django.db import models
from django.db.models.expressions import Combinable
from django.utils import timezone


def label(obj: models.Model) -> str:
    """Return how the journal refers to a row without a foreign key: ``contributions.contribution:12``."""
    return f"{obj._meta.label_lower}:{obj.pk}"


class AppendOnly(TypeError):
    """Raised on an attempt to change or delete a journal entry."""


class JournalQuerySet(models.QuerySet["JournalEntry"]):
    def of(self, obj: models.Model) -> "JournalQuerySet":
        return self.filter(object_label=label(obj))

    def of_consultation(self, consultation_id: int) -> "JournalQuerySet":
        return self.filter(consultation_id=consultation_id)

    def update(self, **kwargs: Any) -> Never:
        raise AppendOnly("A journal entry is never changed.")

    def bulk_update(self, objs: Any, fields: Any, batch_size: int | None = None) -> Never:
        raise AppendOnly("A journal entry is never changed.")

    def delete(self) -> Never:
        raise AppendOnly("A journal entry is never deleted.")

    def _raw_delete(self, using: str | None) -> Never:
        raise AppendOnly("A journal entry is never deleted.")


class JournalEntry(models.Model):
    """Who did what, when and why. Contains no name and no address, so that it can stay when an account is closed."""

    at = models.DateTimeField(default=timezone.now)
    actor_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=60)
    object_label = models.CharField(max_length=80)
    consultation_id = models.BigIntegerField(null=True)
    details = models.JSONField(default=dict)

    objects = JournalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str | Combinable]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["consultation_id", "-id"], name="journal_of_consultation"),
            models.Index(fields=["object_label", "-id"], name="journal_of_object"),
            models.Index(fields=["actor_id", "consultation_id", "verb", "-id"], name="journal_of_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("A journal entry is never changed.")
        super().save(*args, **kwargs)

    def delete(self, using: str | None = None, keep_parents: bool = False) -> Never:
        raise AppendOnly("A journal entry is never deleted.")


class Receipt(models.Model):
    """The result of one write, so that a duplicate request writes nothing."""

    client_uuid = models.UUIDField(unique=True)
    actor = models.CharField(max_length=80, help_text="user:12, or the key of a guest")
    verb = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    object_label = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["digest", "at"], name="receipt_of_words")]

    def __str__(self) -> str:
        return f"{self.verb} {self.client_uuid}"
