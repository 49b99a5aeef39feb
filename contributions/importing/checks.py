"""Check a whole plan against its consultation, in memory: report beforehand all that writing would refuse."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from concertation.consultations.actions.organisations import NAME_LENGTH
from concertation.consultations.models import Consultation, Counter, Phase, Territory, Topic
from concertation.documents.problems import found_by, of_a_cell
from concertation.texts.clean import check_text

from ..actions.keywords import checked_name
from ..models import Batch, Contribution, State
from .cells import LAST_NUMBER
from .plan import Plan, PlannedRow


class Known(NamedTuple):
    """The keys of an existing contribution and of its topic."""

    pk: int
    topic: int


@dataclass(slots=True)
class Here:
    """The consultation's rows, read once: contributions by key with their topic, and all that rows may name."""

    consultation: Consultation
    first_phase: Phase | None
    keys: dict[str, "Known"] = field(default_factory=dict)
    numbers: set[int] = field(default_factory=set)
    phases: dict[str, Phase] = field(default_factory=dict)
    topics: dict[tuple[int, str], Topic] = field(default_factory=dict)
    territories: dict[str, Territory] = field(default_factory=dict)

    @classmethod
    def of(cls, consultation: Consultation, phase: Phase | None) -> "Here":
        here = cls(consultation, phase or consultation.phases.in_order().first())
        rows = Contribution.objects.filter(consultation=consultation)
        for key, number, pk, topic in rows.exclude(state=State.DRAFT).values_list(
            "source_key", "number", "pk", "topic"
        ):
            # Our own corpus refers by number to rows that were not imported.
            here.keys[key or f"{consultation.slug}:c{number}"] = Known(pk, topic)
            here.numbers.add(number or 0)
        # Numbers of an import that failed or was undone stay used.
        lost = consultation.batches.filter(state__in=[Batch.State.FAILED, Batch.State.UNDONE])
        for first, last in lost.values_list("first_number", "last_number"):
            here.numbers.update(range(first, last + 1))
        here.phases = {one.title: one for one in consultation.phases.all()}
        topics = Topic.objects.filter(phase__consultation=consultation).select_related("phase").order_by("-pk")
        here.topics = {(one.phase_id, one.title): one for one in topics}
        here.territories = {f"{one.kind}:{one.code}": one for one in Territory.objects.offered_in(consultation)}
        return here

    def topic_of(self, row: PlannedRow) -> tuple[int, str]:
        """Return the phase and the title of a row's topic, whether it exists or will be created."""
        phase = self.phases.get(row.phase, self.first_phase)
        return (phase.pk if phase else 0, row.topic)


def new_rows(plan: Plan, here: Here) -> list[PlannedRow]:
    return [row for row in plan.rows if row.key not in here.keys]


def check(plan: Plan, rows: list[PlannedRow], here: Here) -> None:
    """Add to the plan all its errors beyond single cells."""
    if rows and here.first_phase is None:
        message = _("Cette concertation n’a pas encore de phase : créez-en une, puis recommencez.")
        plan.refuse("", None, None, message)
    _check_keys(plan)
    _check_names(plan, plan.rows, here)  # those of rows that are here already too
    _check_threads(plan, rows, here)
    _check_numbers(plan, rows, here)


def _refuse(plan: Plan, row: PlannedRow, about: str, kind: str, **named: object) -> None:
    plan.refuse(row.file, row.line, plan.columns.get(about), kind % named if named else kind, kind)


def _check_keys(plan: Plan) -> None:
    first: dict[str, PlannedRow] = {}
    for row in plan.rows:
        before = first.setdefault(row.key, row)
        if before is row:
            continue
        if before.file == row.file:
            _refuse(plan, row, "key", _("Cette clé est déjà à la ligne %(line)d."), line=before.line)
        else:
            kind = _("Cette clé est déjà dans le fichier %(file)s, à la ligne %(line)d.")
            _refuse(plan, row, "key", kind, file=before.file, line=before.line)


