"""Imports: reserved numbers, progress and state."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.consultations.models import Consultation

# A running import updates its row several times in this time.
DEAD_AFTER = timedelta(minutes=1)


class BatchQuerySet(models.QuerySet["Batch"]):
    def writing(self) -> "BatchQuerySet":
        return self.filter(state=Batch.State.WRITING)

    def dead_at(self, now: datetime) -> "BatchQuerySet":
        """Return imports whose process died: they wrote nothing for too long."""
        return self.writing().filter(touched_at__lt=now - DEAD_AFTER)

    def to_clear(self) -> "BatchQuerySet":
        """Return those that failed or were undone, and whose rows are not all deleted yet."""
        return self.filter(state__in=[Batch.State.FAILED, Batch.State.UNDONE], cleared_at=None)


class Batch(models.Model):
    """One import. Its contributions are drafts, which nothing reads, until all of them are published at once."""

    class State(models.TextChoices):
        WRITING = "writing", _("En cours")
        PUBLISHED = "published", _("Publié")
        FAILED = "failed", _("Abandonné")
        UNDONE = "undone", _("Annulé")

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="batches")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WRITING)
    kind = models.CharField(max_length=20, blank=True, help_text="Format of the files")
    files = models.JSONField(default=list, blank=True, help_text="Names of the files")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    first_number = models.PositiveIntegerField()
    last_number = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="Contributions it brings")
    made = models.JSONField(default=dict, blank=True, help_text="Keys of what was made for it, by model")
    counts = models.JSONField(default=dict, blank=True, help_text="What there was of it when it was published")
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now, help_text="When it last wrote")
    finished_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True, help_text="When the last of its drafts was deleted")

    objects = BatchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consultation"], name="one_import_at_a_time", condition=Q(state="writing")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
