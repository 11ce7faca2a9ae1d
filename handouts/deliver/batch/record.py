"""Turn outcomes of rows into lines of the manifest, a list of failures and a report.

The list of failures is a CSV that users can correct and feed back in as it is.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct, field

from handouts.deliver.batch.diff import WORDS
from handouts.deliver.batch.jobs import Chunk, Failed, Halted, Job, MadeFile, Outcome, Settled
from handouts.deliver.manifest import BatchState, Manifest, ManifestEntry, Status
from handouts.deliver.print_run import PrintQueue
from handouts.errors import DeliveryError, HandoutError, Problem
from handouts.files import read_plain, real_path, refused, sha256_of, write_whole
from handouts.load.roster.table import csv_line
from handouts.model.roster import FAILURE_PLACE, FAILURE_REASON, Column, RosterRow

FAILED = "failed.csv"
_HIDDEN = "?"
"""Replaces a password in the list. It is too short to be one, so that a row fed back with it is
refused again. With an empty cell the handout would be made without encryption."""
_RETYPE = "type the password again: it is not repeated here"
_MARK = b"\xef\xbb\xbf"
"""Without this byte order mark Excel reads UTF-8 as a Windows code page."""


def failures_file(folder: Path, rosters: Sequence[Path], name: str = FAILED) -> Path:
    """Return the path for the rows that fail: ``failed.csv``.

    If that file is being read or has changed since it was written, somebody is correcting it: the
    path is then ``failed-2.csv`` and so on.
    """
    read = {real_path(path) for path in rosters}
    numbers = itertools.count(2)
    path = first = folder / name
    while real_path(path) in read or (path.exists() and not _is_ours(path)):
        path = first.with_stem(f"{first.stem}-{next(numbers)}")
    return path


class Failures:
    """The rows that failed in this run, which become a file at its end.

    Columns: where the row stood, the columns of the roster, what is wrong and what to do. Of a
    password only that there was one.
    """

    def __init__(
        self, folder: Path, rosters: Sequence[Path], names: Sequence[str], file: str = FAILED
    ) -> None:
        self.folder, self.rosters, self.names, self.file = folder, rosters, tuple(names), file
        self._lines: list[str] = []

    @property
    def count(self) -> int:
        """How many rows failed."""
        return len(self._lines)

    def add(
        self, roster: str, row: int, cells: Mapping[str, str], problems: Sequence[Problem]
    ) -> None:
        """Add a row with its cells as they were read."""
        values = {name: cells.get(name, "") for name in self.names}
        why = "; ".join(problem.placed for problem in problems)
        hints = [problem.hint for problem in problems if problem.hint]
        if values.get(Column.PASSWORD):
            values[Column.PASSWORD] = _HIDDEN
            hints.append(_RETYPE)
        todo = "; ".join(dict.fromkeys(hints))
        self._lines.append(csv_line((roster, str(row), *values.values(), why, todo)))

    def put(self) -> Path | None:
        """Put the file in place of the one before, which goes if no row failed; return its path.

        A run that did not come to its end keeps the old one: its own may lack rows.

        Raises:
            DeliveryError: if the disk refuses.
        """
        # Only now: somebody may have corrected the old one during the run.
        path = failures_file(self.folder, self.rosters, self.file)
        if self._lines:
            head = csv_line((*FAILURE_PLACE, *self.names, *FAILURE_REASON))
            content = _MARK + "".join((head, *self._lines)).encode()
            state = BatchState.read(self.folder)
            state.note_list(path.name, _digest(path), sha256_of(content))
            state.write(self.folder)
            write_whole(path, content)
            return path
        if _is_ours(path):
            try:
                path.unlink()
            except OSError as reason:
                raise refused(path, reason) from None
        return None


def _is_ours(path: Path) -> bool:
    """Return whether a file is as we wrote it; otherwise we must not replace it."""
    digest = _digest(path)
    return digest is not None and BatchState.read(path.parent).is_list(path.name, digest)


def _digest(path: Path) -> str | None:
    try:
        return sha256_of(read_plain(path))
    except OSError:
        return None


class BatchReport(Struct):
    """The progress of a batch, and at the end its result.

    ``made`` counts the handouts of this run, and ``laid_out`` those of them that were laid out in
    full instead of stamped. ``unchanged`` counts handouts of earlier runs that are complete and
    unchanged. ``drafts`` counts handouts, made or unchanged, that the clinic has not reviewed.
    ``skipped`` counts rows that get no handout, by reason.

    At the end, ``older`` counts failed rows whose patient still has the handout of an earlier run.
    ``unlisted`` has the references of patients who have a handout but left the list, and
    ``removed`` is True if their handouts were removed. ``other_lists`` counts handouts of lists
    that this run did not read. ``stopped`` is the error that ended the run.
    """

    total: int
    made: int = 0
    laid_out: int = 0
    unchanged: int = 0
    failed: int = 0
    skipped: Mapping[str, int] = {}
    pages: int = 0
    print_pages: int = 0
    started: float = field(default_factory=time.monotonic)
    interrupted: bool = False
    older: int = 0
    unlisted: tuple[str, ...] = ()
    removed: bool = False
    other_lists: int = 0
    drafts: int = 0
    stopped: HandoutError | None = None

    @property
    def done(self) -> int:
        """How many rows are settled."""
        return self.made + self.unchanged + self.failed

    def lose(self, lost: Sequence[ManifestEntry]) -> None:
        """Subtract handouts that are no longer there from the counts."""
        made = min(len(lost), self.made)
        self.made, self.unchanged = self.made - made, self.unchanged - (len(lost) - made)
        self.pages -= sum(entry.pages for entry in lost)
        self.drafts -= sum(entry.draft for entry in lost)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def rate(self) -> float:
        """Handouts made per second; 0.0 before the first."""
        return self.made / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """The estimated seconds left; None before anything is made."""
        return (self.total - self.done) / self.rate if self.rate > 0 else None


class BatchListener(Protocol):
    """Receives the progress of a batch. The command line shows it as a bar, lines or JSON."""

    def begun(self, report: BatchReport) -> None:
        """Receive the report when work begins."""
        ...

    def advanced(self, report: BatchReport) -> None:
        """Receive the report when more rows are settled."""
        ...

    def failed(self, roster: str, row: int, reference: str, problems: Sequence[Problem]) -> None:
        """Receive a row that failed."""
        ...

    def printing(self) -> None:
        """Note that the print run begins."""
        ...


class Recorder(Struct):
    """Records what happens in a batch.

    ``make_room`` frees reserved disk space, so that outcomes can be recorded on a full disk.
    """

    state: Path
    manifest: Manifest
    failures: Failures
    queue: PrintQueue | None
    report: BatchReport
    listener: BatchListener
    make_room: Callable[[], None]

    def record(self, chunk: Chunk, outcomes: tuple[Outcome, ...]) -> None:
        """Record a chunk on the disk, then tell the listener.

        Raises:
            DeliveryError: if the files of the chunk or the records cannot be written.
        """
        full = next((item for item in outcomes if isinstance(item, Halted)), None)
        try:
            if full is not None:
                self.make_room()
            settled = self._written_down(chunk, outcomes)
        except DeliveryError as error:
            full = Halted(error.problems)
            self.make_room()
            settled = self._written_down(chunk, outcomes)
        for item in settled:
            if item.entry.status is Status.FAILED:
                self._failed(item)
            else:
                self._finished(item)
        self.listener.advanced(self.report)
        if full is not None:
            raise DeliveryError(full.problems, retry=True)

    def _written_down(self, chunk: Chunk, outcomes: tuple[Outcome, ...]) -> list[Settled]:
        """Add outcomes of rows to the manifest, up to the row at which the work halted."""
        results = iter(outcomes)
        settled: list[Settled] = []
        for item in chunk.items:
            if isinstance(item, Settled):
                settled.append(item)
                continue
            outcome = next(results)
            if isinstance(outcome, Halted):
                break
            settled.append(self._settled(item, outcome))
        self.manifest.append(item.entry for item in settled)
        return settled

    def _failed(self, item: Settled) -> None:
        row = item.row
        self.report.failed += 1
        self.failures.add(row.file, row.row, row.cells, item.problems)
        self.listener.failed(row.file, row.row, row.reference, item.problems)

    def _finished(self, item: Settled) -> None:
        self.report.made += item.made
        self.report.unchanged += not item.made
        self.report.laid_out += item.laid_out
        self.report.drafts += item.entry.draft
        self.report.pages += item.entry.pages
        if self.queue is not None and isinstance(item.row, RosterRow):
            self.queue.add(item.row, item.entry, item.password)

    def _settled(self, job: Job, outcome: MadeFile | Failed) -> Settled:
        row = job.row
        if isinstance(outcome, Failed):
            return Settled(row, ManifestEntry.failed(row, job.token), outcome.problems)
        self._keep_words(outcome)
        return Settled(row, outcome.entry, (), job.password, made=True, laid_out=outcome.laid_out)

    def _keep_words(self, made: MadeFile) -> None:
        if made.words is None:
            return
        path = self.state / WORDS / f"{made.entry.code}.txt"
        if not path.exists():
            write_whole(path, made.words.encode())
