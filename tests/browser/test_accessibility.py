"""Every page of the site, for the first persona who may read it, and what pages say when something is refused.

No rule of axe-core is violated at the width of a desk or of a phone, nothing is wider than a phone, nothing is asked
of another host, and the console says nothing (``new_page`` looks), so that the page's own policy refuses nothing.
"""

import pytest
from playwright.sync_api import Page, Request, expect

from contributions import actions as contributions
from tests.architecture.test_urls import address_of
from tests.architecture.url_table import PERSONAS, TABLE
from tests.architecture.world import atelier_held, people, synthesis_published, world  # noqa: F401 - fixtures
from tests.browser.conftest import DESK, PHONE, axe, small_targets
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

pytestmark = pytest.mark.one_database("what axe-core says of pages")

# Addresses that answer with something else than a page.
FILES = {
    "consultations:theme",
    "consultations:preview_image",
    "consultations:document",
    "consultations:partner_logo",
    "ateliers:calendar",
    "jobs:download",
    "syntheses:download",
    "live:alive",
    "live:ready",
    "accounts:organisations",
}

# Pages that show more to these readers than to the first who may read them.
ALSO = {
    "participant": [
        "pages:home",
        "consultations:home",
        "contributions:topic",
        "contributions:detail",
        "ateliers:detail",
    ],
    "moderator": ["contributions:topic"],
    "organiser": ["consultations:home", "contributions:topic", "ateliers:detail", "syntheses:read"],
}


def pages_of(persona: str) -> list[str]:
    """The pages that this persona is the first of the table's columns to get, and those worth a second look."""
    column = PERSONAS.index(persona)
    gets = {line.split()[1]: answers.split() for line, answers in TABLE.items() if line.startswith("GET ")}
    firsts = [name for name, row in gets.items() if "200" in row and row.index("200") == column and name not in FILES]
    return [*firsts, *ALSO.get(persona, [])]


READERS = [persona for persona in PERSONAS if pages_of(persona)]


def faults_of(page: Page) -> list[str]:
    """What is wrong with the page in the state it is in."""
    found = []
    try:
        axe(page)
    except AssertionError as error:
        found.append(str(error))
    found += [f"{page.url}: {target} px" for target in small_targets(page)]
    page.set_viewport_size(PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    found += [f"{page.url} on a phone: {target} px" for target in small_targets(page)]
    page.set_viewport_size(DESK)
    if width > PHONE["width"]:
        found.append(f"{page.url} is {width} px wide on a phone")
    return found


@pytest.fixture
def asked_elsewhere(page, served):
    """The requests of the page to other hosts than its own."""
    elsewhere: list[str] = []

    def look(request: Request) -> None:
        if not request.url.startswith((served.url, served.socket_url, "data:", "blob:")):
            elsewhere.append(request.url)

    page.on("request", look)
    return elsewhere


@pytest.fixture
def busy_world(world, people, consultation, synthesis_published):
    """The world with something to read everywhere: a reported text, a hidden one, keywords, a reaction."""
    contribution, moderator = synthesis_published[0], people["moderator"]
    reply = contribution.replies.get()
    contributions.report_contribution(
        contribution, reason=consultation.reasons.first(), text="Ce n’est pas le sujet.", by=people["other_participant"]
    )
    contributions.hide_contribution(reply, reason=consultation.reasons.first(), message="Hors du sujet.", by=moderator)
    keyword = contributions.add_keyword(consultation, name="Lieux d’essai", by=people["organiser"])
    contributions.tag_contribution(contribution, keywords=[keyword], by=people["organiser"])
    contributions.react(contribution, kind="agree", by=people["other_participant"])
    return world


@pytest.mark.parametrize("persona", READERS)
def test_each_page_is_accessible_and_fits_a_phone(persona, page, log_in, people, busy_world, asked_elsewhere):
    if people[persona].is_authenticated:
        log_in(page, people[persona])

    faults = []
    for name in pages_of(persona):
        address = address_of(name, busy_world)
        answer = page.goto(address)
        if answer is None or answer.status != 200:
            faults.append(f"{address}: {answer and answer.status}")
        else:
            faults += faults_of(page)

    assert faults == []
    assert asked_elsewhere == []


def test_the_steps_from_a_text_to_its_publication_are_accessible(page, topic, code_for):
    faults = []
    page.goto(f"/c/innovation-urbaine/thematiques/{topic.pk}/")
    page.get_by_role("button", name="Publier ma contribution").click()
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    faults += faults_of(page)

    page.get_by_label("Votre contribution").fill("Il manque un lieu où essayer.")
    page.get_by_role("button", name="Publier ma contribution").click()
    faults += faults_of(page)
    page.get_by_role("button", name="Recevoir un code").click()
    faults += faults_of(page)
    page.get_by_label("Votre adresse électronique").fill("pas-a-pas@exemple.fr")
    page.get_by_role("button", name="Recevoir un code").click()
    faults += faults_of(page)
    code = code_for("pas-a-pas@exemple.fr")
    page.get_by_label("Code à six chiffres").fill(f"{(int(code) + 1) % 10**6:06}")
    page.get_by_role("button", name="Valider le code").click()
    faults += faults_of(page)
    page.get_by_label("Code à six chiffres").fill(code)
    page.get_by_role("button", name="Valider le code").click()
    expect(page.get_by_role("heading", name="À quel titre participez-vous ?")).to_be_visible()
    faults += faults_of(page)
    page.get_by_role("button", name="Publier mon texte").click()
    faults += faults_of(page)

    assert faults == []


def test_refusals_and_open_forms_are_accessible(
    page, log_in, participant, topic, contribution, other_participant, post
):
    faults = []
    log_in(page, participant)
    page.goto(f"/c/innovation-urbaine/thematiques/{topic.pk}/")
    page.wait_for_function("!!customElements.get('live-room')")
    page.get_by_role("button", name="Publier ma contribution").click()
    expect(page.locator("[aria-invalid=true]")).to_be_visible()
    faults += faults_of(page)
    page.get_by_role("link", name=f"Répondre à {contribution.ref}").click()
    expect(page.get_by_role("button", name="Publier ma réponse")).to_be_visible()
    post("Une idée de plus", by=other_participant)
    expect(page.get_by_role("button", name="Afficher la nouvelle contribution")).to_be_visible()
    faults += faults_of(page)

    assert faults == []
