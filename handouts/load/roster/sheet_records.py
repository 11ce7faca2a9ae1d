"""Turn a sheet of a workbook into records: which sheet it is, and what only seems to be there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from handouts.errors import ContentError, Location, MissingError, Problem, Severity, did_you_mean
from handouts.load.roster.table import Record

if TYPE_CHECKING:
    from openpyxl.worksheet.cell_range import CellRange

    from handouts.load.roster.workbook import Book

_OVERLAPPING = 1000
"""The most merged cells of one row: no sheet that is read has more columns."""


class SheetNeeded(ContentError):
    """A workbook with several sheets that have content: one of ``sheets`` must be named."""

    def __init__(self, problems: Problem | tuple[Problem, ...], sheets: Sequence[str] = ()) -> None:
        super().__init__(problems)
        self.sheets = tuple(sheets)


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
    from handouts.load.roster.workbook import open_book  # noqa: PLC0415 - only for workbooks

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
