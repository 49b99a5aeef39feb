"""The main job in steps, as people do it with a mouse and a keyboard: the same with JavaScript and without."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Locator, Page, Response, expect

from concertation.consultations.models import Topic
from tests.serving import eventually

SITE = "/c/innovation-urbaine/"
FIRST = "[data-live-list] .contribution"
AGREE = re.compile("^D’accord")

# How each file begins.
FORMATS = {"docx": b"PK\x03\x04", "pdf": b"%PDF-", "md": b"#", "html": b"<!DOCTYPE html>", "json": b"{"}
CORPUS = {"csv": b"", "xlsx": b"PK\x03\x04"}


def topic_page(topic: Topic) -> str:
    return f"{SITE}thematiques/{topic.pk}/"


def thread(page: Page, words: str) -> Locator:
    """The contribution that says these words, with what surrounds it."""
    return page.locator("article.contribution-shell", has_text=words)


def write_then_say_who_one_is(
    page: Page, topic: Topic, *, text: str, address: str, code_for: Callable[..., str]
) -> None:
    """From a topic's page, signed out, to the page where the text is published."""
    page.goto(topic_page(topic))
    page.get_by_label("Titre").fill("Un lieu d’essai")
    page.get_by_label("Votre contribution").fill(text)
    page.get_by_role("button", name="Publier ma contribution").click()
    expect(page.get_by_role("heading", name="Qui êtes-vous ?")).to_be_visible()
    page.get_by_label("Votre adresse électronique").fill(address)
    page.get_by_role("button", name="Recevoir un code").click()
    page.get_by_label("Code à six chiffres").fill(code_for(address))
    page.get_by_role("button", name="Valider le code").click()
    expect(page.get_by_role("heading", name="À quel titre participez-vous ?")).to_be_visible()
    page.get_by_text("Relire votre contribution").click()
    expect(page.get_by_text(text)).to_be_visible()
    page.get_by_label("Nom affiché").fill("Nadia Ferreira")
    page.get_by_role("group", name="Vous êtes").get_by_role("radio").first.check()
    page.locator("summary", has_text="Votre territoire, votre organisation").click()
    page.get_by_label("Votre territoire").select_option(label="Île-de-France")
    page.get_by_label("Votre organisation").fill("Ville de Grande-Rive")
    page.get_by_role("checkbox", name=re.compile("charte")).check()
    page.get_by_role("button", name="Publier mon texte").click()
    expect(thread(page, text)).to_contain_text("Nadia Ferreira")


class Way:
    """Counts what a person meets on their way: the documents shown, redirects left out, and the clicks."""

    def __init__(self, page: Page, pictures: Path | None = None) -> None:
        self.page = page
        self.pictures = pictures
        self.clicks = 0
        self.documents: list[str] = []
        page.on("response", self._note)

    def _note(self, response: Response) -> None:
        is_page = response.request.is_navigation_request() and response.request.resource_type == "document"
        if is_page and not 300 <= response.status < 400:
            self.documents.append(urlsplit(response.url).path)

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def follow(self, link: str | re.Pattern[str]) -> None:
        """Click a link of the page, by its whole name."""
        self.click(self.page.get_by_role("link", name=link, exact=True))

    def press(self, button: str | re.Pattern[str]) -> None:
        """Click a button of the page, by its whole name."""
        self.click(self.page.get_by_role("button", name=button, exact=True))

    def picture(self, name: str) -> None:
        """Write what the page shows into the folder of pictures, if there is one."""
        if self.pictures is not None:
            self.page.wait_for_load_state()
            shown = Image.open(BytesIO(self.page.screenshot(animations="disabled")))
            shown.save(self.pictures / f"{name}.webp", quality=72, method=6)

    def pixels_above(self, target: Locator) -> int:
        """Return how far below the top of the page this begins."""
        begins: float = target.evaluate("one => one.getBoundingClientRect().top + scrollY")
        return round(begins)


def publish_from_the_front_page(way: Way, *, text: str, address: str, code_for: Callable[..., str]) -> int:
    """Publish from the front page, signed out; return where the first contribution of the topic began, in pixels."""
    page = way.page
    page.goto(SITE)
    way.click(page.get_by_role("link", name="Participer à la concertation"))
    begins = way.pixels_above(page.locator(FIRST).first)
    way.click(page.locator("summary", has_text="Écrire une contribution"))
    page.get_by_label("Votre contribution").fill(text)
    page.get_by_label("Votre adresse électronique").fill(address)
    way.click(page.get_by_role("button", name="Publier ma contribution"))
    page.get_by_label("Code à six chiffres").fill(code_for(address))
    way.click(page.get_by_role("button", name="Valider le code"))
    page.get_by_label("Nom affiché").fill("Nadia Ferreira")
    way.click(page.get_by_role("group", name="Vous êtes").get_by_role("radio").first)
    way.click(page.get_by_role("checkbox", name=re.compile("charte")))
    way.click(page.get_by_role("button", name="Publier mon texte"))
    expect(thread(page, text)).to_contain_text("Nadia Ferreira")
    return begins


