"""Drawings on a page → whole pictures: bodies with the arrows that are drawn over them."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.figures.vector import Vector
from handouts.layout.items import Drawing


def grouped(drawn: list[Drawing]) -> Iterator[tuple[Drawing, list[Drawing]]]:
    """Bodies, each with the arrows that are drawn over it as a drawing of their own."""
    index = 0
    while index < len(drawn):
        body, over = drawn[index], drawn[index + 1 : index + 2]
        arrows = [item for item in over if _is_over(item, body)]
        yield body, arrows
        index += 1 + len(arrows)


def _is_over(item: Drawing, body: Drawing) -> bool:
    """Whether a drawing has the same scale and middle as another."""
    same = item.scale == body.scale and item.vector is not body.vector
    one, other = item.vector.bounds, body.vector.bounds
    middles = [(one[i] + one[i + 2] - other[i] - other[i + 2]) / 2 for i in (0, 1)]
    offset = max(abs(item.x - body.x), abs(item.y - body.y))
    return same and max(map(abs, middles)) < 0.1 and offset < 20


def whole(drawn: list[Drawing]) -> Iterator[tuple[Drawing, Vector]]:
    """Each body with its arrows as one drawing."""
    for body, arrows in grouped(drawn):
        over = [path for item in arrows for path in item.vector.paths]
        bounds = arrows[0].vector.bounds if arrows else body.vector.bounds
        yield body, Vector(bounds, (*body.vector.paths, *over))
