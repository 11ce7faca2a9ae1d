"""Turn rows of a roster into jobs, and jobs into finished files: what a worker does.

A worker loads content and fonts once and keeps them. It writes each file itself and returns only
the outcome, so that no finished PDF travels between processes.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from functools import cached_property, lru_cache
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from handouts import __version__
from handouts.deliver.batch.diff import words_of
from handouts.deliver.check_handouts import unlikely
from handouts.deliver.finished_pdf import encrypt
from handouts.deliver.manifest import Manifest, ManifestEntry, Status
from handouts.deliver.output import Output, open_output
from handouts.deliver.tokens import (
    Key,
    Passphrases,
    content_digest,
    file_name,
    fingerprint,
    row_digest,
)
from handouts.errors import DeliveryError, HandoutError, Problem, where
from handouts.files import sha256_of
from handouts.load.library import Library
from handouts.load.roster import Roster
from handouts.model.base import Sealed
from handouts.model.clinic import Mode, Paper, Pictures
from handouts.model.order import Order
from handouts.model.roster import RosterRow, RowProblem
from handouts.stamp.press import Press
from handouts.workspace import Workspace

_MOST_CODES = 10_000
_ONE_AT_A_TIME = threading.Lock()
"""Two threads cannot use a worker's press at the same time."""


class Setup(Struct, frozen=True):
    """What all jobs of a batch share; ``content`` shows whether a worker has the same content."""

    output: str
    folder: Path | None
    today: dt.date
    content: str
    mode: Mode = Mode.COLOUR
    paper: Paper | None = None
    pictures: Pictures | None = None
    version: str = __version__


class Job(Sealed, frozen=True):
    """One handout to make, with the digests of its sources: see `ManifestEntry`."""

    row: RosterRow
    token: str
    fingerprint: str
    row_digest: str
    password: str | None = None


class MadeFile(Struct, frozen=True):
    """A file that was written.

    ``words`` is the text that all patients with this code get, or None if this worker has already
    returned it. ``laid_out`` is True if the handout was laid out in full, as the first of its kind
    or because its words needed different space.
    """

    entry: ManifestEntry
    words: str | None
    laid_out: bool


class Failed(Struct, frozen=True):
    """Why a handout could not be made."""

    problems: tuple[Problem, ...]


class Halted(Struct, frozen=True):
    """Why nothing more can be written, such as a full disk: the rest of the chunk is not tried."""

    problems: tuple[Problem, ...]


Outcome = MadeFile | Failed | Halted


