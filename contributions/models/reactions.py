"""Reactions to contributions, one for each person."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from concertation.consultations.models import Participation

from .contribution import Contribution


class Reaction(models.Model):
    class Kind(models.TextChoices):
        AGREE = "agree", _("D’accord")
        DISAGREE = "disagree", _("Pas d’accord")
        UNCLEAR = "unclear", _("À préciser")

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="reactions")
    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="reactions")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contribution", "participation"], name="one_reaction_per_participation")
        ]

    def __str__(self) -> str:
        return f"{self.contribution_id}: {self.kind}"
