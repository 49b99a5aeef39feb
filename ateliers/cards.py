"""Ateliers as cards: date, place, and free seats."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from .models import Atelier
from .seats_left import left_in_all, places_of
from .states import State, state_of


@dataclass(frozen=True)
class AtelierCard:
    atelier: Atelier
    href: str
    places_left: int | None
    changes_at: datetime | None
    state: State

    @property
    def mode_label(self) -> str:
        """Return the label of the mode beside the place; empty on site, which the place shows."""
        labels = {Atelier.Mode.REMOTE: _("À distance"), Atelier.Mode.HYBRID: _("et à distance")}
        return labels.get(Atelier.Mode(self.atelier.mode), "")


def cards_of(ateliers: Sequence[Atelier], now: datetime) -> list[AtelierCard]:
    """Return a card for each atelier, in the given order, with one query for all the seats."""
    places = places_of(ateliers)
    return [
        AtelierCard(
            one,
            reverse("ateliers:detail", args=[one.consultation.slug, one.number]),
            left_in_all(places[one.pk]) if one.takes_registrations(now) else None,
            one.next_change(now),
            state_of(one, places[one.pk], now),
        )
        for one in ateliers
    ]
