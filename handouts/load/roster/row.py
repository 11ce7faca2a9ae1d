"""Turn the cells of a row into a `RosterRow`, or into all problems of the row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from pydantic import ValidationError

from handouts.errors import ContentError, HandoutError, Location, Problem, did_you_mean
from handouts.load.library import Library
from handouts.load.messages import describe_private
from handouts.load.roster import cells as read
from handouts.load.roster.cells import CellError, DayOrder, Lookups, plain_forms
from handouts.load.roster.file import full_name
from handouts.load.roster.table import NO_RESULT, plain
from handouts.model.clinic import language_tag
from handouts.model.roster import DOSE, Column, RosterRow, RowProblem
from handouts.workspace import Kind

Reader = Callable[[str], Any]

DEFAULTS = (
    Column.PROGRAM, Column.EXERCISES, Column.FROM_WEEK, Column.CLINIC, Column.LAYOUT,
    Column.LANGUAGE, Column.AFFECTED_SIDE, Column.START_DATE, Column.NEXT_VISIT, Column.CLINICIAN,
    Column.NOTE,
)  # fmt: skip
"""Columns that may have one value for every patient."""

# Words such as "na" are not read as empty in these columns: they may be somebody's name.
_FREE = frozenset((
    Column.REFERENCE, Column.NAME, Column.FIRST_NAME, Column.LAST_NAME, Column.SECOND_LAST_NAME,
    Column.LAST_FIRST, Column.NOTE, Column.PASSWORD,
))  # fmt: skip
_OTHER_NAMES = frozenset((Column.MIDDLE_NAME, Column.PREFERRED_NAME))
_PEN = "?"

ERRORS = frozenset((
    "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
    NO_RESULT,
))  # fmt: skip
"""Errors that a spreadsheet shows, also in a CSV that it saved."""


class RosterOptions(Struct, frozen=True):
    """How to read a roster.

    ``mapping`` gives the header of a column, or its position as ``#3``; ``defaults`` are values for
    empty cells of the columns in `DEFAULTS`. ``join`` are files with headers and more columns of
    the same patients. Without ``only_joined`` every reference must be on both sides; with it,
    patients that a joined file lacks are skipped and counted. ``encoding`` None means UTF-8, or
    UTF-16 with its mark. Without ``header`` the first row is a patient and ``mapping`` gives
    positions. ``sheet`` names a sheet of a workbook. If ``dates`` is None, dates that can be read
    in two ways are refused.
    """

    mapping: Mapping[str, str] = {}
    encoding: str | None = None
    join: tuple[Path, ...] = ()
    only_joined: bool = False
    defaults: Mapping[str, str] = {}
    header: bool = True
    sheet: str | None = None
    dates: DayOrder | None = None


class RowReader:
    """A reader of rows with the words, ids and defaults of one roster.

    Raises:
        ContentError: if a default cannot be read, or its column may have none.
    """

    def __init__(self, library: Library, words: Lookups, options: RosterOptions) -> None:
        self.library, self.words = library, words
        self.order = options.dates
        self.readers = _readers(library, words, options.dates)
        self.defaults: dict[str, Any] = {}
        problems = []
        for column, text in options.defaults.items():
            if column not in DEFAULTS:
                hint = did_you_mean(column, DEFAULTS)
                problems.append(
                    Problem(f'"{column}" cannot be the same for all patients', hint=hint)
                )
                continue
            try:
                self.defaults[column] = self.readers[column](text.strip())
            except CellError as error:
                problems.append(
                    Problem(f"the {column} given for all patients {error}", hint=error.hint)
                )
        problems += _broken(library, self.defaults)
        if problems:
            raise ContentError(problems)

    def read(
        self, file: str, row: int, cells: Mapping[str, str], found: tuple[Problem, ...] = ()
    ) -> RosterRow | RowProblem:
        """Return the row that cells describe; ``found`` are its problems that are known already."""
        place = Location(file, row)
        values, problems = self._values(cells, place)
        problems = [*found, *problems]
        fields = {"file": file, "row": row, "cells": dict(cells), **self.defaults, **values}
        try:
            built = RosterRow.model_validate(fields)
        except ValidationError as error:
            problems += _problems(error, place, problems, cells)
        else:
            if not problems:
                return built
        reference = cells.get(Column.REFERENCE, "")
        return RowProblem(file, row, reference, tuple(problems), dict(cells))

    def _values(
        self, cells: Mapping[str, str], place: Location
    ) -> tuple[dict[str, Any], list[Problem]]:
        """Return the values of the cells, and the problems of those that cannot be read."""
        values: dict[str, Any] = {"doses": {}}
        problems: list[Problem] = []
        for column, step in self._steps(cells):
            try:
                value = step()
            except CellError as error:
                problems.append(Problem(f"{column} {error}", place, error.hint))
                continue
            if column.startswith(DOSE):
                values["doses"][column.removeprefix(DOSE)] = value
            elif value is not None:
                values[column] = value
        return values, problems

    def _steps(self, cells: Mapping[str, str]) -> Iterator[tuple[str, Callable[[], Any]]]:
        """Yield how to read each column: cell by cell, then values from several cells."""
        filled = {column: text for column, text in cells.items() if not self._blank(column, text)}
        for column, text in filled.items():
            yield column, partial(self._cell, column, text, filled)
        yield Column.NAME, partial(full_name, filled)
        yield Column.EMAIL_CONSENT, partial(self._consent, filled)
        yield Column.STATUS, partial(check_status, filled, self.words)

    def _cell(self, column: str, text: str, cells: Mapping[str, str]) -> Any:
        check_error(text)
        if column.startswith(DOSE):
            return read.read_dose(text, self._language_of_clinic(cells) if "," in text else "")
        reader = self.readers.get(column)
        return reader(text) if reader else None

    def _language_of_clinic(self, cells: Mapping[str, str]) -> str:
        """Return the language in which the clinic writes; empty if there is no such clinic."""
        with suppress(HandoutError, CellError):
            text = cells.get(Column.CLINIC)
            clinic = self.readers[Column.CLINIC](text) if text else self.defaults.get(Column.CLINIC)
            return self.library.clinic(clinic).locale if clinic else ""
        return ""

    def _blank(self, column: str, text: str) -> bool:
        if not text or column in _FREE:
            return not text
        if column.startswith(DOSE) and text == _PEN:
            return False
        known = self.words.no_name if column in _OTHER_NAMES else self.words.blank
        return plain(text) in known

    def _consent(self, cells: Mapping[str, str]) -> Any:
        text = cells.get(Column.EMAIL_CONSENT, "")
        date = cells.get(Column.EMAIL_CONSENT_DATE, "")
        return read.read_consent(text, date, self.words, self.order)


def _broken(library: Library, defaults: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with files given for all patients: no row could be right with them."""
    found = {
        Column.CLINIC: library.clinic,
        Column.PROGRAM: library.program,
        Column.LAYOUT: library.layout,
    }
    for column, load in found.items():
        if column in defaults:
            try:
                load(defaults[column])
            except HandoutError as error:
                yield from error.problems


