"""Turn a table into a file of a roster: its rows as cells by column, joined by reference."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import ContentError, Location, Problem
from handouts.files import FileState, state_of
from handouts.load.roster.cells import CellError
from handouts.load.roster.header import Header
from handouts.load.roster.table import MOST_CHARACTERS, Record, plain, unguard
from handouts.model.base import normalized
from handouts.model.roster import NAME_PARTS, Column, is_like_reference, same_reference

if TYPE_CHECKING:
    from handouts.load.roster.header import Table

_DIGIT = re.compile(r"\d")


class RosterFile(Struct, frozen=True):
    """A table with its header; ``state`` shows whether the file has changed since it was opened."""

    path: Path
    table: Table
    header: Header
    state: FileState

    @classmethod
    def open(cls, path: Path, table: Table, header: Header) -> RosterFile:
        """Return a file in its present state."""
        return cls(path, table, header, state_of(path))

    @property
    def name(self) -> str:
        """Its name in messages."""
        return self.table.file

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a person should look at before the work starts."""
        return (*self.table.warnings, *self.header.near_misses.values())

    def origin(self, record: Record) -> tuple[str, int] | None:
        """Return the file and row that a failed row came from; None if it does not say."""
        if self.header.origin is None:
            return None
        roster, row = (
            record.cells[at].strip() if at < len(record.cells) else "" for at in self.header.origin
        )
        return (PurePath(unguard(roster)).name, int(row)) if row.isdecimal() else None

    def place(self, record: Record) -> Location:
        """Return the place of a row."""
        return Location(self.name, record.row)

    def body(self) -> Iterator[Record]:
        """Yield the rows below the header, without empty rows and repeats of the header.

        Raises:
            ContentError: if the file has changed since it was opened, or at the header of another
                list, whose columns differ.
        """
        self._check_unchanged()
        for record in self.table.records():
            if record.row > self.header.row and not record.empty and not self._is_header(record):
                yield record
        self._check_unchanged()

    def _is_header(self, record: Record) -> bool:
        """Return whether a row is the header again, as on each page of a report."""
        header = self.header
        # Nearly every reference has a digit, and comparing all cells would take long.
        if not header.row or _DIGIT.search(self._reference(record)):
            return False
        names = list(map(plain, record.cells))
        if all(one == other for one, other in zip_longest(names, header.names, fillvalue="")):
            return True
        filled = set(names) - {""}
        known = {name for name in filled if name in header.words or name in header.names}
        references = {word for word in known if header.words.get(word) is Column.REFERENCE}
        # Somebody who lives in Idaho ("ID") may be active: values have digits, headers seldom.
        least = 3 if any(map(_DIGIT.search, filled - known)) else 2
        understood = references or header.names[header.reference - 1] in known
        if not understood or (len(known) < least and known != filled):
            return False
        raise ContentError(
            Problem(
                "the header of another list starts here; the rows below it would be misread",
                self.place(record),
                "save each list as its own file, and name both files",
            )
        )

    def _reference(self, record: Record) -> str:
        """Return the cell of the reference as it is written."""
        at = self.header.reference - 1
        return record.cells[at].strip() if at < len(record.cells) else ""

    def cells(self, record: Record) -> dict[str, str]:
        """Return the cells that are read, by column; it looks at no others."""
        width = len(record.cells)
        cells = {
            column.name: unguard(record.cells[column.number - 1].strip())
            for column in self.header.columns
            if column.number <= width
        }
        reference = cells.get(Column.REFERENCE)
        if reference:
            # References are compared here and later, so bring them to their final form.
            cells[Column.REFERENCE] = normalized(reference.removeprefix("'"))
        return cells

    def unusable(self, record: Record) -> Problem | None:
        """Find a row that is no patient's, or whose cells may not belong to that patient."""
        return self.untrusted(record) or self._nobody(record)

    def untrusted(self, record: Record) -> Problem | None:
        """Find a row whose cells may be another patient's, or may not say what was meant."""
        checks = self._shifted, self._too_long, self._merged, self._struck, self._no_reference
        return next((found for check in checks if (found := check(record))), None)

    def _nobody(self, record: Record) -> Problem | None:
        """Find the heading of a group or the foot of a report: only a text as its reference."""
        reference = self._reference(record)
        if len(self.header.columns) == 1 or is_like_reference(reference):
            return None
        if [text for text in self.cells(record).values() if text] != [
            normalized(unguard(reference).removeprefix("'"))
        ]:
            return None
        return Problem(
            "the row has only text in the reference column: is it a heading?",
            self.place(record),
            "remove the row; if it is a patient, fill in another cell, such as the name",
        )

    def _too_long(self, record: Record) -> Problem | None:
        """Find a cell that no spreadsheet holds, such as a picture or a whole file."""
        for column in self.header.columns:
            if len("".join(record.cells[column.number - 1 : column.number])) > MOST_CHARACTERS:
                return Problem(f"{column.name} is too long", self.place(record), "shorten it")
        return None

    def _merged(self, record: Record) -> Problem | None:
        for name, columns in record.covered:
            for column in self.header.columns:
                if column.number in columns:
                    return Problem(
                        f"{column.name} is under the merged cells {name}",
                        self.place(record),
                        "unmerge them, and fill in the cell of every row",
                    )
        return None

    def _struck(self, record: Record) -> Problem | None:
        for column in self.header.columns if record.struck else ():
            if column.number in record.struck:
                return Problem(
                    f"{column.name} is struck through",
                    self.place(record),
                    "delete what no longer applies, or remove the strikethrough",
                )
        return None

    def _no_reference(self, record: Record) -> Problem | None:
        """Find a reference that a spreadsheet has turned into something else."""
        if self.header.reference in record.odd:
            return Problem(
                "reference is stored in the spreadsheet as a date, a fraction, or yes or no",
                self.place(record),
                "format the column as text, and enter it again",
            )
        return None

    def _shifted(self, record: Record) -> Problem | None:
        """Find a row whose cells are shifted by a delimiter in text without quotation marks.

        In a CSV even an extra cell that is empty shows this: the cells before it may belong to
        other columns. A sheet has no delimiters, so empty cells at the end of a row mean nothing.
        """
        width, own, mark = len(self.header.names), len(record.cells), self.table.separator
        beyond = own > width if mark else any(map(str.strip, record.cells[width:]))
        # Equal parts of broken lines would be even too; their cells add up to those of the header.
        parts = own > 1 and (width - 1) % (own - 1) == 0
        short = bool(mark) and own < width and not (record.even and own > 1 and not parts)
        if not beyond and not short:
            return None
        if not mark:
            message = f"the row has {own} cells, the header has {width}"
            return Problem(message, self.place(record), "give every column a header")
        unquoted = mark if own > width else "a line break"
        hint = f"put text that contains {unquoted} in quotation marks"
        if own > width:
            hint += f"; if every row ends with {mark}, end the header with one too"
        return Problem(
            f"the row has {own} cells, the header has {width}: {unquoted} may be unquoted",
            self.place(record),
            hint,
        )

    def _check_unchanged(self) -> None:
        if state_of(self.path) != self.state:
            hint = "close it in the spreadsheet program and start again"
            message = "the file changed while it was being read"
            raise ContentError(Problem(message, Location(self.name), hint))


