"""Peers, one machine, a few minutes → ``RESULTS.md`` and the plot beside it.

make bench           everything; writes benchmarks/RESULTS.md, time.png and time.svg
make bench-quick     a short look: the same steps, few rounds; prints, writes nothing
"""

from __future__ import annotations

import argparse
import compileall
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import handouts
from benchmarks.cold import measure_cold
from benchmarks.emptied import empty_files
from benchmarks.equality import differences, facts_of
from benchmarks.growth import measure_growth
from benchmarks.inputs import INDIVIDUALS, PATIENTS, read_patients
from benchmarks.many import measure_parallel, measure_printing
from benchmarks.patients import STARTS
from benchmarks.peers import (
    BY_NAME,
    FULL,
    FULL_OWN,
    PEERS,
    PLATYPUS,
    STAMPED,
    TYPST,
    TYPST_OWN,
    UNTAGGED,
    Peer,
)
from benchmarks.processes import Worker
from benchmarks.promises import Results, promises
from benchmarks.report import write_report
from benchmarks.starts import measure_starts
from benchmarks.warm import measure_warm
from benchmarks.write_inputs import write_inputs

HERE = Path(__file__).parent
_COMPARED = (3, 10)
"""Patients whose handouts are compared before anything is measured."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    patients: int
    individuals: int
    rounds: int
    seconds: float
    cold_rounds: int
    counts: tuple[int, ...]
    most: tuple[int, ...]
    growth_seconds: float
    stamped_seconds: float
    parallel: tuple[int, int, int]
    printing: tuple[int, int, int]


FULL_PLAN = Plan(
    patients=1000, individuals=120, rounds=5, seconds=0.25, cold_rounds=5,
    counts=(1, 10, 100, 1000), most=(10_000, 100_000), growth_seconds=30, stamped_seconds=300,
    parallel=(600, 5600, 3), printing=(100, 1000, 5),
)  # fmt: skip
QUICK_PLAN = Plan(
    patients=40, individuals=24, rounds=2, seconds=0.05, cold_rounds=1,
    counts=(1, 10), most=(100,), growth_seconds=5, stamped_seconds=15,
    parallel=(20, 420, 1), printing=(10, 40, 1),
)  # fmt: skip
_GROWN_NOT = {"platypus-tuned", "typst-ua", UNTAGGED, TYPST_OWN, FULL_OWN}
_COLD_NOT = _GROWN_NOT | {"pypdf", "pikepdf", FULL, STAMPED}


class NotEqual(SystemExit):
    """A peer does not make the same handout: nothing is measured."""


def main(arguments: Sequence[str]) -> None:
    """Measure, print the promises, and write the report unless it is only a look."""
    options = _options(arguments)
    plan = QUICK_PLAN if options.quick else FULL_PLAN
    if options.seconds:
        plan = replace(plan, growth_seconds=options.seconds, stamped_seconds=options.seconds)
    peers = [peer for peer in PEERS if not peer.missing and _wanted(peer, options.only)]
    for peer in PEERS:
        if peer.missing:
            print(f"left out, not installed: {peer.title} ({', '.join(peer.missing)})")
    with tempfile.TemporaryDirectory() as place:
        folder, scratch = Path(place) / "in", Path(place) / "out"
        folder.mkdir()
        scratch.mkdir()
        results = _measure(plan, peers, folder, scratch)
    for promise in promises(results):
        verdict = {True: "met", False: "NOT MET", None: "-"}[promise.met]
        print(f"{promise.group}  {promise.what}: {promise.found} (aim {promise.aim}) {verdict}")
    if not options.quick and not options.only:
        # Only the plot needs matplotlib.
        from benchmarks.plots import draw_growth  # noqa: PLC0415

        draw_growth(results.growth, HERE / "time")
        write_report(results, HERE / "RESULTS.md", _notes(results, plan))
        print(f"wrote {HERE.name}/RESULTS.md")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how fast handouts are made.")
    parser.add_argument("--quick", action="store_true", help="a short look; writes no report")
    parser.add_argument(
        "--seconds", type=float, metavar="S", help="a peer stops growing before it takes longer"
    )
    parser.add_argument("--only", nargs="*", metavar="PEER", help="; ".join(BY_NAME))
    return parser.parse_args(arguments)


def _wanted(peer: Peer, only: Sequence[str] | None) -> bool:
    """Whether a peer is measured; all others are compared with these."""
    return not only or peer.name in {*only, TYPST, FULL, UNTAGGED, STAMPED, PLATYPUS}


@contextmanager
def _step(words: str) -> Iterator[None]:
    begin = time.perf_counter()
    print(f"{words} ...", end=" ", flush=True)
    yield
    print(f"{time.perf_counter() - begin:.0f} s", flush=True)


def _measure(plan: Plan, peers: Sequence[Peer], folder: Path, scratch: Path) -> Results:
    results = Results()
    with _step("writing what peers read"):
        # As installing does: a cold start compiles nothing.
        compileall.compile_dir(Path(handouts.__file__).parent, quiet=2)
        write_inputs(folder, plan.patients, plan.individuals)
    with _step("comparing handouts"):
        compare(peers, folder, scratch)
    with _step("warm processes"):
        write = [peer.name for peer in peers if peer.name in (STAMPED, FULL)]
        results.warm = measure_warm(peers, folder, scratch, plan.rounds, plan.seconds, write)
        empty_files(scratch)
    with _step("cold starts"):
        started = [peer for peer in peers if not peer.individual and peer.name not in _COLD_NOT]
        results.cold = measure_cold(started, folder, scratch, plan.cold_rounds)
        results.starts = measure_starts(scratch, plan.cold_rounds)
    for peer in (peer for peer in peers if peer.name not in _GROWN_NOT):
        with _step(f"from one patient to many: {peer.title}"):
            most = plan.most if peer.name == STAMPED else ()
            seconds = plan.stamped_seconds if most else plan.growth_seconds
            counts = plan.counts + most
            results.growth[peer.name] = measure_growth(peer, folder, scratch, counts, seconds)
    with _step("two processes"):
        results.parallel = measure_parallel(scratch, *plan.parallel)
    with _step("print runs"):
        results.printing = measure_printing(scratch, *plan.printing)
    return results


def compare(peers: Sequence[Peer], folder: Path, scratch: Path) -> None:
    """Make sure that all peers make the same handouts.

    Raises:
        NotEqual: naming each peer that does not, and how.
    """
    problems = []
    for own, reference in ((False, FULL), (True, FULL_OWN)):
        group = [peer for peer in peers if peer.individual is own]
        file = folder / (INDIVIDUALS if own else PATIENTS)
        known = len(file.read_text("utf-8").splitlines())
        numbers = [number % known for number in _COMPARED]
        maker = BY_NAME[reference].prepare(folder)
        ours = [facts_of(maker.make(read_patients(file, n, 1)[0])) for n in numbers]
        for peer in group:
            with Worker("benchmarks.worker", peer.name, str(folder)) as worker:
                for number, facts in zip(numbers, ours, strict=True):
                    made = worker.ask(do="save", number=number, target=str(scratch / "one.pdf"))
                    found = differences(facts, facts_of(Path(made).read_bytes()))
                    problems += [f"{peer.title}, patient {number}: {words}" for words in found]
    if problems:
        raise NotEqual("\n".join(["handouts are not equal; nothing was measured:", *problems]))


def _notes(results: Results, plan: Plan) -> Iterator[str]:
    """What a reader of the numbers must know."""
    stopped = [
        BY_NAME[name].title
        for name, points in results.growth.items()
        if points[-1].count < plan.counts[-1]
    ]
    if stopped:
        yield (
            f"Stopped before {plan.counts[-1]:,} patients, which would have taken more than "
            f"{plan.growth_seconds:.0f} s: {', '.join(stopped)}."
        )
    if results.parallel:
        yield (
            f"Two processes: `handouts batch` with `--jobs 1`, which does all in one process, and "
            f"with `--jobs 2`, which are two beside the one that hands out the rows; the cost of "
            f"{results.parallel.rows} more rows of one kind, so that the start cancels out, and "
            "until all is on the disk. Capacity: what two counting loops got done at once, against "
            "one, measured before and after."
        )
    yield (
        "Typst is told blocks as JSON and goes through them with a function of its own, which is "
        "about a sixth of its time; the rest is its layout and its PDF."
    )
    yield (
        "Programs of their own: each of four of twelve exercises, 24 choices in all, and for each "
        "exercise that counts repetitions one of thirteen numbers of them, drawn by lot for each "
        "patient. Each of them is laid out."
    )
    yield (
        f"Patients start on {STARTS} days with two clinicians in turn. A handout for each weekday, "
        "and for names, dates and clinicians of each width, is laid out once before others are "
        "stamped: that is why the first 100 stamped ones are slow. Rosters for two processes and "
        "print runs are of one start date and clinician."
    )
    yield (
        "Written files are emptied off the clock, and removed when all is measured; 1 GB of disk "
        "is enough. Some file systems (ext4 without a journal) remember for minutes what was "
        "removed and go past it when they make a file, which then takes several times as long."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
