"""Publishing: a synthesis is frozen with a fingerprint, and a withdrawn quote leaves every version of it."""

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
from concertation.documents import versions
from concertation.documents.model import Document, quotes_of, with_quotes
from concertation.journal.actions import record
from concertation.journal.receipts import acts_once
from concertation.live.actions import announce
from concertation.permissions import require
from concertation.texts.clean import check_text
from concertation.viewer import Viewer
from contributions.models import Contribution

from ..models import Evidence, Placement, Recommendation, Section, Synthesis, SynthesisVersion, VersionCitation
from .document import build_document
from .reading import as_document, as_json, number_cited


class Restricted(ValidationError):
    """Refuse to quote texts that not everyone may read, until their numbers come back with a reason."""

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
    disclosing: Collection[int] = (),
    disclosure: str = "",
    now: datetime | None = None,
    by: User,
) -> SynthesisVersion:
    """A synthesis is published as a frozen version, once every recommendation in it rests on a supporting citation.

    Texts of a phase that is not open to all are quoted only by a decision: their numbers, ``disclosing``, and why.
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
        version = _frozen(whole, now)
        version.note, version.disclosure, version.by = note, disclosure if restricted else "", by
        version.save()
        VersionCitation.objects.bulk_create(_citations(version, placed, restricted))
        details = {"synthesis": whole.number, "version": version.number, "sha256": version.sha256}
        if restricted:
            details |= {"version_pk": version.pk, "disclosed": sorted(restricted)}
        record("synthesis.published", whole, by=by, consultation_id=whole.consultation_id, details=details)
        announce(*everything_changed(whole.consultation, now))
    return version


def _frozen(whole: Synthesis, now: datetime) -> SynthesisVersion:
    """Return the next version, sealed and not yet saved; refuse one that says what the last one says."""
    last = whole.versions.order_by("number").last()
    number = last.number + 1 if last else 1
    document = build_document(whole, number=number, now=now)
    if last is not None and _words(document) == _words(as_document(last)):
        raise ValidationError(_("Rien n’a changé depuis la version %(number)d.") % {"number": last.number})
    sealed = versions.seal(document, versions.new_salts(document))
    return SynthesisVersion(
        synthesis=whole, number=number, document=as_json(sealed.document), sha256=sealed.sha256, published_at=now
    )


def redact_withdrawn(contribution: Contribution) -> None:
    """Someone takes their words back: they leave every published version, whose fingerprint still verifies.

    Runs inside the transaction of the withdrawal.
    """
    citing = VersionCitation.objects.filter(contribution=contribution).values("version")
    for locked in SynthesisVersion.objects.filter(pk__in=citing).order_by("pk").select_for_update():
        document = as_document(locked)
        mine = {quote.id for quote in quotes_of(document) if number_cited(quote.id) == contribution.number}
        locked.document = as_json(versions.redact(document, mine))
        locked.save(update_fields=["document"])


def with_everything(synthesis: Synthesis) -> Synthesis:
    """The synthesis with its sections, recommendations and citations, in a fixed number of queries."""
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
    """The numbers of the cited contributions whose phase is not open to all."""
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


def _words(document: Document) -> object:
    """What a reader would see change: neither the date nor the salts."""
    return with_quotes(document.sections, lambda quote: type(quote)(quote.id, quote.text, quote.attribution))
