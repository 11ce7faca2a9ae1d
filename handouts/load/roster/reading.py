"""Paths and options into a `Roster`, or into everything that stops the work before it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from handouts.errors import ContentError, HandoutError, Problem
from handouts.load.library import Library
from handouts.load.roster.decode import EncodingNeeded
from handouts.load.roster.file import RosterFile
from handouts.load.roster.header import HeaderReader
from handouts.load.roster.join import Joined
from handouts.load.roster.mapping import Known
from handouts.load.roster.opening import open_table
from handouts.load.roster.roster import Roster
from handouts.load.roster.row import RosterOptions, RowReader
from handouts.load.roster.words import read_words
from handouts.model.roster import Column
from handouts.workspace import Kind


def read_roster(
    library: Library,
    paths: Iterable[Path],
    options: RosterOptions | None = None,
    told: Callable[[int], None] | None = None,
) -> Roster:
    """Return the roster of one or several files, after reading all of them once.

    ``told`` is called with the count of rows read so far, now and then.

    Raises:
        MissingError: if a file or sheet does not exist.
        EncodingNeeded: if a text file is not UTF-8 and nobody said what it is.
        ContentError: with all problems that concern whole files: headers, ``mapping``,
            ``defaults``, what a join does not find, quotation marks that are not closed.
    """
    options = options or RosterOptions()
    words = read_words(library)
    known = Known(words, frozenset(library.workspace.ids(Kind.EXERCISES)))
    headers = HeaderReader(known, options.mapping, header=options.header)
    reader = RowReader(library, words, options)
    paths = tuple(paths)
    files = _open_all(library, paths, headers, options)
    several = sum(not file.header.failures for file in files) > 1
    if options.header and several and headers.mapped.positions:
        raise ContentError(
            "a position means one column of one file, and there are several files",
            hint="map columns by their headers, or correct one file's headers",
        )
    others = _open_all(library, options.join, headers, options, joined=True)
    columns = tuple(column for file in (*files, *others) for column in file.header.columns)
    _check_columns([*files, *others], headers, options)
    joined = [_join(file) for file in others]
    return Roster(files, joined, reader, options, columns, told)


def _open_all(
    library: Library,
    paths: tuple[Path, ...],
    headers: HeaderReader,
    options: RosterOptions,
    *,
    joined: bool = False,
) -> list[RosterFile]:
    sheet = None if joined else options.sheet
    files: list[RosterFile] = []
    problems: list[Problem] = []
    asked: EncodingNeeded | None = None
    for path in paths:
        name = library.workspace.display(path)
        try:
            table = open_table(path, name, headers, encoding=options.encoding, sheet=sheet)
            files.append(RosterFile.open(path, table, headers.read(table, joined=joined)))
        except HandoutError as error:
            if len(paths) == 1:
                raise
            problems.extend(error.problems)
            asked = asked or (error if isinstance(error, EncodingNeeded) else None)
    if asked:
        # One encoding is asked for at a time: that of the first file that needs one.
        raise EncodingNeeded(tuple(problems), asked.samples)
    if problems:
        raise ContentError(problems)
    return files


def _check_columns(files: list[RosterFile], headers: HeaderReader, options: RosterOptions) -> None:
    """Refuse a mapping that no file has, and a roster that cannot say what to make."""
    names = {column.name for file in files for column in file.header.columns}
    mapped = {column for file in files for column in file.header.mapped}
    problems = [
        Problem(f'no file has the header "{header}", mapped to {column}')
        for column, header in (
            *headers.mapped.headers.items(),
            *((name, f"#{number}") for name, number in headers.mapped.positions.items()),
        )
        if column not in mapped
    ]
    problems += [
        Problem(
            f"nothing says which {column} the handouts are of",
            hint=f"add a column {column}, join a file that has one, or give one for all with "
            f"--{column}",
        )
        for column in (Column.PROGRAM, Column.CLINIC)
        if column not in names and column not in options.defaults
    ]
    if problems:
        raise ContentError(problems)


def _join(file: RosterFile) -> Joined:
    problems: list[Problem] = []
    rows = []
    for record in file.body():
        problem = file.unusable(record)
        if problem:
            problems.append(problem)
        else:
            rows.append((record.row, file.cells(record)))
    if problems:
        raise ContentError(problems)
    return Joined.read(file.name, rows)
