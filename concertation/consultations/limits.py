"""Limit how often one person may write, react, report or register in a consultation; its staff has no limit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from concertation.accounts.limits import TooMany
from concertation.accounts.models import User
from concertation.journal.limits import wait_before
from concertation.texts.templatetags.french import duration
from concertation.viewer import Viewer

from .models import Consultation, Role
from .rules import has_role

WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Limit:
    """``most`` acts in ten minutes; ``%(wait)s`` in ``refusal`` is the time until the next act is allowed."""

    most: Callable[[Consultation], int]
    refusal: Any  # a lazy translation


_TEXTS = _("Vous avez publié beaucoup de textes en peu de temps. Gardez le vôtre\u00a0: publiez-le dans %(wait)s.")

LIMITS = {
    "contribution.posted": Limit(lambda consultation: consultation.most_texts, _TEXTS),
    "contribution.edited": Limit(lambda consultation: consultation.most_texts, _TEXTS),
    "contribution.reacted": Limit(
        lambda consultation: consultation.most_reactions,
        _("Vous avez réagi à beaucoup de textes en peu de temps. Réessayez dans %(wait)s."),
    ),
    "contribution.reported": Limit(
        lambda consultation: consultation.most_reports,
        _("Vous avez signalé beaucoup de textes en peu de temps. Réessayez dans %(wait)s."),
    ),
    "registration.made": Limit(
        lambda _consultation: 20,
        _("Vous avez fait beaucoup d’inscriptions en peu de temps. Réessayez dans %(wait)s."),
    ),
    "participation.edited": Limit(
        lambda _consultation: 20,
        _("Vous avez beaucoup modifié votre participation en peu de temps. Réessayez dans %(wait)s."),
    ),
}


def check_limit(verb: str, consultation: Consultation, *, by: User) -> None:
    """Refuse an act of a person who did it too often; an act without a limit costs no query."""
    limit = LIMITS.get(verb)
    if limit is None:
        return
    most = limit.most(consultation)
    wait = wait_before(verb, by=by, most=most, within=WITHIN, consultation_id=consultation.pk)
    if wait and not has_role(Viewer(by), consultation, *Role.staff()):
        raise TooMany(limit.refusal, code="too_many", params={"wait": duration(wait)})
