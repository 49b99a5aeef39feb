"""Parse e-mail addresses as people type and paste them into one canonical form."""

import re
import unicodedata
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from concertation.texts.clean import one_line
from concertation.texts.words import UNSEEN

LONGEST = 254
# With the name beside it. A longer line is not parsed: the search is quadratic in its length.
LONGEST_LINE = 1_000
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"«»“”]+@[^\s<>()\[\],;:\"«»“”]+")
_AROUND = ".,;:'’"
_NOT_IN_LOCAL_PART = re.compile(r"[^\w.!#$%&'*+/=?^`{|}~@-]|[^\x00-\x7f]")
_BRACKETS = re.compile(r"[<>()\[\]]")


def canonical(typed: str) -> str:
    """Return the address in « Nom (a@ville.fr) » or « <mailto:a@ville.fr> », in lower case, its domain in ASCII.

    Raise ValidationError for what is no address, or for several.
    """
    return parsed(typed)[0]


def parsed(typed: str) -> tuple[str, str]:
    """Return the canonical address of a line, and the name beside it."""
    if len(typed) > LONGEST_LINE:
        raise _refusal()
    text = UNSEEN.sub("", unicodedata.normalize("NFKC", one_line(typed)))
    found = _ADDRESS.findall(text)
    if len(found) > 1:
        raise ValidationError(_("plusieurs adresses sur la même ligne. Mettez-en une par ligne."), "several")
    if not found:
        raise _refusal()
    local, _at, domain = found[0].strip(_AROUND).rpartition("@")
    foreign = _NOT_IN_LOCAL_PART.search(local)
    if foreign:
        text = _("l’adresse contient « %(sign)s », qui n’est pas accepté avant le signe @. Vérifiez-la.")
        raise ValidationError(text, "sign", {"sign": foreign[0]})
    try:
        address = f"{local}@{domain.encode('idna').decode('ascii')}".lower()
        validate_email(address)
    except (UnicodeError, ValidationError):
        raise _refusal() from None
    if len(address) > LONGEST:
        raise _refusal()
    around = text.replace(found[0], " ").replace("mailto:", " ")
    return address, one_line(_BRACKETS.sub(" ", around).strip(' "\t;,'))


def _refusal() -> ValidationError:
    return ValidationError(_("ce n’est pas une adresse électronique. Exemple : prenom.nom@ville.fr."), "invalid")


class AddressField(forms.CharField):
    """An e-mail address in canonical form, from any pasted notation."""

    widget = forms.EmailInput
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": gettext_lazy("Cette adresse est incomplète. Elle ressemble à nom@exemple.fr."),
        "several": gettext_lazy("Indiquez une seule adresse."),
        "sign": gettext_lazy(
            "Cette adresse contient « %(sign)s », qui n’est pas accepté avant le signe @. Vérifiez-la."
        ),
    }

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        try:
            return canonical(typed) if len(typed) > LONGEST_LINE or one_line(typed) else ""
        except ValidationError as error:
            raise ValidationError(self.error_messages[str(error.code)], code=error.code, params=error.params) from None
