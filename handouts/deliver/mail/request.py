"""Define what sending is asked for and what it reports; say when the next message may go."""

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
from handouts.load.library import Library
from handouts.model.base import Sealed
from handouts.model.roster import RosterRow, RowProblem

PREVIEWS = 3
"""Messages of a dry run that are written to look at."""
DELAYS = (60.0, 300.0, 900.0)
"""Seconds until a message that was put off is tried again: greylisting lasts some minutes
(RFC 6647, 5). After the last it is left for another run."""
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 120.0
"""Seconds that all wait after a connection that the server closed; twice as long each time."""


class SendOptions(Struct, frozen=True):
    """What to send. Nothing is sent without ``send``.

    ``folder`` holds manifest and key, ``output`` (a folder or URL) the files. ``passphrases`` is
    the file that the batch wrote. ``only`` and ``resend`` are references; ``resend`` sends what
    was sent, or may have been. ``rate`` is messages a minute; without it the clinic's own.
    ``drafts``: handouts go too whose texts no clinician of the clinic has checked.
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
        """The references that the run is about; none: all."""
        return (*self.only, *self.resend)


class Unsent(StrEnum):
    """Why a handout needs somebody to look after it."""

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
    """How far a run is, and in the end what it came to.

    ``skipped``: handouts that nobody is to be sent, by reason. ``left`` were not reached;
    ``stopped`` is what ended the run before its time. ``without`` are rows of patients for whom no
    handout was made, ``to_correct`` a file with the rows that failed, if there are any.

    Of a dry run: ``ready`` agreed with everything, ``first`` is one of them, ``previews`` are files
    to look at.
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
        """Handouts that somebody has to look after."""
        return self.failures.total()


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


class Pace(Struct):
    """Keeps messages apart: ``interval`` seconds from one to the next.

    ``answered``: the server was there in this run. It may be away for a while then.
    """

    clock: Clock
    interval: float
    answered: bool = False
    _next: float | None = None
    _closed: int = 0

    @property
    def pause(self) -> float:
        """How many seconds the next message has to wait."""
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
        """Let all wait."""
        self._next = max(self._next or 0.0, self.clock.monotonic() + seconds)

    def closed(self) -> int:
        """Let all wait after the server closed the connection; return how often in a row it did."""
        self.hold(min(_FIRST_PAUSE * 2**self._closed, _LONGEST_PAUSE))
        self._closed += 1
        return self._closed


class Attempt(Struct):
    """A handout on its way: how often it was put off, and why the last time."""

    item: Planned
    put_off: int = 0
    why: tuple[Problem, ...] = ()


class Schedule(Struct):
    """What is to be done now, and what later."""

    clock: Clock
    ready: list[Attempt]
    later: list[tuple[float, Attempt]] = []

    def put_off(self, attempt: Attempt, seconds: float) -> None:
        """Take a message up again after some seconds."""
        self.later.append((self.clock.monotonic() + seconds, attempt))
        self.later.sort(key=lambda entry: entry[0])

    @property
    def pause(self) -> float:
        """How many seconds there is nothing to do."""
        if self.ready or not self.later:
            return 0.0
        return max(0.0, self.later[0][0] - self.clock.monotonic())

    def take(self) -> Attempt | None:
        """Return what is next, waiting for it if need be; None if nothing is left."""
        self.clock.sleep(self.pause)
        if self.later and self.later[0][0] <= self.clock.monotonic():
            return self.later.pop(0)[1]
        if self.ready:
            return self.ready.pop(0)
        return self.later.pop(0)[1] if self.later else None


class Services(Struct, frozen=True):
    """What a run works with.

    ``unchanged`` raises once the rosters are not what was read. ``delays`` are seconds until a
    message that was put off is tried again.
    """

    library: Library
    offices: OfficeOf
    listener: SendListener
    unchanged: Callable[[], None] = lambda: None
    clock: Clock = field(default_factory=Clock)
    delays: Sequence[float] = DELAYS


class SendListener(Protocol):
    """Is told how sending goes on. The command line shows lines or JSON."""

    def begun(self, report: SendReport) -> None:
        """Sending begins."""
        ...

    def warned(self, item: Planned) -> None:
        """Something about a handout should be looked at."""
        ...

    def sent(self, item: Planned, report: SendReport) -> None:
        """A message was taken."""
        ...

    def failed(
        self, item: Planned, what: Unsent, problems: Sequence[Problem], report: SendReport
    ) -> None:
        """A handout was not sent, or nobody knows."""
        ...

    def waiting(self, seconds: float, messages: int) -> None:
        """Nothing happens for a while: so many messages were put off; 0: the server is busy."""
        ...

    def stopping(self) -> None:
        """Ctrl-C came while the server has a message and has not answered: it is waited for."""
        ...


def change_check(paths: Iterable[Path]) -> Callable[[], None]:
    """Return what raises DeliveryError once one of the files is another than now.

    Sending may take a night: a patient who must not get mail any more may be marked meanwhile.
    """
    before = {path: _state(path) for path in paths}

    def check() -> None:
        for path, state in before.items():
            if _state(path) != state:
                raise DeliveryError(
                    f"{path} was changed while messages were sent",
                    hint="the same command reads it again and goes on",
                    retry=True,
                )

    return check


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns
