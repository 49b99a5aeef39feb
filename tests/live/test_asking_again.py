"""What a page shows besides its rows: at the news of it, the page asks for itself again and takes it over.

A scene makes a state, names the reader, the page and words that are on it before or after, not both, then
acts. What is told must be an object that the page names, in a room that it follows.
"""

import inspect
import re
from datetime import datetime

import pytest
from django.test import Client

from tests.announcing import verbs_announce  # noqa: F401 - a verb tells of what it writes
from tests.ateliers.conftest import atelier, draft, held, people, table  # noqa: F401 - fixtures
from tests.live import parts_of_ateliers as of_ateliers
from tests.live import parts_of_debates as of_debates
from tests.live import parts_of_home as of_home
from tests.live import parts_of_moderation as of_moderation
from tests.live import parts_of_staff_pages as of_staff_pages
from tests.live.pages import asked_again_for, merged_in, rooms_in
from tests.syntheses.conftest import contribution, extract, recommendation, synthesis, version  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db

SCENES = [
    *of_ateliers.SCENES,
    *of_staff_pages.SCENES,
    *of_debates.SCENES,
    *of_home.SCENES,
    *of_moderation.SCENES,
]


class Opened:
    """A page that one person holds open, without a browser."""

    def __init__(self, person, address):
        self.client, self.address = Client(), address
        if person.is_authenticated:
            self.client.force_login(person)
        self.page = self.load()

    def load(self):
        return self.client.get(self.address).content.decode()

    def asks_again(self):
        """Whether what was told since has no row, or names an object of the page."""
        events = []
        for address, cursor in rooms_in(self.page):
            answer = self.client.get("/direct/rattrapage/", {"salon": address, "depuis": cursor})
            frames = answer.json()["frames"] if answer.status_code == 200 else []
            events += [event for frame in frames for event in frame.get("events", ())]
        asked = asked_again_for(self.page)
        return any(event.get("update") or event["obj"] in asked for event in events)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_the_page_asks_again_and_then_says_what_is_so_now(scene, request, now):
    play = scene(*(request.getfixturevalue(name) for name in inspect.signature(scene).parameters))
    person, address, words = next(play)
    opened = Opened(person, address)
    assert "data-live-reload" in opened.page
    # A moment that is past would be asked for without end.
    assert all(datetime.fromisoformat(at) > now for at in re.findall(r'data-changes-at="([^"]+)"', opened.page))

    assert next(play, "done") == "done"

    before, after = (words in merged_in(page) for page in (opened.page, opened.load()))
    assert opened.asks_again()
    assert {before, after} == {True, False}
