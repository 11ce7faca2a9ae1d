"""Turn an XLSX archive into rows of texts, within limits: openpyxl says what cells mean.

This module adds what openpyxl does not promise for files of strangers. It reads every part as a
stream of limited size, because an archive of a megabyte can unpack to gigabytes. It accepts a list
with colours or settings that openpyxl does not know. A formula without a result is not read as an
empty cell.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, cast
from xml.etree.ElementTree import Element, XMLPullParser, fromstring

from msgspec import Struct
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

from handouts.errors import ContentError, Location, Problem
from handouts.load.roster.table import NO_RESULT, Record, cut
from handouts.model.base import Sealed

_UNPACKED_BYTES = 512 << 20
"""The most bytes of all parts: a million rows of ten columns take some 400 MB."""
_STRINGS_BYTES = 128 << 20
_SMALL_BYTES = 16 << 20
"""The most bytes of a part that is kept in memory whole: list of sheets, formats."""
_CHUNK = 1 << 16
_OVERLAP = len(b"<!DOCTYPE")
_ELEMENT_BYTES = 1 << 24
"""The most bytes of a row, of a cell, and between two tags: more than any program writes."""
_ROWS = 1_048_576
"""The most rows of a sheet (Excel specifications and limits)."""
_COLUMNS = 1000
"""The most columns to read: no export has as many."""
_MERGES = 10_000
# From this size on, a spreadsheet keeps only the first fifteen digits of a number.
_EXACT = 10**15
_EASTERN_DATES = frozenset((*range(27, 37), *range(50, 59)))
"""Formats of East Asian dates, whose codes files do not contain (ECMA-376 part 1, 18.8.30)."""
_RELATIONS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ID = f"{{{_RELATIONS.decode()}}}id"
_STRICT = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
"""What a workbook that Excel saved as "Strict Open XML" has instead."""
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\sref="([A-Z]+\d+:[A-Z]+\d+)"')


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
            for row in _elements(stream, "row", "sheetData", self.file):
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
            while chunk := stream.read(_CHUNK):
                # Search whole tags only: what follows the last < waits for its end.
                text, mark, rest = chunk.rpartition(b"<")
                size = len(rest) if mark else size + len(rest)
                if size > _ELEMENT_BYTES:
                    raise _too_much(self.file, "a cell of the workbook is too long")
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
                    raise _too_much(self.file, message)
        return hidden, merges

    @contextlib.contextmanager
    def _sheet(self, title: str) -> Iterator[IO[bytes]]:
        part = self.sheets[title][0]
        with (
            _damage(self.file),
            _Archive(self.path, self.file) as archive,
            archive.open(part) as stream,
        ):
            yield stream


def open_book(path: Path, file: str) -> Book:
    """Return a workbook.

    Raises:
        ContentError: if it is damaged, unpacks to more than any list needs, or defines entities.
    """
    with _damage(file), _Archive(path, file) as archive:
        package = get_dependents(archive, "_rels/.rels")
        root = _first(package, "officeDocument") or "xl/workbook.xml"
        parts = get_dependents(archive, get_rels_path(root))
        part_of = parts.to_dict()
        workbook = fromstring(archive.read(root))  # noqa: S314 - it has no entities
        sheets = {
            sheet.get("name", ""): (part.target, sheet.get("state", "visible") == "visible")
            for sheet in workbook.iterfind("{*}sheets/{*}sheet")
            # Old workbooks may list sheets that have no part.
            if (key := sheet.get(_ID)) and (part := part_of[key]).Type.endswith("/worksheet")
        }
        texts: list[str] = []
        if strings := _first(parts, "sharedStrings"):
            with archive.open(strings) as shared:
                texts = [_string(item) for item in _elements(shared, "si", "sst", file)]
        styles = _first(parts, "styles")
        formats = _formats(archive.read(styles)) if styles else []
        properties = workbook.find("{*}workbookPr")
        from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
        return Book(path, file, sheets, texts, formats, epoch)


def _first(parts: RelationshipList, kind: str) -> str | None:
    return next((part.target for part in parts if part.Type.endswith(f"/{kind}")), None)


class _Archive(zipfile.ZipFile):
    """An archive of limited size, whose parts must be small to be read whole.

    Raises:
        ContentError: by the sizes in its directory; zipfile reads no more than these.
    """

    def __init__(self, path: Path, file: str) -> None:
        super().__init__(path)
        self.file = file
        parts = self.infolist()
        strings = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
        if sum(part.file_size for part in parts) > _UNPACKED_BYTES or strings > _STRINGS_BYTES:
            raise _too_much(file)
        if "_rels/.rels" not in self.namelist():
            raise ContentError(
                Problem(
                    "the file is an archive, not an .xlsx workbook",
                    Location(file),
                    "unpack it if it is a .zip; from Numbers, LibreOffice or another program, save "
                    "the list as .xlsx or as CSV (UTF-8)",
                )
            )

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        """Return a small part, without entities and in the namespaces that openpyxl knows."""
        info = name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)
        if info.file_size > _SMALL_BYTES:
            raise ValueError("a part that should be small is not")
        data = super().read(info, pwd)
        _refuse_entities(data, self.file)
        return data.replace(_STRICT, _RELATIONS)


@contextlib.contextmanager
def _damage(file: str) -> Iterator[None]:
    """Turn any error that a damaged archive or part raises into a problem."""
    try:
        yield
    except (ContentError, GeneratorExit):
        raise
    except Exception:  # noqa: BLE001 - KeyError, ValueError, zlib.error, ParseError and more
        raise ContentError(
            Problem(
                "the workbook cannot be read: it is damaged or not one that Excel writes",
                Location(file),
                "open it in the spreadsheet program and save it again as .xlsx",
            )
        ) from None


def _elements(stream: IO[bytes], name: str, within: str, file: str) -> Iterator[Element]:
    """Yield each element of a name as it ends, until ``within`` ends; keep none of them.

    Raises:
        ContentError: if one of them is larger than anything in an honest file.
    """
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    parent: Element | None = None
    since, before = 0, b""
    while chunk := stream.read(_CHUNK):
        _refuse_entities(before + chunk, file)
        before = chunk[-_OVERLAP:]
        parser.feed(chunk)
        since += len(chunk)
        for event, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
            tag = _local(element)
            if event == "start":
                parent = element if tag == within else parent
            elif tag == name:
                since = 0
                yield element
                if parent is not None:
                    parent.clear()
            elif tag == within:
                return
        if since > _ELEMENT_BYTES:
            raise _too_much(file, "a row or cell of the workbook is too long")
    parser.close()


def _local(element: Element) -> str:
    """Return an element's name without its namespace, of which there are two."""
    return element.tag.rpartition("}")[2]


def _too_much(file: str, message: str = "the workbook is too large") -> ContentError:
    hint = "copy the list alone to a new sheet, or save it as CSV (UTF-8)"
    return ContentError(Problem(message, Location(file), hint))


def _refuse_entities(data: bytes, file: str) -> None:
    """Refuse entities, which could multiply in parsing; text that is not UTF-8 could hide them."""
    if b"<!DOCTYPE" in data:
        message = "the workbook holds a document type, which none needs"
        raise ContentError(Problem(message, Location(file)))
    if b"\0" in data:
        raise ValueError("not UTF-8")


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
