"""Which live rooms hear of syntheses: all readers of what is published, the committees of what is being written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from concertation.accounts.models import User
from concertation.consultations.live import own_room
from concertation.consultations.models import ActorKind, Consultation
from concertation.live.actions import Change
from concertation.live.audience import Audience
from concertation.live.models import Kind
from contributions.models import Contribution

from .models import Evidence, VersionCitation


def draft_changed(consultation_id: int) -> list[Change]:
    """A draft has other words; those who read drafts ask for it again."""
    room = f"consultation:{consultation_id}:{Audience.COMMITTEE.key}"
    return [Change(room, Kind.CHANGED, f"syntheses:{consultation_id}")]


def quotes_changed(contributions: Sequence[Contribution], now: datetime) -> list[Change]:
    """These words are shown otherwise: versions that cite them blank their quotes or show them again; drafts follow."""
    cited = VersionCitation.objects.filter(contribution__in=contributions).values("contribution__consultation")
    told = [
        Change(own_room(one, now), Kind.CHANGED, f"syntheses:{one.pk}")
        for one in Consultation.objects.filter(pk__in=cited)
    ]
    # Who reads drafts is in the wider room too.
    return told or _drafts_on(Contribution.objects.filter(pk__in=[one.pk for one in contributions]))


def author_renamed(user: User, now: datetime) -> list[Change]:
    """Drafts name the authors they quote; what is published keeps the name under which it was."""
    return _drafts_on(Contribution.objects.filter(author__user=user))


def kind_edited(item: Any, changed: Sequence[str], now: datetime) -> list[Change]:
    """They say of what kind these authors were, too."""
    return _drafts_on(Contribution.objects.filter(actor_kind=item)) if isinstance(item, ActorKind) else []


def _drafts_on(contributions: QuerySet[Contribution]) -> list[Change]:
    """Drafts of recommendations that rest on these contributions, or on passages of them."""
    found = Evidence.objects.filter(Q(contribution__in=contributions) | Q(extract__contribution__in=contributions))
    here = found.order_by().values_list("recommendation__consultation", flat=True).distinct()
    return [change for pk in here for change in draft_changed(pk)]
