"""Write what became of rows into the manifest, the list of failures and the print queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from handouts.deliver.batch.diff import WORDS
from handouts.deliver.batch.failures import Failures
from handouts.deliver.batch.jobs import Failed, Halted, Made, Outcome
from handouts.deliver.batch.progress import BatchListener, Progress
from handouts.deliver.batch.work import Chunk, Settled, Wanted
from handouts.deliver.manifest import Manifest, ManifestEntry, Status
from handouts.deliver.printing.queue import PrintQueue
from handouts.errors import DeliveryError
from handouts.files import make_folder, make_private, write_whole
from handouts.model.roster import RosterRow


@dataclass(slots=True)
class Recorder:
    """Where a batch writes things down; ``pages`` counts those of all handouts.

    ``make_room`` gives back room on the disk that was kept for this, where the disk is full.
    """

    state: Path
    manifest: Manifest
    failures: Failures
    queue: PrintQueue | None
    progress: Progress
    listener: BatchListener
    make_room: Callable[[], None]
    pages: int = field(default=0)

    def record(self, chunk: Chunk, outcomes: tuple[Outcome, ...]) -> None:
        """Write down a chunk: on the disk before anybody is told.

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
        self.listener.advanced(self.progress)
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
        self.progress.failed += 1
        self.failures.add(row.file, row.row, row.cells, item.problems)
        self.listener.failed(row.file, row.row, row.reference, item.problems)

    def _finished(self, item: Settled) -> None:
        self.progress.made += item.made
        self.progress.unchanged += not item.made
        self.progress.laid_out += item.laid_out
        self.progress.drafts += item.entry.draft
        self.pages += item.entry.pages or 0
        if self.queue is not None and isinstance(item.row, RosterRow):
            self.queue.add(item.row, item.entry, item.password)

    def _settled(self, item: Wanted, outcome: Made | Failed) -> Settled:
        row = item.job.row
        if isinstance(outcome, Failed):
            failed = ManifestEntry(row.file, row.row, row.reference, item.job.token, Status.FAILED)
            return Settled(row, failed, outcome.problems)
        self._keep_words(outcome)
        entry = ManifestEntry(
            roster=row.file,
            row=row.row,
            reference=row.reference,
            token=item.job.token,
            status=Status.MADE,
            program=row.program,
            clinic=row.clinic,
            layout=row.layout,
            language=outcome.language,
            code=outcome.code,
            revision=outcome.code.rpartition("-")[2],
            file=outcome.file,
            sha256=outcome.sha256,
            pages=outcome.pages,
            bytes=outcome.size,
            encrypted=item.job.password is not None,
            draft=outcome.draft,
            fingerprint=item.fingerprint,
            row_digest=item.row_digest,
        )
        return Settled(row, entry, (), item.job.password, made=True, laid_out=outcome.laid_out)

    def _keep_words(self, made: Made) -> None:
        if made.words is None:
            return
        path = self.state / WORDS / f"{made.code}.txt"
        if not path.exists():
            make_folder(path.parent)
            make_private(path.parent)
            write_whole(path, made.words.encode())
