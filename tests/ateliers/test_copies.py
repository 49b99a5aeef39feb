"""An atelier prepared from another one."""

import pytest
from django.core.exceptions import PermissionDenied

from ateliers import actions
from ateliers.models import Atelier
from concertation.notices.models import Message
from tests.reading import form_with

from .conftest import DAY, HOUR

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("who", ["participant", "moderator", "facilitator", "stranger_moderator"])
def test_only_the_organiser_duplicates_an_atelier(atelier, now, request, who):
    later = {"title": "Encore", "starts_at": now + DAY, "ends_at": now + DAY + HOUR}
    with pytest.raises(PermissionDenied):
        actions.duplicate_atelier(atelier, **later, by=request.getfixturevalue(who))

    assert Atelier.objects.count() == 1


def test_a_copy_is_a_draft_on_other_days_with_the_programme_and_nobody_registered(
    client, consultation, atelier, topic, organiser, participant, now
):
    lines = [actions.AgendaLine(title="Accueil", minutes=15), actions.AgendaLine(title="Débat", topic=topic)]
    actions.set_agenda(atelier, lines=lines, by=organiser)
    actions.register(atelier, mode="on_site", by=participant, now=now)
    letters = Message.objects.count()
    client.force_login(organiser)
    page = f"/c/{consultation.slug}/organiser/ateliers/{atelier.number}/dupliquer/"
    proposed = form_with(client.get(page), "place")
    begins = atelier.starts_at.astimezone(atelier.tz)

    without_days = client.post(page, proposed)
    answer = client.post(page, {**proposed, "starts_at_jour": "2027-05-03", "ends_at_jour": "2027-05-03"})

    assert set(without_days.context["form"].errors) == {"starts_at", "ends_at"}
    copy = Atelier.objects.exclude(pk=atelier.pk).get()
    assert answer["Location"] == f"/c/{consultation.slug}/organiser/ateliers/{copy.number}/"
    moment = copy.starts_at.astimezone(copy.tz)
    assert (moment.date().isoformat(), moment.hour, moment.minute) == ("2027-05-03", begins.hour, begins.minute)
    same = ("title", "kind", "mode", "place", "seats_on_site", "access", "description")
    assert [getattr(copy, name) for name in same] == [getattr(atelier, name) for name in same]
    assert [(one.title, one.minutes, one.topic) for one in copy.agenda.all()] == [
        ("Accueil", 15, None), ("Débat", None, topic),
    ]  # fmt: skip
    assert (copy.is_draft, copy.registrations.count(), copy.join_link) == (True, 0, "")
    assert Message.objects.count() == letters