# -- a second file of the same patients

_SHOWN = 8


class Joined(Struct):
    """The rows of a joined file by reference, and which of them match a patient.

    They are kept in memory, some 300 bytes a row: the smaller file should be the joined one.
    """

    file: str
    rows: dict[str, tuple[int, dict[str, str]]] = {}
    matched: set[str] = set()
    without: list[str] = []
    without_count: int = 0

    @classmethod
    def read(cls, file: RosterFile) -> Joined:
        """Return a joined file.

        Raises:
            ContentError: with the rows whose cells cannot be trusted; if there are none, with every
                row that has no reference, or an earlier row's reference with other details.
        """
        joined, problems, untrusted = cls(file.name), list[Problem](), list[Problem]()
        for record in file.body():
            # A row with only a reference is no heading here: the name is in the other file.
            if problem := file.untrusted(record):
                untrusted.append(problem)
                continue
            cells, place = file.cells(record), file.place(record)
            reference = cells.get(Column.REFERENCE, "")
            earlier = joined.rows.get(reference)
            if not reference:
                problems.append(Problem("reference is empty", place))
            elif earlier and earlier[1] != cells:
                message = (
                    f'reference "{reference}" is also in row {earlier[0]}, with different details'
                )
                problems.append(Problem(message, place, "keep one row per patient"))
            else:
                # Programs, sides and doses repeat in many rows.
                own = {name: sys.intern(text) for name, text in cells.items()}
                joined.rows.setdefault(reference, (record.row, own))
        if untrusted or problems:
            raise ContentError(untrusted or problems)
        return joined

    def match(self, reference: str, *, wanted: bool) -> None:
        """Record that a patient was found; ``wanted`` if they are to get a handout."""
        if reference in self.rows:
            self.matched.add(reference)
        elif wanted:
            self.without_count += 1
            if len(self.without) < _SHOWN:
                self.without.append(reference)

    def one_sided(self, *, only_joined: bool) -> Iterator[Problem]:
        """Yield problems that must stop the work: references in only one of the two files."""
        lone = [reference for reference in self.rows if reference not in self.matched]
        zeros = {same_reference(name) for name in lone} & {same_reference(n) for n in self.without}
        place = Location(self.file)
        hint = "some differ only by leading zeros: format both columns as text" if zeros else ""
        if lone:
            # Such a text may be a heading or a name.
            places = [
                name if is_like_reference(name) else f"row {self.rows[name][0]}" for name in lone
            ]
            message = f"{_listed(places, len(lone))} here but in no patient's row"
            yield Problem(message, place, hint or "correct the reference, or remove the row")
        if self.without_count and not only_joined:
            message = f"{_listed(self.without, self.without_count)} in the roster but not here"
            yield Problem(message, place, hint or "use --only-joined to make handouts for the rest")

    def add_to(self, cells: dict[str, str]) -> Iterator[str]:
        """Add this file's cells to those of a patient; yield the columns in which they differ."""
        found = self.rows.get(cells.get(Column.REFERENCE, ""))
        if found is None:
            return
        for column, text in found[1].items():
            own = cells.get(column, "")
            if own and text and plain(own) != plain(text):
                yield column
            cells[column] = own or text


