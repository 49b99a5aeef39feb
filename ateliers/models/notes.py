"""Tables and notes, before and after a note becomes a contribution."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.consultations.models import ActorKind, Nature, Phase
from contributions.models import Contribution

from .atelier import Atelier


class Table(models.Model):
    atelier = models.ForeignKey(Atelier, on_delete=models.CASCADE, related_name="tables")
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(_("table"), max_length=120)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class NoteQuerySet(models.QuerySet["Note"]):
    def of(self, atelier: Atelier) -> "NoteQuerySet":
        return self.filter(table__atelier=atelier)

    def aside(self) -> "NoteQuerySet":
        """Return those that are no contributions yet."""
        return self.filter(contribution=None)

    def poured(self) -> "NoteQuerySet":
        return self.exclude(contribution=None)

    def in_order(self) -> "NoteQuerySet":
        return self.order_by("table__position", "table_id", "at", "pk")


class Note(models.Model):
    table = models.ForeignKey(Table, on_delete=models.CASCADE, related_name="notes")
    nature = models.ForeignKey(
        Nature, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("il s’agit de…")
    )
    title = models.CharField(_("titre"), max_length=160, blank=True)
    text = models.TextField(_("note"))
    actor_kind = models.ForeignKey(
        ActorKind, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("dit par")
    )
    speaker_name = models.CharField(_("nom de la personne"), max_length=80, blank=True)
    speaker_consents = models.BooleanField(_("elle accepte d’être nommée"), default=False)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    contribution = models.OneToOneField(
        Contribution, null=True, blank=True, on_delete=models.PROTECT, related_name="note"
    )
    poured_at = models.DateTimeField(null=True, blank=True)
    is_trial = models.BooleanField(default=False, editable=False)
    version = models.PositiveIntegerField(default=1)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(speaker_name="") | Q(speaker_consents=True), name="a_speaker_is_named_with_consent"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_open_to_all(self) -> bool:
        """Whether all who see the page of its table may read its contribution: some have no other role."""
        return self.contribution is not None and self.contribution.topic.phase.access == Phase.Access.PUBLIC
