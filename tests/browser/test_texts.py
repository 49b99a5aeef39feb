"""What was typed, in a browser: nothing scrolls sideways, and a table and a footnote of the team can be followed."""

import pytest
from playwright.sync_api import expect

from concertation.consultations.actions import edit_topic
from contributions.actions import post_contribution
from tests.browser.conftest import PHONE, axe

pytestmark = pytest.mark.one_database("how texts fit a screen")

TYPED = (
    "Les citoyen*nes proposent :\n\n\tun paragraphe collé d’un courriel, qui est long et qui ne doit pas défiler de côté.\n"
    "--\nC. Martin\n=====\nhttps://exemple.fr/_docs_/un-plan-dont-l-adresse-est-tres-longue-et-sans-aucune-cesure.pdf\n"
    "Nom\tPrix\tLieu\nBanc\t12 €\tPlace"
)
OF_THE_TEAM = """Ce que disent les textes[^1].

Tableau : Les trois périodes, leurs dates et ceux qui les ouvrent

| Période | Début | Fin | Responsable de l’organisation |
|---|---|---|---|
| Besoins | septembre | octobre | Ministère |
| Outils | octobre | novembre[^2] | Collectivités territoriales |

[^1]: Au sens du décret.
[^2]: Ou décembre."""


def test_texts_fit_a_phone_and_a_footnote_leads_there_and_back(page, topic, participant, organiser, now):
    edit_topic(topic, introduction=OF_THE_TEAM, by=organiser)
    post_contribution(topic, body=TYPED, by=participant, now=now)
    page.set_viewport_size(PHONE)

    page.goto(f"/c/innovation-urbaine/thematiques/{topic.pk}/")

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.locator(".contribution__text :is(pre, code, em, h1, h2, h3, h4)").count() == 0
    page.get_by_text("Présentation", exact=True).last.click()
    expect(page.get_by_role("table", name="Les trois périodes")).to_be_visible()
    axe(page)
    page.locator('[role="doc-noteref"]', has_text="2").click()
    expect(page.locator("li:target")).to_contain_text("Ou décembre.")
    page.locator('li:target [role="doc-backlink"]').click()
    expect(page.locator("a:target")).to_have_text("2")
