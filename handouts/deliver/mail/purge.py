"""Turn the old rows of a ledger into marks that say only: this was sent."""

from __future__ import annotations

import datetime as dt
from itertools import takewhile

from handouts.deliver.mail import store
from handouts.deliver.mail.events import DONE, Event, delivery_mark
from handouts.deliver.mail.ledger import Ledger
from handouts.deliver.mail.seal import Head, check_chain, seal_of
from handouts.errors import DeliveryError


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