def read_value(library: Library, column: str, text: str, order: str | None = None) -> Any:
    """Return the meaning of a text in a column, such as a side or a day, wherever it is typed.

    Raises:
        ContentError: if it has no meaning there; the message does not quote it.
    """
    dates = DayOrder(order) if order else None
    try:
        return _readers(library, read.read_lookups(library), dates)[column](text.strip())
    except CellError as error:
        raise ContentError(str(error), error.hint) from None


def _readers(library: Library, words: Lookups, order: DayOrder | None) -> dict[str, Reader]:
    """Return the reader of each column whose value is in one cell."""

    def ids(noun: str, kind: Kind) -> Reader:
        known = library.workspace.ids(kind)
        return lambda text: _read_id(text, noun, known)

    return {
        Column.REFERENCE: read_reference,
        Column.PREFERRED_NAME: str,
        Column.EMAIL: str,
        Column.LANGUAGE: lambda text: _language(text, library),
        Column.AFFECTED_SIDE: lambda text: read.read_word(
            text, words.sides, "left, right or both", "without it the sheet has boxes to tick"
        ),
        Column.PROGRAM: ids("program", Kind.PROGRAMS),
        Column.EXERCISES: read.read_selection,
        Column.FROM_WEEK: read.read_week,
        Column.LAYOUT: ids("layout", Kind.LAYOUTS),
        Column.CLINIC: lambda text: _clinic(text, library),
        Column.START_DATE: lambda text: read.read_date(text, order),
        Column.CLINICIAN: str,
        Column.NEXT_VISIT: lambda text: read.read_moment(text, order),
        Column.NOTE: str,
        Column.SHARED_EMAIL: lambda text: read.read_word(text, words.flags, "yes or no"),
        Column.PASSWORD: str,
    }


