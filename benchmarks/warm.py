"""Measure how long peers take for a handout, each in a process that stays: rows 1, 2, 3, 5, 9.

A round asks every peer once, so that a disturbance of the machine affects all of them. Ratios are
of values from the same round.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.patients import REPEATS
from benchmarks.peers import (
    BY_NAME,
    DESK,
    FULL,
    FULL_OWN,
    STAMPED,
    TYPST,
    TYPST_BARE,
    TYPST_DRAWN,
    TYPST_OWN,
    UNTAGGED,
)
from benchmarks.processes import Worker, last_core
from benchmarks.rows import Row, ratios

_COMPARED = (TYPST, STAMPED, FULL, UNTAGGED, TYPST_OWN, FULL_OWN, DESK, TYPST_DRAWN, TYPST_BARE)
_PAGES = 4
"""The number of pages of the handout whose dose is changed."""
WARM_UP = 10
"""Peers warm up with this many patients; the one that stamps, until it has laid out all kinds."""
_MOST = 200
"""The most handouts in a round of the peer that stamps."""


@dataclass(slots=True)
class Warm:
    """The times of a peer: ``cpu`` is seconds of CPU a handout, the median of each round.

    ``first`` is the same for the first handout of a process. ``writing`` is the time to make a
    handout and write it to the disk, and ``floor`` the time just to write the same bytes, both in
    seconds of wall clock. ``size`` is in bytes.
    """

    cpu: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    writing: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    size: int = 0


def measure_warm(
    folder: Path, scratch: Path, rounds: int, seconds: float, patients: int
) -> dict[str, Warm]:
    """Return the times of peers, by name; a round is as many handouts as fit ``seconds``.

    No patient comes twice, because Typst caches what it set before. So a peer makes at most
    ``patients`` handouts, except the one that stamps, which makes patients from their numbers.
    """
    most = dict.fromkeys(_COMPARED, (patients - WARM_UP) // rounds) | {STAMPED: _MOST}
    results = {name: Warm() for name in _COMPARED}
    with ExitStack() as stack:
        workers = {name: stack.enter_context(_worker(name, folder)) for name in _COMPARED}
        counts = {
            name: max(1, min(most[name], int(seconds / _warm_up(worker, name))))
            for name, worker in workers.items()
        }
        for number in range(rounds):
            for name, worker in workers.items():
                count, result = counts[name], results[name]
                first = WARM_UP + number * count
                taken = worker.ask(do="make", first=first, count=count)
                result.cpu.append(statistics.median(cpu for _, cpu, _ in taken) / 1e9)
                result.size = round(statistics.mean(size for _, _, size in taken))
                if name == STAMPED:
                    for do, walls in (("floor", result.floor), ("write", result.writing)):
                        place = str(scratch / f"{do}-{number}")
                        walls.append(worker.ask(do=do, first=first, count=count, target=place))
            for name in (TYPST_OWN, FULL_OWN):
                with _worker(name, folder) as worker:
                    ((_, cpu, _),) = worker.ask(do="make", first=number, count=1)
                    results[name].first.append(cpu / 1e9)
    return results


def _worker(name: str, folder: Path) -> Worker:
    return Worker("benchmarks.worker", name, str(folder), core=last_core())


def _warm_up(worker: Worker, name: str) -> float:
    """Make the first handouts; return the seconds of the last one."""
    for number in range(REPEATS if name == STAMPED else WARM_UP):
        ((wall, _, _),) = worker.ask(do="make", first=number, count=1)
    return float(wall) / 1e9


def warm_rows(warm: dict[str, Warm]) -> Iterator[Row]:
    """Yield the rows of promises about warm processes."""
    typst, stamped, own, typst_own = (warm[n] for n in (TYPST, STAMPED, FULL_OWN, TYPST_OWN))
    yield Row(1, "stamped, same program, tagged, against Typst tagged: CPU a handout", 200,
              ratios(typst.cpu, stamped.cpu), unit="x quicker", at_least=True)  # fmt: skip
    yield Row(2, "made and written, against writing the same bytes, until on the disk", 4,
              ratios(stamped.writing, stamped.floor))  # fmt: skip
    yield Row(3, "full layout, own doses and choices, tagged, against Typst tagged: CPU a handout",
              0.65, ratios(own.cpu, typst_own.cpu))  # fmt: skip
    yield Row(3, "the first handout of a process, against Typst's first", 1.25,
              ratios(own.first, typst_own.first))  # fmt: skip
    yield Row(9, "the desk: a changed dose until its page is drawn, against Typst: CPU", 0.42,
              ratios(warm[DESK].cpu, _one_page(warm)))  # fmt: skip
    yield Row(5, "tags: laid out, against the same without tags", 1.25,
              ratios(warm[FULL].cpu, warm[UNTAGGED].cpu))  # fmt: skip


def _one_page(warm: dict[str, Warm]) -> list[float]:
    """Return the time in which Typst sets a handout and draws one of its pages."""
    pairs = zip(warm[TYPST_BARE].cpu, warm[TYPST_DRAWN].cpu, strict=True)
    return [bare + (drawn - bare) / _PAGES for bare, drawn in pairs]


def warm_table(warm: dict[str, Warm]) -> Iterator[tuple[str, ...]]:
    """Yield the times of each peer for the report, after the heads."""
    yield "a handout, in a process that is warm", "CPU", "file"
    for name, found in warm.items():
        milliseconds = statistics.median(found.cpu) * 1e3
        yield BY_NAME[name].title, f"{milliseconds:.3g} ms", f"{found.size / 1e3:.0f} kB"
