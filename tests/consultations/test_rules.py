"""Who may do what: persona × time × act, in one table."""

from datetime import timedelta

import pytest

from concertation.consultations import actions
from concertation.consultations.audiences import audience_of
from concertation.consultations.models import Consultation
from concertation.permissions import may
from concertation.viewer import Viewer

pytestmark = pytest.mark.django_db

PEOPLE = [
    "visitor", "newcomer", "participant", "partner", "director", "facilitator", "moderator", "organiser",
    "stranger_moderator", "administrator",
]  # fmt: skip
ORGANISERS = {"organiser", "administrator"}
STAFF = {"facilitator", "moderator", *ORGANISERS}
COMMITTEES = {"partner", "director", *STAFF}
EVERYONE = set(PEOPLE)

# act → time → who may
TABLE = {
    "consultations.create_consultation": {
        "draft": {"administrator"},
        "public": {"administrator"},
        "archived": {"administrator"},
    },
    "consultations.join": {"draft": COMMITTEES, "public": EVERYONE - {"visitor"}, "archived": set()},
    "consultations.organise": {"draft": ORGANISERS, "public": ORGANISERS, "archived": set()},
    "consultations.manage": {"draft": ORGANISERS, "public": ORGANISERS, "archived": ORGANISERS},
    "consultations.archive": {"draft": ORGANISERS, "public": ORGANISERS, "archived": ORGANISERS},
    "consultations.edit_topic": {
        "draft": {"facilitator", *ORGANISERS},
        "public": {"facilitator", *ORGANISERS},
        "archived": set(),
    },
    "consultations.enter_organiser_space": {"draft": STAFF, "public": STAFF, "archived": STAFF},
    "consultations.read_journal": {"draft": STAFF, "public": STAFF, "archived": STAFF},
    "consultations.read_participations": {
        "draft": {"moderator", *ORGANISERS},
        "public": {"moderator", *ORGANISERS},
        "archived": {"moderator", *ORGANISERS},
    },
}


@pytest.fixture
def people(request):
    return {name: request.getfixturevalue(name) for name in PEOPLE}


@pytest.fixture
def at(consultation, people, organiser, now):
    def move(time):
        if time == "draft":
            actions.edit_consultation(consultation, opens_publicly_at=now + timedelta(days=1), by=organiser)
        if time == "archived":
            actions.archive_consultation(consultation, by=organiser, now=now)
        return Consultation.objects.get(pk=consultation.pk)

    return move


@pytest.mark.parametrize("time", ["draft", "public", "archived"])
@pytest.mark.parametrize("act", list(TABLE))
def test_who_may(act, time, at, people):
    consultation = at(time)

    allowed = {name for name, person in people.items() if may(Viewer(person), act, consultation)}

    assert allowed == TABLE[act][time]


@pytest.mark.parametrize("time", ["draft", "public", "archived"])
def test_who_may_read(time, at, people, now):
    consultation = at(time)

    seen = {
        name for name, person in people.items() if consultation in Consultation.objects.visible_to(Viewer(person, now))
    }

    assert seen == (COMMITTEES if time == "draft" else EVERYONE)

    def finds(person):
        return audience_of(Viewer(person, now), consultation) is not None

    # What fetches one consultation asks the rule of audiences instead, which costs no query of its own.
    assert seen == {name for name, person in people.items() if finds(person)}


def test_every_permission_of_this_app_is_in_the_table():
    from rules.permissions import permissions

    own = {name for name in permissions if name.startswith("consultations.")}

    # Held by test_participations, test_merging, test_seen_as and test_suspensions.
    assert own - set(TABLE) == {
        "consultations.edit_participation",
        "consultations.merge_organisations",
        "consultations.see_as",
        "consultations.suspend",
        "consultations.lift_suspension",
    }
