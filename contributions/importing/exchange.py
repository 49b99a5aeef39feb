"""Our own exchange format (docs/exchange-format.md): what the corpus export writes."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from concertation.documents import spreadsheets
from concertation.documents.spreadsheets import BadFile, Row

from .. import corpus
from ..models import Origin, State
from ..wording import Wording
from . import cells
from .plan import About, Plan, PlannedRow

_ORIGINS = {name: code for code, name in corpus.ORIGINS.items()}
_STATES = {name: code for code, name in corpus.STATES.items() if code != State.PENDING}
_SPEAKS_FOR = {name: code for code, name in corpus.SPEAKS_FOR.items()}
_NOTHING = Wording("", "", "", "")


def read(paths: Sequence[Path], *, zone: tzinfo, step: Callable[[int, int], None]) -> Plan:
    """The plan of these files; moments without a zone are in ``zone``."""
    plan = Plan()
    for path in paths:
        try:
            rows = spreadsheets.read(path.name, path.read_bytes(), corpus.COLUMNS)
        except BadFile as error:
            plan.problems.setdefault(path.name, []).extend(error.problems)
            continue
        except OSError as error:
            plan.refuse(path.name, None, None, _("Fichier illisible : %(why)s.") % {"why": error.strerror or error})
            continue
        keys = {row.cells["numero"].strip(): row.cells["cle"].strip() for row in rows}
        for done, row in enumerate(rows, start=1):
            _plan_row(plan, path.name, row, keys, zone)
            step(done, len(rows))
    return plan


def _plan_row(plan: Plan, file: str, row: Row, keys: dict[str, str], zone: tzinfo) -> None:
    reader = _Reader(row, zone)
    planned = reader.planned(keys)
    if planned is not None and not reader.problems:
        plan.rows.append(planned)
    for column, message in reader.problems:
        plan.refuse(file, row.line, column, message)


class _Reader:
    """Reads the cells of one row, and goes on after an error so that the report is complete."""

    def __init__(self, row: Row, zone: tzinfo) -> None:
        self.row = row
        self.value = row.cells
        self.zone = zone
        self.problems: list[tuple[str, str]] = []

    def planned(self, keys: dict[str, str]) -> PlannedRow | None:
        state = self._choice("etat", _STATES, State.PUBLISHED)
        answered = self.value["en_reponse_a"].strip()
        if answered and answered not in keys:
            self._wrong(
                "en_reponse_a", _("La contribution %(number)s n’est pas dans le fichier.") % {"number": answered}
            )
        for column in ("auteur_cle", "cle", "thematique"):
            if not self.value[column].strip():
                self._wrong(column, _("Cette cellule ne peut pas être vide."))
        number = self._counted("numero")
        return PlannedRow(
            line=self.row.line,
            key=self.value["cle"].strip(),
            number=number or None,
            parent_key=keys.get(answered, "") if answered else "",
            author_key=self.value["auteur_cle"].strip(),
            author_name=self.value["auteur"].strip(),
            about=About(
                actor_kind=self.value["type_acteur"].strip(),
                territory=self.value["territoire_code"].strip(),
                organisation=self.value["organisation"].strip(),
                speaks_for=self._choice("parle_pour", _SPEAKS_FOR, "no"),
            ),
            wording=self._wording(state, is_reply=bool(answered)),
            topic=self.value["thematique"].strip(),
            phase=self.value["phase"].strip(),
            nature=self.value["nature"].strip(),
            stakes=tuple(corpus.split(self.value["enjeux"])),
            keywords=tuple(corpus.split(self.value["mots_cles"])),
            origin=self._choice("origine", _ORIGINS, Origin.IMPORT),
            origin_label=self.value["origine_detail"].strip(),
            occurred_at=self._moment("dit_le"),
            published_at=self._moment("publie_le"),
            state=state,
            as_team=self.value["equipe"].strip().lower() == "oui",
            imported=self._counts(),
        )

    def _wrong(self, column: str, message: str) -> None:
        self.problems.append((column, message))

    def _choice(self, column: str, choices: dict[str, str], empty: str) -> str:
        typed = self.value[column].strip()
        if typed and typed not in choices:
            allowed = ", ".join(f"« {choice} »" for choice in choices)
            self._wrong(
                column, _("« %(text)s » n’est pas prévu. Choisissez %(allowed)s.") % {"text": typed, "allowed": allowed}
            )
        return str(choices.get(typed, empty))

    def _counted(self, column: str) -> int:
        try:
            return cells.count(self.value[column])
        except ValidationError as error:
            self._wrong(column, error.messages[0])
            return 0

    def _moment(self, column: str) -> datetime | None:
        try:
            return cells.moment(self.value[column], self.zone)
        except ValidationError as error:
            self._wrong(column, error.messages[0])
            return None

    def _counts(self) -> dict[str, int | None] | None:
        counts = {
            "agree": self._counted("accord"),
            "disagree": self._counted("desaccord"),
            "unclear": self._counted("a_preciser"),
        }
        return dict(counts) if any(counts.values()) else None

    def _wording(self, state: str, *, is_reply: bool) -> Wording:
        if state != State.PUBLISHED and not self.value["texte"].strip():
            return _NOTHING
        try:
            return cells.wording(self.value["texte"], title=self.value["titre"], is_reply=is_reply)
        except ValidationError as error:
            for message in error.messages:
                self._wrong("texte", message)
            return _NOTHING
