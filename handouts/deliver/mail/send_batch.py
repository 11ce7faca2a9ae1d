"""Turn a batch into sent messages, or into a dry run with files to look at."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from email import policy
from itertools import count
from pathlib import Path

from handouts.check.review import review_command
from handouts.deliver.batch.record import Failures
from handouts.deliver.guards import held, system_errors
from handouts.deliver.mail.ledger import (
    RESTORE,
    Ledger,
    empty_ledger,
    is_there,
    read_ledger,
    sending_ledger,
)
from handouts.deliver.mail.request import (
    Clock,
    ReadyMessage,
    SendOptions,
    SendReport,
    Services,
    Unsent,
)
from handouts.deliver.mail.send_plan import Planned, SendPlanner, Verdict
from handouts.deliver.mail.sender import Reporter, Sender, Writer
from handouts.deliver.manifest import (
    KEY,
    LOCK,
    MANIFEST,
    BatchState,
    Latest,
    ManifestEntry,
    Status,
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
from handouts.files import make_folder, read_plain, sha256_of, sweep, write_whole
from handouts.load.roster import Roster

FAILED = "send-failed.csv"
PREVIEW_FOLDER = "send-preview"
"""The folder of the messages that a dry run writes."""


def send_batch(roster: Roster, options: SendOptions, services: Services) -> SendReport:
    """Send the handouts of a batch, or only report what would be sent.

    Raises:
        DeliveryError: if there is no batch, or ledger or files cannot be used.
        ContentError: if manifest or ledger were changed, or a clinic's settings are wrong.
        MissingError: if there is no handout for a reference in the options.
    """
    if not (options.folder / MANIFEST).exists():
        raise DeliveryError(
            f"{options.folder} contains no batch",
            hint="create one with handouts batch ROSTER -o DIR",
        )
    with system_errors(options.folder), ExitStack() as closing:
        if options.send:
            # A batch that is still being made would change files during the run, and a run with
            # another ledger would not see what this one sends.
            busy = f"another run is making or sending the batch in {options.folder}"
            closing.enter_context(held(options.folder / LOCK, busy))
            if not is_there(options.ledger):
                # A first run that is refused leaves no ledger behind.
                with empty_ledger() as nothing_sent:
                    _Run(roster, options, services, nothing_sent).plan()
        ledger = closing.enter_context(_ledger(options, services.clock))
        for folder in {options.folder, options.folder / PREVIEW_FOLDER, options.ledger.parent}:
            sweep(folder)
        return _Run(roster, options, services, ledger).run()


@contextlib.contextmanager
def _ledger(options: SendOptions, clock: Clock) -> Iterator[Ledger]:
    """Open and check the ledger; for a dry run only to read, and without one in memory.

    Raises:
        ContentError: if the batch was sent from another ledger, which has the record.
    """
    there = is_there(options.ledger)
    read = BatchState.read if there else BatchState.read_known
    noted = read(options.folder).ledger
    other = ContentError(
        f"{options.folder} was sent with another ledger than {options.ledger}",
        f"give that ledger with --ledger, or {RESTORE}",
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
    """One run of `send`, real or dry."""

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

    def plan(self) -> tuple[list[Planned], list[Planned]]:
        """Judge each handout; return all of them, and those that go now.

        Raises:
            HandoutError: if nothing may be sent as long as something is not corrected.
        """
        entries = self._entries()
        key = read_key(self.options.folder / KEY, make=False)
        passphrases = _passphrases(self.options.passphrases)
        workspace = self.services.library.workspace
        again = self.options.resend
        planner = SendPlanner(
            workspace, self.roster, self.ledger, key, passphrases, self._first, again
        )
        planned = planner.plan(entries)
        if not self.options.wanted:
            self.report.without = planner.without(entries)
        ready = [item for item in planned if item.verdict is Verdict.READY][: self.options.limit]
        self._refuse_drafts(ready)
        for clinic in sorted({item.entry.clinic for item in ready}):
            # Report a clinic's wrong settings once, before anything is sent.
            self.services.offices(clinic)
        return planned, ready

    def run(self) -> SendReport:
        """Plan, then send or preview."""
        planned, ready = self.plan()
        self.report.total = len(ready)
        failures = self._failures()
        reporter = Reporter(self.services.listener, self.report, failures)
        reporter.listener.begun(self.report)
        self._report_unsent(planned, reporter)
        if self.options.send:
            if ready:
                state = BatchState.read(self.options.folder)
                state.ledger = self.ledger.mark
                state.write(self.options.folder)
            # Only now: a run that is refused must not let a later one send again.
            for item in ready:
                if item.entry.reference in self.options.resend and item.delivery is not None:
                    self.ledger.release(item.delivery)
            rate = self.options.rate
            Sender(self.ledger, self.writer, reporter, self.services, rate).run(ready)
        else:
            self._dry_run(ready, reporter)
        if failures is not None:
            try:
                self.report.to_correct = failures.put()
            except HandoutError as error:
                # What was sent is reported all the same.
                self.report.stopped = self.report.stopped or error
        return self.report

    def _refuse_drafts(self, ready: Sequence[Planned]) -> None:
        """Refuse to send anything while a handout is a draft, which no corrected row would change.

        The manifest says which are drafts; each file is compared with it before it is sent.
        """
        drafts = [item.entry for item in ready if item.entry.draft]
        if not drafts or self.options.drafts:
            return
        entry = drafts[0]
        count = "1 handout is a draft" if len(drafts) == 1 else f"{len(drafts)} handouts are drafts"
        command = review_command(entry.program, entry.clinic, entry.language)
        raise ContentError(
            Problem(
                f"{count}: no clinician of the clinic had checked the texts; nothing was sent",
                hint=(
                    f"{command} records a review; then run the batch again with --resume; or use "
                    "--send-drafts"
                ),
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
        """Report the handouts that will not be sent."""
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

    def _failures(self) -> Failures | None:
        """Return the list of rows to correct; None if the run is only about some patients."""
        options = self.options
        if not options.send or options.wanted:
            return None
        return Failures(options.folder, options.rosters, self.roster.names, FAILED)

    def _dry_run(self, ready: Sequence[Planned], reporter: Reporter) -> None:
        """Make and check every message; send none."""
        report = self.report
        previews = Previews(self.options.folder / PREVIEW_FOLDER, self.options.previews)
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
    hint = "give the file that the batch wrote with --passphrases; its key is beside it"
    return read_key(path.with_name(f"{path.name}.key"), make=False, hint=hint)


def _unknown(item: Planned) -> Problem:
    day = f" since {item.since.at:%Y-%m-%d %H:%M} UTC" if item.since else ""
    return Problem(
        f"nobody knows{day} whether it has arrived",
        hint=(
            "ask the patient; then use handouts ledger arrived, or send --resend with the reference"
        ),
    )


class Previews:
    """Writes the first ``most`` messages of each clinic in a dry run, and removes earlier ones.

    A file that somebody else put there, or has edited, is left alone.
    """

    def __init__(self, folder: Path, most: int) -> None:
        self.folder, self.most = folder, most
        self.files: list[Path] = []
        self._counts = Counter[str]()
        self._digests: list[str] = []
        self._list = folder / ".written"
        for old in folder.glob("*.eml"):
            if self._is_ours(old):
                old.unlink()

    def _is_ours(self, path: Path) -> bool:
        try:
            return sha256_of(read_plain(path)) in self._list.read_text("ascii").split()
        except (OSError, ValueError):
            return False

    def add(self, item: Planned, written: ReadyMessage) -> None:
        """Write a message, named after its PDF, unless its clinic has enough already.

        Raises:
            DeliveryError: if it cannot be written.
        """
        self._counts[item.entry.clinic] += 1
        if self._counts[item.entry.clinic] > self.most:
            return
        make_folder(self.folder)
        stem = Path(item.entry.file or item.entry.token).stem
        path, numbers = self.folder / f"{stem}.eml", count(2)
        while path.exists():
            path = path.with_stem(f"{stem}-{next(numbers)}")
        content = written.message.as_bytes(policy=policy.SMTP)
        self._digests.append(sha256_of(content))
        write_whole(self._list, "\n".join(self._digests).encode())
        write_whole(path, content)
        self.files.append(path)
