"""Pages that follow the last row seen, when rows leave in between."""

import pytest
from django.http import QueryDict

from concertation.consultations.models import Territory
from concertation.keyset import page_of

pytestmark = pytest.mark.django_db
ORDER = ("-kind", "name", "pk")


@pytest.fixture
def rows(consultation):
    names = ["Bourg", "Aire", "Bourg", "Cluse", "Dole", "Aire", "Evry"]
    Territory.objects.bulk_create(
        Territory(consultation=consultation, kind=Territory.Kind.OTHER, code=str(place), name=name)
        for place, name in enumerate(names)
    )
    return Territory.objects.filter(consultation=consultation)


def page(rows, query=""):
    return page_of(rows, ORDER, QueryDict(query.removeprefix("?")), 3)


def codes(page):
    return [row.code for row in page.rows]


def test_pages_follow_each_other_and_lead_back(rows):
    first = page(rows)
    second = page(rows, first.next)
    third = page(rows, second.next)

    assert [codes(one) for one in (first, second, third)] == [["1", "5", "0"], ["2", "3", "4"], ["6"]]
    assert (first.previous, first.first, third.next) == ("", "", "")
    assert codes(page(rows, third.previous)) == ["2", "3", "4"]
    assert codes(page(rows, page(rows, third.previous).previous)) == ["1", "5", "0"]


def test_nothing_is_passed_over_when_rows_leave_in_between(rows):
    first = page(rows)
    rows.filter(code__in=["1", "0"]).delete()

    assert codes(page(rows, first.next)) == ["2", "3", "4"]


def test_other_parameters_stay_and_a_broken_cursor_gives_the_first_page(rows):
    assert page(rows, "?nature=besoin").next.startswith("?nature=besoin&apres=")
    for broken in ("", "é", "x" * 500, "W10", "WzEsMl0", "WyJhIiwiYiIsImMiXQ"):
        assert codes(page(rows, f"?apres={broken}")) == ["1", "5", "0"]
