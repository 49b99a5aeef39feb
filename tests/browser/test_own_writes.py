"""What one writes oneself: seen at once, there once, and never lost, whatever becomes of the network, the site or the session."""

import re

import pytest
from playwright.sync_api import Page, expect

from concertation.consultations.actions import edit_phase
from concertation.consultations.models import Topic
from contributions import actions
from contributions.models import Contribution
from tests.browser.live_pages import AGREED, LISTEN, WITHIN, is_told, open_live, row
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures

SENT = "**/publier/"
TEXT = "Un banc d’essai par quartier."
ANSWER = "D’accord, mais pour qui ?"
NOT_SENT = "Votre contribution n’a pas été envoyée"
REPLY_NOT_SENT = "Votre réponse n’a pas été envoyée"


@pytest.fixture
def address(topic) -> str:
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/"


@pytest.fixture
def writing(page, log_in, participant, contribution, address) -> Page:
    """The page of a topic in which someone else's contribution stands, with a text in its composer."""
    log_in(page, participant)
    open_live(page, address)
    page.evaluate(LISTEN)
    page.get_by_label("Votre contribution").fill(TEXT)
    return page


def composer(page: Page):
    return page.get_by_label("Votre contribution")


def publish(page: Page) -> None:
    page.get_by_role("button", name="Publier ma contribution").click()


def retry(page: Page) -> None:
    page.get_by_role("button", name="Réessayer").click()


def there_is_one(page: Page, text: str = TEXT) -> Contribution:
    """One row says it, the database holds it once, and nothing of it waits anywhere."""
    expect(page.locator(".threads .contribution", has_text=text)).to_have_count(1)
    expect(page.locator("[data-sending], .composer__failed, [data-live-show]:visible")).to_have_count(0)
    return Contribution.objects.get(current__plain=text)


@pytest.fixture
def lost_answer(writing) -> Page:
    """The same page once the site has its text and the answer was lost; the channel brings the text all the same."""
    writing.route(SENT, lambda route: route.fetch() and route.abort())
    publish(writing)
    expect(writing.get_by_text(NOT_SENT)).to_be_visible()
    writing.unroute(SENT)
    return writing


def test_one_s_own_text_is_seen_before_the_site_has_answered(writing):
    waiting = []
    writing.route(SENT, lambda route: waiting.append(route))
    publish(writing)

    expect(writing.locator("[data-sending]")).to_contain_text(TEXT)
    expect(writing.locator("[data-sending]")).to_contain_text("Envoi en cours")
    waiting[0].continue_()

    mine = row(writing, there_is_one(writing))
    expect(mine).to_be_visible()
    expect(composer(writing)).to_have_value("")


def test_a_frame_that_comes_before_the_answer_shows_it_once_and_is_not_announced(
    writing, contribution, other_participant
):
    waiting = []
    writing.route(SENT, lambda route: waiting.append((route, route.fetch())))
    publish(writing)
    expect(writing.locator("[data-sending]")).to_be_visible()
    actions.react(contribution, kind="agree", by=other_participant)
    expect(row(writing, contribution)).to_contain_text(AGREED, timeout=WITHIN)

    expect(writing.locator("[data-live-show]")).to_be_hidden()
    while not waiting:
        writing.wait_for_timeout(50)
    route, answer = waiting[0]
    route.fulfill(response=answer)

    there_is_one(writing)
    expect(writing.locator("#status")).to_have_text("Votre contribution est publiée.")
    assert writing.evaluate("said") == ["Votre contribution est publiée."]


def test_what_the_channel_says_of_one_s_own_text_before_the_answer_is_not_undone_by_it(writing, other_participant):
    waiting = []
    writing.route(SENT, lambda route: waiting.append((route, route.fetch())))
    publish(writing)
    while not waiting:
        writing.wait_for_timeout(50)
    mine = Contribution.objects.get(current__plain=TEXT)
    is_told(writing, mine)

    actions.react(mine, kind="agree", by=other_participant)
    is_told(writing, mine, times=2)
    route, answer = waiting[0]
    route.fulfill(response=answer)

    expect(row(writing, there_is_one(writing))).to_contain_text(AGREED)


def test_a_text_whose_answer_is_lost_is_sent_again_and_written_once(lost_answer):
    expect(composer(lost_answer)).to_have_value(TEXT)
    # Meanwhile the channel says that there is something new: it is one's own.
    lost_answer.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)
    retry(lost_answer)

    mine = there_is_one(lost_answer)
    expect(row(lost_answer, mine)).to_be_visible()
    expect(lost_answer.locator(".is-mine", has_text=TEXT)).to_have_count(1)
    expect(composer(lost_answer)).to_have_value("")


