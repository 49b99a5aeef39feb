"""Dates, numbers and spaces as French writes them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from concertation.texts import direction
from concertation.texts.templatetags import french

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


def plain(text: str) -> str:
    """Words compared apart from the kind of their spaces, which have a test of their own."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_day_has_its_month_in_words_and_no_capital():
    assert plain(french.day(NOW, "Europe/Paris")) == "22 novembre 2026"


def test_the_first_of_a_month_is_an_ordinal_and_the_second_is_not():
    assert plain(french.day(date(2026, 10, 1))) == "1er octobre 2026"
    assert plain(french.day(date(2026, 10, 2))) == "2 octobre 2026"


def test_an_hour_is_written_with_h_and_drops_zero_minutes():
    assert plain(french.hour(NOW, "Europe/Paris")) == "18 h 30"
    assert plain(french.hour(NOW - timedelta(minutes=30), "Europe/Paris")) == "18 h"
    assert plain(french.hour(NOW - timedelta(minutes=25), "Europe/Paris")) == "18 h 05"


def test_the_same_moment_reads_otherwise_in_another_zone():
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    assert plain(french.moment(late, "Europe/Paris")) == "23 novembre 2026 à 0 h 30"
    assert plain(french.moment(late, "America/Cayenne")) == "22 novembre 2026 à 20 h 30"


def test_nothing_is_written_for_no_date():
    assert [write(None) for write in (french.day, french.hour, french.moment, french.weekday, french.machine)] == [
        ""
    ] * 5


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 10, 12), date(2026, 10, 24), "du 12 au 24 octobre 2026"),
        (date(2026, 10, 1), date(2026, 11, 3), "du 1er octobre au 3 novembre 2026"),
        (date(2026, 12, 20), date(2027, 1, 3), "du 20 décembre 2026 au 3 janvier 2027"),
        (date(2026, 12, 9), date(2026, 12, 9), "le 9 décembre 2026"),
    ],
)
def test_a_period_does_not_repeat_what_its_ends_share(first, last, words):
    assert plain(french.period(first, last)) == words


def test_a_meeting_gives_its_weekday_and_its_hours_in_its_zone():
    ends = NOW + timedelta(hours=2)

    assert plain(french.meeting(NOW, ends, "Europe/Paris")) == "dimanche 22 novembre 2026 de 18 h 30 à 20 h 30"


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0"), (999, "999"), (1234, "1 234"), (1234567, "1 234 567"), (-1234, "\u22121 234")]
)
def test_thousands_are_set_apart(value, written):
    assert plain(french.number(value)) == written


def test_decimals_follow_a_comma():
    assert plain(french.number(1234.56)) == "1 234,6"


@pytest.mark.parametrize(("size", "written"), [(None, ""), (1, "1 octet"), (412_000, "412 ko"), (1_240_000, "1,2 Mo")])
def test_the_weight_of_a_file_is_in_thousands(size, written):
    assert plain(french.file_size(size)) == written


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0 réponse"), (1, "1 réponse"), (2, "2 réponses"), (None, "0 réponse")]
)
def test_zero_is_singular(value, written):
    assert plain(french.count(value, "réponse,réponses")) == written


def test_the_catalogue_decides_on_the_form_and_on_the_place_of_the_number(monkeypatch):
    forms = {1: "odpowiedź: %(n)s", 5: "odpowiedzi: %(n)s"}
    asked = []
    monkeypatch.setattr(french.translation, "ngettext", lambda *words: asked.append(words) or forms[words[2]])

    assert [french.count(n, "réponse,réponses") for n in (1, 5)] == ["odpowiedź: 1", "odpowiedzi: 5"]
    assert asked[0] == ("%(n)s\u00a0réponse", "%(n)s\u00a0réponses", 1)


def test_spaces_before_high_punctuation_do_not_break():
    assert french.spaced("« Vraiment » ? Oui : 12 %") == "«\u00a0Vraiment\u202f»\u202f? Oui\u00a0: 12\u00a0%"
    assert french.hour(NOW, "Europe/Paris") == "18\u00a0h\u00a030"
    assert french.number(1234) == "1\u202f234"


def test_an_address_is_left_alone_by_the_spaces():
    assert french.spaced("https://exemple.fr/?a=1") == "https://exemple.fr/?a=1"


@pytest.mark.parametrize(
    ("name", "letters"), [("Claire Le Goff", "CG"), ("Jean-Marc", "JM"), ("Élise", "É"), ("", "?"), ("42", "?")]
)
def test_initials_come_from_the_first_and_last_word(name, letters):
    assert french.initials(name) == letters


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "1 seconde"),
        (39.1, "40 secondes"),
        (60, "1 minute"),
        (61, "2 minutes"),
        (3_600, "1 heure"),
        (90_000, "2 jours"),
    ],
)
def test_a_time_to_wait_is_rounded_up_to_one_unit(seconds, words):
    assert plain(french.duration(seconds)) == words


ARABIC = "نادية (2026)!"


def test_a_name_from_right_to_left_turns_nothing_beside_it_in_plain_text():
    isolated = f"\u2068{ARABIC}\u2069"

    assert (direction.isolated(ARABIC), french.of(ARABIC)) == (isolated, f"de {isolated}")
    assert french.quoted(ARABIC) == f"«\u00a0{isolated}\u202f»"
    assert french.quoted("Le projet « بيتنا »") == "«\u00a0\u2068Le projet “بيتنا”\u2069\u202f»"


@pytest.mark.parametrize("name", ["Nadia (2026)!", "Éloïse", "中文", "", "2026"])
def test_any_other_name_is_left_as_it_is(name):
    assert direction.isolated(name) == name


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (ARABIC, "rtl"),
        ("« (2026) שלום »", "rtl"),
        ("2026, oui بيتنا", "ltr"),
        ("2026 !", ""),
        ("", ""),
        ("\u200fa", "rtl"),
    ],
)
def test_the_first_letter_with_a_direction_gives_it_to_the_text(text, first):
    assert direction.first_direction(text) == first


def test_another_language_needs_no_code():
    late = datetime(2026, 8, 5, 16, 0, tzinfo=UTC)

    with translation.override("en"):
        assert plain(french.weekday(late, "Europe/Paris")) == "Wednesday 5 August 2026"
        assert plain(french.short_day(late, "Europe/Paris")) == "5 Aug 2026"
        assert french.number(12345.6) == "12,345.6"
    assert plain(french.weekday(late, "Europe/Paris")) == "mercredi 5 août 2026"
