"""Which counts of people leave the teams: the rule of five, in its one place."""

import itertools

import pytest

from concertation.consultations.rule_of_five import FEWEST_PEOPLE, countable, may_count
from concertation.live.audience import Audience


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.PARTICIPANTS, Audience.COMMITTEE])
def test_a_number_of_people_under_five_is_for_the_teams(audience):
    assert [number for number in range(8) if may_count(number, audience)] == [5, 6, 7]
    assert may_count(1, Audience.STAFF)


def test_groups_of_five_or_more_are_shown_as_they_are():
    assert countable({"a": 5, "b": 12}, Audience.PUBLIC) == {"a": 5, "b": 12}


def test_the_teams_read_every_group():
    assert countable({"a": 1, "b": 0, "c": 12}, Audience.STAFF) == {"a": 1, "b": 0, "c": 12}


def test_a_small_group_is_hidden_with_others_from_which_the_total_would_give_it():
    assert countable({"a": 2, "b": 30, "c": 9}, Audience.PUBLIC) == {"a": None, "b": None, "c": 9}


def test_others_are_hidden_until_the_small_group_may_be_anything_from_none_to_four():
    # « b » alone would leave five people for both: « a » could only be none.
    assert countable({"a": 0, "b": 5, "c": 30, "d": 7}, Audience.PUBLIC) == {"a": None, "b": None, "c": None, "d": 7}


def test_two_small_groups_do_not_hide_each_other():
    # Four and four: from their sum alone, both could be computed by whoever knows that each is under five.
    assert countable({"a": 4, "b": 4, "c": 9, "d": 8}, Audience.PUBLIC) == {"a": None, "b": None, "c": None, "d": 8}


def test_where_nothing_else_can_hide_them_no_group_is_shown():
    assert countable({"a": 1, "b": 6}, Audience.PUBLIC) == {"a": None, "b": None}
    assert countable({"a": 3}, Audience.PUBLIC) == {"a": None}
    assert countable({}, Audience.PUBLIC) == {}


@pytest.mark.parametrize("groups", [2, 3, 4])
@pytest.mark.parametrize("total", [5, 6, 9, 14, 19])
def test_nobody_who_knows_the_total_and_this_rule_can_compute_a_small_group(groups, total):
    alike = {}
    for counts in itertools.product(range(total + 1), repeat=groups):
        if sum(counts) == total:
            shown = tuple(countable(dict(enumerate(counts)), Audience.PUBLIC).values())
            alike.setdefault(shown, []).append(counts)

    for shown, possible in alike.items():
        for place in range(groups):
            values = {counts[place] for counts in possible}
            is_small = min(values) < FEWEST_PEOPLE
            assert not is_small or (shown[place] is None and values >= set(range(FEWEST_PEOPLE))), (shown, possible)
