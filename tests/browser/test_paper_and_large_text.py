"""A page on paper is its texts; a page in text twice as large loses nothing."""

import io

import pytest
from django.urls import reverse
from playwright.sync_api import Page
from pypdf import PdfReader

from contributions.actions import post_contribution
from tests.architecture.world import atelier_held, synthesis_published  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)

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

# Elements wider than the screen, and texts that their box hides.
LOST = """() => {
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
  return lost.slice(0, 8);
}"""


def words_on_paper(page: Page) -> str:
    pdf = PdfReader(io.BytesIO(page.pdf(format="A4")))
    return " ".join(" ".join(sheet.extract_text().split()) for sheet in pdf.pages)


def test_a_topic_on_paper_is_whole_and_has_nothing_to_press(page, log_in, topic, participant, other_participant):
    root = post_contribution(topic, title="Des bancs", body=LONG, by=other_participant)
    post_contribution(topic, body="Une réponse à lire.", parent=root, by=other_participant)
    log_in(page, participant)
    page.goto(reverse("contributions:topic", args=[topic.phase.consultation.slug, topic.pk]))

    paper = words_on_paper(page)

    assert "Phrase 169 sur les bancs de la place." in paper
    assert "Une réponse à lire." in paper
    assert [word for word in CHROME if word in paper] == []
    page.emulate_media(media="print")
    assert (
        page.locator(
            ".button:visible, form:visible, select:visible, textarea:visible, .tabs:visible, .filters:visible"
        ).count()
        == 0
    )


def test_text_twice_as_large_is_neither_cut_nor_wider_than_a_phone(
    new_page, log_in, topic, participant, organiser, now, atelier_held, synthesis_published
):
    consultation = topic.phase.consultation
    type(topic).objects.filter(pk=topic.pk).update(contribution_count=2_668, reply_count=5_333)
    post_contribution(topic, title="Des équipements intergénérationnels", body=LONG, by=participant)
    page = new_page(viewport={"width": 390, "height": 844})
    log_in(page, organiser)
    here = [consultation.slug]
    addresses = [
        "/",
        reverse("consultations:home", args=here),
        reverse("contributions:topic", args=[*here, topic.pk]),
        reverse("contributions:detail", args=[*here, 1]),
        reverse("consultations:debate", args=here),
        reverse("ateliers:detail", args=[*here, atelier_held[0].atelier.number]),
        reverse("syntheses:read", args=[*here, 1]),
        reverse("ateliers:list", args=here),
        reverse("syntheses:list", args=here),
        reverse("accounts:me"),
        reverse("consultations:organiser", args=here),
        reverse("consultations:participants", args=here),
        reverse("consultations:settings", args=here),
        reverse("contributions:topic", args=[*here, topic.pk]) + "?tri=recentes",
    ]

    lost = {}
    for address in addresses:
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        lost[address] = page.evaluate(LOST)

    assert {address: found for address, found in lost.items() if found} == {}
