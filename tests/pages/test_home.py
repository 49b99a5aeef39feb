"""The home page: what one can take part in now, what comes, what can be read again."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ateliers import actions as ateliers
from concertation.consultations import actions
from concertation.consultations.models import Phase
from concertation.live.models import Event
from tests.live.pages import rooms_in
from tests.reading import words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_without_any_concertation_the_page_says_so(client, db):
    assert "Aucune concertation n’est ouverte en ce moment" in words(client.get("/"))


def test_the_page_says_what_happens_in_each_concertation_now(client, consultation, topic, other_consultation):
    response = client.get("/")

    assert [one.consultation for one in response.context["gathered"].open] == [consultation]
    assert [one.consultation for one in response.context["gathered"].coming] == [other_consultation]
    assert "En débat : Outils" in words(response)
    assert response.cookies == {}


def test_what_is_over_can_be_read_again_and_what_is_archived_is_not_shown(
    client, consultation, past_phase, organiser, now
):
    assert [one.consultation for one in client.get("/").context["gathered"].over] == [consultation]

    actions.archive_consultation(consultation, by=organiser, now=now)

    assert client.get("/").context["gathered"].every == []


def test_a_draft_is_shown_to_its_committees_only(client, consultation, open_phase, organiser, participant, partner):
    actions.edit_consultation(consultation, opens_publicly_at=None, by=organiser)

    assert client.get("/").context["gathered"].every == []
    client.force_login(participant)
    assert client.get("/").context["gathered"].every == []
    client.force_login(partner)
    assert "Aperçu : pas encore publique" in words(client.get("/"))


def test_a_phase_of_the_committees_is_not_announced_to_others(client, consultation, open_phase, organiser, partner):
    actions.edit_phase(open_phase, access=Phase.Access.COMMITTEES, by=organiser)

    assert "Outils" not in words(client.get("/"))
    client.force_login(partner)
    assert "En débat : Outils" in words(client.get("/"))


def test_three_concertations_cost_no_more_queries_than_one(client, consultation, topic, organiser, administrator, now):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        return len(captured)

    client.force_login(organiser)
    queries()
    one = queries()
    for n in range(2):
        made = actions.create_consultation(
            slug=f"c{n}", title=f"C{n}", opens_publicly_at=now - DAY, organiser=organiser, by=administrator
        )
        actions.create_phase(made, title="P", opens_at=now - DAY, closes_at=now + DAY, by=organiser)

    assert queries() == one


def test_nothing_is_told_there_of_a_concertation_that_is_not_public(consultation, organiser, open_phase, now):
    actions.edit_consultation(consultation, opens_publicly_at=now + DAY, by=organiser)
    told = Event.objects.filter(room__key="site:1:public")
    before = told.count()

    actions.edit_phase(open_phase, title="Les outils", by=organiser)
    actions.edit_consultation(consultation, title="Un autre titre", by=organiser)
    made = ateliers.create_atelier(
        consultation, title="Atelier", place="Lille", starts_at=now + 2 * DAY, ends_at=now + 3 * DAY, by=organiser
    )
    ateliers.publish_atelier(made, by=organiser, now=now)

    assert told.count() == before


def test_the_page_looks_every_quarter_of_an_hour_and_says_no_date_of_what_is_not_public(
    client, consultation, organiser, now
):
    opens_at = now.replace(minute=7, second=0) + DAY
    actions.edit_consultation(consultation, opens_publicly_at=opens_at, by=organiser)

    [changes_at] = re.findall(r'data-changes-at="([^"]+)"', client.get("/").content.decode())

    at = datetime.fromisoformat(changes_at)
    assert now + timedelta(minutes=14) < at <= now + timedelta(minutes=16)


def test_a_visitor_follows_the_site_alone_and_a_partner_their_concertation_too(client, consultation, partner):
    def followed():
        return [address for address, _cursor in rooms_in(client.get("/").content.decode())]

    assert followed() == ["site:1"]
    client.force_login(partner)
    assert followed() == ["site:1", f"consultation:{consultation.pk}", f"notices:{partner.pk}"]
