"""Props as a body meets them: named contacts (``chair.back``) to rest on or reach, and solids.

A solid may be touched but not entered.
"""

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
    DoorFrame,
    Prop,
    Rail,
    StabilityBall,
    Step,
    Table,
    Wall,
)

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


def _counter(counter: Counter | Table) -> dict[str, Contact]:
    (x, z), half, side = counter.at, counter.depth / 2, counter.width / 2
    return {
        "edge": _line(x + counter.dir * (half - 1), counter.height, z, side),
        "top": _level(x - half, x + half, counter.height, z, side),
    }


def _rail(rail: Rail) -> dict[str, Contact]:
    (x, z), half = rail.at, rail.length / 2
    return {"top": Contact(vec(x - half, rail.height, z), vec(x + half, rail.height, z))}


POST: Final = (5.0, 4.0)
"""Depth and width of the posts of a door frame."""
_HANDLE: Final = 48.0


def posts(options: DoorFrame) -> dict[str, Array]:
    """Return the middles of a door frame's posts at the floor, right and left of who faces it."""
    right = np.cross(-_facing(options), vec(0, 1, 0)) * (options.opening + POST[1]) / 2
    middle = vec(options.at[0], 0, options.at[1])
    return {"right": middle + right, "left": middle - right}


def handle(options: DoorFrame) -> Array:
    """Return the place of a door's handle, in front of it near the left post."""
    right = np.cross(-_facing(options), vec(0, 1, 0))
    middle = vec(options.at[0], _HANDLE, options.at[1])
    place: Array = middle + _facing(options) * 2.4 - right * (options.opening / 2 - 4)
    return place


def _facing(options: DoorFrame) -> Array:
    """Return where the front of a door frame looks."""
    return vec(0, 0, options.dir) if options.turned else vec(options.dir, 0, 0)


def _door_frame(frame: DoorFrame) -> dict[str, Contact]:
    """Return the front of each post, and the handle of the door."""
    wide = POST[1] / 2
    off = vec(wide, 0, 0) if frame.turned else vec(0, 0, wide)
    out = _facing(frame) * POST[0] / 2
    top = vec(0, frame.height, 0)
    found = {
        side: Contact(foot + out - off, foot + out + off + top)
        for side, foot in posts(frame).items()
    }
    return found | {"handle": Contact(handle(frame), handle(frame))}


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
    "table": _counter,
    "rail": _rail,
    "door_frame": _door_frame,
    "block": _box,
    "step": _box,
    "stability_ball": _ball,
}


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
        for corners in (_SOLIDS[prop.kind](prop.options) if prop.kind in _SOLIDS else ())
    ]


Corners = tuple[Array, Array] | tuple[Array, Array, float]


def _solid_box(
    left: float, right: float, top: float, z: float, half: float, low: float = 0
) -> Corners:
    return vec(min(left, right), low, z - half), vec(max(left, right), top, z + half)


def _solid_chair(chair: Chair) -> list[Corners]:
    (x, z), way, half = chair.at, chair.dir, chair.depth / 2
    solids = [
        _solid_box(
            x + way - half, x + way + half, chair.height, z, chair.width / 2, chair.height - 2.4
        )
    ]
    if chair.back:
        rear = x - way * (half - 1.2)
        solids.append(
            _solid_box(
                rear - way * 4,
                rear - way * 1.5,
                chair.height + 26,
                z,
                chair.width / 2,
                chair.height + 12,
            )
        )
    return solids


def _solid_couch(couch: Couch) -> list[Corners]:
    (x, z), way, half = couch.at, couch.dir, couch.depth / 2
    rear = x - way * (half + 3.2)
    return [
        _solid_box(x - way * half, x + way * (half + 1.2), couch.height, z, couch.width / 2),
        _solid_box(rear - 3.7, rear + 3.7, couch.height + 17, z, couch.width / 2),
    ]


def _solid_bed(bed: Bed) -> list[Corners]:
    (x, z), half = bed.at, bed.length / 2
    return [_solid_box(x - half, x + half, bed.height, z, bed.width / 2)]


def _solid_counter(counter: Counter) -> list[Corners]:
    (x, z), half = counter.at, counter.depth / 2
    return [_solid_box(x - half, x + half, counter.height, z, counter.width / 2)]


def _solid_table(table: Table) -> list[Corners]:
    (x, z), half, top = table.at, table.depth / 2, table.height
    return [_solid_box(x - half, x + half, top, z, table.width / 2, top - 2.6)]


def _solid_rail(rail: Rail) -> list[Corners]:
    (x, z), half, top = rail.at, rail.length / 2, rail.height
    return [_solid_box(x - half, x + half, top, z, 1.2, top - 2.4)]


def _solid_door_frame(frame: DoorFrame) -> list[Corners]:
    deep, wide = POST[0] / 2, POST[1] / 2
    half = vec(wide, 0, deep) if frame.turned else vec(deep, 0, wide)
    top = vec(0, frame.height, 0)
    solids: list[Corners] = [(foot - half, foot + half + top) for foot in posts(frame).values()]
    if frame.door:
        right, left = posts(frame).values()
        thin = vec(0, 0, 0.8) if frame.turned else vec(0.8, 0, 0)
        solids.append((np.minimum(right, left) - thin, np.maximum(right, left) + thin + top))
    return solids


def _solid_wall(wall: Wall) -> list[Corners]:
    return [_solid_box(wall.x - wall.dir * 3, wall.x, wall.height, wall.z, wall.width / 2)]


def _block(block: Block | Step) -> list[Corners]:
    (x, z), (long, high, wide) = block.at, block.size
    return [_solid_box(x - long / 2, x + long / 2, high, z, wide / 2)]


def _solid_ball(ball: StabilityBall) -> list[Corners]:
    (x, z), radius = ball.at, ball.radius
    middle = vec(x, radius if ball.y is None else ball.y, z)
    return [(middle, middle, radius)]


_SOLIDS: Final[dict[str, Callable[[Any], list[Corners]]]] = {
    "chair": _solid_chair,
    "couch": _solid_couch,
    "bed": _solid_bed,
    "counter": _solid_counter,
    "wall": _solid_wall,
    "table": _solid_table,
    "rail": _solid_rail,
    "door_frame": _solid_door_frame,
    "block": _block,
    "step": _block,
    "stability_ball": _solid_ball,
}
