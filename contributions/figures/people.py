"""Count people: the invited, those who have joined, and those who have not written."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from concertation.consultations.models import Consultation, Invitation, Participation

from ..models import Contribution, Reaction
from .divisions import Counts, Division, Key, grouped, week_of
from .measures import INVITED, JOINED, SILENT

_TRAITS: dict[Division, Any] = {
    Division.KIND: F("actor_kind"),
    Division.FAMILY: F("actor_kind__family"),
    Division.TERRITORY: F("territory"),
    Division.ORGANISATION: Coalesce("organisation__merged_into", "organisation"),
}


def joined(consultation: Consultation) -> QuerySet[Participation]:
    """Return those who have joined with an account, and not the authors that an import or an atelier made."""
    return Participation.objects.filter(consultation=consultation, source_key="")


def silent(consultation: Consultation) -> QuerySet[Participation]:
    """Return those who have joined and have no published contribution or reply."""
    return joined(consultation).filter(~Exists(Contribution.objects.readable().filter(author=OuterRef("pk"))))


def silent_people(consultation: Consultation) -> QuerySet[Participation]:
    """Return the silent with what a list shows: their names, what they are, and whether they have reacted."""
    reacted = Exists(Reaction.objects.filter(participation=OuterRef("pk")))
    rows = silent(consultation).annotate(has_reacted=reacted)
    return rows.select_related("user", "actor_kind", "territory", "organisation__merged_into")


def count_people(consultation: Consultation, division: Division | None) -> Counts:
    """Count them by a division, or in all; those who have not written only by what they are."""
    people, quiet = joined(consultation), silent(consultation)
    invited = Invitation.objects.filter(consultation=consultation, revoked_at=None)
    addresses = Count("email", distinct=True)
    if division is None:
        numbers = {INVITED.key: invited.aggregate(n=addresses)["n"], JOINED.key: people.count()}
        return {name: {None: number} for name, number in (numbers | {SILENT.key: quiet.count()}).items()}
    if division == Division.PHASE:
        return {
            INVITED.key: _during(consultation, invited, "created_at", "email"),
            JOINED.key: _during(consultation, people, "joined_at", "pk"),
        }
    if division == Division.WEEK:
        return {
            INVITED.key: grouped(invited, week_of(invited, "created_at", consultation), addresses),
            JOINED.key: grouped(people, week_of(people, "joined_at", consultation), Count("pk")),
        }
    if division not in _TRAITS:
        return {}
    trait = _TRAITS[division]
    return {
        INVITED.key: grouped(invited, trait, addresses),
        JOINED.key: grouped(people, trait, Count("pk")),
        SILENT.key: grouped(quiet, trait, Count("pk")),
    }


def _during(consultation: Consultation, rows: QuerySet[Any], moment: str, counted: str) -> dict[Key, int]:
    """Count those whose moment is between the opening and the closing of each phase."""
    phases = list(consultation.phases.all())
    numbers = {
        f"phase_{phase.pk}": Count(
            counted,
            distinct=True,
            filter=Q(**{f"{moment}__gte": phase.opens_at, f"{moment}__lt": phase.closes_at}),
        )
        for phase in phases
    }
    found = rows.aggregate(**numbers) if numbers else {}
    return {phase.pk: found[f"phase_{phase.pk}"] for phase in phases}
