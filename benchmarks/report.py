"""Results → ``RESULTS.md``: the machine, the promises, tables of all that was measured."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.cold import BUILD, NOTHING
from benchmarks.growth import Point, extrapolated, more
from benchmarks.peers import BY_NAME, PEERS, PLATYPUS, STAMPED
from benchmarks.promises import FORETOLD_FROM, MILLION, Results, promises
from benchmarks.starts import Start
from benchmarks.warm import baseline, ratio

_PACKAGES = (
    "reportlab", "rl_accel", "typst", "fpdf2", "weasyprint", "pypdf", "pikepdf", "qrcodegen",
)  # fmt: skip
_COLD = {
    NOTHING: "Python that does nothing",
    BUILD: "handouts build",
}
_MEGABYTE = 1e6
_VERDICT = {True: "met", False: "**not met**", None: "-"}

_INTRODUCTION = """\
# How fast handouts are made

Written by `make bench`; `make bench-quick` is a short look that writes nothing. All numbers are of
one run on one machine: ratios can be compared with those of another machine, seconds cannot.

Every peer makes the same handout: the program *si-joint-calm* of the clinic *riverbend*, five pages
of Letter paper. Before anything is measured, the handouts of all peers are compared for the same
patients: as many pages, **the same characters** (none may be missing or too many; space does not
count), the same two fonts embedded, and at least nine tenths of the lines and curves of ours. The
peers are in `benchmarks/peers`; each sets text, breaks lines, measures tables and draws the same
vector pictures by itself, from the same simple blocks (`benchmarks/content.py`).

