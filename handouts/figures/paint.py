"""Shapes into a display list: simplified paths in palette roles, y downward."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from shapely.geometry import LineString, Polygon

from handouts.figures.outline import Shape, lines, polygons
from handouts.figures.vector import Command, Path, Vector

ROLE: Final = "figure-"
"""Every colour role of a figure starts so."""

TOLERANCE: Final = 0.06
"""Outlines are simplified by at most this many units: a tenth of a point in print."""

_LEAST_AREA: Final = 0.1
_LEAST_HOLE: Final = 0.15


class Painter:
    """Collects paths back to front."""

    def __init__(self) -> None:
        self.paths: list[Path] = []

    def fill(self, shape: Shape, role: str) -> None:
        """Fill a shape."""
        commands: list[Command] = []
        for polygon in polygons(shape, _LEAST_AREA):
            commands += _run(polygon.exterior.coords, close=True)
            for hole in polygon.interiors:
                if Polygon(hole).area > _LEAST_HOLE:
                    commands += _run(hole.coords, close=True)
        if commands:
            self.paths.append(Path(tuple(commands), fill=ROLE + role, even_odd=True))

    def line(
        self,
        shape: Shape,
        role: str,
        width: float,
        *,
        dash: tuple[float, ...] = (),
        shortest: float = 0.5,
    ) -> None:
        """Draw lines of a width in units; those shorter than ``shortest`` are left out."""
        commands: list[Command] = []
        for run in lines(shape, shortest):
            commands += _run(run.coords, close=run.is_ring)
        if commands:
            self.paths.append(
                Path(tuple(commands), stroke=ROLE + role, width=width, dash=dash, round_ends=True)
            )

    def vector(self, bounds: tuple[float, float, float, float]) -> Vector:
        """Return the drawing; ``bounds`` are left, low, right, high with y upward."""
        left, low, right, high = bounds
        return Vector((left, -high, right, -low), tuple(self.paths))


def _run(coordinates: Iterable[tuple[float, ...]], *, close: bool) -> list[Command]:
    """Return one run of a path (Douglas-Peucker simplification)."""
    simple = LineString(coordinates).simplify(TOLERANCE)
    points = [(float(x), float(y)) for x, y, *_ in simple.coords]
    if close and points[0] == points[-1]:
        points.pop()
    run: list[Command] = [("L" if index else "M", (x, -y)) for index, (x, y) in enumerate(points)]
    if close:
        run.append(("Z", ()))
    return run
