"""Verbs of publishing: freeze a version with its fingerprint, and redact withdrawn quotes in all versions."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.accounts.models import User
from concertation.consultations.live import everything_changed
from concertation.consultations.models import Phase, Topic
from concertation.documents import frozen
from concertation.journal.actions import record
from concertation.journal.receipts import acts_once
from concertation.live.actions import announce
from concertation.permissions import require
from concertation.search.actions import index
from concertation.texts.clean import check_text
from concertation.viewer import Viewer
from contributions.models import Contribution

from .. import search
from ..models import Evidence, Placement, Recommendation, Section, Synthesis, SynthesisVersion, VersionCitation
from .document import build_document
from .files import FILES
from .reading import number_cited


class Restricted(ValidationError):
    """Raised when quoted texts are not readable by all; publishing then needs their numbers and a reason."""

    def __init__(self, cited: Sequence[Contribution]) -> None:
        self.numbers = sorted(one.number for one in cited if one.number is not None)
        names = ", ".join(f"{one.ref} ({one.topic.phase.title})" for one in cited)
        message = _("Ces contributions citées ne sont pas lisibles par tout le monde : %(names)s.")
        super().__init__(message, params={"names": names}, code="restricted")


@acts_once
def publish_synthesis(
    synthesis: Synthesis,
    *,
    note: str = "",
    is_correction: bool = False,
    disclosing: Collection[int] = (),
    disclosure: str = "",
    now: datetime | None = None,
    by: User,
) -> SynthesisVersion:
    """Publish a synthesis as a frozen version, once every recommendation in it has a supporting citation.

    It is a new version, or a correction of the last one. Quoting texts of a phase that is not open to all needs a
    decision: ``disclosing`` has their numbers and the reason.
    """
    require(Viewer(by, now), "syntheses.publish", synthesis)
    now = now or timezone.now()
    note, disclosure = (check_text(text, max_length=500, blank=True) for text in (note, disclosure))
    with transaction.atomic():
        whole = with_everything(Synthesis.objects.select_for_update().get(pk=synthesis.pk))
        placed = _placed(whole)
        _check_complete(whole, placed)
        restricted = _restricted(placed)
        if not restricted <= set(disclosing) or (restricted and not disclosure):
            raise Restricted(list(_with_numbers(whole, restricted)))
        version = _frozen(whole, is_correction, now)
        version.note, version.disclosure, version.by = note, disclosure if restricted else "", by
        version.save()
        VersionCitation.objects.bulk_create(_citations(version, placed, restricted))
        index(search.NAME, [whole])
        FILES.refresh([version], now=now)
        details = {"synthesis": whole.number, "version": str(version.label), "sha256": version.sha256}
        if restricted:
            details |= {"version_pk": version.pk, "disclosed": sorted(restricted)}
        record("synthesis.published", whole, by=by, consultation_id=whole.consultation_id, details=details)
        announce(*everything_changed(whole.consultation))
    return version


def _frozen(whole: Synthesis, is_correction: bool, now: datetime) -> SynthesisVersion:
    return frozen.freeze(
        whole.versions.order_by("number").last(),
        SynthesisVersion(synthesis=whole, published_at=now),
        lambda label: build_document(whole, label=label, now=now),
        is_correction=is_correction,
    )


def redact_withdrawn(contribution: Contribution) -> None:
    """Redact the quotes of a withdrawn contribution in all published versions, whose fingerprints stay valid.

    Runs inside the transaction of the withdrawal.
    """
    citing = VersionCitation.objects.filter(contribution=contribution).values("version")
    frozen.redact(
        SynthesisVersion.objects.filter(pk__in=citing), lambda quote: number_cited(quote.id) == contribution.number
    )


def with_everything(synthesis: Synthesis) -> Synthesis:
    """Return the synthesis with its sections, recommendations and citations, in a fixed number of queries."""
    evidence = Prefetch("recommendation__evidence", Evidence.objects.with_words())
    placements = Placement.objects.select_related("recommendation").prefetch_related(evidence)
    sections = Section.objects.prefetch_related(Prefetch("placements", placements))
    return (
        Synthesis.objects.select_related("consultation")
        .prefetch_related("phases", Prefetch("sections", sections))
        .get(pk=synthesis.pk)
    )


def _placed(synthesis: Synthesis) -> list[Recommendation]:
    return [one.recommendation for section in synthesis.sections.all() for one in section.placements.all()]


def _cited(placed: list[Recommendation]) -> set[tuple[Recommendation, Contribution]]:
    return {(one, evidence.source) for one in placed for evidence in one.evidence.all() if evidence.source.is_shown}


def _citations(
    version: SynthesisVersion, placed: list[Recommendation], disclosed: Collection[int]
) -> list[VersionCitation]:
    return [
        VersionCitation(version=version, recommendation=one, contribution=source, disclosed=source.number in disclosed)
        for one, source in _cited(placed)
    ]


def _restricted(placed: list[Recommendation]) -> set[int]:
    """Return the numbers of the cited contributions whose phase is not open to all."""
    topics = {source.topic_id for _one, source in _cited(placed)}
    closed = Topic.objects.exclude(phase__access=Phase.Access.PUBLIC).filter(pk__in=topics)
    pks = set(closed.values_list("pk", flat=True))
    return {source.number or 0 for _one, source in _cited(placed) if source.topic_id in pks}


def _with_numbers(synthesis: Synthesis, numbers: Collection[int]) -> QuerySet[Contribution]:
    found = Contribution.objects.filter(consultation=synthesis.consultation_id, number__in=numbers)
    return found.select_related("topic__phase").order_by("number")


def _check_complete(synthesis: Synthesis, placed: list[Recommendation]) -> None:
    if not placed:
        raise ValidationError(_("Placez au moins une recommandation dans une section avant de publier."))
    bare = Recommendation.objects.filter(pk__in=[one.pk for one in placed]).without_support()
    refs = [one.ref for one in bare]
    if refs:
        raise ValidationError(
            _("Sans citation qui les appuie, ces recommandations ne peuvent pas être publiées : %(refs)s."),
            params={"refs": ", ".join(refs)},
            code="unsupported",
        )
