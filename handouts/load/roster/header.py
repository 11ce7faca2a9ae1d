"""Turn the header of a table into columns: by exact names or ``--map``, never by resemblance."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from handouts.errors import ContentError, Location, Problem, Severity, did_you_mean
from handouts.load.roster.cells import Lookups
from handouts.load.roster.table import Record, TextTable, plain
from handouts.model.roster import (
    DOSE,
    FAILURE_PLACE,
    FAILURE_REASON,
    NAME_PARTS,
    STOPS,
    Column,
)

if TYPE_CHECKING:
    from handouts.load.roster.workbook import SheetTable

    Table = TextTable | SheetTable
    """A file that can be read row by row, any number of times."""

Taken = Mapping[str, list[int]]
"""The positions of our columns, from 0."""
_SEARCHED = 60
"""The most rows above the header: titles of reports, comments of our own example."""
_ALIKE = 0.8
_SHOWN = 60
"""Messages quote at most this many characters of a header."""
_WHOLE_NAMES = frozenset({Column.NAME, Column.LAST_FIRST})


class ReadColumn(Struct, frozen=True):
    """A column that is read: our name for it, its header, and its position in the file, from 1."""

    name: str
    header: str
    number: int
    file: str


class Header(Struct, frozen=True):
    """The columns of a table that are read. ``row`` is that of the header, 0 if there is none.

    ``names`` are all headers in the form in which they are compared, ``words`` the meanings of
    known headers. ``reference`` is the position of that column. ``mapped`` are the columns from
    ``--map``. A list of failed rows has ``origin``: the positions of the columns that say in which
    roster and row each row was. ``near_misses`` are warnings about columns that are not read, by
    header.
    """

    row: int
    names: tuple[str, ...]
    words: Mapping[str, Column]
    columns: tuple[ReadColumn, ...]
    reference: int
    mapped: frozenset[str]
    near_misses: Mapping[str, Problem]
    origin: tuple[int, int] | None

    @property
    def failures(self) -> bool:
        """Whether its rows have failed before, and replace those of another table."""
        return self.origin is not None


_PLACE = Location("--map")


class Mapped(Struct, frozen=True):
    """Columns by header (as given) or by position from 1; ``unread`` are columns not to read."""

    headers: Mapping[str, str]
    positions: Mapping[str, int]
    unread: frozenset[str]


class HeaderReader:
    """A reader of the headers of tables, which also knows ``--map``.

    Raises:
        ContentError: if ``mapping`` is not valid.
    """

    def __init__(
        self,
        words: Lookups,
        exercises: Collection[str],
        mapping: Mapping[str, str],
        *,
        header: bool,
    ) -> None:
        self.words, self.exercises = words, exercises
        self.has_header = header
        self.mapped = self._read_mapping(mapping)

    def _read_mapping(self, given: Mapping[str, str]) -> Mapped:
        """Return what a mapping says; without a header all of it is positions (``#3`` or ``3``).

        Raises:
            ContentError: if it names no column of ours, or a header although there is none.
        """
        headers, positions, unread = {}, {}, set[str]()
        for name, text in given.items():
            column, header = self._column(name, _PLACE), text.strip()
            if column is None:
                names = [*Column, f"{DOSE}<exercise-id>"]
                hint = did_you_mean(plain(name).replace(" ", "_"), names)
                raise ContentError(f'a roster has no column "{name}"', hint)
            number = header.removeprefix("#") if header[:1] == "#" or not self.has_header else ""
            if not header:
                unread.add(column)
            elif number.isascii() and number.isdigit():
                positions[column] = int(number)
            elif self.has_header:
                headers[column] = header
            else:
                hint = "such as --map reference=#1 --map name=#2"
                raise ContentError("without a header a column is mapped by position", hint)
        return Mapped(headers, positions, frozenset(unread))

    def _column(self, header: str, place: Location) -> str | None:
        """Return the column of a header; None if it is not one of ours.

        Raises:
            ContentError: if it is the dose column of an exercise that does not exist.
        """
        name = plain(header)
        if not name.startswith(DOSE):
            found = self.words.columns.get(name)
            return None if found is None else str(found)
        exercise = name.removeprefix(DOSE).strip()
        if exercise not in self.exercises:
            hint = did_you_mean(exercise, self.exercises)
            message = f'a dose column names the exercise "{exercise}", which does not exist'
            raise ContentError(Problem(message, place, hint))
        return f"{DOSE}{exercise}"

    def understood(self, text: str) -> bool:
        """Return whether a text is a known header."""
        name = plain(text)
        mapped = map(plain, self.mapped.headers.values())
        known = name in self.words.columns or name in mapped or name.startswith(DOSE)
        return bool(name) and known

    def read(self, table: Table, *, joined: bool = False) -> Header:
        """Return the columns of a table.

        A ``joined`` table and a list of failed rows always have a header; positions of ``--map`` do
        not apply to them.

        Raises:
            ContentError: if it is empty, has no reference column, or two columns for one of ours.
        """
        above = _above(table)
        if not above:
            raise ContentError(Problem("the file is empty", Location(table.file)))
        joined = joined or origin(above[0]) is not None
        if not (self.has_header or joined):
            return self._header(table, above[0], 0, self.mapped.positions)
        likely = self._likely(above)
        if likely is None:
            raise ContentError(self._no_reference(table, []))
        return self._header(table, likely, likely.row, {} if joined else self.mapped.positions)

    def _likely(self, above: list[Record]) -> Record | None:
        """Return the likely header of the first rows: with the reference, or with known names."""
        # A single known word may be part of a title, unless the reference needs no header.
        enough = 1 if Column.REFERENCE in self.mapped.positions else 2
        likely: Record | None = None
        for record in above:
            if self._has_reference(record):
                return record
            if likely is None and sum(map(self.understood, record.cells)) >= enough:
                likely = record
        return likely

    def shown(self, table: Table) -> Record | None:
        """Return the header to ask about; if none is likely, the widest row."""
        above = _above(table)
        widest = max(above, key=lambda record: sum(map(bool, record.cells)), default=None)
        return self._likely(above) or widest

    def meanings(self, headers: Sequence[str]) -> tuple[str, ...]:
        """Return the column of each header; empty for one that is not read."""
        taken, _ = self._taken(list(map(plain, headers)), {}, _PLACE)
        found = {at: column for column, places in taken.items() for at in places}
        return tuple(found.get(at, "") for at in range(len(headers)))

    def _part_of_name(self, taken: Taken, names: list[str]) -> dict[str, int]:
        """Return the position of a part of the name whose header means the whole name.

        The other part is in a column beside it. The result is empty if no column is like that, or
        if ``--map`` says which column has the name.
        """
        mapped, words = self.mapped, self.words
        parts = {at for column, found in taken.items() if column != Column.NAME for at in found}
        places = [at for at, name in enumerate(names)
                  if words.columns.get(name) is Column.NAME and at not in parts]  # fmt: skip
        if len(places) != 1 or Column.NAME in {*mapped.headers, *mapped.positions, *mapped.unread}:
            return {}
        (at,) = places
        first, last = (taken.get(each, ()) for each in (Column.FIRST_NAME, Column.LAST_NAME))
        if last and not first and names[at] in words.whole_or_first:
            return {Column.FIRST_NAME: at}
        if first and not last and names[first[0]] in words.last_beside and names[at] == Column.NAME:
            return {Column.LAST_NAME: at}
        return {}

    def _taken(
        self, names: list[str], positions: Mapping[str, int], place: Location
    ) -> tuple[dict[str, list[int]], list[Problem]]:
        """Return where the columns stand, and what is wrong with headers that may be one."""
        taken, problems = self._mapped(names, positions), list[Problem]()
        given = frozenset(taken)
        mapped = {at for found in taken.values() for at in found}
        for at, name in enumerate(names):
            try:
                column = self._column(name, place)
            except ContentError as error:
                problems += error.problems
                continue
            left = column not in self.mapped.unread and at not in mapped
            if column and left and not _given_otherwise(column, given):
                taken.setdefault(column, []).append(at)
        for part, at in self._part_of_name(taken, names).items():
            taken.pop(Column.NAME, None)
            taken[part] = [at]
        return taken, problems

    def _has_reference(self, record: Record) -> bool:
        wanted = self.mapped.headers.get(Column.REFERENCE)
        names, known = [plain(cell) for cell in record.cells], self.words.columns
        if wanted is not None and plain(wanted) in names:
            return True
        comment = record.cells[0].startswith("#")
        return not comment and any(known.get(name) is Column.REFERENCE for name in names)

    def _header(self, table: Table, record: Record, row: int, places: Mapping[str, int]) -> Header:
        """Return the header in a record; with ``row`` 0 there is none: the record is a patient."""
        place = Location(table.file, row)
        headers = [cell.strip() if row else "" for cell in record.cells]
        names = list(map(plain, headers))
        taken, problems = self._taken(names, places, place)
        problems += (*_twice(taken, headers, place), *_two_names(taken, headers, place))
        if Column.REFERENCE not in taken:
            problems.append(self._no_reference(table, names))
        if problems:
            raise ContentError(problems)
        columns = (
            ReadColumn(column, headers[at], at + 1, table.file)
            for column, (at, *_others) in taken.items()
        )
        ordered = tuple(sorted(columns, key=lambda column: column.number))
        read = {column.number for column in ordered}
        unread = [text for at, text in enumerate(headers, 1) if text and at not in read]
        near_misses = dict(self._near_misses(unread, taken, place))
        reference, failed = taken[Column.REFERENCE][0] + 1, origin(record) if row else None
        words = self.words.columns
        given = frozenset(self._mapped(names, places))
        return Header(row, tuple(names), words, ordered, reference, given, near_misses, failed)

    def _mapped(self, names: list[str], positions: Mapping[str, int]) -> dict[str, list[int]]:
        """Return the positions of the columns of ``--map`` that this table has."""
        found = {
            column: [at for at, name in enumerate(names) if name == plain(header)]
            for column, header in self.mapped.headers.items()
        }
        found |= {column: [at - 1] for column, at in positions.items() if 0 < at <= len(names)}
        return {column: places for column, places in found.items() if places}

    def _near_misses(
        self, unread: list[str], taken: Mapping[str, object], place: Location
    ) -> Iterator[tuple[str, Problem]]:
        known = self.words.columns
        for header in unread:
            name = plain(header)
            if name in known or name in self.words.others:
                continue
            stops = {known[word] for word in name.split() if word in known}.intersection(STOPS)
            close = get_close_matches(name, known, n=1, cutoff=_ALIKE)
            shown = header[:_SHOWN]
            if stops:
                hint = f'if it marks patients who get no handout, add --map "{min(stops)}={shown}"'
            elif close and known[close[0]] not in taken:
                column = known[close[0]]
                hint = f'did you mean "{column}"? then use --map "{column}={shown}"'
            else:
                continue
            message = f'column "{shown}" is not read'
            yield header, Problem(message, place, hint, severity=Severity.WARNING)

    def _no_reference(self, table: Table, names: list[str]) -> Problem:
        """Return the problem that nothing tells patients apart; it quotes no cell of a patient."""
        wanted = self.mapped.headers.get(Column.REFERENCE)
        place = Location(table.file)
        if wanted is not None:
            hint = did_you_mean(plain(wanted), filter(None, names))
            return Problem(f'no column has the header "{wanted}"', place, hint)
        own = [name for name, column in self.words.columns.items() if column is Column.REFERENCE]
        close = [name for name in names if get_close_matches(name, own, n=1, cutoff=_ALIKE)]
        hint = (
            "name its header with --map reference=HEADER; a file without a header: "
            "--no-header --map reference=#1 --map name=#2"
        )
        if close:
            hint = f'did you mean "{close[0]}"? then use --map "reference={close[0]}"'
        return Problem("no column is recognised as the patient's reference", place, hint)


def _above(table: Table) -> list[Record]:
    """Return the rows to search for the header."""
    return [record for record in islice(table.records(), _SEARCHED) if not record.empty]


def origin(record: Record) -> tuple[int, int] | None:
    """Return the positions of the columns that say where failed rows were; None for other lists."""
    names = [plain(cell) for cell in record.cells]
    if not {*FAILURE_PLACE, *FAILURE_REASON} <= set(names):
        return None
    roster, row = map(names.index, FAILURE_PLACE)
    return roster, row


def _given_otherwise(column: str, given: Collection[str]) -> bool:
    """Return whether ``--map`` gives a column, or names in the other form (whole or in parts)."""
    if column in _WHOLE_NAMES:
        return not _WHOLE_NAMES.union(NAME_PARTS).isdisjoint(given)
    return column in given or (column in NAME_PARTS and not _WHOLE_NAMES.isdisjoint(given))


def _twice(taken: Taken, headers: list[str], place: Location) -> Iterator[Problem]:
    for column, positions in taken.items():
        if len(positions) > 1:
            found = " and ".join(f'"{headers[at]}" (#{at + 1})' for at in positions)
            hint = f'choose one with --map "{column}=#{positions[0] + 1}"'
            yield Problem(f"{len(positions)} columns may be {column}: {found}", place, hint)


def _two_names(taken: Taken, headers: list[str], place: Location) -> Iterator[Problem]:
    """Find a whole name beside its parts: only a person knows which of them is right."""
    whole = _WHOLE_NAMES & taken.keys()
    parts = set(NAME_PARTS) - {Column.MIDDLE_NAME}
    if whole and (len(whole) > 1 or not parts.isdisjoint(taken)):
        at = taken[min(whole)][0]
        yield Problem(
            "the name is given twice, whole and in parts",
            place,
            f'use --map "name={headers[at] or f"#{at + 1}"}" for the whole name, or '
            "--map first_name=... --map last_name=... for its parts",
        )
