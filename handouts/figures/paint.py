"""Turn shapes into painted paths in palette roles, simplified, on the grid, y downward."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from shapely.geometry import LineString, Polygon

from handouts.figures.build import Offset, View
from handouts.figures.outline import Shape, grown, hull, lines, polygons, union
from handouts.figures.part import OUTER, Chain, Mark
from handouts.figures.proportions import SIDES, SIGN
from handouts.figures.vector import GRID, PaintedPath, Vector
from handouts.model.figure import MIDLINE, Figure

ROLE: Final = "figure-"
"""Every colour role of a figure starts so."""

TOLERANCE: Final = 0.06
"""Outlines are simplified by at most this many units: a tenth of a point in print."""

_LEAST_AREA: Final = 0.1
_LEAST_HOLE: Final = 0.15


class Painter:
    """Collects paths back to front."""

    def __init__(self) -> None:
        self.paths: list[PaintedPath] = []

    def fill(self, shape: Shape, role: str) -> None:
        """Fill a shape."""
        runs: list[str] = []
        for polygon in polygons(shape, _LEAST_AREA):
            runs.append(_run(polygon.exterior.coords, close=True))
            holes = (hole for hole in polygon.interiors if Polygon(hole).area > _LEAST_HOLE)
            runs += [_run(hole.coords, close=True) for hole in holes]
        if runs:
            self.paths.append(PaintedPath(ROLE + role, "", 0, (), " ".join(runs)))

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
        runs = [_run(run.coords, close=run.is_ring) for run in lines(shape, shortest)]
        if runs:
            wide, dashes = round(width * GRID, 2), tuple(round(part * GRID) for part in dash)
            self.paths.append(PaintedPath("", ROLE + role, wide, dashes, " ".join(runs)))

    def vector(self, bounds: tuple[float, float, float, float]) -> Vector:
        """Return the drawing; ``bounds`` are left, low, right, high with y upward."""
        left, low, right, high = (round(bound * GRID) / GRID for bound in bounds)
        return Vector((left, -high, right, -low), tuple(self.paths))


def _run(coordinates: Iterable[tuple[float, ...]], *, close: bool) -> str:
    """Return the operators of one run of a path (Douglas-Peucker simplification)."""
    points = list(LineString(coordinates).simplify(TOLERANCE).coords)
    if close and points[0] == points[-1]:
        points.pop()
    spots = [f"{round(x * GRID)} {round(-y * GRID)}" for x, y, *_ in points]
    first, *rest = (spot for spot, _ in groupby(spots))
    return " ".join([f"{first} m", *[f"{spot} l" for spot in rest], *(["h"] if close else [])])


# Segment, middle, radii, outward direction, and the parts that show it. Of a sided area, z is
# outward and the side is put before its names.
_Area = tuple[str, Offset, Offset, Offset, tuple[str, ...]]
_SIDED: Final[dict[str, _Area]] = {
    "buttocks": ("pelvis", (-4.4, -2.2, 4.3), (4.2, 4.6, 4.4), (-1, 0, 0.2), ("pelvis", "_shorts")),
    "thigh_front": ("hip", (3.0, -12, 0), (3.4, 9.5, 4.0), (1, 0, 0), ("_thigh", "_shorts")),
    "thigh_back": ("hip", (-2.6, -13, 0), (3.4, 9.5, 4.0), (-1, 0, 0), ("_thigh", "_shorts")),
    "thigh_inner": ("hip", (0, -11, -2.6), (4.0, 9.5, 3.0), (0, 0, -1), ("_thigh", "_shorts")),
    "thigh_outer": ("hip", (-0.5, -3, 4.2), (4.2, 6.5, 3.2), (0, 0, 1), ("_shorts", "pelvis")),
    "calf": ("knee", (-2.4, -7.5, 0), (2.6, 6.5, 3.2), (-1, 0, 0), ("_shank",)),
    "hip_front": ("hip", (4.2, -2.5, 0), (3.2, 5.0, 4.0), (1, 0, 0), ("_shorts", "pelvis")),
    "waist": ("s0", (-0.5, 1.5, 6.0), (4.4, 6.0, 3.6), (0, 0, 1), ("shirt", "pelvis")),
    "chest": ("s3", (4.4, -0.5, 4.6), (3.2, 4.0, 4.2), (1, 0, 0), ("shirt",)),
    "shoulder": ("shoulder", (0, -2.0, 1.2), (3.4, 4.4, 3.0), (0, 0, 1), ("_sleeve",)),
}
_MIDDLE: Final[dict[str, _Area]] = {
    "belly": ("s0", (4.6, 2.0, 0), (3.2, 6.5, 6.0), (1, 0, 0), ("shirt",)),
    "lower_back": ("s0", (-4.4, 1.5, 0), (3.0, 6.0, 6.0), (-1, 0, 0), ("shirt", "pelvis")),
    "upper_back": ("s3", (-4.6, -1.0, 0), (3.2, 6.0, 7.0), (-1, 0, 0), ("shirt",)),
    "neck": ("neck", (-1.6, 2.0, 0), (2.6, 3.2, 3.0), (-1, 0, 0), ("neck",)),
}
_RIMS: Final = {"working": "working-rim", "stretch": "stretch-line"}
_SLANTS: Final = {"working": (1, -1), "stretch": (1,)}
_FINE: Final = 0.4
_NEAR: Final = 0.3
_PITCH: Final = 2.4
"""Between the lines of a hatch, measured along the picture, in units."""
_SEEN: Final = -0.35
"""An area is shown unless it looks away from the viewer by more than this (a cosine)."""


def tints(figure: Figure, view: View, parts: Sequence[Chain]) -> Iterator[tuple[Chain, Mark]]:
    """Yield the patches of a figure's areas, each with the part that it lies on."""
    by_name = {part.name: part for part in parts}
    for role, areas in (("working", figure.working), ("stretch", figure.stretch)):
        for area in areas or ():
            for side, name in _sides(area):
                yield from _patches(view, by_name, side, name, role)


