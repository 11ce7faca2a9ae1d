"""What headers and cells mean: ``data/roster.yaml``, and what ``--map`` says."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

from handouts.errors import ContentError, Location, Problem, did_you_mean
from handouts.load.library import Library
from handouts.load.models import build_model
from handouts.load.yaml import LIMIT_BYTES, parse
from handouts.model.clinic import AffectedSide
from handouts.model.roster import DOSE, Column, RosterWords

T = TypeVar("T")
FILE = "data/roster.yaml"


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Return a header or value as it is compared: one case, single spaces, no end mark.

    ``First_Name*`` and ``first name:`` are the same header.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    return " ".join(folded.split()).rstrip(" :*")


class Lookups(Struct, frozen=True):
    """What headers and values mean; every key is in `plain` form."""

    columns: Mapping[str, Column]
    others: frozenset[str]
    flags: Mapping[str, bool]
    blank: frozenset[str]
    sides: Mapping[str, AffectedSide]
    active: frozenset[str]
    inactive: Mapping[str, str]


def read_lookups(library: Library) -> Lookups:
    """Return the words of a roster.

    Raises:
        ContentError: if their file is wrong.
    """
    path = library.workspace.builtin(FILE)
    data = library.workspace.read(path, LIMIT_BYTES)
    return _lookups(data)


@lru_cache(maxsize=2)
def _lookups(data: bytes) -> Lookups:
    words = build_model(RosterWords, parse(data, FILE), name="roster")
    return Lookups(
        columns=_inverted({**words.columns, **_column_names(words)}),
        others=frozenset(map(plain, words.others)),
        flags={**dict.fromkeys(map(plain, words.yes), True), **_all(words.no, meaning=False)},
        blank=frozenset(map(plain, words.blank)),
        sides=_inverted(words.sides),
        active=frozenset(map(plain, words.active)),
        inactive=_inverted(words.inactive),
    )


def _column_names(words: RosterWords) -> dict[Column, tuple[str, ...]]:
    """Return every column with its own name among its headers: what we write is read again."""
    return {column: (column.value, *words.columns.get(column, ())) for column in Column}


def _all(names: Iterable[str], *, meaning: bool) -> dict[str, bool]:
    return dict.fromkeys(map(plain, names), meaning)


def _inverted(meanings: Mapping[T, Iterable[str]]) -> dict[str, T]:
    return {plain(name): meaning for meaning, names in meanings.items() for name in names}


_PLACE = Location("--map")


class Known(Struct, frozen=True):
    """What a header may mean: a column by one of its names, or the dose of an exercise."""

    words: Lookups
    exercises: frozenset[str]

    def column(self, header: str, place: Location) -> str | None:
        """Return the column of a header; None if it is not one of ours.

        Raises:
            ContentError: if it is a dose column of an exercise that there is not.
        """
        name = plain(header)
        if not name.startswith(DOSE):
            found = self.words.columns.get(name)
            return None if found is None else str(found)
        exercise = name.removeprefix(DOSE).strip()
        if exercise not in self.exercises:
            hint = did_you_mean(exercise, self.exercises)
            message = f'a dose column names the exercise "{exercise}", which there is not'
            raise ContentError(Problem(message, place, hint))
        return f"{DOSE}{exercise}"


class Mapped(Struct, frozen=True):
    """Columns by the header (as it was given), and by the position from 1, that they stand at."""

    headers: Mapping[str, str]
    positions: Mapping[str, int]


def read_mapping(given: Mapping[str, str], known: Known, *, header: bool) -> Mapped:
    """Return what a mapping says. Without a ``header`` all of it is positions, ``#3`` or ``3``.

    Raises:
        ContentError: if it names no column of ours, or a header where there is none.
    """
    headers, positions = {}, {}
    for name, text in given.items():
        column = known.column(name, _PLACE)
        if column is None:
            names = [*Column, f"{DOSE}<exercise-id>"]
            hint = did_you_mean(plain(name).replace(" ", "_"), names)
            raise ContentError(f'a roster has no column "{name}"', hint)
        number = text.strip() if header else f"#{text.strip().removeprefix('#')}"
        if number.startswith("#") and number[1:].isascii() and number[1:].isdigit():
            positions[column] = int(number[1:])
        elif header:
            headers[column] = text.strip()
        else:
            raise ContentError(
                "without a header a column is mapped by position",
                hint="such as --map reference=#1 --map name=#2",
            )
    return Mapped(headers, positions)
