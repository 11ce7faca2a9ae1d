"""The files that peers read (written by `benchmarks.write_inputs`) → content and patients."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

CONTENT, DRAWINGS, PATIENTS, INDIVIDUALS = (
    "content.json", "drawings.json", "patients.jsonl", "individuals.jsonl",
)  # fmt: skip
PICTURES = "pictures"
"""A folder of the same drawings, each as SVG."""

TYPST_SOURCE = "handout.typ"
CLINIC = "clinic"
"""The folder of a clinic with programs of its own, for individual handouts."""

FONTS = {"Handout-Regular": "Handout-Regular.ttf", "Handout-Bold": "Handout-Bold.ttf"}


def read_content(folder: Path) -> dict[str, Any]:
    """Return the content for all patients."""
    content: dict[str, Any] = json.loads((folder / CONTENT).read_text("utf-8"))
    return content


def read_drawings(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the pictures by name, with their paths."""
    drawings: dict[str, dict[str, Any]] = json.loads((folder / DRAWINGS).read_text("utf-8"))
    return drawings


def read_patients(file: Path, first: int, count: int) -> list[dict[str, Any]]:
    """Return patients ``first`` to ``first + count - 1``; after the last come the first again.

    Numbers go on: to us, who make all from a number, it is another patient.
    """
    with file.open(encoding="utf-8") as lines:
        found = list(islice(lines, first, first + count))
    if len(found) < count:
        known = file.read_text("utf-8").splitlines()
        found = [known[number % len(known)] for number in range(first, first + count)]
    return [json.loads(line) | {"number": number} for number, line in enumerate(found, first)]
