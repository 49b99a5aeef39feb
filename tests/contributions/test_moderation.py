"""Moderation: who decides, on what, for which reason, and who is told."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from concertation.live.registry import rooms_for
from concertation.notices.models import Message, Notice
from concertation.viewer import Viewer
from contributions import actions
from contributions.models import Contribution, Decision, Report, State
from contributions.moderation.queue import pending_count
from tests.reading import words

pytestmark = pytest.mark.django_db

DECISIONS = [actions.hide_contribution, actions.restore_contribution, actions.keep_contribution]


@pytest.fixture
def reason(consultation):
    return consultation.reasons.first()


@pytest.fixture
def conform(consultation):
    return consultation.reasons.to_restore().first()


@pytest.fixture
def hidden(contribution, reason, moderator):
    return actions.hide_contribution(contribution, reason=reason, message="Restons sur les idées.", by=moderator)


@pytest.fixture
def report(contribution, reason, other_participant):
    return actions.report_contribution(contribution, reason=reason, text="Attaque une personne.", by=other_participant)


@pytest.mark.parametrize("persona", ["participant", "other_participant", "partner", "director", "stranger_moderator"])
def test_only_a_moderator_of_this_consultation_decides(contribution, reason, persona, request):
    someone = request.getfixturevalue(persona)

    for decide in DECISIONS:
        extra = {} if decide is actions.keep_contribution else {"reason": reason, "message": "Voici pourquoi."}
        with pytest.raises(PermissionDenied):
            decide(contribution, by=someone, **extra)


def test_nobody_judges_their_own_words(topic, moderator, reason):
    own = actions.post_contribution(topic, body="Mon avis de modératrice.", as_team=True, by=moderator)

    with pytest.raises(PermissionDenied):
        actions.hide_contribution(own, reason=reason, by=moderator)


def test_a_reason_of_another_consultation_is_refused(contribution, moderator, administrator, organiser, now):
    from concertation.consultations.actions import create_consultation

    elsewhere = create_consultation(slug="ailleurs", title="Ailleurs", organiser=organiser, now=now, by=administrator)

    with pytest.raises(ValidationError):
        actions.hide_contribution(contribution, reason=elsewhere.reasons.first(), by=moderator)


def test_hiding_keeps_the_text_raises_the_version_and_says_why(contribution, reason, moderator):
    before = contribution.version

    hidden = actions.hide_contribution(contribution, reason=reason, message="Restons sur les idées.", by=moderator)

    decision = Decision.objects.get()
    assert (hidden.state, hidden.version) == (State.HIDDEN, before + 1)
    assert (decision.act, decision.reason, decision.revision, decision.by) == (
        "hide",
        reason,
        contribution.current,
        moderator,
    )
    assert JournalEntry.objects.filter(verb="contribution.hidden", actor_id=moderator.pk).count() == 1


def test_hiding_twice_decides_once(hidden, reason, moderator):
    actions.hide_contribution(hidden, reason=reason, by=moderator)

    assert Decision.objects.count() == 1
    assert JournalEntry.objects.filter(verb="contribution.hidden").count() == 1


def test_the_author_is_told_on_the_site_and_by_mail(hidden, participant, reason):
    notice = Notice.objects.get(person=participant, kind="decision")
    mail = Message.objects.get(address=participant.email)

    assert "Restons sur les idées." in notice.text
    assert reason.label in mail.text


def test_restoring_puts_the_text_back_and_tells_the_author_why(hidden, conform, moderator, participant):
    restored = actions.restore_contribution(hidden, reason=conform, message="Relu à deux.", by=moderator)

    decision = Decision.objects.get(act="restore")
    told = Notice.objects.filter(person=participant, title__contains="de nouveau affichée").get()
    assert restored.state == State.PUBLISHED
    assert (decision.reason, decision.message) == (conform, "Relu à deux.")
    assert conform.label in told.text
    assert "Relu à deux." in told.text


def test_restoring_takes_a_reason_to_restore_and_a_message(hidden, reason, conform, moderator):
    with pytest.raises(ValidationError) as wrong_reason:
        actions.restore_contribution(hidden, reason=reason, message="Relu à deux.", by=moderator)
    with pytest.raises(ValidationError) as no_message:
        actions.restore_contribution(hidden, reason=conform, message=" ", by=moderator)

    assert list(wrong_reason.value.message_dict) == ["reason"]
    assert list(no_message.value.message_dict) == ["message"]
    assert Contribution.objects.get(pk=hidden.pk).state == State.HIDDEN


def test_a_reason_to_restore_does_not_hide(contribution, conform, moderator):
    with pytest.raises(ValidationError):
        actions.hide_contribution(contribution, reason=conform, by=moderator)


def test_a_withdrawn_text_is_not_restored(contribution, conform, participant, moderator):
    actions.withdraw_contribution(contribution, by=participant)

    with pytest.raises(ValidationError, match="entre-temps"):
        actions.restore_contribution(contribution, reason=conform, message="Relu.", by=moderator)


def test_a_hidden_reply_no_longer_counts_in_its_thread(contribution, reply, reason, moderator):
    assert Contribution.objects.get(pk=contribution.pk).reply_count == 1

    actions.hide_contribution(reply, reason=reason, by=moderator)

    assert Contribution.objects.get(pk=contribution.pk).reply_count == 0


def test_hiding_tells_the_topic_the_counts_and_the_queue(contribution, reason, moderator):
    Event.objects.all().delete()

    actions.hide_contribution(contribution, reason=reason, by=moderator)

    told = set(Event.objects.values_list("room__key", "kind", "obj"))
    topic, consultation = contribution.topic_id, contribution.consultation_id
    assert told == {
        (f"topic:{topic}:public", "changed", f"contribution:{contribution.pk}"),
        (f"topic:{topic}:public", "changed", f"count:{topic}"),
        (f"consultation:{consultation}:public", "changed", f"said:{topic}"),
        (f"consultation:{consultation}:public", "changed", f"figures:{consultation}"),
        (f"moderation:{consultation}:staff", "changed", f"queue:{consultation}"),
    }


def test_one_does_not_report_oneself(contribution, reason, participant):
    with pytest.raises(PermissionDenied):
        actions.report_contribution(contribution, reason=reason, by=participant)


def test_reporting_twice_is_one_report_while_it_is_open(report, contribution, reason, other_participant):
    actions.report_contribution(contribution, reason=reason, by=other_participant)

    assert Report.objects.count() == 1


def test_a_decision_answers_the_reports_and_empties_the_queue(report, contribution, consultation, moderator):
    assert pending_count(consultation) == 1

    actions.keep_contribution(contribution, by=moderator)

    assert pending_count(consultation) == 0
    assert Report.objects.get().decision.act == "keep"
    assert not Notice.objects.filter(kind="decision").exists()


@pytest.fixture
def pending(open_phase, topic, participant, organiser):
    from concertation.consultations.actions import edit_phase

    edit_phase(open_phase, moderation="before", by=organiser)
    topic.refresh_from_db()
    return actions.post_contribution(topic, body="À relire d’abord.", by=participant)


def test_moderation_before_publication_shows_nothing_to_others(pending, consultation, other_participant, now):
    assert pending.state == State.PENDING
    assert not Contribution.objects.visible_to(Viewer(other_participant, now), consultation).exists()
    assert set(Event.objects.filter(obj=f"contribution:{pending.pk}").values_list("room__key", flat=True)) == {
        f"topic:{pending.topic_id}:staff"
    }


def test_publishing_enters_the_public_room(pending, moderator):
    published = actions.publish_contribution(pending, by=moderator)

    assert published.published_at is not None
    added = Event.objects.filter(kind="added", obj=f"contribution:{pending.pk}")
    assert added.filter(room__key=f"topic:{pending.topic_id}:public").count() == 1


def test_a_refused_text_that_was_never_published_leaves_no_placeholder(
    pending, moderator, reason, consultation, other_participant, now
):
    actions.hide_contribution(pending, reason=reason, by=moderator)

    assert not Contribution.objects.visible_to(Viewer(other_participant, now), consultation).exists()


# Pages --------------------------------------------------------------------------------------------------------------


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
