"""Turn wrists and ankles into hands, shoes and bare feet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np
from msgspec import Struct
from shapely.geometry import LineString

from handouts.figures.geometry import (
    Array,
    Ellipsoid,
    chain,
    closed,
    grown,
    largest,
    union,
    unit,
    vec,
)
from handouts.figures.part import THIN, Chain, Mark, Seam, View
from handouts.figures.skeleton import ANKLE_HEIGHT, SIGN


class _Hold(Struct, frozen=True):
    """The bend of fingers at the knuckles and in the middle, in degrees, and the thumb's place."""

    knuckle: float
    middle: float
    thumb: tuple[tuple[float, float, float], ...]
    spread: float = 0.0


_HOLDS: Final[dict[str, _Hold]] = {
    "relaxed": _Hold(16, 26, ((1.5, -1.7, 0.5), (2.7, -3.9, 1.1), (2.9, -5.4, 1.5))),
    "flat": _Hold(0, 2, ((1.5, -1.7, 0.2), (3.1, -4.0, 0.4), (3.6, -5.6, 0.4)), 5),
    "flat_floor": _Hold(0, 2, ((1.5, -1.7, 0.1), (3.2, -3.8, 0.2), (4.0, -5.2, 0.2)), 9),
    "flat_wall": _Hold(0, 2, ((1.5, -1.7, 0.1), (3.2, -3.8, 0.2), (4.0, -5.2, 0.2)), 9),
    "fist": _Hold(88, 98, ((1.6, -1.8, 1.0), (1.9, -3.6, 2.4), (0.6, -4.3, 3.1))),
    "hook": _Hold(4, 128, ((1.5, -1.7, 0.2), (3.1, -4.0, 0.4), (3.6, -5.6, 0.4))),
    "tabletop": _Hold(84, 4, ((1.5, -1.7, 0.2), (3.1, -4.0, 0.4), (3.6, -5.6, 0.4))),
    "grip": _Hold(62, 86, ((1.6, -1.8, 1.0), (2.0, -3.6, 2.6), (1.0, -4.2, 3.6))),
    "clasp": _Hold(40, 62, ((1.6, -1.8, 0.8), (2.6, -3.8, 1.9), (2.2, -5.0, 2.8))),
}
# Across the palm, length of the two joints of a finger, radius.
_FINGERS: Final = (
    (1.75, 2.6, 2.7, 0.78),
    (0.6, 2.8, 3.0, 0.8),
    (-0.55, 2.6, 2.8, 0.78),
    (-1.65, 2.1, 2.2, 0.7),
)
_KNUCKLE_Y: Final = -4.2


def hand(view: View, side: str, forearm: str, *, far: bool) -> list[Chain]:
    """Return the parts of a hand: the palm with the thumb, and the fingers."""
    hold = _HOLDS[view.skeleton.pose.hand_shape(side)]
    segment = f"{side}_wrist"
    sign = SIGN[side]
    palm = [
        view.ellipsoid(segment, (0, -0.2, 0), (1.8, 1.8, 1.6)),
        view.ellipsoid(segment, (0.1, -2.4, 0), (2.3, 2.2, 1.3)),
        view.ellipsoid(segment, (0.05, -4.2, 0), (2.45, 1.0, 1.1)),
    ]
    thumb = [
        view.ellipsoid(segment, (x, y, -z * sign), radius)
        for (x, y, z), radius in zip(hold.thumb, (1.05, 0.9, 0.72), strict=True)
    ]
    back = Chain(
        f"{side}_hand",
        "skin",
        palm + thumb,
        [(0, 1), (1, 2), (0, 3), (3, 4), (4, 5), (1, 3)],
        0.3,
        group=f"{side}_arm",
        far=far,
    )
    back.seams.append(Seam(forearm, view.point(segment), 2.1))
    return [back, _fingers(view, side, hold, far=far)]


