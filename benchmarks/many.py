"""Rosters → ``handouts batch`` as a clinic runs it: one process and two, with and without printing.

What two processes could gain at most is measured beside: two loops that only count, against one.
"""

from __future__ import annotations

import csv
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.emptied import empty_files
from benchmarks.patients import CLINIC, PROGRAM, TODAY, clinician_of, patient_of
from benchmarks.processes import Usage, Worker, run

_HEADER = (
    "reference", "name", "affected_side", "program", "clinic", "start_date", "clinician",
    "next_visit",
)  # fmt: skip


def write_roster(file: Path, count: int) -> None:
    """Write a roster of invented patients who start on one day with one clinician.

    Laying out is then done once, and what more rows cost is stamping and delivering.
    """
    start = patient_of(0).start_date
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(_HEADER)
        for number in range(count):
            patient = patient_of(number)
            rows.writerow(
                [patient.reference, patient.name, patient.affected_side, PROGRAM, CLINIC, start,
                 clinician_of(0), patient.next_visit]
            )  # fmt: skip


def run_batch(scratch: Path, count: int, jobs: int, print_run: Path | None = None) -> Usage:
    """Make the handouts of a roster in a new folder, and empty them off the clock."""
    roster, target = scratch / f"roster-{count}.csv", scratch / f"batch-{time.monotonic_ns()}"
    if not roster.exists():
        write_roster(roster, count)
    command = [
        sys.executable, "-m", "handouts", "batch", str(roster), "-o", str(target),
        "--jobs", str(jobs), "--date", str(TODAY), "--json",
    ]  # fmt: skip
    try:
        more = ["--print-run", str(print_run)] if print_run else []
        return run([*command, *more])
    finally:
        empty_files(target)


# -- two processes


@dataclass(frozen=True, slots=True)
class Parallel:
    """How much quicker two processes were than one, and two counting loops than one."""

    rows: int
    speed_up: float
    capacity: float

    @property
    def share(self) -> float:
        """The part of two processes that was won, of what the machine had to give."""
        return self.speed_up / self.capacity


def measure_parallel(scratch: Path, small: int, large: int, rounds: int) -> Parallel:
    """Compare what more rows cost one process and two; the start of the program cancels out.

    With ``small`` rosters both of two processes have laid out every kind of handout: a name comes
    again after 120 rows, a process takes 64 at a time.
    """
    ups, capacities = [], []
    for _ in range(rounds):
        before = _capacity()
        costs = [
            run_batch(scratch, large, jobs).wall - run_batch(scratch, small, jobs).wall
            for jobs in (1, 2)
        ]
        ups.append(costs[0] / costs[1])
        capacities.append((before + _capacity()) / 2)
    return Parallel(large - small, statistics.median(ups), statistics.median(capacities))


def _capacity() -> float:
    """How many times as much two counting processes get done as one, at this moment."""
    with Worker("benchmarks.spin") as one, Worker("benchmarks.spin") as two:
        one.ask(seconds=0.05)
        alone = one.ask(seconds=0.5)
        for spinner in (one, two):
            spinner.send(seconds=0.5)
        return float(one.receive() + two.receive()) / float(alone)


# -- the print run


@dataclass(frozen=True, slots=True)
class Printing:
    """What the print run of ``count`` patients costs beyond their handouts.

    Seconds of CPU and bytes a patient beyond the shared part; ``growth``: bytes of peak memory
    beyond that of the smaller print run.
    """

    count: int
    cpu: float
    size: float
    growth: int


def measure_printing(scratch: Path, small: int, large: int, rounds: int) -> Printing:
    """Compare batches with and without a print run, of ``small`` and of ``large`` rosters.

    CPU is the median of some rounds: it is a small difference between long runs.
    """
    file, more = scratch / "print.pdf", large - small
    sizes, peaks, found = {}, {}, []
    for _ in range(rounds):
        costs = {}
        for count in (small, large):
            bare = run_batch(scratch, count, 1)
            printed = run_batch(scratch, count, 1, file)
            sizes[count], peaks[count] = file.stat().st_size, printed.peak
            costs[count] = printed.cpu - bare.cpu
            file.unlink()
        found.append((costs[large] - costs[small]) / more)
    size = (sizes[large] - sizes[small]) / more
    return Printing(large, statistics.median(found), size, peaks[large] - peaks[small])