def merged(cells: Mapping[str, str], joined: Iterable[Joined]) -> tuple[dict[str, str], list[str]]:
    """Return the cells of a patient from all files, and the columns in which the files differ."""
    together = dict(cells)
    differing = [column for other in joined for column in other.add_to(together)]
    return together, differing


def _listed(references: list[str], count: int) -> str:
    listed = ", ".join(f'"{reference}"' for reference in references[:_SHOWN])
    more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
    noun, verb = ("reference", "is") if count == 1 else ("references", "are")
    return f"{noun} {listed}{more} {verb}"


# -- the name of a patient


def full_name(cells: Mapping[str, str]) -> str | None:
    """Return the name of a row: the whole name, or its parts with the first name first.

    A whole name beside parts comes from two joined files; then both must name the same person.

    Raises:
        CellError: if they do not, or if ``last_first`` does not have exactly one comma.
    """
    names = [name for name in (cells.get(Column.NAME, ""), _last_first(cells)) if name]
    parts = [cells[part] for part in NAME_PARTS if cells.get(part)]
    if parts:
        names.append(" ".join(parts))
    # Most rows have only one name, so there is nothing to compare.
    if len(names) > 1 and len({_name_words(name) for name in names}) > 1:
        raise CellError("differs between the joined files", "is it the right patient?")
    return names[0] if names else None


def _name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name, independent of their order."""
    return tuple(sorted(plain(name.replace(",", " ")).split()))


def _last_first(cells: Mapping[str, str]) -> str:
    text = cells.get(Column.LAST_FIRST, "")
    if not text:
        return ""
    last, *first = (part.strip() for part in text.split(","))
    if len(first) != 1 or not last or not first[0]:
        raise CellError("must be the last name, one comma, and the first name")
    return f"{first[0]} {last}"
