"""Former words of the teams' texts, and the base of all tables of frozen versions."""

import json
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from concertation.documents import canonical, versions
from concertation.documents.labels import Label
from concertation.documents.model import Document
from concertation.journal.models import label


class FormerTextQuerySet(models.QuerySet["FormerText"]):
    def of(self, row: models.Model) -> "FormerTextQuerySet":
        return self.filter(object_label=label(row))


class FormerText(models.Model):
    """The words of one field of one object before a save replaced them."""

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


class FrozenVersion(models.Model):
    """A document as it was published. Only a redaction changes it, and its fingerprint stays valid.

    A subclass has a foreign key to what is published, names it in ``subject_field``, and takes its constraints from
    ``one_of_each``.
    """

    subject_field: ClassVar[str]

    number = models.PositiveIntegerField(help_text="The order of publication, from 1")
    major = models.PositiveIntegerField(default=1)
    minor = models.PositiveIntegerField(default=0, help_text="Above zero for a correction")
    document = models.JSONField(help_text="The canonical document; quotes may be redacted, nothing else ever changes")
    sha256 = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    published_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        abstract = True
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{getattr(self, f'{self.subject_field}_id')} v{self.label}"

    @property
    def label(self) -> Label:
        return Label(self.major, self.minor)

    def as_document(self) -> Document:
        """Return the stored document, whole; a page shows the part that its readers may read."""
        return canonical.from_json(json.dumps(self.document))

    def verifies(self) -> bool:
        return versions.verify(self.as_document(), self.sha256)


def one_of_each(subject: str) -> list[models.BaseConstraint]:
    """Return the constraints of a table of versions: unique numbers, and unique labels, for each ``subject``."""
    return [
        models.UniqueConstraint(fields=[subject, "number"], name=f"one_{subject}_version_per_number"),
        models.UniqueConstraint(fields=[subject, "major", "minor"], name=f"one_{subject}_version_per_label"),
    ]
