"""News of a concertation: dated, by its organisers, on the front page."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from concertation.consultations import actions
from concertation.consultations.models import News
from tests.reading import words

pytestmark = pytest.mark.django_db
HOME = "/c/innovation-urbaine/"
DAYS = [date(2026, 11, day) for day in (3, 10, 17, 24)]


def tell(consultation, by, **fields):
    return actions.create_item(News, consultation, **{"title": "Le bilan est paru", **fields}, by=by)


@pytest.mark.parametrize("who", ["participant", "moderator", "facilitator"])
def test_others_do_not_write_them(who, consultation, request):
    with pytest.raises(PermissionDenied):
        tell(consultation, request.getfixturevalue(who))


def test_a_date_to_come_is_refused_beside_it(consultation, organiser):
    with pytest.raises(ValidationError) as refusal:
        tell(consultation, organiser, on=timezone.localdate() + timedelta(days=1))

    assert list(refusal.value.message_dict) == ["on"]


def test_a_front_page_without_news_has_no_heading_for_them(client, consultation):
    assert "Actualités" not in words(client.get(HOME))


def test_the_last_three_are_shown_the_newest_first_and_the_others_folded(client, consultation, organiser):
    for on in DAYS:
        tell(consultation, organiser, title=f"Étape {on.day}", on=on, body="Lire **ici**.")

    shown, folded = client.get(HOME).text.partition('id="actualites"')[2].split("<details>", 1)

    assert [shown.count(f"Étape {day}") for day in (24, 17, 10, 3)] == [1, 1, 1, 0]
    assert shown.index("Étape 24") < shown.index("Étape 17") < shown.index("Étape 10")
    assert "Lire <strong>ici</strong>." in shown
    assert "24 novembre 2026" in words(client.get(HOME))
    assert "1 actualité plus ancienne" in folded
    assert "Étape 3" in folded


def test_a_changed_text_is_rendered_anew(client, consultation, organiser):
    news = tell(consultation, organiser, body="Avant.")

    actions.edit_item(news, body="Après *coup*.", by=organiser)

    assert "Après <em>coup</em>." in client.get(HOME).text


def test_the_front_page_asks_no_more_queries_for_three_than_for_one(client, consultation, organiser):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(HOME)
        return len(captured)

    tell(consultation, organiser)
    queries()
    one = queries()
    for on in DAYS[:2]:
        tell(consultation, organiser, on=on, title=str(on))

    assert queries() == one
