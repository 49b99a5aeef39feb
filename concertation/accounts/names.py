"""Names that people choose: one line that one can read, and that nobody takes for a name of the teams."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation import slots
from concertation.texts.clean import check_line
from concertation.texts.words import UNSEEN, skeleton

from .models import User

NAME_LENGTH = 80
# Signs without ink that scripts and emoji need within a name: joiners, and the choice between two drawings.
_JOINS = "\u200c\u200d\ufe0e\ufe0f"
_WORDS = re.compile(r"\w+")


def check_display_name(value: str) -> str:
    """Return the name on one line; refuse one of invisible signs, and an e-mail address typed by mistake."""
    try:
        name = UNSEEN.sub(_joins, check_line(value, max_length=NAME_LENGTH))
    except ValidationError as error:
        if error.code != "empty":
            raise
        raise ValidationError(_("Ce nom ne se voit pas. Écrivez votre nom ou un pseudonyme."), "empty") from None
    if "@" in name:
        raise ValidationError(
            _("Ce nom est montré à tout le monde : indiquez votre nom ou un pseudonyme, pas une adresse."), "address"
        )
    return name


def check_own_name(value: str, user: User | None, *, now: datetime | None = None) -> str:
    """Return the name that ``user`` chose, or refuse one that reads like that of somebody else in the teams."""
    name = check_display_name(value)
    teams: list[tuple[int, str]] = slots.gather("names.of_teams", now or timezone.now())
    if user is None or user.pk not in {pk for pk, _taken in teams}:
        check_not_of_team(name)
        _check_no_function(name)
    drawn = skeleton(name)
    if drawn and any(drawn == skeleton(taken) for pk, taken in teams if user is None or pk != user.pk):
        raise ValidationError(
            _(
                "Une personne des équipes porte déjà ce nom, ou un nom qui lui ressemble. Ajoutez ce qui vous en "
                "distingue\u00a0: une initiale, une ville…"
            ),
            "taken",
        )
    return name


def check_not_of_team(name: str) -> None:
    """Refuse a name that reads like that of a team, such as « Équipe d’animation »."""
    if skeleton(name) in set(map(skeleton, slots.gather("names.of_functions"))):
        raise _of_a_team()


def _check_no_function(name: str) -> None:
    """Refuse the name of a person in which a word says a function: « Service modération », « Nadia, équipe »."""
    functions = map(skeleton, slots.gather("words.of_functions"))
    if {skeleton(word) for word in _WORDS.findall(name)}.intersection(functions):
        raise _of_a_team()


def _of_a_team() -> ValidationError:
    return ValidationError(_("Ce nom désigne une équipe de la concertation. Choisissez-en un autre."), "team")


def _joins(sign: re.Match[str]) -> str:
    return sign.group() if sign.group() in _JOINS else ""
