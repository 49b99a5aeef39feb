"""The debate: contributions, replies, edits, withdrawals, reports and decisions, each at its moment."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from contributions.actions import (
    Opinion,
    bulk_react,
    edit_contribution,
    hide_contribution,
    keep_contribution,
    post_contribution,
    report_contribution,
    restore_contribution,
    tag_contribution,
    withdraw_contribution,
)

from .content import Moment, Row, Said, reactions_of
from .stage import Act, Stage


def acts(stage: Stage) -> Iterator[Act]:
    """Yield all acts in the threads, moderation included."""
    for said in stage.demo.said:
        yield Act(stage.on(said.at), partial(write, stage, said))
        for moment, body in said.edits:
            yield Act(stage.on(moment), partial(rewrite, stage, said, body, moment))
        if said.withdrawn:
            yield Act(stage.on(said.withdrawn), partial(withdraw, stage, said, said.withdrawn))
    for row in stage.demo.moderation["reports"]:
        yield Act(stage.at(row["at"]), partial(report, stage, row))
    for row in stage.demo.moderation["decisions"]:
        yield Act(stage.at(row["at"]), partial(decide, stage, row))
    yield from reactions(stage)


def write(stage: Stage, said: Said) -> None:
    moment = stage.on(said.at)
    stage.contributions[said.key] = post_contribution(
        stage.topics[said.topic],
        title=said.title,
        body=said.body,
        parent=stage.contributions[said.parent] if said.parent else None,
        nature=stage.natures[said.nature] if said.nature else None,
        stakes=[stage.stakes[key] for key in said.stakes],
        as_team=said.as_team,
        now=moment,
        by=stage.users[said.author],
    )
    if said.keywords:
        keywords = [stage.keywords[name] for name in said.keywords]
        tag_contribution(stage.contributions[said.key], keywords=keywords, by=stage.team, now=moment)


def rewrite(stage: Stage, said: Said, body: str, moment: Moment) -> None:
    current = stage.latest(said.key)
    assert current.current is not None
    edit_contribution(
        current,
        title=said.title,
        body=body,
        now=stage.on(moment),
        by=stage.users[said.author],
    )


def withdraw(stage: Stage, said: Said, moment: Moment) -> None:
    withdraw_contribution(stage.latest(said.key), by=stage.users[said.author], now=stage.on(moment))


def report(stage: Stage, row: Row) -> None:
    report_contribution(
        stage.latest(row["contribution"]),
        reason=stage.reasons[row["reason"]],
        text=row["text"],
        now=stage.at(row["at"]),
        by=stage.users[row["by"]],
    )


def decide(stage: Stage, row: Row) -> None:
    contribution, message = stage.latest(row["contribution"]), row["message"]
    now, by = stage.at(row["at"]), stage.users[row["by"]]
    match row["act"]:
        case "hide":
            hide_contribution(contribution, reason=stage.reasons[row["reason"]], message=message, now=now, by=by)
        case "restore":
            restore_contribution(contribution, reason=stage.reasons[row["reason"]], message=message, now=now, by=by)
        case "keep":
            keep_contribution(contribution, message=message, now=now, by=by)


def reactions(stage: Stage) -> Iterator[Act]:
    """Return the reactions: at the end of a phase, or on the eve of loading if it is open or for notes."""
    eve = stage.at("-1 23:30")
    for key, phase in stage.phases.items():
        topics = {row["key"] for row in stage.demo.topics if row["phase"] == key}
        given = [(one.key, one.reactions) for one in stage.demo.said if one.topic in topics]
        moment = min(phase.closes_at, eve)
        if given:
            yield Act(moment, partial(give_reactions, stage, given, moment))
    poured = [(note["key"], reactions_of(note)) for _, note in stage.demo.notes() if "topic" in note]
    yield Act(eve, partial(give_reactions, stage, poured, eve))


def give_reactions(stage: Stage, given: list[tuple[str, tuple[tuple[str, str], ...]]], moment: datetime) -> None:
    opinions = [
        Opinion(stage.contributions[key], stage.participations[person], kind)
        for key, reactions in given
        for kind, person in reactions
    ]
    bulk_react(stage.consultation, opinions, now=moment, by=stage.organiser)
