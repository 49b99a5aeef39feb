"""For every kind of event: the page before, with what is sent, is the page after, byte for byte and row by row.

A scene makes a state, names the page, then acts. Every class that may read the page follows it through the replay,
which gives the very frames that a socket does. A kind that the code announces and no scene plays fails here.
"""

import inspect
import re

import pytest
from django.test import Client

from ateliers.models import Atelier
from concertation.accounts.actions import rename_user
from concertation.consultations import actions as organising
from concertation.consultations.models import Stake, Topic
from concertation.jobs.actions import claim_job, fail_job, record_progress
from concertation.live import registry
from concertation.live.audience import Audience
from concertation.live.models import Event, Room
from concertation.pages.legal.actions import publish_legal_text
from concertation.syntheses.coding.actions import mark_read
from concertation.syntheses.writing.actions import add_section
from contributions import actions
from tests.announcing import verbs_announce  # noqa: F401 - a verb tells of what it writes
from tests.ateliers.conftest import atelier, draft, held, people, table  # noqa: F401 - fixtures
from tests.contributions.conftest import contribution, post, reply  # noqa: F401 - fixtures
from tests.counting import counters_hold  # noqa: F401 - after each act
from tests.jobs.conftest import job, made, start  # noqa: F401 - fixtures
from tests.live import scenes_of_ateliers as of_ateliers
from tests.live.pages import rooms_in, rows_in
from tests.syntheses.conftest import recommendation, synthesis  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
HOME = "/c/innovation-urbaine/"


