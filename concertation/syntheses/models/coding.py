"""Coding (qualifier): extracts of contributions, and reading marks."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.consultations.models import Nature
from concertation.texts.fields import FoldedField
from concertation.texts.paragraphs import passage
from contributions.models import Contribution, Keyword, Revision, State


class ExtractQuerySet(models.QuerySet["Extract"]):
    def readable(self) -> "ExtractQuerySet":
        """Return those whose words are still shown, and may be cited."""
        return self.filter(contribution__state=State.PUBLISHED)

    def with_words(self) -> "ExtractQuerySet":
        return self.select_related("contribution__author__user", "contribution__topic", "revision", "nature")


class Extract(models.Model):
    """A passage of one text, by offsets in code points of ``Revision.plain``; later edits do not change it."""

    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="extracts")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="extracts")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    quote = models.TextField()
    folded = FoldedField(of="quote")
    prefix = models.CharField(max_length=32, blank=True)
    suffix = models.CharField(max_length=32, blank=True)
    nature = models.ForeignKey(Nature, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    keywords = models.ManyToManyField(Keyword, blank=True, related_name="extracts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ExtractQuerySet.as_manager()

    class Meta:
        ordering = ["contribution", "start", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="an_extract_holds_words"),
            models.UniqueConstraint(fields=["revision", "start", "end"], name="one_extract_per_passage"),
        ]

    def __str__(self) -> str:
        return f"{self.contribution} [{self.start}:{self.end}]"

    @property
    def passage(self) -> str:
        """The passage, with a blank line between its paragraphs."""
        return passage(self.revision.html, self.start, self.end) or self.quote

    @property
    def text_has_changed(self) -> bool:
        """Whether the contribution has been edited since: « texte modifié »."""
        return self.contribution.current_id != self.revision_id


class Reading(models.Model):
    """A mark that a contribution was read, with its outcome."""

    class Outcome(models.TextChoices):
        READ = "read", _("Lue")
        CODED = "coded", _("Qualifiée")
        NOT_CITED = "not_cited", _("Lue, non citée")

    contribution = models.OneToOneField(Contribution, on_delete=models.CASCADE, related_name="reading")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.READ)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.outcome}"
