"""Hand chunks to a crew and get what became of them, in order, whatever dies on the way."""

from __future__ import annotations

from collections import deque
from concurrent.futures import CancelledError

from handouts.deliver.crew import Crew, died
from handouts.deliver.jobs import Job, Outcome, Refused
from handouts.deliver.work import Chunk
from handouts.errors import DeliveryError, Problem

_AHEAD = 2
"""Chunks that wait for each worker, so that none is idle."""


class Dispatcher:
    """Chunks that are handed out and not settled yet, in the order of the roster."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self.waiting: deque[Chunk] = deque()

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
            return self._crew.submit((job,)).result()[0]
        except Exception as error:
            if not died(error):
                raise
            self._crew.renew()
        message = "the worker died each time it made this handout"
        return Refused((Problem(message, hint="try it with handouts build"),))


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
