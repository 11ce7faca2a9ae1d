"""Define the options and the report of sending, and decide when the next message may go."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from handouts.deliver.mail.office import Office, OfficeOf
from handouts.deliver.mail.send_plan import Planned
from handouts.errors import DeliveryError, HandoutError, Problem
from handouts.files import state_of
from handouts.load.library import Library
from handouts.model.base import Sealed
from handouts.model.roster import RosterRow, RowProblem

PREVIEWS = 3
"""How many messages a dry run writes for each clinic."""
DELAYS = (60.0, 300.0, 900.0)
"""Seconds until a delayed message is tried again: greylisting lasts some minutes (RFC 6647, 5).
After the last attempt it is left for another run."""
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 120.0
"""Seconds that all messages wait after the server closed a connection; doubled each time."""


class SendOptions(Struct, frozen=True):
    """What to send. Nothing is sent without ``send``.

    ``folder`` contains manifest and key, ``output`` (a folder or URL) the files. ``passphrases`` is
    the file that the batch wrote. ``only`` and ``resend`` are references; ``resend`` sends again
    what was sent, or may have been. ``rate`` is in messages a minute; the default is the clinic's
    own rate. With ``drafts``, handouts go out even if no clinician of the clinic has checked their
    texts.
    """

    folder: Path
    output: str
    ledger: Path
    rosters: tuple[Path, ...]
    passphrases: Path | None = None
    send: bool = False
    limit: int | None = None
    only: tuple[str, ...] = ()
    resend: tuple[str, ...] = ()
    rate: int | None = None
    drafts: bool = False
    previews: int = PREVIEWS

    @property
    def wanted(self) -> tuple[str, ...]:
        """The references that the run is limited to; empty for all."""
        return (*self.only, *self.resend)


class Unsent(StrEnum):
    """Why somebody has to look after a handout."""

    WRONG = "wrong"
    REFUSED = "refused"
    LATER = "to retry"
    UNKNOWN = "unknown"


class ReadyMessage(Sealed, frozen=True):
    """A message that was checked, and the office that sends it."""

    message: EmailMessage
    message_id: str
    office: Office
    recipient: str


class SendReport(Struct):
    """The progress of a run, and at the end its result.

    ``skipped`` counts handouts that are not to be sent, by reason. ``left`` counts those that were
    not reached. ``stopped`` is the error that ended the run early. ``without`` has the rows of
    patients for whom no handout was made. ``to_correct`` is a file with the rows that failed, if
    there are any.

    In a dry run, ``ready`` has the handouts that passed every check, ``first`` is the first of
    their messages, and ``previews`` are files to look at.
    """

    total: int = 0
    sent: int = 0
    left: int = 0
    failures: Counter[Unsent] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    stopped: HandoutError | None = None
    interrupted: bool = False
    without: list[RosterRow | RowProblem] = []
    to_correct: Path | None = None
    ready: list[Planned] = []
    first: ReadyMessage | None = None
    previews: list[Path] = []

    @property
    def failed(self) -> int:
        """The number of handouts that somebody has to look after."""
        return self.failures.total()


class Clock:
    """The time of this machine, and a way to wait."""

    def now(self) -> dt.datetime:
        """Return the current time with its time zone."""
        return dt.datetime.now().astimezone()

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class Pace(Struct):
    """Spaces messages: ``interval`` seconds from one to the next.

    ``answered`` is True once the server has answered in this run: after that, a lost connection
    only delays messages.
    """

    clock: Clock
    interval: float
    answered: bool = False
    _next: float | None = None
    _closed: int = 0

    @property
    def pause(self) -> float:
        """Seconds that the next message has to wait."""
        return max(0.0, (self._next or 0.0) - self.clock.monotonic())

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
        """Make all messages wait."""
        self._next = max(self._next or 0.0, self.clock.monotonic() + seconds)

    def closed(self) -> int:
        """Make all messages wait after the server hung up; return how often in a row it did so."""
        self.hold(min(_FIRST_PAUSE * 2**self._closed, _LONGEST_PAUSE))
        self._closed += 1
        return self._closed


class Attempt(Struct):
    """A handout to be sent: how often it was delayed, and why the last time."""

    item: Planned
    put_off: int = 0
    why: tuple[Problem, ...] = ()


class Schedule(Struct):
    """The handouts to send now, and those to send later."""

    clock: Clock
    ready: list[Attempt]
    later: list[tuple[float, Attempt]] = []

    def put_off(self, attempt: Attempt, seconds: float) -> None:
        """Schedule a message for another attempt after some seconds."""
        self.later.append((self.clock.monotonic() + seconds, attempt))
        self.later.sort(key=lambda entry: entry[0])

    @property
    def pause(self) -> float:
        """Seconds until there is something to do."""
        if self.ready or not self.later:
            return 0.0
        return max(0.0, self.later[0][0] - self.clock.monotonic())

    def take(self) -> Attempt | None:
        """Return the next attempt, waiting for it if necessary; None if there are no more."""
        self.clock.sleep(self.pause)
        if self.later and self.later[0][0] <= self.clock.monotonic():
            return self.later.pop(0)[1]
        if self.ready:
            return self.ready.pop(0)
        return self.later.pop(0)[1] if self.later else None


class Services(Struct, frozen=True):
    """What a run works with.

    ``unchanged`` raises if the rosters have changed since they were read. ``delays`` are the
    seconds until a delayed message is tried again.
    """

    library: Library
    offices: OfficeOf
    listener: SendListener
    unchanged: Callable[[], None] = lambda: None
    clock: Clock = field(default_factory=Clock)
    delays: Sequence[float] = DELAYS


class SendListener(Protocol):
    """Receives the progress of sending. The command line shows it as lines or JSON."""

    def begun(self, report: SendReport) -> None:
        """Receive the report when sending begins."""
        ...

    def warned(self, item: Planned) -> None:
        """Receive a handout with warnings."""
        ...

    def sent(self, item: Planned, report: SendReport) -> None:
        """Receive a handout whose message the server took."""
        ...

    def failed(self, item: Planned, what: Unsent, problems: Sequence[Problem]) -> None:
        """Receive a handout that was not sent, or whose outcome is unknown."""
        ...

    def waiting(self, seconds: float, messages: int) -> None:
        """Receive a pause, and how many messages are delayed; 0 if the server is busy."""
        ...

    def stopping(self) -> None:
        """Note that Ctrl-C came while a server has a message, whose answer we wait for."""
        ...


def change_check(paths: Iterable[Path]) -> Callable[[], None]:
    """Return a function that raises DeliveryError once one of the files has changed.

    Sending may take a night, during which a patient may be marked to get no mail.
    """
    before = {path: state_of(path) for path in paths}

    def check() -> None:
        for path, state in before.items():
            if state_of(path) != state:
                raise DeliveryError(
                    f"{path} changed while messages were being sent",
                    hint="to continue, run the same command; it reads the file again",
                    retry=True,
                )

    return check
