"""Pages of notes: taken one after the other, corrected, poured into the debate, and who reads them."""

import re

import pytest
from django.urls import reverse

from ateliers import actions
from ateliers.models import Note
from contributions.models import Contribution

from .conftest import as_, page

pytestmark = pytest.mark.django_db


def test_notes_are_typed_one_after_the_other_without_javascript(held, facilitator):
    browser = as_(facilitator)
    browser.post(page("add_table", held), {"title": "Table rouge"})
    table = held.tables.get()
    address = f"{page('notes', held)}?table={table.pk}"
    name = re.search(r'name="client_uuid" value="([^"]+)"', browser.get(address).text).group(1)

    empty = browser.post(address, {"text": " ", "client_uuid": name})
    assert empty.status_code == 422
    assert not Note.objects.exists()
    after = browser.post(address, {"text": "Une note.", "client_uuid": name})
    assert after["Location"].endswith("#note")
    browser.post(address, {"text": "Une note.", "client_uuid": name})
    other = browser.post(address, {"text": "Une autre.", "client_uuid": name})

    assert [one.text for one in Note.objects.all()] == ["Une note."]
    assert (other.status_code, "Une autre." in other.text, name in other.text) == (422, True, False)


def test_a_name_without_consent_keeps_the_note_in_the_form(table, held, facilitator):
    answer = as_(facilitator).post(
        f"{page('notes', held)}?table={table.pk}", {"text": "Une note précieuse.", "speaker_name": "Nadia"}
    )

    assert "qu’avec son accord" in answer.text
    assert "Une note précieuse." in answer.text
    assert not Note.objects.exists()


def test_a_note_is_corrected_and_removed(note, held, facilitator):
    browser = as_(facilitator)

    browser.post(page("note", held, note.pk), {"text": "Il manque deux lieux."})
    note.refresh_from_db()
    assert note.text == "Il manque deux lieux."
    assert "Supprimer cette note" in browser.get(page("remove_note", held, note.pk)).text
    browser.post(page("remove_note", held, note.pk))
    assert not Note.objects.exists()


def test_chosen_notes_join_the_debate_and_each_page_leads_to_the_other(note, held, topic, facilitator, visitor):
    browser = as_(facilitator)

    refused = browser.post(page("pour", held), {"topic": topic.pk})
    assert "Cochez au moins une note" in refused.text
    browser.post(page("pour", held), {"notes": [note.pk], "topic": topic.pk})

    made = Contribution.objects.get()
    reader = as_(visitor)
    atelier_page = reader.get(page("detail", held)).text
    assert "Il manque un lieu." in atelier_page
    assert f"/contributions/{made.number}/" in atelier_page
    thread = reader.get(reverse("contributions:detail", args=[held.consultation.slug, made.number])).text
    assert page("detail", held) in thread
    assert held.title in thread


def test_a_hidden_contribution_is_not_read_on_the_page_of_its_atelier(note, held, topic, facilitator, moderator, now):
    from contributions.actions.moderation import hide_contribution

    [made] = actions.pour_notes(held, notes=[note], topic=topic, by=facilitator, now=now)
    hide_contribution(made, reason=held.consultation.reasons.first(), message="", by=moderator, now=now)

    for reader in (None, facilitator):
        assert "Il manque un lieu." not in as_(reader).get(page("detail", held)).text


def test_notes_kept_aside_are_not_public(note, held, visitor, participant):
    for reader in (visitor, participant):
        assert "Il manque un lieu." not in as_(reader).get(page("detail", held)).text
