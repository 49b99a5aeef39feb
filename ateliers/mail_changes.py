"""What an edited atelier changes for one registered person, in the words of their mail."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from concertation.texts.direction import isolated

from .hours import meeting_of
from .models import Atelier, Registration

# What calendars store and people plan by; a corrected title alone notifies nobody.
APPOINTMENT = frozenset({"starts_at", "ends_at", "zone", "mode", "place", "join_link"})


@dataclass(frozen=True)
class Reseated:
    """An active registration after an edit, with the mode and the state that it had before."""

    registration: Registration
    mode_before: str
    state_before: str

    @property
    def has_moved(self) -> bool:
        return (self.registration.mode, self.registration.state) != (self.mode_before, self.state_before)

    @property
    def gains_a_seat(self) -> bool:
        return self.registration.is_confirmed and self.state_before != self.registration.state

    @property
    def loses_its_seat(self) -> bool:
        return not self.registration.is_confirmed and self.state_before == Registration.State.CONFIRMED


def changes_for(one: Reseated, former: Atelier, atelier: Atelier) -> list[str]:
    """Return each change that concerns this person, with the former and the new value."""
    seat = one.registration
    pairs = [(_("Participation"), _mode_label(one.mode_before), _mode_label(seat.mode))]
    if _clock(former) != _clock(atelier):
        pairs.insert(0, (_("Date et horaire"), meeting_of(former), meeting_of(atelier)))
    if seat.mode == Atelier.Mode.ON_SITE:
        pairs.append((_("Lieu"), former.place, atelier.place))
    elif seat.is_confirmed:
        pairs.append((_("Lien de connexion"), former.join_link, atelier.join_link))
    told = [_line(what, old, new) for what, old, new in pairs if old != new]
    if told and former.title != atelier.title:
        told.insert(0, _line(_("Titre"), former.title, atelier.title))
    return told


def _clock(atelier: Atelier) -> tuple[datetime, datetime, str]:
    return atelier.starts_at, atelier.ends_at, atelier.tz.key


def _mode_label(mode: str) -> str:
    label = str(Atelier.Mode(mode).label)
    return label[:1].lower() + label[1:]


def _line(what: str, old: str, new: str) -> str:
    words = {"what": what, "old": isolated(old), "new": isolated(new)}
    if not old:
        return _("%(what)s : %(new)s") % words
    if not new:
        return _("%(what)s : retiré") % words
    return _("%(what)s : %(old)s devient %(new)s") % words
