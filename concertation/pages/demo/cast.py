"""The people of the demonstration: accounts, invitations, roles and participations."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from io import StringIO

from django.contrib.auth.hashers import make_password
from django.core.management import call_command

from concertation.accounts.actions import open_account, rename_user
from concertation.accounts.models import User
from concertation.consultations.actions import (
    accept_invitation,
    find_or_create_organisation,
    grant_role,
    invite,
    join_consultation,
)
from concertation.consultations.models import Invitation, Role
from concertation.notices.models import Message

from .content import Demo, Moment, Row
from .stage import Stage

DOMAIN = "demo.example"
PASSWORD = "une-ville-a-l-essai"  # noqa: S105 - the demonstration's, printed when it is loaded


def address_of(row: Row) -> str:
    return f"{row.get('login', row['key'])}@{DOMAIN}"


def open_accounts(people: Iterable[Row], now: datetime) -> dict[str, User]:
    """Create an account for each person; those whose address is printed also have the demonstration's password."""
    users = {}
    # Hashed once: eight slow hashes of the same printed password would protect nobody.
    hashed = make_password(PASSWORD)
    for row in people:
        if row.get("administrator"):
            call_command(
                "create_administrator", email=address_of(row), name=row["name"], no_input=True, stdout=StringIO()
            )
        user = open_account(address_of(row), now=now)
        users[row["key"]] = rename_user(user, display_name=row["name"], by=user)
        if "login" in row:
            user.password = hashed
            user.save(update_fields=["password"])
    return users


def found_organisations(stage: Stage) -> None:
    for row in stage.demo.frame["organisations"]:
        stage.organisations[row["key"]] = find_or_create_organisation(row["name"], kind=row["kind"], by=stage.organiser)


def gather_people(stage: Stage) -> None:
    """Have committees and speakers accept an invitation, give teams their role, and have all join."""
    first = first_moments(stage.demo)
    opens = stage.at(stage.demo.frame["phases"][0]["opens_at"])
    for row in stage.demo.frame["people"]:
        if row.get("administrator"):
            continue
        key, role = row["key"], row.get("role", "")
        if role in (*Role.committees(), "") and (role or row.get("speaks") == "confirmed"):
            answer_letter(stage, row, role=role, at=opens)
        elif role and role != Role.ORGANISER:
            grant_role(stage.consultation, user=stage.users[key], role=role, by=stage.organiser)
        earliest = stage.on(first[key]) if key in first else stage.now - timedelta(days=30)
        join(stage, row, at=earliest - timedelta(minutes=25))
    for row in stage.demo.frame["invitations"]:
        invite(
            stage.consultation,
            email=row["email"],
            name=row["name"],
            role=row["role"],
            organisation=None,
            by=stage.organiser,
            now=stage.at(row["at"]),
        )


def answer_letter(stage: Stage, row: Row, *, role: str, at: datetime) -> Invitation:
    """Invite a person, who opens the link of the mail."""
    invitation = invite(
        stage.consultation,
        email=address_of(row),
        name=row["name"],
        role=role,
        organisation=stage.organisations[row["organisation"]] if "organisation" in row else None,
        by=stage.organiser,
        now=at - timedelta(days=3),
    )
    letter = Message.objects.get(key=invitation.mail_key).text
    link = re.search(r"https?://\S+/([\w-]{20,})/?", letter)
    assert link is not None
    return accept_invitation(link.group(1), user=stage.users[row["key"]], now=at)


def join(stage: Stage, row: Row, *, at: datetime) -> None:
    stage.participations[row["key"]] = join_consultation(
        stage.consultation,
        actor_kind=stage.kinds[row["kind"]],
        territory=stage.territory("departement", row["territory"]) if "territory" in row else None,
        organisation=stage.organisations[row["organisation"]] if "organisation" in row else None,
        speaks_for="speaks" in row,
        accepts_charter=True,
        now=at,
        by=stage.users[row["key"]],
    )


def first_moments(demo: Demo) -> dict[str, Moment]:
    """Return the moment at which each person first does something."""
    first: dict[str, Moment] = {}
    acts = [(said.author, said.at) for said in demo.said]
    acts += [(report["by"], Moment.parse(report["at"])) for report in demo.moderation["reports"]]
    for atelier in demo.ateliers:
        opens = Moment.parse(atelier["registration_opens"])
        acts += [(person, opens) for list_ in SEATED for person in atelier.get(list_, [])]
    for person, moment in acts:
        first[person] = min(first.get(person, moment), moment)
    return first


SEATED = ("registered", "registered_remote", "cancelled", "waiting")
