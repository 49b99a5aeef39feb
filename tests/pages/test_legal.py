"""The legal pages: who edits them, their versions, and what the site may claim of its accessibility."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from concertation.accounts.models import LegalText
from concertation.journal.models import JournalEntry
from concertation.pages.legal.actions import publish_legal_text, record_audit
from concertation.pages.legal.texts import PAGES, blanks_in
from concertation.pages.models import AccessibilityAudit
from tests.french import WRONG
from tests.reading import form_with, words

pytestmark = pytest.mark.django_db

FOUND = {"audited_on": date(2026, 11, 2), "auditor": "Un cabinet", "applicable": 80}


@pytest.fixture
def as_administrator(client, administrator):
    client.force_login(administrator)
    return client


@pytest.mark.parametrize("who", ["organiser", "participant", "moderator"])
def test_only_the_administrator_edits_them(who, request, organiser, consultation):
    with pytest.raises(PermissionDenied):
        publish_legal_text("contact", body="Ici.", by=request.getfixturevalue(who))
    with pytest.raises(PermissionDenied):
        record_audit(**FOUND, met=40, by=request.getfixturevalue(who))


@pytest.mark.parametrize("slug", PAGES)
def test_each_page_is_in_the_footer_and_begins_from_a_model_in_good_french(slug, as_administrator):
    assert f'href="/{slug}/"' in as_administrator.get("/").text.partition('id="pied"')[2]

    [model] = form_with(as_administrator.get(f"/{slug}/modifier/"), "body")["body"]

    assert model.strip() == PAGES[slug].model.strip()
    assert WRONG.search(model) is None
    assert blanks_in(model) != []


def test_a_model_is_not_published_before_it_is_completed(as_administrator):
    form = form_with(as_administrator.get("/contact/modifier/"), "body")

    refused = as_administrator.post("/contact/modifier/", form)

    assert refused.status_code == 422
    assert "Il reste à compléter, entre crochets dans le texte : adresse électronique de contact" in words(refused)
    assert form_with(refused, "body")["body"] == form["body"]
    assert not LegalText.objects.exists()


def test_a_page_that_is_not_written_yet_says_so(client):
    assert "Ce texte n’est pas encore publié" in words(client.get("/mentions-legales/"))


def test_a_change_is_a_new_version_and_the_former_one_stays(as_administrator, administrator):
    for text in ("Mairie, place du Marché.", "Mairie, rue Haute.", "Mairie, rue Haute."):
        form = form_with(as_administrator.get("/contact/modifier/"), "body")
        assert as_administrator.post("/contact/modifier/", form | {"body": text}).status_code == 302

    page, edit = words(as_administrator.get("/contact/")), words(as_administrator.get("/contact/modifier/"))

    assert "Mairie, rue Haute. Version 2, publiée le" in page
    assert "place du Marché" not in page
    assert "Mairie, place du Marché." in edit
    published = JournalEntry.objects.filter(verb="legal_text.published")
    assert [one.details["version"] for one in published] == [2, 1]


def test_a_save_over_a_newer_version_shows_both(as_administrator, administrator):
    publish_legal_text("contact", body="Première.", by=administrator)
    older = form_with(as_administrator.get("/contact/modifier/"), "body")
    publish_legal_text("contact", body="Celle d’une autre.", by=administrator)

    refused = as_administrator.post("/contact/modifier/", older | {"body": "La mienne."})

    assert refused.status_code == 409
    assert "Celle d’une autre." in words(refused)


def test_a_first_version_that_another_published_meanwhile_is_a_conflict(as_administrator, administrator):
    older = form_with(as_administrator.get("/contact/modifier/"), "body")
    publish_legal_text("contact", body="Celle d’une autre.", by=administrator)

    refused = as_administrator.post("/contact/modifier/", older | {"body": "La mienne."})

    assert refused.status_code == 409
    assert "Celle d’une autre." in words(refused)


@pytest.mark.parametrize(
    ("met", "state"),
    [
        (None, "non conforme"),
        (39, "non conforme"),
        (40, "partiellement conforme"),
        (79, "partiellement conforme"),
        (80, "totalement conforme"),
    ],
)
def test_the_site_claims_what_its_last_audit_found(met, state, client, administrator):
    if met is not None:
        record_audit(**FOUND, met=met, by=administrator)

    assert f"est {state} avec le référentiel" in words(client.get("/accessibilite/"))
    assert f"Accessibilité : {state}" in words(client.get("/"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"met": 81}, "met"),
        ({"applicable": 107, "met": 1}, "applicable"),
        ({"audited_on": timezone.localdate() + timedelta(days=1)}, "audited_on"),
        ({"auditor": ""}, "auditor"),
    ],
)
def test_an_impossible_audit_is_refused_beside_its_field(wrong, field, administrator):
    with pytest.raises(ValidationError) as refusal:
        record_audit(**{**FOUND, "met": 40, **wrong}, by=administrator)

    assert list(refusal.value.message_dict) == [field]
    assert not AccessibilityAudit.objects.exists()
