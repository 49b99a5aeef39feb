"""Ateliers as cards: when, where, and whether there is room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from .models import Atelier
from .places import left_in_all, places_of


@dataclass(frozen=True)
class AtelierCard:
    atelier: Atelier
    href: str
    places_left: int | None
    changes_at: datetime | None
    state: str
    tone: str

    @property
    def mode_label(self) -> str:
        """What to add to the place, which says by itself that one goes there."""
        labels = {Atelier.Mode.REMOTE: _("À distance"), Atelier.Mode.HYBRID: _("et à distance")}
        return labels.get(Atelier.Mode(self.atelier.mode), "")


def cards_of(ateliers: Sequence[Atelier], now: datetime) -> list[AtelierCard]:
    """One card an atelier, in the order given, with one question for all the seats."""
    places = places_of(ateliers)
    return [
        AtelierCard(
            one,
            reverse("ateliers:detail", args=[one.consultation.slug, one.number]),
            left_in_all(places[one.pk]) if one.takes_registrations(now) else None,
            one.next_change(now),
            *state_of(one, now),
        )
        for one in ateliers
    ]


def state_of(atelier: Atelier, now: datetime) -> tuple[str, str]:
    """Where the atelier stands, in a word and a tone; nothing for one that simply is to come."""
    if atelier.is_cancelled:
        return _("Annulé"), "danger"
    if atelier.is_draft:
        return _("Brouillon"), "warning"
    if atelier.is_over(now):
        return _("A eu lieu"), "neutral"
    if atelier.has_started(now):
        return _("En ce moment"), "live"
    if atelier.takes_registrations(now):
        return _("Inscriptions ouvertes"), "success"
    return "", "neutral"
