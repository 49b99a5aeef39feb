"""The concertation itself: its texts, its lists, its phases and its topics."""

from datetime import datetime, timedelta

from concertation.accounts.models import User
from concertation.consultations.actions import (
    create_consultation,
    create_item,
    create_phase,
    create_topic,
    delete_item,
    publish_charter,
)
from concertation.consultations.models import ActorFamily, ActorKind, Consultation, Nature, News, Partner, Reason, Stake
from contributions.actions import add_keyword

from .content import ZONE, Demo, Moment
from .stage import Stage


def open_consultation(demo: Demo, *, organiser: User, administrator: User, now: datetime) -> Consultation:
    """Create the consultation, give it to its organiser, and publish its charter."""
    row = demo.frame["consultation"]
    today = now.astimezone(ZONE).date()
    consultation = create_consultation(
        slug=row["slug"],
        title=row["title"],
        organiser=organiser,
        now=Moment.parse(demo.frame["phases"][0]["opens_at"]).on(today),
        by=administrator,
        summary=row["summary"],
        presentation=row["presentation"].strip(),
        how_words_are_used=row["how_words_are_used"].strip(),
        opens_publicly_at=Moment.parse(row["opens_publicly_at"]).on(today),
        accent=row["accent"],
    )
    charter = publish_charter(consultation, title=row["charter_title"], body=row["charter"], by=organiser)
    consultation.charter = charter
    return consultation


def fill_lists(stage: Stage) -> None:
    """Create its own kinds of actors instead of the usual ones, stakes, partners and keywords."""
    consultation, organiser, frame = stage.consultation, stage.organiser, stage.demo.frame
    for usual in (*consultation.actor_kinds.all(), *consultation.actor_families.all()):
        delete_item(usual, by=organiser)
    families = {
        row["key"]: create_item(ActorFamily, consultation, label=row["label"], by=organiser)
        for row in frame["actor_families"]
    }
    for row in frame["actor_kinds"]:
        family = families.get(row.get("family"))
        stage.kinds[row["key"]] = create_item(ActorKind, consultation, family=family, label=row["label"], by=organiser)
    for row in frame["stakes"]:
        stage.stakes[row["key"]] = create_item(Stake, consultation, label=row["label"], by=organiser)
    for row in frame["partners"]:
        stage.partners[row["key"]] = create_item(
            Partner, consultation, name=row["name"], role=row["role"], by=organiser
        )
    today = stage.now.astimezone(ZONE).date()
    for row in frame["news"]:
        on = today + timedelta(days=row["day"])
        create_item(News, consultation, on=on, title=row["title"], body=row["body"], by=organiser)
    for family, names in frame["keywords"].items():
        for name in names:
            stage.keywords[name] = add_keyword(consultation, name=name, family=family, by=organiser)
    stage.natures = {nature.code: nature for nature in Nature.objects.filter(consultation=consultation)}
    stage.reasons = {reason.label: reason for reason in Reason.objects.filter(consultation=consultation)}


def write_programme(stage: Stage) -> None:
    """Create three phases, one over, one open, one to come, and their topics."""
    for row in stage.demo.frame["phases"]:
        stage.phases[row["key"]] = create_phase(
            stage.consultation,
            title=row["title"],
            goal=row["goal"],
            opens_at=stage.at(row["opens_at"]),
            closes_at=stage.at(row["closes_at"]),
            natures=[stage.natures[code] for code in row["natures"]],
            reactions_after_close=row.get("reactions_after_close", False),
            by=stage.organiser,
        )
    for row in stage.demo.topics:
        stage.topics[row["key"]] = create_topic(
            stage.phases[row["phase"]],
            title=row["title"],
            question=row["question"],
            introduction=row["introduction"].strip(),
            need_to_know=row["need_to_know"].strip(),
            by=stage.organiser,
        )
