"""Split a picture into its body and its arrows, both legible at the printed scale.

A picture is drawn at 0.3 to 2.7 points a unit. At small scales its lines, and the white rims that
separate arrows from the body, would become so thin that copiers lose them. So the arrows are a
separate drawing on top of the body, and both get wider lines at small scales.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from handouts.figures.vector import GRID, PaintedPath, Vector

LEAST_RIM: Final = 1.2
"""The white rim of an arrow on paper, in points."""
LEAST_TAIL: Final = 1.2
"""The thinnest part of an arrow on paper, in points."""
LEAST_SCALE: Final = 0.3
"""At fewer points a unit (a person of 10 mm) there are no arrows: they would hide the body."""

DRAWN_RIM: Final = 1.25
"""Rim of an arrow in units: ``HALO`` of `handouts.figures.draw`, less what simplifying removes."""
DRAWN_TAIL: Final = 1.9
"""Width of an arrow of size 1 at its tail, in the drawing's units."""

LEAST_OUTLINE: Final = 0.75
"""The thinnest outline of a body on paper, in points."""
LEAST_LINE: Final = 0.5
"""The thinnest line within a body, or of a prop, on paper, in points."""
DRAWN_OUTLINE: Final = 0.72
"""Width of an outline in units: ``OUTER`` of `handouts.figures.part`."""

_HALO: Final = "figure-halo"
_ARROW: Final = "figure-arrow"
_STEP: Final = 0.25
"""Lines grow in steps of this many units, so that rows of nearly one height share their arrows."""

_CACHE_SIZE: Final = 1024
"""The most drawings in each cache."""

Bounds = tuple[float, float, float, float]


class Fitted(Struct, frozen=True):
    """A frame in a box: its body, its arrows, the place of the origin, and points a unit."""

    body: Vector
    arrows: Vector | None
    x: float
    y: float
    scale: float


def fitted(frame: Vector, box: Bounds) -> Fitted:
    """Return a frame in the middle of a box (x, y, width, height), as large as possible.

    Arrows that would be too small are left out, and the body takes their room.
    """
    body, arrows = parted(frame)
    x, y, scale = _placed(frame.bounds, box)
    if arrows is not None and scale < LEAST_SCALE:
        (x, y, scale), arrows = _placed(bounds_of(body), box), None
    least = (LEAST_OUTLINE / scale, *growth(scale))
    outline, rim, line = (math.ceil(amount / _STEP) * _STEP for amount in least)
    arrows = widened(arrows, rim, line) if arrows else None
    return Fitted(firm(body, outline), arrows, x, y, scale)


def _placed(bounds: Bounds, box: Bounds) -> tuple[float, float, float]:
    """Return the origin of a drawing in the middle of a box, and its scale."""
    (left, top, right, bottom), (x, y, width, height) = bounds, box
    wide, high = right - left, bottom - top
    scale = min(width / wide, height / high)
    x += (width - wide * scale) / 2 - left * scale
    y += (height - high * scale) / 2 - top * scale
    return x, y, scale


def bounds_of(drawing: Vector) -> Bounds:
    """Return the bounds of a drawing's paths: left, top, right, bottom."""
    numbers = [numbers for path in drawing.paths for _, numbers in drawing.commands(path)]
    across = [x for pair in numbers for x in pair[::2]]
    down = [y for pair in numbers for y in pair[1::2]]
    return min(across), min(down), max(across), max(down)


@lru_cache(maxsize=_CACHE_SIZE)
def parted(frame: Vector) -> tuple[Vector, Vector | None]:
    """Return a frame without the arrows on its body, and these arrows, with all rims below."""
    count = len(frame.paths)
    while count and frame.paths[count - 1].fill in (_HALO, _ARROW):
        count -= 1
    over = frame.paths[count:]
    if not over:
        return frame, None
    rims = [path for path in over if path.fill == _HALO]
    arrows = [path for path in over if path.fill == _ARROW]
    return replace(frame, paths=frame.paths[:count]), replace(frame, paths=(*rims, *arrows))


@lru_cache(maxsize=_CACHE_SIZE)
def firm(body: Vector, outline: float) -> Vector:
    """Return a body whose outlines are at least ``outline`` units wide, other lines in proportion.

    It is cached, as parts and arrows are, because pages of all patients show the same pictures.
    """
    line = outline * LEAST_LINE / LEAST_OUTLINE
    most = max(0.0, outline - DRAWN_OUTLINE) / 2
    left, top, right, bottom = body.bounds
    bounds = (left - most, top - most, right + most, bottom + most)
    return replace(body, bounds=bounds, paths=tuple(_firmer(p, outline, line) for p in body.paths))


def _firmer(path: PaintedPath, outline: float, line: float) -> PaintedPath:
    least = (outline if path.width >= DRAWN_OUTLINE * GRID else line) * GRID
    if not path.stroke or path.width >= least:
        return path
    dash = tuple(math.ceil(part * least / path.width) for part in path.dash)
    return replace(path, width=round(least, 2), dash=dash)


def growth(scale: float) -> tuple[float, float]:
    """Return how many units rim and arrow grow outward at a scale in points a unit."""
    line = max(0.0, (LEAST_TAIL / scale - DRAWN_TAIL) / 2)
    return max(0.0, LEAST_RIM / scale - DRAWN_RIM), line


@lru_cache(maxsize=_CACHE_SIZE)
def widened(arrows: Vector, rim: float, line: float) -> Vector:
    """Return arrows whose outlines lie ``line`` units further out, their rims wider by ``rim``."""
    if not rim and not line:
        return arrows
    most = rim + line
    left, top, right, bottom = arrows.bounds
    bounds = (left - most, top - most, right + most, bottom + most)
    grown = {_HALO: most, _ARROW: line}
    paths = tuple(_outlined(path, grown[path.fill]) for path in arrows.paths)
    return replace(arrows, bounds=bounds, paths=paths)


def _outlined(path: PaintedPath, out: float) -> PaintedPath:
    """Return the shape with a line in its own colour around it, half of which is outside."""
    if not out:
        return path
    return replace(path, stroke=path.fill, width=2 * out * GRID)
