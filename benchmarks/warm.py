"""Peers in turn, each in a process that stays warm → how long a handout takes, and ratios to Typst.

A round asks every peer once, so that what disturbs the machine disturbs all; a ratio is taken
within its round, and the median of the rounds counts.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.patients import REPEATS, STARTS
from benchmarks.peers import STAMPED, TYPST, TYPST_OWN, Peer
from benchmarks.processes import Worker, last_core

_WARM_UP = 2
_KINDS = {STAMPED: REPEATS}
"""How many are made to warm up, until all kinds are laid out; others make one for each day."""
_USUALLY = 1.0
"""And those end after so many seconds."""

_MOST = 200
"""No more handouts a round, however quick a peer is."""


@dataclass(slots=True)
class Warm:
    """What a warm peer took: seconds a handout, the median of each round.

    ``writing``: made and written, ``floor``: the same bytes written only; ``stored`` and
    ``stored_floor``: the same until they are on the disk, the mean of each round.
    """

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    writing: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    stored: list[float] = field(default_factory=list)
    stored_floor: list[float] = field(default_factory=list)
    size: int = 0
    peak: int = 0

    @property
    def cpu_median(self) -> float:
        """Seconds of CPU a handout."""
        return statistics.median(self.cpu)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A median of ratios, and its extremes."""

    median: float
    low: float
    high: float


def ratio(one: Sequence[float], other: Sequence[float]) -> Ratio:
    """Return how ``one`` compares with ``other``, round by round."""
    each = [a / b for a, b in zip(one, other, strict=True)]
    return Ratio(statistics.median(each), min(each), max(each))


def baseline(peer: Peer) -> str:
    """Return the name of the peer that a peer is compared with."""
    return TYPST_OWN if peer.individual else TYPST


def measure_warm(
    peers: Sequence[Peer], folder: Path, scratch: Path, rounds: int, seconds: float,
    write: Sequence[str] = (),
) -> dict[str, Warm]:  # fmt: skip
    """Return what peers took, by name.

    A peer makes as many handouts a round as fit ``seconds``, at least one. Those of ``write`` also
    write their handouts, and then the same bytes again without making them: the floor.
    """
    results = {peer.name: Warm() for peer in peers}
    with ExitStack() as stack:
        workers = {
            peer.name: stack.enter_context(
                Worker("benchmarks.worker", peer.name, str(folder), core=last_core())
            )
            for peer in peers
        }
        counts, firsts = {}, {}
        for peer in peers:
            one = _warm_up(workers[peer.name], peer)
            counts[peer.name] = max(1, min(_MOST, int(seconds / one)))
            firsts[peer.name] = STARTS + _WARM_UP
        for number in range(rounds):
            for name, worker in workers.items():
                first = firsts[name] + number * counts[name]
                _one_round(worker, results[name], first, counts[name])
                if name in write:
                    place = scratch / f"{name}-{number}"
                    _writing(worker, results[name], first, counts[name], place)
        for name, worker in workers.items():
            results[name].peak = worker.ask(do="peak")
    return results


def _warm_up(worker: Worker, peer: Peer) -> float:
    """Make a handout of every kind, as time allows; return the seconds of a later one."""
    spent = 0.0
    for first in range(0, _KINDS.get(peer.name, STARTS), _WARM_UP):
        taken = worker.ask(do="make", first=first, count=_WARM_UP)
        spent += sum(wall for wall, _, _ in taken) / 1e9
        if spent > _USUALLY and peer.name not in _KINDS:
            break
    fresh = worker.ask(do="make", first=STARTS, count=_WARM_UP)
    return min(wall / 1e9 for wall, _, _ in fresh)


def _one_round(worker: Worker, result: Warm, first: int, count: int) -> None:
    taken = worker.ask(do="make", first=first, count=count)
    result.wall.append(statistics.median(wall for wall, _, _ in taken) / 1e9)
    result.cpu.append(statistics.median(cpu for _, cpu, _ in taken) / 1e9)
    result.size = round(statistics.mean(size for _, _, size in taken))


def _writing(worker: Worker, result: Warm, first: int, count: int, place: Path) -> None:
    worker.ask(do="flush")
    for do, each, stored in (
        ("floor", result.floor, result.stored_floor),
        ("write", result.writing, result.stored),
    ):
        taken = worker.ask(do=do, first=first, count=count, target=f"{place}-{do}")
        walls = [wall for wall, _, _ in taken]
        each.append(statistics.median(walls) / 1e9)
        stored.append((sum(walls) + worker.ask(do="flush")) / count / 1e9)
