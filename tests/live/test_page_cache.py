"""A page that is kept is never another one than the page that would be drawn: after every act, for every reader."""

import inspect
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from concertation.accounts.actions import rename_user
from concertation.consultations import actions as organising
from concertation.consultations.models import Nature, Partner, Phase, Role
from concertation.syntheses.coding.actions import create_extract
from concertation.syntheses.publishing.actions import publish_synthesis
from concertation.syntheses.writing.actions import cite
from contributions import actions
from contributions.views import topic as topic_views
from tests.ateliers.conftest import atelier, draft, held, people, table  # noqa: F401 - fixtures
from tests.caching import empty_cache
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures
from tests.jobs.conftest import job, made, start  # noqa: F401 - fixtures
from tests.live.test_states import SCENES, at_topic, client_of, moderated  # noqa: F401 - fixtures
from tests.syntheses.conftest import recommendation, synthesis  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
READERS = ("visitor", "newcomer", "participant", "other_participant", "partner", "moderator")
OWN = re.compile(r'(name="(?:csrfmiddlewaretoken|client_uuid)" value=")[^"]*')


def retitling_the_consultation(contribution, consultation, organiser):
    yield
    organising.edit_consultation(consultation, title="La ville qui essaie", by=organiser)


def archiving(contribution, consultation, organiser):
    yield
    organising.archive_consultation(consultation, by=organiser)


def adding_a_partner(contribution, consultation, organiser):
    yield
    organising.create_item(Partner, consultation, name="Ville de Lille", by=organiser)


def renaming_a_nature_that_nobody_used(contribution, consultation, organiser):
    yield
    organising.edit_item(Nature.objects.filter(consultation=consultation).last(), singular="manque", by=organiser)


def adding_a_topic(contribution, open_phase, organiser):
    yield
    organising.create_topic(open_phase, title="Une autre thématique", question="Et ailleurs ?", by=organiser)


def postponing_the_next_phase(contribution, open_phase, future_phase, organiser):
    yield
    later = future_phase.closes_at + timedelta(days=1)
    organising.edit_phase(future_phase, opens_at=future_phase.opens_at, closes_at=later, by=organiser)


def citing(contribution, synthesis, recommendation, organiser, now):
    cite(
        recommendation,
        extract=create_extract(contribution, start=0, end=9, by=organiser),
        stance="supports",
        by=organiser,
    )
    yield
    publish_synthesis(synthesis, by=organiser, now=now)


def giving_a_role(contribution, consultation, other_participant, organiser):
    yield
    organising.grant_role(consultation, user=other_participant, role=Role.MODERATOR, by=organiser)


def moving_a_thread_away(contribution, reply, past_topic, consultation, moderator):
    yield
    actions.move_thread(
        contribution, to=past_topic, reason=consultation.reasons.filter(use="move").first(), by=moderator
    )


def moving_a_thread_here(topic, past_topic, post, consultation, moderator, facilitator):
    thread = actions.enter_contribution(
        past_topic,
        author=consultation.participations.first(),
        body="Il manque des lieux.",
        origin="paper",
        by=facilitator,
    )
    yield
    actions.move_thread(thread, to=topic, reason=consultation.reasons.filter(use="move").first(), by=moderator)


def suspending(contribution, other_participant, consultation, organiser, now):
    mine = consultation.participations.get(user=other_participant)
    reason = consultation.reasons.filter(use="hide").first()
    yield
    organising.suspend_participation(mine, reason=reason, message="Ces mots blessent.", now=now, by=organiser)


def resuming(contribution, other_participant, consultation, organiser, now):
    mine = consultation.participations.get(user=other_participant)
    reason = consultation.reasons.filter(use="hide").first()
    kept = organising.suspend_participation(mine, reason=reason, message="Ces mots blessent.", now=now, by=organiser)
    yield
    organising.lift_suspension(kept, now=now, by=organiser)


def taking_ones_reaction_back(contribution, other_participant):
    actions.react(contribution, kind="agree", by=other_participant)
    yield
    actions.react(contribution, kind=None, by=other_participant)


def changing_ones_own_name(contribution, other_participant):
    yield
    rename_user(other_participant, display_name="Nadia Bonnet", by=other_participant)


ACTS = (
    *SCENES, retitling_the_consultation, archiving, adding_a_partner, renaming_a_nature_that_nobody_used,
    adding_a_topic, postponing_the_next_phase, citing, giving_a_role, taking_ones_reaction_back,
    changing_ones_own_name, moving_a_thread_away, moving_a_thread_here, suspending, resuming,
)  # fmt: skip


@pytest.mark.usefixtures(*READERS)
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_after_an_act_the_kept_page_is_the_one_that_would_be_drawn(act, request, at_topic):
    play = act(*(request.getfixturevalue(name) for name in inspect.signature(act).parameters))
    clients = [client_of(request.getfixturevalue(name)) for name in READERS]
    next(play)
    for client in clients:
        assert _page(client, at_topic) == _page(client, at_topic)

    assert next(play, "done") == "done"

    kept = [_page(client, at_topic) for client in clients]
    for client, page in zip(clients, kept, strict=True):
        empty_cache()
        assert page == _page(client, at_topic)


