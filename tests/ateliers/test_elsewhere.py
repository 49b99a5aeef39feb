"""An atelier elsewhere: beside the threads of a topic, and in links from other sites."""

from datetime import timedelta

import pytest
import time_machine

from ateliers import actions
from tests.caching import empty_cache
from tests.reading import words

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def page(client, topic):
    empty_cache()
    return lambda: words(client.get(f"/c/innovation-urbaine/thematiques/{topic.pk}/"))


def test_a_draft_is_not_shown_and_an_atelier_is_once_it_is_published(page, draft, organiser, now):
    assert "Prochain atelier" not in page()

    actions.publish_atelier(draft, by=organiser, now=now)

    assert "Prochain atelier Atelier des rives" in page()


def test_an_atelier_that_begins_leaves_the_page_though_the_page_is_cached(page, atelier):
    minute = timedelta(minutes=1)
    with time_machine.travel(atelier.starts_at - 10 * minute, tick=False):
        assert "Prochain atelier Atelier des rives" in page()

    with time_machine.travel(atelier.starts_at + minute, tick=False):
        assert "Prochain atelier" not in page()


def test_an_atelier_of_the_committees_is_not_shown_to_all(page, atelier, organiser, now):
    actions.edit_atelier(atelier, access="committees", by=organiser, now=now)

    assert "Prochain atelier" not in page()


def test_an_atelier_of_the_phase_comes_before_a_sooner_one(page, atelier, topic, consultation, organiser, now):
    sooner = actions.create_atelier(
        consultation, title="Atelier des quais", starts_at=now + DAY, ends_at=now + 2 * DAY, place="Lille", by=organiser
    )
    actions.publish_atelier(sooner, by=organiser, now=now)
    assert "Prochain atelier Atelier des quais" in page()

    actions.edit_atelier(atelier, phases=[topic.phase], by=organiser, now=now)

    assert "Prochain atelier Atelier des rives" in page()


def test_a_link_to_an_atelier_tells_others_what_it_is_unless_it_is_for_few(client, atelier, organiser, now):
    address = f"/c/innovation-urbaine/ateliers/{atelier.number}/"
    assert 'property="og:title" content="Atelier des rives"' in client.get(address).text

    actions.edit_atelier(atelier, access="committees", by=organiser, now=now)

    client.force_login(organiser)
    page = client.get(address).text
    assert "Atelier des rives" in page
    assert "og:title" not in page
