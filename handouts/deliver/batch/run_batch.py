"""Turn a roster into finished files, a manifest, a list of failures and a print run.

    rows --plan--> chunks --workers--> outcomes --in the roster's order--> manifest, failures, queue

Rows are read as work is handed out, only a few chunks ahead. A chunk is recorded after all chunks
before it: a run that was killed leaves the beginning of the same manifest, and the next run
continues from there. The next run also checks the digest of every file, so that a file damaged by a
power cut is made again. `handouts.deliver.manifest` decides which files belong in the folder.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from itertools import chain, islice
from pathlib import Path

from msgspec import Struct

from handouts.deliver.batch.diff import WORDS
from handouts.deliver.batch.jobs import Setup, WorkPlanner, holds
from handouts.deliver.batch.record import (
    FAILED,
    BatchListener,
    BatchReport,
    Failures,
    Recorder,
)
from handouts.deliver.batch.workers import (
    Dispatcher,
    WorkerPool,
    cluster_workers,
    dask,
    finished,
    local_workers,
    thread_worker,
)
from handouts.deliver.guards import Reserve, held, interrupts_deferred, system_errors
from handouts.deliver.manifest import (
    KEY,
    LOCK,
    MANIFEST,
    BatchState,
    Listed,
    Manifest,
    ManifestEntry,
    holds_batch,
)
from handouts.deliver.output import is_url, open_output, storage_of
from handouts.deliver.print_run import (
    PrintItem,
    PrintQueue,
    Sort,
    open_print_run,
    remove_print_run,
)
from handouts.deliver.tokens import Key, Passphrases, content_digest, read_key
from handouts.errors import DeliveryError, HandoutError
from handouts.files import make_folder, make_private, real_path, sha256_of, sweep
from handouts.load.library import Library
from handouts.load.roster import Roster
from handouts.model.clinic import Mode, Paper, Pictures
from handouts.workspace import Workspace

CHUNK = 64
"""Rows that a worker takes at a time."""
_READ_AT_ONCE = 1000
"""Files that the threads check in one round: a list of all files would grow with the batch."""


class BatchOptions(Struct, frozen=True):
    """How to make a batch.

    ``output`` is a folder or an fsspec URL. ``state`` is the local folder for manifest, key and
    failures. ``scheduler`` is the address of a Dask cluster. ``passphrases`` is the file for the
    passphrases of rows that have no password; with None these handouts are not encrypted.
    ``rosters`` are the files that the rows come from, which are never overwritten. With ``prune``
    the handouts of patients who left these lists are removed, if every row is good.
    """

    output: str
    state: Path
    jobs: int
    scheduler: str | None = None
    passphrases: Path | None = None
    print_run: Path | None = None
    separators: bool = False
    sort: Sort | None = None
    mode: Mode = Mode.COLOUR
    paper: Paper | None = None
    pictures: Pictures | None = None
    rosters: tuple[Path, ...] = ()
    prune: bool = False
    chunk: int = CHUNK


def run_batch(
    roster: Roster, workspace: Workspace, options: BatchOptions, listener: BatchListener
) -> BatchReport:
    """Make every handout of a roster that is not there yet, with records and a print run.

    After Ctrl-C the running chunks finish and are recorded, and the report says that the run was
    interrupted. If something else stops the work, such as a full disk, the report has that error
    and what was finished before.

    Raises:
        DeliveryError: if the batch cannot begin: the folder cannot be written, another batch runs
            in it, the cluster cannot be reached, or its packages are not installed.
    """
    if is_url(options.output):
        storage_of(options.output)
    if options.scheduler:
        dask()
    make_folder(options.state)
    with held(options.state / LOCK), system_errors(options.state), ExitStack() as closing:
        return _Batch(roster, workspace, options, listener, closing).run()


class _Batch:
    """One run of a batch."""

    def __init__(
        self,
        roster: Roster,
        workspace: Workspace,
        options: BatchOptions,
        listener: BatchListener,
        closing: ExitStack,
    ) -> None:
        self.roster, self.workspace = roster, workspace
        self.options, self.listener = options, listener
        state, target = options.state, options.output
        target = target if is_url(target) else str(real_path(Path(target)))
        self.output = open_output(target, make=True)
        self._sweep()
        self.setup = self._setup(target)
        # What can be refused comes before passphrases, key and manifest, which begin a batch.
        self.resumed = holds_batch(state)
        key, about = self._known()
        if self.resumed:
            self.manifest = closing.enter_context(Manifest(state / MANIFEST))
        self.pool = closing.enter_context(self._pool())
        passphrases = (
            closing.enter_context(Passphrases(options.passphrases)) if options.passphrases else None
        )
        key = key or self._new_key()
        about.date = workspace.today
        about.write(state)
        if not self.resumed:
            self.manifest = closing.enter_context(Manifest(state / MANIFEST))
        # Made only here: a folder that somebody removes during the run must not come back.
        make_folder(state / WORDS)
        make_private(state / WORDS)
        self.planner = WorkPlanner(key, self.setup, self.output, self.manifest, passphrases)
        self.failures = Failures(state, options.rosters, roster.names)
        self.queue = None
        if options.print_run:
            self.queue = PrintQueue(options.sort, Library(workspace))
        self.report = BatchReport(roster.total, skipped=dict(roster.skipped))
        self.reserve = closing.enter_context(Reserve(state))
        self.recorder = Recorder(
            state,
            self.manifest,
            self.failures,
            self.queue,
            self.report,
            listener,
            self._make_room,
        )
        self.dispatcher = Dispatcher(self.pool)

    def _setup(self, target: str) -> Setup:
        """Return the settings that all jobs share; ``target`` is where they write."""
        workspace, options = self.workspace, self.options
        return Setup(
            output=target,
            folder=real_path(workspace.folder) if workspace.folder else None,
            today=workspace.today,
            content=content_digest(workspace),
            mode=options.mode,
            paper=options.paper,
            pictures=options.pictures,
        )

    def _known(self) -> tuple[Key | None, BatchState]:
        """Return what the folder has of a batch; a new one has no key, unless it was killed early.

        The key comes before the manifest: a kill between them leaves a key without a batch.
        """
        state = self.options.state
        there = self.resumed or (state / KEY).exists()
        return read_key(state / KEY, make=False) if there else None, BatchState.read(state)

    def _new_key(self) -> Key:
        """Make the key of a new batch; the folder becomes private if it is only ours."""
        state = self.options.state
        if all(path.name == LOCK for path in state.iterdir()):
            make_private(state)
        return read_key(state / KEY, make=True)

    def _pool(self) -> AbstractContextManager[WorkerPool]:
        if self.options.scheduler:
            return cluster_workers(self.setup, self.options.scheduler)
        if self.options.jobs == 1:
            return thread_worker(self.setup)
        return local_workers(self.setup, self.options.jobs)

    def run(self) -> BatchReport:
        """Process the roster, then the print run."""
        report = self.report
        self.listener.begun(report)
        try:
            with system_errors(self.options.state):
                self._work()
                self.output.flush()
                self._tidy()
                self._confirm()
                self.failures.put()
                report.print_pages = self._print()
        except KeyboardInterrupt:
            report.interrupted = True
            self._stop()
        except HandoutError as error:
            report.stopped = error
            self._stop()
        wrong = self.manifest.now.made(Listed.WRONG)
        report.older = sum(holds(self.output, entry) for entry in wrong)
        return report

    def _work(self) -> None:
        """Hand out all rows and record their outcomes."""
        for chunk in self.planner.chunks(self.roster, self.options.chunk):
            self.dispatcher.hand_out(chunk)
            while self.dispatcher.full:
                self._settle()
        while self.dispatcher.waiting:
            self._settle()

    def _settle(self) -> None:
        """Wait for the first chunk and record its outcomes, all or none."""
        waiting = self.dispatcher.waiting
        outcomes = self.dispatcher.outcomes(waiting[0])
        with interrupts_deferred():
            try:
                self.recorder.record(waiting.popleft(), outcomes)
            except BaseException:
                # Recording later chunks would leave a gap.
                waiting.clear()
                raise

    def _stop(self) -> None:
        """Let running chunks end, and record those before the first unfinished one."""
        with contextlib.suppress(KeyboardInterrupt, HandoutError, OSError, sqlite3.Error):
            self.pool.stop()
            while self.dispatcher.waiting and finished(self.dispatcher.waiting[0]):
                self._settle()
            self.output.flush()

    def _make_room(self) -> None:
        """Stop the workers, and free disk space to record what they made."""
        self.pool.stop()
        self.reserve.close()

    def _sweep(self) -> None:
        """Remove half-written files of runs that were killed."""
        self.output.sweep()
        sweep(self.options.state)
        sweep(self.options.state / WORDS)
        if self.options.print_run is not None:
            sweep(self.options.print_run.parent, self.options.print_run.name)

    def _tidy(self) -> None:
        """Find handouts of patients who left their list, and remove files that were replaced.

        A patient has left if this run read their list and they were not in it. Nothing is known
        about lists that were not read, and a list of failures was never complete. Nobody is removed
        while a row is wrong: it may belong to the patient who seems to have left.
        """
        options, now, report = self.options, self.manifest.now, self.report
        read = {real_path(path) for path in options.rosters}
        read -= {real_path(path) for path in options.state.glob(f"{Path(FAILED).stem}*")}
        gone = []
        for entry in now.made(Listed.NOT):
            if real_path(Path(entry.roster)) in read:
                gone.append(entry)
            else:
                report.other_lists += 1
        gone.sort(key=lambda entry: (entry.roster, entry.row))
        report.unlisted = tuple(entry.reference for entry in gone)
        if options.prune and not report.failed:
            self.manifest.append(entry.removed() for entry in gone)
            report.removed = bool(gone)
        for file in now.replaced():
            self.output.remove(file)

    def _confirm(self) -> None:
        """Check that every handout of the list is there as it was written.

        A print run reads all of them, and checks them itself.

        Raises:
            DeliveryError: if another program removed or changed some of them during the run.
        """
        if self.output.confirms or self.queue is not None:
            return
        good = self.manifest.now.made(Listed.GOOD)
        lost: list[ManifestEntry] = []
        jobs = self.options.jobs
        # The workers have finished, so threads can read and digest files in parallel.
        with ThreadPoolExecutor(jobs) as readers:
            while some := tuple(islice(good, _READ_AT_ONCE)):
                lost += chain(*readers.map(self._lost, (some[at::jobs] for at in range(jobs))))
        self._refuse(lost)

    def _refuse(self, lost: Sequence[ManifestEntry]) -> None:
        """Raise an error if handouts are not there as they were written."""
        if lost:
            self.report.lose(lost)
            raise DeliveryError(
                f"{len(lost)} of the handouts that were made are missing or were changed",
                hint="check which other program changes files in that folder",
                retry=True,
            )

    def _lost(self, entries: Sequence[ManifestEntry]) -> list[ManifestEntry]:
        """Return the handouts that are not there as they were written."""
        return [entry for entry in entries if not holds(self.output, entry)]

    def _print(self) -> int:
        """Write the print run; return its pages.

        Without a handout there is no file: viewers call one without pages damaged, and one of an
        earlier run would be printed for the patients of that run.

        Raises:
            DeliveryError: if it would replace a handout, or some handouts are not there as written.
        """
        path = self.options.print_run
        if self.queue is None or path is None:
            return 0
        if self._is_handout(path):
            raise DeliveryError(
                f"{path} is the handout of a patient; no print run was written",
                hint="give the print run another name",
            )
        if self.queue.empty:
            remove_print_run(path)
            return 0
        self.listener.printing()
        separators = self.options.separators
        with open_print_run(path, self.workspace, separators=separators) as run:
            lost = []
            for made, password in self.queue:
                pdf = self._intact(made)
                if pdf is None:
                    lost.append(made)
                    continue
                run.add(PrintItem(made.reference, made.token, made.code, pdf, password))
            self._refuse(lost)
        return run.pages

    def _is_handout(self, path: Path) -> bool:
        """Return whether a path is that of a handout in the output folder."""
        return real_path(path).parent == Path(self.setup.output) and self.manifest.now.names(
            path.name
        )

    def _intact(self, made: ManifestEntry) -> bytes | None:
        """Return the file of a handout, None if it is not there as it was written."""
        try:
            pdf = self.output.read(made.file)
        except DeliveryError:
            if self.output.confirms:
                raise  # it is there, but the storage cannot be reached now
            return None
        return pdf if sha256_of(pdf) == made.sha256 else None
