"""Turn an XLSX archive into its sheets, shared texts and formats of cells, within limits.

Only what a list of patients needs is read of ECMA-376 (SpreadsheetML), and every part as a stream:
an archive of a megabyte can unpack to gigabytes.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath
from typing import IO, cast
from xml.etree.ElementTree import Element, XMLPullParser, fromstring

from msgspec import Struct
from msgspec.structs import replace

from handouts.errors import ContentError, Location, MissingError, Problem

_UNPACKED_BYTES = 512 << 20
"""All parts together: a million rows of ten columns take some 400 MB."""
_STRINGS_BYTES = 128 << 20
_SMALL_BYTES = 16 << 20
"""Parts that are kept in memory as a whole: list of sheets, formats."""
_CHUNK = 1 << 16
_OVERLAP = len(b"<!DOCTYPE")
_ELEMENT_BYTES = 8 << 20
"""One row or text: a cell holds at most 32,767 characters (Excel specifications and limits)."""
_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_STRICT_RELATIONS = "{http://purl.oclc.org/ooxml/officeDocument/relationships}"
_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Built-in formats of dates and times (ECMA-376 part 1, 18.8.30)."""
_NO_DATE = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_.|\*.', re.IGNORECASE)
_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DURATION = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_ZEROS = re.compile(r"0+")
# From this size on a spreadsheet keeps only the first fifteen digits of a number.
_EXACT = 10**15


class CellFormat(Struct, frozen=True):
    """What a format says of a cell: a date, a duration, how many digits, a line through it."""

    date: bool = False
    duration: bool = False
    digits: int = 0
    struck: bool = False


class Book(Struct, frozen=True):
    """A workbook: its sheets by name as (part, visible), and what their cells refer to."""

    path: Path
    file: str
    sheets: Mapping[str, tuple[str, bool]]
    texts: tuple[str, ...]
    formats: tuple[CellFormat, ...]
    from_1904: bool


def open_book(path: Path, file: str) -> Book:
    """Return a workbook.

    Raises:
        ContentError: if it is damaged, unpacks to more than any list needs, or defines entities.
    """
    with damage(file), zipfile.ZipFile(path) as archive:
        _check(archive, file)
        if "_rels/.rels" not in archive.namelist():
            raise ContentError(
                Problem(
                    "the file is an archive, and no .xlsx workbook",
                    Location(file),
                    "unpack it if it is a .zip; from Numbers, LibreOffice or another program, save "
                    "the list as .xlsx or as CSV (UTF-8)",
                )
            )
        root = "xl/workbook.xml"
        targets = _targets(archive, "_rels/.rels", file)
        for kind, target in targets.values():
            if kind == "officeDocument":
                root = target
        folder = PurePosixPath(root).parent
        parts = _targets(archive, str(folder / "_rels" / f"{PurePosixPath(root).name}.rels"), file)
        workbook = _small(archive, root, file)
        sheets = {}
        for sheet in _all(workbook, "sheet"):
            key = sheet.get(f"{_RELATIONS}id") or sheet.get(f"{_STRICT_RELATIONS}id") or ""
            kind, part = parts[key]
            if kind == "worksheet":
                sheets[sheet.get("name", "")] = (part, sheet.get("state", "visible") == "visible")
        first = dict(reversed(parts.values()))
        texts = _texts(archive, first["sharedStrings"], file) if "sharedStrings" in first else ()
        formats = _formats(_small(archive, first["styles"], file)) if "styles" in first else ()
        properties = next(_all(workbook, "workbookPr"), None)
        from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        return Book(path, file, sheets, texts, formats, from_1904)


@contextlib.contextmanager
def damage(file: str) -> Iterator[None]:
    """Turn what a damaged archive or part raises, which may be anything, into a problem."""
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


def local(element: Element) -> str:
    """Return an element's name without its namespace: there are two of the same words."""
    return element.tag.rpartition("}")[2]


def elements(stream: IO[bytes], name: str, within: str, place: Location) -> Iterator[Element]:
    """Yield each element of a name as it ends, until that of ``within`` does; none is kept.

    Raises:
        ContentError: if one of them is larger than anything in an honest file.
    """
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    parent: Element | None = None
    since, before = 0, b""
    while chunk := stream.read(_CHUNK):
        _refuse_entities(before + chunk, place.file)
        before = chunk[-_OVERLAP:]
        parser.feed(chunk)
        since += len(chunk)
        for event, element in cast("Iterator[tuple[str, Element]]", parser.read_events()):
            tag = local(element)
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
            raise too_much(place, "a row or cell of the workbook is far too long")
    parser.close()


def too_much(place: Location, message: str = "the workbook is too large") -> ContentError:
    """Return the refusal of a workbook that unpacks to more than any list needs."""
    hint = "copy the list alone to a new sheet, or save it as CSV (UTF-8)"
    return ContentError(Problem(message, place, hint))


