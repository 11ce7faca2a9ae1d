"""Turn a sheet of an XLSX workbook into records: openpyxl says what cells mean.

This module adds what openpyxl does not promise for files of strangers. It accepts a list with
colours or settings that openpyxl does not know. A formula without a result is not read as an empty
cell. `handouts.load.roster.archive` sets limits to what is read.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, fromstring

from msgspec import Struct
from msgspec.structs import replace
from openpyxl.packaging.relationship import RelationshipList, get_dependents, get_rels_path
from openpyxl.styles.numbers import builtin_format_code, is_date_format, is_timedelta_format
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import (
    CALENDAR_MAC_1904,
    CALENDAR_WINDOWS_1900,
    from_excel,
    from_ISO8601,
)
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.cell_range import CellRange

from handouts.errors import ContentError, Location, MissingError, Problem, Severity, did_you_mean
from handouts.load.roster.archive import (
    CHUNK,
    ELEMENT_BYTES,
    SHEET_ID,
    Archive,
    SheetNeeded,
    damage,
    elements,
    too_much,
)
from handouts.load.roster.table import NO_RESULT, Record, cut
from handouts.model.base import Sealed

_ROWS = 1_048_576
"""The most rows of a sheet (Excel specifications and limits)."""
_COLUMNS = 1000
"""The most columns to read: no export has as many."""
_MERGES = 10_000
# From this size on, a spreadsheet keeps only the first fifteen digits of a number.
_EXACT = 10**15
_EASTERN_DATES = frozenset((*range(27, 37), *range(50, 59)))
"""Formats of East Asian dates, whose codes files do not contain (ECMA-376 part 1, 18.8.30)."""
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\b[^>]*\sref\s*=\s*["']([A-Z]+\d+:[A-Z]+\d+)["']""")


class CellFormat(Struct, frozen=True):
    """What a format says about a cell: date, duration, number of digits, struck through."""

    date: bool = False
    duration: bool = False
    digits: int = 0
    struck: bool = False


class Book(Sealed, frozen=True):
    """A workbook: its sheets by name as (part, visible), and what their cells refer to."""

    path: Path
    file: str
    sheets: Mapping[str, tuple[str, bool]]
    texts: Sequence[str]
    formats: Sequence[CellFormat]
    epoch: dt.datetime

    def rows(self, title: str) -> Iterator[Record]:
        """Yield the rows of a sheet that are in the file.

        Raises:
            ContentError: if it is damaged, or larger than a list can be.
        """
        last = 0
        with self._sheet(title) as stream:
            for row in elements(stream, "row", "sheetData", self.file):
                number = int(row.get("r") or last + 1)
                if not last < number <= _ROWS:
                    raise ValueError("rows out of order")
                last = number
                yield self._row(row, number)

    def _row(self, row: Element, number: int) -> Record:
        texts: list[str] = []
        odd: list[int] = []
        struck: list[int] = []
        at = 0
        for cell in row:
            name = cell.get("r")
            at = coordinate_to_tuple(name)[1] if name else at + 1
            form = self.formats[int(cell.get("s", 0))] if self.formats else CellFormat()
            text, is_odd = self._cell(cell, form)
            if not text:
                continue
            if at > _COLUMNS:
                place = Location(self.file, number)
                raise ContentError(Problem(f"the sheet has over {_COLUMNS} columns", place))
            if at <= len(texts):
                raise ValueError("cells out of order")
            texts += [*[""] * (at - len(texts) - 1), cut(text)]
            if is_odd:
                odd.append(at)
            if form.struck:
                struck.append(at)
        return Record(number, tuple(texts), odd=tuple(odd), struck=tuple(struck))

    def _cell(self, cell: Element, form: CellFormat) -> tuple[str, bool]:
        """Return the text of a cell, and whether it is odd: a date, a fraction, or yes or no."""
        kind, space = cell.get("t", "n"), cell.tag[:-1]
        value = cell.findtext(f"{space}v")
        if not value:
            inline = cell.find(f"{space}is")
            if inline is not None:
                return _string(inline), False
            formula = cell.find(f"{space}f") is not None
            return (NO_RESULT if formula and (value is None or kind == "n") else ""), False
        match kind:
            case "n":
                return self._number(float(value), form)
            case "s":
                text = self.texts[int(value)]
            case "b":
                text = "no" if value == "0" else "yes"
            case "d":
                text = _text_of(from_ISO8601(value))
            case _:
                text = unescape(value)
        return text, kind in "bd"

    def _number(self, number: float, form: CellFormat) -> tuple[str, bool]:
        if not form.date:
            return _text_of(number, form.digits), number != int(number)
        try:
            return _text_of(from_excel(number, self.epoch, timedelta=form.duration)), True
        except (OverflowError, ValueError):
            return "#VALUE!", False

    def scan(self, title: str) -> tuple[int, list[CellRange]]:
        """Return how many rows of a sheet are hidden, and its merged cells.

        Raises:
            ContentError: if it has more rows or merged cells than a list needs, or longer texts
                than any program writes.
        """
        rows = hidden = size = 0
        before: list[bytes] = []
        merges: list[CellRange] = []
        with self._sheet(title) as stream:
            while chunk := stream.read(CHUNK):
                # Search whole tags only: what follows the last < waits for its end.
                text, mark, rest = chunk.rpartition(b"<")
                size = len(rest) if mark else size + len(rest)
                if size > ELEMENT_BYTES:
                    raise too_much(self.file, "a cell of the workbook is too long")
                if not mark:
                    before.append(rest)
                    continue
                text, before = b"".join((*before, text)), [mark, rest]
                found = _ROW.findall(text)
                rows += len(found)
                hidden += sum(1 for tag in found if _HIDDEN.search(tag))
                merges += [CellRange(name.decode()) for name in _MERGE.findall(text)]
                if rows > _ROWS or len(merges) > _MERGES:
                    message = "the sheet has more rows or merged cells than a list needs"
                    raise too_much(self.file, message)
        return hidden, merges

    @contextlib.contextmanager
    def _sheet(self, title: str) -> Iterator[IO[bytes]]:
        part = self.sheets[title][0]
        with (
            damage(self.file),
            Archive(self.path, self.file) as archive,
            archive.open(part) as stream,
        ):
            yield stream


