"""Build the canonical document of a synthesis in its present state."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.documents.frozen import imprint
from concertation.documents.labels import Label
from concertation.documents.model import Block, Document, Entry, Heading, Quote, Text
from concertation.documents.model import Section as Part
from concertation.documents.prose import from_html
from concertation.texts.paragraphs import passage
from concertation.texts.templatetags.french import period

from ..models import Evidence, Recommendation, Section, Synthesis

STANCES = {
    Evidence.Stance.SUPPORTS: gettext_lazy("Appuie"),
    Evidence.Stance.NUANCES: gettext_lazy("Nuance"),
    Evidence.Stance.OPPOSES: gettext_lazy("S’oppose"),
    Evidence.Stance.ILLUSTRATES: gettext_lazy("Illustre"),
}


def build_document(synthesis: Synthesis, *, label: Label, now: datetime) -> Document:
    """Return introduction, method and sections, each recommendation with its citations and their addresses."""
    consultation = synthesis.consultation
    sections = [_section(section) for section in synthesis.sections.all()]
    front = [Part(_("Introduction"), "introduction", from_html(synthesis.introduction_html))]
    back = [Part(_("Méthode"), "methode", from_html(synthesis.method_html))]
    return Document(
        title=synthesis.title,
        subtitle=f"{synthesis.get_kind_display()} – {consultation.title}",
        author=consultation.title,
        date=now.astimezone(consultation.tz).isoformat(timespec="seconds"),
        base_url=settings.SITE_URL,
        metadata=tuple(_metadata(synthesis, label, now)),
        sections=tuple(part for part in [*front, *sections, *back] if part.blocks or part.sections),
    )


def _metadata(synthesis: Synthesis, label: Label, now: datetime) -> list[Entry]:
    zone = synthesis.consultation.zone
    entries = [*imprint(label, now, zone)]
    phases = list(synthesis.phases.all())
    if phases:
        dated = [f"{phase.title} ({period(phase.opens_at, phase.closes_at, zone)})" for phase in phases]
        entries.append(Entry(_("Phases couvertes"), "\u202f; ".join(dated)))
    return entries


def _section(section: Section) -> Part:
    placed = [_recommendation(placement.recommendation) for placement in section.placements.all()]
    return Part(section.title, f"section-{section.pk}", from_html(section.body_html), tuple(placed))


def _recommendation(recommendation: Recommendation) -> Part:
    blocks: list[Block] = list(from_html(recommendation.body_html))
    by_stance: dict[str, list[Evidence]] = {stance: [] for stance in STANCES}
    for evidence in recommendation.evidence.all():
        if evidence.source.is_shown:
            by_stance[evidence.stance].append(evidence)
    for stance, cited in by_stance.items():
        if cited:
            blocks.append(Heading((Text(str(STANCES[Evidence.Stance(stance)])),)))
            blocks += [_quote(recommendation, evidence) for evidence in cited]
    return Part(f"{recommendation.ref} – {recommendation.title}", recommendation.ref, tuple(blocks))


def _quote(recommendation: Recommendation, evidence: Evidence) -> Quote:
    source = evidence.source
    words = evidence.extract.passage if evidence.extract else _whole(evidence)
    return Quote(
        id=quote_id(evidence),
        text=words,
        attribution=", ".join(filter(None, [source.author.name, _kind(evidence), source.ref])),
        href=reverse("contributions:detail", args=[recommendation.consultation.slug, source.number]),
    )


def quote_id(evidence: Evidence) -> str:
    """Return the id of a contribution's quotes, by which its withdrawal finds them in every version."""
    return f"c{evidence.source.number}-e{evidence.pk}"


def _whole(evidence: Evidence) -> str:
    assert evidence.contribution is not None
    assert evidence.contribution.current is not None
    current = evidence.contribution.current
    return passage(current.html, 0, len(current.plain))


def _kind(evidence: Evidence) -> str:
    return evidence.source.actor_kind.label if evidence.source.actor_kind else ""
