"""Rules on the names that people choose: readable, on one line, and not mistaken for a name of the teams."""

import re
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from concertation.texts import letters
from concertation.texts.clean import check_line
from concertation.texts.words import UNSEEN

from .models import User
from .reserved_names import ReservedNames

NAME_LENGTH = 80
# Signs without ink that scripts and emoji need within a name: joiners and variation selectors.
_JOINS = "\u200c\u200d\ufe0e\ufe0f"


def check_display_name(value: str) -> str:
    """Return the name on one line; refuse one of invisible signs, or an e-mail address."""
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
    _check_letters(name)
    return name


def check_own_name(value: str, user: User | None, *, now: datetime | None = None) -> str:
    """Return the name that ``user`` chose, or refuse one that reads like that of somebody else in the teams."""
    name, key = check_display_name(value), user.pk if user else None
    reserved = ReservedNames(now or timezone.now())
    if (key is None or not reserved.is_staff(key)) and reserved.is_of_team_for_a_person(name):
        raise _of_a_team()
    if reserved.is_taken(name, by=key):
        raise _taken()
    _check_one_script(name)
    return name


def check_name_of_organisation(name: str, reserved: ReservedNames, *, by: User | None) -> None:
    """Refuse an organisation named like a team, a committee or a member of a team: « Équipe d’animation »."""
    _check_letters(name)
    if reserved.is_of_team(name):
        raise _of_a_team()
    if reserved.is_taken(name, by=by.pk if by else None):
        raise _taken()
    _check_one_script(name)


def _check_letters(name: str) -> None:
    if not letters.has_a_letter(name):
        raise ValidationError(_("Un nom compte au moins une lettre ou un chiffre. Complétez-le."), "letters")
    if letters.has_stacks_of_marks(name):
        raise ValidationError(
            _("Ce nom empile trop de signes sur une même lettre. Retirez ceux qui sont de trop."), "marks"
        )


def _check_one_script(name: str) -> None:
    if not letters.are_of_one_script(name):
        raise ValidationError(
            _("Écrivez chaque mot de ce nom avec les lettres courantes d’un seul alphabet, sans lettre décorative."),
            "script",
        )


def _taken() -> ValidationError:
    return ValidationError(
        _(
            "Une personne des équipes porte déjà ce nom, ou un nom qui lui ressemble. Ajoutez ce qui vous en "
            "distingue\u00a0: une initiale, une ville…"
        ),
        "taken",
    )


def _of_a_team() -> ValidationError:
    return ValidationError(_("Ce nom désigne une équipe de la concertation. Choisissez-en un autre."), "team")


def _joins(sign: re.Match[str]) -> str:
    return sign.group() if sign.group() in _JOINS else ""
