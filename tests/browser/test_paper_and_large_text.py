"""A page on paper is its texts; a page in text twice as large loses nothing."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page
from pypdf import PdfReader

from concertation.syntheses.writing import actions as writing
from contributions.actions import post_contribution, react
from tests.architecture.test_urls import address_of, sessions  # noqa: F401 - a fixture
from tests.architecture.url_table import PERSONAS, TABLE
from tests.architecture.world import atelier_held, people, synthesis_published, world  # noqa: F401 - fixtures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database("what is printed, and how text grows")]

LONG = " ".join(f"Phrase {number} sur les bancs de la place." for number in range(1, 170))
CHROME = [
    "Répondre",
    "Lire la suite",
    "Publier ma contribution",
    "Filtrer",
    "Se connecter",
    "Signaler",
    "Aller au contenu",
]

# Elements wider than the screen, texts that their box hides, and words in two lines that one line of a card could contain.
LOST = r"""() => {
  const seen = (one) => one.checkVisibility({ checkOpacity: true }) && !one.closest(".visually-hidden, .skip-links, .menu__name, thead, svg");
  const named = (one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`;
  const lost = [];
  if (document.documentElement.scrollWidth > innerWidth) lost.push(`page of ${document.documentElement.scrollWidth} px`);
  for (const one of document.querySelectorAll("body *")) {
    if (!seen(one)) continue;
    const { left, right } = one.getBoundingClientRect();
    const scrolls = one.closest(".table-wrap, pre");
    if (!scrolls && (right > innerWidth + 1 || left < -1)) lost.push(named(one));
    const { overflowX } = getComputedStyle(one);
    if (overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1) lost.push(`cut ${named(one)}`);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!seen(text.parentElement) || text.parentElement.closest("code")) continue;
    for (const { 0: word, index } of text.data.matchAll(/[^\s-]+/g)) {
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      const parts = [...range.getClientRects()].filter(({ width }) => width);
      const width = parts.reduce((sum, part) => sum + part.width, 0);
      if (width < 280 && new Set(parts.map(({ top }) => Math.round(top))).size > 1) lost.push(`broken ${word}`);
    }
  }
  for (const one of document.querySelectorAll(".skip-links a")) {
    one.focus();
    const { left, right } = one.getBoundingClientRect();
    if (right > innerWidth + 1 || left < -1) lost.push(named(one));
  }
  return lost.slice(0, 8);
}"""


# Words that are still broken at that size, where a heading, a byline or a box to tick leaves less than their width.
STILL_BROKEN = {
    "contributions,", "Participante", "équipements", "Opportunité", "Fonctionnalité", "respecterai.",
}  # fmt: skip


# What one presses, and the frames and icons that say so.
PRESSED = """() => [...document.querySelectorAll(
    "button, form, input, select, textarea, main nav:not(.toc), .button, .tabs, "
    + ":is(.badge, .keyword, .nature) .icon")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width)
  .concat([...document.querySelectorAll(".badge, .keyword, .nature")].filter((one) => {
    const { borderTopWidth, backgroundColor } = getComputedStyle(one);
    return one.checkVisibility() && (borderTopWidth !== "0px" || backgroundColor !== "rgba(0, 0, 0, 0)");
  })).map((one) => `${one.tagName}.${one.className.baseVal ?? one.className}: ${one.textContent.trim().slice(0, 40)}`).slice(0, 8)"""


def pressed_on_paper(page: Page) -> list[str]:
    page.emulate_media(media="print")
    pressed = page.evaluate(PRESSED)
    page.emulate_media(media="null")
    return pressed


def words_on_paper(page: Page) -> str:
    pdf = PdfReader(io.BytesIO(page.pdf(format="A4")))
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in pdf.pages)


def test_a_topic_on_paper_is_whole_and_has_nothing_to_press(page, log_in, topic, participant, other_participant):
    root = post_contribution(topic, title="Des bancs", body=LONG, by=other_participant)
    post_contribution(topic, body="Une réponse à lire.", parent=root, by=other_participant)
    react(root, kind="agree", by=participant)
    log_in(page, participant)
    page.goto(reverse("contributions:topic", args=[topic.phase.consultation.slug, topic.pk]))

    paper = words_on_paper(page)

    assert "Phrase 169 sur les bancs de la place." in paper
    assert "Une réponse à lire." in paper
    assert [word for word in CHROME if word in paper] == []
    assert pressed_on_paper(page) == []
    assert "1 d’accord" in paper


def pages_of(world):
    """Every page of the table of addresses, with somebody who is shown it."""
    for line, statuses in TABLE.items():
        method, name = line.split()
        shown = [who for who, status in zip(PERSONAS, statuses.split(), strict=True) if status == "200"]
        if method == "GET" and shown:
            who = "organiser" if "organiser" in shown else shown[0]
            yield who, address_of(name, world)


def draft_to_complete(consultation, organiser):
    """The page of a synthesis that lists recommendations to support before it can be published."""
    synthesis = writing.create_synthesis(consultation, title="Brouillon", by=organiser)
    section = writing.add_section(synthesis, title="Les lieux", by=organiser)
    title = "Rendre interopérables les équipements intercommunaux"
    recommendation = writing.create_recommendation(consultation, title=title, by=organiser)
    writing.place_recommendation(section, recommendation=recommendation, by=organiser)
    return reverse("syntheses:edit", args=[consultation.slug, synthesis.number])


def is_page(session, address):
    client = Client()
    if session:
        client.cookies["sessionid"] = session.value
    return client.get(address).headers.get("Content-Type", "").startswith("text/html")


def test_no_page_is_cut_by_text_twice_as_large_nor_prints_what_is_to_be_pressed(
    new_page, log_in, people, world, sessions, topic
):
    type(topic).objects.filter(pk=topic.pk).update(contribution_count=2_668, reply_count=5_333)
    post_contribution(topic, title="Des équipements intergénérationnels", body=LONG, by=people["participant"])
    pages = [*pages_of(world), ("organiser", draft_to_complete(topic.phase.consultation, people["organiser"]))]
    found, printed = {}, {}
    for who, addresses in by_person(pages).items():
        page = new_page(viewport={"width": 390, "height": 844})
        if people[who].is_authenticated:
            log_in(page, people[who])
        for address in addresses:
            if is_page(sessions[who], address):
                page.goto(address)
                printed[address] = pressed_on_paper(page)
                page.evaluate("document.documentElement.style.fontSize = '200%'")
                found[address] = page.evaluate(LOST)

    assert len(found) > 80
    lost = [f"{address} {one}" for address, several in found.items() for one in several]
    assert [one for one in lost if one.rpartition(" ")[2] not in STILL_BROKEN] == []
    assert [f"{address} {one}" for address, pressed in printed.items() for one in pressed] == []


def by_person(pages):
    addresses = {}
    for who, address in pages:
        addresses.setdefault(who, []).append(address)
    return addresses
