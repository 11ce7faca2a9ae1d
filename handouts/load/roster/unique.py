"""References seen in all rows, into rows that repeat another and rows that contradict another."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

_WORD = (1 << 64) - 1


@dataclass(frozen=True)
class Twice:
    """Rows by their count from 0: repeats of an earlier one, and those that differ from another.

    For a row that differs, ``conflicts`` gives the file and row of another.
    """

    repeats: frozenset[int]
    conflicts: Mapping[int, tuple[int, int]]


@dataclass
class Seen:
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

    def twice(self) -> Twice:
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
        return Twice(frozenset(repeats), conflicts)

    def _groups(self) -> Iterator[list[int]]:
        ordered = sorted(range(len(self.keys)), key=self.keys.__getitem__)
        for _key, group in groupby(ordered, key=self.keys.__getitem__):
            rows = list(group)
            if len(rows) > 1:
                yield rows


def same_reference(reference: str) -> str:
    """Return a reference without what a spreadsheet loses: ``00017`` is ``17``; case is kept."""
    return reference.lstrip("0") if reference.isdigit() else reference