def _fingers(view: View, side: str, hold: _Hold, *, far: bool) -> Chain:
    segment, sign = f"{side}_wrist", SIGN[side]
    joints = [_joints(finger, index, hold, sign) for index, finger in enumerate(_FINGERS)]
    pieces: list[Ellipsoid] = []
    links: list[tuple[int, ...]] = []
    for points, (_, _, _, radius) in zip(joints, _FINGERS, strict=True):
        first = len(pieces)
        sizes = (radius * 1.12, radius, radius * 0.86)
        pieces += map(partial(view.ellipsoid, segment), points, sizes)
        links += [(first, first + 1), (first + 1, first + 2)]
    part = Chain(f"{side}_fingers", "skin", pieces, links, 0.12, group=f"{side}_arm", far=far)
    part.seams.append(Seam(f"{side}_hand", view.point(segment, (0, _KNUCKLE_Y, 0)), 2.6))
    part.marks.append(Mark(_gaps(view, side, joints), line="line", width=THIN, shortest=0.6))
    if hold.knuckle > 30:
        palm_seen = float(view.axis(segment, (0, 0, -sign))[2]) > 0
        (part.over if palm_seen else part.under).add(f"{side}_hand")
    return part


def _joints(
    finger: tuple[float, float, float, float], index: int, hold: _Hold, sign: float
) -> list[Array]:
    """Return knuckle, middle joint and tip of a finger in the hand's axes."""
    across, first, second, _ = finger
    fan = math.radians(hold.spread * (1.5 - index) / 1.5)
    sideways = vec(math.sin(fan), -math.cos(fan), 0)
    inward = vec(0, 0, -sign)
    points = [vec(across, _KNUCKLE_Y, 0)]
    bend = 0.0
    for length, more in ((first, hold.knuckle), (second, hold.middle)):
        bend += math.radians(more)
        way = sideways * math.cos(bend) + inward * math.sin(bend)
        points.append(points[-1] + way * length)
    return points


def _gaps(view: View, side: str, joints: Sequence[Sequence[Array]]) -> LineString:
    """Return the lines between neighbouring fingers on the visible side."""
    segment, sign = f"{side}_wrist", SIGN[side]
    lines = []
    for one, other in pairwise(joints):
        middle = [(first + second) / 2 for first, second in zip(one, other, strict=True)]
        for start, end, part in ((middle[0], middle[1], 0.25), (middle[1], middle[2], 0.0)):
            along = end - start
            outward = unit(np.cross(along, vec(1, 0, 0)) * -sign)
            facing = float(view.axis(segment, outward)[2])
            if abs(facing) < 0.25:
                continue
            off = outward * (0.7 if facing > 0 else -0.7)
            ends = [start + along * part + off, end - along * 0.06 + off]
            lines.append(LineString([view.point(segment, end)[:2] for end in ends]))
    joined: LineString = union(lines)
    return joined


_LINKS = ((0, 1), (0, 2), (1, 2), (2, 3), (0, 3), (3, 4))
_SOLE_THICKNESS = 1.15


def shoe(view: View, side: str, shank: str, *, far: bool) -> Chain:
    """Return the shoe of a side, which covers the end of the shank."""
    ankle, toes, sign = f"{side}_ankle", f"{side}_toes", SIGN[side]
    floor = -ANKLE_HEIGHT
    upper = [
        view.ellipsoid(ankle, (-2.0, floor + 2.5, 0), 2.5),
        view.ellipsoid(ankle, (0, 0.6, 0), (2.75, 1.0, 2.7)),
        view.ellipsoid(ankle, (3.0, -1.9, 0), (2.3, 2.0, 2.5)),
        view.ellipsoid(toes, (1.0, 1.75, 0), (2.5, 1.75, 3.0)),
        view.ellipsoid(toes, (3.4, 1.3, -0.2 * sign), (1.9, 1.3, 2.4)),
    ]
    part = Chain(f"{side}_foot", "shoe", upper, _LINKS, 0.6, group=f"{side}_leg", far=far)
    part.over.add(shank)
    sole = chain(
        [
            view.ellipsoid(ankle, (-2.0, floor + 0.55, 0), (2.6, 0.6, 2.6)),
            view.ellipsoid(toes, (0.2, 0.55, 0), (2.2, 0.6, 3.1)),
            view.ellipsoid(toes, (1.4, 0.55, 0), (2.2, 0.6, 3.0)),
            view.ellipsoid(toes, (3.5, 0.6, -0.2 * sign), (1.95, 0.62, 2.5)),
        ],
        [(0, 1), (1, 2), (2, 3)],
    )
    part.outline = largest(closed(union([part.outline, sole]), 0.3))
    lift, lift_toes = (view.axis(name, (0, _SOLE_THICKNESS, 0)) for name in (ankle, toes))
    top = chain(_lifted(upper, (lift, lift, lift, lift_toes, lift_toes)), _LINKS, 0.6)
    rim = part.outline.difference(top)
    if lift[2] < 0:
        rim = union([rim, sole]).intersection(part.outline)
    part.marks.append(Mark(grown(grown(rim, -0.12), 0.12), fill="sole"))
    return part


