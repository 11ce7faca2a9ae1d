"""Turn props into contacts (``chair.back``) to rest on or reach, and into solids.

The body may touch a solid but not enter it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
from msgspec import Struct

from handouts.figures.geometry import Array, length, vec
from handouts.model import props as kinds

HAND = 1.4
"""Distance of the middle of a palm from a surface that it touches, in units."""


class ContactSurface(Struct, frozen=True):
    """A part of a prop's surface: a box between two corners, level, upright, or a line."""

    low: Array
    high: Array
    edge: bool = False

    @property
    def height(self) -> float:
        """The height of its top."""
        return float(self.high[1])

    def nearest(self, place: Array) -> Array:
        """Return its point nearest to a place."""
        point: Array = np.clip(place, self.low, self.high)
        return point


class Solid(Struct, frozen=True):
    """A box between two corners, or a ball, with its middle in ``low``."""

    prop: str
    low: Array
    high: Array
    radius: float = 0.0

    def clearance(self, place: Array) -> float:
        """Return the distance of a place from the surface in units; negative inside."""
        if self.radius:
            return length(place - self.low) - self.radius
        beyond = np.maximum(self.low - place, place - self.high)
        outside = length(np.maximum(beyond, 0))
        return outside if outside > 0 else float(beyond.max())


def contacts_of(props: Iterable[kinds.Prop]) -> dict[str, ContactSurface]:
    """Return the contacts of all props whose place does not depend on the body."""
    return {
        f"{prop.kind}.{part}" if part else prop.kind: contact
        for prop in props
        if prop.kind in _SURFACES
        for part, contact in _SURFACES[prop.kind](prop.options)[0].items()
    }


def solids_of(props: Iterable[kinds.Prop]) -> list[Solid]:
    """Return the solids of all props whose place does not depend on the body."""
    return [
        Solid(prop.kind, *corners)
        for prop in props
        if prop.kind in _SURFACES
        for corners in _SURFACES[prop.kind](prop.options)[1]
    ]


Corners = tuple[Array, Array] | tuple[Array, Array, float]
Surfaces = tuple[dict[str, ContactSurface], list[Corners]]
"""The contacts of a prop, by the part's name, and the corners of its solids."""


def _across(
    x: float, height: float, z: float, side: float, *, edge: bool = False
) -> ContactSurface:
    """Return a line across the picture's depth."""
    return ContactSurface(vec(x, height, z - side), vec(x, height, z + side), edge)


def _level(left: float, right: float, height: float, z: float, side: float) -> ContactSurface:
    return ContactSurface(vec(left, height, z - side), vec(right, height, z + side))


def _box(left: float, right: float, top: float, z: float, half: float, low: float = 0) -> Corners:
    return vec(min(left, right), low, z - half), vec(max(left, right), top, z + half)


def _chair(chair: kinds.Chair) -> Surfaces:
    (x, z), way, half, high = chair.at, chair.dir, chair.depth / 2, chair.height
    wide = chair.width / 2
    contacts = {
        "seat": _level(x - half + 2, x + half + 1, high, z, wide - 3 + 2),
        "back": _across(x - way * (half + 1.2), high + 25.4, z, wide - 3),
        "front": _across(x + way * (1 + half), high, z, wide - 3, edge=True),
    }
    solids = [_box(x + way - half, x + way + half, high, z, wide, high - 2.4)]
    if chair.back:
        rear = x - way * (half - 1.2)
        solids.append(_box(rear - way * 4, rear - way * 1.5, high + 26, z, wide, high + 12))
    return contacts, solids


def _couch(couch: kinds.Couch) -> Surfaces:
    (x, z), way, half, high = couch.at, couch.dir, couch.depth / 2, couch.height
    wide = couch.width / 2
    inside, front = wide - 4, x + way * (0.7 + (couch.depth + 1) / 2)
    back, rear = x - way * (half - 0.5), x - way * (half + 3.2)
    contacts = {
        "seat": _level(x - half, x + half, high, z, inside),
        "edge": _across(front, high, z, inside, edge=True),
        "back": ContactSurface(vec(back, high, z - inside), vec(back, high + 17, z + inside)),
    }
    seat = _box(x - way * half, x + way * (half + 1.2), high, z, wide)
    return contacts, [seat, _box(rear - 3.7, rear + 3.7, high + 17, z, wide)]


