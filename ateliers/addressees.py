"""The groups of those who are registered for ateliers, for letters of the team."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from concertation.consultations.models import Consultation, Participation
from concertation.letters.groups import AddresseeGroup, addressee_groups

from .models import Atelier, Registration

ANY = "ateliers"


def groups(consultation: Consultation) -> Iterator[AddresseeGroup]:
    """Yield those registered for any atelier, then for each; the waiting list is among them, guests are not."""
    announced = consultation.ateliers.exclude(state=Atelier.State.DRAFT)
    ateliers = list(announced.order_by("starts_at", "number"))
    if ateliers:
        label = _("Les personnes inscrites à au moins un atelier")
        yield AddresseeGroup(ANY, label, _registered(consultation, announced))
    for one in ateliers:
        label = _("Atelier %(ref)s, %(title)s\u00a0: inscrits et liste d’attente") % {
            "ref": one.ref,
            "title": one.title,
        }
        yield AddresseeGroup(f"atelier:{one.number}", label, _registered(consultation, announced.filter(pk=one.pk)))


def _registered(consultation: Consultation, ateliers: QuerySet[Atelier]) -> QuerySet[Participation]:
    seats = Registration.objects.active().filter(atelier__in=ateliers.order_by().values("pk"), user__isnull=False)
    return Participation.objects.filter(consultation=consultation, user__in=seats.order_by().values("user"))


def register() -> None:
    addressee_groups.offer(groups)
