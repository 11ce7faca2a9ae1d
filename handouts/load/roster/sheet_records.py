"""Turn a sheet of a workbook into records: values only, each turned into text on purpose."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from xml.etree.ElementTree import Element

from msgspec import Struct

from handouts.errors import ContentError, Location, MissingError, Problem, Severity, did_you_mean
from handouts.load.roster.table import NO_RESULT, Record
from handouts.load.roster.workbook import (
    Book,
    CellFormat,
    damage,
    elements,
    local,
    open_book,
    rich_text,
    text_of,
    too_much,
    unescaped,
)

ROWS = 1_048_576
"""Rows of a sheet, at most (Excel specifications and limits)."""
_COLUMNS = 1000
"""Columns that are read, at most: no export has as many."""
_CHUNK = 1 << 18
_TEXT_BYTES = 1 << 20
"""Between two tags; a cell's 32,767 characters take less however they are written."""
_MERGES = 10_000
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\sref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_PLAIN = CellFormat()
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001 - no zone


class Merge(Struct, frozen=True):
    """A range of merged cells, by rows and columns from 1: all but its first cell are empty."""

    name: str
    rows: range
    columns: range


class SheetNeeded(ContentError):
    """A workbook with several sheets that hold something: one of ``sheets`` must be named."""

    def __init__(self, problems: Problem | tuple[Problem, ...], sheets: Sequence[str] = ()) -> None:
        super().__init__(problems)
        self.sheets = tuple(sheets)


class SheetTable(Struct, frozen=True):
    """One sheet of a workbook. It has no ``separator``: empty cells may be left out."""

    book: Book
    part: str
    merges: tuple[Merge, ...] = ()
    warnings: tuple[Problem, ...] = ()
    separator: str = ""

    @property
    def file(self) -> str:
        """The workbook's name in messages."""
        return self.book.file

    def records(self) -> Iterator[Record]:
        """Yield all rows that are written; a row may be shorter than the header."""
        place = Location(self.file)
        reader, merges = _CellReader(self.book), _Sweep(self.merges)
        last = 0
        with (
            damage(self.file),
            zipfile.ZipFile(self.book.path) as archive,
            archive.open(self.part) as stream,
        ):
            for row in elements(stream, "row", "sheetData", place):
                number = int(row.get("r") or last + 1)
                if not last < number <= ROWS:
                    raise ValueError("rows out of order")
                last = number
                cells, odd, struck = reader.cells(row, Location(self.file, number))
                covered = merges.covered(number)
                yield Record(
                    number, tuple(cells), odd=tuple(odd), covered=covered, struck=tuple(struck)
                )


class _Sweep:
    """Finds the merged cells of row after row, downwards."""

    def __init__(self, merges: tuple[Merge, ...]) -> None:
        self._coming = sorted(merges, key=lambda merge: merge.rows.start, reverse=True)
        self._here: list[Merge] = []

    def covered(self, row: int) -> tuple[tuple[str, range], ...]:
        """Return the merged ranges that leave cells of a row empty, with the columns that are."""
        while self._coming and self._coming[-1].rows.start <= row:
            self._here.append(self._coming.pop())
        if not self._here:
            return ()
        self._here = [merge for merge in self._here if row in merge.rows]
        if len(self._here) > _COLUMNS:
            raise ValueError("merged cells overlap")
        return tuple(
            (merge.name, merge.columns if row != merge.rows.start else merge.columns[1:])
            for merge in self._here
        )


def open_sheet(path: Path, file: str, name: str | None) -> SheetTable:
    """Return a sheet of a workbook: the one named, or its only visible one with content.

    Raises:
        MissingError: if there is no sheet of that name.
        SheetNeeded: if the workbook has several sheets with content.
        ContentError: if it is damaged or far too large.
    """
    book = open_book(path, file)
    with damage(file):
        part, _visible = book.sheets[_chosen(book, name)]
        with zipfile.ZipFile(path) as archive:
            hidden, merges = _scan(archive, part, Location(file))
    found: tuple[Problem, ...] = ()
    if hidden:
        rows = "1 hidden row is" if hidden == 1 else f"{hidden} hidden rows are"
        found = (
            Problem(
                f"{rows} read too",
                Location(file),
                "a filter hides rows and does not remove them: copy what is shown to a new sheet",
                severity=Severity.WARNING,
            ),
        )
    return SheetTable(book, part, merges, found)


def _chosen(book: Book, name: str | None) -> str:
    visible = [title for title, (_part, shown) in book.sheets.items() if shown]
    if name is not None:
        if name not in book.sheets:
            hint = did_you_mean(name, visible)
            raise MissingError(Problem(f'there is no sheet "{name}"', Location(book.file), hint))
        return name
    filled = [title for title in visible if _has_content(book, title)]
    if len(filled) > 1:
        message = f"{len(filled)} sheets hold something: {', '.join(filled)}"
        raise SheetNeeded(Problem(message, Location(book.file), "say which with --sheet"), filled)
    if not filled:
        raise ContentError(Problem("the workbook is empty", Location(book.file)))
    return filled[0]


