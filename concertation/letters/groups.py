"""Groups of those who take part, to choose whom a letter is written to; each app offers its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from concertation.consultations.models import Consultation, Participation
from concertation.slots import Slot

from .models import Letter

EVERYONE = "tous"


@dataclass(frozen=True)
class AddresseeGroup:
    """A group by its stable key; ``people`` is a subquery, which is not read until somebody counts or writes."""

    key: str
    label: str
    people: QuerySet[Participation]


# The groups of one consultation, in the order in which a form lists them.
addressee_groups: Slot[[Consultation], AddresseeGroup] = Slot()


def own_groups(consultation: Consultation) -> Iterator[AddresseeGroup]:
    everyone = Participation.objects.filter(consultation=consultation)
    yield AddresseeGroup(EVERYONE, _("Toutes les personnes qui participent"), everyone)
    for kind in consultation.actor_kinds.all():
        label = _("Type d’acteur\u00a0: %(kind)s") % {"kind": kind.label}
        yield AddresseeGroup(f"acteur:{kind.pk}", label, everyone.filter(actor_kind=kind))


def groups_of(consultation: Consultation) -> dict[str, AddresseeGroup]:
    return {group.key: group for group in addressee_groups.gather(consultation)}


@dataclass(frozen=True)
class LeftOut:
    """How many people of the groups get no letter, each counted for the first reason."""

    closed: int
    suspended: int
    refused: int

    def __bool__(self) -> bool:
        return any((self.closed, self.suspended, self.refused))


@dataclass(frozen=True)
class Addressees:
    """The people of a letter's groups, each once, at one moment."""

    letter: Letter
    groups: list[AddresseeGroup]
    now: datetime

    @property
    def everybody(self) -> QuerySet[Participation]:
        """Return the union of the groups; the authors that an import or an atelier made are no people."""
        union = Q(pk__in=[])
        for group in self.groups:
            union |= Q(pk__in=group.people.values("pk"))
        return Participation.objects.filter(union, consultation=self.letter.consultation_id, source_key="")

    @property
    def reached(self) -> QuerySet[Participation]:
        """Return those to whom the letter is written."""
        return self._allowed.filter(letters_refused=None)

    def left_out(self) -> LeftOut:
        everybody, allowed = self.everybody.count(), self._allowed.count()
        open_accounts = self.everybody.filter(user__is_active=True).count()
        reached = self.reached.count()
        return LeftOut(everybody - open_accounts, open_accounts - allowed, allowed - reached)

    @property
    def _allowed(self) -> QuerySet[Participation]:
        suspended = Participation.objects.filter(consultation=self.letter.consultation_id).suspended_at(self.now)
        return self.everybody.filter(user__is_active=True).exclude(pk__in=suspended.values("pk"))


def addressees_of(letter: Letter, now: datetime) -> Addressees:
    """Return the people of the groups that still exist."""
    known = groups_of(letter.consultation)
    return Addressees(letter, [known[key] for key in letter.groups if key in known], now)


def have_all(consultation: Consultation, keys: Iterable[str]) -> bool:
    """Return whether there are groups, and all of them exist."""
    chosen = set(keys)
    return bool(chosen) and chosen <= groups_of(consultation).keys()
