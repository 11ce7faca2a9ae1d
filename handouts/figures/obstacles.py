"""Props into solids of the world that a body may touch but not enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from msgspec import Struct

from handouts.figures.space import Array, length, vec
from handouts.model.props import (
    Bed,
    Block,
    Chair,
    Couch,
    Counter,
    Prop,
    StabilityBall,
    Step,
    Wall,
)


class Solid(Struct, frozen=True):
    """A box between two corners, or a ball: ``low`` is then its middle."""

    prop: str
    low: Array
    high: Array
    radius: float = 0.0

    def clearance(self, place: Array) -> float:
        """Distance of a place from the surface in units; negative inside."""
        if self.radius:
            return length(place - self.low) - self.radius
        beyond = np.maximum(self.low - place, place - self.high)
        outside = length(np.maximum(beyond, 0))
        return outside if outside > 0 else float(beyond.max())


def solids_of(props: Iterable[Prop]) -> list[Solid]:
    """Return the solids of all props that have a place of their own."""
    return [
        Solid(prop.kind, *corners)
        for prop in props
        for corners in (_MAKERS[prop.kind](prop.options) if prop.kind in _MAKERS else ())
    ]


Corners = tuple[Array, Array] | tuple[Array, Array, float]


def _box(left: float, right: float, top: float, z: float, half: float, low: float = 0) -> Corners:
    return vec(min(left, right), low, z - half), vec(max(left, right), top, z + half)


def _chair(chair: Chair) -> list[Corners]:
    (x, z), way, half = chair.at, chair.dir, chair.depth / 2
    solids = [
        _box(x + way - half, x + way + half, chair.height, z, chair.width / 2, chair.height - 2.4)
    ]
    if chair.back:
        rear = x - way * (half - 1.2)
        solids.append(
            _box(
                rear - way * 4,
                rear - way * 1.5,
                chair.height + 26,
                z,
                chair.width / 2,
                chair.height + 12,
            )
        )
    return solids


def _couch(couch: Couch) -> list[Corners]:
    (x, z), way, half = couch.at, couch.dir, couch.depth / 2
    rear = x - way * (half + 3.2)
    return [
        _box(x - way * half, x + way * (half + 1.2), couch.height, z, couch.width / 2),
        _box(rear - 3.7, rear + 3.7, couch.height + 17, z, couch.width / 2),
    ]


def _bed(bed: Bed) -> list[Corners]:
    (x, z), half = bed.at, bed.length / 2
    return [_box(x - half, x + half, bed.height, z, bed.width / 2)]


def _counter(counter: Counter) -> list[Corners]:
    (x, z), half = counter.at, counter.depth / 2
    return [_box(x - half, x + half, counter.height, z, counter.width / 2)]


def _wall(wall: Wall) -> list[Corners]:
    return [_box(wall.x - wall.dir * 3, wall.x, wall.height, wall.z, wall.width / 2)]


def _block(block: Block | Step) -> list[Corners]:
    (x, z), (long, high, wide) = block.at, block.size
    return [_box(x - long / 2, x + long / 2, high, z, wide / 2)]


def _ball(ball: StabilityBall) -> list[Corners]:
    (x, z), radius = ball.at, ball.radius
    middle = vec(x, radius if ball.y is None else ball.y, z)
    return [(middle, middle, radius)]


_MAKERS: Final[dict[str, Callable[[Any], list[Corners]]]] = {
    "chair": _chair,
    "couch": _couch,
    "bed": _bed,
    "counter": _counter,
    "wall": _wall,
    "block": _block,
    "step": _block,
    "stability_ball": _ball,
}
