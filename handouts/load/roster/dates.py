"""Turn a date as an export writes it into a date, if it can be read in one way only."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from functools import lru_cache

from handouts.load.roster.table import CellError

YEARS = range(2000, 2101)


class DayOrder(StrEnum):
    """How dates with slashes are written in a file: ``3/4/2026``."""

    DMY = "dmy"
    MDY = "mdy"


class DateError(CellError):
    """A date that cannot be read; ``ambiguous`` if it can be read in two ways."""

    def __init__(self, message: str, hint: str, *, ambiguous: bool = False) -> None:
        super().__init__(message, hint)
        self.ambiguous = ambiguous


_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTHS = {name: number for number, name in enumerate(_NAMES, 1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_TIME = re.compile(
    r"(?P<day>.*\d)(?:T|,?\s+(?:at\s+)?)(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?"
    r"(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_ZONE = re.compile(r".*:\d{2}(\.\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})", re.IGNORECASE)
_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
_NAME, _WEEKDAY = r"(?P<month>[a-z]+)", r"(?:[a-z]+\.?,? +)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}",
        rf"{_DAY}\.\s?{_MONTH}\.\s?{_YEAR}",
        rf"{_WEEKDAY}{_DAY}(?:st|nd|rd|th)?[ -]{_NAME}\.?,?[ -]{_YEAR}",
        rf"{_WEEKDAY}{_NAME}\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR}",
    )
)
"""2026-12-01, 1.12.2026, 1 Dec 2026, December 1, 2026."""
_SLASHES = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})")
_HINT = "write it like 2026-12-01"


@lru_cache(maxsize=4096)
def read_day(text: str, order: DayOrder | None) -> dt.date:
    """Return the day of a date; a time of midnight may stand behind it.

    Raises:
        DateError: as `read_moment`, and for a time of day.
    """
    value = read_moment(text, order)
    if isinstance(value, dt.datetime):
        raise DateError("must be a date without a time", _HINT)
    return value


@lru_cache(maxsize=4096)
def read_moment(text: str, order: DayOrder | None) -> dt.datetime | dt.date:
    """Return the day, or day and time, that a text gives.

    Read are ``2026-12-01``, ``2026/12/1``, ``1.12.2026`` (day first, as everywhere dots are
    written), ``1 Dec 2026``, ``1-Dec-2026``, ``December 1, 2026`` and, with slashes or hyphens,
    day and month in the ``order`` given, or without one if only one of the two is possible. A
    time is ``14:30``, ``14:30:00`` or ``2:30 PM``.

    Raises:
        DateError: for anything else, years of two digits, a time zone (the clinic's own may be
            another, and so the day) and years that are not of this century.
    """
    if _ZONE.fullmatch(text):
        raise DateError("has a time zone", "write the clinic's own time, like 2026-12-01 14:30")
    match = _TIME.fullmatch(text)
    if match and (match["minute"] or match["half"]):
        day, time = _day(match["day"].strip(), order), _clock(match)
        # Exports write midnight where they have no time.
        return dt.datetime.combine(day, time) if time != dt.time() else day
    return _day(text, order)


def _day(text: str, order: DayOrder | None) -> dt.date:
    for form in _FORMS:
        if match := form.fullmatch(text):
            month = match["month"].lower()
            number = int(month) if month.isdigit() else _MONTHS.get(month, 0)
            return _date(int(match["year"]), number, int(match["day"]))
    if match := _SLASHES.fullmatch(text):
        return _slashed(int(match[1]), int(match[3]), int(match[4]), order)
    raise DateError("must be a date", _HINT)


def _slashed(first: int, second: int, year: int, order: DayOrder | None) -> dt.date:
    if order is DayOrder.DMY:
        return _date(year, second, first)
    if order is DayOrder.MDY:
        return _date(year, first, second)
    if first <= 12 and second <= 12 and first != second:
        raise DateError(
            "may be read as day/month or as month/day",
            "say --dates dmy or --dates mdy, or write it like 2026-12-01",
            ambiguous=True,
        )
    return _date(year, second, first) if second <= 12 else _date(year, first, second)


def _date(year: int, month: int, day: int) -> dt.date:
    if year not in YEARS:
        raise DateError(f"must be in the years {YEARS[0]} to {YEARS[-1]}", _HINT)
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise DateError("must be a day of the calendar", _HINT) from None


def _clock(match: re.Match[str]) -> dt.time:
    hour, half = int(match["hour"]), (match["half"] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        raise DateError("must have a time such as 14:30 or 2:30 PM", _HINT)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        # Seconds are never printed.
        return dt.time(hour, int(match["minute"] or 0))
    except ValueError:
        raise DateError("must have a time such as 14:30 or 2:30 PM", _HINT) from None
