"""The home page of the site while it is open: concertations that open and end, seats that are taken."""

from playwright.sync_api import expect

from ateliers import actions as meeting
from concertation.consultations import actions
from tests.ateliers.conftest import atelier, draft  # noqa: F401 - fixtures
from tests.browser.conftest import axe
from tests.browser.live_pages import WITHIN, open_live


def test_a_visitor_sees_what_opens_what_fills_and_what_closes(
    page, consultation, open_phase, atelier, participant, organiser, now
):
    actions.edit_consultation(consultation, opens_publicly_at=None, by=organiser)
    open_live(page, "/")
    expect(page.get_by_text("Aucune concertation n’est ouverte")).to_be_visible()

    opened = actions.edit_consultation(consultation, opens_publicly_at=now, by=organiser)
    expect(page.get_by_role("link", name=opened.title).first).to_be_visible(timeout=WITHIN)
    expect(page.get_by_text("2 places restantes")).to_be_visible()
    axe(page)
    meeting.register(atelier, by=participant, now=now)
    expect(page.get_by_text("1 place restante")).to_be_visible(timeout=WITHIN)
    actions.archive_consultation(opened, by=organiser)

    expect(page.get_by_text("Aucune concertation n’est ouverte")).to_be_visible(timeout=WITHIN)


def test_someone_who_reads_more_sees_more_change(page, log_in, consultation, open_phase, partner, organiser):
    actions.edit_phase(open_phase, access="committees", by=organiser)
    actions.edit_consultation(consultation, opens_publicly_at=None, by=organiser)
    log_in(page, partner)
    open_live(page, "/")

    actions.edit_phase(open_phase, title="Les outils", by=organiser)

    expect(page.get_by_text("En débat : Les outils")).to_be_visible(timeout=WITHIN)
