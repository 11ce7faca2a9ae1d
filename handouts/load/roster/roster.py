"""Turn opened files into a `Roster`: read once to count and compare, then row by row."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from pathlib import PurePath

from msgspec import Struct, field

from handouts.errors import ContentError, Location, Problem, Severity
from handouts.load.roster.cells import CellError, Lookups
from handouts.load.roster.file import Joined, RosterFile, merged
from handouts.load.roster.header import ReadColumn
from handouts.load.roster.row import RosterOptions, RowReader, read_reference
from handouts.load.roster.table import Record, plain
from handouts.model.base import Sealed
from handouts.model.roster import (
    STOPS,
    Column,
    RosterRow,
    RowProblem,
    is_like_reference,
    same_reference,
)

REPEATED = "repeated"
"""The reason to skip a row that says the same as an earlier one."""

CORRECTED = "corrected"
"""The reason to skip a row that a list of failed rows replaces."""

TOTAL = "total"
"""The reason to skip the sums at the end of a report."""

CANCELLED = "cancelled"
"""The reason that is about an appointment, not about the patient, who may have another one."""

_EVERY = 500
"""Rows between two reports of progress."""

_MASK = "••••••••"


class _Found(Sealed, frozen=True):
    """One row as it was found, joined, with the reason to skip it if there is one."""

    file: int
    row: int
    cells: dict[str, str]
    problems: tuple[Problem, ...]
    skip: str | None
    counted: bool
    """Whether no other row may have its reference."""
    shifted: bool = False
    """Whether its cells may be in the wrong columns."""


def _is_reference(text: str) -> bool:
    try:
        return bool(read_reference(text))
    except CellError:
        return False


class _Corrections:
    """The rows of other files that lists of failed rows replace.

    They are matched by reference; a row without one is matched by file and row. If several lists
    have a patient, the last one counts.
    """

    def __init__(self, files: Sequence[RosterFile]) -> None:
        self._files = files
        self._references: dict[str, int] = {}
        self._places: dict[tuple[str, int], int] = {}
        for number, file in enumerate(files):
            for record in file.body() if file.header.failures else ():
                reference = file.cells(record).get(Column.REFERENCE, "")
                if not reference:
                    continue
                if not file.unusable(record):
                    self._references[same_reference(reference)] = number
                if (place := file.origin(record)) is not None:
                    self._places[place] = number

    def replace(self, number: int, record: Record, reference: str) -> bool:
        """Return whether to leave out a row of a file."""
        if not (self._references or self._places):
            return False
        file = self._files[number]
        last = self._references.get(same_reference(reference)) if reference else None
        if last is None and (not _is_reference(reference) or file.unusable(record)):
            last = self._places.get((PurePath(file.name).name, record.row))
        return last is not None and (not file.header.failures or last > number)


class Roster:
    """The patients of one or several files; made by `read_roster`.

    A row of a list of failed rows replaces the patient's row in the other files.

    ``total`` counts the rows that `rows` yields, and ``skipped`` those that it leaves out, by
    reason. ``columns`` are the columns that are read, with their files; ``names`` are those for
    which rows have cells. ``near_misses`` are the headers of columns that are not read and that
    ``warnings`` name.
    """

    def __init__(
        self,
        files: Sequence[RosterFile],
        joined: Sequence[Joined],
        reader: RowReader,
        options: RosterOptions,
        columns: tuple[ReadColumn, ...],
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self._files = files
        self._joined = joined
        self._reader = reader
        self._options = options
        self.columns = columns
        self.names = tuple(dict.fromkeys(column.name for column in columns))
        self.total = 0
        self.skipped: Counter[str] = Counter()
        self.warnings = tuple(warning for file in files for warning in file.warnings)
        self.near_misses = frozenset(name for file in files for name in file.header.near_misses)
        self._corrections = _Corrections(files)
        self._duplicates = self._scan(progress or (lambda _rows: None))

    def preview(self, count: int = 3) -> tuple[dict[str, str], ...]:
        """Return the cells of the first rows that are not skipped, as they were read.

        Show them only to the person who started the work. Passwords are masked.
        """
        included = (found.cells for found in self._walk() if found.skip is None)
        return tuple(
            {name: cells.get(name, "") for name in self.names}
            | ({Column.PASSWORD: _MASK} if cells.get(Column.PASSWORD) else {})
            for cells in islice(included, count)
        )

    def rows(self) -> Iterator[RosterRow | RowProblem]:
        """Yield every row that is not skipped, in the order of the files.

        Raises:
            ContentError: if a file has changed since it was first read.
        """
        count = -1
        for found in self._walk():
            count += found.counted
            if found.skip is not None or (found.counted and count in self._duplicates.repeats):
                continue
            problems = found.problems
            file = self._files[found.file].name
            if found.shifted:
                # The cell may have another column's text, such as a name.
                reference = found.cells.get(Column.REFERENCE, "")
                reference = reference if is_like_reference(reference) else ""
                yield RowProblem(file, found.row, reference, problems, found.cells)
                continue
            if found.counted and count in self._duplicates.conflicts:
                problems = (*problems, self._conflict(found, *self._duplicates.conflicts[count]))
            yield self._reader.read(file, found.row, found.cells, problems)

    def left_out(self) -> Iterator[tuple[str, str]]:
        """Yield the reference of each skipped row, and why (``deceased``); repeats are left out.

        Raises:
            ContentError: if a file has changed since it was first read.
        """
        for found in self._walk():
            if found.skip not in (None, CORRECTED, TOTAL):
                yield found.cells.get(Column.REFERENCE, ""), str(found.skip)

    def _scan(self, progress: Callable[[int], None]) -> Duplicates:
        """Count all rows and record their references; raise problems of the whole roster."""
        seen, included = SeenRows(), bytearray()
        commas = names = 0
        for number, found in enumerate(self._walk()):
            if number % _EVERY == 0:
                progress(number)
            reference = found.cells.get(Column.REFERENCE, "")
            before = self._files[found.file].header.failures
            for joined in self._joined:
                wanted = found.counted and found.skip is None and not before
                joined.match(reference, wanted=wanted)
            if found.counted:
                filled = ((name, text) for name, text in found.cells.items() if text)
                content = found.skip or tuple(sorted(filled))
                seen.add(reference, content, (found.file, found.row))
                included.append(found.skip is None)
            if found.skip is not None:
                self.skipped[found.skip] += 1
                continue
            self.total += 1
            name = found.cells.get(Column.NAME, "")
            names += bool(name)
            commas += name.count(",") == 1
        problems = [
            problem
            for joined in self._joined
            for problem in joined.one_sided(only_joined=self._options.only_joined)
        ]
        if problems:
            raise ContentError(problems)
        duplicates = seen.duplicates()
        repeated = sum(included[row] for row in duplicates.repeats)
        if repeated:
            self.total -= repeated
            self.skipped[REPEATED] += repeated
        if commas * 2 > names:
            self.warnings += (_last_first(commas),)
        return duplicates

    def _walk(self) -> Iterator[_Found]:
        """Yield all rows of all files, joined, without empty ones."""
        for number, file in enumerate(self._files):
            for record in file.body():
                yield self._found(number, record)

    def _found(self, number: int, record: Record) -> _Found:
        file = self._files[number]
        cells = file.cells(record)
        reference = cells.get(Column.REFERENCE, "")
        if self._corrections.replace(number, record, reference):
            return _Found(number, record.row, cells, (), CORRECTED, counted=False)
        if _is_total(cells, self._reader.words):
            return _Found(number, record.row, cells, (), TOTAL, counted=False)
        known = any(reference in other.rows for other in self._joined)
        problem = file.untrusted(record) if known else file.unusable(record)
        if problem:
            return _Found(number, record.row, cells, (problem,), None, counted=False, shifted=True)
        # The list of failed rows already has the cells of all files.
        joined = () if file.header.failures else self._joined
        cells, differing = merged(cells, joined)
        problems = tuple(
            Problem(
                f"{column} differs between the joined files",
                file.place(record),
                "correct one of them",
            )
            for column in differing
        )
        skip = _why_not(cells, self._reader.words)
        lacking = [other.file for other in joined if reference not in other.rows]
        # A patient with a cancelled appointment may have another one.
        counted = bool(reference) and skip != CANCELLED
        if skip is None and lacking and self._options.only_joined:
            skip, counted = f"not in {lacking[0]}", False
        return _Found(number, record.row, cells, problems, skip, counted)

    def _conflict(self, found: _Found, file: int, row: int) -> Problem:
        where = f"row {row}" if file == found.file else f"{self._files[file].name}, row {row}"
        return Problem(
            f"reference is also in {where}, with different details",
            Location(self._files[found.file].name, found.row),
            "keep one of them; leading zeros do not make a different reference",
        )


def _last_first(count: int) -> Problem:
    names = "1 name has" if count == 1 else f"{count} names have"
    return Problem(
        f"{names} a comma and will be printed as written",
        hint="if they are last name, first name, use --map last_first=HEADER to swap them",
        severity=Severity.WARNING,
    )


# -- rows that get no handout

_AFTER_TOTAL = re.compile(r"\W*|[ :].*[\d:]\W*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def _is_total(cells: Mapping[str, str], words: Lookups) -> bool:
    """Return whether a row is the sum of a report: ``Total``, ``Total patients: 12``.

    Its other cells are only numbers: a patient may be called Sum, or be ``Total Knee 12``.
    """
    reference = cells.get(Column.REFERENCE, "")
    if not reference.casefold().startswith(words.totals):
        return False
    others = {*cells.values()} - {reference, ""}
    text = " ".join((reference.casefold(), *others))
    after = (text.removeprefix(word) for word in words.totals if text.startswith(word))
    return all(map(_NUMBER.fullmatch, others)) and any(map(_AFTER_TOTAL.fullmatch, after))


def _why_not(cells: Mapping[str, str], words: Lookups) -> str | None:
    """Return why a row is skipped (``deceased``); None if it is not.

    A date or any word other than no in ``deceased``, ``discharged``, ``archived`` or
    ``unsubscribed`` counts as yes: it is not for us to judge whether that day has come.
    """
    for column in STOPS:
        value = plain(cells.get(column, ""))
        if value and value not in words.blank and words.flags.get(value, True):
            return column.value
    return words.inactive.get(plain(cells.get(Column.STATUS, "")))


# -- rows of one reference

_WORD = (1 << 64) - 1


class Duplicates(Struct, frozen=True):
    """Rows by number, from 0: repeats of an earlier row, and rows that differ from another.

    For a row that differs, ``conflicts`` gives the file and row of another with its reference.
    """

    repeats: frozenset[int]
    conflicts: Mapping[int, tuple[int, int]]


class SeenRows(Struct):
    """What is kept of every row: about 30 bytes, so that a roster may have a million rows.

    References and cells are kept as 64-bit hashes, with another salt in each process. In a million
    rows two hashes agree by chance once in 30 million rosters; these rows are refused, not mixed.
    """

    keys: array[int] = field(default_factory=lambda: array("Q"))
    digests: array[int] = field(default_factory=lambda: array("Q"))
    files: array[int] = field(default_factory=lambda: array("H"))
    rows: array[int] = field(default_factory=lambda: array("L"))

    def add(self, reference: str, content: object, place: tuple[int, int]) -> None:
        """Add one row: its reference, its content (hashable), and its file and row."""
        self.keys.append(hash(same_reference(reference)) & _WORD)
        self.digests.append(hash(content) & _WORD)
        self.files.append(place[0])
        self.rows.append(place[1])

    def duplicates(self) -> Duplicates:
        """Return the repeats and conflicts among rows with the same reference."""
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
