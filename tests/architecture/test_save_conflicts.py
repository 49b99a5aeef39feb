"""Every form whose words two people may edit: no save overwrites another one unseen."""

import pytest
from django.urls import reverse

from concertation.consultations.actions import create_item
from concertation.consultations.models import Document, Partner
from tests.reading import form_with, words

# The address, the list or object it edits, and two of its fields: the first is changed twice, the second by one person.
FORMS = {
    "syntheses:recommendation": ("title", "body"),
    "syntheses:edit": ("introduction", "method"),
    "syntheses:section": ("body", "title"),
    "ateliers:note": ("text", "title"),
    "ateliers:edit": ("description", "place"),
    "consultations:topic_edit": ("need_to_know", "title"),
    "consultations:phase_edit": ("goal", "title"),
    "consultations:settings": ("presentation", "summary"),
    "consultations:charter": ("body", "title"),
    "letters:edit": ("body", "subject"),
    "natures": ("singular", "plural"),
    "motifs": ("explanation", "label"),
    "documents": ("alternative", "rights"),
    "partenaires": ("role", "name"),
    "actualites": ("body", "title"),
}
LISTS = {"natures": "natures", "motifs": "reasons", "documents": "documents", "partenaires": "partners"}
LISTS |= {"actualites": "news"}


@pytest.fixture
def address(world, consultation):
    def of(form):
        if form in LISTS:
            item = getattr(consultation, LISTS[form]).first()
            return reverse("consultations:list_edit", args=[consultation.slug, form, item.pk])
        app = form.split(":")[0]
        names = {"ateliers:note": ["ateliers number", "ateliers:note pk"], "ateliers:edit": ["ateliers number"]}
        names |= {"syntheses:edit": ["syntheses number"], "syntheses:section": ["syntheses pk"]}
        names |= {"letters:edit": ["letters pk"], "consultations:settings": [], "consultations:charter": []}
        keys = names.get(form, [f"{form} {'number' if app == 'syntheses' else 'pk'}"])
        return reverse(form, args=[consultation.slug, *(world[key] for key in keys)])

    assert {model.objects.count() for model in (Document, Partner)} == {1}
    return of


def opened(client, url):
    return form_with(client.get(url), "expected_version")


@pytest.mark.parametrize("form", FORMS)
def test_a_save_over_older_words_shows_both_texts_and_the_informed_one_goes_through(form, address, client, organiser):
    client.force_login(organiser)
    url, field = address(form), FORMS[form][0]
    older = opened(client, url)
    client.post(url, older | {field: "Les mots de la première."})

    refused = client.post(url, older | {field: "Les mots de la seconde."})

    assert refused.status_code == 409
    assert "Les mots de la première." in words(refused)
    assert "Les mots de la seconde." in form_with(refused, "expected_version")[field]
    assert opened(client, url)[field] == ["Les mots de la première."]

    informed = client.post(url, form_with(refused, "expected_version"))

    assert informed.status_code in (302, 303)
    assert opened(client, url)[field] == ["Les mots de la seconde."]


@pytest.mark.parametrize("form", FORMS)
def test_a_save_changes_only_what_its_author_changed_and_says_what_another_did(form, address, client, organiser):
    client.force_login(organiser)
    url, (field, other) = address(form), FORMS[form]
    older = opened(client, url)
    client.post(url, older | {field: "Les mots de la première."})

    saved = client.post(url, older | {other: "Les mots de la seconde."}, follow=True)

    assert "Entre-temps, une autre personne a modifié" in words(saved)
    kept = opened(client, url)
    assert (kept[field], kept[other]) == (["Les mots de la première."], ["Les mots de la seconde."])


def test_the_other_version_may_be_chosen_field_by_field(address, client, organiser):
    client.force_login(organiser)
    url = address("syntheses:section")
    older = opened(client, url)
    client.post(url, older | {"title": "Leur titre", "body": "Leur texte."})
    refused = client.post(url, older | {"title": "Mon titre", "body": "Mon texte."})

    client.post(url, form_with(refused, "expected_version") | {"choix_body": "enregistree"})

    kept = opened(client, url)
    assert (kept["title"], kept["body"]) == (["Mon titre"], ["Leur texte."])


def test_ticks_that_two_people_change_differently_are_shown_and_chosen(address, client, organiser, consultation):
    client.force_login(organiser)
    first, second = consultation.partners.get(), create_item(Partner, consultation, name="Ville", by=organiser)
    url = address("ateliers:edit")
    older = opened(client, url)
    client.post(url, older | {"hosts": [first.pk]})

    refused = client.post(url, older | {"hosts": [second.pk]})

    assert refused.status_code == 409
    assert [one.theirs for one in refused.context["form"].clashes] == [str(first)]
    assert opened(client, url)["hosts"] == [str(first.pk)]

    client.post(url, form_with(refused, "expected_version") | {"hosts": [first.pk, second.pk]})

    assert opened(client, url)["hosts"] == [str(first.pk), str(second.pk)]


def test_the_programme_of_the_day_is_one_text(client, organiser, world, consultation):
    client.force_login(organiser)
    url = reverse("ateliers:agenda", args=[consultation.slug, world["ateliers number"]])
    older = opened(client, url)
    client.post(url, older | {"form-0-title": "Accueil de la première"})

    refused = client.post(url, older | {"form-0-title": "Accueil de la seconde"})

    assert refused.status_code == 409
    assert "Accueil de la première" in words(refused)
    assert opened(client, url)["form-0-title"] == ["Accueil de la première"]

    client.post(url, form_with(refused, "expected_version"))

    assert opened(client, url)["form-0-title"] == ["Accueil de la seconde"]


def test_a_third_save_in_between_is_a_new_conflict(address, client, organiser):
    client.force_login(organiser)
    url = address("syntheses:section")
    older = opened(client, url)
    client.post(url, older | {"body": "Un."})
    refused = client.post(url, older | {"body": "Deux."})
    client.post(url, opened(client, url) | {"body": "Trois."})

    again = client.post(url, form_with(refused, "expected_version"))

    assert again.status_code == 409
    assert opened(client, url)["body"] == ["Trois."]
