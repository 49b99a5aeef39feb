"""Limit how often one person may write, react, report or register in a consultation; its staff has no limit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from concertation.accounts.limits import TooMany
from concertation.accounts.models import User
from concertation.journal.limits import wait_before
from concertation.slots import Items
from concertation.texts.templatetags.french import duration
from concertation.viewer import Viewer

from .models import Consultation, Role
from .rules import has_role

WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Limit:
    """``most`` acts of ``verb`` in ten minutes; ``%(wait)s`` in ``refusal`` is the time until the next is allowed."""

    verb: str
    most: Callable[[Consultation], int]
    refusal: Any  # a lazy translation


limits: Items[Limit] = Items()


def check_limit(verb: str, consultation: Consultation, *, by: User) -> None:
    """Refuse an act of a person who did it too often; an act without a limit costs no query."""
    limit = next((one for one in limits if one.verb == verb), None)
    if limit is None:
        return
    most = limit.most(consultation)
    wait = wait_before(verb, by=by, most=most, within=WITHIN, consultation_id=consultation.pk)
    if wait and not has_role(Viewer(by), consultation, *Role.staff()):
        raise TooMany(limit.refusal, code="too_many", params={"wait": duration(wait)})


def register() -> None:
    limits.add(
        Limit(
            "participation.edited",
            lambda _consultation: 20,
            _("Vous avez beaucoup modifié votre participation en peu de temps. Réessayez dans %(wait)s."),
        )
    )
