"""The state of an atelier in words: one sentence for its page, its card and the lists of the teams."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from concertation.texts.templatetags.french import moment

from .hours import moment_of
from .models import Atelier
from .seats_left import Places, are_full


class State(NamedTuple):
    """``tone`` is the colour of the badge."""

    words: str
    tone: str


def state_of(atelier: Atelier, places: Sequence[Places], now: datetime) -> State:
    """Return whether it takes place, whether one may register, and whether seats are left."""
    if atelier.is_cancelled:
        return State(_("Annulé"), "danger")
    if atelier.is_draft:
        return State(_("Brouillon"), "warning")
    if atelier.is_over(now):
        return State(_("A eu lieu"), "neutral")
    if atelier.has_started(now):
        return State(_("En ce moment"), "live")
    if not atelier.consultation.archived and atelier.opens_later(now):
        opens = moment_of(atelier, atelier.registration_opens_at)
        return State(_("Inscriptions à partir du %(at)s") % {"at": opens}, "neutral")
    if atelier.consultation.archived or not atelier.takes_registrations(now):
        closed = _("Complet, inscriptions closes") if are_full(places) else _("Inscriptions closes")
        return State(closed, "neutral")
    if are_full(places):
        return State(_("Complet, liste d’attente ouverte"), "warning")
    return State(_("Inscriptions ouvertes"), "success")


def announcement_of(atelier: Atelier, now: datetime) -> str:
    """Return what announcing this draft does: who will see it from when, and who may register from when."""
    opens_at = atelier.consultation.opens_publicly_at
    seen_from = opens_at if atelier.access != Atelier.Access.COMMITTEES else now
    words = {"readers": str(atelier.get_access_display()), "opens": moment(opens_at, atelier.consultation.zone)}
    if seen_from is None:
        seen = _("Les comités le verront dès maintenant, et le public quand la concertation sera ouverte.")
    elif seen_from > now:
        seen = _("Les comités le verront dès maintenant, et le public à partir du %(opens)s.") % words
    else:
        seen = _("Le verront dès maintenant, avec les équipes\u00a0: %(readers)s.") % words
    if atelier.opens_later(now):
        at = moment_of(atelier, atelier.registration_opens_at)
        return seen + " " + _("Les inscriptions s’ouvriront le %(at)s.") % {"at": at}
    return seen + " " + _("Les personnes qui le voient pourront s’inscrire aussitôt.")
