"""From the page of a concertation to one's text published: how many documents and clicks it takes, on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import axe
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}
MOST_DOCUMENTS, MOST_CLICKS, MOST_SCREENS = 5, 7, 1


@pytest.fixture(params=[True, False], ids=["javascript", "plain"])
def phone(new_page, request) -> Page:
    return new_page(viewport=PHONE, has_touch=True, is_mobile=True, java_script_enabled=request.param)


def test_the_way_from_the_concertation_to_the_published_text_is_short(phone, topic, contribution, code_for, capsys):
    way = journey.Way(phone)

    begins = journey.publish_from_the_front_page(
        way, text="Il manque un lieu où essayer.", address="courte@exemple.fr", code_for=code_for
    )

    shown = way.documents
    with capsys.disabled():
        print(f"\nFrom the front page to the text: {len(shown)} documents, {way.clicks} clicks, 1 mail;")
        print(f"above the first contribution {begins} px of {PHONE['height']}. " + " → ".join(shown))
    assert len(shown) <= MOST_DOCUMENTS
    assert len(set(shown[:-1])) == len(shown) - 1, "each step has its own address"
    assert way.clicks <= MOST_CLICKS
    assert begins <= MOST_SCREENS * PHONE["height"]


def test_each_step_has_no_violation_and_the_focus_in_its_field(new_page, topic, code_for):
    page = new_page(viewport=PHONE)
    page.goto(journey.topic_page(topic))
    page.locator("summary", has_text="Écrire une contribution").click()
    page.get_by_label("Votre contribution").fill("Un premier paragraphe.\n\nUn second.")
    page.get_by_role("button", name="Publier ma contribution").click()
    expect(page.get_by_label("Votre adresse électronique")).to_be_focused()
    axe(page)

    page.get_by_label("Votre adresse électronique").fill("soin@exemple.fr")
    page.get_by_role("button", name="Recevoir un code").click()
    expect(page.get_by_label("Code à six chiffres")).to_be_focused()
    expect(page.get_by_text("Un second.")).to_be_hidden()
    page.get_by_text("Relire votre contribution").click()
    expect(page.get_by_text("Un second.")).to_be_visible()
    axe(page)

    page.get_by_label("Code à six chiffres").fill(code_for("soin@exemple.fr"))
    page.get_by_role("button", name="Valider le code").click()
    expect(page.get_by_label("Nom affiché")).to_be_focused()
    expect(page.get_by_label("Votre organisation")).to_be_hidden()
    axe(page)
