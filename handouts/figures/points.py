"""Turn points of the body into places on a skeleton; bend limbs to bring them to a target.

Two-bone inverse kinematics brings hands and feet there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np

from handouts.figures import skeleton as body
from handouts.figures.geometry import Array, frame, length, rows, unit, vec
from handouts.figures.skeleton import (
    SIDES,
    SIGN,
    Miss,
    Offset,
    Skeleton,
    set_blade,
    set_foot,
    set_hand,
    set_toes,
)
from handouts.model.anatomy import PAIRS, prop_of
from handouts.model.pose import Pose, Reach

Spot = tuple[str, Offset, float]
"""A place in a segment, and the thickness of the flesh around it."""

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
# A segment without a side, which is put in front of its name.
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
    "upper_back", "buttocks", "belly", "chest", "head", "feet", "hands", "shanks", "forearms",
    "right_shoulder", "left_shoulder", "right_pelvis", "left_pelvis",
)  # fmt: skip
"""If a pose does not say what rests, the lowest of these points touches the floor."""


def single(name: str) -> tuple[str, ...]:
    """Return the contact points of a name: both of a pair, else the point itself."""
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
    """Return the height of the underside of a contact point."""
    return min(
        float(skeleton.point(part, offset)[1]) - flesh for part, offset, flesh in spots(name)
    )


def centre(skeleton: Skeleton, name: str) -> Array:
    """Return the place of a contact point, or the middle of a pair."""
    places = rows([skeleton.point(part, offset) for part, offset, _ in spots(name)])
    middle: Array = np.mean(places, axis=0)
    return middle


def underside(skeleton: Skeleton, name: str) -> Array:
    """Return the place below the middle of a contact point, at the height of its underside."""
    middle = centre(skeleton, name)
    return vec(middle[0], lowest(skeleton, name), middle[2])


def reached_on_body(pose: Pose) -> Iterator[tuple[str, str]]:
    """Yield each hand and foot that reaches for points of the body, with each such point."""
    for points, target in (pose.reach or {}).items():
        name = target.to if isinstance(target, Reach) else target
        if isinstance(name, str) and not prop_of(name):
            yield from product(single(points), single(name))


TOLERANCE = 0.4
"""A target nearer than this many units counts as reached."""
GIRDLE_GIVES = 3.5
"""How far the shoulder blade slides towards a target that the hand cannot reach, in units."""
PALM_HEIGHT = 1.9
"""Height of the wrist above the floor when the palm lies on it."""


def pole(skeleton: Skeleton, side: str, joint: str) -> Array | None:
    """Return the direction in which the pose wants a knee or elbow to point, in the world."""
    wanted = skeleton.pose.pole(side, joint)
    if wanted is None:
        return None
    turn, _ = skeleton.frames["pelvis" if joint == "knee" else "s3"]
    ahead, up, out = wanted
    way: Array = turn @ vec(ahead, up, out * SIGN[side])
    return way


def _two_bones(
    root: Array, target: Array, upper: float, lower: float, towards: Array
) -> tuple[Array, Array, Array, float]:
    """Return joint, end, the direction of the joint, and by how much the end missed."""
    way = target - root
    distance = max(length(way), 1e-6)
    along = way / distance
    missed = max(0.0, distance - (upper + lower) * 0.9995)
    distance = min(distance, (upper + lower) * 0.9995)
    distance = max(distance, abs(upper - lower) + 0.5)
    part = (upper**2 - lower**2 + distance**2) / (2 * distance)
    height = math.sqrt(max(upper**2 - part**2, 0))
    aside = towards - along * float(towards @ along)
    if length(aside) < 0.01:
        spare = vec(0.1, 1, 0.2)
        aside = spare - along * float(spare @ along)
    aside = unit(aside)
    return root + along * part + aside * height, root + along * distance, aside, missed


def bend_leg(skeleton: Skeleton, side: str, ankle: Array, key: str) -> None:
    """Bend hip and knee to bring the ankle to a place; a miss is recorded under ``key``."""
    hip_turn, hip = skeleton.frames[f"{side}_hip"]
    towards = pole(skeleton, side, "knee")
    towards = hip_turn[:, 0] if towards is None else towards
    knee, end, aside, missed = _two_bones(hip, ankle, body.THIGH, body.SHANK, towards)
    if missed > TOLERANCE:
        skeleton.misses.append(Miss(f"{side} foot", missed, key))
    old_shank, old_foot = (skeleton.frames[f"{side}_{name}"][0] for name in ("knee", "ankle"))
    skeleton.frames[f"{side}_hip"] = (frame(hip - knee, aside), hip)
    straight = abs(float(unit(knee - end) @ aside)) >= 0.98
    shank = frame(knee - end, skeleton.axis("pelvis", 0) if straight else aside)
    skeleton.frames[f"{side}_knee"] = (shank, knee)
    skeleton.frames[f"{side}_ankle"] = (shank @ (old_shank.T @ old_foot), end)
    set_toes(skeleton, side)


def bend_arm(skeleton: Skeleton, side: str, wrist: Array, key: str) -> None:
    """Bend shoulder and elbow to bring the wrist to a place; a miss is recorded under ``key``."""
    shoulder_turn, shoulder = skeleton.frames[f"{side}_shoulder"]
    towards = pole(skeleton, side, "elbow")
    towards = -shoulder_turn[:, 0] if towards is None else towards
    bones = (body.UPPER_ARM, body.FOREARM)
    elbow, end, aside, missed = _two_bones(shoulder, wrist, *bones, towards)
    if missed > 0:
        way = unit(wrist - shoulder)
        shoulder = shoulder + way * min(missed + 0.3, GIRDLE_GIVES)
        elbow, end, aside, missed = _two_bones(shoulder, wrist, *bones, towards)
    if missed > TOLERANCE:
        skeleton.misses.append(Miss(f"{side} hand", missed, key))
    old_fore, old_hand = (skeleton.frames[f"{side}_{name}"][0] for name in ("elbow", "wrist"))
    skeleton.frames[f"{side}_shoulder"] = (frame(shoulder - elbow, -aside), shoulder)
    fore = frame(elbow - end, -aside)
    skeleton.frames[f"{side}_elbow"] = (fore, elbow)
    skeleton.frames[f"{side}_wrist"] = (fore @ (old_fore.T @ old_hand), end)
    set_blade(skeleton, side)


def plant_foot(skeleton: Skeleton, side: str, place: Array) -> None:
    """Put a foot on a place: ``place`` is right under the ankle, at the height of the sole."""
    toes = skeleton.point(f"{side}_toes") - skeleton.point(f"{side}_ankle")
    below = []
    for part, offset, flesh in (*spots(f"{side}_foot"), *spots(f"{side}_toes")):
        segment = skeleton.frames[part][0]
        reach = segment @ vec(*offset) + (toes if part.endswith("toes") else 0)
        below.append(float(reach[1]) - flesh)
    bend_leg(skeleton, side, place - vec(0, min(below), 0), "plant")
    set_foot(skeleton, side)


def plant_hand(skeleton: Skeleton, side: str, place: Array) -> None:
    """Put the heel of a hand on a place."""
    bend_arm(skeleton, side, place + vec(0, PALM_HEIGHT, 0), "plant")
    set_hand(skeleton, side)


def keep_foot(skeleton: Skeleton, start: Skeleton, side: str) -> None:
    """Leave a foot where it was at the start; a foot on its toes turns about them."""
    turn, ankle = start.frames[f"{side}_ankle"]
    if skeleton.pose.foot_mode(side) == "toes":
        target = centre(start, f"{side}_toes")
        misses = list(skeleton.misses)
        for _ in range(2):
            skeleton.misses[:] = misses
            to_ankle = skeleton.point(f"{side}_ankle") - centre(skeleton, f"{side}_toes")
            bend_leg(skeleton, side, target + to_ankle, "keep")
            set_foot(skeleton, side)
        return
    bend_leg(skeleton, side, ankle, "keep")
    skeleton.frames[f"{side}_ankle"] = (turn, skeleton.frames[f"{side}_ankle"][1])
    set_toes(skeleton, side)


def keep_hand(skeleton: Skeleton, start: Skeleton, side: str) -> None:
    """Leave a hand where it was at the start."""
    turn, wrist = start.frames[f"{side}_wrist"]
    bend_arm(skeleton, side, wrist, "keep")
    skeleton.frames[f"{side}_wrist"] = (turn, skeleton.frames[f"{side}_wrist"][1])


def reach_with_hand(skeleton: Skeleton, side: str, place: Array) -> None:
    """Bring the palm to a place, in several steps because the hand turns with the forearm."""
    misses = list(skeleton.misses)
    shoulder = skeleton.point(f"{side}_shoulder")
    for _ in range(6):
        skeleton.misses[:] = misses
        turn, _ = skeleton.frames[f"{side}_shoulder"]
        skeleton.frames[f"{side}_shoulder"] = (turn, shoulder)
        to_wrist = skeleton.point(f"{side}_wrist") - centre(skeleton, f"{side}_palm")
        bend_arm(skeleton, side, place + to_wrist, "reach")
        set_hand(skeleton, side)
