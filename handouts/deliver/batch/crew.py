"""Run chunks of rows on worker processes, or on a Dask cluster; outcomes come in order."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from typing import Any, Self

from handouts.deliver.batch.jobs import Chunk, Failed, Job, Outcome, Results, Setup, run_jobs
from handouts.deliver.guards import held_back
from handouts.errors import DeliveryError, Problem, to_install

_DEATHS = 4
"""Handouts in a row of which a worker died: then it is not the handouts."""
_AHEAD = 2
"""Chunks that wait for each worker, so that none is idle."""


class Crew:
    """Workers for one batch. ``size`` of them; a crew that broke is replaced by `renew`.

    ``generation`` counts the replacements.
    """

    def __init__(self, setup: Setup, size: int, hire: Callable[[], Executor]) -> None:
        self.size, self.generation = size, 0
        self._setup, self._hire = setup, hire
        self._executor = hire()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def submit(self, jobs: tuple[Job, ...]) -> Results:
        """Hand out a chunk of rows."""
        with held_back():
            return self._executor.submit(run_jobs, self._setup, jobs)

    def renew(self) -> None:
        """Dismiss a broken crew and hire another."""
        self._dismiss(wait=False)
        self._executor = self._hire()
        self.generation += 1

    def stop(self) -> None:
        """Let running chunks end, drop those that wait, and dismiss the crew."""
        self._dismiss(wait=True)

    def _dismiss(self, *, wait: bool) -> None:
        if isinstance(self._executor, ProcessPoolExecutor | ThreadPoolExecutor):
            self._executor.shutdown(wait=wait, cancel_futures=True)
        else:
            # Dask's executor cannot drop what waits; it is only a few chunks.
            self._executor.shutdown(wait=wait)


def died(error: BaseException) -> bool:
    """Return whether an error means that a worker died, not that a job went wrong."""
    # Dask's KilledWorker is known by name: distributed need not be installed.
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


def local_crew(setup: Setup, processes: int) -> Crew:
    """Return processes of this machine, started afresh (spawn) so that all systems are alike."""

    def hire() -> Executor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(processes, mp_context=context, initializer=_settle_in)

    return Crew(setup, processes, hire)


def thread_crew(setup: Setup) -> Crew:
    """Return one thread of this process: a second process would only cost its start.

    It also reaches storage that other processes cannot see.
    """
    return Crew(setup, 1, lambda: ThreadPoolExecutor(1))


def dask() -> Any:
    """Return the module of Dask that speaks to a cluster.

    Raises:
        DeliveryError: if it is not installed.
    """
    try:
        # An extra: most clinics have no cluster, and its import takes a second.
        return importlib.import_module("distributed")
    except ImportError:
        raise DeliveryError("Dask is not installed", hint=to_install("cluster")) from None


@contextlib.contextmanager
def cluster_crew(setup: Setup, address: str) -> Iterator[Crew]:
    """Give the workers of a Dask cluster.

    Raises:
        DeliveryError: if Dask is not installed, or the scheduler does not answer.
    """
    try:
        client = dask().Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError):
        raise DeliveryError(
            f"the scheduler {address} does not answer",
            hint="start one with dask scheduler, and workers with dask worker",
            retry=True,
        ) from None
    with client:
        size = max(1, len(client.ncores()))
        # Dask takes equal calls for one call unless it is told that they have effects.
        yield Crew(setup, size, lambda: client.get_executor(pure=False))


def _settle_in() -> None:
    """Leave Ctrl-C to the parent, and go when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        # A worker that outlives its parent would wait for work for ever.
        os._exit(1)


class Dispatcher:
    """Chunks that are handed out and not settled yet, in the order of the roster."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self.waiting: deque[Chunk] = deque()
        self._deaths = 0

    @property
    def full(self) -> bool:
        """Whether enough is handed out: the next chunk would only fill memory."""
        return len(self.waiting) > _AHEAD * self._crew.size

    def hand_out(self, chunk: Chunk) -> None:
        """Hand out a chunk; one without work waits for its turn only."""
        if chunk.jobs:
            self._submit(chunk)
        self.waiting.append(chunk)

    def _submit(self, chunk: Chunk) -> None:
        # A crew may break between two chunks: then nothing of this one was begun.
        try:
            chunk.results = self._crew.submit(chunk.jobs)
        except Exception as error:
            if not died(error):
                raise
            self._crew.renew()
            chunk.results = self._crew.submit(chunk.jobs)
        chunk.generation = self._crew.generation

    def outcomes(self, chunk: Chunk) -> tuple[Outcome, ...]:
        """Wait for a chunk's jobs; those of a worker that died are tried once more.

        If a worker dies of the same chunk again, its rows go one by one, so that only the one
        that kills workers is lost.
        """
        while chunk.results is not None:
            try:
                return chunk.results.result()
            except (OSError, CancelledError):
                # Jobs say what they cannot do in our own words: this is the way to them.
                raise _lost() from None
            except Exception as error:
                if not died(error):
                    raise
                if chunk.generation == self._crew.generation:
                    self._crew.renew()
                if chunk.retried:
                    return tuple(self._alone(job) for job in chunk.jobs)
                self._retry()
        return ()

    def _retry(self) -> None:
        """Hand out again what a broken crew left."""
        for chunk in self.waiting:
            if chunk.generation != self._crew.generation and not finished(chunk):
                self._submit(chunk)
                chunk.retried = True

    def _alone(self, job: Job) -> Outcome:
        try:
            outcome = self._crew.submit((job,)).result()[0]
        except Exception as error:
            if not died(error):
                raise
            self._deaths += 1
            if self._deaths == _DEATHS:
                raise _no_workers() from None
            self._crew.renew()
        else:
            self._deaths = 0
            return outcome
        message = "the worker died each time it made this handout"
        return Failed((Problem(message, hint="try it with handouts build"),))


def _no_workers() -> DeliveryError:
    return DeliveryError(
        "worker processes die on this machine as soon as they are given work",
        hint="look whether memory is short; --resume --jobs 1 goes on without them",
        retry=True,
    )


def _lost() -> DeliveryError:
    return DeliveryError(
        "the connection to the workers was lost",
        hint="the same command with --resume goes on",
        retry=True,
    )


def finished(chunk: Chunk) -> bool:
    """Return whether a chunk needs no more waiting, and nothing went wrong on its way."""
    results = chunk.results
    if results is None:
        return True
    return results.done() and not results.cancelled() and results.exception() is None
