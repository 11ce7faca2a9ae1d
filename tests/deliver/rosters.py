"""Rosters of invented people, and a listener that keeps what it is told."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from handouts.deliver.batch.record import BatchReport
from handouts.errors import Problem

GOOD = {
    "reference": "R-1",
    "name": "Maria Nuñez-O'Brien",
    "program": "si-joint-calm",
    "clinic": "riverbend",
    "layout": "quick",
    "affected_side": "left",
    "start_date": "2026-12-01",
}
QUICK = """\
schema: 1
name: Quick sheet
description: A fridge sheet with the whole name and no pictures, made three times as fast.
extends: fridge
leaves_out:
  [expect, pain-rule, red-flags, same-day, exercises, precautions, visit, education]
grid: {pictures: false}
sections:
  - head: slim
    orientation: landscape
    stop_strip: true
    blocks: [note, tracking, pointer, notes]
"""
SLIP = """\
schema: 1
name: Slip
description: Whose it is and the dates, for tests of many patients.
extends: compact
leaves_out:
  [expect, tracking, pain-rule, same-day, exercises, precautions, education, notes]
sections:
  - head: slim
    stop_strip: true
    blocks: [title, patient, visit, red-flags]
"""
Rows = Sequence[dict[str, str]]


class Told:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.failures: list[tuple[int, str, str]] = []
        self.done: list[int] = []

    def begun(self, progress: BatchReport) -> None:
        """Keep that work begins."""
        self.done.append(progress.done)

    def advanced(self, progress: BatchReport) -> None:
        """Keep how far it is."""
        self.done.append(progress.done)

    def failed(self, roster: str, row: int, reference: str, problems: Sequence[Problem]) -> None:
        """Keep a row that failed."""
        del roster
        self.failures.append((row, reference, "; ".join(item.message for item in problems)))

    def printing(self) -> None:
        """Take note of nothing: tests look at the print run."""


def people(count: int, **common: str) -> Rows:
    """Return good rows, with references and names of their own."""
    return [
        {**GOOD, "reference": f"P-{number:03}", "name": f"Person {letters(number)}", **common}
        for number in range(count)
    ]


def letters(number: int) -> str:
    """Return a made-up word that no other number has, and that stands in no other."""
    digits = f"{number:04}"
    return "Z" + "".join("abcdefghij"[int(digit)] for digit in digits) + "q"


def write_folder(folder: Path) -> Path:
    """Write a clinic's folder with the layouts of these tests."""
    (folder / "layouts").mkdir(parents=True)
    (folder / "layouts" / "quick.yaml").write_text(QUICK, "utf-8")
    (folder / "layouts" / "slip.yaml").write_text(SLIP, "utf-8")
    return folder


def write_csv(path: Path, rows: Rows) -> Path:
    """Write rows as a roster; columns are those of all rows."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path
