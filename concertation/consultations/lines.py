"""Several rows typed at once: one a line, its columns separated by a semicolon, a tab or, in some lists, a dash."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from concertation.texts.clean import check_line, is_visible
from concertation.texts.words import identity

from .actions.checking import LONGEST_TEXT

T = TypeVar("T")

# No run of spaces is matched, or a long one would take a quadratic time; each part loses its blanks afterwards.
SEMICOLON = re.compile(r"[;\t]")
# A dash separates only between spaces: « porte-à-porte » is one word.
DASH = re.compile(r"\s[–—-]\s|[;\t]")
MOST_LINES = 200
_SHOWN = 60


@dataclass(frozen=True)
class Column:
    """A column of a line. The first one is required, and two lines cannot have it in common."""

    name: str
    most: int


@dataclass(frozen=True)
class Line:
    """One typed line with its values by column; ``number`` counts from one, blank lines included."""

    number: int
    text: str
    values: dict[str, str]


def columns_of(model: type[Model], *names: str) -> list[Column]:
    """Return columns as long as the fields of ``model``; a relation is typed as a label of 80 characters."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return [Column(field.name, 80 if field.is_relation else field.max_length or LONGEST_TEXT) for field in fields]


def parsed(text: str, columns: Sequence[Column], between: re.Pattern[str] = SEMICOLON) -> list[Line]:
    """Return the lines of ``text`` that are not blank; raise the errors of all lines together.

    The last column takes what is left of its line, separators included.
    """
    typed = [Line(number, line, {}) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if len(typed) > MOST_LINES:
        message = _("%(limit)d lignes au plus à la fois : envoyez cette liste en plusieurs fois.")
        raise ValidationError(message, params={"limit": MOST_LINES})
    seen: set[str] = set()

    def read(line: Line) -> Line:
        parts = between.split(line.text, maxsplit=len(columns) - 1)
        if not any(map(is_visible, parts[0])):
            raise ValidationError(_("il manque le début de la ligne."))
        values = {
            one.name: check_line(part, max_length=one.most, blank=True)
            for one, part in zip(columns, parts, strict=False)
        }
        same = identity(values[columns[0].name])
        if same in seen:
            raise ValidationError(_("une ligne du dessus commence par les mêmes mots."))
        seen.add(same)
        return Line(line.number, line.text, values)

    return each(typed, read)


def each(lines: Iterable[Line], act: Callable[[Line], T]) -> list[T]:
    """Return what ``act`` returns for each line; raise its refusals together, each with its line."""
    done: list[T] = []
    errors: list[ValidationError] = []
    for line in lines:
        try:
            done.append(act(line))
        except ValidationError as error:
            errors.append(at_line(line.number, line.text, error))
    if errors:
        raise ValidationError(errors)
    return done


def about(field: str, act: Callable[[], T]) -> T:
    """Return what ``act`` returns; name the field that its refusals are about."""
    try:
        return act()
    except ValidationError as error:
        raise ValidationError({field: error.error_list}) from None


def at_line(number: int, text: str, error: ValidationError) -> ValidationError:
    """Return the error of a line with its number and its beginning."""
    line = text.strip()
    shown = line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
    return ValidationError(
        _("Ligne %(number)d, « %(line)s » : %(problem)s"),
        params={"number": number, "line": shown, "problem": " ".join(error.messages)},
    )


def written(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as a person types them, one a line."""
    return "\n".join(" ; ".join(str(part) for part in row if part) for row in rows)
