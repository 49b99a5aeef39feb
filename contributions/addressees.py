"""The group of those who have not written, for letters of the team."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from concertation.consultations.models import Consultation
from concertation.letters.groups import AddresseeGroup, addressee_groups

from .figures.people import silent

SILENT = "sans-contribution"


def groups(consultation: Consultation) -> Iterator[AddresseeGroup]:
    yield AddresseeGroup(SILENT, _("Les personnes qui n’ont pas encore écrit"), silent(consultation))


def register() -> None:
    addressee_groups.offer(groups)
