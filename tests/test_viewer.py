"""A page reads each fact about its viewer once; a verb reads it again."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import reverse

from concertation.consultations.actions import end_role
from concertation.consultations.audiences import audience_of, participation_of, roles_of
from concertation.consultations.models import Membership, Role
from concertation.permissions import may, require
from concertation.viewer import Viewer, viewer_of
from contributions.actions import post_contribution

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def membership(moderator):
    return Membership.objects.get(user=moderator)


def test_one_viewer_reads_roles_and_participation_once(consultation, participant, now, django_assert_num_queries):
    viewer = Viewer(participant, now)

    with django_assert_num_queries(2):
        for _ in range(3):
            audience_of(viewer, consultation)
            roles_of(viewer, consultation)
            participation_of(viewer, consultation)
            may(viewer, "contributions.post", consultation)


def test_another_viewer_of_the_same_person_reads_again(consultation, moderator, membership, now):
    assert roles_of(Viewer(moderator, now), consultation) == {Role.MODERATOR}

    membership.delete()

    assert roles_of(Viewer(moderator, now), consultation) == set()


def test_a_verb_judges_by_the_present_roles_whatever_a_page_remembers(consultation, moderator, membership, now):
    of_page = Viewer(moderator, now)
    assert may(of_page, "contributions.read_queue", consultation)
    membership.delete()

    assert may(of_page, "contributions.read_queue", consultation)
    with pytest.raises(PermissionDenied):
        require(Viewer(moderator, now), "contributions.read_queue", consultation)


def test_viewers_who_share_facts_do_not_share_answers(consultation, moderator, participant, now):
    facts = {}

    assert roles_of(Viewer(moderator, now, facts=facts), consultation) == {Role.MODERATOR}
    assert roles_of(Viewer(participant, now, facts=facts), consultation) == set()


def test_a_role_ends_at_its_hour_for_viewers_who_share_facts(consultation, moderator, membership, now):
    Membership.objects.filter(pk=membership.pk).update(ends_at=now + DAY)
    facts = {}

    assert roles_of(Viewer(moderator, now, facts=facts), consultation) == {Role.MODERATOR}
    assert roles_of(Viewer(moderator, now + DAY, facts=facts), consultation) == set()


@pytest.mark.parametrize(("method", "is_same"), [("get", True), ("head", True), ("post", False), ("put", False)])
def test_a_request_that_only_reads_has_one_viewer(method, is_same):
    request = getattr(RequestFactory(), method)("/")
    request.user = AnonymousUser()

    assert (viewer_of(request) is viewer_of(request)) == is_same


def test_a_request_whose_user_changes_has_another_viewer(participant):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    before = viewer_of(request)
    request.user = participant

    assert viewer_of(request) is not before
    assert viewer_of(request).person == participant


def test_a_disabled_account_is_a_visitor(consultation, moderator, now):
    moderator.is_active = False
    moderator.save()

    assert not Viewer(moderator, now).is_known
    assert not may(Viewer(moderator, now), "contributions.read_queue", consultation)


def test_the_next_page_knows_that_a_role_has_ended(client, consultation, moderator, membership, organiser, now):
    client.force_login(moderator)
    queue = reverse("contributions:queue", args=[consultation.slug])
    assert client.get(queue).status_code == 200

    end_role(membership, by=organiser, now=now)

    assert client.get(queue).status_code == 403


@pytest.mark.parametrize(("who", "most"), [("visitor", 14), ("participant", 20), ("organiser", 24)])
def test_a_topic_page_costs_few_queries(
    request, client, topic, participant, other_participant, who, most, count_queries
):
    for number in range(3):
        root = post_contribution(topic, title=f"Idée {number}", body="Un lieu d’essai.", by=participant)
        post_contribution(topic, parent=root, body="Où donc\u202f?", by=other_participant)
    if who != "visitor":
        client.force_login(request.getfixturevalue(who))
    page = reverse("contributions:topic", args=[topic.phase.consultation.slug, topic.pk])
    client.get(page)

    assert count_queries(lambda: client.get(page)) <= most
