"""Turn a CSV file into records, the rows of a table as texts, and cells into lines of a CSV.

Encoding and delimiter are detected; quotation marks are taken literally. A sheet of a workbook
becomes the same records: see `handouts.load.roster.workbook`.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from handouts.errors import ContentError, Location, Problem
from handouts.model.base import Sealed


class Record(Sealed, frozen=True):
    """One row: its number from 1 and its cells; an empty cell is ``""``.

    ``even`` is true if the rows around it have as many cells: then cells missing at its end may be
    empty columns that Excel left out. ``odd`` are the positions, from 1, of cells that a sheet
    stores as a date, a fraction, or yes or no. ``covered`` are merged ranges, with the columns from
    1 that they leave empty in this row. ``struck`` are the positions of cells struck through.
    """

    row: int
    cells: tuple[str, ...]
    even: bool = False
    odd: tuple[int, ...] = ()
    covered: tuple[tuple[str, range], ...] = ()
    struck: tuple[int, ...] = ()

    @property
    def empty(self) -> bool:
        """True if nothing is written in it."""
        return not any(cell.strip() for cell in self.cells)


MOST_CHARACTERS = 32_767
"""The most characters of a cell in a spreadsheet (Excel's limits); `cut` leaves one more."""


def cut(text: str) -> str:
    """Return the text of a cell, without most of one that is too long to be meant."""
    return text[: MOST_CHARACTERS + 1]


NO_RESULT = "#NO RESULT"
"""The text of a cell in a sheet whose formula was never computed."""


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Return a header or value in the form to compare: one case, single spaces, no end mark.

    ``First_Name*`` and ``first name:`` are the same header.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    return " ".join(folded.split()).rstrip(" :*")


# A text that already has the apostrophe gets another, so that it reads back as it was written.
_LIVE = re.compile(r"'*\s*[=+\-@|＝＋－＠]|'*[\t\r\n]")


def guard(text: str) -> str:
    """Return a text as a CSV cell that no spreadsheet runs as a formula.

    Excel and LibreOffice run a cell that starts with ``= + - @``, also after white space; a leading
    apostrophe makes it text (OWASP, "CSV Injection").
    """
    return f"'{text}" if _LIVE.match(text) else text


def csv_line(cells: Iterable[str]) -> str:
    """Return cells, each of them guarded, as a line of a CSV."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(map(guard, cells))
    return line.getvalue()


def unguard(text: str) -> str:
    """Return the text that was given to `guard`."""
    return text[1:] if text.startswith("'") and _LIVE.match(text[1:]) else text


def _without_formula(text: str) -> str:
    """Return the text in ``="00017"``, which exports write to keep Excel from removing zeros."""
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text


# -- reading a CSV: its encoding, its delimiter, its rows

CANDIDATES = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "mac_roman", "shift_jis",
    "gb18030", "big5", "euc_kr",
)  # fmt: skip
"""What European and East Asian spreadsheets write instead of UTF-8; the most common first."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
START = 4096
"""Bytes at the start of a file in which to look for marks."""


class EncodingNeeded(ContentError):
    """A text file that is not UTF-8: its encoding must be given.

    ``samples`` are names in the file as each possible encoding reads them. Show them only to the
    person who reads the file; the error's text does not contain them.
    """

    def __init__(
        self, problems: Problem | tuple[Problem, ...], samples: Mapping[str, tuple[str, ...]]
    ) -> None:
        super().__init__(problems)
        self.samples = dict(samples)

    def __reduce__(self) -> tuple[type[ContentError], tuple[tuple[Problem, ...]]]:
        # Names do not travel between processes.
        return ContentError, (self.problems,)


def encoding_of(path: Path, file: str, given: str | None) -> str | None:
    """Return the encoding of a text file; None if the user must give it.

    A byte order mark overrides ``given``, and so does UTF-8 with letters beyond ASCII: no other
    encoding looks like that by chance, and ``given`` may be meant for another file.

    Raises:
        ContentError: if ``given`` is no encoding or does not fit the file.
    """
    with path.open("rb") as stream:
        start = stream.read(START)
    for mark, name in _MARKS:
        if start.startswith(mark):
            _check(path, file, name)
            return name
    if given:
        _check_name(given)
        if decodes(path, "utf-8") and not decodes(path, "ascii"):
            return "utf-8"
        _check(path, file, given)
        return given
    if wide(start) or not decodes(path, "utf-8"):
        return None
    return "utf-8"


def wide(start: bytes) -> bool:
    """Return whether text looks like UTF-16 without its mark: in ASCII every other byte is 0."""
    return start.count(0) * 4 > len(start)


def decodes(path: Path, encoding: str) -> bool:
    """Return whether a whole file can be read in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _check_name(encoding: str) -> None:
    try:
        # Only text encodings encode text: rot13 and zip do not.
        "".encode(encoding)
    except (LookupError, ValueError):
        hint = f"such as {', '.join(CANDIDATES[:4])} or utf-16-le"
        raise ContentError(f'"{encoding}" is not an encoding', hint) from None


def _check(path: Path, file: str, encoding: str) -> None:
    if not decodes(path, encoding):
        raise ContentError(
            Problem(
                f"the file is not {encoding} text",
                Location(file),
                "leave out --encoding to see which encodings are possible",
            )
        )


DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
_LINE_CHARACTERS = 1 << 24
"""The most characters of a line or cell that are read to find where the next row begins."""
csv.field_size_limit(_LINE_CHARACTERS)
_LINES_CHARACTERS = 1 << 17
"""The most characters of a cell with line breaks; a longer one has probably swallowed rows."""
_SAMPLE_CHARACTERS = 1 << 16
_SAMPLE_ROWS = 60
# Excel leaves out the delimiters of empty columns at the end, sixteen rows at a time (Microsoft
# knowledge base, article 77295).
_BLOCK = 16
_SEP = "sep="

Known = Callable[[str], bool]
"""Whether a text is a header that is understood."""


class TextTable(Struct, frozen=True):
    """A CSV file in a known encoding."""

    path: Path
    file: str
    encoding: str
    delimiter: str
    warnings: tuple[Problem, ...] = ()

    @property
    def separator(self) -> str:
        """The delimiter, in words; every row of such a table has as many cells as the header."""
        return DELIMITERS.get(self.delimiter, f'"{self.delimiter}"')

    def records(self) -> Iterator[Record]:
        """Yield all rows.

        Raises:
            ContentError: at a misplaced quotation mark, or a cell so long that it seems to contain
                rows, because what follows cannot be trusted.
        """
        with self.path.open(encoding=self.encoding, newline="") as stream:
            reader = _reader(_lines(stream), self.delimiter)
            first = 1
            while block := self._block(reader, first):
                even = len({len(cells) for cells in block}) == 1
                for row, cells in enumerate(block, first):
                    yield Record(row, tuple(self._text(cell, row) for cell in cells), even)
                first += len(block)

    def _text(self, cell: str, row: int) -> str:
        text = _without_formula(cell)
        if len(text) > _LINES_CHARACTERS and "\n" in text.replace("\r", "\n"):
            raise ContentError(_unreadable(Location(self.file, row), too_long=True))
        return cut(text)

    def _block(self, reader: Iterator[list[str]], first: int) -> list[list[str]]:
        block: list[list[str]] = []
        try:
            for cells in itertools.islice(reader, _BLOCK):
                block.append(cells)  # noqa: PERF402 - what was read before an error counts
        except csv.Error as error:
            place = Location(self.file, first + len(block))
            raise ContentError(_unreadable(place, too_long="limit" in str(error))) from None
        if first == 1 and block and "".join(block[0][:1]).strip().lower().startswith(_SEP):
            # Excel's own line that names the delimiter is not a row of the table.
            block[0] = []
        return block


def open_text(path: Path, file: str, encoding: str, known: Known) -> TextTable:
    """Return the table of a CSV file in a known encoding."""
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(_SAMPLE_CHARACTERS)
        whole = not stream.read(1)
    return TextTable(path, file, encoding, find_delimiter(sample, known, whole=whole))


def open_utf8(path: Path, file: str, known: Known) -> TextTable:
    """Return the table of a CSV file that says its encoding, or is UTF-8.

    Raises:
        ContentError: if it is neither.
    """
    encoding = encoding_of(path, file, None)
    if encoding is None:
        hint = 'save it as "CSV UTF-8"'
        raise ContentError(Problem("the file is not UTF-8 text", Location(file), hint))
    return open_text(path, file, encoding, known)


def find_delimiter(sample: str, known: Known, *, whole: bool = True) -> str:
    """Return the delimiter of a CSV.

    It is the one that gives the most known headers; of equals, the one that cuts the most rows into
    the same number of cells, and then into the most cells. ``whole`` is false for a sample that
    ends within a row.
    """
    first = sample.lstrip("\ufeff").split("\n", maxsplit=1)[0].strip().strip('"').lower()
    if first.startswith(_SEP) and len(first) == len(_SEP) + 1:
        return first[-1]
    # The tab of "sep=\t" is lost when the line is stripped.
    if first == _SEP:
        return "\t"

    def score(delimiter: str) -> tuple[int, float, int]:
        rows = [row for row in _sampled(sample, delimiter, whole=whole) if any(row)]
        if not rows:
            # It cuts everything into empty cells.
            return 0, 1.0, 0
        width, count = Counter(map(len, rows)).most_common(1)[0]
        headers = max(sum(map(known, row)) for row in rows)
        return headers, count / len(rows) if width > 1 else 0.0, width

    return max(DELIMITERS, key=score)


def _sampled(sample: str, delimiter: str, *, whole: bool) -> list[list[str]]:
    lines = sample.splitlines(keepends=True)
    rows: list[list[str]] = []
    try:
        reader = _reader(lines if whole else lines[:-1], delimiter)
        for row in itertools.islice(reader, _SAMPLE_ROWS):
            rows.append(row)  # noqa: PERF402 - what was read before an error counts
    except csv.Error:
        # Cut within a quoted cell, or not this delimiter: what was read counts.
        pass
    return [row for row in rows if row and not row[0].startswith("#")]


def _reader(lines: Iterable[str], delimiter: str) -> Iterator[list[str]]:
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)


def _lines(stream: TextIO) -> Iterator[str]:
    """Yield the lines of a file; a line that is too long is an error."""
    while line := stream.readline(_LINE_CHARACTERS):
        if len(line) == _LINE_CHARACTERS and line[-1] not in "\r\n":
            raise csv.Error("line longer than limit")
        yield line


def _unreadable(place: Location, *, too_long: bool) -> Problem:
    if too_long:
        return Problem(
            "a cell or row is too long",
            place,
            "shorten it; or a quotation mark in that row or the one before is not closed",
        )
    return Problem(
        "a quotation mark is not closed, or out of place",
        place,
        "check that row and the next; inside quoted text write it twice",
    )
