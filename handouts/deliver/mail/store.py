"""Turn events into rows of SQLite that nothing changes; check that none is missing."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from handouts.deliver.mail.events import COLUMNS, START, Head, link
from handouts.deliver.tokens import Key
from handouts.errors import ContentError, DeliveryError, Location, Problem
from handouts.files import OWNER_ONLY, read_plain, real_path, write_whole

VERSION = 1
_LOCK_SECONDS = 10.0
"""Seconds to wait for another program that writes."""
_COLUMNS = ", ".join(COLUMNS)
_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, reference TEXT NOT NULL,
    token TEXT NOT NULL, sha256 TEXT NOT NULL, address TEXT NOT NULL, release INTEGER NOT NULL,
    attempt INTEGER NOT NULL, message_id TEXT NOT NULL, code INTEGER, reply TEXT NOT NULL,
    link TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS of_token ON events (token, number);
CREATE INDEX IF NOT EXISTS of_reference ON events (reference, number);
CREATE INDEX IF NOT EXISTS of_address ON events (address);
CREATE UNIQUE INDEX IF NOT EXISTS one_attempt
    ON events (token, sha256, address, release, attempt) WHERE kind = 'sending';
CREATE UNIQUE INDEX IF NOT EXISTS sent_once
    ON events (token, sha256, address, release) WHERE kind = 'sent';
CREATE TABLE IF NOT EXISTS marks (mark TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS anchors (
    number INTEGER PRIMARY KEY, link TEXT NOT NULL, before TEXT NOT NULL, seal TEXT NOT NULL
);
PRAGMA user_version = {VERSION};
"""
_TABLES = ("events", "marks", "anchors")
_ACTIONS = ("UPDATE", "DELETE")
_INSERT = f"INSERT INTO events ({_COLUMNS}, link) VALUES ({'?,' * len(COLUMNS)}?)"  # noqa: S608 - our own names

Row = tuple[dict[str, Any], str]
"""The values of an event by column, and its link."""


def connect(path: Path, *, make: bool) -> sqlite3.Connection:
    """Open the file of a ledger, readable only by its owner; ``make`` creates it if there is none.

    Raises:
        DeliveryError: if there is none, or the disk refuses.
        ContentError: if it is not a ledger, or one of a newer version.
    """
    if not path.exists() and not make:
        raise DeliveryError(f"there is no {path}", hint="the first handouts send creates it")
    with plain_errors(path):
        if not make and not os.access(path, os.W_OK):
            return _opened(_unchanging(path), Location(str(path)))
        path.touch(OWNER_ONLY)
        return _opened(real_path(path), Location(str(path)))


def _unchanging(path: Path) -> str:
    """Return the name with which SQLite opens a ledger in a folder that we cannot write to.

    Raises:
        DeliveryError: if the file beside it still has its last rows, which SQLite would not read.
    """
    rest = path.with_name(f"{path.name}-wal")
    if rest.exists() and rest.stat().st_size:
        hint = "use an account with write access, or wait until that run has finished"
        message = f"{path} is being written by another run, or that run was killed"
        raise DeliveryError(message, hint, retry=True)
    return f"{uri_of(real_path(path))}?immutable=1"


def uri_of(path: PurePath) -> str:
    """Return the URI with which SQLite opens a file; it has no host, even for a network drive."""
    text = quote(os.fsencode(path.as_posix()), safe="/:")
    return f"file://{text}" if text.startswith("/") else f"file:///{text}"


def in_memory() -> sqlite3.Connection:
    """Return a ledger in memory."""
    return _opened(":memory:", Location())


def _opened(name: str | Path, place: Location) -> sqlite3.Connection:
    database = sqlite3.connect(name, isolation_level=None, timeout=_LOCK_SECONDS, uri=True)
    try:
        database.row_factory = sqlite3.Row
        _make_tables(database, place)
        database.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
        )
        _guard_rows(database)
    except BaseException:
        database.close()
        raise
    return database


def _make_tables(database: sqlite3.Connection, place: Location) -> None:
    """Make the tables if they are missing."""
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        hint = "install the newest version of handouts"
        raise ContentError(Problem("was written by a newer version of handouts", place, hint))
    if version < VERSION and database.execute("SELECT 1 FROM sqlite_master").fetchone():
        raise ContentError(Problem("belongs to another program and is not a ledger", place))
    if version < VERSION:
        database.executescript(f"BEGIN; {_SCHEMA} COMMIT;")


def _guard_rows(database: sqlite3.Connection) -> None:
    """Make the tables refuse to change or remove a row."""
    for table in _TABLES:
        for action in _ACTIONS:
            database.execute(
                f"CREATE TRIGGER IF NOT EXISTS no_{action}_{table} BEFORE {action} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'a ledger only grows'); END"
            )


