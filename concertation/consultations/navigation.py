"""The menu of the organiser space: each app offers entries, shown to those who may open them.

A page names the current one by ``section`` in its context.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from concertation.permissions import may
from concertation.slots import Slot
from concertation.viewer import Viewer

from .models import Consultation


@dataclass(frozen=True, kw_only=True)
class NavEntry:
    section: str
    label: str
    url: str
    icon: str
    position: int


organiser_entries: Slot[[Viewer, Consultation], NavEntry] = Slot()


def entries(viewer: Viewer, consultation: Consultation) -> list[NavEntry]:
    return sorted(organiser_entries.gather(viewer, consultation), key=lambda entry: entry.position)


def own_entries(viewer: Viewer, consultation: Consultation) -> Iterator[NavEntry]:
    def entry(position: int, section: str, name: str, label: str, icon: str) -> NavEntry:
        url = reverse(f"consultations:{name}", args=[consultation.slug])
        return NavEntry(section=section, label=label, url=url, icon=icon, position=position)

    if may(viewer, "consultations.enter_organiser_space", consultation):
        yield entry(0, "todo", "organiser", _("À traiter"), "todo")
        yield entry(90, "journal", "journal", _("Journal des décisions"), "journal")
    if may(viewer, "consultations.read_participations", consultation):
        yield entry(58, "participants", "participants", _("Participants"), "people")
    if may(viewer, "consultations.manage", consultation):
        yield entry(20, "programme", "programme", _("Phases et thématiques"), "phase")
        yield entry(60, "roles", "roles", _("Rôles"), "team")
        yield entry(65, "invitations", "invitations", _("Invitations"), "mail")
        yield entry(67, "speakers", "speakers", _("Porte-parole"), "organisation")
        yield entry(68, "organisations", "organisations", _("Organisations"), "organisation")
        yield entry(70, "lists", "lists", _("Listes"), "tag")
        yield entry(80, "charter", "charter", _("Charte"), "document")
        yield entry(81, "see_as", "see_as", _("Voir comme"), "person")
        yield entry(82, "opening", "opening", _("Ouvrir au public"), "calendar")
        yield entry(85, "settings", "settings", _("Réglages"), "settings")