def _check_names(plan: Plan, rows: Iterable[PlannedRow], here: Here) -> None:
    """Check that names which an import does not create exist, and that those it creates are valid."""
    consultation = here.consultation
    known = {
        "nature": {nature.code for nature in consultation.natures.all()},
        "stakes": {stake.label for stake in consultation.stakes.all()},
        "phase": set(here.phases),
        "actor_kind": {kind.label for kind in consultation.actor_kinds.all()},
        "territory": set(here.territories),
    }
    names = _Names()
    for row in rows:
        named = {
            "nature": [row.nature],
            "stakes": row.stakes,
            "phase": [row.phase],
            "actor_kind": [] if plan.makes_actor_kinds else [row.about.actor_kind],
            "territory": [row.about.territory],
        }
        for about, wanted in named.items():
            for name in wanted:
                if name and name not in known[about]:
                    _refuse(plan, row, about, _("« %(name)s » n’existe pas dans cette concertation."), name=name[:80])
        for name in row.keywords:
            names.check(plan, row, "keywords", name, checked_name)
        names.check(plan, row, "organisation", row.about.organisation, _checked_organisation)


class _Names:
    """Checks each name once, however many rows have it."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], list[tuple[str, str]]] = {}

    def check(self, plan: Plan, row: PlannedRow, about: str, name: str, how: Callable[[str], object]) -> None:
        if name and (about, name) not in self.found:
            self.found[about, name] = _faults(how, name)
        for message, kind in self.found.get((about, name), []):
            plan.refuse(row.file, row.line, plan.columns.get(about), message, kind)


def _checked_organisation(name: str) -> str:
    return check_text(" ".join(name.split()), max_length=NAME_LENGTH)


def _faults(how: Callable[[str], object], name: str) -> list[tuple[str, str]]:
    try:
        how(name)
    except ValidationError as error:
        return found_by(of_a_cell(error))
    return []


def _check_threads(plan: Plan, rows: list[PlannedRow], here: Here) -> None:
    """Check that a reply answers an existing row, in the topic of its thread, and never itself."""
    by_key = {row.key: row for row in rows}
    known: dict[str, bool] = {}
    for row in rows:
        if not row.parent_key:
            continue
        above = by_key.get(row.parent_key)
        if above is None and row.parent_key not in here.keys:
            if row.parent_key not in plan.refused:  # otherwise its own line has the error
                _refuse(plan, row, "parent_key", _("La contribution à laquelle cette ligne répond est introuvable."))
        elif not _is_in_topic_of(row, above, here):
            _refuse(
                plan, row, "topic", _("Une réponse est dans la thématique de la contribution à laquelle elle répond.")
            )
        elif _goes_round(row, by_key, known):
            _refuse(plan, row, "parent_key", _("Cette réponse se répond à elle-même, directement ou par d’autres."))


def _is_in_topic_of(row: PlannedRow, above: PlannedRow | None, here: Here) -> bool:
    own = here.topic_of(row)
    if above is not None:
        return here.topic_of(above) == own
    topic = here.topics.get(own)
    return topic is not None and topic.pk == here.keys[row.parent_key].topic


def _goes_round(row: PlannedRow, by_key: dict[str, PlannedRow], known: dict[str, bool]) -> bool:
    """Follow replies upwards to a root, or to a row whose parent is ``known``; each row is visited once in all."""
    passed: dict[str, None] = {}
    current: PlannedRow | None = row
    while current is not None and current.parent_key and current.key not in known and current.key not in passed:
        passed[current.key] = None
        current = by_key.get(current.parent_key)
    goes_round = current is not None and (current.key in passed or known.get(current.key, False))
    known.update(dict.fromkeys(passed, goes_round))
    return goes_round


def _check_numbers(plan: Plan, rows: list[PlannedRow], here: Here) -> None:
    last = Counter.objects.filter(consultation=here.consultation, kind="contribution").values_list("last", flat=True)
    if rows and not numbers_are_free(rows, here) and (last.first() or 0) + len(rows) > LAST_NUMBER:
        plan.refuse("", None, None, _("Il n’y a plus assez de numéros dans cette concertation pour tant de lignes."))


def numbers_are_free(rows: list[PlannedRow], here: Here) -> bool:
    """Return whether the rows keep the numbers of their file: each has one, and none is used."""
    numbers = {row.number for row in rows}
    return None not in numbers and len(numbers) == len(rows) and not numbers & here.numbers
