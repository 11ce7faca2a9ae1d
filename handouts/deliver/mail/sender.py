"""Turn planned handouts into messages that a server has taken, each at most once.

For each handout: read the file, compare it with manifest and roster, compose and check the message,
write "sending" into the ledger, hand the message over, record the outcome. A message is handed over
only after its "sending" is on the disk, and it counts as sent only if the server accepts it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from handouts.deliver.batch.record import Failures
from handouts.deliver.guards import Interrupts, interrupts_deferred
from handouts.deliver.mail.events import EventKind
from handouts.deliver.mail.interlock import check_message, check_pdf
from handouts.deliver.mail.ledger import Ledger
from handouts.deliver.mail.message import Letter
from handouts.deliver.mail.office import Office, OfficeOf
from handouts.deliver.mail.request import (
    Attempt,
    Pace,
    ReadyMessage,
    Schedule,
    SendListener,
    SendReport,
    Services,
    Unsent,
)
from handouts.deliver.mail.send_plan import Planned
from handouts.deliver.mail.transport import MailFault, NotNow, Refused, Stopped, Transport, Unsure
from handouts.deliver.output import Output
from handouts.errors import DeliveryError, HandoutError, Location, MissingError, Problem
from handouts.load.library import Library
from handouts.model.order import first_name
from handouts.model.roster import RosterRow

MOST_UNKNOWN = 3
"""After this many unknown outcomes in a row the run stops, before more patients get none or two."""
MOST_CLOSED = 6
"""After this many closed connections in a row the run stops."""
_CLOSING = (None, 421)
"""Answer codes of a server that closes the connection (RFC 5321, 3.8); None for no answer."""
_MEANING: dict[type[MailFault], EventKind] = {
    Refused: EventKind.REFUSED,
    NotNow: EventKind.LATER,
    Unsure: EventKind.UNKNOWN,
    Stopped: EventKind.LATER,
}
_ADDRESS = re.compile(r"\S*@\S*")
_REPLY_CHARACTERS = 200
_NOTICED, _LONG = 1.0, 30.0
"""Longest waits, in seconds, that are not reported: for delayed messages, and for the server."""
_LEFT = "stopped before the server answered"
_LOOK = "ask the patient or check the mailbox's sent mail before sending again"
_BANNER = "banner"
"""The page head that uses the patient's preferred name, if there is one."""


class _Answer(Struct, frozen=True):
    """The result of handing over; ``error`` stops the run, ``wait`` is what the server asks for."""

    kind: EventKind
    code: int | None = None
    reply: str = ""
    why: tuple[Problem, ...] = ()
    error: Exception | None = None
    wait: float = 0.0


class Reporter(Struct, frozen=True):
    """Counts and reports handouts that were not sent, and writes their rows into ``failures``."""

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
        self.listener.failed(item, what, problems)


class Writer(Struct, frozen=True):
    """Writes the messages of a batch, each with the file that was made."""

    library: Library
    output: Output
    ledger: Ledger
    offices: OfficeOf
    now: Callable[[], dt.datetime]

    def write(self, item: Planned) -> ReadyMessage:
        """Return the message for a handout that is ready.

        Raises:
            ContentError: with everything that does not agree.
            DeliveryError: if the file cannot be read.
        """
        entry, row, mailbox, delivery = item.entry, item.row, item.mailbox, item.delivery
        if not isinstance(row, RosterRow) or mailbox is None or delivery is None:
            raise TypeError("only ready messages are written")
        office = self.offices(entry.clinic or row.clinic)
        pdf = self._read(entry.file)
        check_pdf(pdf, entry, self._names(row), item.password)
        letter = Letter(
            code=entry.code,
            language=entry.language,
            recipient=mailbox.address,
            display_name=row.name,
            pdf=pdf,
            encrypted=entry.encrypted,
            message_id=self.ledger.message_id(delivery, office.domain),
            when=self.now(),
            stop_rule=None if entry.encrypted else self._stop_rule(row, entry.language),
        )
        message = office.maker.make(letter)
        check_message(message, letter, mailbox, office.sender, item.password)
        return ReadyMessage(message, letter.message_id, office, mailbox.address)

    def _read(self, name: str) -> bytes:
        try:
            return self.output.read(name)
        except DeliveryError as error:
            hint = "check --files; if it is right, make the file again: run the batch with --resume"
            found = (Problem(problem.message, hint=hint) for problem in error.problems)
            raise DeliveryError(found, retry=True) from None

    def _names(self, row: RosterRow) -> tuple[str, ...]:
        """Return the names of which the first page of this layout shows one."""
        try:
            first = self.library.layout(row.layout).sections[0]
        except MissingError:
            first = None
        called = first_name(row.name, row.preferred_name)
        names = (row.name, called if first and first.head == _BANNER else None)
        return tuple(name for name in names if name)

    def _stop_rule(self, row: RosterRow, language: str | None) -> str | None:
        try:
            clinic = self.library.clinic(row.clinic)
            library = self.library.in_language(language or clinic.locale)
            safety = library.safety(library.program(row.program).safety)
        except MissingError:
            return None
        return safety.stop_rule_from(clinic.pain_limits.stop)


