from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from ateliers import actions
from ateliers.models import Atelier, AtelierRole
from concertation.accounts.models import User
from tests.announcing import verbs_announce  # noqa: F401 - a fixture that every test here uses
from tests.indexing import index_holds  # noqa: F401 - a fixture that every test here uses
from tests.kept_rows import kept
from tests.personas import person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@kept
def draft(consultation, organiser, now):
    return actions.create_atelier(
        consultation,
        title="Atelier des rives",
        description="Venez avec **un projet**.",
        starts_at=now + 7 * DAY,
        ends_at=now + 7 * DAY + 3 * HOUR,
        place="Halle aux Grains, Lille",
        seats_on_site=2,
        by=organiser,
    )


@kept
def atelier(draft, organiser, now):
    return actions.publish_atelier(draft, by=organiser, now=now)


@kept
def held(atelier, organiser, now):
    """The same atelier, the day before."""
    return actions.edit_atelier(atelier, starts_at=now - DAY, ends_at=now - DAY + 3 * HOUR, by=organiser, now=now)


@kept
def table(held, facilitator):
    return actions.add_table(held, title="Table bleue", by=facilitator)


@kept
def rapporteur(db, held, organiser):
    """Takes the notes of this atelier and has no other role."""
    user = person("rapporteuse")
    actions.set_team(held, people=[user], role=AtelierRole.Role.RAPPORTEUR, by=organiser)
    return user


@pytest.fixture
def people(consultation, now):
    """As many participants as one asks for."""
    from tests.personas import joins

    def make(number: int) -> list[User]:
        made = [person(f"personne.{one}") for one in range(number)]
        for user in made:
            joins(user, consultation, now=now)
        return made

    return make


def fresh(atelier: Atelier) -> Atelier:
    return Atelier.objects.get(pk=atelier.pk)


def page(name, atelier, *more):
    return reverse(f"ateliers:{name}", args=[atelier.consultation.slug, atelier.number, *more])


def as_(user):
    browser = Client()
    if user is not None and user.is_authenticated:
        browser.force_login(user)
    return browser


@pytest.fixture
def note(table, facilitator, now):
    return actions.write_note(table, text="Il manque un lieu.", title="Un lieu", by=facilitator, now=now)
