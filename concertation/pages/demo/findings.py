"""The results of the debate: extracts, recommendations that cite them, two syntheses."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from concertation.accounts.models import User
from concertation.consultations.models import Phase
from concertation.syntheses.coding.actions import create_extract, mark_read
from concertation.syntheses.models import Extract, Reading, Recommendation, Section, Synthesis
from concertation.syntheses.publishing.actions import publish_synthesis
from concertation.syntheses.writing.actions import (
    add_section,
    cite,
    create_recommendation,
    create_synthesis,
    edit_recommendation,
    place_recommendation,
)
from contributions.models import Contribution

from .content import Row
from .stage import Act, Stage


def acts(stage: Stage) -> Iterator[Act]:
    for row in stage.demo.syntheses:
        yield Act(stage.at(row["at"]), partial(write_synthesis, stage, row))


def write_synthesis(stage: Stage, row: Row) -> None:
    """Mark everything as read, create the extracts, write recommendations, and publish what is ready."""
    by, now = stage.users[row["by"]], stage.at(row["at"])
    phases = [stage.phases[key] for key in row["phases"]]
    if row["published"]:
        read_everything(stage, phases, now=now, by=by)
    synthesis = create_synthesis(
        stage.consultation,
        title=row["title"],
        kind=row["kind"],
        introduction=row["introduction"].strip(),
        method=row["method"].strip(),
        phases=phases,
        by=by,
    )
    for section in row["sections"]:
        write_section(stage, synthesis, section, now=now, by=by)
    if row["published"]:
        publish_synthesis(synthesis, note=row["note"], now=now, by=by)


def read_everything(stage: Stage, phases: list[Phase], *, now: datetime, by: User) -> None:
    """Mark each contribution of the synthesis's phases as read, with the reason when it is not cited."""
    reasons = {stage.contributions[one["contribution"]].pk: one["reason"] for one in stage.demo.not_cited}
    readable = Contribution.objects.filter(topic__phase__in=phases).readable().select_related("topic__phase")
    for contribution in readable.order_by("number"):
        reason = reasons.get(contribution.pk, "")
        outcome = Reading.Outcome.NOT_CITED if reason else Reading.Outcome.READ
        mark_read(contribution, outcome=outcome, reason=reason, now=now, by=by)


def write_section(stage: Stage, synthesis: Synthesis, row: Row, *, now: datetime, by: User) -> None:
    section = add_section(synthesis, title=row["title"], body=row["body"].strip(), by=by)
    for one in row.get("recommendations", []):
        recommend(stage, section, one, now=now, by=by)


def recommend(stage: Stage, section: Section, row: Row, *, now: datetime, by: User) -> None:
    recommendation = create_recommendation(
        stage.consultation, title=row["title"], kind=row["kind"], body=row["body"].strip(), by=by
    )
    for citation in row.get("citations", []):
        extract = take(stage, citation, now=now, by=by)
        cite(recommendation, extract=extract, stance=citation["stance"], by=by)
    if row.get("citations"):
        edit_recommendation(
            recommendation,
            title=recommendation.title,
            body=recommendation.body,
            kind=recommendation.kind,
            status=Recommendation.Status.READY,
            by=by,
        )
    place_recommendation(section, recommendation=recommendation, by=by)


def take(stage: Stage, citation: Row, *, now: datetime, by: User) -> Extract:
    """Create the extract of a passage, found in the text as readers see it."""
    contribution = stage.latest(citation["contribution"])
    assert contribution.current is not None
    start = contribution.current.plain.index(citation["quote"])
    return create_extract(
        contribution,
        start=start,
        end=start + len(citation["quote"]),
        nature=contribution.nature,
        now=now,
        by=by,
    )