class Followed:
    """A page as one person holds it open, without a browser."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        page = self.load()
        self.is_open = page is not None
        self.rooms, self.rows = list(rooms_in(page or "")), rows_in(page or "")
        self.lists = set(re.findall(r'data-live-list="([^"]+)"', page or ""))
        self.heard, self.must_reload = "", False

    def load(self):
        answer = self.client.get(self.address)
        return answer.content.decode() if answer.status_code == 200 else None

    def hear(self):
        """Take what happened since, as the script does; a room that is no longer theirs closes the page."""
        for address, cursor in self.rooms:
            answer = self.client.get("/direct/rattrapage/", {"salon": address, "depuis": cursor})
            self.heard += answer.content.decode()
            if answer.status_code == 404:
                self.rows = {}
                return
            for frame in answer.json()["frames"]:
                self.must_reload |= frame["type"] == "reload"
                for event in frame.get("events", ()):
                    self.take(event, address)

    def take(self, event, address):
        obj, data = event["obj"], event.get("data", {})
        if event.get("stale"):
            self.must_reload = True
        elif event.get("update"):
            return
        elif event["kind"] == "removed":
            self.rows.pop(obj, None)
        elif obj in self.rows or (event["kind"] == "added" and self.lists & set(self.places(obj, data, address))):
            self.rows[obj] = event["html"].strip()
            self.lists.add(obj)  # the shell of a new row has a list for what answers it

    def places(self, obj, data, address):
        name = obj.split(":")[0]
        return [address] if data.get("parent") is None else [f"{name}:{data['parent']}", f"{name}:{data['root']}"]


# Scenes: each makes a state, gives the page, then acts. --------------------------------------------------------------


@pytest.fixture
def at_topic(topic):
    return f"{HOME}thematiques/{topic.pk}/"


def writing(at_topic, contribution, post):
    yield at_topic
    post("Une autre idée")
    post("Une réponse", parent=contribution)


def said_on_the_front_page(topic, post):
    yield HOME
    post("Une première idée")


def said_in_a_phase(topic, contribution, participant):
    yield f"{HOME}phases/{topic.phase_id}/"
    actions.withdraw_contribution(contribution, by=participant)


def editing(at_topic, contribution, participant):
    yield at_topic
    actions.edit_contribution(contribution, body="Mieux dit.", by=participant)


def reacting(at_topic, contribution, other_participant):
    yield at_topic
    actions.react(contribution, kind="agree", by=other_participant)


def hiding(at_topic, contribution, reply, consultation, moderator):
    yield at_topic
    actions.hide_contribution(reply, reason=consultation.reasons.first(), by=moderator)
    actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)


def restoring(at_topic, contribution, consultation, moderator):
    actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)
    yield at_topic
    reason = consultation.reasons.filter(use="restore").first()
    actions.restore_contribution(contribution, reason=reason, message="Après relecture.", by=moderator)


def tagging(at_topic, contribution, consultation, facilitator):
    keyword = actions.add_keyword(consultation, name="friches", by=facilitator)
    yield at_topic
    actions.tag_contribution(contribution, keywords=[keyword], by=facilitator)


def untagging(at_topic, contribution, consultation, facilitator):
    keyword = actions.add_keyword(consultation, name="friches", by=facilitator)
    actions.tag_contribution(contribution, keywords=[keyword], by=facilitator)
    yield at_topic
    actions.untag_contribution(contribution, keywords=[keyword], by=facilitator)


def renaming_a_person(at_topic, contribution, participant):
    yield at_topic
    rename_user(participant, display_name="Nadia Bonnet", by=participant)


def renaming_a_nature(at_topic, consultation, post, organiser):
    nature = consultation.natures.first()
    post("Avec une nature", nature=nature)
    yield at_topic
    organising.edit_item(nature, singular="manque", by=organiser)


def renaming_a_stake(at_topic, consultation, post, organiser):
    stake = organising.create_item(Stake, consultation, label="Sobriété", by=organiser)
    post("Avec un enjeu", stakes=[stake])
    yield at_topic
    organising.edit_item(stake, label="Sobriété foncière", by=organiser)


@pytest.fixture
def moderated(topic, organiser, post):
    organising.edit_phase(topic.phase, moderation="before", by=organiser)
    return Topic.objects.select_related("phase__consultation").get(pk=topic.pk)


def waiting(at_topic, moderated, post):
    yield at_topic
    post("À relire.", topic=moderated)


def refusing(at_topic, moderated, post, consultation, moderator):
    text = post("À relire.", topic=moderated)
    yield at_topic
    actions.hide_contribution(text, reason=consultation.reasons.first(), by=moderator)


def publishing(at_topic, moderated, post, moderator):
    text = post("À relire.", topic=moderated)
    yield at_topic
    actions.publish_contribution(text, by=moderator)


def editing_what_is_moderated(at_topic, contribution, moderated, participant):
    yield at_topic
    mine = type(contribution).objects.get(pk=contribution.pk)
    actions.edit_contribution(mine, body="Mieux dit.", by=participant)


def editing_a_topic(at_topic, topic, organiser):
    yield at_topic
    organising.edit_topic(topic, question="Une autre question ?", by=organiser)


def importing(at_topic, topic, contribution, consultation, participant, organiser):
    author = consultation.participations.get(user=participant)
    yield at_topic
    actions.bulk_enter(consultation, [actions.Entry(topic=topic, author=author, body="D’un fichier.")], by=organiser)


def changing_a_phase(at_topic, topic, open_phase, now, organiser):
    yield at_topic
    organising.edit_phase(open_phase, closes_at=now, opens_at=open_phase.opens_at, by=organiser)


def renaming_a_phase(topic, open_phase, organiser):
    yield f"{HOME}debat/"
    organising.edit_phase(open_phase, title="Les outils", by=organiser)


def adding_a_phase(consultation, open_phase, now, organiser):
    yield HOME
    day = open_phase.closes_at - open_phase.opens_at
    organising.create_phase(consultation, title="La suite", opens_at=now + day, closes_at=now + 2 * day, by=organiser)


def deleting_a_phase(open_phase, future_phase, organiser):
    yield f"{HOME}debat/"
    organising.delete_phase(future_phase, by=organiser)


def _move(contribution, past_topic, moderator):
    reason = contribution.consultation.reasons.to_move().first()
    actions.move_thread(contribution, to=past_topic, reason=reason, by=moderator)


def moving_away(at_topic, contribution, reply, past_topic, moderator):
    yield at_topic
    _move(contribution, past_topic, moderator)


def moving_here(contribution, reply, past_topic, moderator):
    yield f"{HOME}thematiques/{past_topic.pk}/"
    _move(contribution, past_topic, moderator)


def reporting(contribution, consultation, other_participant):
    yield f"{HOME}moderation/"
    actions.report_contribution(contribution, reason=consultation.reasons.first(), by=other_participant)


def writing_a_draft(synthesis, organiser):
    yield f"{HOME}syntheses/1/"
    add_section(synthesis, title="Habiter autrement", by=organiser)


def reading_the_corpus(contribution, moderator):
    yield f"{HOME}organiser/corpus/"
    mark_read(contribution, outcome="read", by=moderator)


# What each scene announces, and what of it only the teams and the author may be sent. --------------------------------


def making_a_file(job, now):
    yield f"/compte/exports/{job.pk}/"
    running = claim_job(job.pk, now=now)
    record_progress(running, done=1, total=2, now=now)
    fail_job(running, "Cette concertation n’existe plus.", now=now)


def publishing_a_legal_page(at_topic, administrator):
    yield "/contact/"
    publish_legal_text("contact", body="Écrivez-nous.", by=administrator)


def notifying(contribution, consultation, moderator):
    yield "/compte/notifications/"
    actions.hide_contribution(contribution, reason=consultation.reasons.first(), by=moderator)


SCENES = {
    writing: {"contribution.added", "contribution.changed", "count.changed"},
    said_on_the_front_page: {"said.changed", "figures.changed"},
    said_in_a_phase: {"said.changed", "figures.changed"},
    editing: {"contribution.changed"},
    reacting: {"contribution.changed"},
    hiding: {"contribution.changed", "count.changed"},
    restoring: {"contribution.changed", "count.changed"},
    tagging: {"contribution.changed"},
    untagging: {"contribution.changed"},
    renaming_a_person: {"contribution.changed"},
    renaming_a_nature: {"contribution.changed", "programme.changed"},
    renaming_a_stake: {"contribution.changed"},
    waiting: {"contribution.added", "queue.changed", "pending.changed"},
    refusing: {"contribution.changed"},
    publishing: {"contribution.added", "count.changed"},
    editing_what_is_moderated: {"contribution.changed", "count.changed"},
    editing_a_topic: {"topic.changed", "phase.changed"},
    importing: {"topic.reload"},
    moving_away: {"contribution.removed", "count.changed"},
    moving_here: {"contribution.added", "count.changed"},
    changing_a_phase: {"phase.changed", "programme.changed"},
    renaming_a_phase: {"phase.changed", "programme.changed"},
    adding_a_phase: {"programme.changed"},
    deleting_a_phase: {"phase.changed", "programme.changed"},
    reporting: {"queue.changed"},
    writing_a_draft: {"syntheses.changed"},
    reading_the_corpus: {"corpus.changed"},
    making_a_file: {"job.changed"},
    publishing_a_legal_page: {"legal.changed"},
    notifying: {"notice.changed"},
} | of_ateliers.SCENES
ASKS_TO_RELOAD = {importing}
SECRETS = {
    waiting: "À relire", refusing: "À relire", editing_what_is_moderated: "Mieux dit", **of_ateliers.SECRETS
}  # fmt: skip
READERS = ("visitor", "participant", "other_participant", "partner", "moderator", "facilitator")
# A page whose programme or meeting changed fetches the parts that hold these.
FETCHED = {"said", "phase", "atelier", "card"}


@pytest.mark.usefixtures(*READERS)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_the_page_before_with_what_is_sent_is_the_page_after(scene, request):
    play = scene(*(request.getfixturevalue(name) for name in inspect.signature(scene).parameters))
    # One's own pending text comes with the answer to one's post, or with the re-fetched page (test_pending_rows.py).
    people = [request.getfixturevalue(name) for name in READERS if (scene, name) != (waiting, "participant")]
    address = next(play)
    pages = [Followed(client_of(person), address) for person in people]
    already = Event.objects.count()

    assert next(play, "done") == "done"

    events = Event.objects.order_by("pk").values_list("obj", "kind")[already:]
    kinds = {f"{obj.partition(':')[0]}.{kind}" for obj, kind in events}
    assert SCENES[scene] <= kinds
    assert any(page.is_open for page in pages)
    for page in pages:
        if page.is_open:
            page.hear()
            assert page.must_reload == (scene in ASKS_TO_RELOAD)
            if not page.must_reload:
                assert_up_to_date(page, is_fetched=bool(kinds & {"programme.changed", "meeting.changed"}))


@pytest.mark.parametrize("scene", SECRETS, ids=lambda scene: scene.__name__)
def test_what_is_not_for_them_is_in_no_frame(scene, request):
    play = scene(*(request.getfixturevalue(name) for name in inspect.signature(scene).parameters))
    topic = request.getfixturevalue("topic")
    rooms = [f"topic:{topic.pk}", f"consultation:{topic.phase.consultation_id}"]
    rooms += [f"atelier:{pk}" for pk in Atelier.objects.values_list("pk", flat=True)]
    list(play)

    for name in ("visitor", "participant", "other_participant", "partner", "facilitator"):
        client = client_of(request.getfixturevalue(name))
        cursor = " ".join(f"{key}=0" for key in Room.objects.values_list("key", flat=True))
        heard = [
            client.get("/direct/rattrapage/", {"salon": room, "depuis": cursor}).content.decode() for room in rooms
        ]
        is_told = name == "facilitator" and scene not in (refusing, of_ateliers.removing_a_note)
        assert (SECRETS[scene] in "".join(heard)) == is_told


@pytest.mark.parametrize("scene", SECRETS, ids=lambda scene: scene.__name__)
def test_no_wider_class_is_drawn_it_whatever_the_room(scene, request):
    list(scene(*(request.getfixturevalue(name) for name in inspect.signature(scene).parameters)))

    for obj in set(Event.objects.values_list("obj", flat=True)):
        name, _, pk = obj.partition(":")
        for audience in (Audience.PUBLIC, Audience.PARTICIPANTS, Audience.COMMITTEE):
            drawn = registry.render(name, [int(pk)], audience)
            assert SECRETS[scene] not in "".join(row.html for row in drawn.values())


def assert_up_to_date(page, *, is_fetched):
    after = page.load()
    rows = rows_in(after) if after else {}
    if is_fetched:
        rows = {obj: html for obj, html in rows.items() if obj in page.rows or obj.split(":")[0] not in FETCHED}
    assert page.rows == rows


def client_of(person):
    client = Client()
    if person.is_authenticated:
        client.force_login(person)
    return client


def test_every_kind_that_is_announced_has_its_scene():
    """No verb can announce another one: ``announce`` refuses it."""
    declared = {f"{one.name}.{kind}" for one in registry._followed.values() for kind in one.kinds}

    assert declared == set().union(*SCENES.values())
