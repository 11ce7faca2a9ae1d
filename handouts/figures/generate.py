"""All built-in exercises into the drawings that are shipped, and whether those are fresh."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from handouts.errors import Problem
from handouts.figures.library import draw_now, drawing_name, engine_digest
from handouts.figures.stored import digest_of, read_drawing, write_drawing
from handouts.load.library import Library
from handouts.model.figure import Figure
from handouts.workspace import Kind

ENGINE: Final = "engine.json"


def figures_of(library: Library) -> Iterator[tuple[str, str | None, Figure]]:
    """Yield exercise, variant and figure of all that have a picture of their own."""
    for name in library.workspace.ids(Kind.EXERCISES):
        exercise = library.exercise(name)
        if exercise.figure is not None:
            yield name, None, exercise.figure
        for variant, change in exercise.variants.items():
            figure = exercise.variant(variant).figure
            if change.figure is not None and figure is not None:
                yield name, variant, figure


def _expected(library: Library) -> dict[str, Figure]:
    return {
        f"{drawing_name(name, variant)}.json": figure
        for name, variant, figure in figures_of(library)
    }


def generate(library: Library, folder: Path) -> list[Path]:
    """Draw every figure into a folder, and remove drawings of figures that are gone.

    Returns:
        The files whose content changed.

    Raises:
        MissingError: if numpy or shapely is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        name: write_drawing(draw_now(figure, name.removesuffix(".json")))
        for name, figure in _expected(library).items()
    }
    files[ENGINE] = (json.dumps({"engine": engine_digest()}) + "\n").encode()
    changed = []
    for path in sorted(folder.glob("*.json")):
        if path.name not in files:
            path.unlink()
            changed.append(path)
    for name, data in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
            changed.append(path)
    return changed


def stale(library: Library, folder: Path) -> list[Problem]:
    """Return a problem for each drawing that is missing, left over, or not of today's figure.

    Nothing is drawn: figures and engine are compared by their digests.
    """
    problems = []
    hint = "run: handouts figures generate"
    expected = _expected(library)
    for name, figure in expected.items():
        path = folder / name
        drawing = read_drawing(path.read_bytes()) if path.is_file() else None
        if drawing is None:
            problems.append(Problem(f"the drawing {name} is missing", hint=hint))
        elif drawing.digest != digest_of(figure):
            problems.append(Problem(f"the drawing {name} is of an older figure", hint=hint))
    problems += [
        Problem(f"the drawing {path.name} belongs to no exercise", hint=hint)
        for path in sorted(folder.glob("*.json"))
        if path.name not in expected and path.name != ENGINE
    ]
    if expected and _engine_of(folder) != engine_digest():
        problems.append(Problem("the drawings were made by an older engine", hint=hint))
    return problems


def _engine_of(folder: Path) -> str:
    path = folder / ENGINE
    if not path.is_file():
        return ""
    return str(json.loads(path.read_bytes()).get("engine"))
