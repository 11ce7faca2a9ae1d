"""Turn the text of a cell into a value: a side, yes or no, a dose, a date.

Text that can be read in two ways is refused.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from typing import TypeVar

from babel import Locale
from msgspec import Struct
from pydantic import ValidationError

from handouts.load.library import Library
from handouts.load.messages import describe_private
from handouts.load.models import build_model
from handouts.load.roster.table import plain
from handouts.load.yaml import LIMIT_BYTES, parse
from handouts.model.base import FieldErrors
from handouts.model.clinic import AffectedSide
from handouts.model.dosage import Dosage
from handouts.model.locale import has_decimal_comma
from handouts.model.order import LAST_BEGINNING
from handouts.model.program import Selection
from handouts.model.roster import Column, EmailConsent, RosterWords
from handouts.model.shorthand import DoseError, parse_dose

T = TypeVar("T")
FILE = "data/roster.yaml"


class CellError(ValueError):
    """A cell that cannot be read; the message follows the column's name and quotes nothing."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class Lookups(Struct, frozen=True):
    """What headers and values mean; every key is in `plain` form."""

    columns: Mapping[str, Column]
    others: frozenset[str]
    whole_or_first: frozenset[str]
    last_beside: frozenset[str]
    flags: Mapping[str, bool]
    blank: frozenset[str]
    no_name: frozenset[str]
    totals: tuple[str, ...]
    sides: Mapping[str, AffectedSide]
    active: frozenset[str]
    inactive: Mapping[str, str]


def read_lookups(library: Library) -> Lookups:
    """Return the words of rosters.

    Raises:
        ContentError: if the file of these words is wrong.
    """
    path = library.workspace.builtin(FILE)
    data = library.workspace.read(path, LIMIT_BYTES)
    return _lookups(data)


@lru_cache(maxsize=2)
def _lookups(data: bytes) -> Lookups:
    words = build_model(RosterWords, parse(data, FILE), name="roster")
    return Lookups(
        # Each column also has its own name, so that files that we write can be read again.
        columns=_inverted({column: (column, *words.columns.get(column, ())) for column in Column}),
        others=plain_forms(words.others),
        whole_or_first=plain_forms(words.whole_or_first),
        last_beside=plain_forms(words.last_beside),
        flags=_inverted({True: words.yes, False: words.no}),
        blank=plain_forms(words.blank),
        no_name=plain_forms(words.no_name),
        totals=tuple(plain_forms(words.totals)),
        sides=_inverted(words.sides),
        active=plain_forms(words.active),
        inactive=_inverted(words.inactive),
    )


def _inverted(meanings: Mapping[T, Iterable[str]]) -> dict[str, T]:
    return {name: meaning for meaning, names in meanings.items() for name in plain_forms(names)}


def plain_forms(names: Iterable[str]) -> frozenset[str]:
    """Return names in `plain` form, also without their accents, which many exports lose."""
    return frozenset(plain(each) for name in names for each in (name, _bare(name)))


def _bare(name: str) -> str:
    parts = unicodedata.normalize("NFD", name)
    return "".join(part for part in parts if not unicodedata.combining(part))


def read_word(text: str, known: Mapping[str, T], expected: str, hint: str = "") -> T:
    """Return the meaning of a known word.

    Raises:
        CellError: for any other word.
    """
    meaning = known.get(plain(text))
    if meaning is None:
        raise CellError(f"must be {expected}", hint)
    return meaning


def read_consent(
    text: str, date: str, words: Lookups, order: DayOrder | None
) -> EmailConsent | None:
    """Return the consent in one or two cells: ``yes``, ``no``, ``yes 2026-12-01``, or a day.

    Raises:
        CellError: for anything else, for two different days, and for a day in the second cell only.
    """
    if not text:
        if date:
            raise CellError("has a date but no yes or no")
        return None
    word, _, rest = text.partition(" ")
    given = words.flags.get(plain(word.rstrip(",;:")))
    if given is None:
        # A day alone is the day on which the patient agreed.
        given, rest = True, text
    days = {_day(part.strip(" ,;:"), order) for part in (rest, date) if part.strip()}
    if len(days) > 1:
        raise CellError("differs from its date column")
    return EmailConsent(given=given, date=next(iter(days), None))


def _day(text: str, order: DayOrder | None) -> dt.date:
    try:
        return read_day(text, order)
    except DateError as error:
        if error.ambiguous:
            raise
        raise CellError("must be yes or no, with the day", "write it like yes 2026-12-01") from None


def read_date(text: str, order: DayOrder | None) -> dt.date:
    """Return a day.

    Raises:
        CellError: as `read_day`.
    """
    if text.isdigit():
        # In a column without a date format a day is a number; which day depends on the file.
        raise CellError("is a number, not a date", "format the column as a date")
    return read_day(text, order)


def read_dose(text: str, language: str = "") -> Dosage:
    """Return the dose that a shorthand states; ``language`` is that of whoever wrote it.

    Raises:
        CellError: if it is not understood or not possible.
    """
    try:
        fields = parse_dose(text, decimal_comma="," in text and has_decimal_comma(language))
        return Dosage.model_validate(fields)
    except DoseError as error:
        # Its message quotes the cell; its hint does not.
        raise CellError("is not understood as a dose", error.hint) from None
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, FieldErrors):
        # Several fields contradict each other: the message names them, and quotes nothing.
        raise CellError(f"cannot be: {cause}", cause.faults[0].hint)
    key = str(detail["loc"][0])
    message, hint = describe_private(detail, key)
    raise CellError(f"cannot be: {message}", "" if "must" in message else hint)