def test_each_reader_sees_their_own_marks_and_no_one_elses(contribution, at_topic, participant, other_participant):
    author, other = client_of(participant), client_of(other_participant)

    pages_seen = [_page(client, at_topic) for client in (other, author, other, Client(), author)]

    assert [page.count("Votre contribution</span>") for page in pages_seen] == [0, 1, 0, 0, 1]
    assert [participant.display_name in page.split("<main")[0] for page in pages_seen] == [0, 1, 0, 0, 1]


def test_a_kept_page_gives_each_reader_back_their_own_drafts(topic, at_topic, participant, other_participant):
    clients = [client_of(participant), client_of(other_participant), client_of(participant)]

    keys = [re.search(r'data-reader="(\w*)"', _page(client, at_topic))[1] for client in (*clients, Client())]

    assert keys == [keys[0], keys[1], keys[0], ""]
    assert len({*keys}) == 3


@pytest.mark.parametrize("name", READERS)
def test_the_head_of_a_kept_page_is_that_of_the_pages_that_are_not(name, request, at_topic):
    client = client_of(request.getfixturevalue(name))

    kept, drawn = (_page(client, address).split("<main")[0] for address in (at_topic, f"{at_topic}?fil="))

    assert kept == drawn.replace("%3Ffil%3D", "")


def test_a_kept_page_is_drawn_once_for_all_who_see_it_alike(contribution, at_topic, monkeypatch, consultation, now):
    drawn, real = [], topic_views._rendered
    monkeypatch.setattr(topic_views, "_rendered", lambda *given: drawn.append(1) or real(*given))

    for _ in range(3):
        _page(Client(), at_topic)

    assert len(drawn) == 1


def test_what_one_writes_while_ones_page_is_drawn_is_kept_for_nobody_else(
    contribution, moderated, post, participant, other_participant, at_topic, monkeypatch
):
    real = topic_views._context

    def interrupted(*given, **named):
        monkeypatch.setattr(topic_views, "_context", real)
        post("À relire d’abord.", topic=moderated, parent=contribution, by=other_participant)
        return real(*given, **named)

    monkeypatch.setattr(topic_views, "_context", interrupted)
    own = _page(client_of(other_participant), at_topic)
    others = [_page(client_of(person), at_topic) for person in (participant, other_participant)]

    assert ["À relire d’abord" in page for page in (own, *others)] == [True, False, True]


def test_each_reading_of_a_kept_page_has_a_name_of_its_own_for_what_is_written(topic, participant, at_topic):
    client = client_of(participant)

    names = {
        re.search(r'name="client_uuid" value="([^"]{36})"', client.get(at_topic).content.decode())[1] for _ in "abc"
    }

    assert len(names) == 3


def test_the_token_of_a_kept_page_is_taken_and_is_each_readers_own(topic, participant, other_participant, at_topic):
    first, second = (Client(enforce_csrf_checks=True) for _ in range(2))
    for client, person in ((first, participant), (second, other_participant)):
        client.force_login(person)
    tokens = [
        re.search(r'csrfmiddlewaretoken" value="(\w+)"', one.get(at_topic).content.decode())[1]
        for one in (first, second)
    ]
    address = f"{at_topic}publier/"

    own = second.post(address, {"texte": "Il manque des lieux.", "csrfmiddlewaretoken": tokens[1]})
    others = second.post(address, {"texte": "Il manque des lieux.", "csrfmiddlewaretoken": tokens[0]})

    assert (own.status_code, others.status_code) == (303, 403)


def test_a_kept_page_gives_an_anonymous_reader_no_cookie(topic, at_topic, participant):
    client_of(participant).get(at_topic)

    answers = [Client().get(at_topic) for _ in range(2)]

    assert [dict(answer.cookies) for answer in answers] == [{}, {}]


def test_a_page_kept_before_a_phase_closes_is_not_shown_after(topic, participant, at_topic, monkeypatch):
    phase = Phase.objects.get(pk=topic.phase_id)
    client = client_of(participant)
    monkeypatch.setattr(timezone, "now", lambda: phase.closes_at - timedelta(seconds=1))
    before = _page(client, at_topic)

    monkeypatch.setattr(timezone, "now", lambda: phase.closes_at)

    assert "data-composer" in before
    assert "data-composer" not in _page(client, at_topic)


def test_what_is_said_once_is_in_no_kept_page(contribution, topic, participant, at_topic):
    client = client_of(participant)
    client.get(at_topic)

    client.post(f"{at_topic}publier/", {"texte": "Encore une idée.", "titre": "Une idée"})
    shown = [_page(client, at_topic) for _ in range(3)]

    assert ["</span> est publiée" in page for page in shown] == [True, False, False]


def _page(client, address):
    """What one reads, without what is new in each reading."""
    return OWN.sub(r"\1", client.get(address).content.decode())
