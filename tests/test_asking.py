"""A page asks the database once who its reader is; what changes something asks it anew."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from concertation import asking
from concertation.consultations.actions import end_role
from concertation.consultations.audiences import audience_of, participation_of, roles_of
from concertation.consultations.models import Membership, Role
from concertation.permissions import may, require
from contributions.actions import post_contribution

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def membership(moderator):
    return Membership.objects.get(user=moderator)


def test_within_one_page_roles_and_participation_are_asked_once(
    consultation, participant, now, django_assert_num_queries
):
    def ask():
        for _ in range(3):
            audience_of(participant, consultation, now)
            roles_of(participant, consultation, now)
            participation_of(participant, consultation)
            may(participant, "contributions.post", consultation)

    with asking.once(), django_assert_num_queries(2):
        ask()


def test_outside_a_page_each_question_is_asked_anew(consultation, moderator, membership, now):
    assert roles_of(moderator, consultation, now) == {Role.MODERATOR}

    membership.delete()

    assert roles_of(moderator, consultation, now) == set()


def test_an_act_is_judged_by_the_present_roles_even_on_a_page(consultation, moderator, membership):
    with asking.once():
        assert may(moderator, "contributions.read_queue", consultation)
        membership.delete()

        with pytest.raises(PermissionDenied):
            require(moderator, "contributions.read_queue", consultation)


def test_what_one_person_was_answered_is_not_told_to_another(consultation, moderator, participant, now):
    with asking.once():
        assert roles_of(moderator, consultation, now) == {Role.MODERATOR}

        assert roles_of(participant, consultation, now) == set()


def test_a_role_ends_at_its_hour_within_a_page_too(consultation, moderator, membership, now):
    Membership.objects.filter(pk=membership.pk).update(ends_at=now + DAY)

    with asking.once():
        assert roles_of(moderator, consultation, now) == {Role.MODERATOR}
        assert roles_of(moderator, consultation, now + DAY) == set()


@pytest.mark.parametrize(("method", "asked"), [("get", 1), ("head", 1), ("post", 2), ("put", 2)])
def test_answers_are_kept_for_pages_that_are_only_read(method, asked):
    fetched = []

    def fetch(keys):
        fetched.append(keys)
        return {key: key for key in keys}

    def view(request):
        asking.answers("question", [1], fetch)
        asking.answers("question", [1], fetch)
        return HttpResponse()

    asking.middleware(view)(getattr(RequestFactory(), method)("/"))

    assert len(fetched) == asked


def test_the_next_page_knows_that_a_role_has_ended(client, consultation, moderator, membership, organiser, now):
    client.force_login(moderator)
    queue = reverse("contributions:queue", args=[consultation.slug])
    assert client.get(queue).status_code == 200

    end_role(membership, by=organiser, now=now)

    assert client.get(queue).status_code == 403


@pytest.mark.parametrize(("who", "most"), [("visitor", 14), ("participant", 20), ("organiser", 20)])
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
