"""Match rows by reference: repeats, contradictions, and a second file of the same patients."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from msgspec import Struct, field

from handouts.errors import ContentError, Location, Problem
from handouts.load.roster.lookups import plain
from handouts.model.roster import Column

_WORD = (1 << 64) - 1


class Duplicates(Struct, frozen=True):
    """Rows by their count from 0: repeats of an earlier one, and those that differ from another.

    For a row that differs, ``conflicts`` gives the file and row of another.
    """

    repeats: frozenset[int]
    conflicts: Mapping[int, tuple[int, int]]


class SeenRows(Struct):
    """What is kept of every row: about 30 bytes, so that a million rows are no matter.

    A reference and the cells are kept as 64-bit hashes, salted anew in each process; two of a
    million rows meet by chance once in 30 million rosters, and are then refused, not mixed up.
    """

    keys: array[int] = field(default_factory=lambda: array("Q"))
    digests: array[int] = field(default_factory=lambda: array("Q"))
    files: array[int] = field(default_factory=lambda: array("H"))
    rows: array[int] = field(default_factory=lambda: array("L"))

    def add(self, reference: str, content: object, place: tuple[int, int]) -> None:
        """Keep one row: its reference, what it says (hashable), and its file and row."""
        self.keys.append(hash(same_reference(reference)) & _WORD)
        self.digests.append(hash(content) & _WORD)
        self.files.append(place[0])
        self.rows.append(place[1])

    def duplicates(self) -> Duplicates:
        """Return the rows that have a reference in common."""
        repeats: set[int] = set()
        conflicts: dict[int, tuple[int, int]] = {}
        for first, *others in self._groups():
            digests = {self.digests[row] for row in (first, *others)}
            if len(digests) == 1:
                repeats.update(others)
                continue
            for row in (first, *others):
                other = first if row != first else others[0]
                conflicts[row] = (self.files[other], self.rows[other])
        return Duplicates(frozenset(repeats), conflicts)

    def _groups(self) -> Iterator[list[int]]:
        ordered = sorted(range(len(self.keys)), key=self.keys.__getitem__)
        for _key, group in groupby(ordered, key=self.keys.__getitem__):
            rows = list(group)
            if len(rows) > 1:
                yield rows


def same_reference(reference: str) -> str:
    """Return a reference without what a spreadsheet loses: ``00017`` is ``17``; case is kept."""
    return reference.lstrip("0") if reference.isdigit() else reference


_SHOWN = 8


class Joined(Struct):
    """The rows of a joined file by reference, and which of them have met a patient.

    It is kept in memory, some 300 bytes a row: the small file of the two belongs here.
    """

    file: str
    rows: dict[str, tuple[int, dict[str, str]]] = {}
    met: set[str] = set()
    without: list[str] = []
    without_count: int = 0

    @classmethod
    def read(cls, file: str, rows: Iterable[tuple[int, dict[str, str]]]) -> Joined:
        """Return a joined file.

        Raises:
            ContentError: with every row without a reference or with one that another has too.
        """
        joined, problems = cls(file), []
        for row, cells in rows:
            reference = cells.get(Column.REFERENCE, "")
            place = Location(file, row)
            earlier = joined.rows.get(reference)
            if not reference:
                problems.append(Problem("reference is empty", place))
            elif earlier and earlier[1] != cells:
                message = f'reference "{reference}" stands in row {earlier[0]} with other details'
                problems.append(Problem(message, place, "keep one row for each patient"))
            else:
                # Programs, sides and doses repeat from row to row.
                own = {name: sys.intern(text) for name, text in cells.items()}
                joined.rows.setdefault(reference, (row, own))
        if problems:
            raise ContentError(problems)
        return joined

    def meet(self, reference: str, *, wanted: bool) -> None:
        """Note that a patient was met; ``wanted`` if they are to get a handout."""
        if reference in self.rows:
            self.met.add(reference)
        elif wanted:
            self.without_count += 1
            if len(self.without) < _SHOWN:
                self.without.append(reference)

    def one_sided(self, *, only_joined: bool) -> Iterator[Problem]:
        """Yield what must stop the work: references that stand on one side only."""
        lone = [reference for reference in self.rows if reference not in self.met]
        zeros = {same_reference(name) for name in lone} & {same_reference(n) for n in self.without}
        place = Location(self.file)
        hint = "some differ only by zeros in front: make both columns text" if zeros else ""
        if lone:
            message = f"{_listed(lone, len(lone))} here and in no patient's row"
            yield Problem(message, place, hint or "correct the reference, or remove the row")
        if self.without_count and not only_joined:
            message = f"{_listed(self.without, self.without_count)} in the roster and not here"
            yield Problem(message, place, hint or "say --only-joined to make handouts for the rest")

    def add_to(self, cells: dict[str, str]) -> Iterator[str]:
        """Add this file's cells to those of a patient; yield columns in which the two differ."""
        found = self.rows.get(cells.get(Column.REFERENCE, ""))
        if found is None:
            return
        for column, text in found[1].items():
            own = cells.get(column, "")
            if own and text and plain(own) != plain(text):
                yield column
            cells[column] = own or text


def merged(cells: Mapping[str, str], joined: Iterable[Joined]) -> tuple[dict[str, str], list[str]]:
    """Return the cells of a patient from all files, and the columns in which these differ."""
    together = dict(cells)
    differing = [column for other in joined for column in other.add_to(together)]
    return together, differing


def _listed(references: list[str], count: int) -> str:
    listed = ", ".join(f'"{reference}"' for reference in references[:_SHOWN])
    more = f" and {count - _SHOWN} more" if count > _SHOWN else ""
    noun, verb = ("reference", "stands") if count == 1 else ("references", "stand")
    return f"{noun} {listed}{more} {verb}"
