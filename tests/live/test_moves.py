"""A thread that is moved: both pages follow, whoever reads them, and nothing is sent to whom it is no longer for."""

from datetime import timedelta
from urllib.request import urlopen

import pytest
from django.utils import timezone

from concertation.consultations import actions as organising
from concertation.consultations.models import Phase, Topic
from concertation.live.models import Event
from concertation.viewer import Viewer
from contributions import actions
from contributions.models import Contribution
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures
from tests.live.pages import cursor_for, rows_in
from tests.live.test_states import READERS, Followed, assert_up_to_date, client_of

pytestmark = pytest.mark.django_db
HOME = "/c/innovation-urbaine/"
SECRET = "Ce que le comité garde pour lui"
ACCESSES = [("public", "public"), ("public", "committees"), ("committees", "public"), ("participants", "committees")]


def page_of(topic):
    return f"{HOME}thematiques/{topic.pk}/"


def fresh(topic):
    return Topic.objects.select_related("phase__consultation").get(pk=topic.pk)


@pytest.fixture
def elsewhere(consultation, open_phase, organiser, now):
    """A topic of another phase, open at the same time."""
    day = timedelta(days=1)
    phase = organising.create_phase(
        consultation, title="Ateliers", opens_at=now - day, closes_at=now + day, by=organiser
    )
    return organising.create_topic(phase, title="Outiller", by=organiser)


@pytest.fixture
def move(moderator, consultation):
    def act(contribution, to):
        reason = consultation.reasons.to_move().first()
        return actions.move_thread(contribution, to=to, reason=reason, message="Mieux là-bas.", by=moderator)

    return act


@pytest.fixture
def thread(contribution, reply, post, consultation, moderator, other_participant):
    """A root, a reply, a reply to it, and a placeholder."""
    post("Pour les petites villes.", parent=reply)
    hidden = post("Une insulte.", parent=contribution, by=other_participant)
    actions.hide_contribution(hidden, reason=consultation.reasons.first(), by=moderator)
    return contribution


@pytest.fixture
def followers(request):
    def follow(*topics):
        clients = [client_of(request.getfixturevalue(name)) for name in READERS]
        return [Followed(client, page_of(topic)) for client in clients for topic in topics]

    return follow


def narrow(topic, access, organiser):
    organising.edit_phase(Phase.objects.get(pk=topic.phase_id), access=access, by=organiser)
    return fresh(topic)


def assert_all_up_to_date(pages):
    assert any(page.is_open for page in pages)
    for page in pages:
        if page.is_open:
            page.hear()
            assert not page.must_reload
            assert_up_to_date(page, is_fetched=False)


# Pages --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), ACCESSES)
def test_the_pages_of_both_topics_before_with_what_is_sent_are_the_pages_after(
    thread, topic, elsewhere, move, followers, organiser, before, after
):
    here, there = narrow(topic, before, organiser), narrow(elsewhere, after, organiser)
    pages = followers(here, there)

    move(thread, there)

    assert_all_up_to_date(pages)
    assert Contribution.objects.filter(topic=there).count() == 4


def test_a_topic_that_is_read_again_from_before_the_first_word_has_nothing_of_what_left(
    topic, elsewhere, post, participant, move, followers
):
    pages = followers(topic, elsewhere)
    one = post("Dit ici.")
    answer = post("Répondu ici.", parent=one)
    one = actions.edit_contribution(one, body="Mieux dit ici.", by=participant)

    move(one, elsewhere)
    actions.edit_contribution(answer, body="Mieux répondu là-bas.", by=participant)

    assert_all_up_to_date(pages)


def test_what_comes_back_is_there_once(thread, topic, elsewhere, move, followers):
    pages = followers(topic, elsewhere)

    move(move(thread, elsewhere), topic)

    assert_all_up_to_date(pages)


def test_what_waits_for_its_first_reading_leaves_the_pages_of_the_teams_and_of_its_author(
    topic, elsewhere, post, move, followers, organiser
):
    organising.edit_phase(topic.phase, moderation="before", by=organiser)
    waiting = post("À relire.", topic=fresh(topic))
    pages = followers(topic)
    assert sum("À relire" in "".join(page.rows.values()) for page in pages) == 3

    move(waiting, elsewhere)

    assert_all_up_to_date(pages)


