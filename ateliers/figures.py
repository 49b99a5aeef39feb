"""Count the seats taken, for the figures of a consultation."""

from typing import Any

from django.db.models import Count, F, FilteredRelation, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from concertation.consultations.models import Consultation
from contributions.figures.divisions import Counts, Division, grouped, week_of
from contributions.figures.measures import Measure, Source, sources

from .models import Atelier, Registration

SEATS = Measure(
    key="seats",
    label=_("Places prises"),
    definition=_(
        "Inscriptions confirmées aux ateliers annoncés, passés compris ; la liste d’attente n’y est pas. Une personne "
        "inscrite à deux ateliers occupe deux places. Par semaine : le jour de l’inscription. Qui n’a pas rejoint la "
        "concertation est compté comme non précisé."
    ),
    position=80,
)
_BY: dict[Division, Any] = {
    Division.PHASE: F("atelier__phases"),
    Division.KIND: F("person__actor_kind"),
    Division.FAMILY: F("person__actor_kind__family"),
    Division.TERRITORY: F("person__territory"),
    Division.ORGANISATION: Coalesce("person__organisation__merged_into", "person__organisation"),
}


def count_seats(consultation: Consultation, division: Division | None) -> Counts:
    """Count confirmed registrations, by what those who hold them are in this consultation."""
    rows = Registration.objects.confirmed().filter(
        atelier__consultation=consultation, atelier__state=Atelier.State.PUBLISHED
    )
    if division is None:
        return {SEATS.key: {None: rows.count()}}
    if division == Division.WEEK:
        return {SEATS.key: grouped(rows, week_of(rows, "at", consultation), Count("pk"))}
    if division not in _BY:
        return {}
    here = FilteredRelation("user__participations", condition=Q(user__participations__consultation=consultation))
    return {SEATS.key: grouped(rows.annotate(person=here), _BY[division], Count("pk"))}


def register() -> None:
    sources.add(Source((SEATS,), count_seats))
