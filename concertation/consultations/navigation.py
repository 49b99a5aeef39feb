"""The menu of the organiser space: each app offers entries, shown to those who may open them.

Entries stand in the groups of an organiser's work. A page names the current one by ``section`` in its context.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.permissions import may
from concertation.slots import Slot
from concertation.viewer import Viewer

from .models import Consultation


class Group(IntEnum):
    """Groups of the menu, in order; what is to do now stands above them, without a heading."""

    NOW = 0
    PREPARE = 1
    MODERATE = 2
    WORKSHOPS = 3
    ANALYSE = 4
    PUBLISH = 5


HEADINGS: dict[Group, str | Promise] = {
    Group.NOW: "",
    Group.PREPARE: gettext_lazy("Préparer"),
    Group.MODERATE: gettext_lazy("Animer"),
    Group.WORKSHOPS: gettext_lazy("Ateliers"),
    Group.ANALYSE: gettext_lazy("Analyser"),
    Group.PUBLISH: gettext_lazy("Publier"),
}


@dataclass(frozen=True, kw_only=True)
class NavEntry:
    """A line of the menu; lower positions come first in their group."""

    section: str
    group: Group
    label: str
    url: str
    icon: str
    position: int


organiser_entries: Slot[[Viewer, Consultation], NavEntry] = Slot()


@dataclass(frozen=True)
class NavGroup:
    heading: str | Promise
    entries: list[NavEntry]


def groups_of(viewer: Viewer, consultation: Consultation) -> list[NavGroup]:
    """Return the groups of the menu with the entries that the viewer may open, in order."""
    found = sorted(organiser_entries.gather(viewer, consultation), key=lambda entry: (entry.group, entry.position))
    return [NavGroup(HEADINGS[group], list(of)) for group, of in groupby(found, key=lambda entry: entry.group)]


def own_entries(viewer: Viewer, consultation: Consultation) -> Iterator[NavEntry]:
    def entry(group: Group, position: int, section: str, name: str, label: str, icon: str) -> NavEntry:
        url = reverse(f"consultations:{name}", args=[consultation.slug])
        return NavEntry(group=group, position=position, section=section, label=label, url=url, icon=icon)

    if may(viewer, "consultations.enter_organiser_space", consultation):
        yield entry(Group.NOW, 0, "todo", "organiser", _("À traiter"), "todo")
        yield entry(Group.MODERATE, 90, "journal", "journal", _("Journal"), "journal")
    if may(viewer, "consultations.read_participations", consultation):
        yield entry(Group.MODERATE, 20, "participants", "participants", _("Participants"), "people")
    if may(viewer, "consultations.manage", consultation):
        yield entry(Group.PREPARE, 10, "programme", "programme", _("Phases et thématiques"), "phase")
        yield entry(Group.PREPARE, 20, "lists", "lists", _("Listes"), "tag")
        yield entry(Group.PREPARE, 30, "charter", "charter", _("Charte"), "document")
        yield entry(Group.PREPARE, 40, "roles", "roles", _("Rôles"), "team")
        yield entry(Group.PREPARE, 50, "invitations", "invitations", _("Invitations"), "mail")
        yield entry(Group.PREPARE, 60, "settings", "settings", _("Réglages"), "settings")
        yield entry(Group.PREPARE, 70, "see_as", "see_as", _("Voir comme"), "person")
        yield entry(Group.PREPARE, 80, "opening", "opening", _("Ouvrir au public"), "calendar")
        yield entry(Group.MODERATE, 30, "speakers", "speakers", _("Porte-parole"), "organisation")
        yield entry(Group.MODERATE, 40, "organisations", "organisations", _("Organisations"), "organisation")
