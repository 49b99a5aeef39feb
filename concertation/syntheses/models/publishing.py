"""A published version of a synthesis; its fingerprint stays valid after a redaction."""

from django.db import models

from concertation.documents.frozen import latest_of
from concertation.documents.labels import Label
from concertation.documents.models import FrozenVersion, one_of_each
from contributions.models import Contribution

from .writing import Recommendation, Synthesis


class SynthesisVersionQuerySet(models.QuerySet["SynthesisVersion"]):
    def latest_ones(self) -> "models.QuerySet[SynthesisVersion]":
        """Return the latest version of each synthesis, which readers see first."""
        return latest_of(self)

    def labelled(self, label: Label) -> "models.QuerySet[SynthesisVersion]":
        return self.filter(major=label.major, minor=label.minor)


class SynthesisVersion(FrozenVersion):
    subject_field = "synthesis"

    synthesis = models.ForeignKey(Synthesis, on_delete=models.PROTECT, related_name="versions")
    disclosure = models.TextField(blank=True, help_text="Why it quotes texts that not all its readers may read")

    objects = SynthesisVersionQuerySet.as_manager()

    class Meta(FrozenVersion.Meta):
        constraints = one_of_each("synthesis")


class VersionCitation(models.Model):
    """A contribution that a published version cites in a recommendation; « citée dans R-07 » is read from it."""

    version = models.ForeignKey(SynthesisVersion, on_delete=models.CASCADE, related_name="citations")
    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="citations")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="citations")
    disclosed = models.BooleanField(default=False, help_text="Quoted by decision though its topic is not open to all")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "recommendation", "contribution"], name="one_line_per_cited_contribution"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.recommendation_id} ← {self.contribution_id}"
