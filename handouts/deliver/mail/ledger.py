"""Turn what happens to messages into rows of a file that only grows, and tell what was sent.

SQLite runs in WAL mode with synchronous=FULL: an event is on the disk before anything is done about
it. Each row carries a link to all rows before it, made with the key beside the file (``.key``).
Triggers refuse to change or remove a row. ``.head`` beside the file has the number of rows and the
last link.

The check finds rows that were changed, added, moved or removed. It also finds that a file lost its
end, as in an older copy, or is gone although ``.head`` is there. It does not find that both ledger
and head were replaced with older copies, and it finds no forgery by somebody with the key. To
detect older copies, keep the output of ``handouts ledger verify`` in another place, and pass it to
``--head``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Self

from msgspec.structs import replace

from handouts.deliver.guards import held
from handouts.deliver.mail import store
from handouts.deliver.mail.events import (
    DONE,
    MARK,
    OPEN,
    START,
    Delivery,
    Event,
    EventKind,
    Head,
    Standing,
    delivery_mark,
    link,
)
from handouts.deliver.mail.store import check_chain, read_head, write_head
from handouts.deliver.tokens import Key, read_key
from handouts.errors import ContentError, DeliveryError

LEDGER = "ledger.sqlite3"
RESTORE = "restore it from a backup; it is the only record of what was sent"
ENDED = "handouts stopped before the server's answer was recorded"
Now = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """Return the current time in UTC, with its time zone."""
    return dt.datetime.now(dt.UTC)


class Ledger:
    """An open ledger. For a ledger to write to, use `sending_ledger`."""

    def __init__(
        self, path: Path, key: Key, database: sqlite3.Connection, now: Now = utc_now
    ) -> None:
        self.path, self.key = path, key
        self.database, self._now = database, now

    @property
    def mark(self) -> str:
        """An id of the ledger: a batch stores it to recognise the ledger after a move."""
        return self.key.digest("ledger", "")[:MARK]

    def delivery(self, reference: str, token: str, sha256: str, address: str) -> Delivery:
        """Return a delivery, with a keyed hash of its normalised address.

        Without the key nobody can find the address by trying addresses.
        """
        return Delivery(reference, token, sha256, self.key.digest("address", address)[:MARK])

    def standing(self, delivery: Delivery) -> Standing:
        """Return the standing of a delivery."""
        events = list(self.events("token = ?", delivery.token))
        release = max((event.release for event in events), default=0)
        current = [event for event in events if event.release == release]
        matching = [event for event in current if event.delivery == delivery]
        # The last event of each delivery counts: ARRIVED ends UNKNOWN.
        latest = {
            event.delivery: event for event in current if event.kind is not EventKind.RELEASED
        }
        unsure = [event for event in latest.values() if event.kind in OPEN]
        return Standing(
            release=release,
            attempts=sum(event.kind is EventKind.SENDING for event in matching),
            last=latest.get(delivery),
            unsure=unsure[-1] if unsure else None,
            purged=not release and delivery not in latest and self._is_marked(delivery),
            elsewhere=any(
                event.kind in DONE and event.delivery.sha256 == delivery.sha256
                for event in latest.values()
                if event.delivery != delivery
            ),
        )

    def _is_marked(self, delivery: Delivery) -> bool:
        mark = delivery_mark(self.key, delivery)
        found = self.database.execute("SELECT 1 FROM marks WHERE mark = ?", (mark,))
        return found.fetchone() is not None

    def is_address_of_another(self, delivery: Delivery) -> bool:
        """Return whether a message for another patient was sent to this address."""
        where = "address = ? AND reference <> ? AND kind = 'sent'"
        found = self.events(where, delivery.address, delivery.reference)
        return next(found, None) is not None

    def message_id(self, delivery: Delivery, domain: str) -> str:
        """Return the Message-ID (RFC 5322, 3.6.4) of a delivery, which is the same at each attempt.

        It is a keyed hash, so that it tells nothing about patient or file.
        """
        release = self.standing(delivery).release
        text = f"{delivery.token}:{delivery.sha256}:{delivery.address}:{release}"
        return f"<{self.key.digest('message', text)[:MARK]}@{domain}>"

    def events(self, where: str = "1", *given: object) -> Iterator[Event]:
        """Yield events in order; ``where`` is a condition of ours, never text from a user.

        Raises:
            ContentError: if a row is not a valid event.
        """
        for values, _ in store.rows(self.database, where, *given):
            try:
                yield Event.read(values)
            except (ValueError, TypeError):
                raise ContentError(
                    f"{self.path}: row {values['number']} is not an event",
                    "restore it from a backup",
                ) from None

    def begin(self, delivery: Delivery, message_id: str) -> Event:
        """Record that a message is about to be handed over, which must come first.

        Raises:
            DeliveryError: if the patient has it, or may have it, or the disk refuses.
        """
        with self._writing():
            standing = self.standing(delivery)
            if standing.done or standing.unsure:
                raise DeliveryError(f"{delivery.reference}: was sent, or may have been")
            event = Event(
                0, self._now(), EventKind.SENDING, delivery, standing.release, standing.attempts + 1
            )
            return self._append(replace(event, message_id=message_id))

    def settle(
        self, begun: Event, kind: EventKind, code: int | None = None, reply: str = ""
    ) -> Event:
        """Record the outcome of a message that was handed over.

        Raises:
            DeliveryError: if the disk refuses.
        """
        with self._writing():
            return self._append(replace(begun, at=self._now(), kind=kind, code=code, reply=reply))

    def release(self, delivery: Delivery) -> bool:
        """Allow sending again what a patient has or may have; return False if they have nothing.

        Raises:
            DeliveryError: if the disk refuses.
        """
        with self._writing():
            known = self._last_events("token = ?", delivery.token)
            last = [event.delivery for event in known if event.kind in OPEN | DONE]
            wanted = bool(last) or self.standing(delivery).purged
            if wanted:
                # The number of the new row, which is unique even after a purge.
                release = (store.last(self.database) or (0, START))[0] + 1
                of = last[-1] if last else delivery
                self._append(Event(0, self._now(), EventKind.RELEASED, of, release))
            return wanted

    def arrived(self, reference: str) -> int:
        """Record that a patient has their unknown messages; return how many there were.

        Raises:
            DeliveryError: if the disk refuses.
        """
        with self._writing():
            unknown = [e for e in self._last_events("reference = ?", reference) if e.kind in OPEN]
            for event in unknown:
                self._append(
                    replace(event, at=self._now(), kind=EventKind.ARRIVED, code=None, reply="")
                )
            return len(unknown)

    def open_deliveries(self) -> list[Event]:
        """Return the last event of every delivery whose outcome is unknown."""
        return [event for event in self._last_events() if event.kind in OPEN]

    def _last_events(self, where: str = "1", *given: object) -> list[Event]:
        """Return the last event of each delivery, unless it was released since."""
        last: dict[Delivery, Event] = {}
        for event in self.events(where, *given):
            if event.kind is EventKind.RELEASED:
                token = event.delivery.token
                last = {each: its for each, its in last.items() if each.token != token}
            else:
                last[event.delivery] = event
        return list(last.values())

    def close_open(self) -> int:
        """Record as unknown what a killed run had begun to send; return how many."""
        begun = [event for event in self._last_events() if event.kind is EventKind.SENDING]
        for event in begun:
            self.settle(event, EventKind.UNKNOWN, reply=ENDED)
        return len(begun)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        with store.plain_errors(self.path), store.transaction(self.database):
            yield
        write_head(self.path, Head(*(store.last(self.database) or (0, START))))

    def _append(self, event: Event) -> Event:
        number, before = store.last(self.database) or (0, START)
        event = replace(event, number=number + 1)
        values = event.values()
        store.insert(self.database, values, link(self.key, before, values))
        return event

    def verify(self, known: Head | None = None) -> Head:
        """Read and check every row; return the number of rows and the last link.

        ``known`` is the result of an earlier `verify`.

        Raises:
            ContentError: naming the first row that does not agree, or that rows are missing.
        """
        with store.plain_errors(self.path):
            heads = [head for head in (read_head(self.path), known) if head is not None]
            return check_chain(self.path, self.key, self.database, heads)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()


def read_ledger(path: Path) -> Ledger:
    """Return a ledger to read; close it after use.

    Raises:
        DeliveryError: if there is none, or it or its key cannot be read.
        ContentError: if it is not a ledger.
    """
    database = store.connect(path, make=False)
    try:
        return Ledger(path, _key_of(path, make=False), database)
    except BaseException:
        database.close()
        raise


def empty_ledger() -> Ledger:
    """Return a ledger in memory, for a dry run before the first real one."""
    return Ledger(Path(LEDGER), Key(secrets.token_bytes(32)), store.in_memory())


@contextlib.contextmanager
def sending_ledger(path: Path, now: Now = utc_now) -> Iterator[Ledger]:
    """Open a ledger to write to, after checking it and closing what a killed run left open.

    Raises:
        DeliveryError: if another run holds it, or the disk refuses.
        ContentError: if it contradicts itself, or lost rows.
    """
    if not path.parent.is_dir():
        raise DeliveryError(f"folder {path.parent} does not exist", hint="make the folder first")
    with held(path.with_name(f".{path.name}.lock"), f"another run is sending from {path}"):
        key = _key_of(path, make=not is_there(path))
        with Ledger(path, key, store.connect(path, make=True), now) as ledger:
            ledger.verify()
            ledger.close_open()
            yield ledger


def is_there(path: Path) -> bool:
    """Return whether there is a ledger.

    Raises:
        ContentError: if there was one and it is gone.
    """
    if not path.exists() and read_head(path) is not None:
        raise ContentError(f"{path} is missing, but existed before", RESTORE)
    return path.exists()


def _key_of(path: Path, *, make: bool) -> Key:
    hint = "restore it from a backup; without it the ledger cannot be checked"
    return read_key(path.with_name(f"{path.name}.key"), make=make, hint=hint)


def purge(ledger: Ledger, before: dt.date) -> int:
    """Remove the rows of all days before ``before`` (UTC); return how many.

    A keyed hash remains of each delivery that was sent, so that it is not sent again. References,
    times and answers are gone.

    Raises:
        DeliveryError: if the outcome of one of them is still unknown, or the disk refuses.
        ContentError: if the ledger contradicts itself.
    """
    ledger.verify()
    # Stop at the first row of a later day, because clocks may have been put back.
    old = list(takewhile(lambda event: event.at.date() < before, ledger.events()))
    if not old:
        return 0
    gone = {event.delivery for event in old}
    unknown = {event.delivery for event in ledger.open_deliveries()} & gone
    if unknown:
        references = ", ".join(sorted({delivery.reference for delivery in unknown}))
        raise DeliveryError(
            f"nobody knows yet whether these have arrived: {references}",
            hint="ask the patients, then use handouts ledger arrived, or handouts send --resend",
        )
    path, key, number = ledger.path, ledger.key, old[-1].number
    marks = {delivery_mark(key, event.delivery) for event in old if event.kind in DONE}
    with store.plain_errors(path):
        store.remove_rows(path, key, ledger.database, number, marks, before.isoformat())
    return len(old)
