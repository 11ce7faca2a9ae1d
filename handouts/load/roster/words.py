"""``data/roster.yaml`` into look-ups: a header into its column, a cell into yes, no or a side."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from handouts.load.library import Library
from handouts.load.models import build_model
from handouts.load.yaml import LIMIT_BYTES, parse
from handouts.model.clinic import AffectedSide
from handouts.model.roster import Column, RosterWords

T = TypeVar("T")
FILE = "data/roster.yaml"


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """Return a header or value as it is compared: one case, single spaces, no end mark.

    ``First_Name*`` and ``first name:`` are the same header.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    return " ".join(folded.split()).rstrip(" :*")


@dataclass(frozen=True)
class Words:
    """What headers and values mean; every key is in `plain` form."""

    columns: Mapping[str, Column]
    others: frozenset[str]
    flags: Mapping[str, bool]
    blank: frozenset[str]
    sides: Mapping[str, AffectedSide]
    active: frozenset[str]
    inactive: Mapping[str, str]


def read_words(library: Library) -> Words:
    """Return the words of a roster.

    Raises:
        ContentError: if their file is wrong.
    """
    path = library.workspace.builtin(FILE)
    data = library.workspace.read(path, LIMIT_BYTES)
    return _words(data)


@lru_cache(maxsize=2)
def _words(data: bytes) -> Words:
    words = build_model(RosterWords, parse(data, FILE), name="roster")
    return Words(
        columns=_inverted({**words.columns, **_own_names(words)}),
        others=frozenset(map(plain, words.others)),
        flags={**dict.fromkeys(map(plain, words.yes), True), **_all(words.no, meaning=False)},
        blank=frozenset(map(plain, words.blank)),
        sides=_inverted(words.sides),
        active=frozenset(map(plain, words.active)),
        inactive=_inverted(words.inactive),
    )


def _own_names(words: RosterWords) -> dict[Column, tuple[str, ...]]:
    """Return every column with its own name among its headers: what we write is read again."""
    return {column: (column.value, *words.columns.get(column, ())) for column in Column}


def _all(names: Iterable[str], *, meaning: bool) -> dict[str, bool]:
    return dict.fromkeys(map(plain, names), meaning)


def _inverted(meanings: Mapping[T, Iterable[str]]) -> dict[str, T]:
    return {plain(name): meaning for meaning, names in meanings.items() for name in names}
