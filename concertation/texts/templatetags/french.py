"""Filters for dates and numbers in words, and for French spacing. Times are in the zone that is passed.

Babel knows the names of months and days and the number format of each language; the patterns are translated like
sentences, in CLDR notation (``d`` a day, ``MMMM`` a month, words between straight quotes).
"""

import math
import re
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from django import template
from django.conf import settings
from django.utils import timezone, translation
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext, to_locale
from django.utils.translation import gettext as _

from ..direction import isolated

register = template.Library()

Zone = ZoneInfo | str | None

NARROW = "\u202f"
WIDE = "\u00a0"


def local(at: datetime, zone: Zone = None) -> datetime:
    """Return ``at`` in ``zone``, or in the site's zone."""
    if zone is None or zone == "":
        return timezone.localtime(at)
    return at.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def _as_date(at: date, zone: Zone) -> date:
    return local(at, zone).date() if isinstance(at, datetime) else at


@cache
def _locale_of(language: str) -> Locale:
    return Locale.parse(to_locale(language))


def _locale() -> Locale:
    """Return Babel's locale of the active language."""
    return _locale_of(get_language() or settings.LANGUAGE_CODE)


def _in_words(on: date, rest: str = "") -> str:
    """Return the number of the day, an ordinal on the first, followed by the pattern ``rest``."""
    number_of_day = pgettext("CLDR, first of a month", "'1er'") if on.day == 1 else pgettext("CLDR, day", "d")
    return format_date(on, number_of_day + rest, _locale())


@register.filter
def day(at: date | None, zone: Zone = None) -> str:
    """Return 22 novembre 2026."""
    if at is None:
        return ""
    return _in_words(_as_date(at, zone), pgettext("CLDR, after the day", "\u00a0MMMM y"))


@register.filter
def day_month(at: date | None, zone: Zone = None) -> str:
    """Return 22 novembre."""
    if at is None:
        return ""
    return _in_words(_as_date(at, zone), pgettext("CLDR, after the day", "\u00a0MMMM"))


@register.filter
def short_day_month(at: date | None, zone: Zone = None) -> str:
    """Return 22 nov."""
    if at is None:
        return ""
    return _in_words(_as_date(at, zone), pgettext("CLDR, after the day", "\u00a0MMM"))


@register.filter
def short_day(at: date | None, zone: Zone = None) -> str:
    """Return 22 nov. 2026."""
    if at is None:
        return ""
    return _in_words(_as_date(at, zone), pgettext("CLDR, after the day", "\u00a0MMM y"))


@register.filter
def weekday(at: date | None, zone: Zone = None) -> str:
    """Return dimanche 22 novembre 2026."""
    if at is None:
        return ""
    return f"{format_date(_as_date(at, zone), 'EEEE', _locale())} {day(at, zone)}"


@register.filter
def hour(at: datetime | None, zone: Zone = None) -> str:
    """Return 18 h 30, or 18 h on the hour."""
    if at is None:
        return ""
    then = local(at, zone).time()
    whole, exact = pgettext("CLDR, an hour", "H\u00a0'h'"), pgettext("CLDR, hour and minutes", "H\u00a0'h'\u00a0mm")
    return format_time(then, exact if then.minute else whole, locale=_locale())


@register.filter
def moment(at: datetime | None, zone: Zone = None) -> str:
    """Return 22 novembre 2026 à 18 h 30."""
    if at is None:
        return ""
    return _("%(day)s à %(hour)s") % {"day": day(at, zone), "hour": hour(at, zone)}


@register.filter
def machine(at: date | None, zone: Zone = None) -> str:
    """Return 2026-11-22T18:30:00+01:00, for the ``datetime`` of a ``<time>``."""
    if at is None:
        return ""
    return local(at, zone).isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()


@register.simple_tag
def period(starts: date, ends: date, zone: Zone = None) -> str:
    """Return du 12 au 24 octobre 2026, du 28 octobre au 3 novembre 2026, or le 9 décembre 2026."""
    first, last = _as_date(starts, zone), _as_date(ends, zone)
    if first == last:
        return _("le %(day)s") % {"day": day(last)}
    if (first.year, first.month) == (last.year, last.month):
        start = _in_words(first)
    elif first.year == last.year:
        start = day_month(first)
    else:
        start = day(first)
    return _("du %(first)s au %(last)s") % {"first": start, "last": day(last)}


