"""Our own exchange format (docs/exchange-format.md): what the corpus export writes."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concertation.consultations.actions.participations import PSEUDONYM, SOURCE_KEY
from concertation.consultations.models import Topic
from concertation.documents.spreadsheets import Row
from concertation.texts.templatetags.french import quoted

from .. import corpus
from ..actions.bulk import check_order
from ..models import Origin, State
from ..wording import Wording
from . import cells
from .plan import About, Plan, PlannedRow
from .reading import KEY, LABEL, NOTHING, RowReader, rows_of

COLUMNS = {
    "key": "cle",
    "parent_key": "en_reponse_a",
    "phase": "phase",
    "topic": "thematique",
    "nature": "nature",
    "stakes": "enjeux",
    "keywords": "mots_cles",
    "actor_kind": "type_acteur",
    "territory": "territoire_code",
    "organisation": "organisation",
}
_ORIGINS = {name: code for code, name in corpus.ORIGINS.items()}
_STATES = {name: code for code, name in corpus.STATES.items() if code != State.PENDING}
_SPEAKS_FOR = {name: code for code, name in corpus.SPEAKS_FOR.items()}
_TEAM = {"oui": "oui", "non": ""}
_TOPIC = Topic._meta.get_field("title").max_length or 0


def read(paths: Sequence[Path], *, zone: tzinfo, now: datetime, step: Callable[[int, int], None]) -> Plan:
    """Return the plan of these files; moments without a zone are in ``zone``, and none is after ``now``."""
    plan = Plan(kind="exchange", columns=COLUMNS)
    for path in paths:
        rows = rows_of(plan, path, corpus.COLUMNS)
        _remark_other_columns(plan, path.name, rows)
        lines = _lines_by_number(plan, path.name, rows)
        for done, row in enumerate(rows, start=1):
            _plan_row(plan, path.name, row, lines, zone, now)
            step(done, len(rows))
    return plan


def _remark_other_columns(plan: Plan, file: str, rows: Sequence[Row]) -> None:
    others = [column for column in (rows[0].cells if rows else ()) if column not in corpus.COLUMNS]
    if others:
        named = ", ".join(map(quoted, others))
        sentence = ngettext(
            "%(file)s – Colonne inconnue, non lue : %(named)s.",
            "%(file)s – Colonnes inconnues, non lues : %(named)s.",
            len(others),
        )
        plan.remarks.append(sentence % {"file": file, "named": named})


def _lines_by_number(plan: Plan, file: str, rows: Sequence[Row]) -> dict[str, Row]:
    """Return the row of each number, to which other rows reply."""
    lines: dict[str, Row] = {}
    for row in rows:
        number = _as_number(row.cells["numero"])
        first = lines.setdefault(number, row) if number else row
        if first is not row:
            kind = _("Ce numéro est déjà à la ligne %(line)d.")
            plan.refuse(file, row.line, "numero", kind % {"line": first.line}, kind)
    return lines


def _as_number(cell: str) -> str:
    return cell.strip().lstrip("0")


def _plan_row(plan: Plan, file: str, row: Row, lines: dict[str, Row], zone: tzinfo, now: datetime) -> None:
    reader = _Reader(plan, file, row)
    planned = reader.planned(lines, zone, now)
    if reader.is_right:
        plan.rows.append(planned)
    else:
        plan.refused.add(planned.key)


def _said(text: str, published_at: datetime | None, zone: tzinfo, now: datetime) -> datetime | None:
    said = cells.moment(text, zone=zone, now=now)
    check_order(said, published_at, zone)
    return said


class _Reader(RowReader):
    def planned(self, lines: dict[str, Row], zone: tzinfo, now: datetime) -> PlannedRow:
        state = self._choice("etat", _STATES, State.PUBLISHED)
        parent_key = self._parent_key(lines)
        published_at = self.read("publie_le", lambda text: cells.moment(text, zone=zone, now=now), None)
        return PlannedRow(
            file=self.file,
            line=self.row.line,
            key=self.words("cle", KEY, required=True),
            number=self.read("numero", cells.public_number, None),
            parent_key=parent_key,
            author_key=self.words("auteur_cle", SOURCE_KEY, required=True),
            author_name=self.words("auteur", PSEUDONYM),
            about=self._about(),
            wording=self._wording(state, is_reply=bool(parent_key)),
            topic=self.words("thematique", _TOPIC, required=True),
            phase=self.value["phase"].strip(),
            nature=self.value["nature"].strip(),
            stakes=tuple(corpus.split(self.value["enjeux"])),
            keywords=tuple(corpus.split(self.value["mots_cles"])),
            origin=self._choice("origine", _ORIGINS, Origin.IMPORT),
            origin_label=self.words("origine_detail", LABEL),
            occurred_at=self.read("dit_le", lambda text: _said(text, published_at, zone, now), None),
            published_at=published_at,
            state=state,
            as_team=bool(self._choice("equipe", _TEAM, "")),
            imported=self._counts(),
        )

    def _parent_key(self, lines: dict[str, Row]) -> str:
        answered = self.value["en_reponse_a"].strip()
        if not answered:
            return ""
        line = lines.get(_as_number(answered))
        if line is None:
            kind = _("La contribution %(number)s n’est pas dans le fichier.")
            self.wrong("en_reponse_a", kind % {"number": answered[:40]}, kind)
            return ""
        return line.cells["cle"].strip()

    def _about(self) -> About:
        return About(
            actor_kind=self.value["type_acteur"].strip(),
            territory=self.value["territoire_code"].strip(),
            organisation=self.value["organisation"].strip(),
            speaks_for=self._choice("parle_pour", _SPEAKS_FOR, "no"),
        )

    def _choice(self, column: str, choices: dict[str, str], empty: str) -> str:
        typed = self.value[column].strip()
        if typed and typed not in choices:
            allowed = ", ".join(f"« {choice} »" for choice in choices)
            kind = _("« %(text)s » n’est pas prévu. Choisissez %(allowed)s.")
            self.wrong(column, kind % {"text": typed[:40], "allowed": allowed}, kind)
        return str(choices.get(typed, empty))

    def _counts(self) -> dict[str, int | None] | None:
        columns = {"agree": "accord", "disagree": "desaccord", "unclear": "a_preciser"}
        counts = {kind: self.read(column, cells.count, 0) for kind, column in columns.items()}
        return dict(counts) if any(counts.values()) else None

    def _wording(self, state: str, *, is_reply: bool) -> Wording:
        if is_reply and self.value["titre"].strip():
            self.wrong(
                "titre", _("Une réponse n’a pas de titre : videz cette cellule, ou mettez le titre dans le texte.")
            )
        if state != State.PUBLISHED and not self.value["texte"].strip():
            return NOTHING
        return self.wording("texte", "titre", is_reply=is_reply)
