"""Turn shapes into painted paths in palette roles, back to front, simplified, y downward.

Where two parts overlap, the depths of their surfaces are compared at points of the overlap, away
from the joint that they share. Fixed rules (`Part.over`, `Part.under`) come first. A circle of
overlaps is broken at its weakest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

import numpy as np
import shapely
from shapely.affinity import scale
from shapely.geometry import LineString, Polygon

from handouts.figures.geometry import Array, Shape, lines, polygons, rows
from handouts.figures.part import PROP, Part
from handouts.figures.vector import GRID, PaintedPath, Vector

ROLE: Final = "figure-"
"""The prefix of every colour role of a figure."""

TOLERANCE: Final = 0.06
"""Outlines are simplified by at most this many units: a tenth of a point in print."""

_LEAST_AREA: Final = 0.1
_LEAST_HOLE: Final = 0.15


class Painter:
    """Collects paths back to front: the part of them in ``window``, enlarged by ``zoom``.

    Lines keep their weight, which belongs to the picture, not to the body.
    """

    def __init__(self, window: Shape | None = None, zoom: float = 1.0) -> None:
        self.paths: list[PaintedPath] = []
        self.window, self.zoom = window, zoom

    def shown(self) -> tuple[float, float, float, float] | None:
        """Return left, low, right and high of the window as drawn; None if there is no window."""
        if self.window is None:
            return None
        left, low, right, high = (float(edge) * self.zoom for edge in self.window.bounds)
        edge = PROP / 2
        return left - edge, low - edge, right + edge, high + edge

    def frame(self) -> None:
        """Draw the edge of the window: what it cuts is seen to go on behind it."""
        if self.window is not None:
            self.line(self.window.boundary, "line", PROP)

    def _framed(self, shape: Shape) -> Shape:
        if self.window is None:
            return shape
        inside = shape.intersection(self.window)
        return scale(inside, self.zoom, self.zoom, origin=(0, 0))

    def fill(self, shape: Shape, role: str, *, whole: bool = False) -> None:
        """Fill a shape; a ``whole`` one is in picture coordinates already, such as an arrow."""
        runs: list[str] = []
        framed = shape if whole else self._framed(shape)
        for polygon in polygons(framed, _LEAST_AREA):
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
        """Draw lines of a width in units; leave out those shorter than ``shortest``."""
        framed = self._framed(shape)
        runs = [_run(run.coords, close=run.is_ring) for run in lines(framed, shortest * self.zoom)]
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


_SAMPLES: Final = 90
_LEAST_OVERLAP: Final = 0.25
_FEW: Final = 4
_RULE: Final = 1e9
_WISH: Final = 50.0

Edges = dict[tuple[int, int], float]
"""(below, above) and how sure that is."""


def painting_order(parts: Sequence[Part]) -> list[Part]:
    """Return the parts back to front; the same parts always give the same order."""
    return [parts[index] for index in _sorted(parts, _edges(parts))]


def _edges(parts: Sequence[Part]) -> Edges:
    index = {part.name: number for number, part in enumerate(parts)}
    edges: Edges = {}
    for number, part in enumerate(parts):
        edges |= {(index[name], number): _RULE for name in part.over if name in index}
        edges |= {(number, index[name]): _RULE for name in part.under if name in index}
    boxes = [part.outline.bounds for part in parts]
    grid = np.random.default_rng(7).random((_SAMPLES, 2))
    for one in range(len(parts)):
        for other in range(one + 1, len(parts)):
            if (one, other) in edges or (other, one) in edges:
                continue
            if _apart(boxes[one], boxes[other]):
                continue
            lead = _lead(parts[one], parts[other], grid)
            if lead > 0:
                edges[other, one] = lead
            elif lead < 0:
                edges[one, other] = -lead
    return edges


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return bool(one[0] > other[2] or other[0] > one[2] or one[1] > other[3] or other[1] > one[3])


def _lead(one: Part, other: Part, grid: Array) -> float:
    """Return how surely ``one`` is in front of ``other``; negative if behind, 0 if apart."""
    overlap = one.outline.intersection(other.outline)
    if overlap.area < _LEAST_OVERLAP:
        return 0.0
    points = _points_in(overlap, grid)
    free = np.ones(len(points), bool)
    for part, name in ((one, other.name), (other, one.name)):
        for seam in part.seams:
            if seam.other == name:
                away = ((points - seam.centre[:2]) ** 2).sum(1)
                free &= away > (seam.radius * 1.05) ** 2
    if free.sum() < _FEW:
        if other.name in one.mild_over:
            return _WISH
        if one.name in other.mild_over:
            return -_WISH
    else:
        points = points[free]
    lead = one.front(points) - other.front(points)
    lead = lead[~np.isnan(lead)]
    middle = float(np.median(lead)) if len(lead) else one.depth - other.depth
    sure = (abs(middle) + 0.01) * float(overlap.area)
    return sure if middle > 0 else -sure


def _points_in(overlap: Shape, grid: Array) -> Array:
    left, low, right, high = overlap.bounds
    points = grid * [right - left, high - low] + [left, low]
    inside: Array = points[shapely.contains_xy(overlap, points[:, 0], points[:, 1])]
    if len(inside):
        return inside
    spot = overlap.representative_point()
    return rows([[spot.x, spot.y]])


def _sorted(parts: Sequence[Part], edges: Edges) -> list[int]:
    """Sort by the edges, and where they leave a choice, the farthest first."""
    left = set(range(len(parts)))
    order: list[int] = []
    edges = dict(edges)
    while left:
        blocked = {above for below, above in edges if below in left}
        ready = [number for number in left if number not in blocked]
        if not ready:
            live = [
                (sure, edge) for edge, sure in edges.items() if edge[0] in left and edge[1] in left
            ]
            del edges[min(live)[1]]
            continue
        first = min(ready, key=lambda number: (parts[number].depth, number))
        order.append(first)
        left.remove(first)
    return order
