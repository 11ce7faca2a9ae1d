"""Turn a roster, CSV or XLSX, into validated rows: one patient each, with file and row.

    bytes --decode, sheet--> Record --header--> cells by column --row--> RosterRow | RowProblem

``read_roster`` reads every file once, to count rows and to find what stops the work (encoding,
headers, a join whose references do not match). `Roster.rows` reads the files again and streams.
Rows with one reference but other content are all refused; exact repeats are skipped and counted.

    roster = read_roster(library, [Path("today.xlsx")], RosterOptions(defaults={"clinic": "mine"}))
    roster.preview()    # the first three rows, by column: patient data, not for logs
    roster.skipped      # {"inactive": 12, "repeated": 1}
    for row in roster.rows():
        ...             # RosterRow, or RowProblem with its cells to write back
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from handouts.errors import ContentError, HandoutError, Location, MissingError, Problem, Severity
from handouts.files import open_plain
from handouts.load.library import Library
from handouts.load.roster.archive import SheetNeeded
from handouts.load.roster.cells import DayOrder, read_lookups
from handouts.load.roster.file import Joined, RosterFile, full_name
from handouts.load.roster.header import HeaderReader, ReadColumn, origin
from handouts.load.roster.roster import Roster
from handouts.load.roster.row import RosterOptions, RowReader
from handouts.load.roster.table import (
    CANDIDATES,
    START,
    EncodingNeeded,
    Record,
    csv_line,
    decodes,
    encoding_of,
    open_text,
    wide,
)
from handouts.model.base import Sealed
from handouts.model.roster import Column
from handouts.workspace import Kind

if TYPE_CHECKING:
    from handouts.load.roster.header import Table

__all__ = [
    "DayOrder", "EncodingNeeded", "FirstRows", "ReadColumn", "Roster", "RosterOptions",
    "SheetNeeded", "csv_line", "first_rows", "is_failures", "read_roster",
]  # fmt: skip

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE = "save it as .xlsx or as CSV (UTF-8)"
_OTHERS = (
    (_OLE, "an old .xls workbook, or one with a password", _SAVE + ", without a password"),
    (b"%PDF", "a PDF", "export the list as CSV or XLSX instead"),
    (b"{\\rtf", "a word-processor document", _SAVE),
    (b"\x1f\x8b", "packed", "unpack it first"),
    (
        b"<",
        "a web page or XML, despite the ending of its name",
        "open it in a spreadsheet and save it as .xlsx or as CSV (UTF-8)",
    ),
    (b"[{", "JSON", "export the list as CSV or XLSX instead"),
    (b'{"', "JSON", "export the list as CSV or XLSX instead"),
)
"""A file that starts like this, apart from white space, is no list."""
_START = 64
_SAMPLES = 3
_SAMPLED_ROWS = 5000


def open_table(
    path: Path, file: str, headers: HeaderReader, *, encoding: str | None, sheet: str | None
) -> Table:
    """Return the rows of a CSV file or of a sheet of a workbook.

    Raises:
        MissingError: if there is no such file or sheet.
        EncodingNeeded: for text that is not UTF-8, if ``encoding`` does not say what it is.
        ContentError: for any other file that is neither.
    """
    start = _start(path, file)
    text = b"".join(start.removeprefix(codecs.BOM_UTF8).split())
    for mark, what, hint in _OTHERS:
        if text.startswith(mark):
            raise ContentError(Problem(f"the file is {what}", Location(file), hint))
    if start.startswith(_ZIP):
        # Imported here, because openpyxl takes long and many lists are CSV.
        from handouts.load.roster.workbook import open_sheet  # noqa: PLC0415

        return open_sheet(path, file, sheet)
    name = encoding_of(path, file, encoding)
    if name is None:
        raise _encoding_needed(path, file, headers)
    table = open_text(path, file, name, headers.understood)
    if encoding is None or name == encoding:
        return table
    message = f"the file is {name.removesuffix('-sig')} and was read as that, not as {encoding}"
    warning = Problem(message, Location(file), severity=Severity.WARNING)
    return replace(table, warnings=(warning,))


class FirstRows(Sealed, frozen=True):
    """The first rows of a file as they are written, and what each cell of the header means."""

    header: tuple[str, ...] = ()
    means: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def first_rows(library: Library, path: Path, options: RosterOptions, count: int) -> FirstRows:
    """Return the first rows of a file that are not empty, to ask what its headers mean.

    The file need not be readable as a roster yet: it may have no reference, or two.

    Raises:
        HandoutError: as `open_table`.
    """
    headers, table = _opened(library, path, options, options.mapping)
    header = headers.shown(table)
    if header is None:
        return FirstRows()
    filled = (record for record in table.records() if record.row > header.row and not record.empty)
    return FirstRows(
        tuple(header.cells),
        headers.meanings(header.cells),
        tuple(tuple(record.cells) for record in islice(filled, count)),
    )


def is_failures(library: Library, path: Path, options: RosterOptions) -> bool:
    """Return whether a file is a list of failed rows, by its columns.

    Raises:
        HandoutError: as `open_table`.
    """
    _, table = _opened(library, path, options, {})
    first = next((each for each in table.records() if not each.empty), None)
    return first is not None and origin(first) is not None


def _opened(
    library: Library, path: Path, options: RosterOptions, mapping: Mapping[str, str]
) -> tuple[HeaderReader, Table]:
    exercises = library.workspace.ids(Kind.EXERCISES)
    headers = HeaderReader(read_lookups(library), exercises, mapping, header=options.header)
    name = library.workspace.display(path)
    table = open_table(path, name, headers, encoding=options.encoding, sheet=options.sheet)
    return headers, table


def _start(path: Path, file: str) -> bytes:
    place = Location(file)
    try:
        with open_plain(path) as stream:
            return stream.read(_START)
    except FileNotFoundError:
        raise MissingError(Problem("there is no such file", place)) from None
    except OSError as error:
        if path.is_dir():
            raise ContentError(Problem("is a folder", place, "name the files in it")) from None
        fault, hint = error.strerror, "save the list as a file on this computer"
        raise ContentError(Problem(f"the file cannot be read: {fault}", place, hint)) from None


def _encoding_needed(path: Path, file: str, headers: HeaderReader) -> EncodingNeeded:
    """Return the question which encoding a file has, with names as each possible one reads them."""
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
        f"save it as CSV (UTF-8), or give its encoding, such as {choice}, if the names then look "
        "right",
    )
    return EncodingNeeded(problem, samples)


def _names(path: Path, file: str, encoding: str, headers: HeaderReader) -> Iterator[str]:
    """Yield the first names with letters beyond ASCII, as an encoding reads them."""
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
    """Return whether each word of a name has letters of one script, as with the right encoding."""
    for word in name.replace("-", " ").split():
        letters = [char for char in word if char not in "'’.,()"]
        if not all(unicodedata.category(char)[0] in "LM" for char in letters):
            return False
        scripts = {unicodedata.name(char, "").split()[0] for char in letters if char.isalpha()}
        if len(scripts) > 1:
            return False
    return True


def read_roster(
    library: Library,
    paths: Iterable[Path],
    options: RosterOptions | None = None,
    progress: Callable[[int], None] | None = None,
) -> Roster:
    """Return the roster of one or several files, after reading all of them once.

    ``progress`` is called from time to time with the count of rows read so far.

    Raises:
        MissingError: if a file or sheet does not exist.
        EncodingNeeded: if a text file is not UTF-8 and no encoding is given.
        ContentError: with all problems of whole files: headers, ``mapping``, ``defaults``,
            references that a join does not find, unclosed quotation marks.
    """
    options = options or RosterOptions()
    words = read_lookups(library)
    exercises = library.workspace.ids(Kind.EXERCISES)
    headers = HeaderReader(words, exercises, options.mapping, header=options.header)
    reader = RowReader(library, words, options)
    paths = tuple(paths)
    files = _open_all(library, paths, headers, options)
    several = sum(not file.header.failures for file in files) > 1
    if options.header and several and headers.mapped.positions:
        raise ContentError(
            "columns cannot be mapped by position when there are several files",
            hint="map columns by their headers, or correct one file's headers",
        )
    others = _open_all(library, options.join, headers, options, joined=True)
    columns = tuple(column for file in (*files, *others) for column in file.header.columns)
    _check_columns([*files, *others], headers, options)
    joined = list(map(Joined.read, others))
    return Roster(files, joined, reader, options, columns, progress)


def _open_all(
    library: Library,
    paths: tuple[Path, ...],
    headers: HeaderReader,
    options: RosterOptions,
    *,
    joined: bool = False,
) -> list[RosterFile]:
    sheet = None if joined else options.sheet
    files: list[RosterFile] = []
    problems: list[Problem] = []
    asked: EncodingNeeded | None = None
    for path in paths:
        name = library.workspace.display(path)
        try:
            table = open_table(path, name, headers, encoding=options.encoding, sheet=sheet)
            files.append(RosterFile.open(path, table, headers.read(table, joined=joined)))
        except HandoutError as error:
            if len(paths) == 1:
                raise
            problems.extend(error.problems)
            asked = asked or (error if isinstance(error, EncodingNeeded) else None)
    if asked:
        # Ask for one encoding at a time: that of the first file that needs one.
        raise EncodingNeeded(tuple(problems), asked.samples)
    if problems:
        raise ContentError(problems)
    return files


def _check_columns(files: list[RosterFile], headers: HeaderReader, options: RosterOptions) -> None:
    """Refuse a mapping to a header that no file has, and a roster without program or clinic."""
    names = {column.name for file in files for column in file.header.columns}
    mapped = {column for file in files for column in file.header.mapped}
    problems = [
        Problem(f'no file has the header "{header}", mapped to {column}')
        for column, header in (
            *headers.mapped.headers.items(),
            *((name, f"#{number}") for name, number in headers.mapped.positions.items()),
        )
        if column not in mapped
    ]
    problems += [
        Problem(
            f"the {column} of the handouts is not given",
            hint=(
                f"add a column {column}, join a file that has one, or give one for all patients "
                f"with --{column}"
            ),
        )
        for column in (Column.PROGRAM, Column.CLINIC)
        if column not in names and column not in options.defaults
    ]
    if problems:
        raise ContentError(problems)
