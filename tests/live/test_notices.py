"""The number of a person's unread notices: theirs alone, on each live page, and never in a page that many share."""

import json
import re

import pytest
from django.db import transaction
from django.test import Client

from concertation.live import registry
from concertation.live.actions import announced_together
from concertation.live.models import Event
from concertation.notices.actions import mark_all_read, mark_read, notify
from concertation.viewer import Viewer
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures
from tests.live.pages import rooms_in

pytestmark = pytest.mark.django_db
REPLAY = "/direct/rattrapage/"


def tell(person, title="Votre contribution est publiée"):
    with transaction.atomic(), announced_together():
        return notify(person, kind="test", obj=person, title=title, url="/", text="", at_once=False)


def page_of(person, address):
    client = Client()
    if person.is_authenticated:
        client.force_login(person)
    return client.get(address).content.decode()


def number_on(page):
    found = re.search(r'id="notice-count"[^>]*>(.*?)</span>\s*<details', page, re.DOTALL)
    return found and re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[1])).strip()


@pytest.fixture
def at_topic(topic):
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/"


def test_nobody_joins_the_room_of_another(visitor, participant, other_participant, administrator):
    address = f"notices:{participant.pk}"

    assert [registry.rooms_for(Viewer(one), address) for one in (visitor, other_participant, administrator)] == [[]] * 3
    assert registry.rooms_for(Viewer(participant), address) == [f"{address}:person:{participant.pk}"]


def test_an_absent_person_is_sent_what_came_and_others_are_sent_nothing(participant, other_participant):
    address = f"notices:{participant.pk}"
    asked = {"salon": address, "depuis": f"{address}:person:{participant.pk}=0"}
    notice = tell(participant)

    answers = {}
    for one in (participant, other_participant):
        client = Client()
        client.force_login(one)
        answers[one] = client.get(REPLAY, asked)

    assert (Client().get(REPLAY, asked).status_code, answers[other_participant].status_code) == (404, 404)
    [frame] = json.loads(answers[participant].content)["frames"]
    assert [(one["obj"], one["update"]) for one in frame["events"]] == [(f"notice:{notice.pk}", True)]


def test_no_frame_names_the_notice(participant):
    tell(participant, title="Une phrase reconnaissable")

    client = Client()
    client.force_login(participant)
    address = f"notices:{participant.pk}"

    answer = client.get(REPLAY, {"salon": address, "depuis": f"{address}:person:{participant.pk}=0"})

    assert "reconnaissable" not in answer.content.decode()


def test_each_reader_of_a_shared_page_has_their_own_number(
    visitor, participant, other_participant, contribution, at_topic
):
    tell(participant)
    tell(participant)
    readers = (participant, other_participant, participant, visitor)

    pages = [page_of(one, at_topic) for one in readers]

    assert [number_on(page) for page in pages] == ["2 notifications non lues", "", "2 notifications non lues", None]
    own = [[name for name, _cursor in rooms_in(page) if name.startswith("notices:")] for page in pages]
    mine, others = [f"notices:{participant.pk}"], [f"notices:{other_participant.pk}"]
    assert own == [mine, others, mine, []]


def test_the_cached_page_of_a_topic_costs_the_same_with_unread_notices_and_without(
    participant, visitor, contribution, at_topic, count_queries
):
    client = Client()
    client.force_login(participant)
    client.get(at_topic)
    without = count_queries(lambda: client.get(at_topic))

    tell(participant)

    assert count_queries(lambda: client.get(at_topic)) == without


def test_reading_is_told_once(participant, now):
    notice = tell(participant)
    Event.objects.all().delete()

    mark_read(notice, now=now.replace(year=now.year + 1), by=participant)
    mark_read(notice, now=now.replace(year=now.year + 1), by=participant)
    mark_all_read(now=now.replace(year=now.year + 1), by=participant)

    assert list(Event.objects.values_list("obj", flat=True)) == [f"notice:{notice.pk}"]


def test_several_notices_read_at_once_are_one_event(participant, now):
    latest = [tell(participant), tell(participant)][-1]
    Event.objects.all().delete()

    mark_all_read(now=now.replace(year=now.year + 1), by=participant)

    assert list(Event.objects.values_list("obj", flat=True)) == [f"notice:{latest.pk}"]


def test_a_notice_outside_a_verb_that_announces_is_refused(participant):
    with pytest.raises(transaction.TransactionManagementError), transaction.atomic():
        notify(participant, kind="test", obj=participant, title="Bonjour", url="/", text="", at_once=False)


@pytest.mark.parametrize("address", ["/compte/", "/compte/notifications/"])
def test_the_pages_of_a_person_are_live(participant, address):
    assert [name for name, _cursor in rooms_in(page_of(participant, address))] == [f"notices:{participant.pk}"]
