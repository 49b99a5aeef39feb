"""A published version: the synthesis as it stood, sealed by a fingerprint that a redaction leaves valid."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from contributions.models import Contribution

from .writing import Recommendation, Synthesis


class SynthesisVersionQuerySet(models.QuerySet["SynthesisVersion"]):
    def latest_ones(self) -> "SynthesisVersionQuerySet":
        """Of each synthesis, the version that readers meet first."""
        newer = SynthesisVersion.objects.filter(
            synthesis=models.OuterRef("synthesis"), number__gt=models.OuterRef("number")
        )
        return self.filter(~models.Exists(newer))


class SynthesisVersion(models.Model):
    synthesis = models.ForeignKey(Synthesis, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField(help_text="The canonical document; quotes may be redacted, nothing else ever changes")
    sha256 = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    disclosure = models.TextField(blank=True, help_text="Why it quotes texts that not all its readers may read")
    published_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = SynthesisVersionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["synthesis", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.synthesis_id} v{self.number}"


class VersionCitation(models.Model):
    """That a published version cites a contribution in a recommendation: what « citée dans R-07 » is read from."""

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
