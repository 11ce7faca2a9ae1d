"""Turn a roster into finished files, a manifest, a list of failures and a print run.

    rows --plan--> chunks --crew--> outcomes --in the roster's order--> manifest, failures, queue

Rows are read as work is handed out, never more than a few chunks ahead. What became of a chunk is
recorded when all before it is: a run that was killed leaves the beginning of the same manifest,
and the next one goes on from there. It looks at every file by its digest, so that one that a power
cut has damaged is made again.
"""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from handouts.deliver.crew import Crew, cluster_crew, local_crew, own_crew
from handouts.deliver.dispatch import Dispatcher, finished
from handouts.deliver.failures import Failures, failures_file
from handouts.deliver.files import make_folder, sweep
from handouts.deliver.fingerprint import content_digest
from handouts.deliver.flushing import repeated
from handouts.deliver.interrupts import deferred
from handouts.deliver.jobs import Setup
from handouts.deliver.lock import held
from handouts.deliver.manifest import MANIFEST, Manifest, Status, read_manifest
from handouts.deliver.options import BatchOptions, Rows
from handouts.deliver.output import is_url, open_output
from handouts.deliver.passphrases import Passphrases
from handouts.deliver.print_queue import PrintQueue
from handouts.deliver.print_run import Patient, PrintRun
from handouts.deliver.progress import Listener, Progress, Summary
from handouts.deliver.record import Recorder
from handouts.deliver.settings import record_date
from handouts.deliver.token import read_key
from handouts.deliver.work import Planner
from handouts.workspace import Workspace

KEY = "batch.key"
LOCK = ".batch.lock"


def run_batch(
    roster: Rows, workspace: Workspace, options: BatchOptions, listener: Listener
) -> Summary:
    """Make every handout of a roster that is not there yet, and what goes with them.

    Ctrl-C lets running chunks end, records them and returns an interrupted summary.

    Raises:
        DeliveryError: if files cannot be written, another batch runs in the folder, or the
            cluster cannot be reached. What was finished is recorded.
    """
    make_folder(options.state)
    with held(options.state / LOCK), ExitStack() as closing:
        return _Batch(roster, workspace, options, listener, closing).run()


class _Batch:
    """One run of a batch."""

    def __init__(
        self,
        roster: Rows,
        workspace: Workspace,
        options: BatchOptions,
        listener: Listener,
        closing: ExitStack,
    ) -> None:
        self.roster, self.workspace = roster, workspace
        self.options, self.listener = options, listener
        state, target = options.state, options.output
        target = target if is_url(target) else str(Path(target).resolve())
        self.output = open_output(target)
        self._sweep()
        # The key comes before the manifest: a kill between them leaves a key without a batch.
        self.again = (state / MANIFEST).exists()
        key = read_key(state / KEY, make=not self.again)
        record_date(state, workspace.today)
        self.manifest = closing.enter_context(Manifest(state / MANIFEST))
        self.setup = Setup(
            output=target,
            folder=workspace.folder.resolve() if workspace.folder else None,
            today=workspace.today,
            content=content_digest(workspace),
            mode=options.mode,
            paper=options.paper,
        )
        passphrases = (
            closing.enter_context(Passphrases(options.passphrases)) if options.passphrases else None
        )
        self.planner = Planner(key, self.setup, self.output, self.manifest, passphrases)
        self.failures = closing.enter_context(
            Failures(failures_file(state, options.rosters), roster.names)
        )
        self.queue = closing.enter_context(PrintQueue(options.sort)) if options.print_run else None
        self.progress = Progress(roster.total)
        self.recorder = Recorder(
            state, self.manifest, self.failures, self.queue, self.progress, listener
        )
        self.crew = closing.enter_context(self._crew())
        self.dispatcher = Dispatcher(self.crew)

    def _crew(self) -> AbstractContextManager[Crew]:
        if self.options.scheduler:
            return cluster_crew(self.setup, self.options.scheduler)
        if self.options.jobs == 1 or self.setup.output.startswith("memory:"):
            return own_crew(self.setup)
        return local_crew(self.setup, self.options.jobs)

    def run(self) -> Summary:
        """Work through the roster, then through the print run."""
        self.listener.begun(self.progress)
        printed, interrupted = 0, False
        try:
            with repeated(self.output.flush):
                self._work()
            self.output.flush()
            if self.again:
                self._tidy()
            printed = self._print()
        except KeyboardInterrupt:
            interrupted = True
            self._stop()
        progress = self.progress
        return Summary(
            total=progress.total,
            made=progress.made,
            laid_out=progress.laid_out,
            kept=progress.kept,
            failed=progress.failed,
            skipped=dict(self.roster.skipped),
            pages=self.recorder.pages,
            print_pages=printed,
            seconds=progress.seconds,
            interrupted=interrupted,
        )

    def _work(self) -> None:
        """Hand out all rows, and write down what becomes of them."""
        for chunk in self.planner.chunks(self.roster, self.options.chunk):
            self.dispatcher.hand_out(chunk)
            while self.dispatcher.full:
                self._settle()
        while self.dispatcher.waiting:
            self._settle()

    def _settle(self) -> None:
        """Wait for the first chunk and write down what became of it, all or nothing."""
        outcomes = self.dispatcher.outcomes(self.dispatcher.waiting[0])
        with deferred():
            self.recorder.record(self.dispatcher.waiting.popleft(), outcomes)

    def _stop(self) -> None:
        """Let what runs end, and record what is finished without a gap."""
        self.failures.keep_old()
        with contextlib.suppress(KeyboardInterrupt):
            self.crew.stop()
            while self.dispatcher.waiting and finished(self.dispatcher.waiting[0]):
                self._settle()
            self.output.flush()

    def _sweep(self) -> None:
        """Remove what killed runs left half-written."""
        self.output.sweep()
        sweep(self.options.state)
        if self.options.print_run is not None:
            sweep(self.options.print_run.parent, self.options.print_run.name)

    def _tidy(self) -> None:
        """Remove files of earlier runs that the manifest no longer names."""
        for entry in read_manifest(self.manifest.path):
            if entry.status is Status.MADE and entry.file:
                latest = self.manifest.made(entry.token)
                if latest is None or latest.file != entry.file:
                    self.output.remove(entry.file)

    def _print(self) -> int:
        """Write the print run; return its pages."""
        if self.queue is None or self.options.print_run is None:
            return 0
        self.listener.printing(0)
        separators = self.options.separators
        with PrintRun(self.options.print_run, self.workspace, separators=separators) as run:
            for item in self.queue:
                pdf = self.output.read(item.file)
                run.add(Patient(item.reference, item.token, item.code, pdf, item.password))
                self.listener.printing(run.patients)
        return run.pages