def test_a_long_thread_takes_its_replies_along_and_both_pages_offer_to_reload(
    thread, topic, elsewhere, move, followers, monkeypatch
):
    monkeypatch.setattr("contributions.tree.MOST_ANNOUNCED", 2)
    pages = followers(topic, elsewhere)

    move(thread, elsewhere)

    for page in pages:
        page.hear()
        assert page.must_reload
        assert f"contribution:{thread.pk}" not in page.rows


# Frames -------------------------------------------------------------------------------------------------------------


def test_nobody_is_sent_a_text_that_has_left_for_a_place_that_is_not_theirs(
    topic, elsewhere, post, move, followers, organiser
):
    there = narrow(elsewhere, "committees", organiser)
    root = post(SECRET)
    post(f"{SECRET}, dit autrement", parent=root)
    pages = followers(topic, there)
    assert all(SECRET in "".join(page.rows.values()) for page in pages[::2])

    move(root, there)

    told = {}
    for name, here, away in zip(READERS, pages[::2], pages[1::2], strict=True):
        here.hear()
        away.hear()
        told[name] = SECRET in here.heard + away.heard
    assert told == {name: name in ("partner", "moderator", "facilitator") for name in READERS}


def test_a_removal_carries_no_row_and_says_whether_it_is_elsewhere(thread, topic, elsewhere, move, visitor, organiser):
    client = client_of(visitor)
    page = Followed(client, page_of(topic))

    def heard():
        [(address, cursor)] = page.rooms
        frames = client.get("/direct/rattrapage/", {"salon": address, "depuis": cursor}).json()["frames"]
        return [event for frame in frames for event in frame["events"] if event["obj"] == f"contribution:{thread.pk}"]

    move(thread, elsewhere)
    [removal] = heard()
    assert (removal["kind"], removal["moved"], "html" in removal) == ("removed", True, False)

    narrow(elsewhere, "committees", organiser)
    [removal] = heard()
    assert (removal["kind"], "moved" in removal) == ("removed", False)


@pytest.mark.parametrize(("before", "after"), ACCESSES)
def test_each_room_is_the_widest_entitled_to_it(thread, topic, elsewhere, move, organiser, before, after):
    narrow(topic, before, organiser)
    there = narrow(elsewhere, after, organiser)
    last = Event.objects.latest("pk").pk

    move(thread, there)

    names = {"public": "public", "participants": "participants", "committees": "committee"}
    # The author is told too, in a room of their own.
    told = set(
        Event.objects.filter(pk__gt=last)
        .exclude(room__key__startswith="notices:")
        .values_list("room__key", "kind", "obj")
    )
    left, joined = names[before], names[after]
    consultation = topic.phase.consultation_id
    came, went = elsewhere.pk, topic.pk
    objects = [f"contribution:{pk}" for pk in Contribution.objects.values_list("pk", flat=True)]
    assert told == {
        *((f"topic:{went}:{left}", "removed", obj) for obj in objects),
        *((f"topic:{came}:{joined}", "added", obj) for obj in objects),
        (f"topic:{went}:{left}", "changed", f"count:{went}"),
        (f"topic:{came}:{joined}", "changed", f"count:{came}"),
        (f"consultation:{consultation}:{left}", "changed", f"said:{went}"),
        (f"consultation:{consultation}:{joined}", "changed", f"said:{came}"),
        *((f"consultation:{consultation}:{name}", "changed", f"figures:{consultation}") for name in (left, joined)),
        (f"moderation:{consultation}:staff", "changed", f"queue:{consultation}"),
    }


# Sockets ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_readers_see_it_leave_and_arrive_as_it_does(any_server, thread, topic, elsewhere, move, visitor):
    since = {one: cursor_for(Viewer(visitor, timezone.now()), one.room) for one in (topic, elsewhere)}
    with (
        any_server.open(topic.room, since=since[topic]) as here,
        any_server.open(elsewhere.room, since=since[elsewhere]) as there,
    ):
        here.read()
        there.read()

        move(thread, elsewhere)

        left, came = here.events(5), there.events(5)
    of_rows = [one for one in left if one["obj"].startswith("contribution:")]
    assert {one["kind"] for one in of_rows} == {"removed"}
    sent = {one["obj"]: one["html"].strip() for one in came if one["kind"] == "added"}
    page = rows_in(urlopen(f"{any_server.url}{page_of(elsewhere)}").read().decode())
    assert sent == {obj: html for obj, html in page.items() if obj.startswith("contribution:")}
