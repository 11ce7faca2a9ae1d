"""Contact points of the body: names into places on a skeleton, and their heights."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np

from handouts.figures import skeleton as body
from handouts.figures.skeleton import SIDES, Skeleton
from handouts.figures.space import Array, rows, vec
from handouts.model.anatomy import PAIRS, prop_of
from handouts.model.pose import Pose, Reach

Offset = tuple[float, float, float]
Spot = tuple[str, Offset, float]
"""A place in a segment, and how thick the flesh round it is."""

_SOLE: Final = -body.ANKLE_HEIGHT
_TRUNK: Final[dict[str, tuple[Spot, ...]]] = {
    "upper_back": (("s3", (-1.3, 3.5, 0), 5.7),),
    "lower_back": (("s1", (-1.0, 0, 0), 5.2),),
    "buttocks": (("pelvis", (-2.6, -2.6, 4.6), 6.2), ("pelvis", (-2.6, -2.6, -4.6), 6.2)),
    "belly": (("pelvis", (0.8, 1, 0), 6.2),),
    "pelvis": (("pelvis", (0.8, 0, 0), 6.4),),
    "right_pelvis": (("pelvis", (-0.5, 0, 4.2), 6.6),),
    "left_pelvis": (("pelvis", (-0.5, 0, -4.2), 6.6),),
    "chest": (("s3", (1.2, 2, 0), 6.2),),
    "head": (("head", (-0.4, 7.0, 0), 6.9),),
    "forehead": (("head", (3.0, 8, 0), 4.0),),
    "lumbar": (("s0", (0, 2, 0), 0),),
}
# A segment without a side: the side is put before it.
_LIMBS: Final[dict[str, tuple[Spot, ...]]] = {
    "foot": (("ankle", (-2.0, _SOLE + 2.2, 0), 2.2), ("toes", (1.6, 1.5, 0), 1.5)),
    "heel": (("ankle", (-2.2, -2.4, 0), 2.2),),
    "toes": (("toes", (2.9, 1.3, 0), 1.3),),
    "ankle": (("ankle", (0, 0, 0), 2.5),),
    "knee": (("knee", (0.2, 0, 0), 4.2),),
    "shank": (("knee", (0.2, -1, 0), 4.0), ("ankle", (0.6, 0.5, 0), 2.5)),
    "hip": (("hip", (0, 0, 0), 6.6),),
    "hand": (("wrist", (0, -4.5, 0), 1.3), ("wrist", (0, 0, 0), 1.9)),
    "palm": (("wrist", (0, -4.0, 0), 0),),
    "wrist": (("wrist", (0, 0, 0), 1.9),),
    "elbow": (("elbow", (0, 0, 0), 2.9),),
    "forearm": (("elbow", (0, -1.5, 0), 2.9), ("wrist", (0, 0, 0), 1.9)),
    "shoulder": (("shoulder", (0, 0, 0), 4.6),),
    "thigh": (("hip", (0, -13, 0), 6.0),),
    "thigh_back": (("hip", (-5.5, -15, 0), 0),),
    "shin": (("knee", (4.0, -3.5, 0), 0),),
    "knee_top": (("knee", (4.6, 0.5, 0), 0),),
    "blade": (("blade", (0, 0, 0), 2.5),),
}

TOUCHING: Final = (
    "upper_back",
    "buttocks",
    "belly",
    "chest",
    "head",
    "feet",
    "hands",
    "shanks",
    "forearms",
    "right_shoulder",
    "left_shoulder",
    "right_pelvis",
    "left_pelvis",
)
"""The points of which the lowest touches the floor, if a pose does not say what rests."""


def single(name: str) -> tuple[str, ...]:
    """Return the contact points of a name: both of a pair, else itself."""
    one = PAIRS.get(name)
    return tuple(f"{side}_{one}" for side in SIDES) if one else (name,)


def spots(name: str) -> tuple[Spot, ...]:
    """Return the places of a contact point.

    Raises:
        KeyError: if there is no such point.
    """
    if name in _TRUNK:
        return _TRUNK[name]
    if name in PAIRS:
        return tuple(spot for point in single(name) for spot in spots(point))
    side, _, limb = name.partition("_")
    return tuple((f"{side}_{part}", offset, flesh) for part, offset, flesh in _LIMBS[limb])


def lowest(skeleton: Skeleton, name: str) -> float:
    """Height of the underside of a contact point."""
    return min(
        float(skeleton.point(part, offset)[1]) - flesh for part, offset, flesh in spots(name)
    )


def centre(skeleton: Skeleton, name: str) -> Array:
    """Place of a contact point; the middle of a pair."""
    places = rows([skeleton.point(part, offset) for part, offset, _ in spots(name)])
    middle: Array = np.mean(places, axis=0)
    return middle


def underside(skeleton: Skeleton, name: str) -> Array:
    """Place below the middle of a contact point at the height of its underside."""
    middle = centre(skeleton, name)
    return vec(middle[0], lowest(skeleton, name), middle[2])


def reached_on_body(pose: Pose) -> Iterator[tuple[str, str]]:
    """Yield each hand and foot that reaches for points of the body, with each of those."""
    for points, target in (pose.reach or {}).items():
        name = target.to if isinstance(target, Reach) else target
        if isinstance(name, str) and not prop_of(name):
            yield from product(single(points), single(name))
