"""Turn an XLSX archive of strangers into its parts and their elements, within limits.

It reads every part as a stream of limited size, because an archive of a megabyte can unpack to
gigabytes.
"""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast
from xml.etree.ElementTree import Element, XMLPullParser

from handouts.errors import ContentError, Location, Problem

_UNPACKED_BYTES = 512 << 20
"""The most bytes of all parts: a million rows of ten columns take some 400 MB."""
_STRINGS_BYTES = 128 << 20
_SMALL_BYTES = 16 << 20
"""The most bytes of a part that is kept in memory whole: list of sheets, formats."""
CHUNK = 1 << 16
_OVERLAP = len(b"<!DOCTYPE")
ELEMENT_BYTES = 1 << 24
"""The most bytes of a row, of a cell, and between two tags: more than any program writes."""
_RELATIONS = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET_ID = f"{{{_RELATIONS.decode()}}}id"
_STRICT = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
"""What a workbook that Excel saved as "Strict Open XML" has instead."""


class SheetNeeded(ContentError):
    """A workbook with several sheets that have content: one of ``sheets`` must be named."""

    def __init__(self, problems: Problem | tuple[Problem, ...], sheets: Sequence[str] = ()) -> None:
        super().__init__(problems)
        self.sheets = tuple(sheets)


class Archive(zipfile.ZipFile):
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
            raise too_much(file)
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
def damage(file: str) -> Iterator[None]:
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


def elements(stream: IO[bytes], name: str, within: str, file: str) -> Iterator[Element]:
    """Yield each element of a name as it ends, until ``within`` ends; keep none of them.

    Raises:
        ContentError: if one of them is larger than anything in an honest file.
    """
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    parent: Element | None = None
    since, before = 0, b""
    while chunk := stream.read(CHUNK):
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
        if since > ELEMENT_BYTES:
            raise too_much(file, "a row or cell of the workbook is too long")
    parser.close()


def _local(element: Element) -> str:
    """Return an element's name without its namespace, of which there are two."""
    return element.tag.rpartition("}")[2]


def too_much(file: str, message: str = "the workbook is too large") -> ContentError:
    """Return the error for a workbook that is no list."""
    hint = "copy the list alone to a new sheet, or save it as CSV (UTF-8)"
    return ContentError(Problem(message, Location(file), hint))


def _refuse_entities(data: bytes, file: str) -> None:
    """Refuse entities, which could multiply in parsing; text that is not UTF-8 could hide them."""
    if b"<!DOCTYPE" in data:
        message = "the workbook holds a document type, which none needs"
        raise ContentError(Problem(message, Location(file)))
    if b"\0" in data:
        raise ValueError("not UTF-8")
