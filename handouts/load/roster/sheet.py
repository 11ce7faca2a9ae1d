"""A sheet of an XLSX workbook into records: values only, each turned into text on purpose."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils.escape import unescape

from handouts.errors import ContentError, Location, MissingError, Problem, Severity, did_you_mean
from handouts.load.roster.table import NO_RESULT, Record

ROWS = 1_048_576
"""Rows of a sheet, at most (Excel specifications and limits)."""
_UNPACKED_BYTES = 2 << 30
_STRINGS_BYTES = 256 << 20
_START = 1024
_BLOCK = 256
_CHUNK = 1 << 18
# From this size on a spreadsheet keeps only the first fifteen digits of a number.
_EXACT = 10**15
_ZEROS = re.compile(r"0+")
_HIDDEN = re.compile(rb'<row\b[^>]*\shidden="(?:1|true)"')
_FORMULA = re.compile(rb"<f[\s>/]")


@dataclass(frozen=True)
class SheetTable:
    """One sheet of a workbook; ``formulas`` says whether any of its cells is computed."""

    path: Path
    file: str
    sheet: str
    formulas: bool
    warnings: tuple[Problem, ...]
    separator: str = ""

    def records(self) -> Iterator[Record]:
        """Yield all rows as far as they are written; a row may be shorter than the header."""
        with contextlib.ExitStack() as stack:
            stack.enter_context(_damage(self.file))
            book = stack.enter_context(_workbook(self.path, values=True))
            written: Iterable[tuple[Any, ...]] = repeat(())
            if self.formulas:
                other = stack.enter_context(_workbook(self.path, values=False))
                written = _rows(other, self.sheet)
            for row, (cells, sources) in enumerate(
                zip(_rows(book, self.sheet), written, strict=False), 1
            ):
                if row > ROWS:
                    raise ContentError(Problem("the sheet is too long", Location(self.file, row)))
                yield Record(row, tuple(_texts(cells, sources)))


def open_sheet(path: Path, file: str, name: str | None) -> SheetTable:
    """Return a sheet of a workbook: the one named, or its only visible one with content.

    Raises:
        MissingError: if there is no sheet of that name.
        ContentError: if the workbook is damaged or far too large, or has several sheets.
    """
    _check_archive(path, file)
    with _damage(file), _workbook(path, values=True) as book:
        sheet = _chosen(book, file, name)
        part: str = book[sheet]._worksheet_path  # type: ignore[attr-defined] # noqa: SLF001 - openpyxl tells neither formulas nor hidden rows when it streams
        with zipfile.ZipFile(path) as archive:
            formulas, hidden = _scan(archive, part)
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
    return SheetTable(path, file, sheet, formulas, found)


@contextlib.contextmanager
def _workbook(path: Path, *, values: bool) -> Iterator[Workbook]:
    # As an open file: of a path openpyxl asks that it ends in .xlsx.
    with path.open("rb") as stream:
        with _quiet():
            book = load_workbook(stream, read_only=True, data_only=values, keep_links=False)
        try:
            yield book
        finally:
            book.close()


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence openpyxl, which warns of styles and controls that it leaves out: so do we."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _damage(file: str) -> Iterator[None]:
    """Turn what openpyxl raises for a damaged workbook, which may be anything, into a problem."""
    try:
        yield
    except (ContentError, MissingError, GeneratorExit):
        raise
    except Exception:  # noqa: BLE001 - KeyError, ValueError, zlib.error, ParseError and more
        raise ContentError(
            Problem(
                "the workbook cannot be read: it is damaged or not one that Excel writes",
                Location(file),
                "open it in the spreadsheet program and save it again as .xlsx",
            )
        ) from None


def _check_archive(path: Path, file: str) -> None:
    """Refuse a workbook that unpacks to more than memory should hold, or that defines entities."""
    with _damage(file), zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        strings = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
        if sum(part.file_size for part in parts) > _UNPACKED_BYTES or strings > _STRINGS_BYTES:
            hint = "save the sheet as CSV (UTF-8), which may be of any size"
            raise ContentError(Problem("the workbook is too large", Location(file), hint))
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with archive.open(part) as stream:
                    if b"<!DOCTYPE" in stream.read(_START):
                        message = "the workbook holds a document type, which none needs"
                        raise ContentError(Problem(message, Location(file)))


def _chosen(book: Workbook, file: str, name: str | None) -> str:
    visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if name is not None:
        if name not in book.sheetnames:
            hint = did_you_mean(name, visible)
            raise MissingError(Problem(f'there is no sheet "{name}"', Location(file), hint))
        return name
    filled = [title for title in visible if _has_content(book, title)]
    if len(filled) > 1:
        raise ContentError(
            Problem(
                f"{len(filled)} sheets hold something: {', '.join(filled)}",
                Location(file),
                "say which with --sheet",
            )
        )
    if not filled:
        raise ContentError(Problem("the workbook is empty", Location(file)))
    return filled[0]


def _has_content(book: Workbook, title: str) -> bool:
    rows = zip(range(ROWS), _rows(book, title), strict=False)
    return any(cell.value is not None for _number, row in rows for cell in row)


def _scan(archive: zipfile.ZipFile, part: str) -> tuple[bool, int]:
    """Return whether a sheet has formulas, and how many of its rows are hidden."""
    formulas, hidden, before = False, 0, b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            # Only whole tags are searched: what follows the last < waits for its end.
            text, cut, rest = (before + chunk).rpartition(b"<")
            before = cut + rest
            formulas = formulas or bool(_FORMULA.search(text))
            hidden += len(_HIDDEN.findall(text))
    return formulas, hidden


def _rows(book: Workbook, title: str) -> Iterator[tuple[Any, ...]]:
    sheet = book[title]
    # Some programs write a size that is wrong; without it every row that is there is read.
    sheet.reset_dimensions()
    rows = sheet.iter_rows()
    while True:
        # Blocks: no filter of warnings may stay in place while somebody else works.
        with _quiet():
            block = tuple(islice(rows, _BLOCK))
        if not block:
            return
        yield from block


def _texts(cells: tuple[Any, ...], sources: tuple[Any, ...]) -> Iterator[str]:
    for number, cell in enumerate(cells):
        computed = number < len(sources) and sources[number].data_type == "f"
        if computed and cell.value is None:
            yield NO_RESULT
        else:
            yield "" if cell.value is None else text_of(cell.value, cell.number_format)


def text_of(value: object, number_format: str = "General") -> str:
    """Return the value of a cell as the text that a person would type.

    A whole number has no decimal point, and leading zeros if its format is only zeros. A day is
    ``2026-12-01``, a moment ``2026-12-01 14:30``. A number too long to be exact is written with
    an exponent, so that nobody takes it for a reference.
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return _number(value, number_format)
        case dt.datetime():
            return _moment(value)
        case str() if "_x" in value:
            return str(unescape(value))
        case _:
            return str(value)


def _number(value: float, number_format: str) -> str:
    if abs(value) >= _EXACT:
        return f"{value:.14E}"
    if value != int(value):
        return repr(value)
    zeros = len(number_format) if _ZEROS.fullmatch(number_format) else 0
    return f"{int(value):0{zeros}d}"


def _moment(value: dt.datetime) -> str:
    # Serial dates are binary fractions of a day: half a second off is the same minute.
    rounded = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    if rounded.time() == dt.time():
        return rounded.date().isoformat()
    shape = "%Y-%m-%d %H:%M:%S" if rounded.second else "%Y-%m-%d %H:%M"
    return rounded.strftime(shape)
