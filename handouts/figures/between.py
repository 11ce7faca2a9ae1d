"""Two solved skeletons into those between them: the path on which a limb really moves."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from handouts.figures.landmarks import centre
from handouts.figures.proportions import SIDES
from handouts.figures.skeleton import Skeleton
from handouts.figures.space import Array, rows, turned_part

_SPINE = {"s0": "pelvis", "s1": "s0", "s2": "s1", "s3": "s2", "neck": "s3", "head": "neck"}
PARENT: Final[dict[str, str]] = _SPINE | {
    f"{side}_{joint}": f"{side}_{above}" if above not in ("s3", "pelvis") else above
    for side in SIDES
    for joint, above in (
        ("shoulder", "s3"),
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
