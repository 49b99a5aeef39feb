"""When a name that rows show is changed, the rows that show it are drawn again, on open pages too."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from concertation import slots
from concertation.accounts.models import User
from concertation.consultations.models import ActorKind, Nature, Stake, Territory
from concertation.live.actions import Change

from .models import Contribution
from .threads import redrawn

SHOWN_AS = {ActorKind: "actor_kind", Nature: "nature", Stake: "stakes", Territory: "territory"}


def user_renamed(user: User, now: datetime) -> list[Change]:
    return redrawn(Contribution.objects.filter(author__user=user), now)


def frame_edited(item: Any, changed: Sequence[str], now: datetime) -> list[Change]:
    """A kind of actor, a nature, a stake or a territory has another label."""
    shown_as = SHOWN_AS.get(type(item))
    if shown_as is None:
        return []
    pks = Contribution.objects.filter(Q(**{shown_as: item})).values("pk")
    return redrawn(Contribution.objects.filter(pk__in=pks), now)


def register() -> None:
    slots.offer("user.renamed", user_renamed)
    slots.offer("frame.edited", frame_edited)
