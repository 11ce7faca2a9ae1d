"""Turn what happens to a message into events, each linked to all before it.

The links reveal an event that was changed, added or removed.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from enum import StrEnum
from typing import Any

from msgspec import Struct

from handouts.deliver.tokens import Key
from handouts.model.base import Sealed

_OF_DELIVERY = ("reference", "token", "sha256", "address")
COLUMNS = (
    *("number", "at", "kind", *_OF_DELIVERY),
    *("release", "attempt", "message_id", "code", "reply"),
)
"""The columns of a row, without its link to the rows before."""
START = "0" * 64
"""Replaces the link before the first row."""
_HEAD = re.compile(r"(\d{1,12}):([0-9a-f]{64})")
MARK = 32
"""Hexadecimal digits of a keyed hash that identifies something: 128 bits."""


class EventKind(StrEnum):
    """What happened. SENDING is recorded before a message is handed over, the others after.

    RELEASED: somebody asked to send again. ARRIVED: somebody found out that an unknown message
    arrived.
    """

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    LATER = "to retry"
    UNKNOWN = "unknown"
    RELEASED = "released"
    ARRIVED = "arrived"


OPEN = frozenset({EventKind.SENDING, EventKind.UNKNOWN})
"""After these it is unknown whether the patient has it."""
DONE = frozenset({EventKind.SENT, EventKind.ARRIVED})
"""After these the patient has it."""


class Delivery(Sealed, frozen=True):
    """One file to one address, for one patient, which may be sent once.

    ``address`` is a keyed hash (see `Ledger.delivery`), so that the ledger contains no address.
    """

    reference: str
    token: str
    sha256: str
    address: str


class Event(Struct, frozen=True):
    """One row. ``attempt`` counts from 1.

    ``release`` is the number of the row of the last request to send again, 0 if there was none.
    """

    number: int
    at: dt.datetime
    kind: EventKind
    delivery: Delivery
    release: int = 0
    attempt: int = 0
    message_id: str = ""
    code: int | None = None
    reply: str = ""

    def values(self) -> dict[str, Any]:
        """Return the event as plain values by column; times are UTC to the second."""
        values = {
            name: getattr(self.delivery if name in _OF_DELIVERY else self, name) for name in COLUMNS
        }
        at = self.at.astimezone(dt.UTC).isoformat(timespec="seconds")
        return {**values, "at": at, "kind": self.kind.value}

    @classmethod
    def read(cls, values: dict[str, Any]) -> Event:
        """Return the event of a row.

        Raises:
            ValueError: if it is not a valid event.
        """
        rest = {name: value for name, value in values.items() if name not in _OF_DELIVERY}
        delivery = Delivery(*(values[name] for name in _OF_DELIVERY))
        at, kind = dt.datetime.fromisoformat(values["at"]), EventKind(values["kind"])
        return cls(**{**rest, "at": at, "kind": kind, "delivery": delivery})


class Standing(Struct, frozen=True):
    """The state of a delivery: ``last`` is its last event since the last request to send again.

    ``unsure`` is an event after which the patient may have this file or another one. ``purged`` is
    True if they have it and its rows were removed. ``elsewhere`` is True if they have this file at
    another address.
    """

    release: int = 0
    attempts: int = 0
    last: Event | None = None
    unsure: Event | None = None
    purged: bool = False
    elsewhere: bool = False

    @property
    def done(self) -> bool:
        """Whether the patient has it."""
        return self.purged or (self.last is not None and self.last.kind in DONE)


class Head(Struct, frozen=True):
    """How many rows a ledger has had, and the link of the last: ``17:3f9a…``."""

    number: int
    link: str

    def __str__(self) -> str:
        return f"{self.number}:{self.link}"

    @classmethod
    def read(cls, text: str) -> Head:
        """Return the head from its text, as ``str`` wrote it.

        Raises:
            ValueError: if the text is not a head.
        """
        match = _HEAD.fullmatch(text.strip())
        if match is None:
            raise ValueError("is not the head of a ledger")
        return cls(int(match[1]), match[2])


def link(key: Key, before: str, values: dict[str, Any]) -> str:
    """Return the link of a row to all before it: a keyed hash of the last link and its values."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return key.digest("row", f"{before}:{text}")


def delivery_mark(key: Key, delivery: Delivery) -> str:
    """Return the keyed hash that is all that remains of a delivery after a purge."""
    text = f"{delivery.token}:{delivery.sha256}:{delivery.address}"
    return key.digest("delivery", text)[:MARK]
