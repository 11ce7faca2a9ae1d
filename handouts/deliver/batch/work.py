"""Turn rows of a roster into chunks of work: what is finished already needs none."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property

from handouts.deliver.batch.jobs import Job, Outcome, Setup
from handouts.deliver.fingerprint import fingerprint, row_digest, shared_by_all
from handouts.deliver.manifest import Manifest, ManifestEntry, Status
from handouts.deliver.output import Output
from handouts.deliver.tokens import Key, Passphrases
from handouts.errors import Problem
from handouts.load.roster import Roster
from handouts.model.roster import RosterRow, RowProblem

Results = Future[tuple[Outcome, ...]]
_SETTLED = 256
"""Rows that need no work are recorded in blocks of this size."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A row that is done with: finished, or wrong. ``made``: in this run; ``laid_out``: in full."""

    row: RosterRow | RowProblem
    entry: ManifestEntry
    problems: tuple[Problem, ...] = ()
    password: str | None = None
    made: bool = False
    laid_out: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row to be made, with the digests of what it is made from: see `ManifestEntry`."""

    job: Job
    fingerprint: str
    row_digest: str


@dataclass(slots=True)
class Chunk:
    """Rows on their way, in the order of the roster; ``results`` is None if none needs work."""

    items: tuple[Settled | Wanted, ...]
    results: Results | None = None
    generation: int = 0
    retried: bool = False

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What workers have to do."""
        return tuple(item.job for item in self.items if isinstance(item, Wanted))


@dataclass(frozen=True)
class WorkPlanner:
    """Decides for each row whether its handout has to be made."""

    key: Key
    setup: Setup
    output: Output
    manifest: Manifest
    passphrases: Passphrases | None

    def chunks(self, roster: Roster, size: int) -> Iterator[Chunk]:
        """Yield all rows, at most ``size`` of them to be made in a chunk."""
        items: list[Settled | Wanted] = []
        wanted = 0
        for row in roster.rows():
            items.append(self._item(row))
            wanted += isinstance(items[-1], Wanted)
            if wanted == size or len(items) == _SETTLED:
                yield Chunk(tuple(items))
                items, wanted = [], 0
        if items:
            yield Chunk(tuple(items))

    def _item(self, row: RosterRow | RowProblem) -> Settled | Wanted:
        token = self.key.token(row.reference) if row.reference else ""
        if isinstance(row, RowProblem):
            failed = ManifestEntry(row.file, row.row, row.reference, token, Status.FAILED)
            return Settled(row, failed, row.problems)
        password = self._password(row)
        digest = row_digest(row, self.key)
        made_from = fingerprint(digest, password, self._shared, self.key)
        done = self.manifest.made(token)
        if done and done.fingerprint == made_from and self._is_there(done):
            return Settled(row, replace(done, roster=row.file, row=row.row), (), password)
        return Wanted(Job(row, token, password), made_from, digest)

    @cached_property
    def _shared(self) -> str:
        setup = self.setup
        return shared_by_all(setup.content, setup.today, setup.mode, setup.paper)

    def _password(self, row: RosterRow) -> str | None:
        if row.password is not None:
            return row.password.get_secret_value()
        return self.passphrases.of(row.reference) if self.passphrases else None

    def _is_there(self, done: ManifestEntry) -> bool:
        return bool(
            done.file
            and done.sha256
            and done.bytes
            and self.output.holds(done.file, done.sha256, done.bytes)
        )