def _has_content(book: Book, title: str) -> bool:
    records = SheetTable(book, book.sheets[title][0]).records()
    return any(any(record.cells) for record in islice(records, ROWS))


def _scan(archive: zipfile.ZipFile, part: str, place: Location) -> tuple[int, tuple[Merge, ...]]:
    """Return how many rows of a sheet are hidden, and its merged cells.

    Raises:
        ContentError: if it has more rows or longer texts than a spreadsheet can hold.
    """
    rows, hidden, before = 0, 0, b""
    merges: list[Merge] = []
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            # Only whole tags are searched: what follows the last < waits for its end.
            text, cut, rest = (before + chunk).rpartition(b"<")
            before = cut + rest
            found = _ROW.findall(text)
            rows += len(found)
            hidden += sum(1 for tag in found if _HIDDEN.search(tag))
            merges += map(_merge, _MERGE.finditer(text))
            if rows > ROWS or len(merges) > _MERGES:
                raise too_much(place, "the sheet has more rows or merged cells than a list needs")
            if len(before) > _TEXT_BYTES:
                raise too_much(place, "a cell of the workbook is far too long")
    return hidden, tuple(merges)


def _merge(match: re.Match[bytes]) -> Merge:
    first, top, last, bottom = (group.decode() for group in match.groups())
    rows, columns = range(int(top), int(bottom) + 1), range(_column(first), _column(last) + 1)
    return Merge(f"{first}{top}:{last}{bottom}", rows, columns)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    if not letters.isascii() or not letters.isupper():
        raise ValueError("not a column")
    return number


class _CellReader:
    """Turns the cells of rows into texts."""

    def __init__(self, book: Book) -> None:
        self._texts, self._formats = book.texts, book.formats
        self._struck = {str(at) for at, form in enumerate(book.formats) if form.struck}
        self._epoch = _EPOCH_1904 if book.from_1904 else _EPOCH
        self._number = lru_cache(maxsize=4096)(self._converted)

    def cells(self, row: Element, place: Location) -> tuple[list[str], list[int], list[int]]:
        """Return the texts of a row, with the positions of odd ones and of those struck through."""
        texts: list[str] = []
        odd: list[int] = []
        struck: list[int] = []
        at = 0
        for cell in row:
            name = cell.get("r")
            at = _column(name.rstrip("0123456789")) if name else at + 1
            text, is_odd = self._cell(cell)
            if not text:
                continue
            if at > _COLUMNS:
                raise ContentError(Problem(f"the sheet has over {_COLUMNS} columns", place))
            if at <= len(texts):
                raise ValueError("cells out of order")
            if at > len(texts) + 1:
                texts.extend([""] * (at - len(texts) - 1))
            texts.append(text)
            if is_odd:
                odd.append(at)
            if cell.get("s") in self._struck:
                struck.append(at)
        return texts, odd, struck

    def _cell(self, cell: Element) -> tuple[str, bool]:
        """Return the text of a cell, and whether it is a date, a fraction, or yes or no."""
        kind = cell.get("t", "n")
        value: str | None = None
        formula = False
        for child in cell:
            name = local(child)
            if name == "v":
                value = child.text or ""
            elif name == "f":
                formula = True
            elif name == "is":
                return rich_text(child), False
        if not value:
            return (NO_RESULT if formula and (value is None or kind == "n") else ""), False
        return self._value(kind, value, cell.get("s"))

    def _value(self, kind: str, value: str, style: str | None) -> tuple[str, bool]:
        if kind == "s":
            return self._texts[int(value)], False
        if kind == "n":
            return self._number(value, style)
        if kind == "b":
            return ("no" if value == "0" else "yes"), True
        if kind == "d":
            return text_of(dt.datetime.fromisoformat(value)), True
        return unescaped(value), False

    def _converted(self, text: str, style: str | None) -> tuple[str, bool]:
        form = self._formats[int(style)] if style and self._formats else _PLAIN
        number = _whole_or_float(text)
        if not form.date:
            return text_of(number, form.digits), number != int(number)
        try:
            return text_of(self._dated(float(number), form)), True
        except OverflowError:
            return "#VALUE!", False

    def _dated(self, number: float, form: CellFormat) -> dt.datetime | dt.time | dt.timedelta:
        if form.duration:
            return dt.timedelta(days=number)
        moment = self._epoch + dt.timedelta(days=number)
        if 0 <= number < 1:
            return (moment + dt.timedelta(milliseconds=500)).time().replace(microsecond=0)
        # The calendar of 1900 has a day too many, its 29 February: dates before it are one off.
        return moment + dt.timedelta(days=self._epoch is _EPOCH and number < 60)


def _whole_or_float(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)
