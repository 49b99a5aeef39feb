"""What a text must be before it is kept: something to read, that every database and every format can hold."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What HTML, XML, typst or PostgreSQL cannot hold: control characters, lone surrogates, non-characters.
UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def check_text(value: str, *, max_length: int) -> str:
    """Refuse an empty, unstorable or too long text; give it back with plain line ends and no blank edges."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    bad = UNSTORABLE.search(text)
    if bad:
        raise ValidationError(
            _(
                "Votre texte contient, à la ligne %(line)d, un caractère de contrôle invisible (%(name)s) qui ne peut "
                "pas être enregistré. Supprimez-le, puis recommencez."
            ),
            params={"line": text.count("\n", 0, bad.start()) + 1, "name": f"U+{ord(bad.group()):04X}"},
            code="control",
        )
    if not any(map(_is_visible, text)):
        raise ValidationError(_("Votre texte est vide. Écrivez au moins une phrase."), code="empty")
    if len(text) > max_length:
        raise ValidationError(
            _("Votre texte compte %(length)s caractères, et %(limit)s au plus sont acceptés. Raccourcissez-le un peu."),
            params={"length": _grouped(len(text)), "limit": _grouped(max_length)},
            code="too_long",
        )
    return text


def _is_visible(character: str) -> bool:
    """A zero-width space or a direction mark alone is not a text."""
    return unicodedata.category(character)[0] not in "ZC"


def _grouped(number: int) -> str:
    """20000 is written « 20 000 » in French, with a space that does not break."""
    return f"{number:,}".replace(",", "\u202f")
