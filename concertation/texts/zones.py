"""Time zones with French names: choices of a form, and the name of a zone beside an hour."""

from functools import cache
from typing import NamedTuple
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


class Zone(NamedTuple):
    key: str
    name: str
    hour: str


# In the form of Django's grouped choices: a heading, then its zones.
_GROUPS = (
    (
        gettext_noop("France"),
        (
            Zone("Europe/Paris", gettext_noop("France hexagonale (Paris)"), gettext_noop("heure de Paris")),
            Zone("America/Guadeloupe", gettext_noop("Guadeloupe"), gettext_noop("heure de la Guadeloupe")),
            Zone("America/Cayenne", gettext_noop("Guyane"), gettext_noop("heure de la Guyane")),
            Zone("Indian/Reunion", gettext_noop("La Réunion"), gettext_noop("heure de La Réunion")),
            Zone("America/Martinique", gettext_noop("Martinique"), gettext_noop("heure de la Martinique")),
            Zone("Indian/Mayotte", gettext_noop("Mayotte"), gettext_noop("heure de Mayotte")),
            Zone("Pacific/Noumea", gettext_noop("Nouvelle-Calédonie"), gettext_noop("heure de la Nouvelle-Calédonie")),
            Zone("Pacific/Gambier", gettext_noop("Polynésie : Gambier"), gettext_noop("heure des Gambier")),
            Zone("Pacific/Marquesas", gettext_noop("Polynésie : Marquises"), gettext_noop("heure des Marquises")),
            Zone("Pacific/Tahiti", gettext_noop("Polynésie : Tahiti"), gettext_noop("heure de Tahiti")),
            Zone("America/St_Barthelemy", gettext_noop("Saint-Barthélemy"), gettext_noop("heure de Saint-Barthélemy")),
            Zone("America/Marigot", gettext_noop("Saint-Martin"), gettext_noop("heure de Saint-Martin")),
            Zone(
                "America/Miquelon",
                gettext_noop("Saint-Pierre-et-Miquelon"),
                gettext_noop("heure de Saint-Pierre-et-Miquelon"),
            ),
            Zone("Indian/Kerguelen", gettext_noop("Terres australes"), gettext_noop("heure des Kerguelen")),
            Zone("Pacific/Wallis", gettext_noop("Wallis-et-Futuna"), gettext_noop("heure de Wallis-et-Futuna")),
        ),
    ),
    (
        gettext_noop("Europe"),
        (
            Zone("Europe/Athens", gettext_noop("Athènes"), gettext_noop("heure d’Athènes")),
            Zone("Europe/Berlin", gettext_noop("Berlin"), gettext_noop("heure de Berlin")),
            Zone("Europe/Brussels", gettext_noop("Bruxelles"), gettext_noop("heure de Bruxelles")),
            Zone("Europe/Bucharest", gettext_noop("Bucarest"), gettext_noop("heure de Bucarest")),
            Zone("Europe/Zurich", gettext_noop("Genève, Zurich"), gettext_noop("heure de Suisse")),
            Zone("Europe/Lisbon", gettext_noop("Lisbonne"), gettext_noop("heure de Lisbonne")),
            Zone("Europe/London", gettext_noop("Londres"), gettext_noop("heure de Londres")),
            Zone("Europe/Luxembourg", gettext_noop("Luxembourg"), gettext_noop("heure de Luxembourg")),
            Zone("Europe/Madrid", gettext_noop("Madrid"), gettext_noop("heure de Madrid")),
            Zone("Europe/Monaco", gettext_noop("Monaco"), gettext_noop("heure de Monaco")),
            Zone("Europe/Rome", gettext_noop("Rome"), gettext_noop("heure de Rome")),
        ),
    ),
    (
        gettext_noop("Ailleurs"),
        (
            Zone("Africa/Abidjan", gettext_noop("Abidjan, Dakar"), gettext_noop("heure d’Abidjan")),
            Zone("Africa/Algiers", gettext_noop("Alger"), gettext_noop("heure d’Alger")),
            Zone("Indian/Antananarivo", gettext_noop("Antananarivo"), gettext_noop("heure d’Antananarivo")),
            Zone("Asia/Beirut", gettext_noop("Beyrouth"), gettext_noop("heure de Beyrouth")),
            Zone("Africa/Casablanca", gettext_noop("Casablanca"), gettext_noop("heure de Casablanca")),
            Zone("Africa/Kinshasa", gettext_noop("Kinshasa"), gettext_noop("heure de Kinshasa")),
            Zone("America/Toronto", gettext_noop("Montréal, Toronto"), gettext_noop("heure de Montréal")),
            Zone("America/New_York", gettext_noop("New York"), gettext_noop("heure de New York")),
            Zone("Africa/Tunis", gettext_noop("Tunis"), gettext_noop("heure de Tunis")),
            Zone("UTC", gettext_noop("Temps universel (UTC)"), gettext_noop("temps universel")),
        ),
    ),
)
_KNOWN = {zone.key: zone for _heading, zones in _GROUPS for zone in zones}

Choices = list[tuple[str, list[tuple[str, str]]]]


def exists(key: str) -> bool:
    return key in _all()


@cache
def _all() -> set[str]:
    """Cached: ``available_timezones`` reads the system's folders at each call."""
    return available_timezones()


def hour_of(key: str) -> str:
    """Return « heure de La Réunion »; for a zone that is not in the list, the name of its town."""
    if key in _KNOWN:
        return _(_KNOWN[key].hour)
    return _("heure locale de %(town)s") % {"town": _town(key)}


def choices(current: str = "") -> Choices:
    """Return the zones of a form in groups, with the present one if it is not in the list."""
    found = [(_(heading), [(zone.key, _(zone.name)) for zone in zones]) for heading, zones in _GROUPS]
    if current and current not in _KNOWN:
        found.append((_("Fuseau actuel"), [(current, _town(current))]))
    return found


def _town(key: str) -> str:
    return key.rpartition("/")[2].replace("_", " ")