def open_book(path: Path, file: str) -> Book:
    """Return a workbook.

    Raises:
        ContentError: if it is damaged, unpacks to more than any list needs, or defines entities.
    """
    with damage(file), Archive(path, file) as archive:
        package = get_dependents(archive, "_rels/.rels")
        root = _first(package, "officeDocument") or "xl/workbook.xml"
        parts = get_dependents(archive, get_rels_path(root))
        part_of = parts.to_dict()
        workbook = fromstring(archive.read(root))  # noqa: S314 - it has no entities
        sheets = {
            sheet.get("name", ""): (part.target, sheet.get("state", "visible") == "visible")
            for sheet in workbook.iterfind("{*}sheets/{*}sheet")
            # Old workbooks may list sheets that have no part.
            if (key := sheet.get(SHEET_ID)) and (part := part_of[key]).Type.endswith("/worksheet")
        }
        texts: list[str] = []
        if strings := _first(parts, "sharedStrings"):
            with archive.open(strings) as shared:
                texts = [_string(item) for item in elements(shared, "si", "sst", file)]
        styles = _first(parts, "styles")
        formats = _formats(archive.read(styles)) if styles else []
        properties = workbook.find("{*}workbookPr")
        from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
        return Book(path, file, sheets, texts, formats, epoch)


def _first(parts: RelationshipList, kind: str) -> str | None:
    return next((part.target for part in parts if part.Type.endswith(f"/{kind}")), None)


def _string(element: Element) -> str:
    """Return the text of a cell from all its pieces, without notes on pronunciation."""
    if len(element) == 1 and element[0].text:
        return unescape(element[0].text)
    texts = (*element.iterfind("{*}t"), *element.iterfind("{*}r/{*}t"))
    return unescape("".join(text.text or "" for text in texts))


def _formats(styles: bytes) -> list[CellFormat]:
    """Return the formats of cells, even if openpyxl does not know their colours and fonts."""
    root = fromstring(styles)  # noqa: S314 - without entities there is nothing to fear
    codes = {
        int(item.get("numFmtId", "0")): item.get("formatCode", "")
        for item in root.iterfind("{*}numFmts/{*}numFmt")
    }
    fonts = [font.find("{*}strike") for font in root.iterfind("{*}fonts/{*}font")]
    struck = {
        str(at)
        for at, line in enumerate(fonts)
        if line is not None and line.get("val", "1") not in ("0", "false")
    }
    found = []
    for cell in root.iterfind("{*}cellXfs/{*}xf"):
        number = int(cell.get("numFmtId", "0"))
        code = codes.get(number) or builtin_format_code(number) or ""
        code = code.partition(";")[0]
        date = is_date_format(code) or (not code and number in _EASTERN_DATES)
        digits = len(code) if set(code) == {"0"} else 0
        line = cell.get("fontId") in struck
        found.append(CellFormat(date, is_timedelta_format(code), digits, line))
    return found


