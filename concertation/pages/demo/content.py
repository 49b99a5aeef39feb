"""Read the demonstration's TOML files. Days are counted from the day it is loaded, hours are those of its zone."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent
ZONE = ZoneInfo("Europe/Paris")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A day counted from the day of loading and a local hour, written « -41 09:12 »."""

    day: int
    hour: time

    @classmethod
    def parse(cls, text: str) -> "Moment":
        day, hour = text.split(" ")
        return cls(int(day), time.fromisoformat(hour))

    def on(self, today: date) -> datetime:
        return datetime.combine(today + timedelta(days=self.day), self.hour, tzinfo=ZONE)


@dataclass(frozen=True, slots=True)
class Said:
    """One contribution, or one reply to a contribution or to a note, with all that is done to it."""

    key: str
    topic: str
    author: str
    at: Moment
    body: str
    title: str = ""
    parent: str = ""
    nature: str = ""
    stakes: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    as_team: bool = False
    reactions: tuple[tuple[str, str], ...] = ()
    edits: tuple[tuple[Moment, str], ...] = ()
    withdrawn: Moment | None = None


@dataclass(frozen=True)
class Demo:
    """The content of all files; ``frame`` is the concertation itself, its lists, its people and its phases."""

    frame: Row
    topics: list[Row]
    said: list[Said]
    ateliers: list[Row]
    moderation: Row
    syntheses: list[Row]
    preparation: Row
    not_cited: list[Row] = field(default_factory=list)

    @cached_property
    def people(self) -> dict[str, Row]:
        return {row["key"]: row for row in self.frame["people"]}

    @cached_property
    def phases(self) -> dict[str, Row]:
        return {row["key"]: row for row in self.frame["phases"]}

    def notes(self) -> Iterator[tuple[Row, Row]]:
        """Return each note with its atelier."""
        for atelier in self.ateliers:
            for note in atelier.get("notes", []):
                yield atelier, note

    def citations(self) -> Iterator[tuple[Row, Row]]:
        """Return each citation with its recommendation."""
        for synthesis in self.syntheses:
            for section in synthesis["sections"]:
                for recommendation in section.get("recommendations", []):
                    for citation in recommendation.get("citations", []):
                        yield recommendation, citation


def read() -> Demo:
    """Read all the files; tests check them."""
    topics = [_load(path) for path in sorted((FOLDER / "topics").glob("*.toml"))]
    synthesis = _load(FOLDER / "synthesis.toml")
    return Demo(
        frame=_load(FOLDER / "consultation.toml"),
        topics=topics,
        said=[_said(topic["key"], row) for topic in topics for row in topic.get("contributions", [])],
        ateliers=_load(FOLDER / "ateliers.toml")["ateliers"],
        moderation=_load(FOLDER / "moderation.toml"),
        syntheses=synthesis["syntheses"],
        preparation=_load(FOLDER / "preparation.toml"),
        not_cited=synthesis["not_cited"],
    )


def _load(path: Path) -> Row:
    with path.open("rb") as file:
        return tomllib.load(file)


def reactions_of(row: Row) -> tuple[tuple[str, str], ...]:
    """Return who reacted to a contribution or to a note, and how."""
    return tuple((kind, person) for kind in ("agree", "disagree", "unclear") for person in row.get(kind, "").split())


def _said(topic: str, row: Row) -> Said:
    return Said(
        key=row["key"],
        topic=topic,
        author=row["author"],
        at=Moment.parse(row["at"]),
        body=row["body"].strip(),
        title=row.get("title", ""),
        parent=row.get("parent", ""),
        nature=row.get("nature", ""),
        stakes=tuple(row.get("stakes", ())),
        keywords=tuple(row.get("keywords", ())),
        as_team=row.get("as_team", False),
        reactions=reactions_of(row),
        edits=tuple((Moment.parse(edit["at"]), edit["body"].strip()) for edit in row.get("edits", ())),
        withdrawn=Moment.parse(row["withdrawn"]) if "withdrawn" in row else None,
    )
