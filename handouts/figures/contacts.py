"""Named contacts of props (``chair.back``) into places that the body can rest on or reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from msgspec import Struct

from handouts.figures.space import Array, vec
from handouts.model.props import Bed, Block, Chair, Couch, Counter, Prop, StabilityBall, Step, Wall

HAND = 1.4
"""How far the middle of a palm stays off a surface, in units."""


class Contact(Struct, frozen=True):
    """A part of a prop's surface: a box between two corners, level, upright, or a line."""

    low: Array
    high: Array
    edge: bool = False

    @property
    def height(self) -> float:
        """Height of its top."""
        return float(self.high[1])

    def nearest(self, place: Array) -> Array:
        """Return its point nearest to a place."""
        point: Array = np.clip(place, self.low, self.high)
        return point


def contacts_of(props: Iterable[Prop]) -> dict[str, Contact]:
    """Return the contacts of all props whose place does not depend on the body."""
    found: dict[str, Contact] = {}
    for prop in props:
        maker = _MAKERS.get(prop.kind)
        if maker:
            for part, contact in maker(prop.options).items():
                found[f"{prop.kind}.{part}" if part else prop.kind] = contact
    return found


def _chair(chair: Chair) -> dict[str, Contact]:
    (x, z), way, half = chair.at, chair.dir, chair.depth / 2
    rail = x - way * (half + 1.2)
    side = chair.width / 2 - 3
    front = x + way * (1 + half)
    return {
        "seat": _level(x - half + 2, x + half + 1, chair.height, z, side + 2),
        "back": Contact(
            vec(rail, chair.height + 25.4, z - side), vec(rail, chair.height + 25.4, z + side)
        ),
        "front": _line(front, chair.height, z, side),
    }


def _couch(couch: Couch) -> dict[str, Contact]:
    (x, z), way = couch.at, couch.dir
    front = x + way * (0.7 + (couch.depth + 1) / 2)
    inside = couch.width / 2 - 4
    back = x - way * (couch.depth / 2 - 0.5)
    return {
        "seat": _level(x - couch.depth / 2, x + couch.depth / 2, couch.height, z, inside),
        "edge": _line(front, couch.height, z, inside),
        "back": Contact(
            vec(back, couch.height, z - inside), vec(back, couch.height + 17, z + inside)
        ),
    }


def _bed(bed: Bed) -> dict[str, Contact]:
    (x, z), half, side = bed.at, bed.length / 2, bed.width / 2
    return {
        "top": _level(x - half, x + half, bed.height, z, side),
        "edge": Contact(vec(x - half, bed.height, z + side), vec(x + half, bed.height, z + side)),
    }


def _counter(counter: Counter) -> dict[str, Contact]:
    (x, z), half, side = counter.at, counter.depth / 2, counter.width / 2
    return {
        "edge": _line(x + counter.dir * (half - 1), counter.height, z, side),
        "top": _level(x - half, x + half, counter.height, z, side),
    }


def _wall(wall: Wall) -> dict[str, Contact]:
    side = wall.width / 2
    low, high = vec(wall.x, 0, wall.z - side), vec(wall.x, wall.height, wall.z + side)
    return {"": Contact(low, high)}


def _box(box: Block | Step) -> dict[str, Contact]:
    (x, z), (length, height, width) = box.at, box.size
    return {"top": _level(x - length / 2, x + length / 2, height, z, width / 2)}


def _ball(ball: StabilityBall) -> dict[str, Contact]:
    (x, z), radius = ball.at, ball.radius
    top = (radius if ball.y is None else ball.y) + radius
    return {"top": _level(x, x, top, z, 0)}


def _level(left: float, right: float, height: float, z: float, side: float) -> Contact:
    return Contact(vec(left, height, z - side), vec(right, height, z + side))


def _line(x: float, height: float, z: float, side: float) -> Contact:
    return Contact(vec(x, height, z - side), vec(x, height, z + side), edge=True)


_MAKERS: Final[dict[str, Callable[[Any], dict[str, Contact]]]] = {
    "chair": _chair,
    "couch": _couch,
    "bed": _bed,
    "counter": _counter,
    "wall": _wall,
    "block": _box,
    "step": _box,
    "stability_ball": _ball,
}
