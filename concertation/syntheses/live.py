"""Which live rooms hear of syntheses: all readers of what is published, the committees of what is being written."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from concertation.accounts.models import User
from concertation.consultations.live import own_room
from concertation.consultations.models import ActorKind, Consultation
from concertation.live import registry
from concertation.live.actions import Announcement, changed
from concertation.live.audience import Audience
from contributions.models import Contribution

from .models import Evidence, VersionCitation


def draft_changed(consultation_id: int) -> Announcement:
    """A draft has other words; those who read drafts ask for it again."""
    return changed(Consultation(pk=consultation_id), "syntheses")


def corpus_changed(consultation_id: int) -> Announcement:
    """Somebody of the team has read or coded a text; the others' lists of what is left to read follow."""
    return changed(Consultation(pk=consultation_id), "corpus")


def _rooms_of_corpus(consultation: Consultation, now: datetime) -> list[str]:
    return [f"staff_pages:{consultation.pk}:{Audience.STAFF.key}"]


def _rooms_of_drafts(consultation: Consultation, now: datetime) -> list[str]:
    return [f"consultation:{consultation.pk}:{Audience.COMMITTEE.key}"]


def quotes_changed(contributions: Sequence[Contribution], now: datetime) -> list[Announcement]:
    """These words are shown otherwise: versions that cite them blank their quotes or show them again; drafts follow."""
    cited = VersionCitation.objects.filter(contribution__in=contributions).values("contribution__consultation")
    told = [changed(one, "syntheses", rooms=[own_room(one, now)]) for one in Consultation.objects.filter(pk__in=cited)]
    # Who reads drafts is in the wider room too.
    return told or _drafts_on(Contribution.objects.filter(pk__in=[one.pk for one in contributions]))


def author_renamed(user: User, now: datetime) -> list[Announcement]:
    """Drafts name the authors they quote; what is published keeps the name under which it was."""
    return _drafts_on(Contribution.objects.filter(author__user=user))


def kind_edited(item: Any, changed: Sequence[str], now: datetime) -> list[Announcement]:
    """They say of what kind these authors were, too."""
    return _drafts_on(Contribution.objects.filter(actor_kind=item)) if isinstance(item, ActorKind) else []


def _drafts_on(contributions: QuerySet[Contribution]) -> list[Announcement]:
    """Drafts of recommendations that rest on these contributions, or on passages of them."""
    found = Evidence.objects.filter(Q(contribution__in=contributions) | Q(extract__contribution__in=contributions))
    here = found.order_by().values_list("recommendation__consultation", flat=True).distinct()
    return [draft_changed(pk) for pk in here]


def register() -> None:
    registry.update("syntheses", Consultation, rooms=_rooms_of_drafts)
    # Apart from "staff_pages", which checks the access of all sockets.
    registry.update("corpus", Consultation, rooms=_rooms_of_corpus)