@contextlib.contextmanager
def plain_errors(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the disk into our own, because SQLite's may quote a row.

    Raises:
        DeliveryError: if the disk refuses, or another program holds the file.
        ContentError: if the file is not a ledger.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        reason = (error.strerror or "").lower() if isinstance(error, OSError) else _named(error)
        hint = "check permissions and free disk space, and close programs that have it open"
        raise DeliveryError(f"{path} cannot be used: {reason}", hint, retry=True) from None
    except sqlite3.DatabaseError:
        hint = "restore it from a backup; it is the only record of what was sent"
        raise ContentError(
            Problem("is not a ledger, or is damaged", Location(str(path)), hint)
        ) from None


def _named(error: sqlite3.OperationalError) -> str:
    return error.sqlite_errorname.removeprefix("SQLITE_").replace("_", " ").lower()


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Run a block completely or undo it."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # A full disk has already ended the transaction.
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def insert(database: sqlite3.Connection, values: dict[str, Any], link: str) -> None:
    """Add a row."""
    database.execute(_INSERT, (*values.values(), link))


def rows(database: sqlite3.Connection, where: str = "1", *given: object) -> Iterator[Row]:
    """Yield rows in order; ``where`` is one of our own conditions, never text from a user."""
    sql = f"SELECT {_COLUMNS}, link FROM events WHERE {where} ORDER BY number"  # noqa: S608 - see above
    for row in database.execute(sql, given):
        values = dict(row)
        link = values.pop("link")
        yield values, link


def last(database: sqlite3.Connection) -> tuple[int, str] | None:
    """Return number and link of the last row, or of the anchor if no row is left; None if empty."""
    sql = (
        "SELECT number, link FROM (SELECT number, link FROM events UNION ALL "
        "SELECT number, link FROM anchors) ORDER BY number DESC LIMIT 1"
    )
    row = database.execute(sql).fetchone()
    return (row["number"], row["link"]) if row else None


_RESTORE = "restore it from a backup; do not send with it before you know what was sent"


def _file(ledger: Path) -> Path:
    return ledger.with_name(f"{ledger.name}.head")


def write_head(ledger: Path, head: Head) -> None:
    """Write the head of a ledger beside it.

    Raises:
        DeliveryError: if the disk refuses.
    """
    write_whole(_file(ledger), f"{head}\n".encode("ascii"))


def read_head(ledger: Path) -> Head | None:
    """Return the head that is stored beside a ledger; None if there is none.

    Raises:
        ContentError: if that file is not a head.
    """
    with contextlib.suppress(FileNotFoundError):
        try:
            return Head.read(read_plain(_file(ledger)).decode("ascii"))
        except ValueError:
            problem = Problem("is not the head of a ledger", Location(str(_file(ledger))), _RESTORE)
            raise ContentError(problem) from None
    return None


def check_chain(path: Path, key: Key, database: sqlite3.Connection, heads: Iterable[Head]) -> Head:
    """Check all rows against their links and against known ``heads``; return the head.

    Raises:
        ContentError: naming the first row that does not agree.
    """
    start = _anchor(path, key, database)
    wanted = {head.number: head.link for head in heads}
    here = start
    for values, stored in rows(database):
        number = here.number + 1
        if values["number"] != number:
            raise _broken(path, number, f"is missing: row {values['number']} follows {here.number}")
        if link(key, here.link, values) != stored:
            raise _broken(path, number, "does not match: it, or one before it, was changed")
        here = Head(number, stored)
        _compare(path, here, wanted)
    _compare(path, start, wanted)
    longest = max(wanted, default=0)
    if longest > here.number:
        raise _broken(
            path, here.number + 1, f"is missing, and so is everything up to row {longest}"
        )
    return here


def remove_rows(
    path: Path, key: Key, database: sqlite3.Connection, number: int, marks: Iterable[str], day: str
) -> None:
    """Remove the beginning of the chain, up to a row; ``marks`` remain of what was sent.

    An anchor replaces the removed rows, so that the rest can still be checked. ``day`` is the day
    before which all of them were.

    Raises:
        ContentError: if the rest would not agree.
    """
    head = Head(number, next(stored for _, stored in rows(database, "number = ?", number)))
    with transaction(database):
        for table in _TABLES:
            for action in _ACTIONS:
                database.execute(f"DROP TRIGGER no_{action}_{table}")
        given = [(mark,) for mark in sorted(marks)]
        database.executemany("INSERT OR IGNORE INTO marks VALUES (?)", given)
        database.execute("DELETE FROM events WHERE number <= ?", (number,))
        database.execute("DELETE FROM anchors")
        seal = _seal(key, database, head, day)
        anchor = (head.number, head.link, day, seal)
        database.execute("INSERT INTO anchors VALUES (?,?,?,?)", anchor)
        _guard_rows(database)
        check_chain(path, key, database, [])
    database.executescript("PRAGMA wal_checkpoint(TRUNCATE); VACUUM;")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _compare(path: Path, here: Head, wanted: dict[int, str]) -> None:
    if wanted.get(here.number, here.link) != here.link:
        raise _broken(path, here.number, "is not the row that was there before")


def _anchor(path: Path, key: Key, database: sqlite3.Connection) -> Head:
    """Return the head at which the chain begins: the start, or the end of what was purged."""
    row = database.execute("SELECT * FROM anchors ORDER BY number DESC LIMIT 1").fetchone()
    if row is None:
        return Head(0, START)
    head = Head(row["number"], row["link"])
    if row["seal"] != _seal(key, database, head, row["before"]):
        raise _broken(path, head.number, "does not match: what the purge left was changed")
    return head


def _seal(key: Key, database: sqlite3.Connection, head: Head, before: str) -> str:
    """Return the keyed hash of an anchor and all marks."""
    marks = database.execute("SELECT mark FROM marks ORDER BY mark")
    return key.digest("anchor", f"{head}:{before}:{','.join(row['mark'] for row in marks)}")


def _broken(path: Path, number: int, what: str) -> ContentError:
    return ContentError(Problem(f"row {number} {what}", Location(str(path)), _RESTORE))
