"""What is opened, focused, selected or pressed stays so while a fetched page is merged."""

import pytest
from playwright.sync_api import Page, expect

from concertation.consultations import actions as organising
from concertation.consultations.models import Participation
from contributions import actions
from tests.browser.live_pages import AGREED, WITHIN, is_told, open_live, row
from tests.browser.merging import SELECT, address, fetched, look, merge  # noqa: F401 - fixtures among them
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures

pytestmark = pytest.mark.one_database("merge.js, which sees pages alone")


def test_menus_and_filters_that_are_open_stay_open_while_what_they_say_changes(
    look, contribution, post, topic, organiser
):
    page = look()
    page.evaluate("for (const one of document.querySelectorAll('main details, header details')) one.open = true")
    opened = page.evaluate("document.querySelectorAll('details[open]').length")
    assert opened >= 2
    organising.edit_topic(topic, question="Une autre question ?", by=organiser)

    merge(page)

    expect(page.locator("main")).to_contain_text("Une autre question ?")
    assert page.evaluate("document.querySelectorAll('details[open]').length") == opened


@pytest.fixture
def people(page, log_in, consultation, organiser, participant) -> Page:
    """The table of participants as an organiser reads it."""
    log_in(page, organiser)
    return open_live(page, "/c/innovation-urbaine/organiser/participants/")


def shift(html: str) -> str:
    """The same page with another line at the head of its table."""
    head, body, rest = html.partition("<tbody>")
    assert body
    return f'{head}{body}<tr><td>Une autre</td><td></td><td><a href="/ailleurs/">Ouvrir</a></td></tr>{rest}'


def test_the_focus_stays_on_the_line_it_is_on_when_another_comes_before(people):
    link = people.locator("tbody a, tbody button").first
    link.focus()
    focused = people.evaluate_handle("document.activeElement")
    words = people.evaluate("document.activeElement.closest('tr').textContent")

    merge(people, shift(fetched(people)))

    expect(people.locator("tbody tr").first).to_contain_text("Une autre")
    assert people.evaluate("(focused) => document.activeElement === focused", focused)
    assert people.evaluate("document.activeElement.closest('tr').textContent") == words


def test_what_would_go_with_the_focus_goes_once_the_focus_has_left_it(people):
    merge(people, shift(fetched(people)))
    link = people.get_by_role("link", name="Ouvrir", exact=True)
    link.focus()

    merge(people)
    expect(link).to_be_focused()
    people.locator("h1").click()

    expect(link).to_have_count(0)


def test_what_is_selected_stays_selected_and_changes_once_it_no_longer_is(look, contribution, topic, organiser):
    page = look()
    selected = page.locator("main h1")
    selected.evaluate(SELECT)
    words = page.evaluate("getSelection().toString()")
    organising.edit_topic(topic, title="Un autre titre", by=organiser)

    merge(page)
    assert page.evaluate("getSelection().toString()") == words
    page.evaluate("getSelection().removeAllRanges()")

    expect(selected).to_have_text("Un autre titre")


def test_selected_words_outside_rows_stay_selected_too(look):
    page = look()
    selected = page.locator(".topic-side__title").first
    selected.evaluate(SELECT)
    words = page.evaluate("getSelection().toString()")
    html = fetched(page)
    head, mark, rest = html.partition('<h2 class="topic-side__title">')
    assert words.strip() in rest

    merge(page, head + mark + rest.replace(words.strip(), "Autrement", 1))
    assert page.evaluate("getSelection().toString()") == words
    page.evaluate("getSelection().removeAllRanges()")

    expect(selected).to_have_text("Autrement")


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_button_that_is_being_pressed_still_does_its_act(
    page, log_in, address, contribution, other_participant, partner, by
):
    log_in(page, other_participant)
    open_live(page, address)
    button = row(page, contribution).locator("button.reaction--agree")
    button.hover() if by == "mouse" else button.focus()
    page.mouse.down() if by == "mouse" else page.keyboard.down(" ")
    actions.react(contribution, kind="disagree", by=partner)
    is_told(page, contribution)

    merge(page)
    page.mouse.up() if by == "mouse" else page.keyboard.up(" ")

    expect(button).to_have_attribute("aria-pressed", "true", timeout=WITHIN)
    expect(row(page, contribution)).to_contain_text(AGREED)


def test_messages_that_were_shown_stay(look, address):
    page = look()
    page.evaluate("""() => { const messages = document.createElement('div'); messages.className = 'messages stack';
        messages.textContent = 'Votre choix est enregistré.'; document.querySelector('main').prepend(messages); }""")

    merge(page)

    expect(page.get_by_text("Votre choix est enregistré.")).to_be_visible()


@pytest.mark.parametrize("is_closed", [True, False], ids=["the phase closes", "the person is suspended"])
@pytest.mark.parametrize("is_focused", [True, False], ids=["in it", "elsewhere"])
def test_a_form_that_is_no_longer_offered_stays_in_its_place_with_what_is_typed(
    look, contribution, consultation, topic, participant, organiser, now, is_focused, is_closed
):
    page = look()
    field = page.get_by_label("Votre contribution")
    field.fill("Ce que j’écris encore")
    if not is_focused:
        field.blur()
    around = (
        "() => { const form = document.querySelector('form.composer'); return [form.previousElementSibling.localName, "
    )
    around += "form.nextElementSibling.id, document.querySelectorAll('form#acts').length]; }"
    before = page.evaluate(around)
    if is_closed:
        organising.edit_phase(topic.phase, closes_at=now, opens_at=topic.phase.opens_at, by=organiser)
    else:
        mine = Participation.objects.get(user=participant, consultation=consultation)
        reason = consultation.reasons.filter(use="hide").first()
        organising.suspend_participation(mine, reason=reason, message="Trop vif.", now=now, by=organiser)

    merge(page)
    merge(page)

    expect(page.get_by_text("Phase close" if is_closed else "Votre participation est suspendue").first).to_be_visible()
    expect(field).to_have_value("Ce que j’écris encore")
    expect(page.get_by_text("Votre texte reste ici")).to_have_count(1)
    assert page.evaluate(around) == before
    if is_focused:
        expect(field).to_be_focused()
