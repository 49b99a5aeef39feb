"""Phases and topics: their dates, their order, what can be deleted, and where a page stands in time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from concertation.consultations import actions
from concertation.consultations.models import Phase, Topic
from concertation.consultations.programme import programme_of, visible_programme
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from concertation.viewer import Viewer

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_only_the_organiser_creates_a_phase(consultation, moderator, now):
    with pytest.raises(PermissionDenied):
        actions.create_phase(consultation, title="Outils", opens_at=now, closes_at=now + DAY, by=moderator)


@pytest.mark.parametrize("length", [timedelta(0), -DAY])
def test_a_phase_that_ends_before_it_begins_is_refused_beside_its_closing(consultation, organiser, now, length):
    with pytest.raises(ValidationError) as refusal:
        actions.create_phase(consultation, title="Outils", opens_at=now, closes_at=now + length, by=organiser)

    assert list(refusal.value.error_dict) == ["closes_at"]
    assert Phase.objects.count() == 0


def test_phases_may_overlap_and_follow_each_other_in_order(consultation, organiser, now):
    for title in ("Un", "Deux", "Trois"):
        actions.create_phase(consultation, title=title, opens_at=now, closes_at=now + DAY, by=organiser)

    assert [(phase.title, phase.position) for phase in consultation.phases.all()] == [
        ("Un", 0), ("Deux", 1), ("Trois", 2),
    ]  # fmt: skip


def test_the_dates_of_a_phase_move_while_it_runs_and_the_journal_keeps_both(open_phase, organiser, now):
    was = open_phase.closes_at
    later = was + 18 * DAY

    edited = actions.edit_phase(open_phase, closes_at=later, by=organiser)

    assert edited.is_open(was + DAY)
    entry = JournalEntry.objects.of(open_phase).first()
    assert entry.details["dates"] == {"closes_at": [was.isoformat(), later.isoformat()]}


def test_moving_the_closing_before_the_opening_is_refused_and_nothing_moves(open_phase, organiser):
    with pytest.raises(ValidationError) as refusal:
        actions.edit_phase(open_phase, closes_at=open_phase.opens_at - DAY, by=organiser)

    assert list(refusal.value.error_dict) == ["closes_at"]
    assert Phase.objects.get(pk=open_phase.pk).closes_at == open_phase.closes_at


def test_a_phase_chooses_among_the_natures_of_its_own_consultation(open_phase, other_consultation, organiser):
    with pytest.raises(ValidationError) as refusal:
        actions.edit_phase(open_phase, natures=other_consultation.natures.all()[:1], by=organiser)
    chosen = list(open_phase.consultation.natures.all()[:2])

    edited = actions.edit_phase(open_phase, natures=chosen, by=organiser)

    assert list(refusal.value.error_dict) == ["natures"]
    assert list(edited.natures.all()) == chosen


def test_an_edit_that_changes_nothing_announces_nothing(open_phase, organiser):
    told = Event.objects.count()

    actions.edit_phase(open_phase, title=open_phase.title, natures=list(open_phase.natures.all()), by=organiser)

    assert Event.objects.count() == told


def test_a_phase_that_closes_to_the_public_leaves_its_room(open_phase, organiser):
    actions.edit_phase(open_phase, access=Phase.Access.COMMITTEES, by=organiser)

    last = list(Event.objects.filter(obj=f"phase:{open_phase.pk}").order_by("-pk").values_list("room__key", "kind")[:2])
    here = f"consultation:{open_phase.consultation_id}"
    assert sorted(last) == [(f"{here}:committee", "changed"), (f"{here}:public", "changed")]


def test_a_phase_with_topics_is_not_deleted(open_phase, topic, organiser):
    with pytest.raises(ValidationError):
        actions.delete_phase(open_phase, by=organiser)
    actions.delete_topic(topic, by=organiser)

    actions.delete_phase(open_phase, by=organiser)

    assert not Phase.objects.filter(pk=open_phase.pk).exists()


def test_deleting_twice_is_recorded_once(topic, organiser):
    actions.delete_topic(topic, by=organiser)
    actions.delete_topic(topic, by=organiser)

    assert JournalEntry.objects.filter(verb="topic.deleted").count() == 1


def test_a_topic_under_which_others_stand_is_not_deleted(open_phase, topic, organiser):
    actions.create_topic(open_phase, title="Sous-thème", parent=topic, by=organiser)

    with pytest.raises(ValidationError):
        actions.delete_topic(topic, by=organiser)


def test_a_topic_stands_only_under_a_main_topic_of_its_phase(open_phase, topic, past_topic, organiser):
    child = actions.create_topic(open_phase, title="Sous-thème", parent=topic, by=organiser)

    for parent in (past_topic, child):
        with pytest.raises(ValidationError) as refusal:
            actions.create_topic(open_phase, title="Mal placé", parent=parent, by=organiser)
        assert list(refusal.value.error_dict) == ["parent"]


def test_the_team_keeps_the_topic_up_to_date_and_its_readers_see_it(topic, facilitator, participant):
    with pytest.raises(PermissionDenied):
        actions.edit_topic(topic, need_to_know="Faux.", by=participant)

    edited = actions.edit_topic(topic, need_to_know="Un **fait**.", by=facilitator)

    assert edited.need_to_know_html == "<p>Un <strong>fait</strong>.</p>"
    assert edited.version == topic.version + 1
    here = f"consultation:{topic.phase.consultation_id}"
    told = Event.objects.order_by("-pk").values_list("room__key", "kind", "obj")[:6]
    assert set(told) == {
        (f"topic:{topic.pk}:public", "changed", f"topic:{topic.pk}"),
        (f"topic:{topic.pk}:public", "changed", f"phase:{topic.phase_id}"),
        (f"{here}:public", "changed", f"phase:{topic.phase_id}"),
        (f"{here}:public", "changed", f"programme:{topic.phase.consultation_id}"),
        (f"{here}:public", "changed", f"figures:{topic.phase.consultation_id}"),
        ("site:1:public", "changed", "site:1"),
    }


def test_reordering_needs_the_organiser_and_keeps_what_is_not_named(
    consultation, past_phase, open_phase, future_phase, organiser, moderator
):
    rows = Phase.objects.filter(consultation=consultation)
    with pytest.raises(PermissionDenied):
        actions.reorder(rows, [future_phase.pk], by=moderator)

    actions.reorder(rows, [future_phase.pk], by=organiser)

    assert [phase.pk for phase in consultation.phases.all()] == [future_phase.pk, past_phase.pk, open_phase.pk]


def test_the_same_order_again_is_not_recorded(consultation, past_phase, open_phase, organiser):
    rows = Phase.objects.filter(consultation=consultation)

    actions.reorder(rows, [past_phase.pk, open_phase.pk], by=organiser)

    assert JournalEntry.objects.filter(verb="phase.reordered").count() == 0


def test_a_page_knows_where_the_consultation_stands(consultation, past_phase, open_phase, future_phase, now):
    phases = [past_phase, open_phase, future_phase]

    def moment(at):
        return programme_of(consultation, phases, at).moment

    assert moment(past_phase.opens_at - DAY) == "before"
    assert moment(past_phase.opens_at) == "during"
    assert moment(now) == "during"
    assert moment(open_phase.closes_at) == "between"
    assert moment(future_phase.closes_at) == "after"
    assert programme_of(consultation, [], now).moment == "empty"


def test_between_two_phases_the_last_one_is_shown_again(consultation, past_phase, open_phase, future_phase):
    programme = programme_of(consultation, [past_phase, open_phase, future_phase], open_phase.closes_at)

    assert [phase.pk for phase in programme.featured] == [open_phase.pk]
    assert programme.next == future_phase


def test_a_phase_of_the_committees_is_not_in_the_programme_of_others(
    consultation, open_phase, organiser, visitor, participant, partner, now
):
    actions.edit_phase(open_phase, access=Phase.Access.COMMITTEES, by=organiser)

    seen = {name: len(visible_programme(Viewer(user, now), consultation).running) for name, user in (
        ("visitor", visitor), ("participant", participant), ("partner", partner), ("organiser", organiser),
    )}  # fmt: skip

    assert seen == {"visitor": 0, "participant": 0, "partner": 1, "organiser": 1}


def test_a_phase_is_open_to_the_last_second_of_its_closing_day(consultation, organiser):
    paris = ZoneInfo("Europe/Paris")
    closes = datetime(2026, 12, 18, 23, 59, 59, tzinfo=paris)
    phase = actions.create_phase(consultation, title="Fin", opens_at=closes - DAY, closes_at=closes, by=organiser)

    assert phase.is_open(datetime(2026, 12, 18, 23, 59, 58, tzinfo=paris))
    assert not phase.is_open(closes)
    assert Topic.objects.filter(phase=phase).count() == 0
