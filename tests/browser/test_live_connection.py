"""How a page keeps in touch: by socket, else by asking; it comes back at once when the network or the reader does."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from concertation.live.models import Event
from tests.browser.live_pages import HEAR, LISTEN, PRESS, WITHIN, open_live, row, rows_of_a_fresh_load, rows_shown
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures

NO_SOCKETS = "window.WebSocket = class { constructor() { throw new Error('no sockets here'); } };"
HIDDEN = """(hidden) => { Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
    document.dispatchEvent(new Event("visibilitychange")); }"""
ONLINE = "() => dispatchEvent(new Event('online'))"
# As when a request for what was missed is answered by 404 while the socket is open.
NARROWED = """async () => { const scripts = performance.getEntriesByType("resource").map((one) => one.name);
    const { channel } = await import(scripts.find((name) => /js\\/channel\\.[0-9a-f]+\\.js/.test(name)));
    channel.happen("narrowed"); }"""
NOT_ALLOWED = 4403
TOO_MANY = 4429
# Each wait as long as chance allows: half as much again.
LATEST = "Math.random = () => 0.999;"
# The least that a page waits before it comes back of its own accord is half a second.
AT_ONCE = 300
AWAKE = 3_000


@pytest.fixture
def address(topic) -> str:
    return f"/c/innovation-urbaine/thematiques/{topic.pk}/"


class Wire:
    """What a page asks of the live channel."""

    def __init__(self, page: Page) -> None:
        self.sockets = self.questions = 0
        page.on("websocket", self._socket)
        page.on("request", self._request)

    def _socket(self, _socket) -> None:
        self.sockets += 1

    def _request(self, request) -> None:
        self.questions += "/direct/rattrapage/" in request.url


def refuse(socket) -> None:
    socket.close(code=TOO_MANY)


@pytest.fixture
def deaf_page(page, address) -> Page:
    """A page for which sockets are impossible, its clock ours."""
    page.add_init_script(NO_SOCKETS)
    page.add_init_script(HEAR)
    page.clock.install()
    page.goto(address)
    return page


def shows(page: Page, one) -> None:
    expect(page.locator("[data-live-show]")).to_be_visible(timeout=WITHIN)
    page.evaluate(PRESS)
    expect(row(page, one)).to_have_count(1)


def test_without_sockets_a_page_asks_every_fifteen_seconds_and_shows_the_same(
    deaf_page, new_page, address, contribution, post
):
    wire = Wire(deaf_page)
    first = post("Avant la première question")
    deaf_page.clock.run_for(1_500)
    shows(deaf_page, first)
    assert deaf_page.evaluate("window.heard") == 1, "the server’s time comes with its answer"
    second = post("Entre deux questions")
    post("Une réponse", parent=contribution)
    deaf_page.clock.run_for(22_500)
    shows(deaf_page, second)

    assert wire.sockets == 0
    assert wire.questions <= 4
    assert rows_shown(deaf_page) == rows_of_a_fresh_load(new_page(), address)


def pass_time(page: Page, seconds: int) -> None:
    """The page's time, second by second, each question answered before the next one is due."""
    for _ in range(seconds):
        page.clock.run_for(1_000)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(10)


@pytest.mark.parametrize("proxy", ["refuses", "is silent"])
def test_behind_a_proxy_without_sockets_a_page_asks_and_never_says_that_it_is_cut_off(page, address, post, proxy):
    page.route_web_socket("**/direct/**", lambda socket: refuse(socket) if proxy == "refuses" else None)
    page.clock.install()
    page.goto(address)
    page.evaluate(LISTEN)
    late = post("Pendant ce temps")
    pass_time(page, 14)
    shows(page, late)

    pass_time(page, 90)

    # Whether the new text was told before it was shown is a matter of moments.
    assert {*page.evaluate("said")} <= {"Une nouvelle contribution"}