def test_sending_again_keeps_the_replies_that_came_meanwhile_and_what_is_typed_under_them(
    lost_answer, post, other_participant
):
    lost_answer.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)
    mine = Contribution.objects.get(current__plain=TEXT)
    thread = lost_answer.locator(f'.threads > [data-live-shell="contribution:{mine.pk}"]')
    answer = post(ANSWER, parent=mine, by=other_participant)
    thread.get_by_role("button", name="Afficher la nouvelle réponse").click(timeout=WITHIN)
    thread.get_by_role("link", name="Répondre").first.click()
    thread.get_by_label("Votre réponse").fill("Pour tous.")
    retry(lost_answer)

    expect(thread.locator(".is-mine", has_text=TEXT)).to_have_count(1)
    expect(row(lost_answer, answer)).to_be_visible()
    expect(thread.get_by_label("Votre réponse")).to_have_value("Pour tous.")
    there_is_one(lost_answer)


@pytest.mark.parametrize("is_unfolded", [True, False])
def test_sending_again_leaves_the_thread_as_folded_as_it_was(lost_answer, post, other_participant, is_unfolded):
    mine = Contribution.objects.get(current__plain=TEXT)
    answers = [post(f"Réponse {number}.", parent=mine, by=other_participant) for number in range(6)]
    lost_answer.reload()
    thread = lost_answer.locator(f'.threads > [data-live-shell="contribution:{mine.pk}"]')
    fold = thread.locator("a[data-unfold]")
    if is_unfolded:
        fold.click()
        expect(row(lost_answer, answers[-1])).to_be_visible()
    shown = thread.locator(".replies > li").count()
    retry(lost_answer)

    there_is_one(lost_answer)
    expect(fold).to_have_count(0 if is_unfolded else 1)
    expect(thread.locator(".replies > li")).to_have_count(shown)
    assert shown == 6 if is_unfolded else 0 < shown < 6


def test_an_answer_older_than_the_row_on_the_page_does_not_take_its_place(writing, post, other_participant):
    kept = []
    writing.route(SENT, lambda route: kept.append(route.fetch()) or route.abort())
    publish(writing)
    writing.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)
    mine = Contribution.objects.get(current__plain=TEXT)
    actions.react(mine, kind="agree", by=other_participant)
    expect(row(writing, mine)).to_contain_text(AGREED, timeout=WITHIN)
    writing.unroute(SENT)
    writing.route(SENT, lambda route: route.fulfill(response=kept[0]))
    retry(writing)

    expect(writing.locator(".is-mine", has_text=TEXT)).to_have_count(1)
    expect(row(writing, mine)).to_contain_text(AGREED)
    expect(row(writing, mine).locator(".reaction:visible")).to_have_count(0)
    expect(row(writing, mine).get_by_text("1 d’accord")).to_be_visible()


@pytest.mark.parametrize("fault", ["network", "error"])
def test_what_was_not_sent_stays_also_after_a_reload(writing, address, fault):
    writing.route(SENT, lambda route: route.abort() if fault == "network" else route.fulfill(status=503, body=""))
    publish(writing)
    expect(writing.get_by_role("alert")).to_contain_text(NOT_SENT)
    expect(composer(writing)).to_have_value(TEXT)
    name = writing.locator("[name=client_uuid]").input_value()

    writing.reload()
    expect(writing.get_by_role("alert")).to_contain_text(NOT_SENT)
    expect(composer(writing)).to_have_value(TEXT)
    assert writing.locator("[name=client_uuid]").input_value() == name
    writing.unroute(SENT)
    retry(writing)
    there_is_one(writing)

    writing.reload()
    there_is_one(writing)
    expect(composer(writing)).to_have_value("")


def test_a_page_left_before_the_answer_says_so_when_it_is_loaded_again(writing):
    writing.route(SENT, lambda route: route.fetch())
    publish(writing)
    expect(writing.locator("[data-sending]")).to_be_visible()

    writing.reload()
    expect(writing.get_by_role("alert")).to_contain_text("réessayer ne le publiera pas deux fois")
    writing.unroute(SENT)
    retry(writing)

    there_is_one(writing)