def _read_id(text: str, noun: str, known: Iterable[str]) -> str:
    """Return the id of a program, clinic or layout.

    Raises:
        CellError: if there is no such id; it suggests the closest, and does not quote the text.
    """
    names = tuple(known)
    if text not in names:
        raise CellError(f"is not a known {noun}", did_you_mean(text, names))
    return text


def _clinic(text: str, library: Library) -> str:
    """Return the id of a clinic, given by id or by name, as exports have it."""
    known, called = library.workspace.ids(Kind.CLINICS), []
    for name in () if text in known else known:
        with suppress(HandoutError):  # a clinic that is wrong is reported where it is used
            clinic = library.clinic(name)
            if text.casefold() in (clinic.name.casefold(), clinic.full_name.casefold()):
                called.append(name)
    return called[0] if len(called) == 1 else _read_id(text, "clinic", known)


def _language(text: str, library: Library) -> str:
    known = library.workspace.ids(Kind.LOCALES)
    tag = _names_of_languages(tuple(known)).get(plain(text)) or language_tag(text)
    if tag not in known and tag.split("-", maxsplit=1)[0] not in known:
        raise CellError("is not a known language", did_you_mean(tag, known))
    return tag


@cache
def _names_of_languages(tags: tuple[str, ...]) -> dict[str, str]:
    """Return language tags by the words that exports use: ``spanish``, ``español``, ``spa``."""
    # Imported here, because it takes long and few lists have languages.
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415
    from babel.core import get_global  # noqa: PLC0415

    languages = {tag.partition("-")[0] for tag in tags}
    names = {old: new for old, new in get_global("language_aliases").items() if new in languages}
    spoken: list[str] = sorted({"en", *languages})
    for tag in sorted({*tags, *languages}):
        with suppress(ValueError, UnknownLocaleError):
            locale = Locale.parse(tag, sep="-")
            called = (str(locale.get_display_name(into)) for into in spoken)
            names |= dict.fromkeys(plain_forms(called), tag)
    return names


def _problems(
    error: ValidationError, place: Location, before: list[Problem], cells: Mapping[str, str]
) -> list[Problem]:
    """Return pydantic's problems in our words, without those of cells that have one already."""
    problems = []
    for detail in error.errors(include_url=False):
        column = str(detail["loc"][0])
        if any(problem.message.startswith(f"{column} ") for problem in before):
            continue
        if detail["type"] == "missing":
            problems.append(_missing(column, place, empty=column in cells))
            continue
        message, hint = describe_private(detail, column)
        message = message if message.startswith(column) else f"{column}: {message}"
        problems.append(Problem(message, place, hint))
    return problems


def _missing(column: str, place: Location, *, empty: bool) -> Problem:
    if column == Column.REFERENCE:
        hint = "every patient needs one, for example the clinic's own number"
        return Problem("reference is empty", place, hint)
    hint = f"write it in the column {column}, or give one for all patients with --{column}"
    return Problem(f"{column} {'is empty' if empty else 'is missing'}", place, hint)


def check_status(cells: Mapping[str, str], words: Lookups) -> None:
    """Check that the status of a patient who gets a handout is known.

    Raises:
        CellError: if it is not.
    """
    value = plain(cells.get(Column.STATUS, ""))
    if value and value not in words.blank and value not in words.active:
        raise CellError(
            "is not a known status",
            "known are active, inactive, discharged, deceased, cancelled and similar words",
        )


def check_error(text: str) -> None:
    """Refuse what a spreadsheet shows when it cannot compute a formula.

    Raises:
        CellError: for ``#N/A`` and the like.
    """
    if text == NO_RESULT:
        hint = "open the file in the spreadsheet program, save it, and try again"
        raise CellError("contains a formula that was never calculated", hint)
    if text in ERRORS:
        raise CellError(f"contains {text}, a spreadsheet error", "correct the cell")


_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+")
_TRUTHS = frozenset({"true", "false", "yes", "no"})


def read_reference(text: str) -> str:
    """Return a reference.

    Raises:
        CellError: for a number that a spreadsheet has shortened (``1.2E+15``), and for yes or no,
            which is how a spreadsheet's ``TRUE`` is read.
    """
    if text.lower() in _TRUTHS:
        raise CellError(
            "is yes or no (TRUE or FALSE in the spreadsheet), which cannot be a reference",
            "correct the cell, or name the reference column with --map",
        )
    if _SHORTENED.fullmatch(text):
        raise CellError(
            "is a number that a spreadsheet shortened: its last digits are lost",
            "format the column as text and enter it again",
        )
    return text
