"""Dates, numbers and spaces as French writes them. Times are shown in the zone that is passed."""

import math
import re
import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ..direction import isolated

register = template.Library()

Zone = ZoneInfo | str | None

NARROW = "\u202f"
WIDE = "\u00a0"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
SHORT_MONTHS = "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split()


def local(at: datetime, zone: Zone = None) -> datetime:
    """``at`` on the clocks of ``zone``; without a zone, of the site."""
    if zone is None or zone == "":
        return timezone.localtime(at)
    return at.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)


def _as_date(at: date, zone: Zone) -> date:
    return local(at, zone).date() if isinstance(at, datetime) else at


def _number_of_day(on: date) -> str:
    return "1er" if on.day == 1 else str(on.day)


@register.filter
def day(at: date | None, zone: Zone = None) -> str:
    """22 novembre 2026"""
    if at is None:
        return ""
    on = _as_date(at, zone)
    return f"{_number_of_day(on)}{WIDE}{MONTHS[on.month - 1]} {on.year}"


@register.filter
def day_month(at: date | None, zone: Zone = None) -> str:
    """22 novembre"""
    if at is None:
        return ""
    on = _as_date(at, zone)
    return f"{_number_of_day(on)}{WIDE}{MONTHS[on.month - 1]}"


@register.filter
def short_day(at: date | None, zone: Zone = None) -> str:
    """22 nov. 2026"""
    if at is None:
        return ""
    on = _as_date(at, zone)
    return f"{_number_of_day(on)}{WIDE}{SHORT_MONTHS[on.month - 1]} {on.year}"


@register.filter
def weekday(at: date | None, zone: Zone = None) -> str:
    """dimanche 22 novembre 2026"""
    if at is None:
        return ""
    return f"{DAYS[_as_date(at, zone).weekday()]} {day(at, zone)}"


@register.filter
def hour(at: datetime | None, zone: Zone = None) -> str:
    """18 h 30, or 18 h on the hour"""
    if at is None:
        return ""
    then = local(at, zone)
    minutes = f"{WIDE}{then.minute:02}" if then.minute else ""
    return f"{then.hour}{WIDE}h{minutes}"


@register.filter
def moment(at: datetime | None, zone: Zone = None) -> str:
    """22 novembre 2026 à 18 h 30"""
    if at is None:
        return ""
    return _("%(day)s à %(hour)s") % {"day": day(at, zone), "hour": hour(at, zone)}


@register.filter
def machine(at: date | None, zone: Zone = None) -> str:
    """2026-11-22T18:30:00+01:00, for the ``datetime`` of a ``<time>``"""
    if at is None:
        return ""
    return local(at, zone).isoformat(timespec="seconds") if isinstance(at, datetime) else at.isoformat()


@register.simple_tag
def period(starts: date, ends: date, zone: Zone = None) -> str:
    """du 12 au 24 octobre 2026, du 28 octobre au 3 novembre 2026, or le 9 décembre 2026"""
    first, last = _as_date(starts, zone), _as_date(ends, zone)
    if first == last:
        return _("le %(day)s") % {"day": day(last)}
    if (first.year, first.month) == (last.year, last.month):
        start = _number_of_day(first)
    elif first.year == last.year:
        start = day_month(first)
    else:
        start = day(first)
    return _("du %(first)s au %(last)s") % {"first": start, "last": day(last)}


@register.simple_tag
def meeting(starts: datetime, ends: datetime, zone: Zone = None) -> str:
    """mercredi 9 décembre 2026 de 14 h à 16 h 30"""
    if _as_date(starts, zone) == _as_date(ends, zone):
        words = {"day": weekday(starts, zone), "first": hour(starts, zone), "last": hour(ends, zone)}
        return _("%(day)s de %(first)s à %(last)s") % words
    return _("du %(first)s au %(last)s") % {
        "first": f"{weekday(starts, zone)} {_('à')} {hour(starts, zone)}",
        "last": f"{weekday(ends, zone)} {_('à')} {hour(ends, zone)}",
    }


