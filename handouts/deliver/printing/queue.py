"""Put finished handouts into the order in which they are printed."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import Self

from handouts.deliver.manifest import ManifestEntry
from handouts.model.roster import Column, RosterRow

_FACTS = attrgetter("reference", "token", "code", "file", "sha256")
"""What the queue takes from a line of the manifest."""


class Sort(StrEnum):
    """What a print run is sorted by."""

    CLINICIAN = "clinician"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Queued:
    """One handout that waits for the printer."""

    reference: str
    token: str
    code: str
    file: str
    sha256: str
    password: str | None = field(default=None, repr=False)


class PrintQueue:
    """Waits on the disk, in a private file of SQLite that is gone when it is closed."""

    def __init__(self, sort: Sort | None) -> None:
        self._sort = sort
        self._waiting = sqlite3.connect("", isolation_level=None)
        self._waiting.executescript(
            "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF;"
            "CREATE TABLE waiting (number INTEGER PRIMARY KEY, place TEXT, reference TEXT,"
            " token TEXT, code TEXT, file TEXT, sha256 TEXT, password TEXT)"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.close()

    def add(self, row: RosterRow, entry: ManifestEntry, password: str | None) -> None:
        """Add a finished handout."""
        place = _place(row, self._sort)
        values = (place, *_FACTS(entry), password)
        self._waiting.execute("INSERT INTO waiting VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", values)

    def __iter__(self) -> Iterator[Queued]:
        chosen = "SELECT reference, token, code, file, sha256, password FROM waiting"
        for values in self._waiting.execute(f"{chosen} ORDER BY place, number"):
            yield Queued(*values)


def _place(row: RosterRow, sort: Sort | None) -> str:
    """Return what a row is sorted by: patients of one clinician stay in the roster's order."""
    if sort is None:
        return ""
    if sort is Sort.CLINICIAN:
        return _plain(row.clinician or "")
    last = row.cells.get(Column.LAST_NAME) or row.cells.get(Column.LAST_FIRST) or ""
    return _plain(f"{last} {row.name or row.preferred_name or ''}")


def _plain(text: str) -> str:
    """Letters without case and marks: É stands with e."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))
