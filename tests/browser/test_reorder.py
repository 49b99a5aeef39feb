"""Ordered lists of the organiser space, sorted by dragging a row or by its buttons."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from concertation.consultations import actions
from concertation.consultations.models import Phase, Stake
from tests.browser.conftest import axe
from tests.browser.live_pages import WITHIN, open_live

STAKES = "/c/innovation-urbaine/organiser/listes/enjeux/"
PROGRAMME = "/c/innovation-urbaine/organiser/programme/"


@pytest.fixture
def stakes(consultation, organiser):
    return [
        actions.create_item(Stake, consultation, label=label, by=organiser) for label in ("Climat", "Emploi", "Santé")
    ]


def expect_labels(page: Page, *labels: str) -> None:
    """Wait for this order: the page may fetch itself once more with the order before the last drag."""
    expect(page.locator('tbody td[data-label="Élément"]')).to_have_text(labels, timeout=WITHIN)


def drag(page: Page, row: int, to: int, *, below: bool, drop: bool = True) -> None:
    """Press the handle of a row, move to the upper or lower half of another one, and let go."""
    handle = page.locator("[data-drag]").nth(row).bounding_box()
    target = page.locator("tbody tr").nth(to).bounding_box()
    assert handle
    assert target
    page.mouse.move(handle["x"] + 10, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(target["x"] + 20, target["y"] + target["height"] * (0.9 if below else 0.1), steps=4)
    if drop:
        page.mouse.up()


def test_a_row_dragged_to_its_place_stays_there(page, log_in, organiser, stakes):
    log_in(page, organiser)
    open_live(page, STAKES)
    axe(page)

    with page.expect_response(lambda answer: answer.request.method == "POST"):
        drag(page, 0, 1, below=True)
    expect_labels(page, "Emploi", "Climat", "Santé")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        drag(page, 2, 0, below=False)
    expect_labels(page, "Santé", "Emploi", "Climat")

    expect(page.get_by_role("button", name="Monter Santé")).to_have_count(0, timeout=WITHIN)
    assert [one.label for one in Stake.objects.order_by("position")] == ["Santé", "Emploi", "Climat"]
    page.reload()
    expect_labels(page, "Santé", "Emploi", "Climat")


def test_escape_lets_a_row_go_where_it_was(page, log_in, organiser, stakes):
    log_in(page, organiser)
    open_live(page, STAKES)

    drag(page, 0, 2, below=True, drop=False)
    expect(page.locator("[data-drop=after]")).to_have_count(1)
    page.keyboard.press("Escape")
    page.mouse.up()

    expect(page.locator("[data-drop]")).to_have_count(0)
    expect_labels(page, "Climat", "Emploi", "Santé")


def test_a_finger_drags_a_phase(new_page, log_in, organiser, consultation, now):
    span = {"opens_at": now, "closes_at": now + timedelta(days=1)}
    for title in ("Une", "Deux"):
        actions.create_phase(consultation, title=title, **span, by=organiser)
    page = new_page(has_touch=True)
    log_in(page, organiser)
    open_live(page, PROGRAMME)
    first = page.locator("[data-drag]").nth(0).bounding_box()
    last = page.locator("section.section").nth(1).bounding_box()
    assert first
    assert last
    touch = page.context.new_cdp_session(page)

    def at(kind: str, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": first["x"] + 12, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    with page.expect_response(lambda answer: answer.request.method == "POST"):
        at("touchStart", first["y"] + 12)
        at("touchMove", last["y"] + last["height"] / 2)
        at("touchMove", last["y"] + last["height"] - 4)
        at("touchEnd", 0)

    assert [one.title for one in Phase.objects.order_by("position")] == ["Deux", "Une"]
    expect(page.locator("h2").nth(0)).to_have_text("Deux")


def test_without_javascript_the_buttons_sort_and_no_handle_is_shown(page_without_javascript, log_in, organiser, stakes):
    page = page_without_javascript
    log_in(page, organiser)
    page.goto(STAKES)

    expect(page.locator("[data-drag]").first).to_be_hidden()
    page.get_by_role("button", name="Descendre Climat").click()

    expect_labels(page, "Emploi", "Climat", "Santé")