def _lifted(pieces: list[Ellipsoid], ways: tuple[Array, ...]) -> list[Ellipsoid]:
    return [
        Ellipsoid(piece.centre + way, piece.spread) for piece, way in zip(pieces, ways, strict=True)
    ]


# For a bare toe: across the foot outward, length, radius; the big toe first.
_TOES: Final = (
    (-1.75, 2.5, 1.0),
    (-0.45, 2.4, 0.72),
    (0.55, 2.1, 0.68),
    (1.45, 1.7, 0.64),
    (2.2, 1.2, 0.6),
)
_NAIL: Final = 0.45


def bare_foot(view: View, side: str, shank: str, *, far: bool) -> Chain:
    """Return a bare foot with its toes, which curl in two joints if the pose bends them down."""
    ankle, toes, sign = f"{side}_ankle", f"{side}_toes", SIGN[side]
    floor = -ANKLE_HEIGHT
    pieces = [
        view.ellipsoid(ankle, (-1.9, floor + 2.1, 0), (2.1, 2.1, 2.0)),
        view.ellipsoid(ankle, (-0.2, 0.8, 0), (2.2, 1.0, 2.1)),
        view.ellipsoid(ankle, (2.8, -2.0, -0.2 * sign), (2.2, 1.8, 2.0)),
        view.ellipsoid(toes, (0.2, 1.35, 0), (1.7, 1.25, 2.65)),
    ]
    links: list[tuple[int, ...]] = [(0, 1), (0, 2), (1, 2), (2, 3), (0, 3)]
    curl = max(0.0, -view.skeleton.pose.joint(side, "toe").get("flex", 0))
    rows_of = [_toe(toe, sign, curl) for toe in _TOES]
    for points, (_, _, radius) in zip(rows_of, _TOES, strict=True):
        first = len(pieces)
        pieces += [view.ellipsoid(toes, point, radius) for point in points]
        links += [(3, first), (first, first + 1), (first + 1, first + 2)]
    part = Chain(f"{side}_foot", "skin", pieces, links, 0.12, group=f"{side}_leg", far=far)
    part.seams.append(Seam(shank, view.point(ankle, (0, 1.0, 0)), 2.8))
    if float(view.axis(toes, (0.3, 1, 0))[2]) > 0:
        part.marks.append(Mark(_between_toes(view, toes, rows_of), line="line", width=THIN))
    return part


def _toe(toe: tuple[float, float, float], sign: float, curl: float) -> list[Array]:
    """Return root, joint and tip of a toe in the axes of the front of the foot."""
    across, long, radius = toe
    point = vec(1.3, radius + 0.15, across * sign)
    places = [point]
    for bend in (curl * 0.2, curl * 1.4):
        turn = math.radians(bend)
        point = point + vec(math.cos(turn), -math.sin(turn), 0) * long / 2
        places.append(point)
    return places


def _between_toes(view: View, toes: str, rows_of: Sequence[Sequence[Array]]) -> LineString:
    """Return the lines between neighbouring toes, from above."""
    lines = []
    for one, other in pairwise(rows_of):
        middle = [(a + b) / 2 + vec(0, _NAIL, 0) for a, b in zip(one, other, strict=True)]
        lines.append(LineString([view.point(toes, place)[:2] for place in middle]))
    joined: LineString = union(lines)
    return joined
