"""Parts into the order in which they are painted, back to front.

Where two parts overlap, the depth of their surfaces is compared at points of the overlap, away
from the joint they share. Fixed rules (`Part.over`, `Part.under`) come first; of a circle of
overlaps the weakest is broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely

from handouts.figures.outline import Shape
from handouts.figures.part import Part
from handouts.figures.space import Array, rows

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
    """Return how surely ``one`` lies before ``other``; negative if it lies behind, 0 if apart."""
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
    """Sort by the edges, the farthest first where they leave a choice."""
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