def edit(page: Page, words: str, *, text: str) -> None:
    thread(page, words).get_by_role("link", name=re.compile("^Modifier")).click()
    page.get_by_label("Votre contribution").fill(text)
    page.get_by_role("button", name="Enregistrer les modifications").click()
    expect(page.get_by_text(text)).to_be_visible()


def report(page: Page, words: str) -> None:
    thread(page, words).get_by_role("link", name=re.compile("^Signaler")).click()
    page.get_by_role("radio").first.check()
    page.get_by_label("Ce qui pose problème").fill("Ce texte cite une personne qui n’a rien demandé.")
    page.get_by_role("button", name="Envoyer le signalement").click()
    expect(page.get_by_text("La modération lira cette contribution.")).to_be_visible()


def hide(page: Page, words: str, *, message: str) -> None:
    """A moderator takes the report from the queue."""
    page.goto(f"{SITE}moderation/")
    item = page.locator(".queue__item", has_text=words)
    item.get_by_label("Masquer").check()
    item.get_by_label("Motif").select_option(index=1)
    item.get_by_label("Message à l’auteur").fill(message)
    item.get_by_role("button", name=re.compile("^Enregistrer la décision")).click()
    expect(page.get_by_text("Rien à traiter")).to_be_visible()


def note_and_pour(page: Page, atelier: int, topic: Topic, *, text: str) -> None:
    """The team enters a note at a table and pours it into the topic."""
    page.goto(f"{SITE}ateliers/{atelier}/notes/")
    page.get_by_label("Note", exact=True).fill(text)
    page.get_by_label("Dit par").select_option(index=1)
    page.get_by_role("button", name="Enregistrer et écrire la suivante").click()
    expect(page.locator(".notes", has_text=text)).to_be_visible()
    page.get_by_role("link", name="Verser les notes au débat").click()
    page.get_by_role("checkbox", name=text).check()
    page.get_by_label("Dans la thématique").select_option(label=topic.title)
    page.get_by_role("button", name="Verser au débat").click()
    expect(page.get_by_text("a rejoint le débat").first).to_be_visible()


def recommend(page: Page, quote: str, *, title: str) -> None:
    """Write a recommendation and cite an extract for it."""
    page.goto(f"{SITE}organiser/recommandations/")
    page.get_by_label("Titre").fill(title)
    page.get_by_role("button", name="Créer la recommandation").click()
    page.get_by_label("Texte").fill("Un lieu par commune, ouvert aux associations.")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("checkbox", name=re.compile(re.escape(quote))).check()
    page.get_by_label("appuie").check()
    page.get_by_role("button", name="Ajouter les citations").click()
    expect(page.locator(".evidence", has_text=quote)).to_be_visible()


def publish_synthesis(page: Page, *, title: str, recommendation: str) -> None:
    """Order a synthesis, place the recommendation, publish it: the public page opens."""
    page.goto(f"{SITE}organiser/syntheses/")
    page.get_by_label("Titre").fill(title)
    page.get_by_role("button", name="Créer la synthèse").click()
    sections = page.locator("#sections")
    sections.get_by_label("Titre").fill("Les lieux")
    sections.get_by_role("button", name="Ajouter la section").click()
    sections.get_by_role("button", name="Placer ici").click()
    expect(sections.get_by_role("link", name=re.compile(recommendation))).to_be_visible()
    page.get_by_role("button", name="Publier la synthèse").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_text("Empreinte SHA-256")).to_be_visible()


def download_all(page: Page) -> dict[str, bytes]:
    """Each file that the page offers, by its format; the answer is checked to be a file to keep."""
    links = page.locator(".downloads a").evaluate_all("(links) => links.map((link) => link.href)")
    files = {}
    for link in links:
        answer = eventually(
            lambda link=link: found if (found := page.context.request.get(link)).status != 503 else None
        )
        assert answer.status == 200, link
        assert answer.headers["content-disposition"].startswith("attachment"), link
        name = re.search(r'filename="[^"]*\.(\w+)"', answer.headers["content-disposition"])
        files[name[1]] = answer.body()
    return files


def export_all(page: Page, *, wait: Callable[[Page, Locator], None]) -> dict[str, bytes]:
    """Ask for the corpus in each format that the page offers, and take the file from the page of its job."""
    files = {}
    page.goto(f"{SITE}organiser/exports/")
    for name in page.get_by_role("button", name=re.compile("Le corpus$")).all_inner_texts():
        page.goto(f"{SITE}organiser/exports/")
        page.get_by_role("button", name=name).click()
        wait(page, page.locator(".downloads a"))
        files |= download_all(page)
    return files


