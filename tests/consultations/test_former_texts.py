"""The words of the teams' texts stay readable after others have replaced them."""

import pytest

from concertation.consultations import actions
from concertation.documents.models import FormerText
from concertation.syntheses.writing import actions as writing
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def section(consultation, organiser):
    synthesis = writing.create_synthesis(consultation, title="Synthèse", by=organiser)
    return writing.add_section(synthesis, title="Les lieux", body="Il en manque **dix**.", by=organiser)


def address(consultation, kind, row):
    return f"/c/{consultation.slug}/organiser/versions/{kind}/{row.pk}/"


def test_replaced_words_are_found_again_with_who_replaced_them(client, consultation, section, organiser):
    client.force_login(organiser)
    writing.edit_section(section, title="Les lieux", body="Il n’en manque pas.", by=organiser)

    page = words(client.get(address(consultation, "section", section)))

    assert "Il en manque **dix**." in page
    assert "Remplacé par Organisatrice" in page
    assert [one.field for one in FormerText.objects.of(section)] == ["body"]


def test_a_replaced_title_is_kept_too(section, organiser):
    writing.edit_section(section, title="Les places", body=section.body, by=organiser)

    assert list(FormerText.objects.of(section).values_list("field", "text")) == [("title", "Les lieux")]


def test_the_form_leads_to_them_once_there_are_some(client, consultation, section, organiser):
    client.force_login(organiser)
    form = f"/c/{consultation.slug}/organiser/sections/{section.pk}/"
    assert "Versions précédentes" not in words(client.get(form))

    writing.edit_section(section, title="Les lieux", body="Il n’en manque pas.", by=organiser)

    assert address(consultation, "section", section) in client.get(form).content.decode()


def test_who_may_not_change_a_text_does_not_read_its_former_words(client, consultation, section, moderator):
    client.force_login(moderator)

    assert client.get(address(consultation, "section", section)).status_code == 403
    assert client.get(address(consultation, "participation", section)).status_code == 404


def test_they_go_with_what_they_were_words_of(section, organiser):
    writing.edit_section(section, title="Les lieux", body="Il n’en manque pas.", by=organiser)

    writing.remove_section(section, by=organiser)

    assert not FormerText.objects.exists()


def test_a_save_that_changes_nothing_keeps_nothing(topic, organiser):
    actions.edit_topic(topic, title=topic.title, by=organiser)

    assert not FormerText.objects.exists()


def test_the_list_costs_the_same_for_one_and_for_three(client, consultation, section, organiser, count_queries):
    client.force_login(organiser)

    def read():
        assert client.get(address(consultation, "section", section)).status_code == 200

    writing.edit_section(section, title="Les lieux", body="Un.", by=organiser)
    one = count_queries(read)
    for body in ("Deux.", "Trois."):
        writing.edit_section(section, title="Les lieux", body=body, by=organiser)

    assert count_queries(read) == one