def _check(archive: zipfile.ZipFile, file: str) -> None:
    """Refuse a large archive by the sizes in its directory; zipfile reads no more than these."""
    parts = archive.infolist()
    strings = sum(part.file_size for part in parts if "sharedstrings" in part.filename.lower())
    if sum(part.file_size for part in parts) > _UNPACKED_BYTES or strings > _STRINGS_BYTES:
        raise too_much(Location(file))


def _refuse_entities(data: bytes, file: str) -> None:
    """Refuse what could multiply when it is read; what is not UTF-8 could hide it."""
    if b"<!DOCTYPE" in data:
        message = "the workbook holds a document type, which none needs"
        raise ContentError(Problem(message, Location(file)))
    if b"\0" in data:
        raise ValueError("not UTF-8")


def _small(archive: zipfile.ZipFile, part: str, file: str) -> Element:
    """Return the root of a part that is kept in memory."""
    if archive.getinfo(part).file_size > _SMALL_BYTES:
        raise ValueError("a part that should be small is not")
    data = archive.read(part)
    _refuse_entities(data, file)
    return fromstring(data)  # noqa: S314 - without entities there is nothing to fear


def _all(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if local(element) == name)


def _targets(archive: zipfile.ZipFile, part: str, file: str) -> dict[str, tuple[str, str]]:
    """Return the relations of a part: by id, the last word of its type and the part it is to."""
    base = PurePosixPath(part).parent.parent
    found = {}
    for relation in _all(_small(archive, part, file), "Relationship"):
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else str(base / target)
        kind = relation.get("Type", "").rpartition("/")[2]
        found[relation.get("Id", "")] = (kind, normpath(path))
    return found


def _texts(archive: zipfile.ZipFile, part: str, file: str) -> tuple[str, ...]:
    with archive.open(part) as stream:
        return tuple(rich_text(item) for item in elements(stream, "si", "sst", Location(file)))


def rich_text(element: Element) -> str:
    """Return the text of a cell, however it is set in pieces; without how it is pronounced."""
    if len(element) == 1 and local(element[0]) == "t":
        return unescaped(element[0].text or "")
    pieces = []
    for child in element:
        name = local(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "r":
            pieces += [piece.text or "" for piece in child if local(piece) == "t"]
    return unescaped("".join(pieces))


def unescaped(text: str) -> str:
    """Return a text without the ``_x0041_`` that XLSX has for characters XML cannot hold."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _formats(styles: Element) -> tuple[CellFormat, ...]:
    codes = {
        int(item.get("numFmtId", "0")): item.get("formatCode", "")
        for item in _all(styles, "numFmt")
    }
    fonts = [font for fonts in _all(styles, "fonts") for font in fonts]
    struck = {str(at) for at, font in enumerate(fonts) if any(map(_is_line, font))}
    return tuple(
        replace(_format(int(cell.get("numFmtId", "0")), codes), struck=cell.get("fontId") in struck)
        for cells in _all(styles, "cellXfs")
        for cell in cells
    )


def _is_line(element: Element) -> bool:
    return local(element) == "strike" and element.get("val", "1") not in ("0", "false")


def _format(number: int, codes: Mapping[int, str]) -> CellFormat:
    code = codes.get(number)
    if code is None:
        return CellFormat(date=number in _DATES, duration=number == 46)
    first = code.split(";", maxsplit=1)[0]
    date = bool(_DATE.search(_NO_DATE.sub("", first)))
    duration = bool(_DURATION.search(first))
    return CellFormat(date, duration, len(first) if _ZEROS.fullmatch(first) else 0)


def text_of(value: object, digits: int = 0) -> str:
    """Return the value of a cell as the text that a person would type.

    A whole number has no decimal point, and zeros in front up to so many digits. A day is
    ``2026-12-01``, a moment ``2026-12-01 14:30``. A number too long to be exact is written with
    an exponent, so that nobody takes it for a reference.
    """
    match value:
        case int() | float():
            return _number(value, digits)
        case dt.datetime():
            return _moment(value)
        case _:
            return str(value)


def _number(value: float, digits: int) -> str:
    if abs(value) >= _EXACT:
        return f"{value:.14E}"
    if value != int(value):
        return repr(value)
    return f"{int(value):0{digits}d}"


def _moment(value: dt.datetime) -> str:
    # Serial dates are binary fractions of a day: half a second off is the same minute.
    rounded = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    if rounded.time() == dt.time():
        return rounded.date().isoformat()
    shape = "%Y-%m-%d %H:%M:%S" if rounded.second else "%Y-%m-%d %H:%M"
    return rounded.strftime(shape)