def is_shown_live(page: Page, ready: Locator) -> None:
    """The page follows its job by itself."""
    expect(ready).to_be_visible(timeout=20_000)


def is_shown_when_asked_again(page: Page, ready: Locator) -> None:
    """Somebody without JavaScript asks again until it is there."""
    again = page.get_by_role("link", name="Actualiser")
    eventually(lambda: ready.count() or (again.count() and again.click()))


def check_beginnings(files: dict[str, bytes], beginnings: dict[str, bytes]) -> None:
    assert {fmt: body[: len(beginnings.get(fmt, b""))] for fmt, body in files.items()} == beginnings
    assert all(files.values())


def log_in_by_password(way: Way, first: str, address: str, password: str) -> None:
    page = way.page
    page.goto(first)
    page.get_by_label("Votre adresse électronique").fill(address)
    way.press("Utiliser un mot de passe")
    page.get_by_label("Mot de passe").fill(password)
    way.press("Se connecter")
    expect(page.locator(".menu--account")).to_be_visible()


def create_concertation(way: Way, *, title: str, organiser: str, starts_on: date) -> None:
    """Create a concertation as the model proposes it, for somebody else to organise."""
    page = way.page
    way.click(page.get_by_role("link", name="Créer une concertation").first)
    page.get_by_label("Titre", exact=True).fill(title)
    page.get_by_label("Adresse électronique de la personne qui organise").fill(organiser)
    page.get_by_label("Début de la première phase").fill(f"{starts_on}")
    way.picture("creation")
    way.press("Créer la concertation")
    expect(page.get_by_text("est créée, en brouillon")).to_be_visible()


def add_topics(way: Way, lines: str) -> None:
    """Paste topics into the first phase."""
    page = way.page
    way.follow("Phases et thématiques")
    way.click(page.get_by_role("link", name=re.compile("^Plusieurs à la fois")).first)
    page.get_by_label("Un élément par ligne").fill(lines)
    way.picture("topics")
    way.press("Enregistrer")
    expect(page.get_by_role("link", name="Se déplacer sans voiture", exact=True)).to_be_visible()


def give_role(way: Way, address: str, role: str) -> None:
    page = way.page
    way.follow("Rôles")
    page.get_by_label("Adresse électronique").fill(address)
    page.get_by_label("Rôle", exact=True).select_option(label=role)
    way.press("Donner le rôle")
    expect(page.get_by_text(address)).to_be_visible()


def invite_people(way: Way, lines: str) -> None:
    page = way.page
    way.follow("Invitations")
    page.get_by_label("Adresses").fill(lines)
    way.press("Vérifier avant d’envoyer")
    way.picture("invitations")
    way.press("Envoyer les 5 invitations")
    expect(page.get_by_text("5 invitations sont en route.")).to_be_visible()


def open_to_the_public(way: Way) -> None:
    """From what is still missing to the act that opens."""
    way.follow("À traiter")
    expect(way.page.get_by_role("heading", name="Avant d’ouvrir")).to_be_visible()
    way.click(way.page.get_by_role("main").get_by_role("link", name="Ouvrir au public").last)
    way.picture("opening")
    way.press("Ouvrir maintenant")
    expect(way.page.get_by_text("La concertation est ouverte au public.")).to_be_visible()


def log_in_by_code(way: Way, address: str, code_for: Callable[..., str]) -> None:
    page = way.page
    page.get_by_label("Votre adresse électronique").fill(address)
    way.press("Recevoir un code")
    page.get_by_label("Code à six chiffres").fill(code_for(address))
    way.press("Valider le code")
    expect(page.locator(".menu--account")).to_be_visible()


def decide(way: Way, number: int, act: str, *, message: str = "") -> None:
    """Decide upon a text of the queue; one that is hidden has a reason and a message."""
    item = way.page.locator(f"#c-{number}")
    way.click(item.get_by_label(act, exact=True))
    if message:
        item.get_by_label("Motif").select_option(index=1)
        item.get_by_label("Message à l’auteur").fill(message)
    way.click(item.get_by_role("button", name=re.compile("^Enregistrer la décision")))
    expect(way.page.get_by_text("Décision enregistrée")).to_be_visible()


def move(way: Way, number: int, topic: str, *, message: str) -> None:
    """Move a thread of the queue to another topic, and be back at the queue."""
    page = way.page
    way.click(page.locator(f"#c-{number}").get_by_role("link", name=re.compile("^Déplacer le fil")))
    page.get_by_label("Nouvelle thématique").select_option(label=topic)
    way.click(page.get_by_role("group", name="Motif").get_by_role("radio").first)
    page.get_by_label("Message à l’auteur").fill(message)
    way.press("Déplacer le fil")
    expect(page.get_by_text("est maintenant dans")).to_be_visible()
