"""The page of a contribution: what it is called, what one may do there, and what other sites show of a link to it."""

import re

import pytest

from concertation.consultations.actions import archive_consultation, edit_consultation, edit_phase
from contributions.actions import hide_contribution
from contributions.models import Contribution
from tests.reading import ordinary

pytestmark = pytest.mark.django_db
SECRET = "Un mot que tous ne lisent pas"


def address(one):
    return f"/c/innovation-urbaine/contributions/{one.number}/"


def head_of(page):
    return ordinary(page.text.partition("</head>")[0])


def title_of(page):
    return ordinary(re.search(r"<title>(.*?)</title>", page.text, re.DOTALL)[1]).strip()


def h1_of(page):
    return ordinary(re.sub("<[^>]+>", " ", re.search(r"<h1>(.*?)</h1>", page.text, re.DOTALL)[1])).strip()


def allowed_on(page):
    return ordinary(re.search(r'<p class="allowed">(.*?)</p>', page.text, re.DOTALL)[1])


def test_a_page_is_called_by_its_title_its_author_and_its_number(client, contribution):
    page = client.get(address(contribution))

    assert title_of(page).startswith("Des lieux d’essai – Participante, C-1 –")
    assert h1_of(page) == "Des lieux d’essai Participante , C-1"


def test_a_text_without_title_is_called_by_its_first_words(client, post):
    said = post(
        "Il manque des lieux où essayer sans craindre l’échec, et du temps pour le faire bien avec les habitants."
    )

    assert h1_of(client.get(address(said))).startswith(
        "Il manque des lieux où essayer sans craindre l’échec, et du temps"
    )
    assert "…" in h1_of(client.get(address(said)))
    assert "habitants" not in h1_of(client.get(address(said)))


def test_a_link_shows_the_words_elsewhere_and_the_image_of_the_consultation(client, contribution):
    head = head_of(client.get(address(contribution)))

    assert '<meta name="description" content="Il manque des lieux d’essai.">' in head
    assert '<meta property="og:title" content="Des lieux d’essai – Participante, C-1">' in head
    image = re.search(r'og:image" content="https?://[^/]+(/c/innovation-urbaine/apercu\.png\?v=\d+)"', head)[1]
    assert client.get(image)["Content-Type"] == "image/png"


@pytest.mark.parametrize("who", ["visitor", "moderator"])
def test_of_a_hidden_text_no_word_is_left(client, post, moderator, who):
    said = post(f"{SECRET}.", title=SECRET)
    hide_contribution(said, reason=said.consultation.reasons.to_hide()[0], by=moderator)
    if who == "moderator":
        client.force_login(moderator)

    page = client.get(address(said))

    assert SECRET not in head_of(page)
    assert "og:title" not in head_of(page)
    assert h1_of(page) == "Contribution C-1"


def test_of_a_text_that_waits_for_moderation_no_word_is_in_the_preview(client, post, topic, organiser, participant):
    edit_phase(topic.phase, moderation="before", by=organiser)
    topic.refresh_from_db()
    said = post(f"{SECRET}.")
    client.force_login(participant)

    assert "og:title" not in head_of(client.get(address(said)))
    assert "Ce texte n’est pas affiché à tous" in allowed_on(client.get(address(said)))


def test_of_a_phase_of_the_committees_nothing_is_shown_elsewhere(client, post, topic, organiser, partner):
    said = post(f"{SECRET}.", title=SECRET)
    edit_phase(topic.phase, access="committees", by=organiser)
    client.force_login(partner)

    for page in (
        address(said),
        f"/c/innovation-urbaine/thematiques/{topic.pk}/",
        f"/c/innovation-urbaine/phases/{topic.phase_id}/",
    ):
        assert "og:" not in head_of(client.get(page))
        assert 'name="description"' not in head_of(client.get(page))


def test_of_a_draft_nothing_is_shown_elsewhere(client, contribution, consultation, organiser):
    edit_consultation(consultation, opens_publicly_at=None, by=organiser)
    client.force_login(organiser)

    for page in (address(contribution), "/c/innovation-urbaine/", "/c/innovation-urbaine/debat/"):
        assert "og:" not in head_of(client.get(page))
    assert client.get("/c/innovation-urbaine/apercu.png").status_code == 404


def test_the_link_is_a_real_one_that_a_script_copies(client, contribution):
    page = client.get(address(contribution)).text

    assert re.search(rf'<a class="copy-link" href="{address(contribution)}" data-copied="[^"]+"', page)


def test_what_is_allowed_is_said_while_the_phase_is_open(client, contribution):
    assert allowed_on(client.get(address(contribution))).startswith("Vous pouvez répondre et réagir, jusqu’au ")


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"allows_replies": False}, "Les réponses sont closes."),
        ({"allows_reactions": False}, "Les réactions sont closes."),
        ({"allows_replies": False, "allows_reactions": False}, "Ici, on ne peut ni répondre ni réagir."),
    ],
)
def test_what_a_phase_does_not_allow_is_said(client, contribution, organiser, rules, said):
    edit_phase(contribution.topic.phase, **rules, by=organiser)

    assert said in allowed_on(client.get(address(contribution)))


def test_closed_threads_and_phases_and_suspended_people_are_told(
    client, contribution, participant, organiser, suspend, now
):
    Contribution.objects.filter(pk=contribution.pk).update(locked=True)
    assert "Les réponses sont closes." in allowed_on(client.get(address(contribution)))

    suspend()
    client.force_login(participant)
    assert "Votre participation est suspendue" in allowed_on(client.get(address(contribution)))
    client.logout()

    edit_phase(contribution.topic.phase, closes_at=now, by=organiser)
    assert "La phase est close depuis le" in allowed_on(client.get(address(contribution)))

    archive_consultation(contribution.consultation, by=organiser, now=now)
    assert "Cette concertation est archivée" in allowed_on(client.get(address(contribution)))
