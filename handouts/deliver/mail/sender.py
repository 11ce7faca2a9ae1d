"""Turn planned handouts into messages that a server has taken, each at most once.

For each: read the file, compare it with manifest and roster, compose, look at the message, write
"sending" into the ledger, hand it over, write down what became of it. Only a message whose
"sending" is on the disk is handed over; only a server's yes makes it sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from handouts.deliver.batch.record import Failures
from handouts.deliver.guards import interrupts_deferred
from handouts.deliver.mail.events import EventKind
from handouts.deliver.mail.ledger import Ledger
from handouts.deliver.mail.office import Office
from handouts.deliver.mail.request import Clock, SendListener, SendReport, Services, Unsent
from handouts.deliver.mail.send_plan import Planned
from handouts.deliver.mail.transport import MailFault, NotNow, Refused, Stopped, Unsure
from handouts.deliver.mail.writing import ReadyMessage
from handouts.errors import DeliveryError, HandoutError, Location, Problem

MOST_UNKNOWN = 3
"""After so many unknown ends in a row the run stops, before more patients get nothing or two."""
MOST_CLOSED = 6
"""After so many closed connections in a row the run stops."""
_CLOSING = (None, 421)
"""What a server answers that closes the connection (RFC 5321, 3.8)."""
_MEANING: dict[type[MailFault], EventKind] = {
    Refused: EventKind.REFUSED,
    NotNow: EventKind.LATER,
    Unsure: EventKind.UNKNOWN,
    Stopped: EventKind.LATER,
}
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 120.0
"""Seconds that all wait after a connection that the server closed; twice as long each time."""
_ADDRESS = re.compile(r"\S*@\S*")
_REPLY_CHARACTERS = 200
_NOTICED = 1.0
"""Seconds of waiting that are reported."""


@dataclass(slots=True)
class Pace:
    """Keeps messages apart: ``interval`` seconds from one to the next.

    ``answered``: the server was there in this run. It may be away for a while then.
    """

    clock: Clock
    interval: float
    answered: bool = False
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
class Attempt:
    """A handout on its way: how often it was put off, and why the last time."""

    item: Planned
    put_off: int = 0
    why: tuple[Problem, ...] = ()


@dataclass(slots=True)
class Schedule:
    """What is to be done now, and what later."""

    clock: Clock
    ready: list[Attempt]
    later: list[tuple[float, Attempt]] = field(default_factory=list)

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


@dataclass(frozen=True, slots=True)
class _Answer:
    """What handing over came to; ``error`` stops the run, ``wait`` is what the server asks for."""

    kind: EventKind
    code: int | None = None
    reply: str = ""
    why: tuple[Problem, ...] = ()
    error: Exception | None = None
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Reporter:
    """Counts what was not sent, reports it, and writes its row into ``failures``."""

    listener: SendListener
    report: SendReport
    failures: Failures | None

    def failed(self, item: Planned, what: Unsent, problems: Sequence[Problem]) -> None:
        """Report a handout; problems without a place get that of its row."""
        self.report.failures[what] += 1
        row = item.row
        if row is not None:
            place = Location(row.file, row.row)
            problems = [
                problem if problem.location.file else problem._replace(location=place)
                for problem in problems
            ]
            if self.failures is not None:
                self.failures.add(row.file, row.row, row.cells, problems)
        self.listener.failed(item, what, problems, self.report)


@dataclass(slots=True)
class Sender:
    """One run. ``write`` reads, checks and composes.

    ``rate`` (messages a minute), if given, takes the place of the clinics' own.
    """

    ledger: Ledger
    write: Callable[[Planned], ReadyMessage]
    reporter: Reporter
    services: Services
    rate: int | None
    _paces: dict[str, Pace] = field(default_factory=dict)
    _unknown: int = 0

    def run(self, items: Sequence[Planned]) -> None:
        """Send, and note in the report what became of each.

        Ctrl-C ends it between two messages, and so does whatever would concern all that follow.
        """
        schedule = Schedule(self.services.clock, [Attempt(item) for item in items])
        before = self.reporter.report.failed
        try:
            while attempt := self._next(schedule):
                self.services.unchanged()
                self._send_one(attempt, schedule)
        except HandoutError as error:
            self.reporter.report.stopped = error
        except KeyboardInterrupt:
            self.reporter.report.interrupted = True
        finally:
            for _, attempt in schedule.later:
                self.reporter.failed(attempt.item, Unsent.LATER, attempt.why)
            settled = self.reporter.report.sent + self.reporter.report.failed - before
            self.reporter.report.left = len(items) - settled

    def _next(self, schedule: Schedule) -> Attempt | None:
        if schedule.pause > _NOTICED:
            self.reporter.listener.waiting(schedule.pause, len(schedule.later))
        return schedule.take()

    def _send_one(self, attempt: Attempt, schedule: Schedule) -> None:
        """Send one handout."""
        try:
            written = self.write(attempt.item)
        except HandoutError as error:
            self.reporter.failed(attempt.item, Unsent.WRONG, error.problems)
            return
        pace = self._pace(written.office)
        pace.wait()
        with interrupts_deferred():
            answer = self._hand_over(attempt.item, written)
            fault = answer.error
            # What a server says of a message, as that its day's limit is reached, stops the run.
            lost = isinstance(fault, Stopped) and fault.connecting and fault.retry
            if pace.answered and lost:
                answer = replace(answer, code=None, error=None)
            pace.answered |= answer.error is None
            self._settle(attempt, answer, schedule, pace)
        if answer.error is not None:
            raise answer.error

    def _pace(self, office: Office) -> Pace:
        if office.sender not in self._paces:
            rate = self.rate or office.rate
            interval = 60 / rate if office.transport.network else 0.0
            self._paces[office.sender] = Pace(self.services.clock, interval)
        return self._paces[office.sender]

    def _hand_over(self, item: Planned, written: ReadyMessage) -> _Answer:
        """Hand a message over, with a row in the ledger before and one after it."""
        if item.delivery is None:
            raise TypeError("only what is ready is sent")
        begun = self.ledger.begin(item.delivery, written.message_id)
        answer = _answer(written)
        self.ledger.settle(begun, answer.kind, answer.code, _without_addresses(answer.reply))
        return answer

    def _settle(self, attempt: Attempt, answer: _Answer, schedule: Schedule, pace: Pace) -> None:
        """Note what became of a message, and what follows from it for the next."""
        if answer.kind is EventKind.UNKNOWN:
            self._unknown += 1
            self.reporter.failed(attempt.item, Unsent.UNKNOWN, answer.why)
            if self._unknown == MOST_UNKNOWN and answer.error is None:
                raise DeliveryError(
                    f"{MOST_UNKNOWN} connections in a row broke after the message: nobody knows "
                    "whether it was taken",
                    hint="ask your provider; see what is unknown with handouts ledger show",
                )
            return
        self._unknown = 0
        if answer.kind is EventKind.SENT:
            pace.went_well()
            self.reporter.report.sent += 1
            self.reporter.listener.sent(attempt.item, self.reporter.report)
        elif answer.kind is EventKind.REFUSED:
            pace.went_well()
            self.reporter.failed(attempt.item, Unsent.REFUSED, answer.why)
        elif answer.error is None:
            self._put_off(attempt, answer, schedule, pace)

    def _put_off(self, attempt: Attempt, answer: _Answer, schedule: Schedule, pace: Pace) -> None:
        attempt.why = answer.why
        pace.hold(answer.wait)
        delays = self.services.delays
        if attempt.put_off < len(delays):
            schedule.put_off(attempt, max(delays[attempt.put_off], answer.wait))
            attempt.put_off += 1
        else:
            self.reporter.failed(attempt.item, Unsent.LATER, answer.why)
        if answer.code in _CLOSING and pace.closed() == MOST_CLOSED:
            hint = "try again later, with a lower --rate"
            closed = Problem("the server closes every connection, or takes none", hint=hint)
            raise DeliveryError((closed, *answer.why), retry=True)


def _answer(written: ReadyMessage) -> _Answer:
    office = written.office
    try:
        receipt = office.transport.deliver(written.message, office.sender, written.recipient)
    except MailFault as fault:
        error = fault if isinstance(fault, Stopped) else None
        kind = _MEANING[type(fault)]
        return _Answer(kind, fault.code, fault.explained, fault.problems, error, fault.wait)
    except DeliveryError as fault:
        # A file that could not be written is not there; of a network nobody knows.
        kind = EventKind.UNKNOWN if office.transport.network else EventKind.LATER
        return _Answer(kind, why=fault.problems, error=fault)
    except Exception as error:  # noqa: BLE001 - a bug must not leave the ledger without an answer
        return _Answer(EventKind.UNKNOWN, reply=f"a bug: {type(error).__name__}", error=error)
    return _Answer(EventKind.SENT, receipt.code, receipt.reply)


def _without_addresses(reply: str) -> str:
    return _ADDRESS.sub("…", reply)[:_REPLY_CHARACTERS]
