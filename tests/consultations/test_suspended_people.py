"""What a suspension takes away while it runs, and what it leaves."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from ateliers import actions as ateliers
from ateliers.extensions import give_seats_after_suspensions
from concertation.consultations import actions
from concertation.consultations.audiences import audience_of
from concertation.consultations.models import Consultation, Suspension, Topic
from concertation.live.audience import Audience
from concertation.notices.models import Notice
from concertation.permissions import may
from concertation.viewer import Viewer
from contributions import actions as debate
from contributions.models import Contribution
from tests.ateliers.conftest import atelier, draft  # noqa: F401 - fixtures
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures
from tests.reading import words

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("persona", ["participant", "partner", "director"])
def test_one_reads_as_the_public_does_until_its_date(request, consultation, suspend, now, persona):
    user = request.getfixturevalue(persona)
    before = audience_of(Viewer(user, now), consultation)

    running = suspend(user)

    assert audience_of(Viewer(user, now), consultation) == Audience.PUBLIC
    assert audience_of(Viewer(user, running.ends_at), consultation) == before > Audience.PUBLIC


def test_without_a_date_it_does_not_end(consultation, suspend, participant, now):
    suspend(participant, ends_at=None)

    assert audience_of(Viewer(participant, now + 1000 * DAY), consultation) == Audience.PUBLIC


def test_a_consultation_that_is_not_public_no_longer_exists_for_a_suspended_committee_member(
    consultation, partner, facilitator, suspend, now, client
):
    suspend(partner)
    Consultation.objects.filter(pk=consultation.pk).update(opens_publicly_at=None)
    consultation.refresh_from_db()

    assert audience_of(Viewer(partner, now), consultation) is None
    assert consultation not in Consultation.objects.visible_to(Viewer(partner, now))
    assert consultation in Consultation.objects.visible_to(Viewer(partner, now + 8 * DAY))
    assert consultation in Consultation.objects.visible_to(Viewer(facilitator, now))
    client.force_login(partner)
    assert client.get(f"/c/{consultation.slug}/").status_code == 404
    assert consultation.title not in words(client.get(reverse("accounts:me")))


WRITES = {
    "post": lambda topic, mine, other, atelier, by, now: debate.post_contribution(topic, body="Encore.", by=by),
    "reply": lambda topic, mine, other, atelier, by, now: debate.post_contribution(
        topic, body="Encore.", parent=other, by=by
    ),
    "edit": lambda topic, mine, other, atelier, by, now: debate.edit_contribution(mine, body="Encore.", by=by),
    "react": lambda topic, mine, other, atelier, by, now: debate.react(other, kind="agree", by=by),
    "report": lambda topic, mine, other, atelier, by, now: debate.report_contribution(
        other, reason=other.consultation.reasons.first(), by=by
    ),
    "register": lambda topic, mine, other, atelier, by, now: ateliers.register(atelier, by=by, now=now),
}


@pytest.mark.parametrize("act", WRITES)
@pytest.mark.parametrize("persona", ["participant", "partner"])
def test_one_writes_nothing_while_it_runs_and_again_after(
    request, topic, post, atelier, other_participant, suspend, moderator, now, act, persona
):
    by = request.getfixturevalue(persona)
    mine, other = post("À moi.", by=by), post("À elle.", by=other_participant)
    running = suspend(by)

    with pytest.raises(PermissionDenied):
        WRITES[act](topic, mine, other, atelier, by, now)

    actions.lift_suspension(running, now=now, by=moderator)
    WRITES[act](topic, Contribution.objects.get(pk=mine.pk), other, atelier, by, now)


def test_one_may_still_take_back_ones_words_and_give_up_ones_seat(contribution, atelier, participant, suspend, now):
    seat = ateliers.register(atelier, by=participant, now=now)
    suspend(participant)

    assert debate.withdraw_contribution(contribution, by=participant).state == "withdrawn"
    assert ateliers.cancel_registration(seat, by=participant, now=now).state == "cancelled"


def test_a_committee_member_takes_back_words_that_they_read_no_longer_meanwhile(
    client, topic, post, partner, suspend, organiser, consultation
):
    actions.edit_phase(topic.phase, access="committees", by=organiser)
    mine = post("À moi.", by=partner, topic=Topic.objects.get(pk=topic.pk))
    suspend(partner)
    Consultation.objects.filter(pk=consultation.pk).update(opens_publicly_at=None)
    address = f"/c/{consultation.slug}/contributions/{mine.number}/retirer/"

    client.force_login(partner)
    page = words(client.get(address))
    assert consultation.title not in page
    assert topic.title not in page
    assert client.post(address).headers["Location"] == reverse("accounts:me")

    mine.refresh_from_db()
    assert mine.state == "withdrawn"


def test_whoever_waits_for_a_seat_gets_none_meanwhile_and_keeps_their_rank(
    atelier, participant, other_participant, director, suspend, organiser, moderator, now
):
    ateliers.edit_atelier(atelier, seats_on_site=1, by=organiser, now=now)
    first, waiting, last = (
        ateliers.register(atelier, by=user, now=now) for user in (other_participant, participant, director)
    )
    running = suspend(participant)

    ateliers.cancel_registration(first, by=other_participant, now=now)

    for one in (waiting, last):
        one.refresh_from_db()
    assert (waiting.state, last.state) == ("waiting", "confirmed")
    assert not Notice.objects.filter(person=participant, kind="atelier.seat").exists()
    actions.lift_suspension(running, now=now, by=moderator)
    ateliers.cancel_registration(last, by=director, now=now)
    waiting.refresh_from_db()
    assert waiting.state == "confirmed"


def test_who_ran_an_atelier_runs_it_no_longer_meanwhile(atelier, participant, suspend, organiser, now):
    ateliers.set_team(atelier, people=[participant], role="rapporteur", by=organiser)
    assert may(Viewer(participant), "ateliers.write_note", atelier)

    suspend(participant)

    assert not may(Viewer(participant), "ateliers.write_note", atelier)
    assert not may(Viewer(participant), "contributions.enter", atelier.consultation)


@pytest.fixture
def passed_over(atelier, participant, other_participant, suspend, organiser, now):
    """The participant waits for the only seat, is suspended, and the seat is given up meanwhile."""
    ateliers.edit_atelier(atelier, seats_on_site=1, by=organiser, now=now)
    seat = ateliers.register(atelier, by=other_participant, now=now)
    waiting = ateliers.register(atelier, by=participant, now=now)
    running = suspend(participant)
    ateliers.cancel_registration(seat, by=other_participant, now=now)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    return waiting, running


def test_lifting_a_suspension_gives_the_free_seat_to_who_waited(atelier, passed_over, director, moderator, now):
    waiting, running = passed_over

    actions.lift_suspension(running, now=now, by=moderator)

    waiting.refresh_from_db()
    assert waiting.state == "confirmed"
    assert Notice.objects.filter(person=waiting.user, kind="atelier.seat").count() == 1
    assert ateliers.register(atelier, by=director, now=now).state == "waiting"


def test_a_suspension_that_ends_at_its_date_gives_the_seat_before_a_newcomer(atelier, passed_over, director, now):
    waiting, running = passed_over
    Suspension.objects.filter(pk=running.pk).update(ends_at=now + timedelta(minutes=1))

    assert ateliers.register(atelier, by=director, now=now + timedelta(minutes=2)).state == "waiting"

    waiting.refresh_from_db()
    assert waiting.state == "confirmed"


def test_a_suspension_that_ends_at_its_date_gives_the_seat_within_the_minute(passed_over, now):
    waiting, running = passed_over
    Suspension.objects.filter(pk=running.pk).update(ends_at=now + timedelta(minutes=1))

    give_seats_after_suspensions(now)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    give_seats_after_suspensions(now + timedelta(minutes=2))

    waiting.refresh_from_db()
    assert waiting.state == "confirmed"
