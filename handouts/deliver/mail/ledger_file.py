"""Open the ledger of a folder to read, to write, or to remove old rows from."""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import takewhile
from pathlib import Path

from handouts.deliver.guards import held
from handouts.deliver.mail import store
from handouts.deliver.mail.events import DONE, Event, delivery_mark
from handouts.deliver.mail.ledger import Ledger, Now, utc_now
from handouts.deliver.mail.store import Head, check_chain, read_head, seal_of
from handouts.deliver.tokens import Key, read_key
from handouts.errors import ContentError, DeliveryError

LEDGER = "ledger.sqlite3"


def _key_file(path: Path) -> Path:
    return path.with_name(f"{path.name}.key")


def read_ledger(path: Path) -> Ledger:
    """Return a ledger to look at; close it after use.

    Raises:
        DeliveryError: if there is none, or it or its key cannot be read.
        ContentError: if it is no ledger.
    """
    database = store.connect(path, make=False)
    try:
        return Ledger(path, _key_of(path, make=False), database)
    except BaseException:
        database.close()
        raise


def empty_ledger() -> Ledger:
    """Return a ledger that is nowhere on the disk, for a dry run before anything was sent."""
    return Ledger(Path(LEDGER), Key(secrets.token_bytes(32)), store.in_memory())


@contextlib.contextmanager
def sending_ledger(path: Path, now: Now = utc_now) -> Iterator[Ledger]:
    """Hold a ledger to write to, checked and with what a killed run left written as unknown.

    Raises:
        DeliveryError: if another run holds it, or the disk refuses.
        ContentError: if it does not agree with itself, or lost rows.
    """
    with ExitStack() as closing:
        _hold(path, closing)
        if not path.exists() and read_head(path) is not None:
            raise ContentError(
                f"there is no {path}, and there was one",
                "restore it from a copy; without it nobody knows what was sent",
            )
        key = _key_of(path, make=not path.exists())
        ledger = closing.enter_context(Ledger(path, key, store.connect(path, make=True), now))
        ledger.verify()
        ledger.close_open()
        yield ledger


def _hold(path: Path, closing: ExitStack) -> None:
    if not path.parent.is_dir():
        raise DeliveryError(f"folder {path.parent} does not exist", hint="make the folder first")
    try:
        closing.enter_context(held(path.with_name(f".{path.name}.lock")))
    except DeliveryError:
        raise DeliveryError(
            f"another run is sending from {path}", hint="wait until it ends", retry=True
        ) from None


def _key_of(path: Path, *, make: bool) -> Key:
    file = _key_file(path)
    if not make and not file.exists():
        hint = "restore it from a copy; without it the ledger cannot be checked"
        raise DeliveryError(f"there is no {file}", hint)
    return read_key(file, make=make)


def purge(ledger: Ledger, before: dt.date) -> int:
    """Remove the rows of all days before ``before`` (UTC); return how many.

    Of what was sent a keyed hash stays, so that it is not sent again; references, times and
    answers are gone. An anchor stands for the removed rows, so that the rest can still be checked.

    Raises:
        DeliveryError: while nobody knows what became of one of them, or the disk refuses.
        ContentError: if the ledger does not agree with itself.
    """
    ledger.verify()
    old = _beginning(ledger, before)
    if not old:
        return 0
    _refuse_open(ledger, old)
    _remove(ledger, old, before)
    with store.explained(ledger.path):
        ledger.database.executescript("PRAGMA wal_checkpoint(TRUNCATE); VACUUM;")
        ledger.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return len(old)


def _beginning(ledger: Ledger, before: dt.date) -> list[Event]:
    """Return the rows up to the first of a later day: clocks may be put back meanwhile."""
    return list(takewhile(lambda event: event.at.date() < before, ledger.events()))


def _refuse_open(ledger: Ledger, old: list[Event]) -> None:
    gone = {event.delivery for event in old}
    unknown = [event for event in ledger.open_deliveries() if event.delivery in gone]
    if unknown:
        references = ", ".join(sorted({event.delivery.reference for event in unknown}))
        raise DeliveryError(
            f"nobody knows yet whether these have arrived: {references}",
            hint="ask them, then handouts ledger arrived, or handouts send --resend",
        )


def _remove(ledger: Ledger, old: list[Event], before: dt.date) -> None:
    """Remove a beginning of the chain."""
    database, key = ledger.database, ledger.key
    last = old[-1].number
    link = next(stored for _, stored in store.rows(database, "number = ?", last))
    head = Head(last, link)
    marks = {(delivery_mark(key, event.delivery),) for event in old if event.kind in DONE}
    with store.explained(ledger.path), store.transaction(database):
        store.unguard_rows(database)
        database.executemany("INSERT OR IGNORE INTO marks VALUES (?)", sorted(marks))
        database.execute("DELETE FROM events WHERE number <= ?", (last,))
        database.execute("DELETE FROM anchors")
        seal = seal_of(key, database, head, before.isoformat())
        database.execute(
            "INSERT INTO anchors VALUES (?,?,?,?)",
            (head.number, head.link, before.isoformat(), seal),
        )
        store.guard_rows(database)
        check_chain(ledger.path, key, database, [])
