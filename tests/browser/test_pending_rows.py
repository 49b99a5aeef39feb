"""A text that waits for moderation, on the open page of its author and on those of the teams."""

import pytest
from playwright.sync_api import Page, expect

from concertation.consultations.actions import edit_phase
from concertation.consultations.models import Topic
from contributions import actions
from tests.browser.live_pages import WITHIN, is_told, open_live, row
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures

FETCHED = "document.addEventListener('concertation:fetched', () => setTimeout(() => { window.fetched = true; }));"


@pytest.fixture
def waiting(contribution, post, topic, organiser):
    """Two texts, written once the phase is moderated before publication."""
    edit_phase(topic.phase, moderation="before", by=organiser)
    moderated = Topic.objects.get(pk=topic.pk)
    return [post(f"À relire, {number}.", topic=moderated) for number in (1, 2)]


@pytest.fixture
def look(page, log_in, topic):
    def open_as(user) -> Page:
        log_in(page, user)
        page.add_init_script(FETCHED)
        return open_live(page, f"/c/innovation-urbaine/thematiques/{topic.pk}/")

    return open_as


def test_its_author_sees_it_leave_when_refused_and_join_the_threads_when_published(
    look, waiting, contribution, consultation, participant, moderator
):
    refused, published = waiting
    page = look(participant)
    section = page.locator("[data-pending]")
    expect(section.locator("> li")).to_have_count(2)

    actions.hide_contribution(refused, reason=consultation.reasons.first(), by=moderator)
    expect(row(page, refused)).to_have_count(0, timeout=WITHIN)
    actions.publish_contribution(published, by=moderator)

    expect(section).to_be_hidden(timeout=WITHIN)
    expect(page.locator("ol.threads[data-live-list] > li").first).to_contain_text("À relire, 2.")
    expect(row(page, published)).to_have_count(1)
    expect(row(page, contribution)).to_have_count(1)


def test_the_focus_goes_with_a_text_that_joins_the_threads(look, waiting, participant, moderator):
    page = look(participant)
    link = page.locator(f'[data-live-shell="contribution:{waiting[0].pk}"]').get_by_role("link", name="Modifier")
    link.focus()

    actions.publish_contribution(waiting[0], by=moderator)

    expect(page.locator("ol.threads[data-live-list] > li").first).to_contain_text("À relire, 1.", timeout=WITHIN)
    expect(link).to_be_focused()


def test_a_text_refused_while_the_page_asks_for_itself_does_not_come_with_the_answer(
    look, contribution, topic, organiser, participant, moderator, consultation, post
):
    edit_phase(topic.phase, moderation="before", by=organiser)
    page, asked = look(participant), []
    page.route(page.url, lambda route: asked.append((route, route.fetch())))
    text = post("À relire.", topic=Topic.objects.get(pk=topic.pk))
    while not asked:
        page.wait_for_timeout(50)
    assert "À relire." in asked[0][1].text()

    actions.hide_contribution(text, reason=consultation.reasons.first(), by=moderator)
    is_told(page, text)
    asked[0][0].fulfill(response=asked[0][1])
    page.wait_for_function("() => window.fetched")

    expect(row(page, text)).to_have_count(0)


def test_what_one_writes_on_another_page_comes_to_this_one_and_changes_there_and_to_no_other_person(
    look, contribution, topic, organiser, participant, other_participant, post, log_in, new_page
):
    edit_phase(topic.phase, moderation="before", by=organiser)
    page, other = look(participant), new_page()
    log_in(other, other_participant)
    open_live(other, page.url)
    moderated = Topic.objects.get(pk=topic.pk)

    text, answer = post("À relire.", topic=moderated), post("Ma réponse.", topic=moderated, parent=contribution)
    expect(page.locator("[data-pending] > li")).to_contain_text("À relire.", timeout=WITHIN)
    expect(page.locator(f'[data-live-list="contribution:{contribution.pk}"] > li')).to_contain_text("Ma réponse.")
    expect(page.locator(f'[data-live-shell="contribution:{text.pk}"]').get_by_text("Modifier")).to_be_visible()
    actions.edit_contribution(text, body="À relire, mieux dit.", by=participant)
    expect(page.locator("[data-pending] > li")).to_contain_text("À relire, mieux dit.", timeout=WITHIN)

    for one in (text, answer):
        expect(row(page, one)).to_have_count(1)
        expect(row(other, one)).to_have_count(0)


def test_on_the_page_where_one_writes_it_the_answer_brings_it(look, topic, organiser, participant):
    edit_phase(topic.phase, moderation="before", by=organiser)
    page, sent = look(participant), []
    page.route("**/publier/", lambda route: sent.append((route, route.fetch())))
    page.get_by_label("Votre contribution").fill("À relire.")
    with page.expect_response(page.url):
        page.get_by_role("button", name="Publier ma contribution").click()
    page.wait_for_function("() => window.fetched")

    expect(page.locator("[data-pending] > li")).to_have_count(0)
    route, answer = sent[0]
    route.fulfill(response=answer)

    expect(page.locator("[data-pending] > li")).to_contain_text("À relire.")
    expect(page.locator(".thread", has_text="À relire.")).to_have_count(1)


def test_the_teams_see_it_come_into_the_list_of_what_waits(look, contribution, topic, organiser, moderator, post):
    edit_phase(topic.phase, moderation="before", by=organiser)
    page = look(moderator)

    waits = post("À relire.", topic=Topic.objects.get(pk=topic.pk))
    page.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)

    expect(page.locator("[data-pending] > li")).to_contain_text("À relire.")
    expect(row(page, waits)).to_have_count(1)
