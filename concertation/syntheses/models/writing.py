"""Recommendations, their evidence, and the synthesis that orders them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from concertation.consultations.audiences import audience_of
from concertation.consultations.models import Consultation, Phase
from concertation.live.audience import Audience
from concertation.viewer import Viewer
from contributions.models import Contribution, State

from .coding import Extract


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def without_support(self) -> "RecommendationQuerySet":
        """Return recommendations without a supporting citation, which cannot be published."""
        supported = Evidence.objects.readable().filter(stance=Evidence.Stance.SUPPORTS).values("recommendation")
        return self.filter(kind=Recommendation.Kind.RECOMMENDATION).exclude(pk__in=supported)


class Recommendation(models.Model):
    class Kind(models.TextChoices):
        RECOMMENDATION = "recommendation", _("Recommandation")
        LESSON = "lesson", _("Enseignement")
        DISAGREEMENT = "disagreement", _("Désaccord")
        QUESTION = "question", _("Question ouverte")

    class Status(models.TextChoices):
        DRAFT = "draft", _("En rédaction")
        READY = "ready", _("Prête")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="recommendations")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("nature"), max_length=16, choices=Kind.choices, default=Kind.RECOMMENDATION)
    title = models.CharField(_("titre"), max_length=200)
    body = models.TextField(_("texte"), blank=True)
    body_html = models.TextField(editable=False, blank=True)
    status = models.CharField(_("état"), max_length=8, choices=Status.choices, default=Status.DRAFT)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="one_recommendation_per_number")]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"

    @property
    def ref(self) -> str:
        """The public number: R-07."""
        return f"R-{self.number:02d}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def with_words(self) -> "EvidenceQuerySet":
        """Join the cited words and their authors."""
        return self.select_related(
            "extract__contribution__author__user",
            "extract__contribution__actor_kind",
            "extract__revision",
            "contribution__author__user",
            "contribution__actor_kind",
            "contribution__current",
        )

    def readable(self) -> "EvidenceQuerySet":
        """Return citations whose words may still be shown."""
        return self.filter(Q(extract__contribution__state=State.PUBLISHED) | Q(contribution__state=State.PUBLISHED))


class Evidence(models.Model):
    """A contribution, or a passage of one, that a recommendation cites.

    It is never deleted with them, only marked.
    """

    class Stance(models.TextChoices):
        SUPPORTS = "supports", _("appuie")
        NUANCES = "nuances", _("nuance")
        OPPOSES = "opposes", _("s’oppose")
        ILLUSTRATES = "illustrates", _("illustre")

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="evidence")
    extract = models.ForeignKey(Extract, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence")
    contribution = models.ForeignKey(
        Contribution, null=True, blank=True, on_delete=models.PROTECT, related_name="evidence"
    )
    stance = models.CharField(_("position"), max_length=12, choices=Stance.choices, default=Stance.SUPPORTS)
    position = models.PositiveIntegerField(default=0)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(extract__isnull=False, contribution=None) | Q(extract=None, contribution__isnull=False),
                name="evidence_is_an_extract_or_a_contribution",
            ),
            models.UniqueConstraint(fields=["recommendation", "extract"], name="one_citation_per_extract"),
            models.UniqueConstraint(fields=["recommendation", "contribution"], name="one_citation_per_contribution"),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.stance}"

    @property
    def source(self) -> Contribution:
        """The contribution that is cited."""
        found = self.extract.contribution if self.extract is not None else self.contribution
        assert found is not None
        return found


class SynthesisQuerySet(models.QuerySet["Synthesis"]):
    def visible_to(self, viewer: Viewer, consultation: Consultation) -> "SynthesisQuerySet":
        """Return published ones for every reader of the consultation; drafts too for the committees and the teams."""
        here = self.filter(consultation=consultation)
        reader = audience_of(viewer, consultation)
        if reader is None:
            return self.none()
        if reader >= Audience.COMMITTEE:
            return here
        return here.filter(versions__published_at__lte=viewer.now).distinct()


class Synthesis(models.Model):
    class Kind(models.TextChoices):
        STAGE = "stage", _("Synthèse d’étape")
        FINAL = "final", _("Synthèse finale")

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="syntheses")
    number = models.PositiveIntegerField()
    kind = models.CharField(_("type"), max_length=8, choices=Kind.choices, default=Kind.STAGE)
    title = models.CharField(_("titre"), max_length=200)
    introduction = models.TextField(_("introduction"), blank=True)
    introduction_html = models.TextField(editable=False, blank=True)
    method = models.TextField(_("méthode"), blank=True)
    method_html = models.TextField(editable=False, blank=True)
    phases = models.ManyToManyField(Phase, blank=True, related_name="syntheses", verbose_name=_("phases couvertes"))

    objects = SynthesisQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["consultation", "number"], name="one_synthesis_per_number")]

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    synthesis = models.ForeignKey(Synthesis, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField(default=0)
    title = models.CharField(_("titre"), max_length=200)
    body = models.TextField(_("texte"), blank=True)
    body_html = models.TextField(editable=False, blank=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Placement(models.Model):
    """The position of a recommendation in a synthesis."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="placements")
    recommendation = models.ForeignKey(Recommendation, on_delete=models.PROTECT, related_name="placements")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["section", "recommendation"], name="one_placement_per_section")]

    def __str__(self) -> str:
        return f"{self.section_id}/{self.position}"