def _bed(bed: kinds.Bed) -> Surfaces:
    (x, z), half, side, high = bed.at, bed.length / 2, bed.width / 2, bed.height
    contacts = {
        "top": _level(x - half, x + half, high, z, side),
        "edge": ContactSurface(vec(x - half, high, z + side), vec(x + half, high, z + side)),
    }
    return contacts, [_box(x - half, x + half, high, z, side)]


def _counter(counter: kinds.Counter, low: float = 0) -> Surfaces:
    (x, z), half, side, high = counter.at, counter.depth / 2, counter.width / 2, counter.height
    contacts = {
        "edge": _across(x + counter.dir * (half - 1), high, z, side, edge=True),
        "top": _level(x - half, x + half, high, z, side),
    }
    return contacts, [_box(x - half, x + half, high, z, side, low)]


def _table(table: kinds.Table) -> Surfaces:
    return _counter(table, table.height - 2.6)


def _rail(rail: kinds.Rail) -> Surfaces:
    (x, z), half, high = rail.at, rail.length / 2, rail.height
    bar = _box(x - half, x + half, high, z, 1.2, high - 2.4)
    return {"top": _level(x - half, x + half, high, z, 0)}, [bar]


POST: Final = (5.0, 4.0)
"""Depth and width of the posts of a door frame."""
_HANDLE: Final = 48.0


def posts(options: kinds.DoorFrame) -> dict[str, Array]:
    """Return the middles of a door frame's posts at the floor, named from a person facing it."""
    right = np.cross(-_facing(options), vec(0, 1, 0)) * (options.opening + POST[1]) / 2
    middle = vec(options.at[0], 0, options.at[1])
    return {"right": middle + right, "left": middle - right}


def handle(options: kinds.DoorFrame) -> Array:
    """Return the place of a door's handle, in front of it near the left post."""
    right = np.cross(-_facing(options), vec(0, 1, 0))
    middle = vec(options.at[0], _HANDLE, options.at[1])
    place: Array = middle + _facing(options) * 2.4 - right * (options.opening / 2 - 4)
    return place


def _facing(options: kinds.DoorFrame) -> Array:
    """Return the direction in which the front of a door frame faces."""
    return vec(0, 0, options.dir) if options.turned else vec(options.dir, 0, 0)


def _door_frame(frame: kinds.DoorFrame) -> Surfaces:
    """Return the front of each post and the handle of the door; posts and door are solid."""
    deep, wide = POST[0] / 2, POST[1] / 2
    off = vec(wide, 0, 0) if frame.turned else vec(0, 0, wide)
    out = _facing(frame) * deep
    half = off + abs(out)
    top = vec(0, frame.height, 0)
    feet = posts(frame)
    contacts = {
        side: ContactSurface(foot + out - off, foot + out + off + top)
        for side, foot in feet.items()
    }
    contacts["handle"] = ContactSurface(handle(frame), handle(frame))
    solids: list[Corners] = [(foot - half, foot + half + top) for foot in feet.values()]
    if frame.door:
        right, left = feet.values()
        thin = vec(0, 0, 0.8) if frame.turned else vec(0.8, 0, 0)
        solids.append((np.minimum(right, left) - thin, np.maximum(right, left) + thin + top))
    return contacts, solids


def _wall(wall: kinds.Wall) -> Surfaces:
    side = wall.width / 2
    low, high = vec(wall.x, 0, wall.z - side), vec(wall.x, wall.height, wall.z + side)
    return {"": ContactSurface(low, high)}, [
        _box(wall.x - wall.dir * 3, wall.x, wall.height, wall.z, side)
    ]


def _block(block: kinds.SupportBlock) -> Surfaces:
    (x, z), (long, high, wide) = block.at, block.size
    top = _level(x - long / 2, x + long / 2, high, z, wide / 2)
    return {"top": top}, [_box(x - long / 2, x + long / 2, high, z, wide / 2)]


def _ball(ball: kinds.StabilityBall) -> Surfaces:
    (x, z), radius = ball.at, ball.radius
    middle = vec(x, radius if ball.y is None else ball.y, z)
    return {"top": _level(x, x, middle[1] + radius, z, 0)}, [(middle, middle, radius)]


_SURFACES: Final[dict[str, Callable[[Any], Surfaces]]] = {
    "chair": _chair,
    "couch": _couch,
    "bed": _bed,
    "counter": _counter,
    "wall": _wall,
    "table": _table,
    "rail": _rail,
    "door_frame": _door_frame,
    "block": _block,
    "step": _block,
    "stability_ball": _ball,
}
