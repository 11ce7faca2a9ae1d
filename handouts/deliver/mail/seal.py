"""Check that a ledger is whole: every row agrees with the one before, and none is missing."""

from __future__ import annotations

import contextlib
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from handouts.deliver.mail import store
from handouts.deliver.mail.events import START, keyed, link
from handouts.deliver.tokens import Key
from handouts.errors import ContentError, Location, Problem
from handouts.files import write_whole

_HEAD = re.compile(r"(\d{1,12}):([0-9a-f]{64})")
_RESTORE = "restore it from a copy; do not send from it before you know what was sent"


@dataclass(frozen=True, slots=True)
class Head:
    """How many rows a ledger has had, and the link of the last: ``17:3f9a…``."""

    number: int
    link: str

    def __str__(self) -> str:
        return f"{self.number}:{self.link}"

    @classmethod
    def read(cls, text: str) -> Head:
        """Return what ``str`` gave.

        Raises:
            ValueError: if it is nothing of the kind.
        """
        match = _HEAD.fullmatch(text.strip())
        if match is None:
            raise ValueError("is not the head of a ledger")
        return cls(int(match[1]), match[2])


def _file(ledger: Path) -> Path:
    return ledger.with_name(f"{ledger.name}.head")


def write_head(ledger: Path, head: Head) -> None:
    """Write the head of a ledger beside it.

    Raises:
        DeliveryError: if the disk refuses.
    """
    write_whole(_file(ledger), f"{head}\n".encode("ascii"))


def read_head(ledger: Path) -> Head | None:
    """Return what is written beside a ledger; None if nothing is.

    Raises:
        ContentError: if something else stands there.
    """
    with contextlib.suppress(FileNotFoundError):
        try:
            return Head.read(_file(ledger).read_text("ascii"))
        except ValueError:
            problem = Problem("is not the head of a ledger", Location(str(_file(ledger))), _RESTORE)
            raise ContentError(problem) from None
    return None


def check_chain(path: Path, key: Key, database: sqlite3.Connection, heads: Iterable[Head]) -> Head:
    """Return the head of a ledger whose rows all agree, and agree with known ``heads``.

    Raises:
        ContentError: naming the first row that does not.
    """
    start = _anchor(path, key, database)
    wanted = {head.number: head.link for head in heads}
    here = start
    for values, stored in store.rows(database):
        number = here.number + 1
        if values["number"] != number:
            raise _broken(path, number, f"is missing: row {values['number']} follows {here.number}")
        if link(key, here.link, values) != stored:
            raise _broken(path, number, "does not agree: it, or one before it, was changed")
        here = Head(number, stored)
        _compare(path, here, wanted)
    _compare(path, start, wanted)
    longest = max(wanted, default=0)
    if longest > here.number:
        raise _broken(path, here.number + 1, f"is missing, and so is all up to row {longest}")
    return here


def _compare(path: Path, here: Head, wanted: dict[int, str]) -> None:
    if wanted.get(here.number, here.link) != here.link:
        raise _broken(path, here.number, "is not the row that stood there before")


def _anchor(path: Path, key: Key, database: sqlite3.Connection) -> Head:
    """Return where the chain begins: at the start, or after what was purged."""
    row = database.execute("SELECT * FROM anchors ORDER BY number DESC LIMIT 1").fetchone()
    if row is None:
        return Head(0, START)
    head = Head(row["number"], row["link"])
    if row["seal"] != seal_of(key, database, head, row["before"]):
        raise _broken(path, head.number, "does not agree: what the purge left was changed")
    return head


def seal_of(key: Key, database: sqlite3.Connection, head: Head, before: str) -> str:
    """Return the keyed hash over an anchor and all marks."""
    marks = database.execute("SELECT mark FROM marks ORDER BY mark")
    return keyed(key, "anchor", f"{head}:{before}:{','.join(row['mark'] for row in marks)}")


def _broken(path: Path, number: int, what: str) -> ContentError:
    return ContentError(Problem(f"row {number} {what}", Location(str(path)), _RESTORE))
