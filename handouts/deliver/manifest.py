"""Turn what became of each row into lines of a file that only grows, and read them back.

One JSON object a line. A later line of a token takes the place of an earlier one. Lines are on
the disk before the next rows are taken up; a line that a crash cut off is dropped on opening.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

from handouts.deliver.files import open_plain
from handouts.deliver.growing import GrowingFile
from handouts.errors import ContentError, DeliveryError, Location, Problem

MANIFEST = "manifest.jsonl"


class Status(StrEnum):
    """What became of a row."""

    MADE = "made"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``row`` and ``roster`` say where the patient stands; no name, no clinical text.

    ``revision`` is the part of ``code`` that changes with the words. ``fingerprint`` stands for
    everything the file was made from: row, content, options, software; ``row_digest`` for the row
    alone.
    """

    roster: str
    row: int
    reference: str
    token: str
    status: Status
    program: str | None = None
    clinic: str | None = None
    layout: str | None = None
    language: str | None = None
    code: str | None = None
    revision: str | None = None
    file: str | None = None
    sha256: str | None = None
    pages: int | None = None
    bytes: int | None = None
    encrypted: bool = False
    fingerprint: str | None = None
    row_digest: str | None = None

    def line(self) -> str:
        """Return the entry as JSON on one line, what is not known left out."""
        told = zip(_ORDER, _VALUES(self), strict=True)
        return _LINE.encode({name: value for name, value in told if value is not None})

    @property
    def key(self) -> str:
        """What a repeat of the same row has too: a failed row need not have a good reference."""
        return self.token if self.status is Status.MADE else f"{self.roster}:{self.row}"


_ORDER = tuple(field.name for field in fields(Entry))
_NAMES = set(_ORDER)
_VALUES = attrgetter(*_ORDER)
_LINE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""As `json.dumps`, which makes an encoder for each line that it is not to write as usual."""


def _entry(line: bytes, where: Location) -> Entry:
    try:
        values: dict[str, Any] = json.loads(line)
        known = {name: value for name, value in values.items() if name in _NAMES}
        return Entry(**{**known, "status": Status(values["status"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        hint = "restore the manifest from a copy, or make the batch again in a new folder"
        raise ContentError(Problem("is not a line of a manifest", where, hint)) from None


def read_manifest(path: Path) -> Iterator[Entry]:
    """Yield every entry of a manifest in its order; see `latest` for what holds now.

    Raises:
        DeliveryError: if it cannot be read.
        ContentError: for a line that is none of ours; one cut off at the end is passed over.
    """
    try:
        with open_plain(path) as stream:
            for number, line in enumerate(stream, 1):
                if line.endswith(b"\n"):
                    yield _entry(line, Location(str(path), number))
    except OSError as error:
        reason = (error.strerror or "").lower()
        raise DeliveryError(f"{path} cannot be read: {reason}") from None


class Latest:
    """What holds now of the lines of a manifest: kept on the disk, not in memory."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        # An empty name is SQLite's private file, which is gone when it is closed.
        self._now = sqlite3.connect("", isolation_level=None)
        self._now.executescript(
            "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF;"
            "CREATE TABLE now (key TEXT PRIMARY KEY, token TEXT, status TEXT, line TEXT)"
            " WITHOUT ROWID; CREATE INDEX of_token ON now (token);"
        )
        for entry in entries:
            self.note(entry)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._now.close()

    def note(self, entry: Entry) -> None:
        """Let an entry take the place of what it makes out of date."""
        if entry.status is Status.MADE:
            place = f"{entry.roster}:{entry.row}"
            self._now.execute("DELETE FROM now WHERE token = ? OR key = ?", (entry.token, place))
        elif entry.token:
            self._now.execute(
                "DELETE FROM now WHERE token = ? AND status = ?", (entry.token, Status.MADE)
            )
        values = (entry.key, entry.token, entry.status, entry.line())
        self._now.execute("INSERT OR REPLACE INTO now VALUES (?, ?, ?, ?)", values)

    def line(self, key: str) -> str | None:
        """Return the line of a key, None if there is none."""
        row = self._now.execute("SELECT line FROM now WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def __iter__(self) -> Iterator[Entry]:
        """Yield the last entry of each token, and rows that failed, by key."""
        for (line,) in self._now.execute("SELECT line FROM now ORDER BY key"):
            yield _entry(line.encode(), Location())


def latest(path: Path) -> Latest:
    """Return what holds now of a manifest on the disk; close it after use.

    Raises:
        DeliveryError: if it cannot be read.
        ContentError: for a line that is none of ours.
    """
    return Latest(read_manifest(path))


class Manifest:
    """A manifest that is being written. ``fresh``: it had no lines when it was opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = GrowingFile(path)
        self.fresh = path.stat().st_size == 0
        # Where nothing was before, nothing that is added can say the same again.
        self._now = Latest() if self.fresh else latest(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._now.__exit__()

    def made(self, token: str) -> Entry | None:
        """Return the finished handout of a token, if there was one when the manifest was opened.

        Of one that was not ``fresh`` also those that were added since.
        """
        line = self._now.line(token)
        return _entry(line.encode(), Location()) if line else None

    def append(self, entries: Iterable[Entry]) -> None:
        """Add entries and flush them to the disk; those that say nothing new are left out.

        Raises:
            DeliveryError: if the disk refuses.
        """
        new = []
        for entry in entries:
            line = entry.line()
            if self.fresh:
                new.append(f"{line}\n")
            elif self._now.line(entry.key) != line:
                self._now.note(entry)
                new.append(f"{line}\n")
        if new:
            self._file.append("".join(new))
