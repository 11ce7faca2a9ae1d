"""Turn a batch into sent messages, or into what would be sent; or send a trial message."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from handouts.check.order import make_order
from handouts.check.review import review_command
from handouts.deliver.batch.record import Failures, failures_file
from handouts.deliver.guards import held
from handouts.deliver.mail.interlock import check_message
from handouts.deliver.mail.ledger import (
    RESTORE,
    Ledger,
    empty_ledger,
    is_there,
    read_ledger,
    sending_ledger,
)
from handouts.deliver.mail.message import Letter, read_mailbox
from handouts.deliver.mail.office import Office
from handouts.deliver.mail.request import Clock, SendOptions, SendReport, Services, Unsent
from handouts.deliver.mail.send_plan import Planned, SendPlanner, Verdict
from handouts.deliver.mail.sender import Reporter, Sender
from handouts.deliver.mail.transport import Receipt
from handouts.deliver.mail.writing import FOLDER, Previews, Writer
from handouts.deliver.manifest import (
    KEY,
    LOCK,
    MANIFEST,
    Latest,
    ManifestEntry,
    Status,
    note_ledger,
    noted_ledger,
    read_manifest,
)
from handouts.deliver.output import open_output
from handouts.deliver.tokens import Key, read_key
from handouts.errors import (
    ContentError,
    DeliveryError,
    HandoutError,
    MissingError,
    Problem,
    did_you_mean,
)
from handouts.files import sweep
from handouts.load.library import Library
from handouts.load.roster import Roster
from handouts.model.clinic import AffectedSide
from handouts.model.order import OrderRequest, Patient
from handouts.model.program import ALL_EXERCISES
from handouts.stamp.build import build
from handouts.workspace import Kind

FAILED = "send-failed.csv"


def send_batch(roster: Roster, options: SendOptions, services: Services) -> SendReport:
    """Send what a batch made, or only say what would be sent.

    Raises:
        DeliveryError: if there is no batch, or ledger or files cannot be used.
        ContentError: if manifest or ledger were changed, or a clinic's settings are wrong.
        MissingError: if nothing was made for a reference that is asked for.
    """
    if not (options.folder / MANIFEST).exists():
        raise DeliveryError(
            f"{options.folder} holds no batch", hint="make one: handouts batch ROSTER -o DIR"
        )
    with ExitStack() as closing:
        if options.send:
            # A batch that is being made would change files meanwhile, and a run from another ledger
            # would not see that this one sends.
            busy = f"the batch in {options.folder} is being made, or sent by another run"
            closing.enter_context(held(options.folder / LOCK, busy))
        ledger = closing.enter_context(_ledger(options, services.clock))
        for folder in {options.folder, options.folder / FOLDER, options.ledger.parent}:
            sweep(folder)
        return _Run(roster, options, services, ledger).run()


@contextlib.contextmanager
def _ledger(options: SendOptions, clock: Clock) -> Iterator[Ledger]:
    """Open the ledger to write to, or for a dry run to look at.

    Raises:
        ContentError: if the batch is sent from another one, which knows who has what.
    """
    noted, there = noted_ledger(options.folder), is_there(options.ledger)
    other = ContentError(
        f"{options.folder} was sent from another ledger than {options.ledger}",
        f"give that one with --ledger, or {RESTORE}",
    )
    if noted and not there:
        raise other
    opened: AbstractContextManager[Ledger]
    if options.send:
        opened = sending_ledger(options.ledger, clock.now)
    else:
        opened = read_ledger(options.ledger) if there else empty_ledger()
    with opened as ledger:
        ledger.verify()
        if noted not in (None, ledger.mark):
            raise other
        yield ledger


class _Run:
    """One run, dry or not."""

    def __init__(
        self, roster: Roster, options: SendOptions, services: Services, ledger: Ledger
    ) -> None:
        self.roster, self.options = roster, options
        self.services, self.ledger = services, ledger
        self.report = SendReport()
        self._first: dict[str, str] = {}
        self.writer = Writer(
            services.library,
            open_output(options.output),
            ledger,
            services.offices,
            services.clock.now,
        )

    def run(self) -> SendReport:
        """Plan, then send or look."""
        entries = self._entries()
        key = read_key(self.options.folder / KEY, make=False)
        passphrases = _passphrases(self.options.passphrases)
        workspace = self.services.library.workspace
        again = {entry.token for entry in entries if entry.reference in self.options.resend}
        planner = SendPlanner(
            workspace, self.roster, self.ledger, key, passphrases, self._first, again
        )
        planned = planner.plan(entries)
        if not self.options.wanted:
            self.report.without = planner.without(entries)
        ready = [item for item in planned if item.verdict is Verdict.READY][: self.options.limit]
        self._refuse_drafts(ready)
        for clinic in sorted({item.entry.clinic or "" for item in ready}):
            # A clinic's wrong settings are reported once, before anything is sent.
            self.services.offices(clinic)
        self.report.total = len(ready)
        with self._failures() as failures:
            reporter = Reporter(self.services.listener, self.report, failures)
            reporter.listener.begun(self.report)
            self._report_unsent(planned, reporter)
            if self.options.send:
                if ready:
                    note_ledger(self.options.folder, self.ledger.mark)
                # Only now: a run that is refused must not let a later one send again.
                for token in again.intersection(item.entry.token for item in ready):
                    self.ledger.release(token)
                rate = self.options.rate
                Sender(self.ledger, self.writer.write, reporter, self.services, rate).run(ready)
            else:
                self._dry_run(ready, reporter)
        return self.report

    def _refuse_drafts(self, ready: Sequence[Planned]) -> None:
        """Refuse to send anything if a handout was not reviewed: correcting a row cannot mend that.

        What the manifest says here is compared with each file before it goes.
        """
        drafts = [item.entry for item in ready if item.entry.draft]
        if not drafts or self.options.drafts:
            return
        entry = drafts[0]
        count = "1 handout is a draft" if len(drafts) == 1 else f"{len(drafts)} handouts are drafts"
        command = review_command(entry.program or "", entry.clinic or "", entry.language)
        raise ContentError(
            Problem(
                f"{count}: no clinician of the clinic had checked the texts; nothing was sent",
                hint=f"{command} records it; then run the batch again with --resume; or say "
                "--send-drafts",
            )
        )

    def _entries(self) -> list[ManifestEntry]:
        with Latest() as now:
            for entry in read_manifest(self.options.folder / MANIFEST):
                now.note(entry)
                if entry.fingerprint and entry.sha256:
                    self._first.setdefault(entry.fingerprint, entry.sha256)
            made = [entry for entry in now if entry.status is Status.MADE]
        made.sort(key=lambda entry: (entry.roster, entry.row))
        known = {entry.reference for entry in made}
        unknown = sorted(set(self.options.wanted) - known)
        if unknown:
            raise MissingError(
                Problem(f'no handout was made for "{name}"', hint=did_you_mean(name, known))
                for name in unknown
            )
        wanted = self.options.wanted
        return [entry for entry in made if not wanted or entry.reference in wanted]

    def _report_unsent(self, planned: Iterable[Planned], reporter: Reporter) -> None:
        """Report the handouts that are not to be sent."""
        skipped = self.report.skipped
        for item in planned:
            if item.warnings:
                reporter.listener.warned(item)
            match item.verdict:
                case Verdict.WRONG:
                    reporter.failed(item, Unsent.WRONG, item.problems)
                case Verdict.UNKNOWN:
                    reporter.failed(item, Unsent.UNKNOWN, [_unknown(item)])
                case Verdict.LEFT_OUT:
                    skipped[item.reason] += 1
                case Verdict.SENT | Verdict.NO_ADDRESS:
                    skipped[item.verdict] += 1
                case Verdict.READY:
                    pass

    @contextlib.contextmanager
    def _failures(self) -> Iterator[Failures | None]:
        """Give the list of rows to correct; None if not all rows are looked at."""
        options = self.options
        if not options.send or options.wanted:
            yield None
            return
        path = failures_file(options.folder, options.rosters, FAILED)
        with Failures(path, self.roster.names) as failures:
            yield failures
        self.report.to_correct = path if failures.count else None

    def _dry_run(self, ready: Sequence[Planned], reporter: Reporter) -> None:
        """Compose every message and send none."""
        report = self.report
        previews = Previews(self.options.folder / FOLDER, self.options.previews)
        for item in ready:
            try:
                written = self.writer.write(item)
            except HandoutError as error:
                reporter.failed(item, Unsent.WRONG, error.problems)
                continue
            previews.add(item, written)
            report.first = report.first or written
            report.ready.append(item)
        report.previews = previews.files


def _passphrases(path: Path | None) -> Key | None:
    """Return the key of the batch's passphrases."""
    if path is None:
        return None
    hint = "give the file that the batch got with --passphrases; its key lies beside it"
    return read_key(path.with_name(f"{path.name}.key"), make=False, hint=hint)