@register.simple_tag
def meeting(starts: datetime, ends: datetime, zone: Zone = None) -> str:
    """Return mercredi 9 décembre 2026 de 14 h à 16 h 30."""
    if _as_date(starts, zone) == _as_date(ends, zone):
        words = {"day": weekday(starts, zone), "first": hour(starts, zone), "last": hour(ends, zone)}
        return _("%(day)s de %(first)s à %(last)s") % words
    return _("du %(first)s au %(last)s") % {
        "first": f"{weekday(starts, zone)} {_('à')} {hour(starts, zone)}",
        "last": f"{weekday(ends, zone)} {_('à')} {hour(ends, zone)}",
    }


@register.filter
def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """Return 12 345,6 with narrow no-break spaces between the thousands; halves are rounded up."""
    if value is None:
        return ""
    decimals = (0 if isinstance(value, int) else 1) if decimals is None else decimals
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    pattern = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    return format_decimal(rounded, pattern, _locale()).replace("-", "\u2212")


@register.filter
def duration(seconds: float) -> str:
    """Return a time to wait, rounded up to one unit: 40 secondes, 4 minutes, 2 heures, 3 jours."""
    whole = max(math.ceil(seconds), 1)
    if whole >= 86_400:
        return count(-(-whole // 86_400), "jour,jours")
    if whole >= 3_600:
        return count(-(-whole // 3_600), "heure,heures")
    if whole >= 60:
        return count(-(-whole // 60), "minute,minutes")
    return count(whole, "seconde,secondes")


@register.filter
def file_size(size: int | None) -> str:
    """Return 412 ko or 1,2 Mo: in thousands, as French shows it."""
    if size is None:
        return ""
    if size < 1_000:
        return count(size, "octet,octets")
    if size < 1_000_000:
        return f"{number(round(size / 1_000))}{WIDE}{_('ko')}"
    return f"{number(size / 1_000_000, 1)}{WIDE}{_('Mo')}"


@register.filter
def count(value: int | None, words: str) -> str:
    """Return 0 contribution, 1 contribution, 2 contributions: ``words`` is "contribution,contributions".

    ``words`` must be a literal: ``make catalogue`` gathers it as a plural, with ``%(n)s`` where the number stands.
    """
    singular, plural = (f"%(n)s{WIDE}{form}" for form in words.split(","))
    return translation.ngettext(singular, plural, abs(value or 0)) % {"n": number(value or 0)}


@register.filter
def spaced(text: object) -> str:
    """Add the no-break spaces of French around ; : ! ? « » %, to words that someone typed without them."""
    result = re.sub(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]+([;!?»])", NARROW + r"\1", str(text))
    result = re.sub(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]+(:|%)(?!/)", WIDE + r"\1", result)
    return re.sub(r"«[ \u00a0\u202f]*", "«" + WIDE, result)


# A vowel, a y before a consonant, or the h of words where it is mute; before any other h, French writes « de ».
_ELIDES = re.compile(
    r"[aeiouœæ]|y[^aeiou\W]|h(?:abit|armon|ector|elen|elo|enri|erbi|ermi|erv|ippo|isto|omm|onor|opi|ort|ubert|ug|uma|ya|yd)"
)


@register.filter
def of(name: object) -> str:
    """Return a name after « de », elided: « d’Isabelle », « de Claire »."""
    words = isolated(name)
    letters = "".join(sign for sign in unicodedata.normalize("NFD", words.lower()) if not unicodedata.combining(sign))
    return f"d’{words}" if _ELIDES.match(letters) else f"de {words}"


@register.filter
def quoted(text: object) -> str:
    """Quote a title, and turn quotes inside it into those of the second rank: « Le projet “Rives” »."""
    inner = re.sub(r"«[ \u00a0\u202f]*", "“", str(text))
    inner = re.sub(r"[ \u00a0\u202f]*»", "”", inner)
    return f"«{WIDE}{isolated(inner)}{NARROW}»"


@register.filter
def unbroken(text: object) -> SafeString:
    """Keep C-142, R-07 and A-3 on one line, by markup: the browser's search would not find a no-break hyphen."""
    words = text if isinstance(text, str) else str(text)
    return mark_safe(re.sub(r"\b[ACR]-\d+\b", r'<span class="nowrap">\g<0></span>', conditional_escape(words)))  # noqa: S308


@register.filter
def initials(name: object) -> str:
    """Return the first letters of the first and last word of a name: « Claire Le Goff » gives CG."""
    words = [word for word in re.split(r"[\s\-\u2019']+", str(name)) if word[:1].isalpha()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
