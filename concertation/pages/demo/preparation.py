"""A second concertation, made from the first one and not ready to open, with trials and invitations without answer."""

from datetime import timedelta

from concertation.consultations.actions import (
    clone_consultation,
    create_topic,
    grant_role,
    invite_many,
    join_consultation,
    mark_trial,
)
from concertation.consultations.actions.inviting_many import Invited
from concertation.consultations.invited_lines import read, rows_of_file
from concertation.consultations.models import Consultation, Role
from concertation.consultations.trials import kind_of
from contributions.actions import post_contribution

from .content import ZONE, Row
from .stage import Stage

HOUR = timedelta(hours=1)


def prepare(stage: Stage) -> Consultation:
    """Make the draft, add a topic without a question, write the trials and send the invitations."""
    given = stage.demo.preparation
    row = given["consultation"]
    draft = clone_consultation(
        stage.consultation,
        title=row["title"],
        slug=row["slug"],
        starts_on=stage.now.astimezone(ZONE).date() + timedelta(days=row["starts"]),
        now=stage.now,
        by=stage.administrator,
    )
    grant_role(draft, user=stage.organiser, role=Role.ORGANISER, by=stage.administrator)
    try_it(stage, draft, given["trials"])
    phase = draft.phases.in_order()[0]
    create_topic(phase, title=given["topic"]["title"], by=stage.organiser)
    send_invitations(stage, draft, given["invitations"])
    return draft


def try_it(stage: Stage, draft: Consultation, trials: list[Row]) -> None:
    """Have the organiser join and write a text in each of the first topics, marked as a trial."""
    kind = kind_of("contribution")
    if kind is None:
        raise LookupError("contribution")
    join_consultation(
        draft,
        actor_kind=draft.actor_kinds.last(),
        territory=None,
        organisation=None,
        speaks_for=False,
        accepts_charter=True,
        now=stage.now - 2 * HOUR,
        by=stage.organiser,
    )
    topics = draft.phases.in_order()[0].topics.all()[: len(trials)]
    for row, topic in zip(trials, topics, strict=True):
        tried = post_contribution(
            topic,
            title=row["title"],
            body=row["body"].strip(),
            as_team=True,
            now=stage.now - HOUR,
            by=stage.organiser,
        )
        mark_trial(kind, tried, is_trial=True, by=stage.organiser, now=stage.now)


def send_invitations(stage: Stage, draft: Consultation, row: Row) -> None:
    rows, problems = rows_of_file("invitations.csv", row["file"].strip().encode())
    lines = read(draft, rows, problems, Invited(""))
    if lines.problems:
        raise ValueError(lines.problems)
    invite_many(draft, people=lines.people, message=row["message"], by=stage.organiser, now=stage.now - HOUR)