@register.filter
def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """12 345,6 with narrow no-break spaces between the thousands"""
    if value is None:
        return ""
    decimals = (0 if isinstance(value, int) else 1) if decimals is None else decimals
    plain = str(Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    whole, _dot, rest = plain.partition(".")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", NARROW, whole).replace("-", "\u2212")
    return f"{grouped},{rest}" if rest else grouped


@register.filter
def duration(seconds: float) -> str:
    """40 secondes, 4 minutes, 2 heures, 3 jours: rounded up to one unit, for a time to wait."""
    whole = max(math.ceil(seconds), 1)
    for size, words in ((86_400, _("jour,jours")), (3_600, _("heure,heures")), (60, _("minute,minutes"))):
        if whole >= size:
            return count(-(-whole // size), words)
    return count(whole, _("seconde,secondes"))


@register.filter
def file_size(size: int | None) -> str:
    """412 ko, 1,2 Mo: in thousands, as French shows it"""
    if size is None:
        return ""
    if size < 1_000:
        return count(size, _("octet,octets"))
    if size < 1_000_000:
        return f"{number(round(size / 1_000))}{WIDE}{_('ko')}"
    return f"{number(size / 1_000_000, 1)}{WIDE}{_('Mo')}"


@register.filter
def count(value: int | None, words: str) -> str:
    """0 contribution, 1 contribution, 2 contributions: ``words`` is "contribution,contributions"."""
    many = value or 0
    singular, _comma, plural = words.partition(",")
    return f"{number(many)}{WIDE}{plural or singular if abs(many) >= 2 else singular}"


@register.filter
def plural(value: int | None, ending: str = "s") -> str:
    """The ending of a plural, from two on: "inscrit{{ n|plural }}", "nouvea{{ n|plural:"u,ux" }}"."""
    singular, comma, many = ending.partition(",")
    if not comma:
        singular, many = "", ending
    return many if abs(value or 0) >= 2 else singular


@register.filter
def spaced(text: object) -> str:
    """The spaces that French wants around ; : ! ? « » %, for words that someone typed without them."""
    result = re.sub(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]+([;!?»])", NARROW + r"\1", str(text))
    result = re.sub(r"(?<![ \u00a0\u202f])[ \u00a0\u202f]+(:|%)(?!/)", WIDE + r"\1", result)
    return re.sub(r"«[ \u00a0\u202f]*", "«" + WIDE, result)


# A vowel, a y before a consonant, or the h of words where it is mute; before any other h, French writes « de ».
_ELIDES = re.compile(
    r"[aeiouœæ]|y[^aeiou\W]|h(?:abit|armon|ector|elen|elo|enri|erbi|ermi|erv|ippo|isto|omm|onor|opi|ort|ubert|ug|uma|ya|yd)"
)


@register.filter
def of(name: object) -> str:
    """« d’Isabelle », « de Claire »: a name after « de », elided as French wants."""
    words = isolated(name)
    letters = "".join(sign for sign in unicodedata.normalize("NFD", words.lower()) if not unicodedata.combining(sign))
    return f"d’{words}" if _ELIDES.match(letters) else f"de {words}"


@register.filter
def quoted(text: object) -> str:
    """« Le projet “Rives” »: quoted, the quotes that are already inside turned into those of the second rank."""
    inner = re.sub(r"«[ \u00a0\u202f]*", "“", str(text))
    inner = re.sub(r"[ \u00a0\u202f]*»", "”", inner)
    return f"«{WIDE}{isolated(inner)}{NARROW}»"


@register.filter
def unbroken(text: object) -> SafeString:
    """Keep C-142, R-07 and A-3 on one line, by markup: a special hyphen would not be found by a search in the page."""
    words = text if isinstance(text, str) else str(text)
    return mark_safe(re.sub(r"\b[ACR]-\d+\b", r'<span class="nowrap">\g<0></span>', conditional_escape(words)))  # noqa: S308


@register.filter
def initials(name: object) -> str:
    """The first letters of the first and last word of a name: « Claire Le Goff » gives CG."""
    words = [word for word in re.split(r"[\s\-\u2019']+", str(name)) if word[:1].isalpha()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()
