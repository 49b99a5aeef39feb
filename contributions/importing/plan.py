"""The plan of an import, before anything is written: people and contributions, by the names and keys of the files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from concertation.documents.spreadsheets import Problem

from ..models import Origin, State
from ..wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The author of a row, as they were when they wrote it; everything by name."""

    actor_kind: str = ""
    territory: str = ""
    organisation: str = ""
    speaks_for: str = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """One contribution of a file; ``file`` and ``line`` are for the report."""

    line: int
    key: str
    author_key: str
    author_name: str
    about: About
    wording: Wording
    topic: str
    file: str = ""
    phase: str = ""
    parent_key: str = ""
    number: int | None = None
    nature: str = ""
    stakes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    origin: str = Origin.IMPORT
    origin_label: str = ""
    occurred_at: datetime | None = None
    published_at: datetime | None = None
    state: str = State.PUBLISHED
    as_team: bool = False
    imported: Mapping[str, int | None] | None = None


@dataclass(slots=True)
class Plan:
    """All that one run will write, or the reasons why it will not.

    ``kind`` names the format of the files. ``columns`` gives their column names for errors about the whole plan.
    ``refused`` has the keys of lines with errors of their own; ``remarks`` are reported and refuse nothing.
    """

    rows: list[PlannedRow] = field(default_factory=list)
    problems: dict[str, list[Problem]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    makes_actor_kinds: bool = False
    refused: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)

    def refuse(self, file: str, line: int | None, column: str | None, message: str, kind: str = "") -> None:
        self.problems.setdefault(file, []).append(Problem(line, column, message, kind))
