"""Texts marked as trials before the opening: who marks them, how they look, and their deletion with all they have."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.consultations import actions as organising
from concertation.consultations.models import Consultation
from concertation.consultations.trials import count_of, kind_of, listed
from concertation.journal.models import JournalEntry
from concertation.syntheses.coding.actions import create_extract
from contributions import actions
from contributions.actions.moderation import hide_contribution
from contributions.models import Contribution, Decision, Reaction, Report, State
from tests.reading import words


@pytest.fixture
def draft(topic, organiser):
    """The consultation of the topic, a draft again, in which everybody may still act."""
    return organising.edit_consultation(topic.phase.consultation, opens_publicly_at=None, by=organiser)


@pytest.fixture
def written(contribution, reply, draft):
    """A text of a participant and its reply by another one, from before the consultation was a draft again."""
    return [Contribution.objects.get(pk=one.pk) for one in (contribution, reply)]


def mark(row, by, *, is_trial=True, **options):
    return organising.mark_trial(kind_of("contribution"), row, is_trial=is_trial, by=by, **options)


def refusals(consultation):
    return {one.words.name: one.refusal.replace("\u00a0", " ") for kind in listed(consultation) for one in kind.trials}


def test_its_author_or_the_team_mark_a_text_and_take_the_mark_off(written, partner, moderator, facilitator, organiser):
    text = written[0]
    with pytest.raises(PermissionDenied):
        mark(text, partner)

    for by in (moderator, facilitator, organiser):
        assert mark(text, by).is_trial
        assert not mark(text, by, is_trial=False).is_trial


def test_a_committee_member_marks_their_own_text(draft, topic, partner, now):
    own = actions.post_contribution(topic, body="J’essaie.", by=partner, now=now)

    assert mark(own, partner).is_trial


def test_marking_twice_changes_nothing(written, organiser, draft):
    version = mark(written[0], organiser).version
    mark(written[0], organiser)

    assert Contribution.objects.get(pk=written[0].pk).version == Contribution.objects.get(pk=written[0].pk).version
    assert JournalEntry.objects.filter(verb="trial.marked").count() == 1
    assert version >= 1


def test_once_public_nothing_more_is_marked_but_a_mark_is_taken_off(written, organiser, draft, now):
    first, second = written
    mark(first, organiser)
    organising.open_consultation(draft, now=now, by=organiser)

    with pytest.raises(ValidationError, match="publique"):
        mark(Contribution.objects.get(pk=second.pk), organiser)
    assert not mark(Contribution.objects.get(pk=first.pk), organiser, is_trial=False).is_trial


def test_the_row_says_that_it_is_a_trial(client, written, organiser, draft):
    client.force_login(organiser)
    page = f"/c/{draft.slug}/thematiques/{written[0].topic_id}/"
    assert ">Essai</span>" not in "".join(client.get(page).content.decode().split("\n"))

    mark(written[0], organiser)

    row = client.get(page).content.decode().split(f'id="c-{written[0].number}"')[1].split("contribution__text")[0]
    assert "Essai" in row


def test_only_the_organiser_deletes_them(written, moderator, facilitator, participant, draft):
    for by in (moderator, facilitator, participant):
        with pytest.raises(PermissionDenied):
            organising.delete_trials(draft, by=by)


def test_trials_go_with_reactions_reports_and_decisions_and_their_numbers_stay_used(
    written, organiser, moderator, other_participant, post, draft, consultation, now
):
    first, _second = written
    Consultation.objects.filter(pk=draft.pk).update(opens_publicly_at=now)
    for row in written:
        row.topic.phase.consultation.refresh_from_db()
    third = post("Autre chose.")
    actions.react(third, kind="agree", by=other_participant, now=now)
    reason = consultation.reasons.to_hide().first()
    actions.report_contribution(third, reason=reason, by=other_participant)
    hide_contribution(third, reason=reason, message="Non.", by=moderator, now=now)
    Consultation.objects.filter(pk=draft.pk).update(opens_publicly_at=None)
    last = Contribution.objects.order_by("-number").first().number
    for row in Contribution.objects.select_related("topic__phase__consultation"):
        mark(row, organiser)
    journal = JournalEntry.objects.count()

    assert organising.delete_trials(draft, by=organiser) == 3
    assert organising.delete_trials(draft, by=organiser) == 0

    left = [one.objects.count() for one in (Contribution, Reaction, Report, Decision)]
    assert left == [0, 0, 0, 0]
    assert JournalEntry.objects.count() == journal + 1
    assert JournalEntry.objects.get(verb="trials.deleted").details == {"count": 3}
    again = actions.post_contribution(first.topic, body="La suite.", as_team=True, by=organiser, now=now)
    assert again.number == last + 1


def test_what_has_an_unmarked_reply_stays_and_says_which(written, organiser, draft):
    first, second = written
    mark(first, organiser)

    assert refusals(draft) == {first.ref: f"Reste, avec ce qui y répond : {second.ref}"}
    assert organising.delete_trials(draft, by=organiser) == 0

    mark(second, organiser)
    mark(first, organiser, is_trial=False)
    assert organising.delete_trials(draft, by=organiser) == 1
    assert Contribution.objects.get().reply_count == 0


def test_a_thread_stays_down_to_what_is_not_a_trial(written, organiser, draft, topic, now):
    first, second = written
    third = actions.post_contribution(topic, body="Non.", parent=second, as_team=True, by=organiser, now=now)
    for row in (first, second):
        mark(row, organiser)

    assert refusals(draft) == {
        first.ref: f"Reste, avec ce qui y répond : {second.ref}",
        second.ref: f"Reste, avec ce qui y répond : {third.ref}",
    }


def test_a_text_that_is_coded_stays(written, organiser, draft):
    first, second = written
    text = second.current
    create_extract(second, revision=text, start=0, end=3, nature=None, keywords=[], by=organiser)
    for row in written:
        mark(row, organiser)

    assert sorted(refusals(draft)) == [first.ref, second.ref]
    assert refusals(draft)[second.ref].startswith("Ce texte est cité")
    assert organising.delete_trials(draft, by=organiser) == 0


def test_the_page_lists_them_and_deletes_them(client, written, organiser, draft):
    client.force_login(organiser)
    page = f"/c/{draft.slug}/organiser/essais/"
    assert "Aucun essai" in words(client.get(page))
    for row in written:
        answer = client.post(f"/c/{draft.slug}/essais/contribution/{row.number}/", {"essai": "oui"}, follow=True)
        assert "C’est marqué comme essai" in words(answer)
    assert "Supprimer 2 essais ?" in words(client.get(page))
    assert "Essais à supprimer 2" in words(client.get(f"/c/{draft.slug}/organiser/"))

    assert "Supprimé : 2 essais." in words(client.post(page, follow=True))

    assert count_of(draft) == 0
    assert client.get(f"/c/{draft.slug}/thematiques/{written[0].topic_id}/").status_code == 200


def test_a_text_is_marked_from_its_page_by_its_author(client, draft, topic, partner, now):
    own = actions.post_contribution(topic, body="J’essaie.", by=partner, now=now)
    client.force_login(partner)
    mark_page = f"/c/{draft.slug}/essais/contribution/{own.number}/"
    assert mark_page in client.get(f"/c/{draft.slug}/thematiques/{topic.pk}/").content.decode()
    assert "Marquer comme essai ?" in words(client.get(mark_page))

    client.post(mark_page, {"essai": "oui"})

    assert Contribution.objects.get(pk=own.pk).is_trial
    assert "Ôter la marque" in words(client.get(mark_page))


def test_listing_costs_no_more_for_three_trials_than_for_one(written, organiser, draft, topic, now, count_queries):
    def add():
        mark(actions.post_contribution(topic, body="Encore.", as_team=True, by=organiser, now=now), organiser)

    add()
    one = count_queries(lambda: listed(draft))
    add()
    add()

    assert count_queries(lambda: listed(draft)) == one
    assert Contribution.objects.filter(state=State.PUBLISHED, is_trial=True).count() == 3
