"""Phases open and close on an open page, at their minute and by the server's clock; what is typed stays."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from concertation.consultations import actions
from concertation.consultations.models import Phase
from tests.browser.live_pages import LISTEN, WITHIN, open_live
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(topic, organiser):
    """Give the open phase these dates, as the organiser."""

    def change(**dates) -> None:
        actions.edit_phase(topic.phase, by=organiser, **dates)

    return change


@pytest.fixture
def come(topic):
    """Let the server's time come, without telling anyone: it is the page that knows the minute."""

    def move(**dates) -> None:
        # No page that was kept before is kept for these dates: time alone would have ended it.
        Phase.objects.filter(pk=topic.phase_id).update(**dates, version=F("version") + 1)

    return move


@pytest.fixture
def look(page, log_in, participant, topic):
    def open_page(clock=None, path: str = "") -> Page:
        page.clock.install(time=clock or timezone.now())
        log_in(page, participant)
        return open_live(page, path or f"/c/innovation-urbaine/thematiques/{topic.pk}/")

    return open_page


def test_a_phase_opens_at_its_minute_on_a_page_that_waits(look, at, come):
    at(opens_at=timezone.now() + 2 * MINUTE)
    page = look()
    expect(page.get_by_text("Pas encore ouverte")).to_be_visible()
    expect(page.locator("textarea[name=texte]")).to_have_count(0)

    come(opens_at=timezone.now() - MINUTE)
    page.clock.fast_forward("03:00")

    expect(page.locator("textarea[name=texte]")).to_be_visible(timeout=WITHIN)
    expect(page.get_by_text("Pas encore ouverte")).to_have_count(0)


def test_the_minute_is_the_servers_whatever_the_page_believes(look, at, come):
    at(opens_at=timezone.now() + 2 * MINUTE)
    page = look(clock=timezone.now() - timedelta(hours=5))

    come(opens_at=timezone.now() - MINUTE)
    page.clock.fast_forward("03:00")

    expect(page.locator("textarea[name=texte]")).to_be_visible(timeout=WITHIN)


@pytest.mark.parametrize("is_edited", [False, True], ids=["at its minute", "by the organiser"])
def test_a_state_that_has_changed_is_told_to_screen_readers_once(look, at, come, is_edited):
    at(closes_at=timezone.now() + 2 * MINUTE)
    page = look()
    page.evaluate(LISTEN)

    (at if is_edited else come)(closes_at=timezone.now() - MINUTE)
    page.clock.fast_forward("03:00")

    expect(page.locator("main [data-spoken]")).to_contain_text("Terminée le", timeout=WITHIN)
    page.clock.run_for(1_000)
    assert [one.split(" le ")[0] for one in page.evaluate("said")] == ["Terminée"]


def test_a_phase_closes_without_taking_what_one_types(look, at, come, contribution):
    at(closes_at=timezone.now() + 2 * MINUTE)
    page = look()
    field = page.locator("textarea[name=texte]")
    field.fill("Ce que j’écris encore")
    field.evaluate("(field) => field.setSelectionRange(3, 6)")

    come(closes_at=timezone.now() - MINUTE)
    page.clock.fast_forward("03:00")

    expect(page.get_by_text("Phase close")).to_be_visible(timeout=WITHIN)
    expect(page.get_by_text("Votre texte reste ici")).to_be_visible()
    state = "() => { const one = document.activeElement; return [one.name, one.value, one.selectionStart]; }"
    assert page.evaluate(state) == ["texte", "Ce que j’écris encore", 3]
    expect(page.locator(f'[data-live="contribution:{contribution.pk}"] button.reaction')).to_have_count(0)


def test_a_phase_closes_without_taking_what_was_given_back_to_be_corrected(look, at, come):
    at(closes_at=timezone.now() + 2 * MINUTE)
    page = look()
    page.get_by_label("Titre").fill("Un titre sans texte")
    page.get_by_role("button", name="Publier ma contribution").click()
    expect(page.get_by_role("alert")).to_contain_text("Écrivez votre texte")

    come(closes_at=timezone.now() - MINUTE)
    page.evaluate("() => document.activeElement.blur()")
    page.clock.fast_forward("03:00")

    expect(page.get_by_text("Phase close")).to_be_visible(timeout=WITHIN)
    expect(page.get_by_text("Votre texte reste ici")).to_be_visible()
    expect(page.get_by_label("Titre")).to_have_value("Un titre sans texte")


def test_an_empty_composer_goes_with_its_phase(look, at, come):
    at(closes_at=timezone.now() + 2 * MINUTE)
    page = look()
    expect(page.locator("textarea[name=texte]")).to_be_visible()

    come(closes_at=timezone.now() - MINUTE)
    page.clock.fast_forward("03:00")

    expect(page.locator("textarea[name=texte]")).to_have_count(0, timeout=WITHIN)


def test_the_organiser_closes_a_phase_and_open_pages_follow(look, at):
    page = look()

    at(closes_at=timezone.now() - MINUTE)

    expect(page.get_by_text("Phase close")).to_be_visible(timeout=WITHIN)
    expect(page.locator("textarea[name=texte]")).to_have_count(0)


def test_the_front_page_follows_the_programme_the_topics_and_what_is_said(look, topic, organiser, post):
    page = look(path="/c/innovation-urbaine/")

    post("Une idée")
    card = page.locator(f'[data-live="said:{topic.pk}"]')
    expect(card).to_contain_text("1 contribution", timeout=WITHIN)
    expect(page.locator("dl.stats")).to_contain_text("contribution")
    actions.edit_phase(topic.phase, title="Les outils à partager", by=organiser)
    actions.create_topic(topic.phase, title="Une autre question", by=organiser)

    expect(page.locator(".timeline")).to_contain_text("Les outils à partager", timeout=WITHIN)
    expect(page.get_by_role("link", name="Une autre question")).to_be_visible(timeout=WITHIN)
    expect(card).to_contain_text("1 contribution")


def test_a_topic_counts_what_is_said_as_it_is_said(look, topic, contribution, post):
    page = look()
    heading = page.get_by_role("heading", name="1 contribution")
    expect(heading).to_be_visible()

    post("Une autre idée")
    post("Une réponse", parent=contribution)

    expect(page.get_by_role("heading", name="2 contributions, 1 réponse")).to_be_visible(timeout=WITHIN)


def test_an_instant_that_the_answer_leaves_as_it_is_is_not_asked_for_without_end(look, contribution):
    page = look()
    sent, asked = [], []
    page.on("request", lambda one: sent.append(one) if one.url == page.url else None)
    page.on("requestfinished", lambda one: asked.append(one) if one.url == page.url else None)

    page.evaluate("""() => { const past = {changesAt: "2020-01-01T00:00:00Z"};
        Object.assign(document.body.appendChild(document.createElement("span")).dataset, past);
        document.dispatchEvent(new CustomEvent("live:clock", {detail: {skew: 0}})); }""")
    for _ in range(60):
        page.clock.run_for(2_000)
        # The page's minutes pass faster than the server answers: they wait for it here.
        if len(sent) > len(asked):
            page.wait_for_event("requestfinished", lambda one: one.url == page.url)

    assert len(asked) == 3
