"""Pages of letters: what is checked before one leaves, the outbox, and a person's own page."""

import pytest
from django.urls import reverse

from concertation.letters import actions
from concertation.letters.models import Letter
from concertation.notices.models import Message
from tests.personas import joins, person
from tests.reading import form_with, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_organiser(client, organiser):
    client.force_login(organiser)
    return client


def at(name, letter):
    return reverse(f"letters:{name}", args=[letter.consultation.slug, letter.pk])


def test_a_form_without_a_group_says_so_beside_the_field_and_loses_no_word(as_organiser, consultation):
    address = reverse("letters:new", args=[consultation.slug])

    answer = as_organiser.post(address, {"subject": "Merci", "body": "À bientôt."})

    assert answer.status_code == 422
    assert answer.context["form"].errors["groups"] == ["Choisissez au moins un groupe."]
    assert form_with(answer, "subject") | {"subject": ["Merci"], "body": ["À bientôt."]} == form_with(answer, "subject")
    assert not Letter.objects.exists()


def test_the_page_of_those_who_have_not_written_leads_to_a_letter_to_them(as_organiser, consultation, participant):
    silent = as_organiser.get(reverse("contributions:silent", args=[consultation.slug])).text
    address = reverse("letters:new", args=[consultation.slug]) + "?groupe=sans-contribution"
    assert address in silent

    assert form_with(as_organiser.get(address), "subject")["groups"] == ["sans-contribution"]


def test_number_names_and_those_left_out_are_shown_before_sending(
    as_organiser, write, consultation, participant, other_participant, partner, now
):
    actions.refuse_letters(consultation.participations.get(user=partner), now=now)

    shown = words(as_organiser.get(at("letter", write())))

    assert "Cette lettre sera écrite à 2 personnes . Rien n’est encore envoyé." in shown
    assert "Participante" in shown
    assert "Partenaire" not in shown
    assert "Ne veulent plus de lettres : 1" in shown
    assert "la suite arrive. Organisatrice Pour l’équipe de la concertation" in shown
    assert "@" not in shown.split("Qui la recevra")[1]


def test_names_are_shown_twenty_five_at_a_time_at_the_same_cost(as_organiser, write, consultation, now, count_queries):
    joins(person("premiere"), consultation, now=now)
    letter = write()
    as_organiser.get(at("letter", letter))
    one = count_queries(lambda: as_organiser.get(at("letter", letter)))
    for number in range(26):
        joins(person(f"personne{number}"), consultation, now=now)

    many = count_queries(lambda: as_organiser.get(at("letter", letter)))

    page = as_organiser.get(at("letter", letter)).context["page"]
    assert (len(page.rows), bool(page.next)) == (25, True)
    assert one == many


def test_the_list_costs_the_same_with_one_letter_and_with_three(as_organiser, write, leave, participant, count_queries):
    leave(write())
    address = reverse("letters:list", args=["innovation-urbaine"])
    as_organiser.get(address)
    one = count_queries(lambda: as_organiser.get(address))
    for number in range(2):
        leave(write(subject=f"Lettre {number}"))

    assert count_queries(lambda: as_organiser.get(address)) == one


def test_a_letter_is_sent_from_the_page_of_the_check_and_stopped_from_the_outbox(as_organiser, write, participant):
    letter = write()
    sent = as_organiser.post(at("send", letter), form_with(as_organiser.get(at("letter", letter)), "expected_version"))
    assert sent.status_code == 303
    assert "Vous pouvez l’arrêter jusque-là" in words(as_organiser.get(sent["Location"]))
    assert at("stop", letter) in as_organiser.get(reverse("letters:list", args=["innovation-urbaine"])).text

    stopped = as_organiser.post(at("stop", letter), follow=True)

    assert "personne n’a reçu la lettre" in words(stopped)
    assert Letter.objects.get().is_draft


def test_a_letter_that_somebody_changed_meanwhile_is_not_sent(as_organiser, write, participant, organiser):
    letter = write()
    checked = form_with(as_organiser.get(at("letter", letter)), "expected_version")
    actions.edit_letter(letter, body="Autre chose.", by=organiser)

    refused = as_organiser.post(at("send", letter), checked, follow=True)

    assert "Relisez-la avant de l’envoyer" in words(refused)
    assert Letter.objects.get().is_draft


def test_a_send_without_the_version_of_a_check_is_refused(as_organiser, write, participant):
    letter = write()

    as_organiser.post(at("send", letter))

    assert Letter.objects.get().is_draft


def test_the_page_of_a_sent_letter_says_how_many_mails_have_left(
    as_organiser, write, leave, participant, other_participant, now
):
    letter = leave(write())
    assert "0 sur 2 pour l’instant" in words(as_organiser.get(at("letter", letter)))
    first = Message.objects.of_mailings().first()
    Message.objects.filter(pk=first.pk).update(sent=now)
    assert "1 sur 2 pour l’instant" in words(as_organiser.get(at("letter", letter)))

    Message.objects.of_mailings().filter(sent=None).update(failed=now)

    shown = words(as_organiser.get(at("letter", letter)))
    assert "1 courriel parti 1 adresse refusée" in shown
    assert "Écrite à 2 personnes." in shown


def test_a_person_finds_the_letters_they_received_and_where_to_refuse_them(client, write, leave, participant):
    leave(write())
    client.force_login(participant)

    page = client.get(reverse("accounts:me"))

    assert "Lettres reçues" in words(page)
    assert "la <strong>suite</strong> arrive" in page.text
    assert "/lettres/" in page.text
