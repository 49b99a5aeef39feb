"""The people of the tests, and the consultation they meet in, all built through the verbs.

Times hang on one moment, ``now``, which is the clock's: rules that stand at the door of a verb read the clock, so a
consultation that is open at ``now`` is open for them too.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from concertation.accounts.models import Organisation, OrganisationKind, User
from concertation.consultations import actions
from concertation.consultations.models import Consultation, Participation, Phase, Role, Suspension, Territory, Topic
from tests.kept_rows import kept

DAY = timedelta(days=1)


@kept
def now() -> datetime:
    return timezone.now().replace(microsecond=0)


def person(name: str, **fields: object) -> User:
    """Someone with an account and nothing else."""
    return User.objects.create_user(f"{name}@exemple.fr", display_name=name.capitalize(), **fields)


def ile_de_france() -> Territory:
    """A territory of the official code; created again where a transactional test has emptied every table."""
    return Territory.objects.get_or_create(
        consultation=None, kind=Territory.Kind.REGION, code="11", defaults={"name": "Île-de-France"}
    )[0]


def joins(user: User, consultation: Consultation, *, now: datetime, kind: int = 0) -> Participation:
    return actions.join_consultation(
        consultation,
        actor_kind=consultation.actor_kinds.all()[kind],
        territory=ile_de_france(),
        organisation=None,
        speaks_for=False,
        accepts_charter=True,
        now=now,
        by=user,
    )


@pytest.fixture
def visitor() -> AnonymousUser:
    return AnonymousUser()


@kept
def administrator(db: None) -> User:
    return User.objects.create_superuser("administratrice@exemple.fr", display_name="Administratrice")


@kept
def organiser(db: None) -> User:
    return person("organisatrice")


@kept
def consultation(administrator: User, organiser: User, now: datetime) -> Consultation:
    """Public for a month, with a charter."""
    made = actions.create_consultation(
        slug="innovation-urbaine",
        title="Place de l’innovation urbaine",
        summary="Une concertation sur les outils de l’innovation urbaine.",
        opens_publicly_at=now - 30 * DAY,
        organiser=organiser,
        now=now - 60 * DAY,
        by=administrator,
    )
    actions.publish_charter(made, title="Charte", body="Écouter, argumenter, respecter.", by=organiser)
    return Consultation.objects.get(pk=made.pk)


def _phase(consultation: Consultation, title: str, opens_at: datetime, closes_at: datetime, by: User) -> Phase:
    return actions.create_phase(
        consultation,
        title=title,
        opens_at=opens_at,
        closes_at=closes_at,
        natures=consultation.natures.all(),
        by=by,
    )


@kept
def past_phase(consultation: Consultation, organiser: User, now: datetime) -> Phase:
    return _phase(consultation, "Besoins", now - 29 * DAY, now - 10 * DAY, organiser)


@kept
def open_phase(consultation: Consultation, past_phase: Phase, organiser: User, now: datetime) -> Phase:
    return _phase(consultation, "Outils", now - 9 * DAY, now + 10 * DAY, organiser)


@kept
def future_phase(consultation: Consultation, open_phase: Phase, organiser: User, now: datetime) -> Phase:
    return _phase(consultation, "Fonctionnalités", now + 11 * DAY, now + 30 * DAY, organiser)


@kept
def past_topic(past_phase: Phase, organiser: User) -> Topic:
    return actions.create_topic(past_phase, title="Sobriété", question="Que faut-il changer ?", by=organiser)


@kept
def topic(open_phase: Phase, organiser: User) -> Topic:
    return actions.create_topic(open_phase, title="Expérimenter", question="Quels outils partager ?", by=organiser)


@kept
def future_topic(future_phase: Phase, organiser: User) -> Topic:
    return actions.create_topic(future_phase, title="Le site", question="Que doit-il permettre ?", by=organiser)


@kept
def participant(consultation: Consultation, now: datetime) -> User:
    user = person("participante")
    joins(user, consultation, now=now)
    return user


@kept
def other_participant(consultation: Consultation, now: datetime) -> User:
    user = person("participant.bis")
    joins(user, consultation, now=now, kind=2)
    return user


def _with_role(name: str, consultation: Consultation, role: Role, *, by: User, now: datetime) -> User:
    user = person(name)
    actions.grant_role(consultation, user=user, role=role, by=by)
    joins(user, consultation, now=now)
    return user


@kept
def partner(consultation: Consultation, organiser: User, now: datetime) -> User:
    """On the operational committee."""
    return _with_role("partenaire", consultation, Role.OPERATIONAL, by=organiser, now=now)


@kept
def director(consultation: Consultation, organiser: User, now: datetime) -> User:
    """On the steering committee."""
    return _with_role("directeur", consultation, Role.STEERING, by=organiser, now=now)


@kept
def moderator(consultation: Consultation, organiser: User, now: datetime) -> User:
    return _with_role("moderatrice", consultation, Role.MODERATOR, by=organiser, now=now)


@kept
def facilitator(consultation: Consultation, organiser: User, now: datetime) -> User:
    """In the animation team."""
    return _with_role("animateur", consultation, Role.TEAM, by=organiser, now=now)


@kept
def newcomer(db: None) -> User:
    """Has an account and has joined nothing."""
    return person("nouvelle")


@kept
def other_consultation(administrator: User, now: datetime) -> Consultation:
    return actions.create_consultation(
        slug="autre",
        title="Une autre concertation",
        opens_publicly_at=now - DAY,
        organiser=person("autre.organisateur"),
        by=administrator,
    )


@kept
def stranger_moderator(other_consultation: Consultation, administrator: User, now: datetime) -> User:
    """Moderates another consultation, and has no role in this one."""
    return _with_role("moderateur.voisin", other_consultation, Role.MODERATOR, by=administrator, now=now)


@kept
def organisation(db: None) -> Organisation:
    return Organisation.objects.create(name="Ville de Grande-Rive", kind=OrganisationKind.PUBLIC)


@pytest.fixture
def suspend(consultation: Consultation, participant: User, moderator: User) -> Callable[[], Suspension]:
    """Suspend the participant, by a moderator, from ``now`` on."""

    def act() -> Suspension:
        return actions.suspend_participation(
            consultation.participations.get(user=participant),
            reason=consultation.reasons.first(),
            message="Restons sur les idées.",
            now=timezone.now(),
            by=moderator,
        )

    return act
