"""Turn an exercise into drawings: shipped, stored in the clinic's folder, or drawn now.

Making handouts needs neither numpy nor shapely: they are imported only to draw something new.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec

from handouts.errors import EXTRAS, HandoutError, MissingError, Problem, to_install
from handouts.figures.colours import roles
from handouts.figures.vector import Drawing, Vector, read_drawing, write_drawing
from handouts.files import write_whole
from handouts.load.library import Library
from handouts.model.base import Model
from handouts.model.exercise import Exercise
from handouts.model.figure import Figure
from handouts.workspace import Kind, Workspace

SHIPPED: Final = "data/figures"
CACHE: Final = ".figures"
"""The folder of a clinic's own drawings, in the clinic's folder."""
LIMIT: Final = 4 * 1024 * 1024
_HEAD: Final = 80
"""The digest of a drawing is within this many bytes from its start."""

ENGINE_MODULES: Final = (
    "body", "contacts", "draw", "furniture", "gear", "geometry", "hands", "head", "paint", "part",
    "points", "scene", "skeleton", "solve", "vector",
)  # fmt: skip
"""The modules of figures that decide what is drawn: all that drawing imports."""

_WHOLE: Final = {"dir"}
"""Whole numbers of a figure: the direction in which a prop faces."""


def drawing_name(exercise: str, variant: str | None) -> str:
    """Return the file name of a drawing without its ending."""
    return f"{exercise}--{variant}" if variant else exercise


@cache
def engine_digest() -> str:
    """Return a digest of the engine's source and base poses, which changes with how it draws."""
    found = hashlib.sha256(Path(__file__).with_name("poses.yaml").read_bytes())
    for name in ENGINE_MODULES:
        found.update(name.encode() + b"\0" + Path(__file__).with_name(f"{name}.py").read_bytes())
    return found.hexdigest()[:24]


def missing_tools() -> str:
    """Return which packages for drawing and measuring are not installed, else "".

    A handout whose pictures are already drawn does not need them.
    """
    return " and ".join(name for name in EXTRAS["figures"] if find_spec(name) is None)


def need_tools(what: str) -> None:
    """Stop work that needs numpy and shapely, before anything is written.

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
    # Imported here, because only authors of drawings install numpy and shapely.
    from handouts.figures.draw import draw  # noqa: PLC0415

    return Drawing(figure_digest(figure), draw(figure))


def figure_digest(figure: Figure) -> str:
    """Return a digest of everything in a figure that changes how it looks."""
    shape = _stated(figure)
    for word in ("alt", "works", "moves", "accept"):
        shape.pop(word, None)
    for frame in ("start", "middle", "end"):
        shape.get(frame, {}).pop("step", None)
    packed = msgspec.json.encode(shape, order="sorted")
    return hashlib.sha256(packed).hexdigest()[:24]


def _stated(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the values in a model or mapping as dicts, lists and scalars.

    pydantic would first build a serializer for figures, which takes longer than all this. Lengths
    and angles are floats, even if a default is written as a whole number.
    """
    return {
        name: value if name in _WHOLE else _plain(value)
        for name, value in items
        if value is not None
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return _stated(value)
    if isinstance(value, dict):
        return _stated(value.items())
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return float(value) if type(value) is int else value


class Drawings:
    """The drawings of a workspace's exercises."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def frames(self, exercise: str, variant: str | None, figure: Figure) -> tuple[Vector, ...]:
        """Return the frames of an exercise's figure.

        Raises:
            MissingError: if it has to be drawn and numpy or shapely is not installed.
        """
        name, digest = drawing_name(exercise, variant), figure_digest(figure)
        shipped = self.workspace.builtin(f"{SHIPPED}/{name}.json")
        drawing = self._read(shipped, digest)
        if drawing is None:
            cached = self._cached(digest)
            drawing = self._read(cached, digest) or self._of_another(digest)
            if drawing is None and missing_tools():
                drawing = self._older(digest)
            if drawing is None:
                drawing = draw_now(figure, name)
                self._keep(drawing, cached)
        return drawing.frames

    def _read(self, path: Path | None, digest: str) -> Drawing | None:
        """Return the drawing in a file if the file exists and its figure has this digest."""
        if path is None or not path.is_file():
            return None
        drawing = read_drawing(self.workspace.read(path, LIMIT), roles())
        return drawing if drawing and drawing.digest == digest else None

    def _of_another(self, digest: str) -> Drawing | None:
        """Return the shipped drawing of an exercise whose figure was copied or is extended."""
        named = digest.encode()
        for path in sorted(self.workspace.builtin(SHIPPED).glob("*.json")):
            with path.open("rb") as file:
                if named in file.read(_HEAD):
                    return self._read(path, digest)
        return None

    def _cached(self, digest: str) -> Path | None:
        folder = self.workspace.folder
        return folder / CACHE / f"{digest}-{engine_digest()}.json" if folder else None

    def _older(self, digest: str) -> Drawing | None:
        """Return a drawing of the same figure by another version of the engine.

        With it a desk that cannot draw can still print the clinic's own pictures after an update.
        """
        folder = self.workspace.folder
        kept = sorted((folder / CACHE).glob(f"{digest}-*.json")) if folder else []
        found = (self._read(path, digest) for path in kept)
        return next((drawing for drawing in found if drawing), None)

    def _keep(self, drawing: Drawing, path: Path | None) -> None:
        """Write a drawing into the clinic's folder; ignore a folder that cannot be written."""
        if path is None or not self.workspace.keeps:
            return
        with contextlib.suppress(OSError, HandoutError):
            path.parent.mkdir(exist_ok=True)
            write_whole(path, write_drawing(drawing), private=False, flush=False)


ENGINE: Final = "engine.json"


def figures_of(library: Library) -> Iterator[tuple[str, str | None, Figure]]:
    """Yield exercise, variant and figure for each that has its own picture."""
    for name in library.workspace.ids(Kind.EXERCISES):
        for variant, figure in figures_of_exercise(library.exercise(name)):
            yield name, variant, figure


def figures_of_exercise(exercise: Exercise) -> Iterator[tuple[str | None, Figure]]:
    """Yield the figure of an exercise, then of each variant that changes it."""
    if exercise.figure is not None:
        yield None, exercise.figure
    for variant, change in exercise.variants.items():
        figure = exercise.variant(variant).figure
        if change.figure is not None and figure is not None:
            yield variant, figure


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
    need_tools("drawing the shipped pictures")
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
            write_whole(path, data, private=False)
            changed.append(path)
    return changed


def stale(library: Library, folder: Path) -> list[Problem]:
    """Return a problem for each drawing that is missing, left over, or of an older figure.

    Nothing is drawn: figures and engine are compared by their digests.
    """
    problems = []
    hint = "run: handouts figures generate"
    expected = _expected(library)
    for name, figure in expected.items():
        path = folder / name
        drawing = read_drawing(path.read_bytes(), roles()) if path.is_file() else None
        if drawing is None:
            problems.append(Problem(f"the drawing {name} is missing", hint=hint))
        elif drawing.digest != figure_digest(figure):
            problems.append(Problem(f"the drawing {name} was made from an older figure", hint=hint))
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
