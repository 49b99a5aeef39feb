"""A topic on a phone: how soon one reads the first contribution, and what is folded until one wants it."""

import pytest
from playwright.sync_api import Page, expect

from concertation.consultations.models import Topic
from tests.browser.conftest import DESK, axe, covered_by_keyboard, small_targets
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database("where things are on a screen")]

PHONE = {"width": 390, "height": 844}
SCREENS = 1.5
TOP = "one => one.getBoundingClientRect().top + scrollY"


@pytest.fixture
def long_topic(topic):
    """A topic with a long introduction, and much that one must know."""
    words = (
        "<p>Un terrain d’essai se prépare : un lieu, une durée, des règles, des habitants prévenus, une fin.</p>" * 5
    )
    Topic.objects.filter(pk=topic.pk).update(introduction_html=words, need_to_know_html=words)
    return topic


@pytest.fixture
def phone(new_page, long_topic, contribution) -> Page:
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(f"/c/innovation-urbaine/thematiques/{long_topic.pk}/")
    return page


def first_contribution(page: Page) -> float:
    return page.locator("[data-live-list] .contribution").first.evaluate(TOP)


def test_the_first_contribution_begins_within_a_screen_and_a_half(phone, capsys):
    begins = first_contribution(phone)

    with capsys.disabled():
        print(f"\nAt {PHONE['width']} px the first contribution of a topic begins at {begins:.0f} px.")
    assert begins <= SCREENS * PHONE["height"]


def test_the_introduction_is_folded_and_opens_in_place(phone):
    words = phone.get_by_text("Un terrain d’essai").first
    expect(words).to_be_hidden()

    phone.get_by_text("Présentation et ce qu’il faut savoir").click()

    expect(words).to_be_visible()


def test_the_composer_is_one_line_that_opens_ready_to_be_written_in(phone):
    text = phone.get_by_label("Votre contribution")
    expect(text).to_be_hidden()

    phone.locator("summary", has_text="Écrire une contribution").click()

    expect(text).to_be_focused()
    axe(phone)


def test_the_button_under_the_thumb_opens_the_composer_and_leaves_while_one_writes(phone):
    button = phone.get_by_role("link", name="Contribuer", exact=True)
    expect(button).to_be_in_viewport(ratio=1)

    button.click()

    expect(phone.get_by_label("Votre contribution")).to_be_focused()
    expect(button).to_be_hidden()


def test_what_is_kept_of_a_text_opens_the_composer(phone):
    phone.locator("summary", has_text="Écrire une contribution").click()
    phone.get_by_label("Votre contribution").fill("Un début")
    phone.get_by_label("Votre contribution").blur()

    phone.reload()

    expect(phone.get_by_label("Votre contribution")).to_have_value("Un début")
    expect(phone.get_by_label("Votre contribution")).to_be_visible()


def test_without_scripts_the_button_under_the_thumb_opens_the_composer(new_page, long_topic, contribution):
    page = new_page(viewport=PHONE, has_touch=True, is_mobile=True, java_script_enabled=False)
    page.goto(f"/c/innovation-urbaine/thematiques/{long_topic.pk}/")

    page.get_by_role("link", name="Contribuer", exact=True).click()

    expect(page.get_by_label("Votre contribution")).to_be_visible()


def test_a_desk_folds_nothing(new_page, long_topic, contribution):
    page = new_page()
    page.goto(f"/c/innovation-urbaine/thematiques/{long_topic.pk}/")

    expect(page.get_by_label("Votre contribution")).to_be_visible()
    expect(page.get_by_text("Un terrain d’essai").first).to_be_visible()
    expect(page.get_by_role("link", name="Contribuer", exact=True)).to_be_hidden()


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_what_has_the_focus_is_never_under_what_stays_on_the_screen(phone, topic, post, key):
    for number in range(8):
        post(f"Un texte numéro {number}.", topic=topic)
    phone.reload()

    assert covered_by_keyboard(phone, key, presses=45) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_every_target_is_at_least_24_px(new_page, long_topic, contribution, post, size):
    post("Une réponse.", parent=contribution)
    page = new_page(viewport=size)
    page.goto(f"/c/innovation-urbaine/thematiques/{long_topic.pk}/")

    assert small_targets(page) == []
