"""Words of the teams' texts that a later save replaced."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from concertation.journal.models import label


class FormerTextQuerySet(models.QuerySet["FormerText"]):
    def of(self, row: models.Model) -> "FormerTextQuerySet":
        return self.filter(object_label=label(row))


class FormerText(models.Model):
    """One field of one object as it was until somebody changed it."""

    object_label = models.CharField(max_length=80)
    field = models.CharField(max_length=40)
    text = models.TextField()
    replaced_at = models.DateTimeField(default=timezone.now)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = FormerTextQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["object_label", "-id"], name="former_texts_of_object")]

    def __str__(self) -> str:
        return f"{self.object_label} {self.field}"
