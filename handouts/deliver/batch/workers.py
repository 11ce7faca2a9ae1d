"""Turn chunks of rows into outcomes, in order: on worker processes or on a Dask cluster."""

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
from handouts.deliver.guards import interrupts_blocked
from handouts.errors import DeliveryError, Problem, to_install

_DEATHS = 4
"""Handouts in a row of which a worker died: then it is not the handouts."""
_AHEAD = 2
"""Chunks that wait for each worker, so that none is idle."""


class WorkerPool:
    """The ``size`` workers of a batch; ``generation`` counts how often they were started again."""

    def __init__(self, setup: Setup, size: int, start: Callable[[], Executor]) -> None:
        self.size, self.generation = size, 0
        self._setup, self._start = setup, start
        self._executor = start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def submit(self, jobs: tuple[Job, ...]) -> Results:
        """Hand out a chunk of rows."""
        with interrupts_blocked():
            return self._executor.submit(run_jobs, self._setup, jobs)

    def restart(self) -> None:
        """Shut a broken pool down and start another."""
        self._shut_down(wait=False)
        self._executor = self._start()
        self.generation += 1

    def stop(self) -> None:
        """Let running chunks end, drop those that wait, and shut the pool down."""
        self._shut_down(wait=True)

    def _shut_down(self, *, wait: bool) -> None:
        if isinstance(self._executor, ProcessPoolExecutor | ThreadPoolExecutor):
            self._executor.shutdown(wait=wait, cancel_futures=True)
        else:
            # Dask's executor cannot drop what waits; it is only a few chunks.
            self._executor.shutdown(wait=wait)


def died(error: BaseException) -> bool:
    """Return whether an error means that a worker died, not that a job went wrong."""
    # Dask's KilledWorker is known by name: distributed need not be installed.
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


def local_workers(setup: Setup, processes: int) -> WorkerPool:
    """Return processes of this machine, started afresh (spawn) so that all systems are alike."""

    def start() -> Executor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(processes, mp_context=context, initializer=_set_up_process)

    return WorkerPool(setup, processes, start)


def thread_worker(setup: Setup) -> WorkerPool:
    """Return one thread of this process: a second process would only cost its start.

    It also reaches storage that other processes cannot see.
    """
    return WorkerPool(setup, 1, lambda: ThreadPoolExecutor(1))


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
def cluster_workers(setup: Setup, address: str) -> Iterator[WorkerPool]:
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
        # Dask makes one call of equal ones unless it knows that they have effects.
        yield WorkerPool(setup, size, lambda: client.get_executor(pure=False))


def _set_up_process() -> None:
    """Leave Ctrl-C and a terminal that closes to the parent process, and end when that is gone."""
    for name in ("SIGINT", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        # A worker that outlives its parent would wait for work for ever.
        os._exit(1)


class Dispatcher:
    """The chunks that workers have and that are not recorded yet, in the order of the roster."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self.waiting: deque[Chunk] = deque()
        self._deaths = 0

    @property
    def full(self) -> bool:
        """Whether enough is handed out: the next chunk would only fill memory."""
        return len(self.waiting) > _AHEAD * self._pool.size

    def hand_out(self, chunk: Chunk) -> None:
        """Hand out a chunk; one without work waits for its turn only."""
        if chunk.jobs:
            self._submit(chunk)
        self.waiting.append(chunk)

    def _submit(self, chunk: Chunk) -> None:
        # A pool may break between two chunks: then nothing of this one was begun.
        try:
            chunk.results = self._pool.submit(chunk.jobs)
        except Exception as error:
            if not died(error):
                raise
            self._pool.restart()
            chunk.results = self._pool.submit(chunk.jobs)
        chunk.generation = self._pool.generation

    def outcomes(self, chunk: Chunk) -> tuple[Outcome, ...]:
        """Wait for a chunk's jobs; those of a worker that died are tried once more.

        If a worker dies of the same chunk again, its rows go one by one, so that only the one
        that kills workers is lost.
        """
        while chunk.results is not None:
            try:
                return chunk.results.result()
            except (OSError, CancelledError):
                # Jobs report their own errors as outcomes: this is one of the connection to them.
                raise _connection_lost() from None
            except Exception as error:
                if not died(error):
                    raise
                if chunk.generation == self._pool.generation:
                    self._pool.restart()
                if chunk.retried:
                    return tuple(self._try_alone(job) for job in chunk.jobs)
                self._retry()
        return ()

    def _retry(self) -> None:
        """Hand out again what a broken pool left."""
        for chunk in self.waiting:
            if chunk.generation != self._pool.generation and not finished(chunk):
                self._submit(chunk)
                chunk.retried = True

    def _try_alone(self, job: Job) -> Outcome:
        try:
            outcome = self._pool.submit((job,)).result()[0]
        except Exception as error:
            if not died(error):
                raise
            self._deaths += 1
            if self._deaths == _DEATHS:
                raise _workers_keep_dying() from None
            self._pool.restart()
        else:
            self._deaths = 0
            return outcome
        message = "the worker died each time it made this handout"
        return Failed((Problem(message, hint="try it with handouts build"),))


def _workers_keep_dying() -> DeliveryError:
    return DeliveryError(
        "worker processes die on this machine as soon as they are given work",
        hint="look whether memory is short; --resume --jobs 1 goes on without them",
        retry=True,
    )


def _connection_lost() -> DeliveryError:
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
