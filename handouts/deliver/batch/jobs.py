"""Turn rows of a roster into finished files: what a worker does, on this machine or another.

A worker loads content and fonts once and keeps them. It writes each file itself and hands back
only what became of it: a finished PDF never travels between processes.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from handouts import __version__
from handouts.deliver.batch.check_rows import order_request
from handouts.deliver.batch.diff import words_of
from handouts.deliver.encrypt import encrypt
from handouts.deliver.fingerprint import content_digest
from handouts.deliver.output import open_output
from handouts.deliver.tokens import file_name
from handouts.errors import DeliveryError, HandoutError, Problem, where
from handouts.files import sha256_of
from handouts.load.library import Library
from handouts.model.clinic import Mode, Paper
from handouts.model.order import Order
from handouts.model.roster import RosterRow
from handouts.stamp.press import Press
from handouts.workspace import Workspace

_MOST_CODES = 10_000
_ONE_AT_A_TIME = threading.Lock()
"""A worker's press is not made to be used by two threads at once."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What all jobs of a batch share. ``content`` tells whether a worker has the same content."""

    output: str
    folder: Path | None
    today: dt.date
    content: str
    mode: Mode = Mode.COLOUR
    paper: Paper | None = None
    version: str = __version__


@dataclass(frozen=True, slots=True)
class Job:
    """One handout to make."""

    row: RosterRow
    token: str
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was written. ``words``: what it says to every patient, once in a worker.

    ``laid_out``: in full, as the first of its kind, or as its words needed other room. ``draft``:
    its texts are not reviewed.
    """

    file: str
    code: str
    language: str
    sha256: str
    pages: int
    size: int
    words: str | None
    laid_out: bool
    draft: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a handout could not be made."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Halted:
    """Why no more can be written, as when a disk is full: nothing of a chunk comes after it."""

    problems: tuple[Problem, ...]


Outcome = Made | Failed | Halted


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

    def _made(self, job: Job) -> Made:
        row, setup = job.row, self.setup
        request = replace(order_request(row), paper=setup.paper, mode=setup.mode, token=job.token)
        handout = self.press.make(request)
        name = file_name(row.reference, job.token, handout.code)
        file = handout.file
        parts, digest = file.parts, file.sha256
        if job.password:
            parts = (encrypt(file.pdf, job.password),)
            digest = sha256_of(parts[0])
        self.output.write(name, *parts)
        return Made(
            file=name,
            code=handout.code,
            language=handout.language,
            sha256=digest,
            pages=handout.pages,
            size=sum(map(len, parts)),
            words=self._words(handout.order, handout.code),
            laid_out=handout.laid_out,
            draft=handout.order.checked is None,
        )

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
        DeliveryError: if this machine has other software or content than the one that asks.
    """
    if setup.version != __version__:
        raise DeliveryError(
            f"a worker has handouts {__version__}, not {setup.version}",
            hint="install the same version on every machine of the cluster",
        )
    worker = Worker(setup)
    if content_digest(worker.workspace) != setup.content:
        raise DeliveryError(
            "a worker found other content than the batch began with",
            hint="do not edit content meanwhile; all machines need the same clinic's folder",
        )
    return worker


def run_jobs(setup: Setup, jobs: tuple[Job, ...]) -> tuple[Outcome, ...]:
    """Make the handouts of a chunk of rows and return what became of each, in their order.

    Where files cannot be written any more the last outcome is `Halted`: what was made before it
    is known all the same.

    Raises:
        DeliveryError: if this worker is another version, or has other content.
    """
    outcomes: list[Outcome] = []
    with _ONE_AT_A_TIME:
        worker = _worker(setup)
        for job in jobs:
            outcomes.append(worker.make(job))
            if isinstance(outcomes[-1], Halted):
                break
    return tuple(outcomes)