class Sender(Struct):
    """One run. ``rate`` (messages a minute), if given, replaces the clinics' own rates."""

    ledger: Ledger
    writer: Writer
    reporter: Reporter
    services: Services
    rate: int | None
    _paces: dict[str, Pace] = {}
    _unknown: int = 0

    def run(self, items: Sequence[Planned]) -> None:
        """Send the handouts and report the outcome of each.

        The run ends between two messages, after Ctrl-C or an error that would affect all that
        follow.
        """
        schedule = Schedule(self.services.clock, [Attempt(item) for item in items])
        before = self.reporter.report.failed
        try:
            while attempt := self._next(schedule):
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
            written = self.writer.write(attempt.item)
        except HandoutError as error:
            self.reporter.failed(attempt.item, Unsent.WRONG, error.problems)
            return
        pace = self._pace(written.office)
        if pace.pause > _LONG:
            self.reporter.listener.waiting(pace.pause, 0)
        pace.wait()
        # Only now: during the wait somebody may have been marked to get no mail.
        self.services.unchanged()
        with interrupts_deferred() as interrupts:
            answer = self._hand_over(attempt.item, written, interrupts)
            fault = answer.error
            # A server's answer to a message, such as that its daily limit is reached, stops the
            # run.
            lost = isinstance(fault, Stopped) and fault.connecting and fault.retry
            if pace.answered and lost:
                answer = replace(answer, code=None, error=None)
            pace.answered |= answer.error is None
            self._settle(attempt, answer, schedule, pace)
            if answer.error is not None:
                # Inside the block, so that Ctrl-C does not hide an error that would stop the run
                # anyway.
                raise answer.error

    def _pace(self, office: Office) -> Pace:
        if office.sender not in self._paces:
            rate = self.rate or office.rate
            interval = 60 / rate if office.transport.network else 0.0
            self._paces[office.sender] = Pace(self.services.clock, interval)
        return self._paces[office.sender]

    def _hand_over(self, item: Planned, written: ReadyMessage, interrupts: Interrupts) -> _Answer:
        """Hand a message over, with a row in the ledger before and after.

        After Ctrl-C we still wait for the server's answer, for minutes if necessary; a second
        Ctrl-C ends the wait.
        """
        if item.delivery is None:
            raise TypeError("only ready messages are sent")
        begun = self.ledger.begin(item.delivery, written.message_id)
        transport = written.office.transport
        try:
            with interrupts.may_leave(partial(self._stopping, transport)):
                answer = _answer(written)
        except KeyboardInterrupt:
            taken = transport.may_be_taken
            why = Problem(_LEFT, hint=_LOOK if taken else "the same command goes on")
            kind = EventKind.UNKNOWN if taken else EventKind.LATER
            answer = _Answer(kind, reply=_LEFT, why=(why,))
        self.ledger.settle(begun, answer.kind, answer.code, _without_addresses(answer.reply))
        return answer

    def _stopping(self, transport: Transport) -> None:
        """Report that we wait for an answer, if there is a server."""
        if transport.network:
            with contextlib.suppress(HandoutError):
                self.reporter.listener.stopping()

    def _settle(self, attempt: Attempt, answer: _Answer, schedule: Schedule, pace: Pace) -> None:
        """Record the outcome of a message, and adjust what comes next."""
        if answer.kind is EventKind.UNKNOWN:
            self._unknown += 1
            self.reporter.failed(attempt.item, Unsent.UNKNOWN, answer.why)
            if self._unknown == MOST_UNKNOWN and answer.error is None:
                raise DeliveryError(
                    f"{MOST_UNKNOWN} connections in a row broke after the message: nobody knows "
                    "whether the server accepted it",
                    hint="ask your provider; list unknown outcomes with handouts ledger show",
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
            closed = Problem("the server closes or refuses every connection", hint=hint)
            raise DeliveryError((closed, *answer.why), retry=True)


def _answer(written: ReadyMessage) -> _Answer:
    office = written.office
    try:
        receipt = office.transport.deliver(written.message, office.sender, written.recipient)
    except MailFault as fault:
        error = fault if isinstance(fault, Stopped) else None
        kind = _MEANING[type(fault)]
        return _Answer(
            kind, fault.code, fault.problems[0].message, fault.problems, error, fault.wait
        )
    except DeliveryError as fault:
        # A failed write leaves no file, but after a network error the outcome is unknown.
        kind = EventKind.UNKNOWN if office.transport.network else EventKind.LATER
        return _Answer(kind, why=fault.problems, error=fault)
    except Exception as error:  # noqa: BLE001 - a bug must not leave the ledger without an answer
        kind = EventKind.UNKNOWN if office.transport.may_be_taken else EventKind.LATER
        return _Answer(kind, reply=f"a bug: {type(error).__name__}", error=error)
    return _Answer(EventKind.SENT, receipt.code, receipt.reply)


def _without_addresses(reply: str) -> str:
    return _ADDRESS.sub("…", reply)[:_REPLY_CHARACTERS]
