"""Twenty people watch by every way there is while one contribution is hidden and a hundred others are published."""

import json
import threading
from collections.abc import Callable, Iterator
from itertools import islice
from urllib.request import urlopen

from websockets.sync.client import connect

from concertation.consultations.actions import edit_consultation
from concertation.live.models import Event
from contributions import actions
from contributions.models import Contribution
from tests.contributions.conftest import contribution, post  # noqa: F401 - fixtures
from tests.serving import eventually

SECRET = "Ce propos vise une personne nommée"
WAYS, OF_EACH_WAY, OTHERS = 5, 4, 100


class Watch:
    """What the watchers share: the site, the hiding, and what each of them got after it."""

    def __init__(self, served, topic, spoken: Contribution) -> None:
        self.served, self.topic, self.spoken = served, topic, spoken
        self.room = f"{topic.room}:public"
        self.hidden_at: int | None = None
        self.over = threading.Event()
        self.before: list[str] = []
        self.leaks: list[str] = []

    def saw(self, way: str, text: str, *, after: bool) -> None:
        if SECRET in text:
            (self.leaks if after else self.before).append(way)

    def is_over(self) -> bool:
        return self.over.is_set()

    def frames(self) -> Iterator[str]:
        """From the beginning of the room until the watch is over."""
        query = f"salon={self.topic.room}&depuis={self.room}=0"
        with connect(f"{self.served.socket_url}/direct/?{query}", origin=self.served.url, compression=None) as socket:
            while not self.is_over():
                try:
                    yield str(socket.recv(timeout=0.5))
                except TimeoutError:
                    continue

    def get(self, path: str) -> str:
        return urlopen(f"{self.served.url}{path}", timeout=30).read().decode()


def by_push(watch: Watch) -> None:
    """A frame that reaches the number of the hiding, or goes beyond, was drawn after it."""
    frames = []
    for frame in watch.frames():
        frames.append(frame)
        watch.saw("push", frame, after=False)
    assert watch.hidden_at is not None
    for frame in frames:
        if json.loads(frame).get("to", 0) >= watch.hidden_at:
            watch.saw("push", frame, after=True)


def by_replay(watch: Watch) -> None:
    while not watch.is_over():
        was_hidden = watch.hidden_at is not None
        frames = watch.frames()
        watch.saw("replay", "".join(islice(frames, 2)), after=was_hidden)
        frames.close()


def by_asking(path: str) -> Callable[[Watch], None]:
    def ask(watch: Watch) -> None:
        while not watch.is_over():
            was_hidden = watch.hidden_at is not None
            watch.saw(path, watch.get(path), after=was_hidden)

    return ask


def ways(watch: Watch) -> list[Callable[[Watch], None]]:
    poll = f"/direct/rattrapage/?salon={watch.topic.room}&depuis={watch.room}=0"
    page = f"/c/innovation-urbaine/thematiques/{watch.topic.pk}/"
    permalink = f"/c/innovation-urbaine/contributions/{watch.spoken.number}/"
    return [by_push, by_replay, *map(by_asking, (poll, page, permalink))]


def watcher(way: Callable[[Watch], None], watch: Watch, failures: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            way(watch)
        except BaseException as error:  # noqa: BLE001 - shown by the test's own thread
            failures.append(error)

    return threading.Thread(target=run)


def hide(watch: Watch, *texts: Contribution, by) -> None:
    for text in texts:
        actions.hide_contribution(text, reason=text.topic.phase.consultation.reasons.first(), message="", by=by)
    watch.hidden_at = Event.objects.filter(room__key=watch.room, obj=f"contribution:{texts[-1].pk}").latest("seq").seq


def test_no_watcher_gets_the_text_after_the_commit_by_any_way(
    served, post, topic, moderator, other_participant, organiser
):
    """Two bear it: one whose row has long been kept, one whose row is told again and again until the last moment."""
    edit_consultation(topic.phase.consultation, most_texts=1_000, by=organiser)
    settled, restless = post(SECRET), post(SECRET)
    watch, failures = Watch(served, topic, settled), []
    crowd = [watcher(way, watch, failures) for way in ways(watch) for _ in range(OF_EACH_WAY)]
    for one in crowd:
        one.start()

    try:
        eventually(lambda: len(set(watch.before)) == WAYS)
        for number in range(OTHERS):
            post(f"Autre chose {number}")
            if watch.hidden_at is None:
                actions.react(restless, kind="agree" if number % 2 else "disagree", by=other_participant)
            if number == OTHERS // 3:
                hide(watch, restless, settled, by=moderator)
    finally:
        watch.over.set()
        for one in crowd:
            one.join()

    assert not failures
    assert watch.leaks == []
