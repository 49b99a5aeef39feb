"""Announce the rows that show a changed name, so that they are rendered again, on open pages too."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from concertation.accounts.actions import user_renamed
from concertation.accounts.models import Organisation, User
from concertation.consultations import organisations
from concertation.consultations.actions.frame import item_changing, item_edited
from concertation.consultations.actions.merging import organisation_renamed
from concertation.consultations.models import ActorKind, Consultation, Nature, Stake, Territory
from concertation.live.actions import Announcement

from .models import Contribution, State
from .tree import lock_rows, rows_changed

SHOWN_AS = {ActorKind: "actor_kind", Nature: "nature", Stake: "stakes", Territory: "territory"}


def rows_of_user(user: User, now: datetime) -> list[Announcement]:
    return rows_changed(_shown().filter(author__user=user))


def rows_of_organisation(organisation: Organisation, now: datetime) -> list[Announcement]:
    """Return the changes of rows that show an organisation, after it was merged or separated."""
    return rows_changed(_shown().filter(organisation=organisation))


def organisations_used(consultation: Consultation) -> list[QuerySet[Any]]:
    named = _shown().filter(consultation=consultation, organisation__isnull=False)
    return [named.order_by().values("organisation")]


def consultations_naming(organisations: Sequence[Organisation]) -> list[int]:
    rows = _shown().filter(organisation__in=organisations).order_by()
    return list(rows.values_list("consultation", flat=True).distinct())


def frame_changing(item: Any) -> None:
    """Lock the rows that show a list item before the item itself."""
    if (rows := _that_show(item)) is not None:
        lock_rows(rows)


def frame_edited(item: Any, changed: Sequence[str], now: datetime) -> list[Announcement]:
    """Return the changes of rows that show a kind of actor, a nature, a stake or a territory with a new label."""
    rows = _that_show(item)
    return [] if rows is None else rows_changed(rows)


def _that_show(item: Any) -> QuerySet[Contribution] | None:
    shown_as = SHOWN_AS.get(type(item))
    if shown_as is None:
        return None
    pks = _shown().filter(Q(**{shown_as: item})).values("pk")
    return Contribution.objects.filter(pk__in=pks)


def _shown() -> QuerySet[Contribution]:
    """Leave out drafts: no page shows them, and the import that publishes them locks them before their roots."""
    return Contribution.objects.exclude(state=State.DRAFT)


def register() -> None:
    user_renamed.offer(rows_of_user)
    organisation_renamed.offer(rows_of_organisation)
    organisations.organisations_used.offer(organisations_used)
    organisations.consultations_naming.offer(consultations_naming)
    item_changing.add(frame_changing)
    item_edited.offer(frame_edited)
