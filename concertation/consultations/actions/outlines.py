"""Fill a new consultation with the lists and the programme of its outline."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils.text import slugify

from concertation.accounts.models import User
from concertation.texts.words import identity

from .. import presets
from ..lines import Line, about, each
from ..models import ActorFamily, ActorKind, Consultation, Nature, Reason, Stake
from ..outline import NewPhase, Outline
from .checking import first_free
from .programme import create_phase, create_topics

_LOOKS = {code: {"colour": colour, "icon": icon} for code, _one, _many, colour, icon in presets.NATURES}
_COLOURS = [look["colour"] for look in _LOOKS.values()]


def fill_lists(consultation: Consultation, outline: Outline) -> None:
    """Write the kinds of actors, their families, the natures, stakes and reasons; errors name their list and line."""
    families = _create_families(consultation, outline.kinds)
    kinds = [{**line.values, "family": families.get(identity(line.values.get("family", "")))} for line in outline.kinds]
    ActorKind.objects.bulk_create(_rows("kinds", outline.kinds, kinds, ActorKind, consultation))
    natures = _rows("natures", outline.natures, _natures(outline.natures), Nature, consultation)
    Nature.objects.bulk_create(natures)
    stakes = [line.values for line in outline.stakes]
    Stake.objects.bulk_create(_rows("stakes", outline.stakes, stakes, Stake, consultation))
    uses = {"to_hide": Reason.Use.HIDE, "to_restore": Reason.Use.RESTORE, "to_move": Reason.Use.MOVE}
    reasons: list[Reason] = []
    for name, use in uses.items():
        lines: Sequence[Line] = getattr(outline, name)
        values = [{**line.values, "use": use} for line in lines]
        reasons += _rows(name, lines, values, Reason, consultation, first=len(reasons))
    Reason.objects.bulk_create(reasons)


def fill_programme(consultation: Consultation, phases: Iterable[NewPhase], *, by: User) -> None:
    """Create the phases with their topics, by the verbs of the programme."""
    natures = {nature.code: nature for nature in consultation.natures.all()}
    for planned in phases:
        phase = create_phase(
            consultation,
            title=planned.title,
            goal=planned.goal,
            opens_at=planned.opens_at,
            closes_at=planned.closes_at,
            natures=[natures[code] for code in planned.natures if code in natures],
            by=by,
        )
        if planned.topics:
            create_topics(phase, lines=planned.topics, by=by)


def _create_families(consultation: Consultation, kinds: Sequence[Line]) -> dict[str, ActorFamily]:
    """Create the families that the kinds name, in the order of their first kind; return them by identity."""
    labels: dict[str, str] = {}
    for line in kinds:
        if label := line.values.get("family"):
            labels.setdefault(identity(label), label)
    rows = [
        ActorFamily(consultation=consultation, label=label, position=place)
        for place, label in enumerate(labels.values())
    ]
    return dict(zip(labels, ActorFamily.objects.bulk_create(rows), strict=True))


def _natures(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Return the values of each nature, with a free code; a usual one keeps its colour and its icon."""
    codes: list[str] = []
    for line in lines:
        base = slugify(line.values["singular"])[:17] or "nature"
        codes.append(first_free(base, codes))
    looks = [_LOOKS.get(code, {"colour": _COLOURS[place % len(_COLOURS)]}) for place, code in enumerate(codes)]
    return [
        {"plural": line.values["singular"], **line.values, "code": code, **look}
        for line, code, look in zip(lines, codes, looks, strict=True)
    ]


def _rows(
    field: str,
    lines: Sequence[Line],
    values: Sequence[Mapping[str, Any]],
    model: type[Any],
    consultation: Consultation,
    *,
    first: int = 0,
) -> list[Any]:
    """Return the rows of these lines; nothing is queried for each, since every new consultation has dozens."""
    rows: dict[int, Model] = {
        line.number: model(consultation=consultation, position=first + place, **given)
        for place, (line, given) in enumerate(zip(lines, values, strict=True))
    }
    about(field, lambda: each(lines, lambda line: rows[line.number].clean_fields(exclude={"consultation", "family"})))
    return list(rows.values())
