"""Turn a roster into finished files, a manifest, a list of failures and a print run.

    rows --plan--> chunks --workers--> outcomes --in the roster's order--> manifest, failures, queue

Rows are read as work is handed out, never more than a few chunks ahead. What became of a chunk is
recorded when all before it is: a run that was killed leaves the beginning of the same manifest,
and the next one goes on from there. It looks at every file by its digest, so that one that a power
cut has damaged is made again. What stands in the folder is what the manifest says: see there.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from itertools import islice
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
    failures_file,
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
from handouts.deliver.output import is_url, open_output, repeated, storage_of
from handouts.deliver.print_run import PrintItem, PrintQueue, PrintRun, Sort
from handouts.deliver.tokens import Key, Passphrases, content_digest, read_key
from handouts.errors import ContentError, DeliveryError, HandoutError
from handouts.files import make_folder, make_private, real_path, sha256_of, sweep
from handouts.load.library import Library
from handouts.load.roster import Roster
from handouts.model.clinic import Mode, Paper, Pictures
from handouts.workspace import Workspace

CHUNK = 64
"""Rows that a worker takes at a time."""
_READ_AT_ONCE = 1000
"""Files that threads share out at a time: a list of all would grow with the batch."""


class BatchOptions(Struct, frozen=True):
    """How to make a batch.

    ``output`` is a folder or an fsspec URL, ``state`` the folder of this machine that holds
    manifest, key and failures; ``scheduler`` the address of a Dask cluster. ``passphrases`` is
    where passphrases are written that rows without a password get; None leaves those open.
    ``rosters`` are the files that the rows come from: none of them is written over. ``prune``:
    handouts of patients who left these lists are removed, if every row is good.
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
    """Make every handout of a roster that is not there yet, and what goes with them.

    Ctrl-C lets running chunks end, records them and returns an interrupted report. Whatever stops
    the work, as a full disk, is in the report of what was finished until then.

    Raises:
        DeliveryError: if nothing can be begun: the folder cannot be written, another batch runs in
            it, the cluster cannot be reached, or what reaches it is not installed.
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
        self.output = open_output(target)
        self._sweep()
        key = self._key()
        self.manifest = closing.enter_context(Manifest(state / MANIFEST))
        self.setup = self._setup(target)
        passphrases = (
            closing.enter_context(Passphrases(options.passphrases)) if options.passphrases else None
        )
        self.planner = WorkPlanner(key, self.setup, self.output, self.manifest, passphrases)
        self.failures = closing.enter_context(
            Failures(failures_file(state, options.rosters), roster.names)
        )
        self.queue = None
        if options.print_run:
            self.queue = closing.enter_context(PrintQueue(options.sort, Library(workspace)))
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
        self.pool = closing.enter_context(self._pool())
        self.dispatcher = Dispatcher(self.pool)

    def _setup(self, target: str) -> Setup:
        """Return what all jobs share; ``target`` is where they write."""
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

    def _key(self) -> Key:
        """Return the key of the folder; a new batch gets one, and its day is kept."""
        state = self.options.state
        # The key comes before the manifest: a kill between them leaves a key without a batch.
        resumed = holds_batch(state)
        if not resumed and _is_empty(state):
            make_private(state)
        key = read_key(state / KEY, make=not resumed)
        about = BatchState.read(state)
        about.date = self.workspace.today
        about.write(state)
        return key

    def _pool(self) -> AbstractContextManager[WorkerPool]:
        if self.options.scheduler:
            return cluster_workers(self.setup, self.options.scheduler)
        if self.options.jobs == 1 or self.setup.output.startswith("memory:"):
            return thread_worker(self.setup)
        return local_workers(self.setup, self.options.jobs)

    def run(self) -> BatchReport:
        """Work through the roster, then through the print run."""
        report = self.report
        self.listener.begun(report)
        try:
            with system_errors(self.options.state):
                with repeated(self.output.flush):
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
        """Hand out all rows, and write down what becomes of them."""
        for chunk in self.planner.chunks(self.roster, self.options.chunk):
            self.dispatcher.hand_out(chunk)
            while self.dispatcher.full:
                self._settle()
        while self.dispatcher.waiting:
            self._settle()

    def _settle(self) -> None:
        """Wait for the first chunk and write down what became of it, all or nothing."""
        waiting = self.dispatcher.waiting
        outcomes = self.dispatcher.outcomes(waiting[0])
        with interrupts_deferred():
            try:
                self.recorder.record(waiting.popleft(), outcomes)
            except BaseException:
                # What comes after would leave a gap.
                waiting.clear()
                raise

    def _stop(self) -> None:
        """Let running chunks end, and record those before the first unfinished one."""
        self.failures.keep_old()
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
        """Remove what killed runs left half-written."""
        self.output.sweep()
        sweep(self.options.state)
        sweep(self.options.state / WORDS)
        if self.options.print_run is not None:
            sweep(self.options.print_run.parent, self.options.print_run.name)

    def _tidy(self) -> None:
        """Find the handouts that stand in no list any more; remove files that were replaced.

        A patient has left if the list that they stood in was read now. Of lists that were not
        read this is not known, and a list of failures never was a whole one. Nobody is removed
        while a row is wrong: it may be that of the patient who seems to have left.
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
        """Make sure that every handout that was made is there, as it was written.

        Raises:
            DeliveryError: if some are not: another program removed or changed them meanwhile.
        """
        if self.output.confirms:
            return
        good = self.manifest.now.made(Listed.GOOD)
        lost, jobs = 0, self.options.jobs
        # The workers are done, and threads read and digest files side by side.
        with ThreadPoolExecutor(jobs) as readers:
            while some := tuple(islice(good, _READ_AT_ONCE)):
                lost += sum(readers.map(self._lost, (some[at::jobs] for at in range(jobs))))
        if lost:
            self.report.lose(lost)
            raise DeliveryError(
                f"of the handouts that were made {lost} are not there any more, or were changed",
                hint="see what else works in that folder",
                retry=True,
            )

    def _lost(self, entries: Sequence[ManifestEntry]) -> int:
        """Return how many handouts are not there as they were written."""
        return sum(not holds(self.output, entry) for entry in entries)

    def _print(self) -> int:
        """Write the print run; return its pages.

        Without a handout there is no file: viewers call one without pages damaged, and one of an
        earlier run would be printed for the patients of that run.
        """
        if self.queue is None or self.options.print_run is None:
            return 0
        if self.queue.empty:
            real_path(self.options.print_run).unlink(missing_ok=True)
            return 0
        self.listener.printing(0)
        separators = self.options.separators
        with PrintRun(self.options.print_run, self.workspace, separators=separators) as run:
            for item in self.queue:
                pdf = self.output.read(item.file)
                if sha256_of(pdf) != item.sha256:
                    raise ContentError(
                        f"the handout {item.token} is not the file that was made",
                        "make it again: remove it and use --resume",
                    )
                run.add(PrintItem(item.reference, item.token, item.code, pdf, item.password))
                self.listener.printing(run.patients)
        return run.pages


def _is_empty(folder: Path) -> bool:
    """Return whether nothing stands in a folder but the lock."""
    return all(path.name == LOCK for path in folder.iterdir())
