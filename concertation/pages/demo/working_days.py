"""Working days of France, so that no atelier of the demonstration is on a Sunday or on New Year's Day."""

from datetime import date, timedelta

FIXED = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}  # month, day
AFTER_EASTER = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday


def is_working_day(on: date) -> bool:
    movable = {easter(on.year) + timedelta(days=days) for days in AFTER_EASTER}
    return on.weekday() < 5 and (on.month, on.day) not in FIXED and on not in movable


def shift_to_working_day(on: date, *, forward: bool) -> timedelta:
    """Return the distance to the next working day, or to the one before; zero if ``on`` is one."""
    step = timedelta(days=1 if forward else -1)
    shift = timedelta()
    while not is_working_day(on + shift):
        shift += step
    return shift


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar, by the algorithm of Butcher and Meeus."""
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)