def _sides(area: str) -> Iterator[tuple[str, str]]:
    side, _, name = area.partition("_")
    if area in MIDLINE:
        yield "", area
    elif side in SIDES:
        yield side, name
    else:
        for each in SIDES:
            yield each, area


def _patches(
    view: View, parts: dict[str, Chain], side: str, area: str, role: str
) -> Iterator[tuple[Chain, Mark]]:
    segment, offset, radii, outward, shown_on = (_SIDED if side else _MIDDLE)[area]
    sign = SIGN.get(side, 1.0)
    limb = segment in ("hip", "knee", "shoulder")
    name = f"{side}_{segment}" if limb else segment
    x, y, z = offset
    if float(view.axis(name, (outward[0], outward[1], outward[2] * sign))[2]) < _SEEN:
        return
    patch = hull(view.ellipsoid(name, (x, y, z * sign), radii).silhouette())
    for part_name in shown_on:
        part = parts[f"{side}{part_name}" if part_name.startswith("_") else part_name]
        shape = patch.intersection(part.outline)
        if shape.is_empty:
            continue
        yield part, Mark(shape, fill=role)
        # Where a patch ends at the edge of its part it goes on beside it, or the body ends.
        inside = grown(part.outline, -_NEAR)
        for slant in _SLANTS[role]:
            lines_across = _hatch(shape, slant).intersection(inside)
            yield part, Mark(lines_across, line=f"{role}-line", width=_FINE)
        rim = shape.boundary.intersection(inside)
        yield part, Mark(rim, line=_RIMS[role], width=OUTER if role == "working" else _FINE)


def _hatch(shape: Shape, way: int) -> Shape:
    """Return lines across a shape that rise to the right (1) or left (-1); neighbours' meet."""
    left, low, right, high = shape.bounds
    starts = sorted((low * way, high * way))
    first, last = (left - starts[1]) / _PITCH, (right - starts[0]) / _PITCH
    slants = [
        LineString([(low * way + step * _PITCH, low), (high * way + step * _PITCH, high)])
        for step in range(math.floor(first), math.ceil(last) + 1)
    ]
    return union(slants).intersection(shape)
