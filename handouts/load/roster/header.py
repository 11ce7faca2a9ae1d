"""The header of a table into columns: by exact names, by ``--map``, never by resemblance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from handouts.errors import ContentError, Location, Problem, Severity, did_you_mean
from handouts.load.roster.table import Record, Table
from handouts.load.roster.words import Words, plain
from handouts.model.roster import DOSE, Column

_SEARCHED = 60
"""Rows above the header, at most: titles of reports, comments of our own example."""
_ALIKE = 0.84
_SHOWN = 60
_NAME_PARTS = frozenset({Column.FIRST_NAME, Column.MIDDLE_NAME, Column.LAST_NAME})
_WHOLE_NAMES = frozenset({Column.NAME, Column.LAST_FIRST})


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column that is read: its name with us, its header and its position from 1 in the file."""

    name: str
    header: str
    number: int
    file: str


@dataclass(frozen=True)
class Header:
    """Which columns of a table are read. ``row`` is the header's own, 0 without one."""

    row: int
    width: int
    columns: tuple[ReadColumn, ...]
    unread: tuple[str, ...]
    warnings: tuple[Problem, ...]


class HeaderReader:
    """Finds the header of tables.

    ``mapping`` gives the header or position (``#3``) of a column; ``exercises`` are the ids that
    a dose column may name.

    Raises:
        ContentError: if ``mapping`` names a column that there is not.
    """

    def __init__(
        self, words: Words, mapping: Mapping[str, str], exercises: frozenset[str], *, header: bool
    ) -> None:
        self.words = words
        self.exercises = exercises
        self.has_header = header
        self.mapping = {self._column(name): text.strip() for name, text in mapping.items()}
        if not header and not all(map(_is_position, self.mapping.values())):
            raise ContentError(
                "without a header a column is mapped by position",
                hint="such as --map reference=#1 --map name=#2",
            )

    def known(self, text: str) -> bool:
        """Return whether a text is a header that is understood."""
        name = plain(text)
        mapped = (plain(header) for header in self.mapping.values())
        return bool(name) and (name in self.words.columns or name in mapped or _is_dose(name))

    def read(self, table: Table) -> Header:
        """Return the columns of a table.

        Raises:
            ContentError: if it is empty, has no reference column, or two for one.
        """
        first: Record | None = None
        for record in islice(table.records(), _SEARCHED):
            if record.empty:
                continue
            first = first or record
            if not self.has_header:
                return self._header(table, record, 0)
            if self._has_reference(record) or not self._searching(table):
                return self._header(table, record, record.row)
        if first is None:
            raise ContentError(Problem("the file is empty", Location(table.file)))
        raise ContentError(self._no_reference(table))

    def _column(self, name: str) -> str:
        wanted = plain(name).replace(" ", "_")
        if _is_dose(plain(name)):
            return self._dose(plain(name), Location("--map"))
        if wanted not in list(Column):
            hint = did_you_mean(wanted, [*Column, f"{DOSE}<exercise-id>"])
            raise ContentError(f'a roster has no column "{name}"', hint)
        return wanted

    def _dose(self, name: str, place: Location) -> str:
        exercise = name.removeprefix(DOSE).strip()
        if exercise not in self.exercises:
            hint = did_you_mean(exercise, self.exercises)
            message = f'a dose column names the exercise "{exercise}", which there is not'
            raise ContentError(Problem(message, place, hint))
        return f"{DOSE}{exercise}"

    def _searching(self, table: Table) -> bool:
        """Return whether rows may stand above the header: not if its place is given."""
        del table
        return not _is_position(self.mapping.get(Column.REFERENCE, ""))

    def _has_reference(self, record: Record) -> bool:
        wanted = self.mapping.get(Column.REFERENCE)
        names = [plain(cell) for cell in record.cells]
        if wanted is not None and plain(wanted) in names:
            return True
        # One word of a title, or of a patient's row, is no header: two names are.
        reference = any(self.words.columns.get(name) is Column.REFERENCE for name in names)
        filled = sum(map(bool, names))
        return reference and (filled == 1 or sum(map(self.known, record.cells)) > 1)

    def _header(self, table: Table, record: Record, row: int) -> Header:
        place = Location(table.file, row)
        names = [plain(cell) if row else "" for cell in record.cells]
        taken: dict[str, list[int]] = {}
        problems: list[Problem] = []
        for column, header in self.mapping.items():
            positions = _positions(header, names, len(record.cells))
            if positions:
                taken[column] = positions
        mapped = {position for positions in taken.values() for position in positions}
        for position, name in enumerate(names):
            try:
                found = self._found(name, place)
            except ContentError as error:
                problems += error.problems
                continue
            if found and position not in mapped and not self._given_otherwise(found):
                taken.setdefault(found, []).append(position)
        problems += _twice(taken, record, place)
        problems += _two_names(taken, record, place)
        if Column.REFERENCE not in taken:
            problems.append(self._no_reference(table, names))
        if problems:
            raise ContentError(problems)
        columns = (
            ReadColumn(column, record.cells[at].strip() if row else "", at + 1, table.file)
            for column, (at, *_others) in taken.items()
        )
        unread = [
            record.cells[position].strip()
            for position, name in enumerate(names)
            if name and [position] not in taken.values()
        ]
        ordered = tuple(sorted(columns, key=lambda column: column.number))
        warnings = tuple(self._near_misses(unread, taken, place))
        return Header(row, len(record.cells), ordered, tuple(unread), warnings)

    def _found(self, name: str, place: Location) -> str | None:
        return self._dose(name, place) if _is_dose(name) else self.words.columns.get(name)

    def _given_otherwise(self, column: str) -> bool:
        """Return whether ``--map`` says where a column is, or how names are written."""
        if column in _NAME_PARTS:
            return column in self.mapping or not _WHOLE_NAMES.isdisjoint(self.mapping)
        if column in _WHOLE_NAMES:
            given = _NAME_PARTS | _WHOLE_NAMES
            return not given.isdisjoint(self.mapping)
        return column in self.mapping

    def _near_misses(
        self, unread: list[str], taken: Mapping[str, object], place: Location
    ) -> Iterator[Problem]:
        for header in unread:
            name = plain(header)
            close = get_close_matches(name, self.words.columns, n=1, cutoff=_ALIKE)
            if not close or name in self.words.others or name in self.words.columns:
                continue
            column = self.words.columns[close[0]]
            if column not in taken:
                yield Problem(
                    f'column "{header[:_SHOWN]}" is not read',
                    place,
                    f'did you mean "{column}"? then add --map "{column}={header[:_SHOWN]}"',
                    severity=Severity.WARNING,
                )

    def _no_reference(self, table: Table, names: list[str] | None = None) -> Problem:
        """Say that patients cannot be told apart; a file without a header shows no cell of it."""
        wanted = self.mapping.get(Column.REFERENCE)
        place = Location(table.file)
        if wanted is not None:
            hint = did_you_mean(plain(wanted), filter(None, names or ()))
            return Problem(f'no column has the header "{wanted}"', place, hint)
        return Problem(
            "no column is known as the patient's reference",
            place,
            "name its header with --map reference=HEADER; a file without a header: "
            "--no-header --map reference=#1 --map name=#2",
        )


