"""Preparing, announcing, moving and calling off an atelier."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from ateliers import actions
from ateliers.models import Atelier
from concertation.consultations.models import Territory
from concertation.journal.models import JournalEntry
from concertation.live.models import Event
from concertation.notices.models import Message, Notice
from concertation.viewer import Viewer

from .conftest import DAY, HOUR, fresh

pytestmark = pytest.mark.django_db


def plain(now):
    return {"title": "Atelier", "starts_at": now + DAY, "ends_at": now + DAY + HOUR}


@pytest.mark.parametrize("who", ["participant", "partner", "moderator", "facilitator", "stranger_moderator"])
def test_only_the_organiser_prepares_ateliers(consultation, now, request, who):
    with pytest.raises(PermissionDenied):
        actions.create_atelier(consultation, **plain(now), by=request.getfixturevalue(who))


@pytest.mark.writes_rows
def test_numbers_follow_each_other_and_are_never_reused(consultation, organiser, now):
    made = [actions.create_atelier(consultation, **plain(now), by=organiser) for _ in range(2)]
    made[1].delete()

    third = actions.create_atelier(consultation, **plain(now), by=organiser)

    assert [made[0].ref, third.ref] == ["A-1", "A-3"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": "  "}, "title"),
        ({"ends_at": None}, "ends_at"),
        ({"zone": "Europe/Nulle-Part"}, "zone"),
        ({"join_link": "javascript:alert(1)"}, "join_link"),
        ({"description": "x" * 20_001}, "description"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(consultation, organiser, now, wrong, field):
    with pytest.raises(ValidationError) as refusal:
        actions.create_atelier(consultation, **plain(now) | wrong, by=organiser)

    assert field in refusal.value.error_dict
    assert not Atelier.objects.exists()


def test_an_atelier_that_ends_before_it_begins_is_refused_by_the_verb_and_by_the_database(draft, organiser, now):
    with pytest.raises(ValidationError) as refusal:
        actions.edit_atelier(draft, ends_at=draft.starts_at, by=organiser, now=now)
    assert "ends_at" in refusal.value.error_dict

    with pytest.raises(IntegrityError), transaction.atomic():
        Atelier.objects.filter(pk=draft.pk).update(ends_at=draft.starts_at)


def test_what_belongs_to_another_consultation_is_refused(draft, other_consultation, organiser, administrator, now):
    own = Territory.objects.create(consultation=other_consultation, kind="other", code="X", name="Ailleurs")

    with pytest.raises(ValidationError) as refusal:
        actions.edit_atelier(draft, territories=[own], by=organiser, now=now)

    assert "territories" in refusal.value.error_dict


def test_an_atelier_on_site_without_a_place_is_not_announced(draft, organiser, now):
    actions.edit_atelier(draft, place="", by=organiser, now=now)

    with pytest.raises(ValidationError):
        actions.publish_atelier(draft, by=organiser, now=now)

    actions.edit_atelier(draft, mode=Atelier.Mode.REMOTE, by=organiser, now=now)
    assert actions.publish_atelier(draft, by=organiser, now=now).state == Atelier.State.PUBLISHED


def test_repeating_an_edit_changes_nothing(atelier, organiser, now):
    before = fresh(atelier).version
    actions.edit_atelier(atelier, title=atelier.title, place=atelier.place, by=organiser, now=now)
    actions.publish_atelier(atelier, by=organiser, now=now)

    assert fresh(atelier).version == before
    assert not JournalEntry.objects.filter(verb="atelier.edited").exists()
    assert JournalEntry.objects.filter(verb="atelier.published").count() == 1


def test_a_lockdown_turns_the_room_into_a_video_meeting_and_everyone_is_told(atelier, participant, organiser, now):
    made = actions.register(atelier, by=participant, now=now)

    actions.edit_atelier(
        atelier, mode=Atelier.Mode.REMOTE, place="", join_link="https://visio.example/1", by=organiser, now=now
    )

    made.refresh_from_db()
    assert made.mode == Atelier.Mode.REMOTE
    assert fresh(atelier).sequence == 1
    letter = Message.objects.get(key=f"atelier.moved:{made.pk}:1")
    assert "https://visio.example/1" in letter.text
    assert Notice.objects.filter(person=participant, kind="atelier.moved").exists()


def test_a_change_that_moves_nobody_writes_to_nobody(atelier, participant, organiser, now):
    actions.register(atelier, by=participant, now=now)

    actions.edit_atelier(atelier, description="Autre texte.", seats_on_site=5, by=organiser, now=now)

    assert fresh(atelier).sequence == 0
    assert Message.objects.filter(key__startswith="atelier.").count() == 1


def test_an_atelier_called_off_stays_listed_and_everyone_is_told_once(atelier, participant, organiser, visitor, now):
    made = actions.register(atelier, by=participant, now=now)

    actions.cancel_atelier(atelier, reason="Grève des trains.", by=organiser, now=now)
    actions.cancel_atelier(atelier, reason="Grève des trains.", by=organiser, now=now)

    assert list(Atelier.objects.visible_to(Viewer(visitor, now), atelier.consultation)) == [atelier]
    letter = Message.objects.get(key=f"atelier.cancelled:{made.pk}:1")
    assert "Grève des trains." in letter.text
    with pytest.raises(ValidationError):
        actions.register(fresh(atelier), by=organiser, now=now)
    with pytest.raises(ValidationError):
        actions.publish_atelier(atelier, by=organiser, now=now)


def test_what_has_taken_place_is_not_called_off(held, organiser, now):
    with pytest.raises(ValidationError):
        actions.cancel_atelier(held, by=organiser, now=now)


def test_a_draft_is_not_called_off_for_then_everyone_would_read_it(draft, organiser, visitor, now):
    with pytest.raises(ValidationError):
        actions.cancel_atelier(draft, by=organiser, now=now)

    assert not Atelier.objects.visible_to(Viewer(visitor, now), draft.consultation).exists()


VISIBLE = {
    "draft": {"organiser", "moderator", "facilitator"},
    "committees": {"organiser", "moderator", "facilitator", "partner", "director"},
    "participants": {"organiser", "moderator", "facilitator", "partner", "director", "participant"},
    "public": {
        "organiser", "moderator", "facilitator", "partner", "director", "participant", "newcomer", "visitor",
        "stranger_moderator",
    },
}  # fmt: skip


@pytest.mark.parametrize("access", VISIBLE)
@pytest.mark.parametrize("who", sorted(VISIBLE["public"]))
def test_who_sees_what(draft, organiser, now, request, access, who):
    if access != "draft":
        actions.publish_atelier(draft, by=organiser, now=now)
        actions.edit_atelier(draft, access=access, by=organiser, now=now)
    reader = request.getfixturevalue(who)

    seen = Atelier.objects.visible_to(Viewer(reader, now), draft.consultation).exists()

    assert seen == (who in VISIBLE[access])


def test_before_the_opening_only_committees_and_teams_see_an_atelier(atelier, participant, partner, now):
    consultation = atelier.consultation
    consultation.opens_publicly_at = now + DAY
    consultation.save()

    assert not Atelier.objects.visible_to(Viewer(participant, now), consultation).exists()
    assert Atelier.objects.visible_to(Viewer(partner, now), consultation).exists()


def test_the_agenda_is_replaced_as_a_whole_and_only_when_it_changes(atelier, facilitator, participant, topic):
    lines = [
        actions.AgendaLine(title="Accueil", minutes=15),
        actions.AgendaLine(title="Tables", minutes=90, speakers="Nadia", topic=topic),
    ]

    with pytest.raises(PermissionDenied):
        actions.set_agenda(atelier, lines=lines, by=participant)
    actions.set_agenda(atelier, lines=lines, by=facilitator)
    actions.set_agenda(atelier, lines=lines, by=facilitator)

    assert [item.title for item in atelier.agenda.all()] == ["Accueil", "Tables"]
    assert JournalEntry.objects.filter(verb="atelier.agenda_set").count() == 1


def test_the_team_of_an_atelier_is_set_by_the_organiser(atelier, organiser, newcomer, facilitator):
    with pytest.raises(PermissionDenied):
        actions.set_team(atelier, people=[newcomer], role="rapporteur", by=facilitator)

    actions.set_team(atelier, people=[newcomer], role="rapporteur", by=organiser)
    assert [one.user for one in atelier.roles.all()] == [newcomer]

    actions.set_team(atelier, people=[], role="rapporteur", by=organiser)
    assert not atelier.roles.exists()


def test_a_draft_that_changes_is_news_for_those_who_see_it(draft, organiser, now):
    already = Event.objects.count()

    actions.edit_atelier(draft, title="Atelier des quais", by=organiser, now=now)

    told = Event.objects.order_by("pk").values_list("room__key", flat=True)[already:]
    assert {room.rpartition(":")[2] for room in told} == {"staff"}
