"""Chaos on the real site: people write, the network and the server fail, and every page ends as a fresh load of it."""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from concertation.consultations.actions import edit_consultation
from concertation.consultations.models import Reason
from concertation.live.models import Event
from contributions import actions
from contributions.models import Contribution, Reaction, State
from tests.browser.live_pages import PRESS, open_live, rows_of_a_fresh_load, rows_shown
from tests.contributions.conftest import post  # noqa: F401 - fixture
from tests.live.chaos import IS_LONG, Client, follow, havoc

CLIENTS, EVENTS = (30, 500) if IS_LONG else (30, 120)
PAUSE = 0.1 if IS_LONG else 0.05
# Of one page of twenty threads, so that a fresh load shows them all.
ROOTS, OWN = 16, 4 if IS_LONG else 2

# A browser whose socket is cut at random and loses one frame of events in twenty.
CHAOS = """window.chaos = {on: true, dropped: 0, cut: 0, closed: 0};
window.WebSocket = class extends WebSocket {
    constructor(...given) {
        super(...given);
        const cut = () => { if (chaos.on && this.readyState < 2) { chaos.cut += 1; this.close(); } };
        setTimeout(cut, 200 + 1800 * Math.random());
        this.addEventListener("close", () => { chaos.closed += 1; });
    }
    set onmessage(listen) {
        super.onmessage = (message) => {
            const isLost = chaos.on && JSON.parse(message.data).type === "events" && Math.random() < 0.05;
            if (isLost) chaos.dropped += 1; else listen(message);
        };
    }
};"""


class Debate:
    """People who add, answer, change, hide, restore and react, through the verbs."""

    def __init__(self, post: Callable[..., Contribution], people: list[Any], moderator: Any, seed: int) -> None:
        self.post, self.people, self.moderator = post, people, moderator
        self.chance = random.Random(seed)
        self.acts = [self.add, self.answer, self.answer, self.edit, self.hide, self.restore, *[self.react] * 4]

    def write(self, room: str, calm: threading.Event) -> None:
        try:
            self.add()
            while not calm.is_set() or Event.objects.filter(room__key=room).count() < EVENTS:
                self.chance.choice(self.acts)()
                time.sleep(PAUSE)
        finally:
            connection.close()

    def add(self) -> None:
        if Contribution.objects.roots().count() < ROOTS:
            self.post(f"Une idée, {self.chance.random()}", by=self.chance.choice(self.people), now=None)

    def answer(self) -> None:
        above = self._one(State.PUBLISHED)
        self.post(f"Une réponse, {self.chance.random()}", parent=above, by=self.chance.choice(self.people), now=None)

    def edit(self) -> None:
        one = self._one(State.PUBLISHED)
        text = f"Un texte changé, {self.chance.random()}"
        given = {"body": text, "by": one.author.user}
        actions.edit_contribution(one, **given)

    def hide(self) -> None:
        if Contribution.objects.filter(state=State.PUBLISHED).count() > 3:
            self._decide(actions.hide_contribution, self._one(State.PUBLISHED), Reason.Use.HIDE)

    def restore(self) -> None:
        if Contribution.objects.filter(state=State.HIDDEN).exists():
            self._decide(actions.restore_contribution, self._one(State.HIDDEN), Reason.Use.RESTORE)

    def react(self) -> None:
        one = self._one(State.PUBLISHED)
        kind = self.chance.choice(Reaction.Kind.values)
        others = [person for person in self.people if person.pk != one.author.user_id]
        actions.react(one, kind=kind, by=self.chance.choice(others))

    def _decide(self, verb: Callable[..., Any], one: Contribution, use: str) -> None:
        reason = one.consultation.reasons.filter(use=use).first()
        verb(one, reason=reason, message="Après relecture.", by=self.moderator)

    def _one(self, state: str) -> Contribution:
        found = Contribution.objects.filter(state=state).select_related("author__user", "current", "consultation")
        return self.chance.choice(list(found.order_by("number")))


@pytest.fixture
def debate(post, participant, other_participant, partner, moderator) -> Debate:
    return Debate(post, [participant, other_participant, partner], moderator, seed=len(participant.email))


def write_in(page: Page, text: str) -> None:
    """Publish from the page, as often as it takes: the composer is empty once the site has it."""
    field = page.get_by_label("Votre contribution")
    field.fill(text)
    page.get_by_role("button", name="Publier ma contribution").click()
    end = time.monotonic() + 60
    while field.input_value() and time.monotonic() < end:
        page.wait_for_timeout(300)
        page.evaluate("() => document.querySelector('.composer:not([inert]) .composer__failed button')?.click()")
    expect(field).to_have_value("")


def in_the_end(page: Page, expected: list[str]) -> list[str]:
    """The rows of the page once they are those, or after a heartbeat and a half."""
    end = time.monotonic() + 30
    while (rows := rows_shown(page)) != expected and time.monotonic() < end:
        page.wait_for_timeout(200)
    return rows


def live_through(pages: list[Page], calm: Callable[[], bool]) -> None:
    """What the two people do meanwhile: the first shows what is new, the second writes."""
    reading, writing = pages
    for number in range(OWN):
        write_in(writing, f"Écrit dans la tourmente, numéro {number}.")
        reading.evaluate(PRESS)
    while not calm():
        reading.wait_for_timeout(200)


def test_chaos_ends_with_the_same_rows_for_everyone_none_lost_and_none_doubled(
    new_page, log_in, served, debate, topic, director, organiser
):
    edit_consultation(topic.phase.consultation, most_texts=30_000, most_reactions=30_000, by=organiser)
    address, room = f"/c/innovation-urbaine/thematiques/{topic.pk}/", f"{topic.room}:public"
    pages, fresh = [new_page(), new_page()], [new_page(), new_page()]
    for page in (pages[1], fresh[1]):
        log_in(page, director)
    for page in pages:
        page.add_init_script(CHAOS)
        open_live(page, address)
    clients = [Client(served.url, seed, topic.room) for seed in range(CLIENTS)]
    calm, written = threading.Event(), threading.Event()

    with ThreadPoolExecutor() as hands:
        following = hands.submit(follow, clients, written)
        writing = hands.submit(debate.write, room, calm)
        ruining = hands.submit(havoc, served)
        try:
            live_through(pages, ruining.done)
            calm.set()
            while not writing.done():
                pages[0].wait_for_timeout(200)
        finally:
            calm.set()
            written.set()
            # A server that would not stop, or a verb that failed, is why the pages fail: it is told first.
            ruining.result(), writing.result()
        following.result()

    every = {f"contribution:{one.pk}": one.version for one in Contribution.objects.all()}
    last = Event.objects.filter(room__key=room).count()
    for client in clients:
        seqs = [event["seq"] for event in client.told]
        assert client.mine == last
        assert seqs == sorted(set(seqs))
        # Of what one has not seen, the first news is that it is there.
        first = {event["obj"]: event["kind"] for event in reversed(client.told)}
        assert {kind for obj, kind in first.items() if obj.startswith("contribution:")} == {"added"}
        shown = {event["obj"]: event.get("version") for event in client.told}
        assert {obj: version for obj, version in shown.items() if obj.startswith("contribution:")} == every
    for page, other in zip(pages, fresh, strict=True):
        page.evaluate("() => { chaos.on = false; dispatchEvent(new Event('online')); }")
        expected = rows_of_a_fresh_load(other, address)
        assert len(expected) > len(every)
        assert in_the_end(page, expected) == expected
    assert last >= EVENTS
    assert sum(client.dropped for client in clients) > 0
    assert all(page.evaluate("chaos.closed") > 0 for page in pages)
