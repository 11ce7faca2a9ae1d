"""Run whole programs as a clinic does: `build`, `batch`, and scripts to compare; rows 4, 6, 7, 8.

Two processes are compared with the capacity of the machine: two loops that only count, against one.
"""

from __future__ import annotations

import csv
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.patients import CLINIC, PROGRAM, TODAY, clinician_of, patient_of
from benchmarks.peers import FULL_OWN, TYPST_OWN
from benchmarks.processes import Usage, Worker, last_core, run
from benchmarks.rows import Row, ratios

_NUMBER = 3
"""The patient whose handout is built."""
_HEADER = ("reference", "name", "affected_side", "program", "clinic", "start_date", "clinician",
           "next_visit")  # fmt: skip


def first_patients(folder: Path, count: int, rounds: int) -> Row:
    """Make the handouts of the first patients with own doses, each time from a cold start."""
    taken: dict[str, list[float]] = {FULL_OWN: [], TYPST_OWN: []}
    for _ in range(rounds):
        for name, each in taken.items():
            command = [sys.executable, "-m", "benchmarks.worker", name, str(folder), str(count)]
            each.append(run(command, core=last_core()).cpu)
    return Row(4, f"the first {count} patients with own doses, from a cold start, against Typst",
               0.8, ratios(taken[FULL_OWN], taken[TYPST_OWN]))  # fmt: skip


def cold_build(folder: Path, scratch: Path, rounds: int) -> Row:
    """Build a handout in a new process, and the same pages with a bare ReportLab script."""
    patient, target = patient_of(_NUMBER), scratch / "cold.pdf"
    build = [
        sys.executable, "-m", "handouts", "build", PROGRAM, "--clinic", CLINIC,
        "--name", str(patient.name), "--side", str(patient.affected_side),
        "--start", str(patient.start_date), "--clinician", clinician_of(_NUMBER),
        "--next-visit", str(patient.next_visit), "--date", str(TODAY), "-o", str(target),
    ]  # fmt: skip
    script = [sys.executable, "-m", "benchmarks.peers.platypus", str(folder), str(_NUMBER),
              str(target)]  # fmt: skip
    taken: tuple[list[float], list[float]] = ([], [])
    # The first round only fills the disk cache with programs and fonts.
    for number in range(rounds + 1):
        for command, each in zip((build, script), taken, strict=True):
            used = run(command, core=last_core())
            if number:
                each.append(used.cpu)
    seconds = statistics.median(taken[0]) * 1e3
    return Row(6, "cold `build`, whole process, against a bare ReportLab script: CPU", 2.5,
               ratios(*taken), note=f"{seconds:.0f} ms")  # fmt: skip


def _batch(scratch: Path, count: int, jobs: int, print_run: Path | None = None) -> Usage:
    """Make the handouts of a roster in a new folder; empty their files after the measurement.

    No file is removed until everything is measured, because some file systems scan every file that
    was removed in the last minutes when they make a new one.
    """
    roster, target = scratch / f"roster-{count}.csv", scratch / f"batch-{time.monotonic_ns()}"
    if not roster.exists():
        write_roster(roster, count)
    command = [
        sys.executable, "-m", "handouts", "batch", str(roster), "-o", str(target),
        "--jobs", str(jobs), "--date", str(TODAY), "--json",
    ]  # fmt: skip
    try:
        return run([*command, *(["--print-run", str(print_run)] if print_run else [])])
    finally:
        for place, _, names in os.walk(target):
            for name in names:
                os.truncate(Path(place, name), 0)


def write_roster(file: Path, count: int) -> None:
    """Write a roster of invented patients who start on the same day with the same clinician.

    Then a batch lays out once, and more rows cost only stamping and delivering.
    """
    start = patient_of(0).start_date
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(_HEADER)
        for patient in map(patient_of, range(count)):
            rows.writerow(
                [patient.reference, patient.name, patient.affected_side, PROGRAM, CLINIC, start,
                 clinician_of(0), patient.next_visit]
            )  # fmt: skip


def print_runs(scratch: Path, small: int, large: int, rounds: int) -> Iterator[Row]:
    """Compare batches with and without a print run, of a small and of a large roster."""
    file, more = scratch / "print.pdf", large - small
    cpu, sizes, peaks = [], [], []
    for _ in range(rounds):
        extra, size, peak = {}, {}, {}
        for count in (small, large):
            bare, printed = _batch(scratch, count, 1), _batch(scratch, count, 1, file)
            extra[count], peak[count] = printed.cpu - bare.cpu, printed.peak
            size[count] = file.stat().st_size
            file.unlink()
        cpu.append((extra[large] - extra[small]) / more * 1e3)
        sizes.append((size[large] - size[small]) / more / 1e3)
        peaks.append((peak[large] - peak[small]) / 1e6)
    run_of = f"print run of {large:,}"
    yield Row(7, f"{run_of}: CPU a patient beyond the handouts", 0.5, tuple(cpu), unit="ms")
    yield Row(7, f"{run_of}: bytes a patient beyond the shared part", 3, tuple(sizes), unit="kB")
    yield Row(7, f"{run_of}: peak memory beyond that for {small}", 60, tuple(peaks), unit="MB")


def two_processes(scratch: Path, small: int, large: int, rounds: int) -> Row:
    """Compare the cost of more rows in one process and in two, without the start of the program.

    The small roster already makes both lay out every kind of handout.
    """
    found, capacities = [], []
    for _ in range(rounds):
        before = _capacity()
        one, two = (
            _batch(scratch, large, jobs).wall - _batch(scratch, small, jobs).wall for jobs in (1, 2)
        )
        capacities.append((before + _capacity()) / 2)
        found.append(2 * one / two / capacities[-1])
    capacity = f"this machine gives two loops {statistics.median(capacities):.2f} x one"
    return Row(8, "two processes against one, of the machine's capacity for two", 1.7,
               tuple(found), unit="of 2", at_least=True, note=capacity)  # fmt: skip


def _capacity() -> float:
    """Return how much further two processes count than one, at this moment."""
    with Worker("benchmarks.processes") as one, Worker("benchmarks.processes") as two:
        one.ask(do="count", seconds=0.05)
        alone = one.ask(do="count", seconds=0.5)
        for each in (one, two):
            each.send(do="count", seconds=0.5)
        return float(one.receive() + two.receive()) / float(alone)
