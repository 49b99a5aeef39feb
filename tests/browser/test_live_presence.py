"""Who reads and where an answer is being written: numbers and places, never names."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_pages import WITHIN, open_live
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures

WRITING = "Une réponse s’écrit…"
# The server forgets after eight seconds and tells every two.
FORGOTTEN = 15_000


@pytest.fixture
def address(topic) -> str:
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/"


@pytest.fixture
def two_people(two_pages, log_in, address, contribution, participant, other_participant) -> tuple[Page, Page]:
    for page, person in zip(two_pages, (participant, other_participant), strict=True):
        log_in(page, person)
        page.clock.install()
        open_live(page, address)
    return two_pages


def answer(page: Page) -> None:
    page.get_by_role("link", name="Répondre").click()
    page.get_by_label("Votre réponse").press_sequentially("D’accord, mais")


def writing_under(page: Page, one):
    return page.locator(f'[data-live-writing="contribution:{one.pk}"]')


def test_each_page_says_how_many_read_it_and_no_more_when_one_leaves(two_people):
    one, other = two_people
    for page in two_people:
        expect(page.locator("[data-live-readers]")).to_have_text("2 personnes lisent en ce moment", timeout=WITHIN)

    other.goto("/")

    expect(one.locator("[data-live-readers]")).to_have_text("Une personne lit en ce moment", timeout=WITHIN)


def test_others_see_that_an_answer_is_being_written_then_no_more_and_one_is_not_told_of_one_s_own(
    two_people, contribution, participant
):
    writer, reader = two_people
    heard: list[str] = []
    writer.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(frame)))
    writer.reload()
    answer(writer)

    expect(writing_under(reader, contribution)).to_have_text(WRITING, timeout=WITHIN)
    writer.wait_for_timeout(500)
    assert any('"writing":["contribution' in frame for frame in heard)
    assert not any(participant.display_name in frame for frame in heard if '"presence"' in frame)
    expect(writing_under(writer, contribution)).to_be_empty()
    expect(writing_under(reader, contribution)).to_be_empty(timeout=FORGOTTEN)
    expect(writing_under(writer, contribution)).to_be_empty()


def test_one_who_has_stopped_writing_is_told_of_another_in_the_same_thread(two_people, contribution):
    one, other = two_people
    answer(one)
    expect(writing_under(other, contribution)).to_have_text(WRITING, timeout=WITHIN)
    answer(other)
    expect(writing_under(one, contribution)).to_be_empty()

    one.clock.run_for(12_500)

    expect(writing_under(one, contribution)).to_have_text(WRITING, timeout=WITHIN)


def test_a_page_that_has_lost_its_socket_says_nothing_of_the_others(two_people, served, contribution):
    one, other = two_people
    answer(other)
    expect(writing_under(one, contribution)).to_have_text(WRITING, timeout=WITHIN)

    served.stop()

    expect(writing_under(one, contribution)).to_be_empty()
    expect(one.locator("[data-live-readers]")).to_be_empty()
