"""A page takes its cursor before it reads what it shows: what happens while it is made is in it, or told after it."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ateliers import actions as meeting
from concertation.consultations import actions as organising
from concertation.live import follow, registry
from concertation.live.follow import followed_on
from concertation.syntheses.writing.actions import add_section
from concertation.viewer import viewer_of
from contributions import actions
from tests.architecture.test_urls import address_of
from tests.architecture.url_table import PERSONAS, TABLE
from tests.architecture.world import atelier_held, people, synthesis_published, world  # noqa: F401 - fixtures
from tests.ateliers.conftest import atelier, draft  # noqa: F401 - fixtures
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures
from tests.live.pages import rooms_in
from tests.syntheses.conftest import recommendation, synthesis  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
HERE = "/c/innovation-urbaine/"


@pytest.fixture
def meanwhile(monkeypatch):
    """Act at the last moment before a page takes its cursor."""

    def put(act):
        left = [act]

        def reached(keys):
            if left:
                left.pop()()
            return take(keys)

        take = follow.reached
        monkeypatch.setattr(follow, "reached", reached)

    return put


def read(person, path):
    client = Client()
    if person.is_authenticated:
        client.force_login(person)
    return client.get(f"{HERE}{path}").content.decode()


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("visitor", "ateliers/1/"),
        ("facilitator", "ateliers/1/inscriptions/"),
        ("participant", "ateliers/1/inscription/"),
    ],
)
def test_an_atelier_that_changes_meanwhile(meanwhile, atelier, organiser, now, who, path, request):
    person = request.getfixturevalue(who)
    meanwhile(lambda: meeting.edit_atelier(atelier, title="Atelier des quais", by=organiser, now=now))

    assert "Atelier des quais" in read(person, path)


@pytest.mark.parametrize("path", ["contributions/1/", "contributions/1/historique/"])
def test_a_topic_that_changes_meanwhile(meanwhile, contribution, topic, organiser, visitor, path):
    meanwhile(lambda: organising.edit_topic(topic, title="Une autre thématique", by=organiser))

    assert "Une autre thématique" in read(visitor, path)


def test_a_text_that_is_decided_upon_and_changes_meanwhile(meanwhile, contribution, participant, moderator):
    edit = actions.edit_contribution
    meanwhile(lambda: edit(contribution, body="Mieux dit.", by=participant))

    assert "Mieux dit." in read(moderator, "moderation/1/")


def test_a_draft_that_changes_meanwhile(meanwhile, synthesis, organiser, partner):
    meanwhile(lambda: add_section(synthesis, title="Habiter autrement", body="Du texte.", by=organiser))

    assert "Habiter autrement" in read(partner, "syntheses/1/")


def test_something_to_do_that_comes_meanwhile(meanwhile, contribution, consultation, other_participant, moderator):
    reason = consultation.reasons.first()
    meanwhile(lambda: actions.report_contribution(contribution, reason=reason, by=other_participant))

    assert "Contributions à modérer" in read(moderator, "organiser/")


# What may be read before a cursor: who asks, and the keys of what the address names.
WHO_ASKS = re.compile(r'FROM "(django_session|accounts_user)"')
KEYS_ALONE = re.compile(r'SELECT ("\w+"\."(id|\w+_id)"( AS "\w+")?(, )?)+ FROM ')
# The home page follows the concertations in which the viewer has a right: these rights are read first.
RIGHTS = {"pages:home": re.compile(r'FROM "consultations_(membership|participation)"')}
ONE_OF_EACH = ("visitor", "participant", "moderator", "facilitator", "organiser")


def live_pages(world, people, column):
    """Each page of the table of addresses that this persona gets and that is live, with what was read for it."""
    client, person = Client(), people[column]
    if person.is_authenticated:
        client.force_login(person)
    for line, row in TABLE.items():
        method, name = line.split()
        if method != "GET" or row.split()[PERSONAS.index(column)] != "200":
            continue
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address_of(name, world))
        is_page = answer["Content-Type"].startswith("text/html")
        if followed_on(answer.wsgi_request).seqs or (is_page and "<live-room" in answer.content.decode()):
            yield name, answer, [one["sql"] for one in captured if one["sql"].startswith("SELECT")]


def read_too_early(name, statements):
    """What was read before the last cursor of the page was taken, and not again after it."""
    cursors = [at for at, sql in enumerate(statements) if 'FROM "live_room"' in sql and '"last_seq"' in sql]
    first = cursors[0] if cursors else len(statements)
    early = [sql for sql in statements[:first] if sql not in statements[first:]]
    allowed = [one.search for one in (WHO_ASKS, KEYS_ALONE, RIGHTS.get(name, WHO_ASKS))]
    return [sql for sql in early if not any(is_allowed(sql) for is_allowed in allowed)]


@pytest.mark.parametrize("column", ONE_OF_EACH)
def test_every_live_page_takes_its_cursor_before_it_reads_anything(world, people, column):
    early = {name: read_too_early(name, statements) for name, _answer, statements in live_pages(world, people, column)}

    assert len(early) > 5
    assert {name: sql for name, sql in early.items() if sql} == {}


@pytest.mark.parametrize("column", ONE_OF_EACH)
def test_every_live_page_prints_what_it_follows_and_nothing_else(world, people, column):
    wrong = {}
    for name, answer, _statements in live_pages(world, people, column):
        page, request = answer.content.decode(), answer.wsgi_request
        followed = [one for one in followed_on(request).seqs if registry.rooms_for(viewer_of(request), one)]
        printed = [address for address, cursor in rooms_in(page) if cursor]
        if printed != followed or page.count("<live-room") != len(followed) or page.count("data-live-show") != 1:
            wrong[name] = printed, followed

    assert wrong == {}


def test_a_contribution_that_is_moved_meanwhile_is_followed_where_it_is(
    meanwhile, contribution, consultation, open_phase, organiser, moderator
):
    elsewhere = organising.create_topic(open_phase, title="Une autre thématique", by=organiser)
    reason = consultation.reasons.to_move().first()
    meanwhile(lambda: actions.move_thread(contribution, to=elsewhere, reason=reason, by=moderator))

    page = read(AnonymousUser(), "contributions/1/")

    assert [address for address, _cursor in rooms_in(page)] == [elsewhere.room]
