"""When a name that rows show is changed, the rows that show it are drawn again."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from concertation import slots
from concertation.accounts.models import User
from concertation.consultations.models import ActorKind, Nature, Stake, Territory

from .models import Contribution
from .threads import raise_versions

SHOWN_AS = {ActorKind: "actor_kind", Nature: "nature", Stake: "stakes", Territory: "territory"}


def user_renamed(user: User) -> None:
    raise_versions(Contribution.objects.filter(author__user=user))


def organisation_renamed(organisation: Any) -> None:
    raise_versions(Contribution.objects.filter(organisation=organisation))


def frame_edited(item: Any, changed: Sequence[str]) -> None:
    """A kind of actor, a nature, a stake or a territory has another label."""
    shown_as = SHOWN_AS.get(type(item))
    if shown_as:
        pks = Contribution.objects.filter(Q(**{shown_as: item})).values("pk")
        raise_versions(Contribution.objects.filter(pk__in=pks))


def register() -> None:
    slots.listen("user.renamed", user_renamed)
    slots.listen("organisation.renamed", organisation_renamed)
    slots.listen("frame.edited", frame_edited)
