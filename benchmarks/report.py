"""Write the rows as ``RESULTS.md``, with the method, the machine and the results."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from benchmarks.rows import Row

_PACKAGES = ("reportlab", "rl_accel", "pikepdf", "typst")

_INTRODUCTION = """\
# How fast handouts are made

`make bench` writes this file; `make bench-quick` is a short run that writes nothing. All numbers
are from one run on one machine. You can compare ratios with those of another machine, but not
seconds.

Typst and ReportLab Platypus make the same handout: the program *si-joint-calm* of the clinic
*riverbend*, four pages of Letter paper. Before any measurement, the benchmark compares the
handouts of all for the same patients. They must have the same number of pages, **the same
characters** (none missing, none extra; spaces do not count), the same two embedded fonts, and at
least nine tenths of the lines and curves of ours. Each sets text, breaks lines, measures tables
and draws the same vector pictures itself, from the same simple blocks (`benchmarks/blocks.py`).

What favours them: they receive the words for dates, the page numbers and the pattern of the 2-D
code, while we compose and encode these on the clock. They are told where pages end, and their
small signs are plain discs. Only our files claim PDF/UA-1 and PDF/A-2a. What favours us: Typst
receives the blocks as JSON and walks through them with a function of its own, which takes about a
sixth of its time.
"""

_FALLEN = """\
## Promises that we gave up on purpose

- *Own doses stamped, at 50 times the speed of Typst.* This needed five layers of cached page
  parts, each with its own notion of equality. It paid off only after hundreds of patients with the
  same programs: for the first 150 it gained one percent. Handouts with own doses are now laid out
  one by one (rows 3 and 4).
- *A repeated `build` in half the time of a Typst process.* This needed laid-out pages on disk, in
  a folder that had to be trusted, and a second parser of the command line to find them before
  anything else was loaded. Every `build` now does all of its work (row 6).
- *A cold `build` in 1.3 times the time of a bare script*: 2.5 times. Half of the extra time goes
  into loading pydantic and our models, which read and check the content; the script does neither.
- *The first handout of a process in the time of Typst's*: 1.25 times. The first handout sets every
  word and reads every font and drawing once; the next ones take half as long.
- *Made and written in twice the time of writing*: 4 times, which is 0.4 ms. Stamping takes three
  times as long as the write itself. An engine that wrote PDF by hand met this promise.
- *A changed dose on the screen in 0.3 of Typst's time*: 0.42, which is 30 ms. A third of it is
  PDFium and the JPEG. Two caches, of the words of exercises that did not change and of the room
  that they need, would save 4 ms more and still miss the promise.
"""

_NOTES = """\
## How it is measured

- Everything runs on one core, in turn, and every handout is for another patient. The tables give
  the median of the rounds, with the extremes in brackets. CPU is the CPU time of the process; rows
  2 and 8 are wall clock.
- Row 1: before the measurement, a handout is laid out for each weekday and for names, dates and
  clinicians of each width. This time is not counted.
- Row 2: files are written as a batch writes them, whole or not at all, and readable by the owner
  only. The comparison opens and writes files. The clock stops when a whole round is on the disk,
  as a batch waits for it: the time of a write into the system's memory says more about the system
  than about either.
- Rows 3 and 4: each program has four of twelve exercises, 24 choices in all. For each exercise
  that counts repetitions, one of thirteen numbers is drawn at random for each patient. The first
  handout of a process is measured after both have loaded their modules and content and collected
  the garbage of that. Otherwise this collection, 30 to 50 ms for ours, would fall into some
  measurements and not into others.
- Row 6: the command as a clinic runs it, which also reads and checks the content.
- Row 7: batches of both sizes, with and without a print run, in one process.
- Row 8: `--jobs 1` does everything in one process; `--jobs 2` uses two processes beside the one
  that hands out the rows. The row compares the cost of additional rows, until everything is on the
  disk.
- Row 9: one patient, with one dose changed each time. The time runs from what was typed to the
  picture of the page with that exercise, as large as the desk shows it on a screen of 1920 dots
  (72 to the inch). Typst draws all four pages at once, at the same size. The time it takes in
  addition to drawing them as dots is divided by four.
- The benchmark does not check that stamped handouts equal laid-out ones and contain nothing of
  another patient: the tests prove it.
"""


def write_report(rows: Iterable[Row], tables: Iterable[tuple[str, ...]], target: Path) -> None:
    """Write the report; ``tables`` has a line for each peer's time, below the heads."""
    target.write_text("\n".join(_lines(rows, list(tables))).rstrip() + "\n", "utf-8")


def _lines(rows: Iterable[Row], table: list[tuple[str, ...]]) -> Iterator[str]:
    yield from (_INTRODUCTION, "## What is promised", "")
    heads = ("", "what", "aim", "measured", "")
    yield from _table([heads, *(
        (str(row.number), row.what, row.aim, row.found, "met" if row.met else "**not met**")
        for row in sorted(rows, key=lambda row: row.number)
    )])  # fmt: skip
    yield from ("", _FALLEN, "## What each took", "", *_table(table), "", _NOTES)
    yield from ("## The machine", "", *_machine())


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    yield from (lines[0], "|" + "---|" * len(rows[0]), *lines[1:])


def _machine() -> Iterator[str]:
    yield f"- {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    yield f"- Python {platform.python_version()} ({platform.python_implementation()})"
    yield "- " + ", ".join(f"{name} {version(name)}" for name in _PACKAGES)


def _processor() -> str:
    """Return the model of the processor, as the system names it."""
    told = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", told.read_text("utf-8")) if told.exists() else None
    named = " ".join(found.group(1).split()) if found else platform.processor()
    return named or "processor unknown"
