"""Display lists to and from the compact JSON in which drawings are shipped and cached.

A path is ``[fill, stroke, width, dash, flags, data]``; data are runs of whole-number steps of
1/16 unit, the first point of a run in full, the others as differences. Reading needs neither
numpy nor shapely.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate, islice, repeat
from operator import mul
from typing import Any, Final

import msgspec
from msgspec import Struct

from handouts.figures.vector import GRID, Command, Path, Vector
from handouts.model.base import Model
from handouts.model.figure import Figure

FORMAT: Final = 1
_ROUND, _EVEN_ODD = 1, 2
_WHOLE: Final = {"dir"}
"""Whole numbers of a figure: which way a prop faces."""


class Drawing(Struct, frozen=True):
    """The frames of a figure, and the digest of what they were drawn from."""

    digest: str
    frames: tuple[Vector, ...]


def digest_of(figure: Figure) -> str:
    """Return a digest of all of a figure that changes how it looks."""
    shape = _stated(figure)
    for word in ("alt", "works", "moves", "accept"):
        shape.pop(word, None)
    for frame in ("start", "middle", "end"):
        shape.get(frame, {}).pop("step", None)
    packed = msgspec.json.encode(shape, order="sorted")
    return hashlib.sha256(packed).hexdigest()[:24]


def _stated(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return what a model or mapping states as dicts, lists and scalars.

    pydantic's own way would first make a serializer for figures, which takes longer than all this.
    Lengths and angles are floats also where a default is written as a whole number.
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


def to_grid(vector: Vector) -> Vector:
    """Return a drawing with its numbers as they are stored and printed."""
    paths = tuple(_path_in(_path_out(path)) for path in vector.paths)
    left, top, right, bottom = vector.bounds
    bounds = (_rounded(left), _rounded(top), _rounded(right), _rounded(bottom))
    return Vector(bounds, paths)


def _rounded(number: float) -> float:
    return round(number * GRID) / GRID


def write_drawing(drawing: Drawing) -> bytes:
    """Return the file of a drawing: the same drawing gives the same bytes."""
    # Drawings are read far more often than made.
    import json  # noqa: PLC0415

    frames: list[dict[str, list[Any]]] = [
        {
            "bounds": [round(number * GRID) for number in vector.bounds],
            "paths": [_path_out(path) for path in vector.paths],
        }
        for vector in drawing.frames
    ]
    head = {"format": FORMAT, "figure": drawing.digest}
    lines = [json.dumps(head)[:-1] + ', "frames": [']
    for index, frame in enumerate(frames):
        paths = ",\n".join(json.dumps(path, separators=(",", ":")) for path in frame["paths"])
        comma = "," if index < len(frames) - 1 else ""
        lines.append(f'{{"bounds": {json.dumps(frame["bounds"])}, "paths": [\n{paths}]}}{comma}')
    lines.append("]}\n")
    return "\n".join(lines).encode("ascii")


@lru_cache(maxsize=128)  # a batch shows the same drawings all night
def read_drawing(data: bytes) -> Drawing | None:
    """Return the drawing of a file; None if it is of another format or broken."""
    try:
        content = msgspec.json.decode(data)
        if content["format"] != FORMAT:
            return None
        frames = tuple(
            Vector(_bounds(frame["bounds"]), tuple(_path_in(path) for path in frame["paths"]))
            for frame in content["frames"]
        )
        return Drawing(content["figure"], frames)
    except (ValueError, KeyError, TypeError, IndexError, msgspec.DecodeError):
        return None


def _bounds(numbers: list[int]) -> tuple[float, float, float, float]:
    left, top, right, bottom = (number / GRID for number in numbers)
    return left, top, right, bottom


def _path_out(path: Path) -> list[Any]:
    flags = (_ROUND if path.round_ends else 0) | (_EVEN_ODD if path.even_odd else 0)
    dash = [round(part * GRID) for part in path.dash]
    width = round(path.width * GRID, 2) if path.stroke else 0
    return [path.fill or "", path.stroke or "", width, dash, flags, _data_out(path.commands)]


def _data_out(commands: tuple[Command, ...]) -> str:
    runs: list[str] = []
    numbers: list[int] = []
    x = y = 0
    for kind, values in commands:
        if kind == "Z":
            runs.append(" ".join(map(str, numbers)) + "z")
            numbers = []
            continue
        new_x, new_y = (round(value * GRID) for value in values)
        if kind == "M":
            if numbers:
                runs.append(" ".join(map(str, numbers)))
            numbers = [new_x, new_y]
        elif (new_x, new_y) != (x, y):
            numbers += [new_x - x, new_y - y]
        x, y = new_x, new_y
    if numbers:
        runs.append(" ".join(map(str, numbers)))
    return ";".join(runs)


_CLOSE: Final[Command] = ("Z", ())
_STEPS: Final = list[int]
_UNITS: Final = repeat(1 / GRID)
_LINES: Final = repeat("L")


def _path_in(packed: list[Any]) -> Path:
    fill, stroke, width, dash, flags, data = packed
    commands: list[Command] = []
    for run in data.split(";"):
        # As JSON numbers are read in a third of the time.
        numbers = msgspec.json.decode(f"[{run.removesuffix('z').replace(' ', ',')}]", type=_STEPS)
        across, down = accumulate(numbers[::2]), accumulate(numbers[1::2])
        # Sixteenths are exact as floats: no step is lost.
        places = zip(map(mul, across, _UNITS), map(mul, down, _UNITS), strict=True)
        commands += [("M", place) for place in islice(places, 1)]
        commands += zip(_LINES, places, strict=False)
        if run.endswith("z"):
            commands.append(_CLOSE)
    return Path(
        tuple(commands),
        fill=fill or None,
        stroke=stroke or None,
        width=width / GRID if stroke else 0.8,
        dash=tuple(part / GRID for part in dash),
        round_ends=bool(flags & _ROUND),
        even_odd=bool(flags & _EVEN_ODD),
    )
