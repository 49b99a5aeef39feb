"""A consultation is opened by one act, which says before it is done who will read and write from when."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from concertation.consultations import actions
from concertation.consultations.models import Consultation
from concertation.consultations.opening import phase_openings
from concertation.journal.models import JournalEntry
from tests.reading import words

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def draft(consultation, organiser):
    return actions.edit_consultation(consultation, opens_publicly_at=None, by=organiser)


def opens_at(consultation):
    return Consultation.objects.get(pk=consultation.pk).opens_publicly_at


@pytest.mark.parametrize(
    "who", ["participant", "partner", "director", "moderator", "facilitator", "stranger_moderator"]
)
def test_only_its_organisers_open_a_consultation_and_take_the_date_back(request, draft, who, now):
    person = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        actions.open_consultation(draft, at=now + DAY, by=person)
    with pytest.raises(PermissionDenied):
        actions.cancel_opening(draft, by=person)
    assert opens_at(draft) is None


def test_an_archived_consultation_is_not_opened(draft, organiser, now):
    archived = actions.archive_consultation(draft, by=organiser, now=now)

    with pytest.raises(PermissionDenied):
        actions.open_consultation(archived, by=organiser)


def test_opening_at_once_changes_its_date_and_nothing_else(draft, open_phase, organiser, now):
    before = Consultation.objects.values().get(pk=draft.pk)

    actions.open_consultation(draft, now=now, by=organiser)
    actions.open_consultation(draft, now=now + HOUR, by=organiser)

    after = Consultation.objects.values().get(pk=draft.pk)
    changed = {name for name in after if after[name] != before[name]} - {"version"}
    assert (changed, after["opens_publicly_at"]) == ({"opens_publicly_at"}, now)
    entries = JournalEntry.objects.filter(verb="consultation.opened")
    assert [one.details["dates"] for one in entries] == [{"opens_publicly_at": [None, now.isoformat()]}]


def test_a_date_is_set_moved_and_taken_back_while_it_is_not_reached(draft, organiser, now):
    with pytest.raises(ValidationError, match="déjà passée"):
        actions.open_consultation(draft, at=now - HOUR, now=now, by=organiser)

    for days in (2, 3, 3):
        actions.open_consultation(draft, at=now + days * DAY, now=now, by=organiser)
    assert opens_at(draft) == now + 3 * DAY
    actions.cancel_opening(draft, now=now + 2 * DAY, by=organiser)
    actions.cancel_opening(draft, now=now + 2 * DAY, by=organiser)

    assert opens_at(draft) is None
    told = JournalEntry.objects.filter(verb__startswith="opening.").order_by("pk")
    assert [one.verb for one in told] == ["opening.set", "opening.set", "opening.cancelled"]


def test_once_public_it_is_neither_closed_nor_given_another_date(draft, organiser, now):
    actions.open_consultation(draft, at=now + DAY, now=now, by=organiser)

    with pytest.raises(ValidationError, match="déjà publique"):
        actions.cancel_opening(draft, now=now + DAY, by=organiser)
    with pytest.raises(ValidationError, match="déjà publique"):
        actions.open_consultation(draft, at=now + 2 * DAY, now=now + DAY, by=organiser)

    assert opens_at(draft) == now + DAY


def test_phase_by_phase_it_is_told_who_reads_and_writes_from_when(draft, past_phase, open_phase, organiser, now):
    actions.edit_phase(past_phase, access="committees", closes_at=now + DAY, by=organiser)
    later = actions.create_phase(
        draft, title="Fonctions", opens_at=now + 5 * DAY, closes_at=now + 9 * DAY, access="participants", by=organiser
    )
    over = actions.create_phase(draft, title="Bilan", opens_at=now - DAY, closes_at=now + HOUR, by=organiser)
    mute = actions.create_phase(
        draft, title="Lecture", opens_at=now, closes_at=now + 9 * DAY, by=organiser,
        allows_contributions=False, allows_replies=False, allows_reactions=False,
    )  # fmt: skip
    at = now + 2 * DAY

    told = {one.phase.title: one for one in phase_openings(draft.phases.in_order(), at)}

    seen = {title: (one.readers, one.reads_from, one.writers, one.writes_from) for title, one in told.items()}
    everyone, registered, committees = "Tout le monde", "Les personnes inscrites", "Les comités et les équipes"
    assert seen == {
        past_phase.title: (committees, None, committees, past_phase.opens_at),
        open_phase.title: (everyone, at, registered, at),
        later.title: (registered, at, registered, later.opens_at),
        over.title: (everyone, at, registered, None),
        mute.title: (everyone, at, registered, None),
    }
    assert (told[mute.title].acts, told[over.title].acts) == ("", "")
    assert told[open_phase.title].acts == "proposer, répondre, réagir"


def test_what_one_may_do_after_the_close_of_a_phase_is_told_too(draft, past_phase, organiser, now):
    phase = actions.edit_phase(past_phase, reactions_after_close=True, by=organiser)

    (told,) = phase_openings([phase], now)

    assert (told.acts, told.writes_from, told.writes_until) == ("réagir", now, None)


def test_the_page_tells_what_opens_before_it_asks(as_organiser, space, draft, open_phase):
    page = words(as_organiser.get(f"{space}ouvrir/"))

    assert "Ce qui s’ouvrira dès maintenant" in page
    assert "Outils Tout le monde dès maintenant Les personnes inscrites proposer, répondre, réagir, du " in page
    assert as_organiser.get(f"{space}ouvrir/").context["value"] == "maintenant"
    assert opens_at(draft) is None


def test_the_organiser_opens_at_once_in_two_pages(as_organiser, space, draft):
    visitor = Client()
    assert visitor.get(f"/c/{draft.slug}/").status_code == 404

    answer = as_organiser.post(f"{space}ouvrir/", {"le": "maintenant"}, follow=True)

    assert "La concertation est ouverte au public." in words(answer)
    assert visitor.get(f"/c/{draft.slug}/").status_code == 200
    assert "La concertation est publique" in words(as_organiser.get(f"{space}ouvrir/"))


def test_the_organiser_chooses_a_date_and_takes_it_back(as_organiser, space, draft):
    page = as_organiser.get(f"{space}ouvrir/?le_jour=2100-10-12&le_heure=09:00")
    assert "Ce qui s’ouvrira le 12 octobre 2100 à 9 h" in words(page)

    answer = as_organiser.post(f"{space}ouvrir/", {"le": page.context["value"]}, follow=True)

    assert "ouvrira au public le 12 octobre 2100 à 9 h" in words(answer)
    assert opens_at(draft) == datetime(2100, 10, 12, 9, tzinfo=ZoneInfo("Europe/Paris"))
    cancelled = as_organiser.post(f"{space}ouvrir/annuler/", follow=True)
    assert "de nouveau un brouillon" in words(cancelled)
    assert opens_at(draft) is None


@pytest.mark.parametrize("sent", ["", "demain", "2020-01-01T00:00:00+00:00", "2100-10-12T09:00:00", "2100-99-99T00:00"])
def test_a_date_that_was_not_told_or_is_over_opens_nothing(as_organiser, space, draft, sent):
    answer = as_organiser.post(f"{space}ouvrir/", {"le": sent}, follow=True)

    assert [one.level_tag for one in answer.context["messages"]] == ["error"]
    assert opens_at(draft) is None


def test_a_past_date_is_said_and_offers_no_confirmation(as_organiser, space, draft):
    page = as_organiser.get(f"{space}ouvrir/?le_jour=2020-10-12")

    assert "Cette date est déjà passée" in words(page)
    assert "Ouvrir à cette date" not in words(page)


def test_archiving_says_what_it_does_and_two_clicks_archive_once(as_organiser, space, consultation):
    asked = words(as_organiser.get(f"{space}reglages/archiver/"))
    assert "Plus rien ne peut y être écrit" in asked

    for _ in range(2):
        as_organiser.post(f"{space}reglages/archiver/", {"archiver": "oui"})

    assert Consultation.objects.get(pk=consultation.pk).archived
    assert "pourra de nouveau y écrire" in words(as_organiser.get(f"{space}reglages/archiver/")).replace("On ", "")


def test_settings_do_not_change_the_opening(as_organiser, space, draft):
    page = as_organiser.get(f"{space}reglages/")

    assert "opens_publicly_at" not in page.context["form"].fields
