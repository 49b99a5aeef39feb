"""The rule of five: which counts of people may be shown outside the teams, for every page and file of the site.

A count of people in a part of the whole (a kind of actor, family, territory, organisation, week, phase…) is not public
under five, nor where the total minus the other counts gives it.

There are never more people than acts: by a trait of people, and by week, a count of contributions, replies or reactions
follows the same rule. Elsewhere (in all, by phase, topic, stake or origin) such counts are shown as they are, as pages
show them beside the signed words.
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from concertation.live.audience import Audience

FEWEST_PEOPLE = 5

Group = TypeVar("Group", bound=Hashable)


def may_count(people: int, audience: Audience) -> bool:
    """Return whether this audience may read a number of people; the teams read them all."""
    return people >= FEWEST_PEOPLE or audience == Audience.STAFF


def countable(people: Mapping[Group, int], audience: Audience) -> dict[Group, int | None]:
    """Return the number of people of each group as this audience may read it, None where it may not.

    ``people`` has every group of one division, those without the trait included, so that the numbers add up to the
    total that is public elsewhere. Do not show two divisions of which one refines the other, such as kinds and
    families, nor two measures of which one is the difference of two others.
    """
    if audience == Audience.STAFF:
        return dict(people)
    hidden = _hidden(list(people.values()))
    return {group: None if place in hidden else number for place, (group, number) in enumerate(people.items())}


def _hidden(counts: list[int]) -> set[int]:
    """Return the places of small counts, and of enough others that the total says nothing about the small ones.

    Others are taken by their place, never by their size, which would narrow what the hidden ones may be. There are
    enough once each small count may still be anything from none to four.
    """
    small = [place for place, number in enumerate(counts) if number < FEWEST_PEOPLE]
    if not small:
        return set()
    hidden = set(small)
    room = sum(counts[place] for place in small)
    first = small[-1] + 1
    for place in [*range(first, len(counts)), *range(first)]:
        if place in hidden:
            continue
        if len(hidden) > len(small) and room >= FEWEST_PEOPLE - 1:
            break
        hidden.add(place)
        room += counts[place] - FEWEST_PEOPLE
    return hidden
