"""Measure how fast handouts are made, against Typst and ReportLab on the same machine.

make bench           measures everything; writes benchmarks/RESULTS.md
make bench-quick     takes the same steps with few rounds; prints, writes nothing
"""

from __future__ import annotations

import argparse
import compileall
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import handouts
from benchmarks.content import write_inputs
from benchmarks.equality import differences, facts_of
from benchmarks.inputs import OWN_PATIENTS, PATIENTS, read_patients
from benchmarks.peers import BY_NAME, FULL, FULL_OWN, PEERS
from benchmarks.report import write_report
from benchmarks.rows import Row
from benchmarks.warm import measure_warm, warm_rows, warm_table
from benchmarks.whole import cold_build, first_patients, print_runs, two_processes

_COMPARED = (3, 10)
"""The patients whose handouts are compared before anything is measured."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured.

    ``seconds`` is the time of a round of each warm peer; ``patients`` is the number of patients of
    each kind. ``printing`` and ``parallel`` are the rows of a small and of a large roster, and the
    rounds.
    """

    rounds: int
    seconds: float
    patients: int
    printing: tuple[int, int, int]
    parallel: tuple[int, int, int]


FULL_PLAN = Plan(7, 0.5, 150, printing=(100, 1000, 5), parallel=(600, 5600, 3))
QUICK_PLAN = Plan(2, 0.1, 32, printing=(100, 300, 1), parallel=(100, 1100, 1))


class NotEqual(SystemExit):
    """A peer does not make the same handout, so nothing is measured."""


def main(arguments: Sequence[str]) -> None:
    """Measure, print the rows, and write the report unless ``--quick`` is given."""
    parser = argparse.ArgumentParser(description="Measure how fast handouts are made.")
    parser.add_argument("--quick", action="store_true", help="a short look; writes no report")
    quick = parser.parse_args(arguments).quick
    missing = [peer.title for peer in PEERS if peer.missing]
    if missing:
        raise SystemExit(f"not installed: {', '.join(missing)}; run make bench")
    with tempfile.TemporaryDirectory() as place:
        folder, scratch = Path(place) / "in", Path(place) / "out"
        folder.mkdir()
        scratch.mkdir()
        rows, table = _measured(QUICK_PLAN if quick else FULL_PLAN, folder, scratch)
    for row in sorted(rows, key=lambda row: row.number):
        verdict = "met" if row.met else "NOT MET"
        print(f"{row.number}  {row.what}: {row.found} (aim {row.aim}) {verdict}")
    if not quick:
        write_report(rows, table, Path(__file__).parent / "RESULTS.md")
        print("wrote benchmarks/RESULTS.md")


@contextmanager
def _step(words: str) -> Iterator[None]:
    begin = time.perf_counter()
    print(f"{words} ...", end=" ", flush=True)
    yield
    print(f"{time.perf_counter() - begin:.0f} s", flush=True)


def _measured(plan: Plan, folder: Path, scratch: Path) -> tuple[list[Row], list[tuple[str, ...]]]:
    rows: list[Row] = []
    with _step("writing what peers read"):
        # Installing does the same, so that a cold start does not compile anything.
        compileall.compile_dir(Path(handouts.__file__).parent, quiet=2)
        write_inputs(folder, plan.patients)
    with _step("comparing handouts"):
        compare(folder)
    with _step("warm processes"):
        warm = measure_warm(folder, scratch, plan.rounds, plan.seconds, plan.patients)
        rows += warm_rows(warm)
    with _step("the first patients with own doses"):
        rows.append(first_patients(folder, plan.patients, max(1, plan.rounds // 3)))
    with _step("cold starts"):
        rows.append(cold_build(folder, scratch, plan.rounds))
    with _step("print runs"):
        rows += print_runs(scratch, *plan.printing)
    with _step("two processes"):
        rows.append(two_processes(scratch, *plan.parallel))
    return rows, list(warm_table(warm))


def compare(folder: Path) -> None:
    """Check that all peers make the same handouts.

    Raises:
        NotEqual: naming each peer that does not, and the differences.
    """
    problems = []
    for own, reference in ((False, FULL), (True, FULL_OWN)):
        patients = [
            next(read_patients(folder / (OWN_PATIENTS if own else PATIENTS), number, 1))
            for number in _COMPARED
        ]
        ours = BY_NAME[reference].prepare(folder)
        expected = [facts_of(ours.make(patient)) for patient in patients]
        others = [peer for peer in PEERS if peer.own is own and not peer.drawn]
        for peer in (peer for peer in others if peer.name != reference):
            maker = peer.prepare(folder)
            for patient, facts in zip(patients, expected, strict=True):
                found = differences(facts, facts_of(maker.make(patient)))
                number = patient["number"]
                problems += [f"{peer.title}, patient {number}: {words}" for words in found]
    if problems:
        raise NotEqual("\n".join(["handouts are not equal; nothing was measured:", *problems]))


if __name__ == "__main__":
    main(sys.argv[1:])
