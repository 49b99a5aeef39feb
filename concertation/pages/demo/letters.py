"""The letters of the demonstration: one that was sent, and a draft."""

from collections.abc import Iterator
from functools import partial

from concertation.letters.actions import create_letter, schedule_letter, send_due_letters
from concertation.letters.actions.writing import IN_OUTBOX

from .content import Row
from .stage import Act, Stage


def acts(stage: Stage) -> Iterator[Act]:
    for row in stage.demo.frame["letters"]:
        yield Act(stage.at(row["at"]), partial(write, stage, row))


def write(stage: Stage, row: Row) -> None:
    """Write a letter, and send it if it is not a draft."""
    now = stage.at(row["at"])
    letter = create_letter(
        stage.consultation,
        subject=row["subject"],
        body=row["body"].strip(),
        groups=[group_of(stage, words) for words in row["groups"]],
        now=now,
        by=stage.organiser,
    )
    if row["sent"]:
        schedule_letter(letter, now=now, by=stage.organiser)
        send_due_letters(now + IN_OUTBOX)


def group_of(stage: Stage, words: str) -> str:
    """Return the key of a group; files name a kind of actor by their own key."""
    group, sign, kind = words.partition(":")
    return f"{group}:{stage.kinds[kind].pk}" if sign else group
