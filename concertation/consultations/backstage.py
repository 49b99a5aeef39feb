"""The pages of the teams while they are open: at news of what they show they ask for themselves again."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from concertation import slots
from concertation.accounts.models import User
from concertation.live.actions import Change
from concertation.live.cursor import cursor_for

from .models import Consultation, Membership, Participation
from .rooms import backstage_changed


def followed(user: Any, consultation: Consultation) -> dict[str, str]:
    """What such a page needs to follow its consultation; asked for before what it shows is read."""
    now = timezone.now()
    cursors = {
        "backstage_cursor": cursor_for(user, f"backstage:{consultation.pk}", now=now),
        "consultation_cursor": cursor_for(user, f"consultation:{consultation.pk}", now=now),
    }
    consultation.refresh_from_db()
    return {
        **cursors,
        "refreshed_by": f"programme:{consultation.pk} backstage:{consultation.pk}",
    }


def person_renamed(user: User, now: datetime) -> list[Change]:
    """Those who take part and those who hold a role are named there."""
    here = {pk for model in (Membership, Participation) for pk in _consultations(model, user)}
    return [change for pk in sorted(here) for change in backstage_changed(pk)]


def _consultations(model: type[Membership] | type[Participation], user: User) -> list[int]:
    return list(model._default_manager.filter(user=user).values_list("consultation", flat=True))


def register() -> None:
    slots.offer("user.renamed", person_renamed)
