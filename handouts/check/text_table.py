"""Turn a table of texts into a file for a translator, and what was filled in back into a table.

CSV and XLSX have a line for each text, PO a message whose context says where it stands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from handouts.errors import ContentError, Location, MissingError, Problem, to_install
from handouts.files import read_plain
from handouts.load.roster.decode import TextTable, encoding_of, open_text
from handouts.load.roster.sheet import SheetTable, open_sheet
from handouts.load.roster.table import guard, unguard

_ZIP = b"PK\x03\x04"


class Row(Struct, frozen=True):
    """A line of the table of all texts."""

    file: str
    text: str
    original: str
    translation: str
    note: str = ""


_COLUMNS = Row.__struct_fields__
HEAD = Row(*_COLUMNS)
"""The first line of the table: what its columns are called."""


def _csv(table: list[Row], _language: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in (HEAD, *table):
        writer.writerow([guard(getattr(row, name)) for name in _COLUMNS])
    # With its mark Excel knows that it is UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _xlsx(table: list[Row], _language: str) -> bytes:
    try:
        from openpyxl import Workbook  # noqa: PLC0415
        from openpyxl.styles import Alignment  # noqa: PLC0415
    except ImportError:
        raise MissingError(
            "workbooks are written by openpyxl, which is not installed",
            hint=f"{to_install('translations')}; or write a .csv",
        ) from None
    book = Workbook()
    sheet = book.active or book.create_sheet()
    for row in (HEAD, *table):
        sheet.append([getattr(row, name) for name in _COLUMNS])
    for column, width in zip("ABCDE", (30, 22, 60, 60, 30), strict=True):
        sheet.column_dimensions[column].width = width
        for cell in sheet[column]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if cell.data_type == "f":
                cell.data_type = "s"
    sheet.freeze_panes = "C2"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _po(table: list[Row], language: str) -> bytes:
    from babel.messages.catalog import Catalog  # noqa: PLC0415
    from babel.messages.pofile import write_po  # noqa: PLC0415

    catalog = Catalog(locale=language.replace("-", "_"), project="handouts", charset="utf-8")
    for row in table:
        note = [row.note] if row.note else []
        # The same sentence may be said otherwise elsewhere: its place tells them apart.
        context = f"{row.file} {row.text}"
        catalog.add(row.original, row.translation, context=context, user_comments=note)
    data = io.BytesIO()
    write_po(data, catalog, width=0, omit_header=False)
    return data.getvalue()


WRITERS: dict[str, Callable[[list[Row], str], bytes]] = {".csv": _csv, ".xlsx": _xlsx, ".po": _po}
"""What writes a table in a language, by the ending of its file."""


def read_table(path: Path) -> Iterator[tuple[int, Row]]:
    """Yield the lines of a table that was filled in, with their numbers."""
    if path.suffix.lower() == ".po":
        yield from _read_po(path)
        return
    file = path.name
    table: SheetTable | TextTable
    if read_plain(path).startswith(_ZIP):
        table = open_sheet(path, file, None)
    else:
        encoding = encoding_of(path, file, None)
        if encoding is None:
            problem = Problem("the file is not UTF-8 text", Location(file), "save it as CSV UTF-8")
            raise ContentError(problem)
        table = open_text(path, file, encoding, _COLUMNS.__contains__)
    head: list[str] = []
    for record in table.records():
        cells = [unguard(cell).strip() for cell in record.cells]
        if not head:
            head = [cell.lower() for cell in cells]
            if lacking := [name for name in _COLUMNS[:4] if name not in head]:
                message = f"the first line lacks the columns {', '.join(lacking)}"
                raise ContentError(Problem(message, Location(file, record.row)))
        elif any(cells):
            values = dict(zip(head, cells, strict=False))
            yield record.row, Row(*(values.get(name, "") for name in _COLUMNS))


def _read_po(path: Path) -> Iterator[tuple[int, Row]]:
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415

    try:
        catalog = read_po(io.BytesIO(read_plain(path)), abort_invalid=True)
    except (PoFileError, ValueError, UnicodeError):
        problem = Problem("the file is no PO file that can be read", Location(path.name))
        raise ContentError(problem) from None
    for message in catalog:
        if not message.id or message.fuzzy:
            # What a translator marked as fuzzy is not done yet.
            continue
        file, _, text = (message.context or "").partition(" ")
        yield message.lineno or 0, Row(file, text, str(message.id), str(message.string or ""))
