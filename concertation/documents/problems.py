"""Report the errors of a file in few lines: equal errors are grouped, with the first rows of the file."""

from collections.abc import Iterable, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from concertation.documents.spreadsheets import Problem
from concertation.texts.templatetags.french import number

FIRST = 3


def found_by(error: ValidationError) -> list[tuple[str, str]]:
    """Return the sentences of ``error``, each with its kind: the sentence before values are filled in."""
    return [(one.messages[0], str(one.message)) for one in ValidationError([error]).error_list]


def of_a_cell(error: ValidationError) -> ValidationError:
    """Reword an error about a typed text for a cell of a file."""
    sentences = {
        "empty": _("Cette cellule n’a que des signes qui ne se voient pas."),
        "too_long": _("Cette cellule compte %(length)s caractères, et %(limit)s au plus sont acceptés."),
    }
    code = getattr(error, "code", None)
    if code not in sentences:
        return error
    return ValidationError(sentences[code], code=code, params=error.params)


def grouped(problems: Iterable[Problem]) -> list[str]:
    """Return one sentence for each problem, and fewer where one column has many of one kind."""
    groups: dict[tuple[str | None, str], list[Problem]] = {}
    for one in problems:
        groups.setdefault((one.column, one.kind or one.message), []).append(one)
    return [sentence for alike in groups.values() for sentence in _sentences(alike)]


def _sentences(alike: Sequence[Problem]) -> list[str]:
    if len(alike) <= FIRST or alike[0].line is None:
        return [str(one) for one in alike]
    if len({one.message for one in alike}) == 1:
        return [_at_once(alike)]
    others = len(alike) - FIRST
    more = ngettext(
        "%(number)s autre ligne a une erreur du même genre.",
        "%(number)s autres lignes ont une erreur du même genre.",
        others,
    ) % {"number": number(others)}
    if alike[0].column is not None:
        more = _("Colonne « %(column)s » : %(sentence)s") % {"column": alike[0].column, "sentence": more}
    return [*map(str, alike[:FIRST]), more]


def _at_once(alike: Sequence[Problem]) -> str:
    first = alike[0]
    words = {
        "number": number(len(alike)),
        "column": first.column,
        "message": first.message,
        "lines": ", ".join(str(one.line) for one in alike[:FIRST]),
    }
    if first.column is None:
        lines = ngettext(
            "%(number)s ligne : %(message)s (ligne %(lines)s…)",
            "%(number)s lignes : %(message)s (lignes %(lines)s…)",
            len(alike),
        )
    else:
        lines = ngettext(
            "%(number)s ligne, colonne « %(column)s » : %(message)s (ligne %(lines)s…)",
            "%(number)s lignes, colonne « %(column)s » : %(message)s (lignes %(lines)s…)",
            len(alike),
        )
    return lines % words
