"""Turn outcomes of rows into lines of a file that only grows, and read them back.

One JSON object a line. Lines are on the disk before the next rows begin; opening the file removes a
line that a crash cut off.

Only this module decides which files belong in the folder of a batch. A handout is valid until a
later line with its token names another file, or says that it was removed; a row that fails removes
nothing. Only files that lines of this manifest named may be removed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Self

from msgspec import MsgspecError, Struct, json
from msgspec.structs import asdict

from handouts.deliver.guards import Journal
from handouts.errors import ContentError, Location, Problem
from handouts.files import open_plain, read_plain, unreadable, write_whole
from handouts.model.roster import RosterRow, RowProblem

MANIFEST = "manifest.jsonl"
KEY = "batch.key"
LOCK = ".batch.lock"
STATE = "batch.json"
"""Files in the folder of a batch."""
_LOST = (
    "restore it from a backup; if it is lost, remove it, run the batch with --resume and --date, "
    "and send only with the ledger that it was sent with"
)


_ALWAYS = ("reference", "token")
"""Also on the line of a row that failed without a good reference."""


class Status(StrEnum):
    """The outcome of a row; ``removed``: the handout of a patient who left the list."""

    MADE = "made"
    FAILED = "failed"
    REMOVED = "removed"


class ManifestEntry(Struct, frozen=True):
    """One line. ``row`` and ``roster`` locate the patient's row; no name, no clinical text.

    ``revision`` is the part of ``code`` that changes with the words. ``fingerprint`` identifies
    everything that the file was made from: row, content, options, software. ``row_digest``
    identifies the row alone. ``draft``: no clinician of the clinic had checked its texts.
    """

    roster: str
    row: int
    reference: str
    token: str
    status: Status
    program: str = ""
    clinic: str = ""
    layout: str = ""
    language: str = ""
    code: str = ""
    revision: str = ""
    file: str = ""
    sha256: str = ""
    pages: int = 0
    bytes: int = 0
    encrypted: bool = False
    draft: bool = False
    fingerprint: str = ""
    row_digest: str = ""

    def line(self) -> str:
        """Return the entry as JSON on one line, without unknown values."""
        values = asdict(self).items()
        known = {name: it for name, it in values if it or it is False or name in _ALWAYS}
        return json.encode(known).decode()

    @classmethod
    def failed(cls, row: RosterRow | RowProblem, token: str) -> ManifestEntry:
        """Return the line for a row that failed."""
        return cls(row.file, row.row, row.reference, token, Status.FAILED)

    def removed(self) -> ManifestEntry:
        """Return the line that says that this handout was removed."""
        return ManifestEntry(
            self.roster, self.row, self.reference, self.token, Status.REMOVED, file=self.file
        )

    @property
    def key(self) -> str:
        """The token, or for a failed row its place, because it may have no good reference."""
        return f"{self.roster}:{self.row}" if self.status is Status.FAILED else self.token


def _entry(line: bytes, where: Location) -> ManifestEntry:
    with contextlib.suppress(MsgspecError, UnicodeDecodeError):
        entry = json.decode(line, type=ManifestEntry)
        # A file that a line names may be removed, so it must not be in another folder.
        if not any(sign in entry.file for sign in "/\\"):
            return entry
    hint = "restore the manifest from a backup, or make the batch again in a new folder"
    raise ContentError(Problem("is not a line of a manifest", where, hint))


def read_manifest(path: Path) -> Iterator[ManifestEntry]:
    """Yield every entry of a manifest in order; see `latest` for those that are valid now.

    Raises:
        DeliveryError: if it cannot be read.
        ContentError: if a line is invalid; one that was cut off at the end is skipped.
    """
    try:
        with open_plain(path) as stream:
            for number, line in enumerate(stream, 1):
                if line.endswith(b"\n"):
                    yield _entry(line, Location(str(path), number))
    except OSError as error:
        raise unreadable(path, error) from None


class Listed(IntEnum):
    """Whether a patient is in the lists that this run reads: no, in a good row, in a wrong one."""

    NOT = 0
    GOOD = 1
    WRONG = 2


class Latest:
    """The currently valid lines of a manifest, on the disk instead of in memory."""

    def __init__(self, entries: Iterable[ManifestEntry] = ()) -> None:
        # With an empty name SQLite makes a private file, which is gone when it is closed.
        self._now = sqlite3.connect("", isolation_level=None)
        self._now.executescript(
            "PRAGMA synchronous=OFF; PRAGMA journal_mode=OFF;"
            "CREATE TABLE now (key TEXT PRIMARY KEY, token TEXT, file TEXT, line TEXT, seen INT)"
            " WITHOUT ROWID;"
            "CREATE INDEX of_token ON now (token); CREATE INDEX of_file ON now (file);"
            "CREATE TABLE replaced (file TEXT PRIMARY KEY) WITHOUT ROWID;"
        )
        for entry in entries:
            self.note(entry)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._now.close()

    def note(self, entry: ManifestEntry) -> None:
        """Let an entry replace those that it makes out of date."""
        if entry.status is not Status.FAILED:
            self._now.execute(
                "INSERT OR IGNORE INTO replaced SELECT file FROM now"
                " WHERE token = ? AND file IS NOT NULL",
                (entry.token,),
            )
            self._now.execute("DELETE FROM now WHERE token = ?", (entry.token,))
        if entry.status is not Status.REMOVED:
            place = f"{entry.roster}:{entry.row}"
            self._now.execute("DELETE FROM now WHERE key = ?", (place,))
            file = entry.file if entry.status is Status.MADE else None
            values = (entry.key, entry.token, file, entry.line())
            self._now.execute("INSERT OR REPLACE INTO now VALUES (?, ?, ?, ?, 0)", values)

    def see(self, token: str, seen: Listed) -> None:
        """Note that a patient is in the lists that this run reads."""
        self._now.execute("UPDATE now SET seen = ? WHERE token = ?", (seen, token))

    def made(self, seen: Listed) -> Iterator[ManifestEntry]:
        """Yield the handouts of patients who were seen like this, by token."""
        rows = self._now.execute(
            "SELECT line FROM now WHERE file IS NOT NULL AND seen = ? ORDER BY key", (seen,)
        )
        for (line,) in rows:
            yield _entry(line.encode(), Location())

    def replaced(self) -> Iterator[str]:
        """Yield files that earlier lines named and that no valid line names."""
        rows = self._now.execute(
            "SELECT file FROM replaced WHERE NOT EXISTS"
            " (SELECT 1 FROM now WHERE now.file = replaced.file) ORDER BY file"
        )
        for (file,) in rows:
            yield file

    def names(self, file: str) -> bool:
        """Return whether a valid line names a file; some systems ignore the case of names."""
        found = self._now.execute("SELECT 1 FROM now WHERE file = ? COLLATE NOCASE", (file,))
        return found.fetchone() is not None

    def line(self, key: str) -> str | None:
        """Return the line of a key, None if there is none."""
        row = self._now.execute("SELECT line FROM now WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def __iter__(self) -> Iterator[ManifestEntry]:
        """Yield the last entry of each token, and rows that failed, by key."""
        for (line,) in self._now.execute("SELECT line FROM now ORDER BY key"):
            yield _entry(line.encode(), Location())


def latest(path: Path) -> Latest:
    """Return the currently valid lines of a manifest on the disk; close it after use.

    Raises:
        DeliveryError: if it cannot be read.
        ContentError: if a line is invalid.
    """
    return Latest(read_manifest(path))


def holds_batch(folder: Path) -> bool:
    """Return whether a batch was begun in a folder: it has a manifest, even an empty one."""
    return (folder / MANIFEST).exists()


class Manifest:
    """A manifest to write; ``now`` has its valid lines, including new ones."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = Journal(path)
        self.now = latest(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.now.__exit__()

    def made(self, token: str) -> ManifestEntry | None:
        """Return the finished handout of a token, if there is one."""
        line = self.now.line(token)
        return _entry(line.encode(), Location()) if line else None

    def append(self, entries: Iterable[ManifestEntry]) -> None:
        """Add entries of rows and flush them to the disk; leave out entries without news.

        Raises:
            DeliveryError: if the disk refuses.
        """
        entries = tuple(entries)
        new = [entry for entry in entries if self.now.line(entry.key) != entry.line()]
        if new:
            self._file.append("".join(f"{entry.line()}\n" for entry in new))
        for entry in new:
            self.now.note(entry)
        for entry in entries:
            if entry.token:
                failed = entry.status is Status.FAILED
                self.now.see(entry.token, Listed.WRONG if failed else Listed.GOOD)


class BatchState(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What is known about a batch besides its rows: ``batch.json`` in its folder.

    ``date`` is its day. ``lists`` has, by name, digests of each list of failures as it was written,
    the newest last. ``ledger`` is the mark of the ledger that it is sent from. The file exists from
    the first row on: if it is missing after that, it was lost.
    """

    date: dt.date | None = None
    lists: dict[str, list[str]] = {}
    ledger: str | None = None

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return what is known about the batch in a folder.

        Raises:
            ContentError: if the file is damaged.
            DeliveryError: if it cannot be read.
        """
        path = folder / STATE
        try:
            return json.decode(read_plain(path), type=cls)
        except (FileNotFoundError, NotADirectoryError):
            return cls()
        except OSError as error:
            raise unreadable(path, error) from None
        except (MsgspecError, UnicodeDecodeError):
            raise _state_error(folder, "is damaged") from None

    @classmethod
    def read_known(cls, folder: Path) -> Self:
        """Return what is known about a batch that was begun.

        Raises:
            ContentError: if the file is damaged, lost, or without its day.
            DeliveryError: if it cannot be read.
        """
        state = cls.read(folder)
        if state.date is None and holds_batch(folder):
            raise _state_error(folder, "is lost, or no longer states its day")
        return state

    def write(self, folder: Path) -> None:
        """Write the file, unless it has this content already.

        Raises:
            ContentError: if the existing file is damaged.
            DeliveryError: if the folder cannot be written.
        """
        if self != self.read(folder):
            write_whole(folder / STATE, json.encode(self) + b"\n")

    def is_list(self, name: str, digest: str) -> bool:
        """Return whether a list of failures is as it was written."""
        return digest in self.lists.get(name, ())

    def note_list(self, name: str, current: str | None, digest: str) -> None:
        """Record the digest of a list that will be written, beside that of its current content.

        The list can be written in vain, as when a disk is full: the current one then stays ours.
        """
        self.lists[name] = list(dict.fromkeys([*filter(None, [current]), digest]))


def _state_error(folder: Path, what: str) -> ContentError:
    return ContentError(Problem(what, Location(str(folder / STATE)), _LOST))
