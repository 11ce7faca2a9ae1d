"""Decide when the next message may go, and when one that was put off is tried once more."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

DELAYS = (60.0, 300.0, 900.0)
"""Seconds until a message that was put off is tried again: greylisting lasts some minutes
(RFC 6647, 5). After the last it is left for another run."""
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 120.0
"""Seconds that all wait after a connection that the server closed; twice as long each time."""


class Clock:
    """The time of this machine, and waiting for it."""

    def now(self) -> dt.datetime:
        """Return the time, aware of its zone."""
        return dt.datetime.now().astimezone()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(slots=True)
class Pace:
    """Keeps messages apart: ``interval`` seconds from one to the next."""

    clock: Clock
    interval: float
    _next: float | None = None
    _closed: int = 0

    def wait(self) -> None:
        """Wait until the next message may go."""
        now = self.clock.monotonic()
        if self._next is not None and self._next > now:
            self.clock.sleep(self._next - now)
            now = self._next
        self._next = now + self.interval

    def went_well(self) -> None:
        """Note that the server takes messages."""
        self._closed = 0

    def hold(self, seconds: float) -> None:
        """Let all wait."""
        self._next = max(self._next or 0.0, self.clock.monotonic() + seconds)

    def closed(self) -> int:
        """Let all wait after a connection that was closed; return how often that was in a row."""
        self.hold(min(_FIRST_PAUSE * 2**self._closed, _LONGEST_PAUSE))
        self._closed += 1
        return self._closed


@dataclass(slots=True)
class Waiting(Generic[T]):
    """What is to be done now, and what later."""

    clock: Clock
    ready: list[T]
    later: list[tuple[float, T]] = field(default_factory=list)

    def put_off(self, item: T, seconds: float) -> None:
        """Take something up again after some seconds."""
        self.later.append((self.clock.monotonic() + seconds, item))
        self.later.sort(key=lambda entry: entry[0])

    @property
    def pause(self) -> float:
        """How many seconds there is nothing to do."""
        if self.ready or not self.later:
            return 0.0
        return max(0.0, self.later[0][0] - self.clock.monotonic())

    def take(self) -> T | None:
        """Return what is next, waiting for it if need be; None if nothing is left."""
        self.clock.sleep(self.pause)
        if self.later and self.later[0][0] <= self.clock.monotonic():
            return self.later.pop(0)[1]
        if self.ready:
            return self.ready.pop(0)
        return self.later.pop(0)[1] if self.later else None
