"""Read the files that `benchmarks.content` wrote for peers: content, pictures, patients."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

CONTENT, DRAWINGS = "content.json", "drawings.json"
PATIENTS, OWN_PATIENTS, DESK = "patients.jsonl", "own-patients.jsonl", "desk.jsonl"
PICTURES = "pictures"
"""A folder with the same drawings, each as SVG."""
TYPST_SOURCE = "handout.typ"
CLINIC = "clinic"
"""The folder of a clinic with patients' own programs."""
FONTS = {"Handout-Regular": "Handout-Regular.ttf", "Handout-Bold": "Handout-Bold.ttf"}


def read_json(file: Path) -> dict[str, Any]:
    """Return the content or the drawings, by name."""
    content: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return content


def read_patients(file: Path, first: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield patients ``first`` to ``first + count - 1``, counted from 0.

    After the last patient the first ones come again with new numbers. (handouts makes patients from
    numbers alone.) Only one is in memory at a time. Otherwise the garbage collector would go
    through all of them, even in the process of a peer that uses only their numbers.
    """
    number = first
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, first, first + count), first + 1):
            yield json.loads(line) | {"number": number - 1}
    if number < first + count:
        known = file.read_text("utf-8").splitlines()
        for again in range(number, first + count):
            yield json.loads(known[again % len(known)]) | {"number": again}