def _unknown(item: Planned) -> Problem:
    day = f" since {item.since.at:%Y-%m-%d %H:%M} UTC" if item.since else ""
    return Problem(
        f"nobody knows{day} whether it has arrived",
        hint="ask the patient; then handouts ledger arrived, or send --resend with the reference",
    )


REFERENCE = "TEST"
_SOMEBODY = Patient(
    reference=REFERENCE,
    name="Alex Example",
    preferred_name="Alex",
    affected_side=AffectedSide.LEFT,
)


def send_trial(
    library: Library, office: Office, clinic: str, address: str, program: str | None = None
) -> Receipt:
    """Send an invented patient's handout to an address of the clinic; the ledger is not asked.

    Without ``program`` it is the first there is.

    Raises:
        ContentError: if the address or the content is wrong.
        DeliveryError: if it cannot be sent, in words for the desk.
    """
    mailbox = read_mailbox(address)
    key = Key(secrets.token_bytes(32))
    token = key.token(REFERENCE)
    order = make_order(
        library,
        OrderRequest(
            program=program or library.workspace.ids(Kind.PROGRAMS)[0],
            clinic=clinic,
            patient=_SOMEBODY,
            token=token,
            exercises=ALL_EXERCISES,
        ),
    )
    handout = build(order, library.workspace)
    letter = Letter(
        code=handout.code,
        language=order.language,
        recipient=mailbox.address,
        display_name=None,
        pdf=handout.pdf,
        encrypted=False,
        message_id=f"<{secrets.token_hex(16)}@{office.domain}>",
        when=Clock().now(),
        stop_rule=order.safety.stop_rule_from(order.clinic.pain_limits.stop),
    )
    message = office.maker.make(letter)
    check_message(message, letter, mailbox, office.sender, None)
    return office.transport.deliver(message, office.sender, mailbox.address)
