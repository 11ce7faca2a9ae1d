"""Turn what became of rows into lines of the manifest, a list of failures and a report.

The list of failures is a CSV that can be corrected and fed back in as it is.
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
from handouts.files import (
    make_folder,
    make_private,
    read_plain,
    real_path,
    refused,
    sha256_of,
    write_whole,
)
from handouts.load.roster.table import csv_line
from handouts.model.roster import FAILURE_PLACE, FAILURE_REASON, Column, RosterRow

FAILED = "failed.csv"
_HIDDEN = "?"
"""Stands in place of a password. It is too short for one: a row fed back with it is refused again,
where an empty cell would let the handout be made for everybody to open."""
_RETYPE = "type the password again: it is not repeated here"
_MARK = b"\xef\xbb\xbf"
"""Without it Excel takes UTF-8 for the letters of Windows."""


def failures_file(folder: Path, rosters: Sequence[Path], name: str = FAILED) -> Path:
    """Return where the rows go that fail: ``failed.csv``.

    Beside it if that is being read, or is not as it was written: somebody is correcting it.
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

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        self.path, self.names = path, tuple(names)
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

    def put(self) -> None:
        """Put the file in place of the one before, which goes if no row failed.

        A run that did not come to its end keeps the old one: its own may lack rows.

        Raises:
            DeliveryError: if the disk refuses.
        """
        if self._lines:
            head = csv_line((*FAILURE_PLACE, *self.names, *FAILURE_REASON))
            content = _MARK + "".join((head, *self._lines)).encode()
            state = BatchState.read(self.path.parent)
            state.note_list(self.path.name, sha256_of(content))
            state.write(self.path.parent)
            write_whole(self.path, content)
        elif _is_ours(self.path):
            try:
                self.path.unlink()
            except OSError as reason:
                raise refused(self.path, reason) from None


def _is_ours(path: Path) -> bool:
    """Return whether a file is as it was written here: if not it is not ours to replace."""
    try:
        digest = sha256_of(read_plain(path))
    except OSError:
        return False
    return BatchState.read(path.parent).is_list(path.name, digest)


class BatchReport(Struct):
    """How far a batch is, and in the end what became of it.

    ``made`` counts handouts of this run, ``laid_out`` those of them that were laid out in full, not
    stamped. ``unchanged``: complete and unchanged since an earlier run. ``drafts``: made or
    unchanged, and not reviewed by the clinic. ``skipped``: rows that get no handout, by reason.

    At the end: ``older`` are failed rows whose patient keeps the handout that an earlier run made;
    ``unlisted`` references of patients who have a handout and left the list, ``removed`` whether
    theirs were removed; ``other_lists`` handouts of lists that were not read now; ``stopped`` what
    ended the run.
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
        """Rows that are settled."""
        return self.made + self.unchanged + self.failed

    def lose(self, count: int) -> None:
        """Take handouts that are not there any more out of the counts."""
        made = min(count, self.made)
        self.made, self.unchanged = self.made - made, self.unchanged - (count - made)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def rate(self) -> float:
        """Handouts made in a second; 0.0 before the first."""
        return self.made / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """About how many seconds are left; None before anything is made."""
        return (self.total - self.done) / self.rate if self.rate > 0 else None


class BatchListener(Protocol):
    """Is told how a batch goes on. The command line shows a bar, lines or JSON."""

    def begun(self, report: BatchReport) -> None:
        """Work begins."""
        ...

    def advanced(self, report: BatchReport) -> None:
        """More rows are settled."""
        ...

    def failed(self, roster: str, row: int, reference: str, problems: Sequence[Problem]) -> None:
        """A row failed."""
        ...

    def printing(self, patients: int) -> None:
        """So many patients are in the print run; 0: it begins."""
        ...


class Recorder(Struct):
    """Where a batch writes things down.

    ``make_room`` gives back room on the disk that was kept for this, where the disk is full.
    """

    state: Path
    manifest: Manifest
    failures: Failures
    queue: PrintQueue | None
    report: BatchReport
    listener: BatchListener
    make_room: Callable[[], None]

    def record(self, chunk: Chunk, outcomes: tuple[Outcome, ...]) -> None:
        """Record a chunk: on the disk before the listener hears of it.

        Raises:
            DeliveryError: if files cannot be written, those of the chunk or what is written down.
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
        """Add what became of rows to the manifest, up to the one with which the work halted."""
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
        self.report.pages += item.entry.pages or 0
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
            make_folder(path.parent)
            make_private(path.parent)
            write_whole(path, made.words.encode())