def test_a_page_that_asks_says_that_it_is_cut_off_once_nothing_answers(deaf_page):
    deaf_page.evaluate(LISTEN)
    deaf_page.route("**/rattrapage/**", lambda route: route.abort())
    pass_time(deaf_page, 40)
    assert [one.split("\u00a0:")[0] for one in deaf_page.evaluate("said")] == ["Connexion interrompue"]
    deaf_page.unroute("**/rattrapage/**")

    pass_time(deaf_page, 30)

    assert [one.split("\u00a0:")[0] for one in deaf_page.evaluate("said")] == [
        "Connexion interrompue",
        "Connexion rétablie",
    ]


def test_a_socket_that_does_not_greet_is_given_up_for_another(page, address, post):
    sockets = []

    def swallow_the_first(socket) -> None:
        sockets.append(socket)
        if len(sockets) > 1:
            socket.connect_to_server()

    page.route_web_socket("**/direct/**", swallow_the_first)
    page.add_init_script(HEAR)
    page.clock.install()
    page.goto(address)
    pass_time(page, 16)
    page.wait_for_function("() => window.heard > 1")
    wire = Wire(page)
    pass_time(page, 30)

    shows(page, post("Par le second"))
    assert len(sockets) == 2
    assert wire.questions == 0


def test_a_gap_that_nobody_fills_is_asked_for_less_and_less(page, address, post):
    news: list[str] = []

    def lose_the_first_news(socket) -> None:
        server = socket.connect_to_server()

        def pass_on(said: str) -> None:
            news.extend([said] if '"events"' in said else [])
            if said not in news[:1]:
                socket.send(said)

        server.on_message(pass_on)

    page.route_web_socket("**/direct/**", lose_the_first_news)
    page.route("**/rattrapage/**", lambda route: route.abort())
    page.add_init_script(LATEST)
    page.clock.install()
    open_live(page, address)
    wire = Wire(page)
    posted = []
    for number in (1, 2):
        posted.append(post(f"Nouvelle {number}"))
        while len(news) < number:
            page.wait_for_timeout(50)
    pass_time(page, 35)
    assert 2 <= wire.questions <= 5
    page.unroute("**/rattrapage/**")

    pass_time(page, 35)
    shows(page, posted[0])
    expect(row(page, posted[1])).to_have_count(1)


def test_a_page_that_asks_and_is_no_longer_answered_offers_to_reload(deaf_page):
    deaf_page.route("**/rattrapage/**", lambda route: route.fulfill(status=404, body=""))

    deaf_page.clock.run_for(1_500)

    expect(deaf_page.locator("[data-live-reload]")).to_be_visible()


def test_the_offer_to_reload_is_seen_where_one_reads_and_said_and_moves_nothing(page, address, contribution):
    page.route_web_socket("**/direct/**", lambda socket: socket.close(code=NOT_ALLOWED))
    page.goto(f"{address}#contribuer")
    notice, threads = (
        page.get_by_role("status").locator("[data-live-reload]"),
        page.locator("ol.threads[data-live-list]"),
    )

    for scrolled in (0, 100_000):
        page.evaluate(f"scrollTo(0, {scrolled})")
        expect(notice.get_by_text("Ce que vous pouvez lire a changé")).to_be_in_viewport(ratio=1)
    before = threads.bounding_box()
    notice.evaluate("(notice) => { notice.hidden = true; }")
    assert threads.bounding_box() == before
    notice.evaluate("(notice) => { notice.hidden = false; }")
    with page.expect_navigation(url="**/thematiques/*/"):
        notice.get_by_role("link", name="Recharger la page").click()


def test_whose_session_has_ended_reads_that_it_has(page, address, contribution):
    page.route_web_socket("**/direct/**", lambda socket: socket.close(code=4401))
    page.goto(address)

    expect(page.locator("[data-live-reload]")).to_contain_text("Votre session est terminée")


def test_whose_rooms_exist_no_more_is_offered_to_reload(page, address, contribution):
    page.route_web_socket("**/direct/**", lambda socket: socket.close(code=4404))
    page.goto(address)

    expect(page.locator("[data-live-reload]")).to_contain_text("Ce que vous pouvez lire a changé")