def _text_of(value: object, digits: int = 0) -> str:
    """Return the value of a cell as the text that a person would type.

    A whole number has no decimal point, and leading zeros up to ``digits``. A day is
    ``2026-12-01``, a moment ``2026-12-01 14:30``. A number too long to be exact is written with
    an exponent, so that nobody takes it for a reference.
    """
    match value:
        case float():
            if abs(value) >= _EXACT:
                return f"{value:.14E}"
            return repr(value) if value != int(value) else f"{int(value):0{digits}d}"
        case dt.datetime():
            # Serial dates are binary fractions of a day: half a second off is the same minute.
            value = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
            if value.time() == dt.time():
                return value.date().isoformat()
            return value.strftime("%Y-%m-%d %H:%M:%S" if value.second else "%Y-%m-%d %H:%M")
        case dt.time():
            return value.isoformat("seconds")
        case _:
            return str(value)


# -- one sheet

_OVERLAPPING = 1000
"""The most merged cells of one row: no sheet that is read has more columns."""


class SheetTable(Struct, frozen=True):
    """One sheet of a workbook. It has no ``separator``: empty cells may be left out."""

    book: Book
    title: str
    merges: tuple[CellRange, ...] = ()
    warnings: tuple[Problem, ...] = ()
    separator: str = ""

    @property
    def file(self) -> str:
        """The workbook's name in messages."""
        return self.book.file

    def records(self) -> Iterator[Record]:
        """Yield all rows in the file; a row may be shorter than the header."""
        coming = sorted(self.merges, key=lambda merge: merge.min_row, reverse=True)
        here: list[CellRange] = []
        for record in self.book.rows(self.title):
            row = record.row
            while coming and coming[-1].min_row <= row:
                here.append(coming.pop())
            here = [merge for merge in here if row <= merge.max_row]
            if len(here) > _OVERLAPPING:
                message = "merged cells of the sheet overlap"
                raise ContentError(Problem(message, Location(self.file, row)))
            # All but the first cell of a merged range are empty.
            covered = tuple(
                (merge.coord, range(merge.min_col + (row == merge.min_row), merge.max_col + 1))
                for merge in here
            )
            yield replace(record, covered=covered) if covered else record


def open_sheet(path: Path, file: str, name: str | None) -> SheetTable:
    """Return a sheet of a workbook: the one named, or its only visible one with content.

    Raises:
        MissingError: if there is no sheet of that name.
        SheetNeeded: if the workbook has several sheets with content.
        ContentError: if it is damaged or far too large.
    """
    book = open_book(path, file)
    title = _chosen(book, name)
    hidden, merges = book.scan(title)
    found: tuple[Problem, ...] = ()
    if hidden:
        rows = "1 hidden row is" if hidden == 1 else f"{hidden} hidden rows are"
        found = (
            Problem(
                f"{rows} read too",
                Location(file),
                "a filter hides rows but does not remove them: copy the visible rows to a new "
                "sheet",
                severity=Severity.WARNING,
            ),
        )
    return SheetTable(book, title, tuple(merges), found)


def _chosen(book: Book, name: str | None) -> str:
    visible = [title for title, (_part, shown) in book.sheets.items() if shown]
    if name is not None:
        if name not in book.sheets:
            hint = did_you_mean(name, visible)
            raise MissingError(Problem(f'there is no sheet "{name}"', Location(book.file), hint))
        return name
    filled = [title for title in visible if any(any(row.cells) for row in book.rows(title))]
    if len(filled) > 1:
        message = f"{len(filled)} sheets contain data: {', '.join(filled)}"
        raise SheetNeeded(Problem(message, Location(book.file), "choose one with --sheet"), filled)
    if not filled:
        raise ContentError(Problem("the workbook is empty", Location(book.file)))
    return filled[0]
