"""The number of unread notices in the header, while pages are open."""

from playwright.sync_api import expect

from tests.browser.conftest import axe
from tests.browser.live_pages import LISTEN, WITHIN, open_live
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

LIST = "/compte/notifications/"


def test_the_number_rises_when_a_reply_comes_and_falls_when_it_is_read_in_another_tab(
    two_pages, log_in, topic, contribution, post, participant, other_participant
):
    debate, notices = two_pages
    for page in two_pages:
        log_in(page, participant)
    open_live(debate, f"/c/innovation-urbaine/thematiques/{topic.pk}/")
    open_live(notices, LIST)
    number = debate.get_by_role("link", name="1 notification non lue")
    expect(number).to_have_count(0)
    debate.evaluate(LISTEN)

    post("Oui, mais pour qui ?", parent=contribution, by=other_participant)

    expect(number).to_be_visible(timeout=WITHIN)
    assert "1 notification non lue" in debate.evaluate("said")
    told = notices.get_by_role("link", name=f"a répondu à votre contribution {contribution.ref}")
    expect(told).to_be_visible(timeout=WITHIN)
    axe(notices)
    notices.get_by_role("button", name="Tout marquer comme lu").click()
    expect(notices.get_by_text("Vous avez tout lu.")).to_be_visible()
    expect(number).to_have_count(0, timeout=WITHIN)
