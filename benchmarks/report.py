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

Written by `make bench`; `make bench-quick` is a short look that writes nothing. All numbers are of
one run on one machine: ratios can be compared with those of another machine, seconds cannot.

Typst and ReportLab Platypus make the same handout: the program *si-joint-calm* of the clinic
*riverbend*, four pages of Letter paper. Before anything is measured the handouts of all are
compared for the same patients: as many pages, **the same characters** (none may be missing or too
many; space does not count), the same two fonts embedded, and at least nine tenths of the lines and
curves of ours. Each sets text, breaks lines, measures tables and draws the same vector pictures by
itself, from the same simple blocks (`benchmarks/blocks.py`).

What favours them: words for dates, page numbers and the pattern of the 2-D code are given to them,
while we compose and encode them on the clock; where pages end is told to them; small signs are
plain discs. Only we make files that claim PDF/UA-1 and PDF/A-2a. What favours us: Typst is told
blocks as JSON and goes through them with a function of its own, which is about a sixth of its time.
"""

_FALLEN = """\
## Promises that fell, on purpose

- *Own doses stamped, at 50 times the speed of Typst.* It needed parts of pages remembered in five
  layers, each with its own idea of what is the same, and paid only after hundreds of patients of
  the same programs: for the first 150 it gained one part in a hundred. Handouts with own doses are
  laid out, each for itself (rows 3 and 4).
- *A `build` that is repeated, in half the time of a Typst process.* It needed what was laid out to
  be kept on the disk, in a folder that had to be trusted, and a second reader of the command
  line to find it before anything else was loaded. Every `build` now does all of its work (row 6).
- *A cold `build` in 1.3 times the time of a bare script*: 2.5 times. Half of what it takes more is
  pydantic and our models being loaded, which read and check the content; the script does neither.
- *The first handout of a process in the time of Typst's*: 1.25 times. Every word is set and every
  font and drawing read for it, once; the next take half as long.
- *Made and written in twice the time of writing*: 4 times, which is 0.4 ms. Stamping takes three
  times as long as the write itself. It was met by an engine that wrote PDF by hand.
- *A changed dose on the screen in 0.3 of Typst's time*: 0.5, which is 30 ms. Blocks kept from one
  change to the next, and drawing only the part of the page that changed, would save 9 of them: two
  second ways of doing a thing, for what nobody sees.
"""

_NOTES = """\
## How it is measured

- One core, all in turn, every handout for another patient; the median of the rounds counts, and
  their extremes stand in brackets. CPU is that of the process, but rows 2 and 8 are wall clock.
- Row 1: a handout for each weekday, and for names, dates and clinicians of each width, is laid out
  before; that is not measured.
- Row 2: as a batch writes, whole or not at all, for its owner only; against files that are opened
  and written. Until all of a round is on the disk, as a batch waits for it: what a write into the
  system's memory takes says more about the system than about either.
- Rows 3 and 4: each program has four of twelve exercises, 24 choices in all, and for each exercise
  that counts repetitions one of thirteen numbers of them, drawn by lot for each patient. The first
  handout of a process is measured after both have loaded their modules and content, and what that
  left is cleared away: the collection of it, 30 to 50 ms of ours, else fell into it or not.
- Row 6: the command as a clinic runs it, which also reads and checks the content.
- Row 7: batches with a print run and without, of both sizes, in one process.
- Row 8: `--jobs 1`, which does all in one process, and `--jobs 2`, which are two beside the one
  that hands out the rows; the cost of more rows, until all is on the disk.
- Row 9: one patient, of whose doses one is changed each time: from what was typed to the picture of
  the page with that exercise, as large as the desk shows it on a screen of 1920 dots (72 to the
  inch). Typst draws all four pages at once, as large: what it takes beyond
  drawing them as dots is divided by four.
- That stamped handouts equal those laid out, and hold nothing of another patient, is not timed: the
  tests prove it.
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