class Worker:
    """Content and fonts of one batch in one process."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.workspace = Workspace(setup.folder, today=setup.today)
        self.library = Library(self.workspace)
        self.press = Press(self.library)
        self.output = open_output(setup.output)
        self._described: set[str] = set()

    def make(self, job: Job) -> Outcome:
        """Make one handout and write it."""
        try:
            return self._made(job)
        except DeliveryError as error:
            return Halted(error.problems)
        except HandoutError as error:
            return Failed(error.problems)
        except Exception as error:  # noqa: BLE001 - the other patients' handouts must not wait for a bug
            kind = type(error).__name__
            return Failed((Problem(f"handouts has a bug: {kind} at {where(error)}"),))

    def _made(self, job: Job) -> MadeFile:
        row, setup = job.row, self.setup
        request = replace(
            row.request,
            paper=setup.paper,
            mode=setup.mode,
            pictures=setup.pictures,
            token=job.token,
        )
        handout = self.press.make(request)
        name = file_name(row.reference, job.token, handout.code)
        file = handout.file
        parts, digest = file.parts, file.sha256
        if job.password:
            parts = (encrypt(file.pdf, job.password),)
            digest = sha256_of(parts[0])
        self.output.write(name, *parts)
        entry = ManifestEntry(
            roster=row.file,
            row=row.row,
            reference=row.reference,
            token=job.token,
            status=Status.MADE,
            program=row.program,
            clinic=row.clinic,
            layout=row.layout,
            language=handout.language,
            code=handout.code,
            revision=handout.code.rpartition("-")[2],
            file=name,
            sha256=digest,
            pages=handout.pages,
            bytes=sum(map(len, parts)),
            encrypted=job.password is not None,
            draft=handout.order.checked is None,
            fingerprint=job.fingerprint,
            row_digest=job.row_digest,
        )
        return MadeFile(entry, self._words(handout.order, handout.code), handout.laid_out)

    def _words(self, order: Order, code: str) -> str | None:
        if code in self._described:
            return None
        if len(self._described) == _MOST_CODES:
            self._described.clear()
        self._described.add(code)
        return words_of(order)


@lru_cache(maxsize=1)
def _worker(setup: Setup) -> Worker:
    """Return the worker of this process.

    Raises:
        DeliveryError: if its software or content differs from that of the batch.
    """
    if setup.version != __version__:
        raise DeliveryError(
            f"a worker has handouts {__version__}, not {setup.version}",
            hint="install the same version on every machine of the cluster",
        )
    worker = Worker(setup)
    if content_digest(worker.workspace) != setup.content:
        raise DeliveryError(
            "a worker found content that differs from the start of the batch",
            hint="do not edit content during a batch; all machines need the same clinic's folder",
        )
    return worker


def run_jobs(setup: Setup, jobs: tuple[Job, ...]) -> tuple[Outcome, ...]:
    """Make the handouts of a chunk of rows and return the outcomes in their order.

    If files can no longer be written, the last outcome is `Halted`. The outcomes before it are
    still returned.

    Raises:
        DeliveryError: if this worker has another version or other content.
    """
    outcomes: list[Outcome] = []
    with _ONE_AT_A_TIME:
        worker = _worker(setup)
        for job in jobs:
            outcomes.append(worker.make(job))
            if isinstance(outcomes[-1], Halted):
                break
    return tuple(outcomes)


Results = Future[tuple[Outcome, ...]]
_UNLOCKED = Problem(
    "the earlier handout opens with a password, but this one would open without one",
    hint=(
        "use --passphrases FILE as before, or give the row its password; to remove the "
        "protection, delete the file first"
    ),
)
_SETTLED = 256
"""Rows that need no work are recorded in blocks of this size."""


class Settled(Sealed, frozen=True):
    """A row that needs no more work, because its handout is finished or the row is wrong.

    ``made`` is True if this run made the handout, ``laid_out`` if it was laid out in full.
    """

    row: RosterRow | RowProblem
    entry: ManifestEntry
    problems: tuple[Problem, ...] = ()
    password: str | None = None
    made: bool = False
    laid_out: bool = False


class Chunk(Struct):
    """Rows in progress, in the order of the roster; ``results`` is None if none needs work."""

    items: tuple[Settled | Job, ...]
    results: Results | None = None
    generation: int = 0
    retried: bool = False

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The jobs for the workers."""
        return tuple(item for item in self.items if isinstance(item, Job))


class WorkPlanner(Struct, frozen=True, dict=True):
    """Decides for each row whether its handout has to be made."""

    key: Key
    setup: Setup
    output: Output
    manifest: Manifest
    passphrases: Passphrases | None

    def chunks(self, roster: Roster, size: int) -> Iterator[Chunk]:
        """Yield all rows in chunks, each with at most ``size`` rows to make."""
        items: list[Settled | Job] = []
        wanted = 0
        for row in roster.rows():
            items.append(self._item(row))
            wanted += isinstance(items[-1], Job)
            if wanted == size or len(items) == _SETTLED:
                yield Chunk(tuple(items))
                items, wanted = [], 0
        if items:
            yield Chunk(tuple(items))

    def _item(self, row: RosterRow | RowProblem) -> Settled | Job:
        token = self.key.token(row.reference) if row.reference else ""
        if isinstance(row, RowProblem):
            return Settled(row, ManifestEntry.failed(row, token), row.problems)
        if days := unlikely(row, self.setup.today):
            return Settled(row, ManifestEntry.failed(row, token), days)
        password = self._password(row)
        digest = row_digest(row, self.key)
        made_from = fingerprint(digest, password, self._shared, self.key)
        done = self.manifest.made(token)
        if done and not holds(self.output, done):
            done = None
        if done and done.fingerprint == made_from:
            return Settled(row, replace(done, roster=row.file, row=row.row), (), password)
        if done and done.encrypted and password is None:
            return Settled(row, ManifestEntry.failed(row, token), (_UNLOCKED,))
        return Job(row, token, made_from, digest, password)

    @cached_property
    def _shared(self) -> str:
        """Everything but the row that a handout is made from, without its output folder."""
        it = self.setup
        return json.dumps([it.content, str(it.today), it.mode, it.paper, it.pictures])

    def _password(self, row: RosterRow) -> str | None:
        if row.password is not None:
            return row.password.get_secret_value()
        return self.passphrases.of(row.reference) if self.passphrases else None


def holds(output: Output, entry: ManifestEntry) -> bool:
    """Return whether a handout is in the output as it was written."""
    return bool(entry.file) and output.holds(entry.file, entry.sha256, entry.bytes)
