"""The page « Données personnelles » describes every table about people, with the durations of the code."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import EmailField

from concertation.accounts import personal_data, saved_forms
from concertation.accounts.models import User
from concertation.consultations.models import Participation
from concertation.jobs.actions import LINE_STAYS
from tests.reading import words

PEOPLE = (User, Participation)
# Columns that name a person without a foreign key.
NAMES_A_PERSON = {"actor_id", "actor", "viewer", "session_data"}


def is_about_people(model):
    return any(
        field.related_model in PEOPLE or isinstance(field, EmailField) or field.name in NAMES_A_PERSON
        for field in model._meta.fields
    )


def test_every_table_about_people_is_described():
    about = {model._meta.label for model in apps.get_models() if is_about_people(model)}
    described = {label for use in personal_data.uses for label in use.holds}

    assert sorted(about - described) == []
    assert len(about) > 20


def test_every_table_that_is_described_exists():
    assert all(apps.get_model(label) for use in personal_data.uses for label in use.holds)


@pytest.mark.django_db
def test_the_page_says_each_purpose_and_the_durations_of_the_code(client):
    page = words(client.get("/donnees-personnelles/"))

    assert [use for use in personal_data.uses if str(use.purpose) not in page] == []
    hours = saved_forms.KEPT_FOR // timedelta(hours=1)
    assert f"Effacé après {hours} heures" in page
    assert f"la ligne qui le mentionne après {LINE_STAYS.days} jours" in page
