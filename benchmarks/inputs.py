"""Read what `benchmarks.content` wrote for peers: content, pictures, patients."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

CONTENT, DRAWINGS = "content.json", "drawings.json"
PATIENTS, OWN_PATIENTS, DESK = "patients.jsonl", "own-patients.jsonl", "desk.jsonl"
PICTURES = "pictures"
"""A folder of the same drawings, each as SVG."""
TYPST_SOURCE = "handout.typ"
CLINIC = "clinic"
"""The folder of a clinic with programs of patients' own."""
FONTS = {"Handout-Regular": "Handout-Regular.ttf", "Handout-Bold": "Handout-Bold.ttf"}


def read_json(file: Path) -> dict[str, Any]:
    """Return the content or the drawings, by name."""
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return content


def read_patients(file: Path, first: int, count: int) -> list[dict[str, Any]]:
    """Return patients ``first`` to ``first + count - 1``, counted from 0.

    After the last come the first again under new numbers: handouts makes all from a number.
    """
    with file.open(encoding="utf-8") as lines:
        found = list(islice(lines, first, first + count))
    if len(found) < count:
        known = file.read_text("utf-8").splitlines()
        found = [known[number % len(known)] for number in range(first, first + count)]
    return [json.loads(line) | {"number": number} for number, line in enumerate(found, first)]
