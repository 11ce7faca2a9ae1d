"""Turn two solved skeletons into those between them, and find what moves most."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np

from handouts.figures.geometry import Array, Camera, length, path_length, rows, turned_part
from handouts.figures.points import centre
from handouts.figures.skeleton import SIDES, Skeleton
from handouts.model.figure import Arrow

_SPINE = {"s0": "pelvis", "s1": "s0", "s2": "s1", "s3": "s2", "neck": "s3", "head": "neck"}
PARENT: Final[dict[str, str]] = _SPINE | {
    f"{side}_{joint}": f"{side}_{above}" if above not in ("s3", "pelvis") else above
    for side in SIDES
    for joint, above in (
        ("shoulder", "s3"),
        ("blade", "s3"),
        ("elbow", "shoulder"),
        ("wrist", "elbow"),
        ("hip", "pelvis"),
        ("knee", "hip"),
        ("ankle", "knee"),
        ("toes", "ankle"),
    )
}
"""The segment that each segment hangs on, from the pelvis outward."""


def between(start: Skeleton, end: Skeleton, part: float) -> Skeleton:
    """Return the skeleton at ``part`` (0 to 1) of the way: every joint turns evenly."""
    middle = Skeleton(end.pose)
    (turn0, place0), (turn1, place1) = start.frames["pelvis"], end.frames["pelvis"]
    middle.frames["pelvis"] = (
        turned_part(turn0, turn1, part),
        place0 + (place1 - place0) * part,
    )
    for name, parent in PARENT.items():
        (above0, at0), (own0, place0) = start.frames[parent], start.frames[name]
        (above1, at1), (own1, place1) = end.frames[parent], end.frames[name]
        turn, at = middle.frames[parent]
        offset = above0.T @ (place0 - at0) * (1 - part) + above1.T @ (place1 - at1) * part
        own = turned_part(above0.T @ own0, above1.T @ own1, part)
        middle.frames[name] = (turn @ own, at + turn @ offset)
    return middle


class Motion:
    """The way from a start to an end, and the paths of points on it."""

    STEPS: Final = 13

    def __init__(self, start: Skeleton, end: Skeleton) -> None:
        self.start, self.end = start, end

    @cached_property
    def skeletons(self) -> tuple[Skeleton, ...]:
        """The way in even steps."""
        last = self.STEPS - 1
        inner = (between(self.start, self.end, step / last) for step in range(1, last))
        return (self.start, *inner, self.end)

    def path(self, point: str) -> Array:
        """Return the places of a contact point on the way, in the world."""
        return rows([centre(skeleton, point) for skeleton in self.skeletons])


ENDS: Final = (
    "left_palm",
    "right_palm",
    "left_foot",
    "right_foot",
    "left_knee",
    "right_knee",
    "pelvis",
    "head",
)
LEAST_WAY: Final = 6.0
"""A point that moves less than this many units gets no arrow."""
MOST: Final = 2
"""At most so many arrows: more confuse."""
HIPS_LEAD: Final = 0.6
"""The pelvis moves the trunk, not the head, if its way is at least this part of the head's."""
_CLEAR: Final = {"palm": 5.0, "foot": 6.0, "knee": 8.0, "head": 11.0}
"""How far beside the path of a point its arrow lies, in units."""
_BEHIND_PELVIS: Final = 9.0
_PUSH: Final = (8.0, 14.0)
"""The arrow that pushes the pelvis: how far behind it the tip lies, and its length."""


def travel(motion: Motion, point: str) -> float:
    """Return the way of a point in space, in units; 0 for one that ends where it started."""
    path = motion.path(point)
    if length(path[-1] - path[0]) < LEAST_WAY / 2:
        return 0.0
    return path_length(path)


def default_arrows(motion: Motion, camera: Camera) -> tuple[Arrow, ...]:
    """Return arrows for the points that move most: at most one for a limb, two in all."""
    ways = {point: travel(motion, point) for point in ENDS}
    if ways["pelvis"] >= HIPS_LEAD * ways["head"]:
        ways["head"] = 0.0
    chosen: list[str] = []
    for point in sorted(ENDS, key=lambda point: (-ways[point], ENDS.index(point))):
        if ways[point] < max(LEAST_WAY, 0.4 * max(ways.values())) or len(chosen) == MOST:
            break
        if not any(_as_one(point, other) for other in chosen):
            chosen.append(point)
    return tuple(_arrow(point, motion, camera) for point in chosen)


def _as_one(one: str, other: str) -> bool:
    """Return whether two points move as one: of one leg, or the trunk with all that hangs on it."""
    legs = all(point.endswith(("foot", "knee")) for point in (one, other))
    side = one.partition("_")[0] == other.partition("_")[0]
    return (legs and side) or bool({"head", "pelvis"} & {one, other})


def _arrow(point: str, motion: Motion, camera: Camera) -> Arrow:
    path = camera.flat(motion.path(point))
    way = path[-1] - path[0]
    if length(way) < 1e-6:
        return Arrow(of=point)
    if point == "pelvis":
        return _push(way)
    return _beside(point, path, way, camera.flat(motion.path("pelvis")).mean(0))


def _push(way: Array) -> Arrow:
    """Put the arrow behind the pelvis, as if it pushed it on its way."""
    across, up = way / length(way)
    long = float(np.clip(length(way), *_PUSH))
    back = _BEHIND_PELVIS + long
    return Arrow(
        at="pelvis",
        offset=(float(-across * back), float(-up * back)),
        dir=(float(across * long), float(up * long)),
    )


def _beside(point: str, path: Array, way: Array, middle: Array) -> Arrow:
    """Put the arrow on the side of the path that lies away from the body's middle."""
    out = path.mean(0) - middle
    left_of_way = float(-way[1] * out[0] + way[0] * out[1])
    clear = _CLEAR[point.rpartition("_")[2]]
    return Arrow(of=point, offset=clear if left_of_way >= 0 else -clear, trim=(0.1, 0.9))
