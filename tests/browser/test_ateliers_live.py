"""The cards of ateliers on open pages: seats as they are taken, ateliers as they are announced and called off."""

import pytest
from playwright.sync_api import Page, expect

from ateliers import actions
from tests.ateliers.conftest import DAY, atelier, draft  # noqa: F401 - fixtures
from tests.browser.live_pages import WITHIN, open_live

HERE = "/c/innovation-urbaine/"


def card(page: Page, one) -> object:
    return page.locator(f'[data-live="card:{one.pk}"]')


@pytest.fixture
def announce(consultation, organiser, now):
    """Prepare another atelier, the day before the first, and announce it."""

    def make(**fields):
        given = {
            "title": "Atelier du port",
            "place": "Le Havre",
            "starts_at": now + 6 * DAY,
            "ends_at": now + 6.1 * DAY,
        }
        made = actions.create_atelier(consultation, **given | fields, by=organiser)
        return actions.publish_atelier(made, by=organiser, now=now)

    return make


@pytest.mark.parametrize("path", ["ateliers/", ""], ids=["the list", "the front page"])
def test_a_card_says_how_many_seats_are_left_as_they_are_taken_and_given_up(
    page, atelier, participant, other_participant, now, path
):
    open_live(page, f"{HERE}{path}")
    expect(card(page, atelier)).to_contain_text("2 places restantes")

    seat = actions.register(atelier, by=participant, now=now)
    expect(card(page, atelier)).to_contain_text("1 place restante", timeout=WITHIN)
    actions.register(atelier, by=other_participant, now=now)
    expect(card(page, atelier)).to_contain_text("Complet, liste d’attente ouverte", timeout=WITHIN)
    actions.cancel_registration(seat, by=participant, now=now)

    expect(card(page, atelier)).to_contain_text("1 place restante", timeout=WITHIN)


def test_the_list_follows_what_is_announced_and_what_is_called_off(page, atelier, announce, organiser, now):
    open_live(page, f"{HERE}ateliers/")

    earlier = announce()
    expect(card(page, earlier)).to_be_visible(timeout=WITHIN)
    expect(page.locator(".atelier-card")).to_contain_text(["Atelier du port", "Atelier des rives"])
    actions.cancel_atelier(earlier, by=organiser, now=now)

    expect(card(page, earlier)).to_contain_text("Annulé", timeout=WITHIN)


def test_a_phase_shows_an_atelier_that_joins_it_and_its_seats(page, atelier, open_phase, organiser, participant, now):
    open_live(page, f"{HERE}phases/{open_phase.pk}/")
    expect(card(page, atelier)).to_have_count(0)

    actions.edit_atelier(atelier, phases=[open_phase], by=organiser, now=now)
    expect(card(page, atelier)).to_contain_text("2 places restantes", timeout=WITHIN)
    actions.register(atelier, by=participant, now=now)

    expect(card(page, atelier)).to_contain_text("1 place restante", timeout=WITHIN)


def test_who_holds_no_seat_asks_for_the_page_when_the_last_one_goes_and_not_before(
    page, atelier, participant, other_participant, now
):
    page.clock.install()
    open_live(page, f"{HERE}ateliers/{atelier.number}/")
    asked = []
    page.on("request", lambda one: asked.append(one.url) if one.resource_type == "fetch" else None)

    actions.register(atelier, by=participant, now=now)
    expect(page.get_by_text("1 place restante sur 2")).to_be_visible(timeout=WITHIN)
    page.clock.run_for(15_000)
    assert asked == []
    actions.register(atelier, by=other_participant, now=now)
    expect(page.get_by_text("Complet")).to_be_visible(timeout=WITHIN)
    page.clock.run_for(15_000)

    expect(page.get_by_role("button", name="S’inscrire sur la liste d’attente")).to_be_visible(timeout=WITHIN)
    assert len(asked) == 1
