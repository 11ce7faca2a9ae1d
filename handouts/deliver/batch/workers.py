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
"""If workers die on this many handouts in a row, the handouts are not the cause."""
_AHEAD = 2
"""Chunks waiting for each worker, so that none is idle."""


class WorkerPool:
    """The ``size`` workers of a batch; ``generation`` counts how often they were restarted."""

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
        """Let running chunks end, cancel waiting ones, and shut the pool down."""
        self._shut_down(wait=True)

    def _shut_down(self, *, wait: bool) -> None:
        if isinstance(self._executor, ProcessPoolExecutor | ThreadPoolExecutor):
            self._executor.shutdown(wait=wait, cancel_futures=True)
        else:
            # Dask's executor cannot cancel waiting chunks, but there are only a few.
            self._executor.shutdown(wait=wait)


def died(error: BaseException) -> bool:
    """Return whether an error means that a worker died, not that a job failed."""
    # Dask's KilledWorker is recognised by name, because distributed may not be installed.
    return isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker"


def local_workers(setup: Setup, processes: int) -> WorkerPool:
    """Return processes of this machine, spawned so that all systems behave alike."""

    def start() -> Executor:
        context = multiprocessing.get_context("spawn")
        # Python's tracker of semaphores starts here; it would die if the terminal is closed.
        with interrupts_blocked():
            return ProcessPoolExecutor(processes, mp_context=context, initializer=_set_up_process)

    return WorkerPool(setup, processes, start)


def thread_worker(setup: Setup) -> WorkerPool:
    """Return one thread of this process, because a second process would only take time to start."""
    return WorkerPool(setup, 1, lambda: ThreadPoolExecutor(1))


def dask() -> Any:
    """Return Dask's module for clusters.

    Raises:
        DeliveryError: if it is not installed.
    """
    try:
        # An extra: most clinics have no cluster, and importing it takes a second.
        return importlib.import_module("distributed")
    except ImportError:
        raise DeliveryError("Dask is not installed", hint=to_install("cluster")) from None


@contextlib.contextmanager
def cluster_workers(setup: Setup, address: str) -> Iterator[WorkerPool]:
    """Provide the workers of a Dask cluster.

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
        # Dask runs equal calls only once unless it knows that they have effects.
        yield WorkerPool(setup, size, lambda: client.get_executor(pure=False))


def _set_up_process() -> None:
    """Leave Ctrl-C and hang-ups to the parent process, and exit when it is gone."""
    for name in ("SIGINT", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        # A worker that outlives its parent would wait for work forever.
        os._exit(1)


class Dispatcher:
    """The chunks that were handed out and are not recorded yet, in the order of the roster."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self.waiting: deque[Chunk] = deque()
        self._deaths = 0

    @property
    def full(self) -> bool:
        """Whether enough is handed out: another chunk would only fill memory."""
        return len(self.waiting) > _AHEAD * self._pool.size

    def hand_out(self, chunk: Chunk) -> None:
        """Hand out a chunk; a chunk without jobs only waits for its turn."""
        if chunk.jobs:
            self._submit(chunk)
        self.waiting.append(chunk)

    def _submit(self, chunk: Chunk) -> None:
        # The pool may break between two chunks: then nothing of this chunk has begun.
        try:
            chunk.results = self._pool.submit(chunk.jobs)
        except Exception as error:
            if not died(error):
                raise
            self._pool.restart()
            chunk.results = self._pool.submit(chunk.jobs)
        chunk.generation = self._pool.generation

    def outcomes(self, chunk: Chunk) -> tuple[Outcome, ...]:
        """Wait for the outcomes of a chunk; if a worker dies, try its jobs once more.

        If a worker dies again on the same chunk, its rows are tried one by one, so that only the
        row that kills workers is lost.
        """
        while chunk.results is not None:
            try:
                return chunk.results.result()
            except (OSError, CancelledError):
                # Jobs return their own errors as outcomes: this error comes from the connection.
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
        """Hand out the chunks that a broken pool left unfinished."""
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
        hint="check whether memory is short; to continue without workers use --resume --jobs 1",
        retry=True,
    )


def _connection_lost() -> DeliveryError:
    return DeliveryError(
        "the connection to the workers was lost",
        hint="to continue, run the same command with --resume",
        retry=True,
    )


def finished(chunk: Chunk) -> bool:
    """Return whether a chunk is done without an error."""
    results = chunk.results
    if results is None:
        return True
    return results.done() and not results.cancelled() and results.exception() is None
