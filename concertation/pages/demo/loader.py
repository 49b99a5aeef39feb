"""Run the demonstration's verbs in chronological order, in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from concertation.accounts.models import User
from concertation.consultations.models import Consultation

from . import cast, content, debate, findings, frame, legal, letters, preparation, workshops
from .stage import Stage


@dataclass(frozen=True, slots=True)
class Login:
    """An address to log in with, the role it has, and the person's name."""

    address: str
    role: str
    name: str


def load(now: datetime) -> Consultation | None:
    """Load the demonstration, dated around ``now``; return None when it exists already."""
    demo = content.read()
    if Consultation.objects.filter(slug=demo.frame["consultation"]["slug"]).exists():
        return None
    with transaction.atomic():
        stage = set_up(demo, now)
        acts = [*debate.acts(stage), *workshops.acts(stage), *findings.acts(stage), *letters.acts(stage)]
        for act in sorted(acts):
            act.play()
        preparation.prepare(stage)
    return stage.consultation


def load_empty(now: datetime) -> bool:
    """Create the accounts of those who prepare a concertation, and nothing else; return False when they exist."""
    people = [row for row in content.read().frame["people"] if row.get("login") in PREPARING]
    if User.objects.filter(email__in=map(cast.address_of, people)).exists():
        return False
    with transaction.atomic():
        cast.open_accounts(people, now)
    return True


def set_up(demo: content.Demo, now: datetime) -> Stage:
    """Create the accounts, the consultation, its lists and its programme, and its participations."""
    users = cast.open_accounts(demo.frame["people"], now)
    by_role = {
        row.get("role", "administrator" if row.get("administrator") else ""): row for row in demo.frame["people"]
    }
    administrator = users[by_role["administrator"]["key"]]
    organiser = users[by_role["organiser"]["key"]]
    for user in (administrator, organiser):
        user.refresh_from_db()
    consultation = frame.open_consultation(demo, organiser=organiser, administrator=administrator, now=now)
    stage = Stage(demo=demo, now=now, consultation=consultation, administrator=administrator, users=users)
    legal.publish_pages(administrator)
    frame.fill_lists(stage)
    frame.write_programme(stage)
    cast.found_organisations(stage)
    cast.gather_people(stage)
    return stage


def logins(*, is_empty: bool = False) -> list[Login]:
    """Return one address for each role, in the order of the files; of an empty site, those who prepare it."""
    roles = PREPARING if is_empty else ROLES
    return [
        Login(cast.address_of(row), ROLES[row["login"]], row["name"])
        for row in content.read().frame["people"]
        if row.get("login") in roles
    ]


ROLES = {
    "participant": "Participante",
    "comite-operationnel": "Comité opérationnel",
    "comite-directeur": "Comité directeur",
    "moderation": "Modération",
    "animation": "Équipe d’animation",
    "atelier": "Animation d’ateliers",
    "organisation": "Organisation",
    "administration": "Administration du site",
}
PREPARING = ("organisation", "administration")