What favours the peers: words for dates and the pattern of the 2-D code are given to them, while we
compose and encode them on the clock; where pages end is told to them; pictures are read once in a
process. Only we and "Typst, PDF/UA-1" make files that claim an accessibility standard, and only we
also claim PDF/A-2a. The overlays fill a form that we laid out, and are not tagged.
"""

_WARM_WORDS = """\
One core, all peers in turn, every handout for another patient. The ratio is that of CPU to Typst
(tagged) in the same round."""

_COLD_WORDS = """\
Whole processes in turn, one core; the ratio is that of wall clock to ReportLab Platypus in the same
round. Ours is the command as a clinic runs it, which also reads and checks the content."""

_START_WORDS = """\
Start-up: CPU of a process that loads the same modules as that first build and does nothing else,
with the start of Python itself. The rest reads, checks, composes, lays out and writes."""

_GROWTH_WORDS = """\
One process a peer, one core, with the start of the program, each handout written to a file of its
own, which is emptied after every 500, off the clock, so that the disk has room; seconds of wall
clock, and peak memory at the last count. A dash: it would have taken too long."""


def write_report(results: Results, target: Path, notes: Iterable[str]) -> None:
    """Write the report."""
    target.write_text("\n".join(_lines(results, notes)).rstrip() + "\n", "utf-8")


def _lines(results: Results, notes: Iterable[str]) -> Iterator[str]:
    yield _INTRODUCTION
    yield from ("## The machine", "", *_machine(), "")
    yield from ("## What was promised", "")
    yield from _table(
        ("", "what", "aim", "measured", ""),
        [(str(p.group), p.what, p.aim, p.found, _VERDICT[p.met]) for p in promises(results)],
    )
    yield from ("", "Ratios: the median of the rounds, and their extremes in brackets.", "")
    yield from (*_warm(results), *_cold(results), *_growth(results))
    notes = list(notes)
    if notes:
        yield from ("## Notes", "", *(f"- {note}" for note in notes))


def _machine() -> Iterator[str]:
    yield f"- {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    yield f"- Python {platform.python_version()} ({platform.python_implementation()})"
    yield "- " + ", ".join(f"{name} {version(name)}" for name in _PACKAGES)


def _processor() -> str:
    """The model of the processor, as the system names it."""
    told = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", told.read_text("utf-8")) if told.exists() else None
    return (
        " ".join(found.group(1).split()) if found else platform.processor() or "processor unknown"
    )


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    heads = list(heads)
    yield f"| {' | '.join(heads)} |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _warm(results: Results) -> Iterator[str]:
    yield from (
        "## One handout, in a process that is warm",
        "",
        _WARM_WORDS,
        "",
    )
    rows = []
    for name, warm in results.warm.items():
        peer = BY_NAME[name]
        base = results.warm.get(baseline(peer))
        spread = ratio(warm.cpu, base.cpu) if base else None
        words = f"{spread.low:.3g} - {spread.high:.3g}" if spread else "-"
        rows.append(
            (peer.title, "yes" if peer.tagged else "no", _time(statistics.median(warm.wall)),
             _time(warm.cpu_median), f"{spread.median:.3g}" if spread else "-", words,
             f"{warm.size / 1000:.1f} kB", f"{warm.peak / _MEGABYTE:.0f} MB")
        )  # fmt: skip
    heads = ("peer", "tagged", "wall", "CPU", "ratio", "of the rounds", "file", "peak memory")
    yield from _table(heads, rows)
    writing = [(n, w) for n, w in results.warm.items() if w.floor]
    for name, warm in writing:
        spread = ratio(warm.writing, warm.floor)
        yield ""
        yield (
            f"Written to new files of a new folder, {BY_NAME[name].title} takes "
            f"{_time(statistics.median(warm.writing))} a handout; writing the same bytes without "
            f"making them takes {_time(statistics.median(warm.floor))}: {spread.median:.2f} x "
            f"({spread.low:.2f} - {spread.high:.2f})."
        )
        spread = ratio(warm.stored, warm.stored_floor)
        yield (
            f"Until all of a round is on the disk: {_time(statistics.median(warm.stored))} a "
            f"handout against {_time(statistics.median(warm.stored_floor))}, {spread.median:.2f} x "
            f"({spread.low:.2f} - {spread.high:.2f})."
        )
    yield ""


def _cold(results: Results) -> Iterator[str]:
    if not results.cold:
        return
    yield from (
        "## One handout, from a cold start",
        "",
        _COLD_WORDS,
        "",
    )
    base = [used.wall for used in results.cold[PLATYPUS]]
    rows = []
    for name, used in results.cold.items():
        spread = ratio([one.wall for one in used], base)
        title = _COLD.get(name) or BY_NAME[name].title
        rows.append(
            (title, _time(statistics.median(one.wall for one in used)),
             _time(statistics.median(one.cpu for one in used)), f"{spread.median:.2f}",
             f"{spread.low:.2f} - {spread.high:.2f}",
             f"{max(one.peak for one in used) / _MEGABYTE:.0f} MB")
        )  # fmt: skip
    yield from _table(("process", "wall", "CPU", "ratio", "of the rounds", "peak memory"), rows)
    yield ""
    yield from _starts(results.starts)


def _starts(starts: Mapping[str, Start]) -> Iterator[str]:
    if not starts:
        return
    yield from (_START_WORDS, "")
    rows = [
        (program, _time(statistics.median(start.whole)), _time(statistics.median(start.start)),
         f"{start.share.median:.1%}", f"{start.share.low:.1%} - {start.share.high:.1%}")
        for program, start in starts.items()
    ]  # fmt: skip
    yield from _table(("program", "first build", "start-up", "share", "of the rounds"), rows)
    yield ""


def _growth(results: Results) -> Iterator[str]:
    if not results.growth:
        return
    yield from (
        "## From one patient to many",
        "",
        _GROWTH_WORDS,
        "",
        "![Time against the number of patients](time.png)",
        "",
    )
    counts = sorted({point.count for points in results.growth.values() for point in points})
    rows = []
    for name, points in results.growth.items():
        at = {point.count: f"{point.wall:.3g} s" for point in points}
        last = points[-1]
        rows.append(
            (BY_NAME[name].title, *(at.get(count, "-") for count in counts),
             _time(last.wall / last.count), _time(more(points)),
             f"{last.peak / _MEGABYTE:.0f} MB")
        )  # fmt: skip
    heads = ("peer", *(f"{count:,}" for count in counts), "each", "one more", "peak memory")
    yield from _table(heads, rows)
    yield from _foretold(results.growth.get(STAMPED, []))
    missing = [
        peer.title
        for peer in PEERS
        if peer.name in results.warm and peer.name not in results.growth
    ]
    if missing:
        yield from ("", f"Not grown, being variants: {', '.join(missing)}.")
    yield ""


def _foretold(points: Sequence[Point]) -> Iterator[str]:
    """What a million would take, and why that may be said."""
    if not points or points[-1].count < FORETOLD_FROM:
        return
    before, last = points[-2:]
    seconds = extrapolated(points, MILLION)
    yield ""
    yield (
        f"**{MILLION:,} handouts** would take {seconds:.0f} s ({seconds / 60:.1f} minutes) on one "
        f"core: a straight line through {before.count:,} and {last.count:,}, dotted in the plot. "
        f"It assumes that one more goes on taking {_time(more(points))}, as those between the two "
        "did on average: what is kept in memory does not grow with their number (see the last "
        "column). Two things are not on this clock: a folder with a million files (here 500 share "
        "one), and a disk that has to keep up with 116 kB each."
    )


def _time(seconds: float) -> str:
    """Three digits, in the unit that suits."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"