def _is_dose(name: str) -> bool:
    return name.startswith(DOSE)


def _is_position(header: str) -> bool:
    return header.removeprefix("#").isascii() and header.removeprefix("#").isdigit()


def _positions(header: str, names: list[str], width: int) -> list[int]:
    """Return where a mapped column stands: under its header, else at the position given."""
    found = [position for position, name in enumerate(names) if name and name == plain(header)]
    if not found and _is_position(header):
        position = int(header.removeprefix("#")) - 1
        return [position] if 0 <= position < width else []
    return found


def _twice(
    taken: Mapping[str, list[int]], record: Record, place: Location
) -> Iterator[Problem]:
    for column, positions in taken.items():
        if len(positions) > 1:
            headers = " and ".join(
                f'"{record.cells[position].strip()}" (#{position + 1})' for position in positions
            )
            hint = f'say which with --map "{column}=#{positions[0] + 1}"'
            yield Problem(f"{len(positions)} columns may be {column}: {headers}", place, hint)


def _two_names(
    taken: Mapping[str, list[int]], record: Record, place: Location
) -> Iterator[Problem]:
    """Find a whole name beside its parts: only a person knows which of them is right."""
    whole = _WHOLE_NAMES & taken.keys()
    if whole and (len(whole) > 1 or not (_NAME_PARTS - {Column.MIDDLE_NAME}).isdisjoint(taken)):
        position = taken[min(whole)][0]
        header = record.cells[position].strip()
        yield Problem(
            "the name stands there twice, whole and in parts",
            place,
            f'say --map "name={header or f"#{position + 1}"}" for the whole name, or '
            "--map first_name=... --map last_name=... for its parts",
        )