def test_a_site_that_does_not_answer_is_given_twenty_seconds(writing):
    writing.clock.install()
    writing.route(SENT, lambda route: None)
    publish(writing)
    expect(writing.locator("[data-sending]")).to_be_visible()
    writing.clock.run_for(20_001)

    expect(writing.get_by_role("alert")).to_contain_text(NOT_SENT)
    expect(writing.locator("[data-sending]")).to_have_count(0)
    writing.unroute(SENT)
    retry(writing)
    there_is_one(writing)


def test_while_the_site_is_stopped_a_text_waits_and_goes_when_it_is_back(writing, served):
    served.stop()
    publish(writing)
    expect(writing.get_by_role("alert")).to_contain_text(NOT_SENT)
    served.start()
    retry(writing)

    there_is_one(writing)


def test_a_form_of_another_session_is_sent_again_with_the_present_one(writing):
    writing.context.clear_cookies(name="csrftoken")
    publish(writing)
    expect(writing.get_by_role("alert")).to_contain_text("Votre session a pris fin ou a changé")
    expect(composer(writing)).to_have_value(TEXT)
    retry(writing)

    there_is_one(writing)


def test_a_session_that_has_ended_leads_to_saying_who_one_is_with_the_text(writing):
    writing.context.clear_cookies()
    publish(writing)

    expect(writing.get_by_role("heading", name="Qui êtes-vous ?")).to_be_visible()
    writing.locator("main details > summary").first.click()
    expect(writing.get_by_text(TEXT)).to_be_visible()


def test_a_text_to_correct_is_kept_too_and_the_composer_is_empty_once_it_is_published(writing):
    writing.get_by_label("Titre").fill("Un titre")
    composer(writing).fill(" ")
    publish(writing)
    expect(writing.get_by_role("alert")).to_contain_text("Votre texte est vide")
    writing.reload()
    expect(writing.get_by_label("Titre")).to_have_value("Un titre")
    expect(writing.get_by_text(NOT_SENT)).to_have_count(0)

    composer(writing).fill(" ")
    publish(writing)
    expect(writing.get_by_role("alert")).to_contain_text("Votre texte est vide")
    composer(writing).fill(TEXT)
    publish(writing)

    there_is_one(writing)
    expect(writing.get_by_label("Titre")).to_have_value("")


def test_a_text_that_waits_for_moderation_stands_among_those_that_wait_and_is_said_to_wait(
    page, log_in, post, participant, organiser, topic, address
):
    edit_phase(topic.phase, moderation="before", by=organiser)
    post("Un premier texte.", topic=Topic.objects.get(pk=topic.pk), now=None)
    log_in(page, participant)
    open_live(page, address)
    composer(page).fill(TEXT)
    publish(page)

    expect(page.locator("[data-pending] .contribution")).to_have_count(2)
    expect(page.locator("[data-pending] .contribution").last).to_contain_text(TEXT)
    expect(page.locator("#status")).to_have_text(re.compile("^Votre texte est enregistré"))
    there_is_one(page)


@pytest.fixture
def unsent_reply(writing, contribution) -> Page:
    """The same page with a reply that could not be sent."""
    composer(writing).fill("")
    writing.get_by_role("link", name="Répondre").click()
    writing.get_by_label("Votre réponse").fill(ANSWER)
    writing.route(SENT, lambda route: route.abort())
    writing.get_by_role("button", name="Publier ma réponse").click()
    expect(writing.get_by_role("alert")).to_contain_text(REPLY_NOT_SENT)
    writing.unroute(SENT)
    return writing


def test_a_reply_that_was_not_sent_opens_again_after_a_reload(unsent_reply, contribution):
    unsent_reply.reload()
    expect(unsent_reply.get_by_role("alert")).to_contain_text(REPLY_NOT_SENT)
    expect(unsent_reply.get_by_label("Votre réponse")).to_have_value(ANSWER)
    retry(unsent_reply)

    answer = there_is_one(unsent_reply, ANSWER)
    assert answer.parent_id == contribution.pk
    expect(unsent_reply.get_by_label("Votre réponse")).to_have_count(0)


def test_a_reply_whose_place_is_not_on_the_page_is_shown_with_a_way_to_it(unsent_reply, contribution, post, address):
    for n in range(20):
        post(f"Une idée plus récente, numéro {n}.")
    unsent_reply.goto(address)
    expect(unsent_reply.get_by_role("alert")).to_contain_text(ANSWER)
    unsent_reply.get_by_role("link", name="Reprendre ce texte").click()
    retry(unsent_reply)

    assert there_is_one(unsent_reply, ANSWER).parent_id == contribution.pk
