"""What people come for, from their first page to their last: how many documents, clicks and pixels it takes."""

import os
from io import StringIO

import pytest
from django.conf.global_settings import PASSWORD_HASHERS as HASHERS
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from concertation.consultations.actions import create_topic, edit_phase
from concertation.consultations.models import Consultation, Invitation, Role, Topic
from concertation.notices.models import Message
from concertation.pages.demo import cast
from contributions.actions import report_contribution
from tests.architecture.world import synthesis_published  # noqa: F401 - fixture
from tests.browser import journey
from tests.contributions.conftest import post  # noqa: F401 - fixture
from tests.serving import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}

TOPICS = """Se déplacer sans voiture – Que faut-il pour s’en passer une fois par semaine ?
Le port – Que doit-on y faire, et avec qui ?
Les écoles
Les rues commerçantes – Qu’y manque-t-il le soir ?
La plage – Comment la partager en été ?"""
PEOPLE = """Claire Le Goff <claire@exemple.fr>
paul@exemple.fr
Sofia Marques <sofia@exemple.fr>
anh@exemple.fr
Louis Petit <louis@exemple.fr>"""


@pytest.fixture
def tell(capsys):
    """Return what prints the figures of a journey."""

    def say(name: str, *ways: journey.Way, note: str = "") -> tuple[int, int]:
        documents, clicks = sum(len(way.documents) for way in ways), sum(way.clicks for way in ways)
        with capsys.disabled():
            print(f"\n{name}: {documents} documents, {clicks} clicks{note}.")
            for way in ways:
                print("  " + " → ".join(way.documents))
        return documents, clicks

    return say


def test_the_organisers_first_hour_from_an_empty_site_to_an_open_concertation(new_page, settings, tell):
    settings.DEMO = True
    settings.PASSWORD_HASHERS = HASHERS  # the server's: those of tests are quick, and the server refuses them
    call_command("load_demo", empty=True, stdout=StringIO())
    pictures = ROOT / "docs/images/first-hour" if os.environ.get("GUIDE") else None
    administrator, organiser, visitor = (journey.Way(new_page(), pictures) for _ in range(3))

    journey.log_in_by_password(administrator, "/organiser/", "administration@demo.example", cast.PASSWORD)
    journey.create_concertation(
        administrator, title="Le littoral demain", organiser="organisation@demo.example", starts_on=timezone.localdate()
    )
    journey.log_in_by_password(organiser, "/organiser/", "organisation@demo.example", cast.PASSWORD)
    organiser.follow("Le littoral demain")
    organiser.picture("check-list")
    journey.add_topics(organiser, TOPICS)
    journey.give_role(organiser, "moderatrice@exemple.fr", "Modération")
    journey.invite_people(organiser, PEOPLE)
    journey.open_to_the_public(organiser)
    visitor.page.goto("/")
    visitor.follow("Le littoral demain")

    expect(visitor.page.get_by_text("Se déplacer sans voiture").first).to_be_visible()
    visitor.picture("visitor")
    made = Consultation.objects.get()
    assert made.phases.count() == 3
    assert sum(phase.topics.count() for phase in made.phases.all()) == 5
    assert Invitation.objects.filter(role="").count() == 5
    assert Invitation.objects.exclude(role="").get().role == Role.MODERATOR
    assert made.is_public(timezone.now())
    documents, clicks = tell("The organiser's first hour", administrator, organiser)
    assert documents <= 25
    assert clicks <= 40


def test_the_readers_five_minutes_lead_from_the_debate_to_a_citation_and_back(
    new_page, consultation, topic, synthesis_published, tell
):
    way = journey.Way(new_page(viewport=PHONE, has_touch=True, is_mobile=True))
    main = way.page.get_by_role("main")

    way.page.goto("/")
    way.follow(consultation.title)
    way.follow("Débat")
    way.click(main.get_by_role("link", name=topic.title))
    begins = way.pixels_above(way.page.locator(journey.FIRST).first)
    way.follow("Synthèse")
    way.click(main.get_by_role("link", name="Synthèse d’étape"))
    way.click(main.locator(".quote figcaption a").first)

    expect(main.get_by_text("Il manque des lieux d’essai.").first).to_be_visible()
    assert "/contributions/" in way.page.url
    documents, clicks = tell("The reader's five minutes", way, note=f", {begins} px above the first contribution")
    assert documents <= 7
    assert clicks <= 6
    assert begins <= PHONE["height"]


def test_the_moderators_morning_ends_with_an_empty_queue_and_letters(
    page, moderator, consultation, open_phase, topic, post, participant, other_participant, organiser, code_for, tell
):
    hurtful, misplaced = post("Cette personne est une incapable."), post("Il faut un outil pour compter.")
    for one in (hurtful, misplaced):
        report_contribution(one, reason=consultation.reasons.to_hide().first(), by=other_participant)
    edit_phase(open_phase, moderation="before", by=organiser)
    create_topic(open_phase, title="Outiller", question="Avec quoi ?", by=organiser)
    pending = post("Un texte qui attend.", topic=Topic.objects.get(pk=topic.pk))
    way = journey.Way(page)

    page.goto(journey.SITE)
    way.follow("Se connecter")
    journey.log_in_by_code(way, moderator.email, code_for)
    way.follow("Espace d’organisation")
    way.follow("Modération")
    begins = way.pixels_above(page.locator(".queue__item").first)
    journey.decide(way, pending.number, "Publier")
    journey.decide(way, hurtful.number, "Masquer", message="Merci de parler des idées.")
    journey.move(way, misplaced.number, "Outiller", message="On y parle des outils.")
    journey.decide(way, misplaced.number, "Conserver")

    expect(page.get_by_text("Rien à traiter")).to_be_visible()
    letters = Message.objects.filter(address=participant.email).values_list("text", flat=True)
    assert [
        words for words in ("parler des idées", "parle des outils") if not any(words in one for one in letters)
    ] == []
    documents, clicks = tell("The moderator's morning", way, note=f", {begins} px above the first text to decide upon")
    assert documents <= 11
    assert clicks <= 16
