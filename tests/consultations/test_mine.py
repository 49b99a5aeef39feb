"""One's own page: the consultations one takes part in, and with which roles."""

from datetime import timedelta

import pytest

from concertation.consultations import actions
from concertation.consultations.extensions import part
from concertation.consultations.models import Role
from concertation.viewer import Viewer
from tests.personas import joins

pytestmark = pytest.mark.django_db


def test_my_page_says_where_i_take_part_and_with_which_role(
    client, consultation, participant, moderator, newcomer, now
):
    assert part(Viewer(newcomer, now)) == []
    client.force_login(participant)
    assert "Place de l’innovation urbaine" in client.get("/compte/").content.decode()
    client.force_login(moderator)
    page = client.get("/compte/").content.decode()

    assert "Modération" in page
    assert f"/c/{consultation.slug}/organiser/" in page


def test_consultations_are_in_french_order_on_my_page_and_on_that_of_the_teams(
    client, consultation, other_consultation, administrator, now
):
    for one, title in ((consultation, "Zones humides"), (other_consultation, "Énergie")):
        actions.edit_consultation(one, title=title, by=administrator)
        joins(administrator, one, now=now)
    client.force_login(administrator)

    [mine] = part(Viewer(administrator, now))
    run = client.get("/organiser/").context["consultations"]

    assert [one.title for one in run] == ["Énergie", "Zones humides"]
    assert mine.html.index("Énergie") < mine.html.index("Zones humides")


def test_a_role_that_ended_and_a_draft_are_not_shown(consultation, participant, newcomer, organiser, now):
    ends = now + timedelta(hours=1)
    actions.grant_role(consultation, user=newcomer, role=Role.TEAM, ends_at=ends, by=organiser)
    assert len(part(Viewer(newcomer, now))) == 1
    actions.edit_consultation(consultation, opens_publicly_at=None, by=organiser)

    assert part(Viewer(newcomer, ends)) == []
    assert part(Viewer(participant, now)) == []


def test_it_asks_two_queries(partner, now, django_assert_num_queries):
    with django_assert_num_queries(2):
        part(Viewer(partner, now))
