"""The demonstration as it is loaded: whole, dated around today, and the same each time."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from unittest.mock import Mock

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ateliers.models import Atelier, Note, Registration
from concertation.accounts.models import User
from concertation.consultations.checklist import checks_of
from concertation.consultations.models import Consultation, Participation, SpeaksFor, Topic
from concertation.journal.models import JournalEntry
from concertation.letters.models import Letter
from concertation.live.models import Event
from concertation.notices.models import Message, Notice
from concertation.pages.demo import cast, content, loader, workshops
from concertation.pages.demo.content import Moment
from concertation.pages.demo.working_days import is_working_day
from concertation.syntheses.models import Recommendation, Synthesis, SynthesisVersion
from concertation.viewer import Viewer
from contributions.models import Contribution, Decision, Origin, Reaction, Report, State
from tests.french import WRONG
from tests.pages.said import last_words

pytestmark = pytest.mark.xdist_group("demo")

DEMO = content.read()


@dataclass(frozen=True)
class Loaded:
    consultation: Consultation
    now: datetime


@pytest.fixture(scope="module")
def loaded(no_kept_rows, django_db_blocker) -> Iterator[Loaded]:
    """Loaded once for all the tests of this file, which only read it."""
    with django_db_blocker.unblock(), transaction.atomic():
        now = timezone.now()
        consultation = loader.load(now)
        assert consultation is not None
        yield Loaded(consultation, now)
        transaction.set_rollback(True)


def ours(loaded: Loaded) -> QuerySet[Contribution]:
    return Contribution.objects.filter(consultation=loaded.consultation)


def by_keys() -> list[str]:
    """The keys of the files in the order in which they are written: the order of public numbers."""
    written = [(said.at, said.key) for said in DEMO.said]
    written += [(Moment.parse(note["entered_at"]), note["key"]) for _, note in DEMO.notes() if "topic" in note]
    return [key for _, key in sorted(written, key=lambda pair: pair[0])]


def opening_words(key: str) -> str:
    said = next((said for said in DEMO.said if said.key == key), None)
    words = last_words(said) if said else next(note["text"] for _, note in DEMO.notes() if note["key"] == key)
    return words[:40]


def test_a_load_that_fails_leaves_nothing(db, monkeypatch) -> None:
    def refuse(stage: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(cast, "gather_people", refuse)

    with pytest.raises(RuntimeError):
        loader.load(timezone.now())
    assert not Consultation.objects.exists()
    assert not User.objects.exists()


def test_an_empty_site_has_those_who_prepare_a_concertation_and_no_concertation(db, settings) -> None:
    settings.DEMO = True
    out = StringIO()

    for _run in range(2):
        call_command("load_demo", empty=True, stdout=out)

    people = {login.address: login.name for login in loader.logins(is_empty=True)}
    assert set(people) == {"organisation@demo.example", "administration@demo.example"}
    assert dict(User.objects.values_list("email", "display_name")) == people
    assert not Consultation.objects.exists()
    administrator = authenticate(username="administration@demo.example", password=cast.PASSWORD)
    organiser = authenticate(username="organisation@demo.example", password=cast.PASSWORD)
    assert (administrator.is_superuser, organiser.is_superuser) == (True, False)
    said = out.getvalue()
    assert "Ces comptes existent déjà." in said
    assert [address for address in people if address not in said] == []
    assert "moderation@demo.example" not in said


def test_everything_written_in_the_files_is_in(loaded: Loaded) -> None:
    poured = [note for _, note in DEMO.notes() if "topic" in note]

    assert ours(loaded).count() == len(DEMO.said) + len(poured)
    assert Topic.objects.filter(phase__consultation=loaded.consultation).count() == 12
    assert loaded.consultation.ateliers.count() == 8
    assert Note.objects.count() == sum(1 for _ in DEMO.notes())
    given = [said.reactions for said in DEMO.said] + [content.reactions_of(note) for note in poured]
    assert Reaction.objects.count() == sum(len(reactions) for reactions in given)
    assert User.objects.count() == len(DEMO.people)
    assert Report.objects.count() == len(DEMO.moderation["reports"])
    assert Decision.objects.count() == len(DEMO.moderation["decisions"])


def test_public_numbers_follow_the_order_in_which_things_were_said(loaded: Loaded) -> None:
    rows = ours(loaded).order_by("number").values_list("number", "current__body")

    assert [(number, body[:40]) for number, body in rows] == [
        (number, opening_words(key)) for number, key in enumerate(by_keys(), start=1)
    ]


def test_one_phase_is_over_one_is_open_and_one_is_to_come(loaded: Loaded) -> None:
    first, second, third = loaded.consultation.phases.in_order()

    assert first.is_over(loaded.now)
    assert second.is_open(loaded.now)
    assert not third.is_open(loaded.now)
    assert not third.is_over(loaded.now)
    assert loaded.consultation.is_public(loaded.now)


def test_the_windows_move_with_the_day_of_loading() -> None:
    late = Moment.parse("-1 23:30").on(datetime(2026, 3, 29, tzinfo=content.ZONE).date())

    assert late == datetime(2026, 3, 28, 23, 30, tzinfo=content.ZONE)
    assert late + timedelta(minutes=40) < datetime(2026, 3, 29, 3, 0, tzinfo=content.ZONE)


def test_nothing_is_dated_in_the_future(loaded: Loaded) -> None:
    assert not Contribution.objects.filter(published_at__gt=loaded.now).exists()
    assert not Contribution.objects.filter(last_activity_at__gt=loaded.now).exists()
    assert not Registration.objects.filter(at__gt=loaded.now).exists()
    assert not Reaction.objects.filter(at__gt=loaded.now).exists()
    assert not Participation.objects.filter(joined_at__gt=loaded.now).exists()


def test_nobody_takes_part_before_joining(loaded: Loaded) -> None:
    early = [row for row in ours(loaded).select_related("author") if row.author.joined_at > row.created_at]

    assert [row.ref for row in early if row.origin == Origin.ONLINE] == []


def test_hidden_withdrawn_and_edited_texts_are_among_them(loaded: Loaded) -> None:
    states = Counter(ours(loaded).values_list("state", flat=True))

    assert states[State.HIDDEN] == 3
    assert states[State.WITHDRAWN] == 1
    assert ours(loaded).filter(current__number__gt=1).count() == 3


def test_one_letter_was_sent_and_one_is_a_draft(loaded: Loaded) -> None:
    sent, draft = Letter.objects.order_by("created_at")

    assert (sent.state, draft.state) == (Letter.State.SENT, Letter.State.DRAFT)
    assert sent.deliveries.count() == Message.objects.filter(mailing=sent.mailing).count() > 5


def test_some_reports_still_wait_in_the_queue(loaded: Loaded) -> None:
    assert Report.objects.filter(decision=None).count() == 5


def test_notes_keep_where_and_when_they_were_said(loaded: Loaded) -> None:
    said_there = Contribution.objects.filter(origin=Origin.ATELIER).order_by("number")
    poured = said_there.select_related("note__table__atelier", "note__actor_kind")

    assert poured.count() == 21
    for contribution in poured:
        assert contribution.origin_label == contribution.note.table.atelier.title
        assert contribution.occurred_at == contribution.note.table.atelier.starts_at
        assert contribution.actor_kind == contribution.note.actor_kind
    closes = loaded.consultation.phases.in_order().first().closes_at
    assert poured.filter(topic__phase__position=0, published_at__gt=closes).count() == 5


def test_ateliers_are_past_and_to_come_and_one_is_full(loaded: Loaded) -> None:
    ateliers = loaded.consultation.ateliers
    full = ateliers.get(number=6)

    assert ateliers.over(loaded.now).count() == 5
    assert ateliers.to_come(loaded.now).count() == 3
    assert full.registrations.confirmed().count() == full.seats_on_site == 12
    assert full.registrations.waiting().count() == 2


def test_ateliers_are_held_on_working_days(loaded: Loaded) -> None:
    held = [
        at.astimezone(content.ZONE).date() for at in loaded.consultation.ateliers.values_list("starts_at", flat=True)
    ]

    assert [on for on in held if not is_working_day(on)] == []


@pytest.mark.parametrize(
    "day", [datetime(2026, 1, 1, 12, tzinfo=content.ZONE) + timedelta(days=days) for days in range(0, 1_500, 11)]
)
def test_whatever_the_day_an_atelier_comes_after_its_registration_and_before_its_notes(day: datetime) -> None:
    stage = Mock(now=day)
    stage.on.side_effect = lambda moment: moment.on(day.date())
    stage.at.side_effect = lambda text: Moment.parse(text).on(day.date())

    for row in DEMO.ateliers:
        held, closes = workshops.held_at(stage, row), workshops.shifted(stage, row, row["registration_closes"])
        entered = [stage.at(note["entered_at"]) for note in row.get("notes", []) if "topic" in note]
        assert is_working_day(held.date()), row["key"]
        assert (
            stage.at(row["registration_opens"])
            < closes
            < held
            < min([*entered, datetime.max.replace(tzinfo=held.tzinfo)])
        )
        assert (held > stage.now) == (stage.at(row["at"]) > stage.now)


@pytest.mark.parametrize(
    "on", [(2026, 4, 6), (2026, 5, 14), (2027, 5, 17), (2028, 4, 17), (2027, 1, 1), (2026, 11, 29), (2026, 12, 25)]
)
def test_easter_monday_ascension_whit_monday_and_sundays_are_no_working_days(on: tuple[int, int, int]) -> None:
    assert not is_working_day(date(*on))


def test_notices_and_mails_keep_french_typography(loaded: Loaded) -> None:
    """Those that verbs write with the titles of people in them."""
    said = [words for one in Notice.objects.all() for words in (one.title, one.text)]
    said += [words for one in Message.objects.all() for words in (one.subject, one.text)]

    assert sum("«" in words for words in said) > 20
    assert [words for words in said if WRONG.search(words)] == []


def test_an_atelier_was_moved_from_a_room_to_a_video_meeting(loaded: Loaded) -> None:
    moved = loaded.consultation.ateliers.get(number=4)

    assert moved.mode == Atelier.Mode.REMOTE
    assert moved.sequence >= 1
    assert set(moved.registrations.values_list("mode", flat=True)) == {Atelier.Mode.REMOTE}


def test_one_synthesis_is_published_and_one_is_in_draft(loaded: Loaded) -> None:
    published, draft = Synthesis.objects.order_by("number")
    version = SynthesisVersion.objects.get()

    assert version.synthesis == published
    assert version.citations.values("recommendation").distinct().count() == 8
    assert draft.versions.count() == 0
    assert list(Recommendation.objects.without_support().values_list("number", flat=True)) == [11]
    assert list(Recommendation.objects.order_by("number").values_list("title", flat=True)) == [
        row["title"] for one in DEMO.syntheses for section in one["sections"] for row in section["recommendations"]
    ]


def test_organisations_that_invited_their_people_vouch_for_them(loaded: Loaded) -> None:
    confirmed = Participation.objects.filter(speaks_for=SpeaksFor.CONFIRMED).count()

    assert confirmed == sum(1 for row in DEMO.frame["people"] if row.get("speaks") == "confirmed")
    pending = loaded.consultation.invitations.filter(accepted_at=None)
    assert pending.count() == len(DEMO.frame["invitations"])


def test_each_role_signs_in_with_the_printed_address_and_password(loaded: Loaded) -> None:
    for login in loader.logins():
        user = authenticate(username=login.address, password=cast.PASSWORD)
        assert user is not None, login.address
        assert user.display_name == login.name


def test_another_one_is_in_preparation_and_shows_what_a_team_has_before_it_opens(loaded: Loaded) -> None:
    draft = Consultation.objects.get(slug=DEMO.preparation["consultation"]["slug"])
    organiser = User.objects.get(email="organisation@demo.example")
    icons = Counter(one.icon for one in checks_of(Viewer(organiser, loaded.now), draft))
    pending = draft.invitations.filter(accepted_at=None).values_list("actor_kind__label", flat=True)

    assert draft.opens_publicly_at is None
    assert JournalEntry.objects.filter(verb="consultation.cloned", consultation_id=draft.pk).count() == 1
    assert Contribution.objects.filter(consultation=draft, is_trial=True).count() == len(DEMO.preparation["trials"])
    assert icons["team"] == icons["topic"] == 1
    assert sorted(Counter(pending).values()) == [2, 2, 2]
    assert Atelier.objects.filter(consultation=draft).count() == 8


def test_it_went_through_the_verbs(loaded: Loaded) -> None:
    of_ours = JournalEntry.objects.filter(consultation_id=loaded.consultation.pk)
    verbs = Counter(of_ours.values_list("verb", flat=True))

    assert verbs["contribution.posted"] == len(DEMO.said)
    assert verbs["contribution.entered"] == 21
    assert verbs["contribution.hidden"] == 4
    assert verbs["synthesis.published"] == 1
    assert verbs["atelier.published"] == 8
    assert Event.objects.filter(kind="added", obj__startswith="contribution:").count() == Contribution.objects.count()


def test_a_second_load_changes_nothing(loaded: Loaded) -> None:
    entries = JournalEntry.objects.count()

    assert loader.load(loaded.now) is None
    assert JournalEntry.objects.count() == entries


def test_the_command_refuses_a_public_site(loaded: Loaded, settings) -> None:
    settings.DEBUG = settings.DEMO = False

    with pytest.raises(CommandError):
        call_command("load_demo")


def test_the_command_prints_the_address_and_one_login_for_each_role(loaded: Loaded, settings) -> None:
    settings.DEMO = True
    out = StringIO()

    call_command("load_demo", stdout=out)

    said = out.getvalue()
    assert "déjà chargée" in said
    assert f"{settings.SITE_URL}/c/la-ville-a-l-essai/" in said
    assert cast.PASSWORD in said
    assert [login.address for login in loader.logins() if login.address not in said] == []