def test_a_page_that_is_no_longer_for_its_viewer_closes_its_socket(page, address):
    with page.expect_websocket() as opened:
        open_live(page, address)

    with opened.value.expect_event("close", timeout=WITHIN):
        page.evaluate(NARROWED)

    expect(page.locator("[data-live-reload]")).to_be_visible()


def test_a_second_room_of_a_page_asks_by_the_notice_there_is(page, address):
    open_live(page, address)
    page.evaluate("""() => { const room = document.createElement("live-room");
        Object.assign(room.dataset, document.querySelector("live-room").dataset, {room: "moderation:1", seq: ""});
        document.body.append(room);
        room.receive({type: "reload", room: "moderation:1"}); }""")

    expect(page.locator("[data-live-reload]")).to_be_visible()


def test_a_page_refused_for_load_asks_meanwhile_and_leaves_the_server_alone_for_a_while(page, address, post):
    attempts = []
    page.route_web_socket("**/direct/**", lambda socket: attempts.append(1) or refuse(socket))
    page.add_init_script(LATEST)
    page.clock.install()
    page.goto(address)
    late = post("Pendant le refus")
    page.clock.run_for(2_000)
    shows(page, late)
    page.clock.run_for(35_000)
    assert len(attempts) == 1

    page.clock.run_for(10_000)
    page.wait_for_timeout(200)
    assert len(attempts) == 2


def test_a_hidden_page_that_asks_sleeps_and_catches_up_when_it_is_looked_at(deaf_page, post):
    deaf_page.clock.run_for(1_500)
    deaf_page.evaluate(HIDDEN, True)
    deaf_page.wait_for_load_state("networkidle")
    wire = Wire(deaf_page)
    missed = post("Pendant le sommeil")
    deaf_page.clock.run_for(120_000)
    assert wire.questions == 0

    with deaf_page.expect_request("**/direct/rattrapage/**", timeout=AWAKE):
        deaf_page.evaluate(HIDDEN, False)
    shows(deaf_page, missed)


@pytest.fixture
def cut_page(page, address, served) -> Page:
    """A page that has just lost its socket, in a moment that lasts as long as we like."""
    page.clock.install()
    open_live(page, address)
    page.clock.pause_at(timezone.now() + timedelta(seconds=1))
    served.stop()
    served.start()
    return page


@pytest.mark.parametrize("sign", ["online", "visible"])
def test_a_page_comes_back_at_once_with_the_network_or_its_reader(cut_page, post, sign):
    missed = post("Pendant la coupure")
    wire = Wire(cut_page)
    cut_page.clock.run_for(AT_ONCE)
    assert wire.sockets == 0

    cut_page.evaluate(ONLINE) if sign == "online" else cut_page.evaluate(HIDDEN, False)
    cut_page.clock.run_for(AT_ONCE)
    shows(cut_page, missed)
    assert wire.sockets == 1


def test_a_socket_without_a_heartbeat_is_replaced(page, address):
    page.clock.install()
    open_live(page, address)
    wire = Wire(page)
    page.clock.run_for(45_000)
    assert wire.sockets == 0

    page.clock.run_for(20_000)
    page.wait_for_function("() => window.heard > 1")
    assert wire.sockets == 1


def test_a_page_told_to_reload_asks_for_nothing_more_of_what_it_can_no_longer_follow(
    page, address, served, topic, post
):
    heard: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(frame)))
    page.clock.install()
    open_live(page, address)
    served.stop()
    post("Pendant l’arrêt")
    Event.objects.filter(room__key=f"{topic.room}:public").delete()
    served.start()
    page.evaluate(ONLINE)
    expect(page.locator("[data-live-reload]")).to_be_visible(timeout=WITHIN)
    wire = Wire(page)

    post("Après l’oubli")
    while not any('"kind":"added","obj":"contribution:' in frame for frame in heard):
        page.wait_for_timeout(50)
    for _ in range(5):
        page.clock.run_for(5_000)
        page.wait_for_load_state("networkidle")

    assert wire.questions == 0
    expect(page.locator("[data-live-reload]")).to_be_visible()
