"""Turn an exercise into drawings: shipped, kept in the clinic's folder, or drawn now.

Making handouts needs neither numpy nor shapely: they are imported only to draw what is new.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from handouts.errors import EXTRAS, HandoutError, MissingError, Problem, to_install
from handouts.figures.stored import Drawing, digest_of, read_drawing, to_grid, write_drawing
from handouts.figures.vector import Vector
from handouts.files import write_whole
from handouts.load.library import Library
from handouts.model.figure import Figure
from handouts.workspace import Kind, Workspace

SHIPPED: Final = "data/figures"
CACHE: Final = ".figures"
"""The folder of a clinic's own drawings, in the clinic's folder."""
LIMIT: Final = 4 * 1024 * 1024

_NOT_DRAWING: Final = frozenset(
    {
        "__init__",
        "collide",
        "colour",
        "emit",
        "library",
        "lint",
        "motion",
        "obstacles",
        "preview",
        "ranges",
        "style",
        "touch",
    }
)
"""Modules of the engine that do not change what is drawn."""


def drawing_name(exercise: str, variant: str | None) -> str:
    """Return the file name of a drawing without its ending."""
    return f"{exercise}--{variant}" if variant else exercise


@cache
def engine_digest() -> str:
    """Return a digest of the engine's source, which changes with how it draws."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem not in _NOT_DRAWING:
            found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:24]


def missing_tools() -> str:
    """Return which of the packages that draw and measure are not installed, else nothing.

    A handout of pictures that are drawn does not need them.
    """
    return " and ".join(name for name in EXTRAS["figures"] if find_spec(name) is None)


def need_tools(what: str) -> None:
    """Stop what cannot be done without numpy and shapely, before anything is written.

    Raises:
        MissingError: if one of them is not installed.
    """
    if missing := missing_tools():
        raise MissingError(f"{what} needs {missing}", hint=to_install("figures"))


def draw_now(figure: Figure, name: str) -> Drawing:
    """Draw a figure.

    Raises:
        MissingError: if numpy or shapely is not installed.
    """
    need_tools(f'the picture of "{name}" is not drawn yet, and drawing it')
    # Imported here because only authors of drawings install numpy and shapely.
    from handouts.figures.draw import draw  # noqa: PLC0415

    return Drawing(digest_of(figure), tuple(to_grid(frame) for frame in draw(figure)))


class Drawings:
    """The drawings of a workspace's exercises."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def frames(self, exercise: str, variant: str | None, figure: Figure) -> tuple[Vector, ...]:
        """Return the frames of an exercise's figure.

        Raises:
            MissingError: if it has to be drawn and numpy or shapely is not installed.
        """
        name, digest = drawing_name(exercise, variant), digest_of(figure)
        for path in (self.workspace.builtin(f"{SHIPPED}/{name}.json"), self._cached(digest)):
            if path and path.is_file():
                drawing = read_drawing(self.workspace.read(path, LIMIT))
                if drawing and drawing.digest == digest:
                    return drawing.frames
        drawing = draw_now(figure, name)
        self._keep(drawing)
        return drawing.frames

    def _cached(self, digest: str) -> Path | None:
        folder = self.workspace.folder
        return folder / CACHE / f"{digest}-{engine_digest()}.json" if folder else None

    def _keep(self, drawing: Drawing) -> None:
        """Write a drawing into the clinic's folder; a folder that cannot be written is no harm."""
        path = self._cached(drawing.digest)
        if path is None or not self.workspace.keeps:
            return
        with contextlib.suppress(OSError, HandoutError):
            path.parent.mkdir(exist_ok=True)
            write_whole(path, write_drawing(drawing), private=False, flush=False)


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
