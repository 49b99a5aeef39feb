"""A text that waits for moderation, on the open page of its author and on those of the teams."""

import pytest
from playwright.sync_api import Page, expect

from concertation.consultations.actions import edit_phase
from concertation.consultations.models import Topic
from contributions import actions
from tests.browser.live_pages import WITHIN, open_live, row
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures


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
        return open_live(page, f"/c/innovation-urbaine/thematiques/{topic.pk}/")

    return open_as


def test_its_author_sees_it_leave_when_refused_and_join_the_threads_when_published(
    look, waiting, contribution, consultation, participant, moderator
):
    refused, published = waiting
    page = look(participant)
    section = page.locator("[data-awaiting]")
    expect(section.locator("> li")).to_have_count(2)

    actions.hide_contribution(refused, reason=consultation.reasons.first(), by=moderator)
    expect(row(page, refused)).to_have_count(0, timeout=WITHIN)
    actions.publish_contribution(published, by=moderator)

    expect(section).to_be_hidden(timeout=WITHIN)
    expect(page.locator("ol.threads[data-live-list] > li").first).to_contain_text("À relire, 2.")
    expect(row(page, published)).to_have_count(1)
    expect(row(page, contribution)).to_have_count(1)


def test_the_teams_see_it_come_into_the_list_of_what_waits(look, contribution, topic, organiser, moderator, post):
    edit_phase(topic.phase, moderation="before", by=organiser)
    page = look(moderator)

    waits = post("À relire.", topic=Topic.objects.get(pk=topic.pk))
    page.get_by_role("button", name="Afficher la nouvelle contribution").click(timeout=WITHIN)

    expect(page.locator("[data-awaiting] > li")).to_contain_text("À relire.")
    expect(row(page, waits)).to_have_count(1)
