"""The ateliers: created, announced, moved, registrations, notes, and notes turned into contributions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ateliers.actions import (
    AgendaLine,
    add_table,
    cancel_registration,
    create_atelier,
    edit_atelier,
    pour_notes,
    publish_atelier,
    register,
    set_agenda,
    set_team,
    write_note,
)
from ateliers.models import Atelier, AtelierRole, Note, Table

from .content import Moment, Row
from .stage import Act, Stage
from .working_days import shift_to_working_day

DAY = timedelta(days=1)
FIRST_NOTE = timedelta(minutes=40)
BETWEEN_NOTES = timedelta(minutes=13)


def acts(stage: Stage) -> Iterator[Act]:
    """Yield all acts of the ateliers, after they are created in the order of the files."""
    for row in stage.demo.ateliers:
        atelier = prepare(stage, row)
        opens = stage.at(row["registration_opens"])
        yield Act(opens, partial(publish_atelier, atelier, by=stage.organiser, now=opens))
        if "moved" in row:
            yield Act(shifted(stage, row, row["moved"]["at"]), partial(move, stage, atelier, row))
        yield from seats(stage, atelier, row)
        yield from notes(stage, atelier, row)


def prepare(stage: Stage, row: Row) -> Atelier:
    """Create an atelier with its agenda and its team; announce it when registration opens."""
    starts = held_at(stage, row)
    atelier = create_atelier(
        stage.consultation,
        title=row["title"],
        kind=row["kind"],
        description=row["description"].strip(),
        access=Atelier.Access.COMMITTEES if row["kind"] == "committee" else Atelier.Access.PUBLIC,
        access_services=row["access_services"],
        starts_at=starts,
        ends_at=starts + timedelta(minutes=row["minutes"]),
        registration_opens_at=stage.at(row["registration_opens"]),
        registration_closes_at=shifted(stage, row, row["registration_closes"]),
        phases=[stage.phases[key] for key in row["phases"]],
        territories=[stage.territory("region", code) for code in row["territories"]],
        hosts=[stage.partners[key] for key in row["hosts"]],
        **whereabouts({**row, **row.get("moved", {})}),
        by=stage.organiser,
        now=stage.at(row["registration_opens"]) - DAY,
    )
    agenda = [
        AgendaLine(title=line["title"], minutes=line["minutes"], speakers=line["speakers"]) for line in row["agenda"]
    ]
    set_agenda(atelier, lines=agenda, by=stage.organiser)
    team = [stage.users[key] for key in row["facilitators"]]
    set_team(atelier, people=team, role=AtelierRole.Role.FACILITATOR, by=stage.organiser)
    return atelier


def held_at(stage: Stage, row: Row) -> datetime:
    return shifted(stage, row, row["at"])


def shifted(stage: Stage, row: Row, text: str) -> datetime:
    """Return a moment of an atelier, shifted to a working day: backwards if it is over, before its notes."""
    meant = stage.at(row["at"])
    shift = shift_to_working_day(meant.date(), forward=meant > stage.now)
    moment = Moment.parse(text)
    return stage.on(replace(moment, day=moment.day + shift.days))


def whereabouts(row: Row) -> dict[str, Any]:
    """Return the place of an atelier, and the seats in each way of taking part."""
    remote = row["mode"] == Atelier.Mode.REMOTE
    return {
        "mode": row["mode"],
        "place": row["place"],
        "join_link": "" if row["mode"] == Atelier.Mode.ON_SITE else row["join_link"],
        "seats_on_site": None if remote else row["capacity"],
        "seats_remote": row["capacity"] if remote else row.get("capacity_remote"),
    }


def move(stage: Stage, atelier: Atelier, row: Row) -> None:
    """Move an atelier from a room to video; registered people are notified."""
    now = shifted(stage, row, row["moved"]["at"])
    edit_atelier(current(atelier), **whereabouts(row), by=stage.organiser, now=now)


def seats(stage: Stage, atelier: Atelier, row: Row) -> Iterator[Act]:
    """Register people one after the other; some cancel, some get on the waiting list."""
    people = [*row["registered"], *row.get("cancelled", []), *row.get("registered_remote", []), *row.get("waiting", [])]
    if "cancelled" in row:  # one of the first registered people cancels
        people = [*row["cancelled"], *(person for person in people if person not in row["cancelled"])]
    opens = stage.at(row["registration_opens"])
    closes = min(shifted(stage, row, row["registration_closes"]), stage.at("-1 22:00"))
    step = (closes - opens) / (len(people) + 2)
    for place, person in enumerate(people, start=1):
        moment = (opens + step * place).replace(second=0, microsecond=0)
        yield Act(moment, partial(take_seat, stage, atelier, row, person, moment))
    for person in row.get("cancelled", []):
        moment = (opens + step * (len(people) + 1)).replace(second=0, microsecond=0)
        yield Act(moment, partial(give_up_seat, stage, atelier, person, moment))


def take_seat(stage: Stage, atelier: Atelier, row: Row, person: str, now: datetime) -> None:
    atelier = current(atelier)
    if atelier.mode == Atelier.Mode.HYBRID:
        mode = Atelier.Mode.REMOTE if person in row.get("registered_remote", []) else Atelier.Mode.ON_SITE
    else:
        mode = Atelier.Mode(atelier.mode)
    register(atelier, by=stage.users[person], mode=mode, now=now)


def give_up_seat(stage: Stage, atelier: Atelier, person: str, now: datetime) -> None:
    held = current(atelier).registration_of(stage.users[person])
    assert held is not None
    cancel_registration(held, by=stage.users[person], now=now)


def notes(stage: Stage, atelier: Atelier, row: Row) -> Iterator[Act]:
    """Create the tables and their notes, and turn the chosen notes into contributions."""
    scribe = stage.users[row["facilitators"][0]]
    tables: dict[str, Table] = {}
    written: dict[str, Note] = {}
    starts = held_at(stage, row)

    def open_table(line: Row) -> None:
        tables[line["key"]] = add_table(current(atelier), title=line["title"], by=scribe)

    def take(line: Row, now: datetime) -> None:
        speaker = stage.demo.people[line["speaker"]]["name"] if "speaker" in line else ""
        written[line["key"]] = write_note(
            tables[line["table"]],
            title=line.get("title", ""),
            text=line["text"],
            nature=stage.natures[line["nature"]] if "nature" in line else None,
            actor_kind=stage.kinds[line["kind"]],
            speaker_name=speaker,
            speaker_consents=bool(speaker),
            by=scribe,
            now=now,
        )

    def pour(line: Row, now: datetime) -> None:
        topic = stage.topics[line["topic"]]
        poured = pour_notes(current(atelier), notes=[written[line["key"]]], topic=topic, by=stage.team, now=now)
        stage.contributions[line["key"]] = poured[0]

    for line in row["tables"]:
        yield Act(stage.at(row["registration_opens"]), partial(open_table, line))
    for place, line in enumerate(row.get("notes", [])):
        said = starts + FIRST_NOTE + BETWEEN_NOTES * place
        yield Act(said, partial(take, line, said))
        if "topic" in line:
            entered = stage.at(line["entered_at"])
            yield Act(entered, partial(pour, line, entered))


def current(atelier: Atelier) -> Atelier:
    return Atelier.objects.select_related("consultation").get(pk=atelier.pk)
