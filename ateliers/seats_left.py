"""Count the seats left, for one atelier or for a whole list in one query."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from .models import Atelier, Registration


@dataclass(frozen=True)
class Places:
    """One way of taking part; ``seats`` and ``left`` are None when there is no limit."""

    mode: str
    label: str
    seats: int | None
    left: int | None
    waiting: int

    @property
    def is_full(self) -> bool:
        return self.left == 0


def places_of(ateliers: Sequence[Atelier]) -> dict[int, list[Places]]:
    standing = Registration.objects.active().filter(atelier__in=ateliers)
    rows = standing.order_by().values_list("atelier", "mode", "state").annotate(n=Count("pk"))
    counts = {(atelier, mode, state): n for atelier, mode, state, n in rows}
    return {one.pk: [_places(one, mode, counts) for mode in one.modes] for one in ateliers}


def left_in_all(places: Sequence[Places]) -> int | None:
    """Return the seats left in all ways of taking part; None if one of them has no limit."""
    left = [one.left for one in places if one.left is not None]
    return sum(left) if len(left) == len(places) else None


def are_full(places: Sequence[Places]) -> bool:
    """Return whether a new registration goes on the waiting list in every way of taking part."""
    return all(one.is_full for one in places)


def _places(atelier: Atelier, mode: str, counts: dict[tuple[int, str, str], int]) -> Places:
    seats = atelier.seats(mode)
    taken = counts.get((atelier.pk, mode, Registration.State.CONFIRMED), 0)
    return Places(
        mode=mode,
        label=str(Atelier.Mode(mode).label),
        seats=seats,
        left=None if seats is None else max(0, seats - taken),
        waiting=counts.get((atelier.pk, mode, Registration.State.WAITING), 0),
    )
