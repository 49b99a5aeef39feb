"""Reports by readers and decisions by moderators."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.consultations.models import Participation, Reason

from .contribution import Contribution, Revision


class DecisionAct(models.TextChoices):
    PUBLISH = "publish", _("Publier")
    HIDE = "hide", _("Masquer")
    RESTORE = "restore", _("Rétablir")
    KEEP = "keep", _("Conserver")
    MOVE = "move", _("Déplacer")


class Decision(models.Model):
    """The decision of a moderator on a text, with the reason that its author reads."""

    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="decisions")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=8, choices=DecisionAct.choices)
    reason = models.ForeignKey(Reason, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions")
    message = models.TextField(_("message à l’auteur"), blank=True)
    # Titles at that time: a topic may be renamed since, or deleted once it is empty.
    moved_from = models.CharField(max_length=120, blank=True)
    moved_to = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(act__in=["hide", "restore", "move"]) | models.Q(reason__isnull=False),
                name="hiding_restoring_and_moving_have_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(act="move") | ~models.Q(moved_from="") & ~models.Q(moved_to=""),
                name="a_move_says_from_where_to_where",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.contribution_id}"


class Report(models.Model):
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="reports")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="reports")
    reason = models.ForeignKey(Reason, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    text = models.TextField(_("ce qui pose problème"), max_length=1000, blank=True)
    at = models.DateTimeField(default=timezone.now)
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "participation"],
                name="one_open_report_per_participation",
                condition=models.Q(decision=None),
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
