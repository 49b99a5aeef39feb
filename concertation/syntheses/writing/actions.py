"""Verbs of writing: recommendations with their evidence, and the synthesis that orders them."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concertation.accounts.models import User
from concertation.consultations.actions.checking import assign
from concertation.consultations.models import Consultation, Phase
from concertation.consultations.numbers import take_number
from concertation.documents.conflicts import Version, forget, rewrite
from concertation.journal.actions import record
from concertation.journal.receipts import writes_once
from concertation.live.actions import announce
from concertation.permissions import require
from concertation.texts import markdown
from concertation.texts.clean import check_line, check_text
from concertation.viewer import Viewer
from contributions.models import Contribution, State

from ..live import draft_changed
from ..models import Evidence, Extract, Placement, Recommendation, Section, Synthesis

TITLE_LIMIT = 200
TEXT_LIMIT = 50_000


@writes_once
def create_recommendation(
    consultation: Consultation,
    *,
    title: str,
    kind: str = Recommendation.Kind.RECOMMENDATION,
    body: str = "",
    by: User,
) -> Recommendation:
    """Create a recommendation, with its permanent public number."""
    require(Viewer(by), "syntheses.write", consultation)
    texts = _checked(title=title, body=body)
    with transaction.atomic():
        number = take_number(consultation, "recommendation")
        made = Recommendation.objects.create(consultation=consultation, number=number, kind=kind, **texts)
        record("recommendation.created", made, by=by, consultation_id=consultation.pk, details={"number": number})
    return made


def edit_recommendation(
    recommendation: Recommendation,
    *,
    title: str,
    body: str,
    kind: str,
    status: str,
    expected_version: Version | None = None,
    by: User,
) -> Recommendation:
    """Edit a recommendation; refuse to overwrite unseen what someone else changed meanwhile."""
    require(Viewer(by), "syntheses.write", recommendation)
    fields = {**_checked(title=title, body=body), "kind": kind, "status": status}
    with transaction.atomic():
        locked = Recommendation.objects.select_for_update().get(pk=recommendation.pk)
        if not assign(locked, rewrite(locked, fields, expected_version, by=by)):
            return locked
        locked.save()
        record("recommendation.edited", locked, by=by, consultation_id=locked.consultation_id)
        announce(draft_changed(locked.consultation_id))
    return locked


def cite(
    recommendation: Recommendation,
    *,
    extract: Extract | None = None,
    contribution: Contribution | None = None,
    stance: str,
    by: User,
) -> Evidence:
    """Cite one passage or one contribution, as ``cite_all`` does."""
    if extract and contribution:
        raise ValidationError(_("Choisissez un extrait ou une contribution à citer."))
    extracts = [extract] if extract else []
    return cite_all(recommendation, extracts=extracts, contribution=contribution, stance=stance, by=by)[0]


def cite_all(
    recommendation: Recommendation,
    *,
    extracts: Iterable[Extract] = (),
    contribution: Contribution | None = None,
    stance: str,
    by: User,
) -> list[Evidence]:
    """Cite passages, and a contribution, in a recommendation: they support, nuance, oppose or illustrate it.

    All or none. Citing the same words again only changes their stance.
    """
    require(Viewer(by), "syntheses.write", recommendation)
    wanted = [Evidence(recommendation=recommendation, extract=one, stance=stance) for one in extracts]
    if contribution is not None:
        wanted.append(Evidence(recommendation=recommendation, contribution=contribution, stance=stance))
    _check_citable(recommendation, wanted)
    consultation_id = recommendation.consultation_id
    with transaction.atomic():
        Recommendation.objects.select_for_update().get(pk=recommendation.pk)
        rows = Evidence.objects.filter(recommendation=recommendation).select_related(
            "extract__contribution", "contribution"
        )
        present = {(one.extract_id, one.contribution_id): one for one in rows}
        last = max((one.position for one in present.values()), default=0)
        cited = [present.setdefault((one.extract_id, one.contribution_id), one) for one in wanted]
        changes = [one for one in cited if one.pk is None or one.stance != stance]
        for place, one in enumerate(changes, start=last + 1):
            one.position, one.stance = one.position or place, stance
            one.save()
            details = {"number": one.source.number, "stance": stance}
            record("evidence.cited", recommendation, by=by, consultation_id=consultation_id, details=details)
        announce(*[draft_changed(consultation_id)] if changes else [])
    return cited


def _check_citable(recommendation: Recommendation, wanted: Collection[Evidence]) -> None:
    if not wanted:
        raise ValidationError(_("Choisissez un extrait ou une contribution à citer."))
    if any(one.source.consultation_id != recommendation.consultation_id for one in wanted):
        raise ValidationError(_("Cette contribution vient d’une autre concertation."))
    gone = sorted({(one.source.number, one.source.ref) for one in wanted if one.source.state != State.PUBLISHED})
    if gone:
        message = ngettext(
            "%(refs)s n’est plus affichée\u00a0: cette contribution ne peut pas être citée.",
            "%(refs)s ne sont plus affichées\u00a0: ces contributions ne peuvent pas être citées.",
            len(gone),
        )
        raise ValidationError(message, params={"refs": ", ".join(ref for _number, ref in gone)})


def uncite(evidence: Evidence, *, by: User) -> None:
    """Remove a citation from a recommendation; published versions keep it."""
    require(Viewer(by), "syntheses.write", evidence.recommendation)
    with transaction.atomic():
        deleted, _rows = Evidence.objects.filter(pk=evidence.pk).delete()
        if deleted:
            record(
                "evidence.removed",
                evidence.recommendation,
                by=by,
                consultation_id=evidence.recommendation.consultation_id,
                details={"number": evidence.source.number},
            )
            announce(draft_changed(evidence.recommendation.consultation_id))


@writes_once
def create_synthesis(
    consultation: Consultation,
    *,
    title: str,
    kind: str = Synthesis.Kind.STAGE,
    introduction: str = "",
    method: str = "",
    phases: Iterable[Phase] = (),
    by: User,
) -> Synthesis:
    """Create a synthesis of some phases."""
    require(Viewer(by), "syntheses.write", consultation)
    texts = _checked(title=title, introduction=introduction, method=method)
    with transaction.atomic():
        number = take_number(consultation, "synthesis")
        made = Synthesis.objects.create(consultation=consultation, number=number, kind=kind, **texts)
        made.phases.set(phases)
        record("synthesis.created", made, by=by, consultation_id=consultation.pk, details={"number": number})
        announce(draft_changed(consultation.pk))
    return made


def edit_synthesis(
    synthesis: Synthesis,
    *,
    title: str,
    kind: str,
    introduction: str,
    method: str,
    phases: Iterable[Phase],
    expected_version: Version | None = None,
    by: User,
) -> Synthesis:
    """Edit the introduction and the settings of a synthesis."""
    require(Viewer(by), "syntheses.write", synthesis)
    texts = _checked(title=title, introduction=introduction, method=method)
    given = {**texts, "kind": kind, "phases": list(phases)}
    with transaction.atomic():
        locked = Synthesis.objects.select_for_update().get(pk=synthesis.pk)
        fields = rewrite(locked, given, expected_version, by=by)
        chosen = fields.pop("phases", None)
        new_phases = chosen is not None and set(chosen) != set(locked.phases.all())
        if not assign(locked, fields) and not new_phases:
            return locked
        locked.save()
        if new_phases:
            locked.phases.set(chosen)
        record("synthesis.edited", locked, by=by, consultation_id=locked.consultation_id)
        announce(draft_changed(locked.consultation_id))
    return locked


@writes_once
def add_section(synthesis: Synthesis, *, title: str, body: str = "", by: User) -> Section:
    """Add a section at the end of a synthesis."""
    require(Viewer(by), "syntheses.write", synthesis)
    texts = _checked(title=title, body=body)
    with transaction.atomic():
        Synthesis.objects.select_for_update().get(pk=synthesis.pk)
        last = synthesis.sections.aggregate(last=Max("position"))["last"] or 0
        section = Section.objects.create(synthesis=synthesis, position=last + 1, **texts)
        _record_section("section.added", section, by)
        announce(draft_changed(section.synthesis.consultation_id))
    return section


def edit_section(
    section: Section, *, title: str, body: str, expected_version: Version | None = None, by: User
) -> Section:
    """Edit a section; refuse to overwrite unseen what someone else changed meanwhile."""
    require(Viewer(by), "syntheses.write", section.synthesis)
    texts = _checked(title=title, body=body)
    with transaction.atomic():
        locked = Section.objects.select_for_update(of=("self",)).select_related("synthesis").get(pk=section.pk)
        if not assign(locked, rewrite(locked, texts, expected_version, by=by)):
            return locked
        locked.save()
        _record_section("section.edited", locked, by)
        announce(draft_changed(locked.synthesis.consultation_id))
    return locked


def remove_section(section: Section, *, by: User) -> None:
    """Remove a section; its recommendations stay in the synthesis, without a section."""
    require(Viewer(by), "syntheses.write", section.synthesis)
    with transaction.atomic():
        locked = Section.objects.select_for_update(of=("self",)).select_related("synthesis").filter(pk=section.pk)
        for found in locked:
            _record_section("section.removed", found, by)
            forget(found)
            found.delete()
            announce(draft_changed(found.synthesis.consultation_id))


def move_section(section: Section, *, up: bool, by: User) -> None:
    """Exchange a section with its neighbour."""
    require(Viewer(by), "syntheses.write", section.synthesis)
    with transaction.atomic():
        Synthesis.objects.select_for_update().get(pk=section.synthesis_id)
        if _swap(list(section.synthesis.sections.all()), section.pk, up):
            _record_section("section.moved", section, by)
            announce(draft_changed(section.synthesis.consultation_id))


def place_recommendation(section: Section, *, recommendation: Recommendation, by: User) -> Placement:
    """Put a recommendation in one section of the synthesis, and out of the former one."""
    require(Viewer(by), "syntheses.write", section.synthesis)
    if recommendation.consultation_id != section.synthesis.consultation_id:
        raise ValidationError(_("Cette recommandation vient d’une autre concertation."))
    with transaction.atomic():
        Synthesis.objects.select_for_update().get(pk=section.synthesis_id)
        Placement.objects.filter(section__synthesis=section.synthesis, recommendation=recommendation).exclude(
            section=section
        ).delete()
        last = section.placements.aggregate(last=Max("position"))["last"] or 0
        placement, is_new = Placement.objects.get_or_create(
            section=section, recommendation=recommendation, defaults={"position": last + 1}
        )
        if is_new:
            _record_section("recommendation.placed", section, by, number=recommendation.number)
            announce(draft_changed(section.synthesis.consultation_id))
    return placement


def unplace_recommendation(placement: Placement, *, by: User) -> None:
    require(Viewer(by), "syntheses.write", placement.section.synthesis)
    with transaction.atomic():
        deleted, _rows = Placement.objects.filter(pk=placement.pk).delete()
        if deleted:
            _record_section("recommendation.unplaced", placement.section, by, number=placement.recommendation.number)
            announce(draft_changed(placement.section.synthesis.consultation_id))


def move_placement(placement: Placement, *, up: bool, by: User) -> None:
    require(Viewer(by), "syntheses.write", placement.section.synthesis)
    with transaction.atomic():
        Synthesis.objects.select_for_update().get(pk=placement.section.synthesis_id)
        if _swap(list(placement.section.placements.all()), placement.pk, up):
            _record_section("recommendation.moved", placement.section, by, number=placement.recommendation.number)
            announce(draft_changed(placement.section.synthesis.consultation_id))


def _checked(**texts: str) -> dict[str, str]:
    """Return the texts with their HTML, or raise all errors by field."""
    kept: dict[str, str] = {}
    errors: dict[str, ValidationError] = {}
    for name, value in texts.items():
        try:
            if name == "title":
                kept[name] = check_line(value, max_length=TITLE_LIMIT, field=_("Titre"))
                continue
            kept[name] = check_text(value, max_length=TEXT_LIMIT, blank=True)
            kept[f"{name}_html"] = markdown.render(kept[name], profile=markdown.Profile.STAFF).html
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
    return kept


def _swap(rows: list[Any], pk: int, up: bool) -> bool:
    """Exchange the row ``pk`` with its neighbour, and renumber all of them."""
    index = next((place for place, row in enumerate(rows) if row.pk == pk), None)
    other = None if index is None else index + (-1 if up else 1)
    if index is None or other is None or not 0 <= other < len(rows):
        return False
    rows[index], rows[other] = rows[other], rows[index]
    for position, row in enumerate(rows, start=1):
        row.position = position
    type(rows[0])._default_manager.bulk_update(rows, ["position"])
    return True


def _record_section(verb: str, section: Section, by: User, **details: Any) -> None:
    record(
        verb,
        section,
        by=by,
        consultation_id=section.synthesis.consultation_id,
        details={"synthesis": section.synthesis.number, **details},
    )
