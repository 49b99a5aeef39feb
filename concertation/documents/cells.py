"""Cells of a table: texts, numbers and moments, as CSV and XLSX store them and as people see them."""

import datetime
import re
from typing import Any, TypeAlias

from django.utils.translation import gettext as _
from openpyxl.cell import WriteOnlyCell

from concertation.documents.model import UNWRITABLE

Value: TypeAlias = str | int | float | datetime.datetime | None

_BLANK = r"\s\x00-\x20\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
_FORMULA = re.compile(f"'*(?:[\\t\\r\\n]|[{_BLANK}]*[=+\\-@＝＋－＠﹦﹢﹣﹫])")
# XLSX stores a character that XML refuses as _xHHHH_, and escapes the first character of a text that looks like it.
_ENCODED = re.compile("_x([0-9A-Fa-f]{4})_")
_LOOKS_ENCODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_LONGEST_CELL = 32_767  # Excel's limit; it calls a file with longer ones damaged
_FIRST_YEAR = 1900  # the first day that Excel knows
_MOMENT = 'yyyy-mm-dd"T"hh:mm:ss"Z"'
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|[_*].')
_DIGITS = re.compile(r"[0#?]")
_ONLY_DIGITS = "0#? -()+"
_SIGNS = re.compile(r'(?P<digit>[0#?])|"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[[^\]]*\]|[_*].|(?P<bare>.)', re.DOTALL)
_PERCENT = re.compile(r"[#0?,]*(?:\.(?P<decimals>[0#?]+))?\s?%")
_HOURS = re.compile(r"[hs]", re.IGNORECASE)


def neutralised(text: str) -> str:
    """Return the text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def restored(text: str) -> str:
    """Return the text that ``neutralised`` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def stamp(at: datetime.datetime) -> str:
    """Return 2026-10-02T16:30:00Z: UTC, to the second."""
    return at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def for_csv(value: Value) -> str | int | float:
    """Return a cell of CSV; what would be a formula gets an apostrophe."""
    if isinstance(value, datetime.datetime):
        return stamp(value)
    if isinstance(value, str):
        return neutralised(_writable(value))
    return "" if value is None else value


def for_xlsx(sheet: Any, value: Value, **style: Any) -> Any:
    """Return a cell of XLSX: a number, a date in UTC, or a text, which is never a formula.

    An empty value is a blank cell: an empty text would not sort with the numbers and dates of its column.
    """
    if value is None or value == "":
        return None
    if isinstance(value, datetime.datetime) and value.year >= _FIRST_YEAR:
        cell = WriteOnlyCell(sheet, value=value.astimezone(datetime.UTC).replace(microsecond=0, tzinfo=None))
        cell.number_format = _MOMENT
    elif isinstance(value, (str, datetime.datetime)):
        text = _writable(value if isinstance(value, str) else stamp(value))
        cell = WriteOnlyCell(sheet, value=_shortened(_LOOKS_ENCODED.sub("_x005F_", text)))
        cell.data_type = "s"
        cell.quotePrefix = _FORMULA.match(text) is not None  # it stays a text when somebody edits the cell
    else:
        cell = WriteOnlyCell(sheet, value=value)
    for name, wanted in style.items():
        setattr(cell, name, wanted)
    return cell


def shown(cell: Any) -> str:
    """Return what a spreadsheet shows of a cell, with dates in ISO 8601 and plain line ends."""
    value = cell.value
    match value:
        case None:
            return ""
        case bool():
            return _("oui") if value else _("non")
        case int() | float():
            return _shown_number(value, str(cell.number_format or "General"))
        case datetime.datetime():
            return _shown_moment(value, str(cell.number_format))
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return _decoded(str(value)).replace("\r\n", "\n").replace("\r", "\n")


def _writable(text: str) -> str:
    return UNWRITABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _shortened(text: str) -> str:
    """Cut a text longer than a cell may be, visibly, since a longer one damages the file."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST_CELL:
        return text
    mark = _(" […] (texte coupé : il est entier dans l’export CSV)")
    return units[: 2 * (_LONGEST_CELL - len(mark))].decode("utf-16-le", "ignore") + mark


def _decoded(text: str) -> str:
    if "_x" not in text:
        return text
    units = _ENCODED.sub(lambda match: chr(int(match[1], 16)), text).encode("utf-16-le", "surrogatepass")
    return units.decode("utf-16-le", "replace")


def _shown_moment(moment: datetime.datetime, number_format: str) -> str:
    """Return a date without an hour where the format shows none; in UTC where the format says so, as ours does."""
    if not _HOURS.search(_LITERAL.sub("", number_format)) and moment.time() == datetime.time():
        return moment.date().isoformat()
    return moment.isoformat() + ("Z" if number_format.split(";")[0].endswith('"Z"') else "")


def _shown_number(number: float, number_format: str) -> str:
    """Return a number with the zeros, separators or per cent sign of its format; never rounded."""
    pattern = number_format.split(";")[0]
    plain = _LITERAL.sub("", pattern)
    if found := _PERCENT.fullmatch(plain.strip()):
        digits = f"{number * 100:.{len(found['decimals'] or '')}f}"
        return f"{digits} %" if "%" in plain and plain.strip()[-2:-1].isspace() else f"{digits}%"
    value = str(int(number)) if float(number).is_integer() else repr(float(f"{number:.15g}"))
    if value.isdecimal() and _DIGITS.search(plain) and not plain.strip(_ONLY_DIGITS):
        return _through_mask(value, pattern)
    return value


def _through_mask(digits: str, pattern: str) -> str:
    """Fill digits into a number format:

    « 1001 » in « 00000 » is « 01001 », in « 00" "00" "00 » it is « 00 10 01 ».
    """
    left = [*digits]
    result: list[str] = []
    signs = [match for match in _SIGNS.finditer(pattern) if match[0]][::-1]
    first = max((number for number, sign in enumerate(signs) if sign["digit"]), default=0)
    for number, sign in enumerate(signs):
        if not sign["digit"]:
            result.append((sign["quoted"] or sign["escaped"] or sign["bare"] or "")[::-1])
        elif number == first and left:
            result += left[::-1]
        else:
            result.append(left.pop() if left else "0" if sign["digit"] == "0" else "")
    return "".join(result)[::-1].strip()
