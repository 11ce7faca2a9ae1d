"""Which limbs move between the first and the last frame, and on which side."""

from __future__ import annotations

from typing import Final

import numpy as np
from msgspec import Struct

from handouts.figures.between import Motion
from handouts.figures.landmarks import centre, single
from handouts.figures.proportions import SIDES
from handouts.figures.skeleton import Skeleton
from handouts.figures.space import Array, rows
from handouts.model.anatomy import prop_of
from handouts.model.pose import Pose, Reach

LEAST: Final = 6.0
"""A limb that travels less than this many units (10 cm) does not count as moving."""
LEAST_ARM: Final = 9.0
"""A hand moves this much against the chest when the trunk bends under a resting arm."""
EVEN: Final = 0.35
"""Both sides move alike if they differ by less than this part of the larger way."""


class Ways(Struct, frozen=True):
    """The ways of left and right limbs in units: legs in space, arms relative to the chest."""

    legs: dict[str, float]
    arms: dict[str, float]

    @property
    def leg(self) -> str | None:
        """The side whose leg moves, ``both``, or None."""
        return _side(self.legs, LEAST)

    @property
    def arm(self) -> str | None:
        """The side whose arm moves, ``both``, or None."""
        return _side(self.arms, LEAST_ARM)


def ways(motion: Motion) -> Ways:
    """Measure how far each limb travels."""
    legs = {
        side: max(_way(motion.path(f"{side}_{point}")) for point in ("foot", "knee"))
        for side in SIDES
    }
    arms = {
        side: 0.0
        if _on_body(motion.end.pose, side)
        else _way(rows([_in_chest(skeleton, side) for skeleton in motion.skeletons]))
        for side in SIDES
    }
    return Ways(legs, arms)


def _on_body(pose: Pose, side: str) -> bool:
    """Return whether a hand holds the body itself, and so goes where that goes."""
    for point, target in (pose.reach or {}).items():
        name = target.to if isinstance(target, Reach) else target
        if f"{side}_hand" in single(point) and isinstance(name, str) and not prop_of(name):
            return True
    return False


def _in_chest(skeleton: Skeleton, side: str) -> Array:
    turn, origin = skeleton.frames["s3"]
    place: Array = turn.T @ (centre(skeleton, f"{side}_palm") - origin)
    return place


def _way(path: Array) -> float:
    return float(np.sqrt((np.diff(path, axis=0) ** 2).sum(1)).sum())


def _side(found: dict[str, float], least: float) -> str | None:
    right, left = found["right"], found["left"]
    most = max(right, left)
    if most < least:
        return None
    if abs(right - left) <= EVEN * most:
        return "both"
    return "right" if right > left else "left"
