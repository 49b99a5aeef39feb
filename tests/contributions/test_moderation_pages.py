"""Pages of the moderation: the queue, what is hidden, the page of a decision, and who reads them."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concertation.live.registry import rooms_for
from concertation.notices.models import Message
from concertation.viewer import Viewer
from contributions import actions
from contributions.models import Contribution, State
from tests.reading import words

pytestmark = pytest.mark.django_db


def queue_url(consultation):
    return reverse("contributions:queue", args=[consultation.slug])


@pytest.mark.parametrize(
    ("persona", "status"),
    [("participant", 403), ("partner", 403), ("director", 403), ("moderator", 200), ("stranger_moderator", 403)],
)
def test_the_queue_is_for_moderators(client, consultation, persona, status, request):
    client.force_login(request.getfixturevalue(persona))

    assert client.get(queue_url(consultation)).status_code == status


@pytest.mark.parametrize(
    ("persona", "joins"), [("visitor", False), ("participant", False), ("facilitator", False), ("moderator", True)]
)
def test_only_who_reads_the_queue_hears_of_it(consultation, now, persona, joins, request):
    rooms = rooms_for(Viewer(request.getfixturevalue(persona), now), f"moderation:{consultation.pk}")

    assert list(rooms) == ([f"moderation:{consultation.pk}:staff"] if joins else [])


def test_the_queue_shows_what_waits_and_why(client, consultation, report, moderator):
    client.force_login(moderator)

    page = client.get(queue_url(consultation)).content.decode()

    assert "Attaque une personne." in page
    assert "Il manque des lieux d’essai." in page


def test_each_page_of_the_queue_names_all_that_waits_so_that_what_moves_up_is_not_taken_for_decided(
    client, consultation, post, reason, other_participant, moderator, monkeypatch
):
    monkeypatch.setattr("contributions.moderation.views.PAGE", 2)
    reported = [post(words) for words in ("Un.", "Deux.", "Trois.")]
    for one in reported:
        actions.report_contribution(one, reason=reason, by=other_participant)
    client.force_login(moderator)

    first = client.get(queue_url(consultation))
    page = client.get(queue_url(consultation) + first.context["page"].next).content.decode()

    assert f'data-queue="{" ".join(str(one.pk) for one in reported)}"' in page
    assert page.count('<li class="queue__item"') == 1


def test_the_next_page_of_the_queue_passes_over_nothing_when_others_decide_in_between(
    client, consultation, post, reason, other_participant, moderator, monkeypatch
):
    monkeypatch.setattr("contributions.moderation.views.PAGE", 2)
    reported = [post(words) for words in ("Un.", "Deux.", "Trois.", "Quatre.")]
    for one in reported:
        actions.report_contribution(one, reason=reason, by=other_participant)
    client.force_login(moderator)
    first = client.get(queue_url(consultation))
    for one in reported[:2]:
        actions.keep_contribution(one, message="", by=moderator)

    second = client.get(queue_url(consultation) + first.context["page"].next)

    assert [row.contribution for row, _form in second.context["rows"]] == reported[2:]


def test_the_next_page_of_what_is_hidden_passes_over_nothing_when_some_is_restored_in_between(
    client, consultation, post, reason, moderator, monkeypatch
):
    monkeypatch.setattr("contributions.moderation.views.PAGE", 2)
    hidden = [post(words) for words in ("Un.", "Deux.", "Trois.", "Quatre.")]
    for one in hidden:
        actions.hide_contribution(one, reason=reason, by=moderator)
    client.force_login(moderator)
    address = queue_url(consultation) + "masquees/"
    first = client.get(address)
    for one in hidden[2:]:
        actions.restore_contribution(
            one, reason=consultation.reasons.to_restore().first(), message="Relu.", by=moderator
        )

    second = client.get(address + first.context["page"].next)

    assert [one for one, _form in second.context["rows"]] == hidden[1::-1]


def test_a_longer_queue_asks_no_more_queries(client, consultation, post, reason, other_participant, moderator):
    client.force_login(moderator)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(queue_url(consultation))
        return len(asked)

    actions.report_contribution(post("Un."), reason=reason, by=other_participant)
    few = queries()
    for text in ("Deux.", "Trois.", "Quatre."):
        actions.report_contribution(post(text), reason=reason, by=other_participant)

    assert queries() == few


def test_hiding_without_a_reason_is_refused_beside_the_field(client, consultation, report, contribution, moderator):
    client.force_login(moderator)
    url = reverse("contributions:decide", args=[consultation.slug, contribution.number])
    prefix = f"c{contribution.number}"

    answer = client.post(url, {f"{prefix}-act": "hide", f"{prefix}-message": "Mon message."})

    assert answer.status_code == 422
    assert "Choisissez le motif" in answer.content.decode()
    assert "Mon message." in answer.content.decode()


def test_a_decision_from_the_queue_hides_the_text(client, consultation, report, contribution, reason, moderator):
    client.force_login(moderator)
    url = reverse("contributions:decide", args=[consultation.slug, contribution.number])
    prefix = f"c{contribution.number}"

    answer = client.post(url, {f"{prefix}-act": "hide", f"{prefix}-reason": reason.pk})

    assert answer.status_code == 302
    contribution.refresh_from_db()
    assert contribution.state == State.HIDDEN


def test_a_hidden_text_is_restored_with_a_reason_and_a_message(client, consultation, hidden, conform, moderator):
    client.force_login(moderator)
    url = reverse("contributions:decide", args=[consultation.slug, hidden.number])
    prefix = f"c{hidden.number}"
    page = client.get(url).content.decode()
    assert conform.label in page
    assert "Publicité" not in page
    assert 'value="restore"' in page
    assert (page.count(" checked"), page.count("Rétablir ce texte")) == (0, 1)

    refused = client.post(url, {f"{prefix}-act": "restore", f"{prefix}-message": ""}, follow=True)
    answers = {f"{prefix}-act": "restore", f"{prefix}-reason": conform.pk, f"{prefix}-message": "Relu à deux."}
    restored = client.post(url, answers)

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["reason", "message"]
    assert restored.status_code == 302
    assert Contribution.objects.get(pk=hidden.pk).state == State.PUBLISHED
    kept = client.get(url).content.decode()
    assert f"<strong>Rétablir</strong> · {conform.label}" in kept
    assert "Relu à deux." in kept


def test_the_journal_says_why_a_text_was_hidden_until_it_is_taken_back(
    client, consultation, hidden, reason, participant, moderator
):
    client.force_login(moderator)
    page = reverse("consultations:journal_decisions", args=[consultation.slug])

    html = client.get(page).content.decode()
    actions.withdraw_contribution(hidden, by=participant)

    assert f"Motif\u00a0: {reason.label}" in html
    assert "Restons sur les idées." in html
    assert "Restons sur les idées." not in client.get(page).content.decode()


def test_the_queue_asks_the_same_of_the_database_for_one_and_three(
    client, consultation, post, reason, other_participant, moderator
):
    client.force_login(moderator)

    def count() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            client.get(queue_url(consultation))
        return len(captured)

    actions.report_contribution(post("Un."), reason=reason, by=other_participant)
    with_one = count()
    for text in ("Deux.", "Trois."):
        actions.report_contribution(post(text), reason=reason, by=other_participant)

    assert count() == with_one


@pytest.mark.parametrize("persona", ["visitor", "participant", "other_participant", "partner"])
def test_the_link_of_the_letter_shows_the_hidden_text_and_why_to_its_author_alone(
    hidden, reason, client, persona, request
):
    letter = Message.objects.get(subject__contains=hidden.ref)
    address = reverse("contributions:detail", args=[hidden.consultation.slug, hidden.number])
    assert address in letter.text
    reader = request.getfixturevalue(persona)
    if reader.is_authenticated:
        client.force_login(reader)

    page = words(client.get(address))

    is_author = persona == "participant"
    for said in (hidden.current.plain, reason.label, "Restons sur les idées."):
        assert (said in page) == is_author


def test_once_restored_the_page_says_no_longer_that_it_is_hidden(hidden, conform, moderator, participant, client):
    address = reverse("contributions:detail", args=[hidden.consultation.slug, hidden.number])
    client.force_login(participant)
    assert "Votre texte est masqué" in words(client.get(address))

    actions.restore_contribution(hidden, reason=conform, message="Relu.", by=moderator)

    assert "Votre texte est masqué" not in words(client.get(address))


def current_tabs(page):
    return re.findall(
        r'<a [^>]*aria-current="page">([^<]+)', page.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    )


def test_the_page_of_a_decision_leads_back_and_is_a_tab_only_while_the_text_waits(
    client, contribution, reason, other_participant, moderator
):
    here = [contribution.consultation.slug]
    address = reverse("contributions:decide", args=[*here, contribution.number])
    client.force_login(moderator)
    page = client.get(address).text
    assert current_tabs(page) == []
    crumbs = page.partition('<nav class="breadcrumb"')[2].partition("</nav>")[0]
    assert f'href="{reverse("contributions:queue", args=here)}">Modération</a>' in crumbs

    actions.report_contribution(contribution, reason=reason, text="", by=other_participant)

    assert [tab.strip() for tab in current_tabs(client.get(address).text)] == ["À traiter"]


def test_a_hidden_text_is_put_back_by_one_act_that_is_folded_in_the_list(client, hidden, conform, moderator):
    here = [hidden.consultation.slug]
    client.force_login(moderator)
    listed = client.get(reverse("contributions:hidden", args=here)).text
    folded = listed.partition("<details><summary")[2].partition("</details>")[0]

    assert 'type="radio"' not in listed
    assert folded.count('<button class="button button--primary"') == 1
    hint = f"c{hidden.number}"
    sent = {f"{hint}-act": "restore", f"{hint}-reason": conform.pk, f"{hint}-message": "Relu à deux."}
    assert f'name="{hint}-act" value="restore"' in folded
    client.post(reverse("contributions:decide", args=[*here, hidden.number]), sent)
    assert Contribution.objects.get(pk=hidden.pk).state == State.PUBLISHED
