"""A page that many share is rendered for an audience: no person enters it but by a placeholder."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.test import RequestFactory
from django.utils.safestring import SafeString

from concertation.consultations.audiences import audience_of, participation_of
from concertation.consultations.models import Phase
from concertation.consultations.sections import on_home_page
from concertation.live import page_cache
from concertation.live.audience import Audience
from concertation.live.shared_pages import PersonOnSharedPage, shared_request
from concertation.viewer import Viewer, viewer_of
from contributions import actions
from contributions.marks import marks_of
from contributions.models import Contribution
from contributions.shells import contribution_asides
from contributions.views import topic as topic_views
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures
from tests.live.test_states import at_topic, client_of  # noqa: F401 - fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(participant, now):
    request = RequestFactory().get("/")
    request.user = participant
    return shared_request(request, Audience.PARTICIPANTS, now)


@pytest.fixture
def renderings(monkeypatch):
    """The audiences for which a topic is rendered, one for each rendering."""
    made, real = [], topic_views._rendered

    def noted(request, topic, place, now):
        made.append(place.audience)
        return real(request, topic, place, now)

    monkeypatch.setattr(topic_views, "_rendered", noted)
    caches["pages"].clear()
    return made


def for_a_person(viewer: Viewer, contributions: Sequence[Any]) -> Mapping[Any, SafeString]:
    return {one.pk: SafeString(viewer.person.display_name) for one in contributions}


def for_an_audience(audience: Audience, now: datetime, contributions: Sequence[Any]) -> Mapping[Any, SafeString]:
    return {one.pk: SafeString(audience.key) for one in contributions}


def test_a_provider_for_a_person_is_refused_in_a_slot_of_a_shared_page():
    with pytest.raises(TypeError, match="for_a_person"):
        contribution_asides.fill(for_a_person)


def test_a_slot_for_a_person_is_refused_while_a_shared_page_is_rendered(shared, contribution):
    with pytest.raises(TypeError, match="person"):
        on_home_page.html_for(viewer_of(shared), [contribution.consultation])


def test_a_slot_of_a_shared_page_is_given_the_audience(monkeypatch, contribution, at_topic, participant, visitor):
    monkeypatch.setattr(contribution_asides, "_providers", [for_an_audience])

    assert "participants</div>" in client_of(participant).get(at_topic).content.decode()
    assert "public</div>" in client_of(visitor).get(at_topic).content.decode()


@pytest.mark.parametrize("name", ["pk", "email", "display_name", "is_superuser"])
def test_a_template_of_a_shared_page_that_names_the_user_fails(shared, name):
    with pytest.raises(PersonOnSharedPage):
        getattr(shared.user, name)


def test_the_viewer_of_a_shared_page_is_nobody(shared, consultation, participant):
    assert shared.user.is_authenticated
    assert not viewer_of(shared).is_known
    assert audience_of(viewer_of(shared), consultation) == Audience.PARTICIPANTS
    assert participation_of(viewer_of(shared), consultation) is None
    assert not shared.COOKIES


def test_people_with_marks_of_their_own_share_one_rendering(
    contribution, reply, at_topic, participant, other_participant, renderings
):
    actions.react(contribution, kind="agree", by=other_participant)
    pages = [client_of(one).get(at_topic).content.decode() for one in (participant, other_participant)]

    assert renderings == [Audience.PARTICIPANTS]
    assert [page.count("is-mine") for page in pages] == [1, 1]
    assert ['data-reaction="agree"' in page for page in pages] == [False, True]
    assert f"contributions/{contribution.number}/modifier/" in pages[0]
    assert f"contributions/{contribution.number}/modifier/" not in pages[1]
    assert f"contributions/{contribution.number}/signaler/" not in pages[0]
    assert f"contributions/{contribution.number}/signaler/" in pages[1]


def test_who_awaits_moderation_sees_a_page_of_their_own_and_leaves_none_to_others(
    open_phase, contribution, topic, at_topic, participant, other_participant, renderings
):
    Phase.objects.filter(pk=open_phase.pk).update(moderation=Phase.Moderation.BEFORE)
    topic.refresh_from_db()
    actions.post_contribution(topic, title="Secret", body="Lu de moi seul.", by=participant)

    mine = client_of(participant).get(at_topic).content.decode()
    other = client_of(other_participant).get(at_topic).content.decode()

    assert "Lu de moi seul." in mine
    assert "Lu de moi seul." not in other
    assert all(b"Lu de moi seul." not in part for page in cached_pages() for part in page.parts)


def test_what_is_handed_in_while_a_page_is_rendered_is_not_in_it(
    open_phase, contribution, topic, at_topic, participant, other_participant, monkeypatch
):
    Phase.objects.filter(pk=open_phase.pk).update(moderation=Phase.Moderation.BEFORE)
    topic.refresh_from_db()
    real = topic_views._rendered

    def interrupted(*given):
        if not Contribution.objects.filter(title="Secret").exists():
            actions.post_contribution(topic, title="Secret", body="Lu de moi seul.", by=participant)
        return real(*given)

    monkeypatch.setattr(topic_views, "_rendered", interrupted)
    caches["pages"].clear()

    assert "Lu de moi seul." in client_of(participant).get(at_topic).content.decode()
    assert "Lu de moi seul." not in client_of(other_participant).get(at_topic).content.decode()


def test_marks_are_read_by_one_statement(
    consultation, contribution, reply, participant, other_participant, now, django_assert_num_queries
):
    actions.react(reply, kind="unclear", by=participant)
    me = participation_of(Viewer(participant, now), consultation)

    with django_assert_num_queries(1):
        marks = marks_of(me, contribution.topic_id, [contribution.pk, reply.pk])

    assert (marks.mine, marks.reactions, marks.sees_more) == ({contribution.pk}, {reply.pk: "unclear"}, False)


def test_marks_on_an_empty_page_are_none(consultation, topic, participant, now):
    me = participation_of(Viewer(participant, now), consultation)

    assert not marks_of(me, topic.pk, []).rows


def test_a_placeholder_holds_its_default_and_what_a_viewer_typed_cannot_end_it():
    page = page_cache.page_from(f"a{page_cache.placeholder('x', '<b>1</b>')}c{page_cache.placeholder('y')}e")

    assert page.filled({"y": "<d>"}) == b"a<b>1</b>c&lt;d&gt;e"
    assert page.filled({"x": "<2>", "y": SafeString("<d>")}) == b"a&lt;2&gt;c<d>e"


def test_a_visitor_of_a_request_without_user_is_nobody():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    assert viewer_of(shared_request(request, Audience.PUBLIC, viewer_of(request).now)).stands_for == Audience.PUBLIC


def cached_pages():
    return [page for value in caches["pages"]._cache.values() if (page := _loaded(value))]


def _loaded(value):
    import pickle

    return pickle.loads(value) if isinstance(value, bytes) else value
