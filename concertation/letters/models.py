"""Letters of the team to those who take part, whom each was written to, and who wants none."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.consultations.models import Consultation, Participation
from concertation.notices.models import Mailing


class LetterQuerySet(models.QuerySet["Letter"]):
    def to_write_at(self, now: datetime) -> "LetterQuerySet":
        """Return those whose departure has come, and those whose mails are not all in the outbox yet."""
        leaves = Q(state=Letter.State.SCHEDULED, leaves_at__lte=now)
        return self.filter(leaves | Q(state=Letter.State.SENDING))


class Letter(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("Brouillon")
        SCHEDULED = "scheduled", _("Au départ")
        SENDING = "sending", _("En cours d’envoi")
        SENT = "sent", _("Envoyée")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="letters")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Who signs it"
    )
    subject = models.CharField(_("objet"), max_length=150)
    body = models.TextField(_("lettre"))
    body_html = models.TextField(editable=False, blank=True)
    groups = models.JSONField(_("à qui écrire"), default=list, blank=True, help_text="Keys of groups of addressees")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    leaves_at = models.DateTimeField(null=True, blank=True, editable=False)
    departed_at = models.DateTimeField(null=True, blank=True, editable=False)
    mailing = models.OneToOneField(
        Mailing, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    written_up_to = models.PositiveBigIntegerField(
        default=0, editable=False, help_text="The last participation whose mail is in the outbox: they go by their keys"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", leaves_at=None) | (~Q(state="draft") & Q(leaves_at__isnull=False)),
                name="a_letter_leaves_unless_it_is_a_draft",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "scheduled"), mailing=None)
                | Q(state__in=("sending", "sent"), mailing__isnull=False, departed_at__isnull=False),
                name="a_letter_has_mails_once_it_has_left",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_draft(self) -> bool:
        return self.state == Letter.State.DRAFT

    @property
    def is_scheduled(self) -> bool:
        return self.state == Letter.State.SCHEDULED

    @property
    def has_left(self) -> bool:
        return self.departed_at is not None


class Delivery(models.Model):
    """One person to whom a letter was written."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="deliveries")
    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="letters_received")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "participation"], name="one_letter_per_person")]

    def __str__(self) -> str:
        return f"{self.letter_id} → {self.participation_id}"


class Unsubscription(models.Model):
    """One person who wants no letters of a consultation's team."""

    participation = models.OneToOneField(Participation, on_delete=models.CASCADE, related_name="letters_refused")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"#{self.pk}"
