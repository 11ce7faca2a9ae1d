"""One file of a roster: its rows as cells by column, and whether it is still the same file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath

from msgspec import Struct

from handouts.errors import ContentError, Location, Problem
from handouts.load.roster.header import Header, Table
from handouts.load.roster.table import Record, unguard
from handouts.model.base import one_way
from handouts.model.roster import Column


class RosterFile(Struct, frozen=True):
    """A table with its header; ``state`` tells whether the file has changed since."""

    path: Path
    table: Table
    header: Header
    state: tuple[int, int]

    @classmethod
    def open(cls, path: Path, table: Table, header: Header) -> RosterFile:
        """Return a file as it is now."""
        return cls(path, table, header, _state(path))

    @property
    def name(self) -> str:
        """Its name in messages."""
        return self.table.file

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a person should look at before the work."""
        return self.table.warnings + self.header.warnings

    def origin(self, record: Record) -> tuple[str, int] | None:
        """Return the file and row in which a row stood that failed before; None if unsaid."""
        if self.header.origin is None:
            return None
        roster, row = (
            record.cells[at].strip() if at < len(record.cells) else "" for at in self.header.origin
        )
        return (PurePath(unguard(roster)).name, int(row)) if row.isdecimal() else None

    def place(self, record: Record) -> Location:
        """Return where a row stands."""
        return Location(self.name, record.row)

    def body(self) -> Iterator[Record]:
        """Yield the rows below the header that are not empty.

        Raises:
            ContentError: if the file was changed since it was opened.
        """
        self._check_unchanged()
        for record in self.table.records():
            if record.row > self.header.row and not record.empty:
                yield record
        self._check_unchanged()

    def cells(self, record: Record) -> dict[str, str]:
        """Return the cells that are read, by column; no other is looked at."""
        width = len(record.cells)
        cells = {
            column.name: unguard(record.cells[column.number - 1].strip())
            for column in self.header.columns
            if column.number <= width
        }
        reference = cells.get(Column.REFERENCE)
        if reference:
            # References are compared here and in everything that follows: in the form they keep.
            cells[Column.REFERENCE] = one_way(reference)
        return cells

    def unusable(self, record: Record) -> Problem | None:
        """Find a row whose cells cannot be trusted to be the patient's, as they stand there."""
        return self._shifted(record) or self._merged(record) or self._no_reference(record)

    def _merged(self, record: Record) -> Problem | None:
        for name, columns in record.covered:
            for column in self.header.columns:
                if column.number in columns:
                    return Problem(
                        f"{column.name} lies under the merged cells {name}",
                        self.place(record),
                        "unmerge them, and fill the cell of every row",
                    )
        return None

    def _no_reference(self, record: Record) -> Problem | None:
        """Find a reference of which a spreadsheet has made something else."""
        at = (column.number for column in self.header.columns if column.name == Column.REFERENCE)
        if record.odd and next(at, 0) in record.odd:
            return Problem(
                "reference is a date, a fraction, or yes or no to the spreadsheet",
                self.place(record),
                "give the column the format text, and enter it again",
            )
        return None

    def _shifted(self, record: Record) -> Problem | None:
        """Find a row whose cells are shifted: by a delimiter in a text without quotation marks.

        In a CSV a cell too many tells that also if it is empty: what stands before it may be
        another column's. A sheet has no delimiters: empty cells at the end of a row mean nothing.
        """
        width, own, mark = self.header.width, len(record.cells), self.table.separator
        beyond = own > width if mark else any(map(str.strip, record.cells[width:]))
        # Lines broken in equal parts would be even too: their cells add up to those of the header.
        parts = own > 1 and (width - 1) % (own - 1) == 0
        short = bool(mark) and own < width and not (record.even and own > 1 and not parts)
        if not beyond and not short:
            return None
        if not mark:
            message = f"the row has {own} cells, the header has {width}"
            return Problem(message, self.place(record), "give every column a header")
        unquoted = mark if own > width else "a line break"
        hint = f"put text that holds {unquoted} in quotation marks"
        if own > width:
            hint += f"; if every row ends with {mark}, let the header end with one too"
        return Problem(
            f"the row has {own} cells, the header has {width}: {unquoted} may be unquoted",
            self.place(record),
            hint,
        )

    def _check_unchanged(self) -> None:
        try:
            same = _state(self.path) == self.state
        except OSError:
            same = False
        if not same:
            hint = "close it in the spreadsheet program and start again"
            message = "the file was changed while it was read"
            raise ContentError(Problem(message, Location(self.name), hint))


def _state(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns
