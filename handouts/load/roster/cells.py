"""Turn the text of a cell into a value: a date, side, yes or no, dose; one way or not at all."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct
from pydantic import ValidationError

from handouts.errors import did_you_mean
from handouts.load.library import Library
from handouts.load.messages import Complaint, describe
from handouts.load.models import build_model
from handouts.load.roster.dates import DateError, DayOrder, read_day
from handouts.load.roster.table import CellError, plain
from handouts.load.yaml import LIMIT_BYTES, parse
from handouts.model.base import FieldErrors
from handouts.model.clinic import AffectedSide
from handouts.model.dosage import Dosage
from handouts.model.order import LAST_BEGINNING
from handouts.model.program import Selection, parse_selection
from handouts.model.roster import Column, Consent, RosterWords
from handouts.model.shorthand import EXAMPLE, DoseError

_MANGLED = re.compile(r"\d(?:[.,]\d+)?E\+\d+")

_TRUTHS = frozenset({"true", "false", "yes", "no"})
T = TypeVar("T")
FILE = "data/roster.yaml"


class Lookups(Struct, frozen=True):
    """What headers and values mean; every key is in `plain` form."""

    columns: Mapping[str, Column]
    others: frozenset[str]
    flags: Mapping[str, bool]
    blank: frozenset[str]
    sides: Mapping[str, AffectedSide]
    active: frozenset[str]
    inactive: Mapping[str, str]


def read_lookups(library: Library) -> Lookups:
    """Return the words of a roster.

    Raises:
        ContentError: if their file is wrong.
    """
    path = library.workspace.builtin(FILE)
    data = library.workspace.read(path, LIMIT_BYTES)
    return _lookups(data)


@lru_cache(maxsize=2)
def _lookups(data: bytes) -> Lookups:
    words = build_model(RosterWords, parse(data, FILE), name="roster")
    return Lookups(
        # Each column has its own name too: what we write is read again.
        columns=_inverted({column: (column, *words.columns.get(column, ())) for column in Column}),
        others=frozenset(map(plain, words.others)),
        flags=_inverted({True: words.yes, False: words.no}),
        blank=frozenset(map(plain, words.blank)),
        sides=_inverted(words.sides),
        active=frozenset(map(plain, words.active)),
        inactive=_inverted(words.inactive),
    )


def _inverted(meanings: Mapping[T, Iterable[str]]) -> dict[str, T]:
    return {plain(name): meaning for meaning, names in meanings.items() for name in names}


def read_reference(text: str) -> str:
    """Return a reference.

    Raises:
        CellError: for a number that a spreadsheet has shortened (``1.2E+15``), and yes or no, which
            is what it makes of ``TRUE``.
    """
    if text.lower() in _TRUTHS:
        raise CellError(
            "is yes or no (TRUE or FALSE in the spreadsheet), which is nobody's number",
            "correct the cell, or say with --map which column has the reference",
        )
    if _MANGLED.fullmatch(text):
        raise CellError(
            "is a number that a spreadsheet has shortened: its last digits are lost",
            "give the column the format text and enter it again",
        )
    return text


def read_word(text: str, known: Mapping[str, T], expected: str) -> T:
    """Return what one of some known words means.

    Raises:
        CellError: for any other word.
    """
    meaning = known.get(plain(text))
    if meaning is None:
        raise CellError(f"must be {expected}")
    return meaning


def read_consent(text: str, date: str, words: Lookups, order: DayOrder | None) -> Consent | None:
    """Return the consent that one or two cells give: ``yes``, ``no``, ``yes 2026-12-01``, or a day.

    Raises:
        CellError: for anything else, two days that differ, and a day in the second alone.
    """
    if not text:
        if date:
            raise CellError("has a day and does not say yes or no")
        return None
    word, _, rest = text.partition(" ")
    given = words.flags.get(plain(word.rstrip(",;:")))
    if given is None:
        # A day alone is the day on which it was given.
        given, rest = True, text
    days = {_day(part.strip(" ,;:"), order) for part in (rest, date) if part.strip()}
    if len(days) > 1:
        raise CellError("gives another day than its date column")
    return Consent(given=given, date=next(iter(days), None))


def _day(text: str, order: DayOrder | None) -> dt.date:
    try:
        return read_day(text, order)
    except DateError as error:
        if error.ambiguous:
            raise
        raise CellError("must be yes or no, with the day", "write it like yes 2026-12-01") from None


def read_id(text: str, noun: str, known: Iterable[str]) -> str:
    """Return the id of a program, clinic or layout.

    Raises:
        CellError: if there is none of that name; with the closest, and without the name itself.
    """
    names = tuple(known)
    if text not in names:
        raise CellError(f"names no {noun} that there is", did_you_mean(text, names))
    return text


def read_date(text: str, order: DayOrder | None) -> dt.date:
    """Return a day.

    Raises:
        CellError: as `read_day`.
    """
    if text.isdigit():
        # What a day is in a sheet whose column has no date format; which day depends on the file.
        raise CellError("is a number, not a date", "give the column a date format")
    return read_day(text, order)


@lru_cache(maxsize=1024)
def read_dose(text: str) -> Dosage:
    """Return the dose that a shorthand states.

    Raises:
        CellError: if it is not understood or not possible.
    """
    try:
        return Dosage.model_validate(text)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
    cause = detail.get("ctx", {}).get("error")
    if isinstance(cause, FieldErrors):
        # Of several fields together: it names them, and quotes nothing.
        raise CellError(f"cannot be: {cause}", cause.faults[0].hint)
    if isinstance(cause, DoseError) or not detail["loc"]:
        # Its own words quote the cell.
        raise CellError("is not understood as a dose", f'write it like "{EXAMPLE}"')
    key = str(detail["loc"][0])
    message, hint = describe(
        Complaint(detail["type"], (key,), detail.get("ctx", {}), None, key, (), private=True)
    )
    raise CellError(f"cannot be: {message}", "" if "must" in message else hint)


def read_selection(text: str) -> Selection:
    """Return the exercises that a text chooses.

    Raises:
        CellError: if it is not understood.
    """
    try:
        return parse_selection(text)
    except ValueError as error:
        hint = "a spreadsheet may make a date or a number of it: give the column the format text"
        raise CellError(str(error), hint) from None


_WEEK = re.compile(r"(?:week )?(\d{1,2})(?:\.0)?", re.IGNORECASE)


def read_week(text: str) -> int:
    """Return a week of a program, counted from 1: ``5``, ``week 5``.

    Raises:
        CellError: if it is none.
    """
    found = _WEEK.fullmatch(text)
    if found is None or not 1 <= int(found.group(1)) <= LAST_BEGINNING:
        raise CellError(f"must be a week of the program, from 1 to {LAST_BEGINNING}")
    return int(found.group(1))


_NAME_PARTS = (Column.FIRST_NAME, Column.MIDDLE_NAME, Column.LAST_NAME)


def full_name(cells: Mapping[str, str]) -> str | None:
    """Return the name of a row: as it is written, or its parts, the first name first.

    A whole name beside parts comes from two joined files: then they must be the same person's.

    Raises:
        CellError: if they are not, or ``last_first`` does not have exactly one comma.
    """
    names = [name for name in (cells.get(Column.NAME, ""), _last_first(cells)) if name]
    parts = [cells[part] for part in _NAME_PARTS if cells.get(part)]
    if parts:
        names.append(" ".join(parts))
    # Most rows have one name only, which is no other's.
    if len(names) > 1 and len({_name_words(name) for name in names}) > 1:
        raise CellError("is not the same in the joined files", "is it the right patient?")
    return names[0] if names else None


def _name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name, in whatever order it has them."""
    return tuple(sorted(plain(name.replace(",", " ")).split()))


def _last_first(cells: Mapping[str, str]) -> str:
    text = cells.get(Column.LAST_FIRST, "")
    if not text:
        return ""
    last, *first = (part.strip() for part in text.split(","))
    if len(first) != 1 or not last or not first[0]:
        raise CellError("must be the last name, one comma, and the first name")
    return f"{first[0]} {last}"
