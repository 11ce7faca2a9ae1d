"""What was measured → each promise with its aim, what was found, and whether it is met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks.cold import BUILD
from benchmarks.growth import Point, extrapolated
from benchmarks.many import Parallel, Printing
from benchmarks.peers import FULL, PLATYPUS, STAMPED, TYPST, UNTAGGED
from benchmarks.processes import Usage
from benchmarks.starts import Start, middle
from benchmarks.warm import Warm, ratio

MILLION = 1_000_000
"""As many rows as are foretold."""
FORETOLD_FROM = 100_000
"""No less is measured to tell of a million."""
_PRINT_RUN = 1000


@dataclass(slots=True)
class Results:
    """All that a run measured; empty where it did not."""

    warm: dict[str, Warm] = field(default_factory=dict)
    cold: dict[str, list[Usage]] = field(default_factory=dict)
    starts: dict[str, Start] = field(default_factory=dict)
    growth: dict[str, list[Point]] = field(default_factory=dict)
    parallel: Parallel | None = None
    printing: Printing | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise. ``met`` is None if it was not measured here; ``found`` then says why."""

    group: int
    what: str
    aim: str
    found: str
    met: bool | None


def promises(results: Results) -> list[Promise]:
    """Return every promise, in its order."""
    return [
        *_stamped(results),
        *_laid_out(results),
        *_printed(results),
        *_tested(),
        *_many(results),
    ]


def _times(results: Results, slow: str, quick: str) -> tuple[float, str] | None:
    """How many times as much CPU ``slow`` takes, with the extremes of the rounds."""
    if slow not in results.warm or quick not in results.warm:
        return None
    found = ratio(results.warm[slow].cpu, results.warm[quick].cpu)
    words = f"{found.median:.3g} x ({found.low:.3g} - {found.high:.3g})"
    return found.median, words


def _judged(
    group: int, what: str, aim: str, found: tuple[float, str] | None, good: Callable[[float], bool]
) -> Promise:
    if found is None:
        return Promise(group, what, aim, "not measured in this run", None)
    return Promise(group, what, aim, found[1], good(found[0]))


def _at_most(limit: float) -> Callable[[float], bool]:
    return lambda found: found <= limit


def _stamped(results: Results) -> Iterator[Promise]:
    yield _judged(
        1, "stamped, same program, tagged, against Typst tagged, CPU a handout", "≥ 100 x quicker",
        _times(results, TYPST, STAMPED), lambda found: found >= 100,
    )  # fmt: skip
    warm, floor = results.warm.get(STAMPED), None
    if warm and warm.floor:
        spread = ratio(warm.writing, warm.floor)
        floor = spread.median, f"{spread.median:.2f} x ({spread.low:.2f} - {spread.high:.2f})"
    yield _judged(
        1, "made and written, against writing the same bytes", "≤ 2 x", floor,
        _at_most(2),
    )  # fmt: skip


def _laid_out(results: Results) -> Iterator[Promise]:
    yield _judged(
        2, "full layout, tagged, against Typst tagged, CPU a handout", "≤ 1.0 x",
        _times(results, FULL, TYPST), _at_most(1),
    )  # fmt: skip
    yield _judged(
        2, "tags: laid out, against its twin without tags", "≤ 1.25 x",
        _times(results, FULL, UNTAGGED), _at_most(1.25),
    )  # fmt: skip
    found = None
    if BUILD in results.cold and PLATYPUS in results.cold:
        spread = ratio(
            [used.wall for used in results.cold[BUILD]],
            [used.wall for used in results.cold[PLATYPUS]],
        )
        found = spread.median, f"{spread.median:.2f} x ({spread.low:.2f} - {spread.high:.2f})"
    yield _judged(
        2, "cold `build`, against a ReportLab script", "≤ 1.3 x", found, _at_most(1.3)
    )  # fmt: skip
    share = None
    if results.starts:
        spread = middle(results.starts)
        words = f"{spread.median:.1%}; by program {spread.low:.1%} to {spread.high:.1%}"
        share = spread.median, words
    yield _judged(
        2, "first `build`: start-up's share of its CPU, middle of the built-in programs", "≤ 50 %",
        share, _at_most(0.5),
    )  # fmt: skip


def _printed(results: Results) -> Iterator[Promise]:
    printing = results.printing
    found: list[tuple[float, str] | None] = [None] * 3
    if printing:
        note = f" (print run of {printing.count})" if printing.count < _PRINT_RUN else ""
        milliseconds, kilobytes = printing.cpu * 1e3, printing.size / 1e3
        found = [
            (milliseconds, f"{milliseconds:.2f} ms{note}"),
            (kilobytes, f"{kilobytes:.1f} kB{note}"),
            (printing.growth / 1e6, f"{printing.growth / 1e6:.0f} MB{note}"),
        ]
    for (what, aim, limit), one in zip(
        (
            ("CPU a patient beyond the handouts", "≤ 0.5 ms", 0.5),
            ("bytes a patient beyond the shared part", "≤ 3 kB", 3.0),
            ("peak memory beyond that for 100", "≤ 60 MB", 60.0),
        ),
        found,
        strict=True,
    ):
        yield _judged(3, f"print run of 1,000: {what}", aim, one, _at_most(limit))


def _tested() -> Iterator[Promise]:
    where = "not timed: the tests prove it or fail"
    yield Promise(
        4, "stamped = laid out: pixels, text, structure tree, ua1 and 2a", "equal", where, None
    )
    yield Promise(5, "10,000 stamped files hold nothing of another patient", "nothing", where, None)


def _many(results: Results) -> Iterator[Promise]:
    parallel = results.parallel
    found = None
    if parallel:
        words = (
            f"{parallel.speed_up:.2f} x of a capacity of {parallel.capacity:.2f} x "
            f"({parallel.share:.0%}; {parallel.rows} rows)"
        )
        found = 2 * parallel.share, words
    yield _judged(
        6, "2 processes against 1, relative to the machine's capacity for 2", "≥ 1.7 of 2", found,
        lambda value: value >= 1.7,
    )  # fmt: skip
    points = results.growth.get(STAMPED, [])
    what, aim = f"{MILLION:,} rows, extrapolated", "with the plot"
    if points and points[-1].count >= FORETOLD_FROM:
        words = (
            f"{extrapolated(points, MILLION):.0f} s, from {points[-1].count:,} in "
            f"{points[-1].wall:.0f} s"
        )
        yield Promise(6, what, aim, words, True)
    else:
        yield Promise(6, what, aim, "not measured in this run", None)
