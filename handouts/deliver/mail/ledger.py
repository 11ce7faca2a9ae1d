"""Turn what happens to messages into rows of a file that only grows, and into what was sent.

SQLite in WAL mode with synchronous=FULL: an event is on the disk before anybody acts on it. Each
row carries a link to all rows before it, made with the key beside the file (``.key``); triggers
refuse to change or remove a row; ``.head`` beside the file says how many there are.

Noticed is a row that was changed, added, moved or removed, and a file that lost its end (as an
older copy has) or is gone while ``.head`` stayed. Not noticed is a folder whose ledger and head
were both replaced by older copies, nor what somebody forges who has the key: to notice the first
too, keep what ``handouts ledger verify`` prints in another place and give it back with ``--head``.
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
RESTORE = "restore it from a copy; without it nobody knows what was sent"
ENDED = "handouts ended before the server's answer was written down"
Now = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """Return the time, aware of its zone."""
    return dt.datetime.now(dt.UTC)


class Ledger:
    """An open ledger. Only `sending_ledger` gives one to write to."""

    def __init__(
        self, path: Path, key: Key, database: sqlite3.Connection, now: Now = utc_now
    ) -> None:
        self.path, self.key = path, key
        self.database, self._now = database, now

    @property
    def mark(self) -> str:
        """An id of the ledger, which a batch keeps to know it again wherever it is moved."""
        return self.key.digest("ledger", "")[:MARK]

    def delivery(self, reference: str, token: str, sha256: str, address: str) -> Delivery:
        """Return a delivery with its normalised address as a keyed hash.

        Without the key nobody can find the address by trying some.
        """
        return Delivery(reference, token, sha256, self.key.digest("address", address)[:MARK])

    def standing(self, delivery: Delivery) -> Standing:
        """Return where a delivery stands."""
        events = list(self.events("token = ?", delivery.token))
        release = max((event.release for event in events), default=0)
        current = [event for event in events if event.release == release]
        matching = [event for event in current if event.delivery == delivery]
        # What was sent is settled by kind, not by what came last: an arrival ends an unknown.
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
        """Return whether a message of another patient went to this address."""
        where = "address = ? AND reference <> ? AND kind = 'sent'"
        found = self.events(where, delivery.address, delivery.reference)
        return next(found, None) is not None

    def message_id(self, delivery: Delivery, domain: str) -> str:
        """Return the Message-ID (RFC 5322, 3.6.4) of a delivery: the same at each attempt.

        It is a keyed hash: it says nothing of patient or file.
        """
        release = self.standing(delivery).release
        text = f"{delivery.token}:{delivery.sha256}:{delivery.address}:{release}"
        return f"<{self.key.digest('message', text)[:MARK]}@{domain}>"

    def events(self, where: str = "1", *given: object) -> Iterator[Event]:
        """Yield events in their order; ``where`` is a condition of our own, never a user's text.

        Raises:
            ContentError: if a row holds what no event holds.
        """
        for values, _ in store.rows(self.database, where, *given):
            try:
                yield Event.read(values)
            except (ValueError, TypeError):
                raise ContentError(
                    f"{self.path}: row {values['number']} is no event", "restore it from a copy"
                ) from None

    def begin(self, delivery: Delivery, message_id: str) -> Event:
        """Write down that a message is about to be handed over; only then may it be.

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
        """Write down what became of a message that was handed over.

        Raises:
            DeliveryError: if the disk refuses.
        """
        with self._writing():
            return self._append(replace(begun, at=self._now(), kind=kind, code=code, reply=reply))

    def release(self, delivery: Delivery) -> bool:
        """Allow sending a patient again what they have, or may have; False if they have nothing.

        Raises:
            DeliveryError: if the disk refuses.
        """
        with self._writing():
            known = self._last_events("token = ?", delivery.token)
            last = [event.delivery for event in known if event.kind in OPEN | DONE]
            wanted = bool(last) or self.standing(delivery).purged
            if wanted:
                # The number of its row, which is new even where earlier ones were purged.
                release = (store.last(self.database) or (0, START))[0] + 1
                of = last[-1] if last else delivery
                self._append(Event(0, self._now(), EventKind.RELEASED, of, release))
            return wanted

    def arrived(self, reference: str) -> int:
        """Write down that a patient has what was unknown; return how many messages that were.

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
        """Return the last event of every delivery that nobody knows the end of."""
        return [event for event in self._last_events() if event.kind in OPEN]

    def _last_events(self, where: str = "1", *given: object) -> list[Event]:
        """Return the last event of each delivery that nobody asked to send again since."""
        last: dict[Delivery, Event] = {}
        for event in self.events(where, *given):
            if event.kind is EventKind.RELEASED:
                token = event.delivery.token
                last = {each: its for each, its in last.items() if each.token != token}
            else:
                last[event.delivery] = event
        return list(last.values())

    def close_open(self) -> int:
        """Write down as unknown what a run began that was killed; return how many."""
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
        """Return how many rows there are and the last link, after reading every row.

        ``known`` is what an earlier `verify` returned.

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
        ContentError: if there was one.
    """
    if not path.exists() and read_head(path) is not None:
        raise ContentError(f"there is no {path}, and there was one", RESTORE)
    return path.exists()


def _key_of(path: Path, *, make: bool) -> Key:
    hint = "restore it from a copy; without it the ledger cannot be checked"
    return read_key(path.with_name(f"{path.name}.key"), make=make, hint=hint)


def purge(ledger: Ledger, before: dt.date) -> int:
    """Remove the rows of all days before ``before`` (UTC); return how many.

    Of what was sent a keyed hash stays, so that it is not sent again; references, times and
    answers are gone.

    Raises:
        DeliveryError: while nobody knows what became of one of them, or the disk refuses.
        ContentError: if the ledger does not agree with itself.
    """
    ledger.verify()
    # Up to the first row of a later day: clocks may be put back meanwhile.
    old = list(takewhile(lambda event: event.at.date() < before, ledger.events()))
    if not old:
        return 0
    gone = {event.delivery for event in old}
    unknown = {event.delivery for event in ledger.open_deliveries()} & gone
    if unknown:
        references = ", ".join(sorted({delivery.reference for delivery in unknown}))
        raise DeliveryError(
            f"nobody knows yet whether these have arrived: {references}",
            hint="ask them, then handouts ledger arrived, or handouts send --resend",
        )
    path, key, number = ledger.path, ledger.key, old[-1].number
    marks = {delivery_mark(key, event.delivery) for event in old if event.kind in DONE}
    with store.plain_errors(path):
        store.remove_rows(path, key, ledger.database, number, marks, before.isoformat())
    return len(old)