def read_selection(text: str) -> Selection:
    """Return the exercises that a text chooses.

    Raises:
        CellError: if it is not understood.
    """
    try:
        return Selection.read(text)
    except ValueError as error:
        hint = "a spreadsheet may turn it into a date or a number: format the column as text"
        raise CellError(str(error), hint) from None


_WEEK = re.compile(r"(?:(?:week|semana|woche) )?(\d{1,2})(?:\.0)?", re.IGNORECASE)


def read_week(text: str) -> int:
    """Return a week of a program, counted from 1: ``5``, ``week 5``.

    Raises:
        CellError: if it is not one.
    """
    found = _WEEK.fullmatch(text)
    if found is None or not 1 <= int(found.group(1)) <= LAST_BEGINNING:
        raise CellError(f"must be a week of the program, from 1 to {LAST_BEGINNING}")
    return int(found.group(1))


# -- dates, as exports write them, where they can be read in one way only

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


_OTHER_MONTHS = {"sept": 9, "setiembre": 9, "jänner": 1, "maerz": 3, "mrz": 3}
_TIME = re.compile(
    r"(?P<day>.*\d)(?:T|,?\s+(?:at\s+|a\s+las?\s+|um\s+)?)(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?"
    r"(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[ap]\.?\s?m\.?)?(?: Uhr)?",
    re.IGNORECASE,
)
_ZONE = re.compile(r".*:\d{2}(\.\d+)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})", re.IGNORECASE)
_YEAR, _MONTH, _DAY = r"(?P<year>\d{4})", r"(?P<month>\d{1,2})", r"(?P<day>\d{1,2})"
_NAME, _WEEKDAY = r"(?P<month>[^\W\d_]+)", r"(?:[^\W\d_]+\.?,? +)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?P<mark>[-/.]){_MONTH}(?P=mark){_DAY}",
        rf"{_DAY}\.\s?{_MONTH}\.\s?{_YEAR}",
        rf"{_WEEKDAY}{_DAY}(?:st|nd|rd|th|\.)?[ -]{_NAME}\.?,?[ -]{_YEAR}",
        rf"{_WEEKDAY}{_DAY} de {_NAME} del? {_YEAR}",
        rf"{_WEEKDAY}{_NAME}\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR}",
    )
)
"""2026-12-01, 1.12.2026, 1 Dec 2026, 1. Dezember 2026, 1 de diciembre de 2026, December 1, 2026."""
_SLASHES = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4})")
_HINT = "write it like 2026-12-01"


@cache
def _months() -> dict[str, int]:
    """Return months by their names in English, Spanish and German, whole and shortened."""
    names = {
        name.casefold(): month
        for language in ("en", "es", "de")
        for month, name in Locale(language).months["format"]["wide"].items()
    }
    return {name[:3]: at for name, at in names.items()} | names | _OTHER_MONTHS


def read_day(text: str, order: DayOrder | None) -> dt.date:
    """Return the day of a date; midnight may follow it.

    Raises:
        DateError: as `read_moment`, and for any other time of day.
    """
    value = read_moment(text, order)
    if isinstance(value, dt.datetime):
        raise DateError("must be a date without a time", _HINT)
    return value


@lru_cache(maxsize=4096)
def read_moment(text: str, order: DayOrder | None) -> dt.datetime | dt.date:
    """Return the day, or day and time, that a text gives.

    It reads ``2026-12-01``, ``2026/12/1``, ``1.12.2026`` (day first, as everywhere that dots are
    used), ``1 Dec 2026``, ``1-Dec-2026``, ``December 1, 2026``, and day and month with slashes or
    hyphens: in the given ``order``, or without one if only one order is possible. A time is
    ``14:30``, ``14:30:00`` or ``2:30 PM``.

    Raises:
        DateError: for anything else, for years of two digits or outside this century, and for a
            time zone: it may differ from the clinic's own, and then so may the day.
    """
    if _ZONE.fullmatch(text):
        raise DateError("has a time zone", "write the clinic's own time, like 2026-12-01 14:30")
    match = _TIME.fullmatch(text)
    if match and (match["minute"] or match["half"]):
        day, time = _plain_day(match["day"].strip(), order), _clock(match)
        # Exports write midnight when they have no time.
        return dt.datetime.combine(day, time) if time != dt.time() else day
    return _plain_day(text, order)


def _plain_day(text: str, order: DayOrder | None) -> dt.date:
    for form in _FORMS:
        if match := form.fullmatch(text):
            month = match["month"].lower()
            number = int(month) if month.isdecimal() else _months().get(month, 0)
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
            "could be day/month or month/day",
            "use --dates dmy or --dates mdy, or write it like 2026-12-01",
            ambiguous=True,
        )
    return _date(year, second, first) if second <= 12 else _date(year, first, second)


def _date(year: int, month: int, day: int) -> dt.date:
    if year not in YEARS:
        raise DateError(f"must be in the years {YEARS[0]} to {YEARS[-1]}", _HINT)
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise DateError("must be a date that exists", _HINT) from None


def _clock(match: re.Match[str]) -> dt.time:
    hour, half = int(match["hour"]), (match["half"] or "").lower()[:1]
    if half and not 1 <= hour <= 12:
        raise DateError("must have a time such as 14:30 or 2:30 PM", f"{_HINT} 14:30")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        # Seconds are never printed.
        return dt.time(hour, int(match["minute"] or 0))
    except ValueError:
        raise DateError("must have a time such as 14:30 or 2:30 PM", f"{_HINT} 14:30") from None
