"""A suspended participation: who decides it, what it takes away, when it ends, who is told."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction  # noqa: F401 - the connection is read by a mark
from django.urls import reverse

from ateliers import actions as ateliers
from concertation.consultations import actions
from concertation.consultations.audiences import audience_of, audiences_of
from concertation.consultations.models import Consultation, Participation, Role, Suspension, Topic
from concertation.journal.models import JournalEntry
from concertation.live.audience import Audience
from concertation.notices.models import Message, Notice
from concertation.permissions import may
from contributions import actions as debate
from contributions.models import Contribution
from tests.ateliers.conftest import atelier, draft  # noqa: F401 - fixtures
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures
from tests.contributions.test_moves import Meanwhile, waits_for_rows
from tests.live.test_commit_order import waiting_writers
from tests.reading import words
from tests.serving import eventually

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
PEOPLE = [
    "visitor", "newcomer", "participant", "other_participant", "partner", "director", "facilitator", "moderator",
    "organiser", "stranger_moderator", "administrator",
]  # fmt: skip
DECIDERS = {"moderator", "organiser", "administrator"}
SUSPENDABLE = {"participant", "partner", "director"}


@pytest.fixture
def of(consultation):
    def participation(user):
        return Participation.objects.get(consultation=consultation, user=user)

    return participation


@pytest.fixture
def suspend(of, consultation, moderator, now):
    """Suspend someone, as the moderator and for a week unless told otherwise."""

    def act(user, **given):
        told = {"reason": consultation.reasons.first(), "message": "Restons sur les idées.", "ends_at": now + 7 * DAY}
        return actions.suspend_participation(of(user), **{**told, "now": now, "by": moderator, **given})

    return act


@pytest.fixture
def suspension(suspend, participant):
    return suspend(participant)


# Who decides --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", ["public", "archived"])
@pytest.mark.parametrize("act", ["consultations.suspend", "consultations.lift_suspension"])
@pytest.mark.parametrize("whom", ["participant", "partner", "director", "facilitator", "moderator"])
def test_who_may_suspend_whom_and_when(request, consultation, of, organiser, now, whom, act, moment):
    people = {name: request.getfixturevalue(name) for name in PEOPLE}
    if moment == "archived":
        actions.archive_consultation(consultation, by=organiser, now=now)
    person = of(people[whom])

    allowed = {name for name, by in people.items() if may(by, act, person)}

    is_open = moment == "public" and (whom in SUSPENDABLE or act == "consultations.lift_suspension")
    assert allowed == (DECIDERS - {whom} if is_open else set())


def test_the_organiser_and_the_administrator_are_not_suspended(
    consultation, of, organiser, administrator, moderator, suspend, now
):
    for user in (organiser, administrator):
        Participation.objects.create(consultation=consultation, user=user)
        with pytest.raises(PermissionDenied):
            suspend(user)


def test_who_is_taken_into_the_team_is_bound_no_longer(consultation, participant, suspension, organiser, now):
    actions.grant_role(consultation, user=participant, role=Role.TEAM, by=organiser)

    assert audience_of(participant, consultation, now) == Audience.STAFF
    assert may(participant, "contributions.post", consultation)


def test_who_has_no_account_is_not_suspended(client, consultation, contribution, moderator, now):
    Participation.objects.filter(pk=contribution.author_id).update(user=None)
    imported = Participation.objects.get(pk=contribution.author_id)

    with pytest.raises(PermissionDenied):
        actions.suspend_participation(
            imported, reason=consultation.reasons.first(), message="Non.", now=now, by=moderator
        )
    client.force_login(moderator)
    decide = client.get(reverse("contributions:decide", args=[consultation.slug, contribution.number]))
    assert "Suspendre cette participation" not in words(decide)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("message", "  "), ("ends_at", "past"), ("reason", "restore"), ("reason", "elsewhere")],
)
def test_what_is_wrong_is_said_beside_its_field(
    suspend, participant, consultation, other_consultation, now, field, wrong
):
    values = {
        "past": now - DAY,
        "restore": consultation.reasons.to_restore().first(),
        "elsewhere": other_consultation.reasons.first(),
    }

    with pytest.raises(ValidationError) as refusal:
        suspend(participant, **{field: values.get(wrong, wrong)})

    assert list(refusal.value.message_dict) == [field]
    assert not Suspension.objects.exists()


# What it takes away -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("persona", ["participant", "partner", "director"])
def test_one_reads_as_the_public_does_until_its_date(request, consultation, suspend, now, persona):
    user = request.getfixturevalue(persona)
    before = audience_of(user, consultation, now)

    running = suspend(user)

    assert audience_of(user, consultation, now) == Audience.PUBLIC
    assert audience_of(user, consultation, running.ends_at) == before > Audience.PUBLIC


def test_without_a_date_it_does_not_end(consultation, suspend, participant, now):
    suspend(participant, ends_at=None)

    assert audience_of(participant, consultation, now + 1000 * DAY) == Audience.PUBLIC


def test_a_consultation_that_is_not_public_no_longer_exists_for_a_suspended_committee_member(
    consultation, partner, facilitator, suspend, now, client
):
    suspend(partner)
    Consultation.objects.filter(pk=consultation.pk).update(opens_publicly_at=None)
    consultation.refresh_from_db()

    assert audience_of(partner, consultation, now) is None
    assert consultation not in Consultation.objects.visible_to(partner, now)
    assert consultation in Consultation.objects.visible_to(partner, now + 8 * DAY)
    assert consultation in Consultation.objects.visible_to(facilitator, now)
    client.force_login(partner)
    assert client.get(f"/c/{consultation.slug}/").status_code == 404
    assert consultation.title not in words(client.get(reverse("accounts:me")))


WRITES = {
    "post": lambda topic, mine, other, atelier, by, now: debate.post_contribution(topic, body="Encore.", by=by),
    "reply": lambda topic, mine, other, atelier, by, now: debate.post_contribution(
        topic, body="Encore.", parent=other, by=by
    ),
    "edit": lambda topic, mine, other, atelier, by, now: debate.edit_contribution(
        mine, body="Encore.", expected_revision=1, by=by
    ),
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
    assert may(participant, "ateliers.write_note", atelier)

    suspend(participant)

    assert not may(participant, "ateliers.write_note", atelier)
    assert not may(participant, "contributions.enter", atelier.consultation)


# What is kept and told ----------------------------------------------------------------------------------------------


def test_the_person_is_told_at_once_why_and_until_when(suspension, participant, consultation):
    notice = Notice.objects.get(person=participant)
    mail = Message.objects.get(address=participant.email)

    assert notice.kind == "suspension"
    for text in (notice.text, mail.text):
        assert "Restons sur les idées." in text
        assert suspension.reason.label in text
        assert "jusqu’au" in text


def test_the_journal_says_who_was_suspended_and_why_without_a_name(
    suspension, consultation, moderator, facilitator, participant, client
):
    entry = JournalEntry.objects.get(verb="participation.suspended")
    assert (entry.actor_id, entry.details["suspension"]) == (moderator.pk, suspension.pk)
    assert participant.display_name not in str(entry.details)

    for user, reads_message in ((moderator, True), (facilitator, False)):
        client.force_login(user)
        page = words(client.get(reverse("consultations:journal", args=[consultation.slug])))
        assert "a suspendu une participation" in page
        assert suspension.reason.label in page
        assert ("Restons sur les idées." in page) == reads_message


def test_the_same_again_changes_nothing_and_another_one_waits_for_the_first_to_be_lifted(
    suspend, suspension, participant, moderator, now
):
    assert suspend(participant) == suspension
    with pytest.raises(ValidationError, match="déjà suspendue"):
        suspend(participant, message="Autre chose.")
    assert (Suspension.objects.count(), Notice.objects.filter(person=participant).count()) == (1, 1)

    actions.lift_suspension(suspension, now=now, by=moderator)
    second = suspend(participant, message="Autre chose.")

    assert second != suspension


class TestMeanwhile:
    pytestmark = waits_for_rows

    def test_two_who_suspend_at_once_suspend_once(self, suspend, participant, organiser):
        with transaction.atomic():
            suspend(participant)
            second = Meanwhile(lambda: suspend(participant, by=organiser))
            second.start()
            eventually(waiting_writers)
        second.done()

        assert (Suspension.objects.count(), Notice.objects.filter(person=participant).count()) == (1, 1)
        assert Message.objects.filter(address=participant.email).count() == 1


def test_lifting_twice_lifts_once_and_what_has_ended_is_not_lifted(suspend, participant, moderator, suspension, now):
    late = actions.lift_suspension(suspension, now=suspension.ends_at, by=moderator)
    assert late.lifted_at is None

    for _twice in range(2):
        lifted = actions.lift_suspension(suspension, now=now, by=moderator)

    assert (lifted.lifted_at, lifted.lifted_by) == (now, moderator)
    assert JournalEntry.objects.filter(verb="participation.resumed").count() == 1
    assert "Vous participez de nouveau" in Notice.objects.filter(person=participant).first().title


def test_nobody_lifts_their_own(suspension, participant, now):
    with pytest.raises(PermissionDenied):
        actions.lift_suspension(suspension, now=now, by=participant)


def test_asking_for_the_class_of_a_reader_still_costs_two_queries(
    suspension, participant, consultation, now, django_assert_num_queries
):
    with django_assert_num_queries(2):
        assert audiences_of(participant, [consultation], now) == {consultation.pk: Audience.PUBLIC}


# Pages --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def as_suspended(client, contribution, suspension, participant):
    client.force_login(participant)
    return client


def test_the_pages_say_why_one_may_not_write(as_suspended, topic, contribution, consultation):
    home = f"/c/{consultation.slug}/"

    for address in (home, f"{home}thematiques/{topic.pk}/", f"{home}contributions/{contribution.number}/"):
        answer = as_suspended.get(address)
        page = words(answer)
        assert "Votre participation est suspendue" in page
        assert "Restons sur les idées." in page
        assert "Répondre à" not in page
        assert "data-composer" not in answer.content.decode()
        assert "Modifier" not in page


def test_nobody_reads_what_another_was_told(client, topic, consultation, suspend, participant, other_participant):
    address = f"/c/{consultation.slug}/thematiques/{topic.pk}/"
    suspend(participant, message="Restons sur les idées.")
    suspend(other_participant, message="Autre chose.")

    for person, own, other in (
        (participant, "Restons sur les idées.", "Autre chose."),
        (other_participant, "Autre chose.", "Restons sur les idées."),
    ):
        client.force_login(person)
        page = words(client.get(address))
        assert own in page
        assert other not in page


@pytest.mark.parametrize("is_reply", [False, True])
def test_a_text_sent_all_the_same_is_kept_beside_the_sentence(
    as_suspended, topic, contribution, consultation, is_reply
):
    address = f"/c/{consultation.slug}/thematiques/{topic.pk}/publier/"
    parent = contribution.number if is_reply else ""

    answer = as_suspended.post(address, {"texte": "J’avais fini ma phrase.", "parent": parent})

    assert answer.status_code == 422
    assert "vous ne pouvez ni écrire ni réagir" in words(answer)
    assert "J’avais fini ma phrase." in words(answer)
    assert Contribution.objects.count() == 1


@pytest.mark.parametrize("act", ["modifier", "signaler"])
def test_what_is_sent_when_the_suspension_has_just_begun_stays_beside_the_sentence(
    as_suspended, contribution, post, other_participant, consultation, act
):
    whose = contribution if act == "modifier" else post("À elle.", by=other_participant)
    address = f"/c/{consultation.slug}/contributions/{whose.number}/{act}/"
    typed = "J’avais fini ma phrase."
    given = {"texte": typed, "revision": "1", "reason": consultation.reasons.first().pk, "text": typed}

    answer = as_suspended.post(address, given)

    assert answer.status_code == 422
    assert "vous ne pouvez ni écrire ni réagir" in words(answer)
    assert typed in words(answer)
    assert as_suspended.get(address).status_code == 403
    whose.refresh_from_db()
    assert (whose.current.number, whose.reports.count()) == (1, 0)


def test_a_reaction_is_refused_with_a_sentence(as_suspended, topic, post, other_participant, consultation):
    other = post("À elle.", by=other_participant)

    answer = as_suspended.post(
        f"/c/{consultation.slug}/thematiques/{topic.pk}/reagir/", {"reaction": f"{other.number}:agree"}, follow=True
    )

    assert "vous ne pouvez ni écrire ni réagir" in words(answer)
    other.refresh_from_db()
    assert other.agree_count == 0


def test_the_page_of_an_atelier_offers_no_seat_and_says_why(as_suspended, atelier, consultation):
    home = f"/c/{consultation.slug}/ateliers/{atelier.number}/"

    assert "ni vous inscrire pour le moment" in words(as_suspended.get(home))
    assert words(as_suspended.get(f"{home}inscription/", follow=True)).count("ni vous inscrire pour le moment") == 2


def test_a_moderator_suspends_from_the_page_of_a_contribution_and_lifts_from_the_list(
    client, contribution, consultation, participant, moderator
):
    client.force_login(moderator)
    decide = client.get(reverse("contributions:decide", args=[consultation.slug, contribution.number]))
    address = reverse("consultations:suspend", args=[consultation.slug, contribution.author_id])
    people = reverse("consultations:participants", args=[consultation.slug])
    assert f'href="{address}"' in decide.content.decode()
    assert "ne peut ni écrire" in words(client.get(address))

    refused = client.post(address, {"message": "Restons sur les idées."})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["reason"]
    assert "Restons sur les idées." in words(refused)
    reason = consultation.reasons.first()
    done = client.post(address, {"reason": reason.pk, "message": "Restons.", "ends_at_jour": "2099-05-01"}, follow=True)

    assert "1er mai 2099" in words(done)
    assert participant.email not in words(done)
    lift = reverse("consultations:suspension_lift", args=[consultation.slug, contribution.author_id])
    assert "Lever la suspension de Participante ?" in words(client.get(lift))
    assert "participe de nouveau" in words(client.post(lift, follow=True))
    assert participant.display_name not in words(client.get(f"{people}?etat=suspendues"))


def test_the_list_finds_people_and_marks_those_who_are_suspended(
    as_organiser, space, suspension, participant, other_participant, moderator
):
    page = words(as_organiser.get(f"{space}participants/"))
    only = words(as_organiser.get(f"{space}participants/?etat=suspendues"))
    found = words(as_organiser.get(f"{space}participants/", {"qui": other_participant.email}))

    assert "Suspendue" in page
    assert "Nom, organisation ou adresse" in page
    assert participant.email in page
    assert (participant.email in only, other_participant.email in only) == (True, False)
    assert (participant.email in found, other_participant.email in found) == (False, True)
    assert "Aucune personne" in words(as_organiser.get(f"{space}participants/", {"qui": "zzz"}))
    as_organiser.force_login(moderator)
    by_moderator = words(as_organiser.get(f"{space}participants/", {"qui": other_participant.email}))
    assert "Nom ou organisation" in by_moderator
    assert "Aucune personne" in by_moderator


def test_the_list_keeps_what_was_asked_of_it(as_organiser, space, suspend, participant, other_participant, monkeypatch):
    monkeypatch.setattr("concertation.consultations.views.participants.PER_PAGE", 1)
    for person in (participant, other_participant):
        suspend(person)

    answer = as_organiser.get(f"{space}participants/", {"etat": "suspendues", "qui": "part"})
    page = answer.content.decode()

    assert 'href="?etat=suspendues&amp;qui=part&amp;page=2"' in page
    assert [tab["href"] for tab in answer.context["tabs"]] == [
        f"{space}participants/?qui=part", f"{space}participants/?etat=suspendues&qui=part",
    ]  # fmt: skip
    assert re.search(r'<input type="hidden" name="etat" value="suspendues"', page)


def test_the_list_costs_the_same_for_one_and_for_three(
    as_organiser, space, suspend, participant, other_participant, partner, count_queries
):
    suspend(participant)
    one = count_queries(lambda: as_organiser.get(f"{space}participants/?etat=suspendues"))

    for person in (other_participant, partner):
        suspend(person)

    assert count_queries(lambda: as_organiser.get(f"{space}participants/?etat=suspendues")) == one
