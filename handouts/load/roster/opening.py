"""A path into a table: what a file is, is seen from its first bytes, never from its name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from handouts.errors import ContentError, Location, MissingError, Problem, Severity
from handouts.load.roster.decode import (
    CANDIDATES,
    START,
    EncodingNeeded,
    decodes,
    encoding_of,
    open_text,
    wide,
)
from handouts.load.roster.header import HeaderReader
from handouts.load.roster.row import full_name
from handouts.load.roster.sheet import open_sheet
from handouts.load.roster.table import Record, Table
from handouts.model.roster import Column

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF = b"%PDF"
_SAVE = "save it as .xlsx or as CSV (UTF-8)"
_SAMPLES = 3
_SAMPLED_ROWS = 5000


def open_table(
    path: Path, file: str, headers: HeaderReader, *, encoding: str | None, sheet: str | None
) -> Table:
    """Return the rows of a CSV file or of a sheet of a workbook.

    Raises:
        MissingError: if there is no such file or sheet.
        EncodingNeeded: for text that is not UTF-8, if ``encoding`` does not say what it is.
        ContentError: for anything else that is no such file.
    """
    start = _start(path, file)
    for mark, what, hint in (
        (_OLE, "an old .xls workbook, or one with a password", _SAVE + ", without a password"),
        (_PDF, "a PDF", "export the list as CSV or XLSX instead"),
    ):
        if start.startswith(mark):
            raise ContentError(Problem(f"the file is {what}", Location(file), hint))
    if start.startswith(_ZIP):
        return open_sheet(path, file, sheet)
    name = encoding_of(path, file, encoding)
    if name is None:
        raise _encoding_needed(path, file, headers)
    table = open_text(path, file, name, headers.understood)
    if encoding is None or name == encoding:
        return table
    message = f"the file is {name.removesuffix('-sig')} and was read so, not as {encoding}"
    warning = Problem(message, Location(file), severity=Severity.WARNING)
    return replace(table, warnings=(warning,))


def _start(path: Path, file: str) -> bytes:
    place = Location(file)
    try:
        with path.open("rb") as stream:
            return stream.read(len(_OLE))
    except FileNotFoundError:
        raise MissingError(Problem("there is no such file", place)) from None
    except IsADirectoryError:
        raise ContentError(Problem("is a folder", place, "name the files in it")) from None
    except OSError as error:
        raise ContentError(Problem(f"the file cannot be read: {error.strerror}", place)) from None


def _encoding_needed(path: Path, file: str, headers: HeaderReader) -> EncodingNeeded:
    """Return the question which encoding a file has, with the names that each would give."""
    with path.open("rb") as stream:
        unmarked = wide(stream.read(START))
    possible = ("utf-16-le", "utf-16-be") if unmarked else CANDIDATES
    samples = {}
    for encoding in possible:
        if decodes(path, encoding):
            names = tuple(_names(path, file, encoding, headers))
            if all(map(_plausible, names)) and (names or not unmarked):
                samples[encoding] = names
    choice = f"--encoding {next(iter(samples))}" if samples else "--encoding"
    problem = Problem(
        "the file is not UTF-8 text",
        Location(file),
        f"save it as CSV (UTF-8), or say what it is, such as {choice}, if its names then read well",
    )
    return EncodingNeeded(problem, samples)


def _names(path: Path, file: str, encoding: str, headers: HeaderReader) -> Iterator[str]:
    """Yield the first names with other letters than those of English, as an encoding reads them."""
    table = open_text(path, file, encoding, headers.understood)
    try:
        header = headers.read(table)
    except ContentError:
        return
    names: dict[str, None] = {}
    for record in table.records():
        if record.row > _SAMPLED_ROWS or len(names) == _SAMPLES:
            break
        cells = {column.name: _cell(record, column.number) for column in header.columns}
        if record.row > header.row and (name := _name(cells)) and not name.isascii():
            names[name] = None
    yield from names


def _name(cells: dict[str, str]) -> str:
    parts = (Column.NAME, Column.LAST_FIRST, Column.FIRST_NAME, Column.LAST_NAME)
    try:
        return full_name(cells) or ""
    except ValueError:
        return " ".join(filter(None, map(cells.get, parts)))


def _cell(record: Record, number: int) -> str:
    return record.cells[number - 1].strip() if number <= len(record.cells) else ""


def _plausible(name: str) -> bool:
    """Return whether a name is letters of one script a word: others betray a wrong encoding."""
    for word in name.replace("-", " ").split():
        letters = [char for char in word if char not in "'’.,()"]
        if not all(unicodedata.category(char)[0] in "LM" for char in letters):
            return False
        scripts = {unicodedata.name(char, "").split()[0] for char in letters if char.isalpha()}
        if len(scripts) > 1:
            return False
    return True
