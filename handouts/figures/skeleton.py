"""Turn a figure's measures and joint angles into frames of its skeleton: forward kinematics.

Measures are in units of 1/100 body height. They follow the drawing's needs (1 : 7 heads, friendlier
than the adult 1 : 7.5). Drillis and Contini (1966), in D. A. Winter, Biomechanics and Motor Control
of Human Movement (4th ed., 2009), figure 4.1, have thigh 24.5, shank 24.6, upper arm 18.6, forearm
14.6, ankle 3.9 high. Here the thigh is the same; shank and forearm are up to 5 % shorter, and the
upper arm 11 %; the ankle is higher by a shoe's sole. The figure was read as reproduced in public
code, not in the book.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from msgspec import Struct, field

from handouts.figures.geometry import (
    Array,
    degrees_of,
    frame,
    level_heading,
    rot_x,
    rot_y,
    rot_z,
    vec,
)
from handouts.model.pose import Angles, Pose

HIP_WIDTH: Final = 4.5
THIGH: Final = 24.5
SHANK: Final = 23.5
ANKLE_HEIGHT: Final = 4.6
SPINE: Final = (5.5, 6.0, 6.0, 6.2)
"""From pelvis to first spine joint, then from each to the next: two lumbar, two thoracic."""
NECK_BASE: Final = 8.6
NECK: Final = 4.7
SHOULDER_WIDTH: Final = 9.5
SHOULDER_UP: Final = 3.2
UPPER_ARM: Final = 16.6
FOREARM: Final = 14.2
BONES: Final = {
    "thigh": ("hip", THIGH),
    "shank": ("knee", SHANK),
    "upper_arm": ("shoulder", UPPER_ARM),
    "forearm": ("elbow", FOREARM),
}
"""The joint that a bone hangs from, and its length."""
BALL_OF_FOOT: Final = 6.4
"""Distance from the ankle forward to the joint where shoe and toes bend."""

SIDES: Final = ("right", "left")
SIGN: Final = {"right": 1.0, "left": -1.0}
"""Direction of a side along the body's z axis."""
OTHER: Final = {"right": "left", "left": "right"}

ROOTS: Final[dict[str, Array]] = {
    name: frame(vec(*headward), vec(*forward))
    for name, forward, headward in (
        ("standing", (1, 0, 0), (0, 1, 0)),
        ("standing_front", (0, 0, 1), (0, 1, 0)),
        ("standing_back", (0, 0, -1), (0, 1, 0)),
        ("supine", (0, 1, 0), (-1, 0, 0)),
        ("supine_feet", (0, 1, 0), (0, 0, -1)),
        ("prone", (0, -1, 0), (1, 0, 0)),
        ("side_lying", (0, 0, 1), (-1, 0, 0)),
        ("side_lying_back", (0, 0, -1), (1, 0, 0)),
    )
}
"""Pelvis frames by name. ``side_lying`` lies on the right side, left side up."""

Frame = tuple[Array, Array]
"""Rotation and origin of a segment."""
Offset = tuple[float, float, float]
"""Forward, headward and right in a segment's axes."""

MOST_TOE_BEND = 65.0
"""How far a shoe bends at the ball of the foot, in degrees."""


class Miss(Struct, frozen=True):
    """A limb that could not reach its target, by how much, and the pose's key for the target."""

    limb: str
    distance: float
    key: str


class Skeleton(Struct):
    """Frames by name: pelvis, s0-s3 (spine), neck, head, and joints such as ``left_knee``.

    The frame of a joint is that of the segment below it: ``left_knee`` turns with the shank.
    """

    pose: Pose
    frames: dict[str, Frame] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)

    def point(self, name: str, offset: Offset | Array = (0, 0, 0)) -> Array:
        """Return the place of an offset (forward, headward, right) in a segment."""
        turn, origin = self.frames[name]
        place: Array = origin + turn @ vec(*offset)
        return place

    def axis(self, name: str, column: int) -> Array:
        """Return an axis of a segment: 0 forward, 1 headward, 2 to the person's right."""
        return self.frames[name][0][:, column]

    def shift(self, way: Array) -> None:
        """Move everything."""
        for name, (turn, origin) in self.frames.items():
            self.frames[name] = (turn, origin + way)


def limb_turn(angles: Mapping[str, float], side: str) -> Array:
    """Return flexion about z, then abduction about x, then external rotation about y."""
    sign = SIGN[side]
    turn: Array = (
        rot_z(angles.get("flex", 0))
        @ rot_x(-sign * angles.get("abd", 0))
        @ rot_y(-sign * angles.get("rot", 0))
    )
    return turn


def forward(pose: Pose) -> Skeleton:
    """Return the skeleton with its pelvis at the origin, and feet and hands as the pose says."""
    skeleton = Skeleton(pose)
    root = rot_z(pose.lean or 0) @ rot_y(pose.turn or 0) @ rot_x(pose.roll or 0)
    root = root @ ROOTS[pose.root or "standing"]
    root = root @ rot_z(pose.tilt or 0) @ rot_y(pose.twist or 0) @ rot_x(pose.bend or 0)
    skeleton.frames["pelvis"] = (root, vec(0, 0, 0))
    _spine(skeleton)
    for side in SIDES:
        _arm(skeleton, side)
        _leg(skeleton, side)
        set_foot(skeleton, side)
        set_hand(skeleton, side)
    return skeleton


def _spine(skeleton: Skeleton) -> None:
    pose = skeleton.pose
    turn, _ = skeleton.frames["pelvis"]
    place = skeleton.point("pelvis", (-0.6, SPINE[0], 0))
    halves = (pose.spine("lumbar"),) * 2 + (pose.spine("thoracic"),) * 2
    for index, angles in enumerate(halves):
        turn = turn @ _spine_turn(angles, 0.5)
        skeleton.frames[f"s{index}"] = (turn, place)
        if index < 3:
            place = place + turn @ vec(0, SPINE[index + 1], 0)
    neck = pose.spine("neck")
    base = skeleton.point("s3", (0.2, NECK_BASE, 0))
    turn = turn @ rot_z(-12) @ _spine_turn(neck, 0.5)
    skeleton.frames["neck"] = (turn, base)
    top = base + turn @ vec(0, NECK, 0)
    head = pose.spine("head")
    both = {key: neck.get(key, 0) / 2 + head.get(key, 0) for key in ("flex", "bend", "turn")}
    skeleton.frames["head"] = (turn @ rot_z(12) @ _spine_turn(both, 1), top)


def _spine_turn(angles: Angles, part: float) -> Array:
    turn: Array = (
        rot_z(-angles.get("flex", 0) * part)
        @ rot_x(angles.get("bend", 0) * part)
        @ rot_y(angles.get("turn", 0) * part)
    )
    return turn


def _arm(skeleton: Skeleton, side: str) -> None:
    """Set shoulder, elbow and wrist; the shoulder blade follows a raised arm up and in."""
    pose, sign = skeleton.pose, SIGN[side]
    chest = skeleton.frames["s3"][0]
    turn = limb_turn(pose.joint(side, "shoulder"), side)
    bone = turn @ vec(0, -1, 0)
    girdle = pose.joint(side, "girdle")
    raised = degrees_of(-float(bone[1]))
    up = max(0.0, raised - 60) / 120 * 3.2 + girdle.get("up", 0)
    ahead = girdle.get("fwd", 0) + max(0.0, float(bone[0])) * 1.2
    out = SHOULDER_WIDTH - up * 0.55 - abs(ahead) * 0.15
    shoulder = skeleton.point("s3", (-0.4 + ahead, SHOULDER_UP + up, sign * out))
    upper = chest @ turn
    skeleton.frames[f"{side}_shoulder"] = (upper, shoulder)
    elbow = shoulder + upper @ vec(0, -UPPER_ARM, 0)
    fore = upper @ rot_z(pose.joint(side, "elbow").get("flex", 0))
    skeleton.frames[f"{side}_elbow"] = (fore, elbow)
    wrist = pose.joint(side, "wrist")
    hand = (
        fore
        @ rot_y(sign * pose.joint(side, "forearm").get("pron", 0))
        @ rot_x(sign * wrist.get("flex", 0))
        @ rot_z(wrist.get("dev", 0))
    )
    skeleton.frames[f"{side}_wrist"] = (hand, elbow + fore @ vec(0, -FOREARM, 0))
    set_blade(skeleton, side)


def set_blade(skeleton: Skeleton, side: str) -> None:
    """Lay the shoulder blade on the back: it follows the shoulder, and turns out as arms rise."""
    chest, origin = skeleton.frames["s3"]
    shoulder = chest.T @ (skeleton.point(f"{side}_shoulder") - origin)
    ahead, up = float(shoulder[0]) + 0.4, float(shoulder[1]) - SHOULDER_UP
    bone = chest.T @ -skeleton.axis(f"{side}_shoulder", 1)
    raised = degrees_of(-float(bone[1]))
    turn = chest @ rot_x(-SIGN[side] * max(0.0, raised - 30) * 0.3)
    out = 5.6 + ahead * 0.6
    place = skeleton.point("s3", (-5.8 + max(0.0, ahead) * 0.3, 0.6 + up * 0.8, SIGN[side] * out))
    skeleton.frames[f"{side}_blade"] = (turn, place)


def _leg(skeleton: Skeleton, side: str) -> None:
    pose, sign = skeleton.pose, SIGN[side]
    pelvis = skeleton.frames["pelvis"][0]
    thigh = pelvis @ limb_turn(pose.joint(side, "hip"), side)
    hip = skeleton.point("pelvis", (0, 0, sign * HIP_WIDTH))
    skeleton.frames[f"{side}_hip"] = (thigh, hip)
    knee = hip + thigh @ vec(0, -THIGH, 0)
    bent = pose.joint(side, "knee")
    shank = thigh @ rot_z(-bent.get("flex", 0)) @ rot_y(-sign * bent.get("rot", 0))
    skeleton.frames[f"{side}_knee"] = (shank, knee)
    angles = pose.joint(side, "ankle")
    foot = (
        shank
        @ rot_z(angles.get("flex", 0))
        @ rot_x(-sign * angles.get("inv", 0))
        @ rot_y(-sign * angles.get("rot", 0))
    )
    skeleton.frames[f"{side}_ankle"] = (foot, knee + shank @ vec(0, -SHANK, 0))
    set_toes(skeleton, side)


def set_toes(skeleton: Skeleton, side: str) -> None:
    """Attach the front of the shoe to the foot, bent if the pose stands on its toes."""
    pose = skeleton.pose
    bend = pose.joint(side, "toe").get("flex", 0)
    if pose.foot_mode(side) == "toes":
        bend = min(pose.heel_lift(side), MOST_TOE_BEND)
    foot, _ = skeleton.frames[f"{side}_ankle"]
    place = skeleton.point(f"{side}_ankle", (BALL_OF_FOOT, -ANKLE_HEIGHT, 0))
    skeleton.frames[f"{side}_toes"] = (foot @ rot_z(bend), place)


def set_foot(skeleton: Skeleton, side: str) -> None:
    """Turn a foot flat to the floor, or onto its toes, if the pose says so."""
    pose = skeleton.pose
    mode = pose.foot_mode(side)
    if mode in ("flat", "toes"):
        shank, _ = skeleton.frames[f"{side}_knee"]
        # The front of the shin points ahead; if the shin lies on its front, the knee points ahead.
        ahead = shank[:, 0] + shank[:, 1] * max(0.0, -float(shank[1, 0]))
        ahead = rot_y(-SIGN[side] * pose.toes_out(side)) @ level_heading(ahead)
        turn = frame(vec(0, 1, 0), ahead)
        if mode == "toes":
            turn = turn @ rot_z(-pose.heel_lift(side))
        skeleton.frames[f"{side}_ankle"] = (turn, skeleton.frames[f"{side}_ankle"][1])
    set_toes(skeleton, side)


def set_hand(skeleton: Skeleton, side: str) -> None:
    """Lay a hand flat on the floor (fingers level) or a wall (fingers up), if the pose says so."""
    shape = skeleton.pose.hand_shape(side)
    if shape not in ("flat_floor", "flat_wall"):
        return
    chest, _ = skeleton.frames["s3"]
    given = skeleton.pose.fingers(side)
    ahead = chest[:, 1] if abs(chest[1, 1]) < 0.85 else chest[:, 0]
    heading = level_heading(vec(*given) if given else ahead)
    if shape == "flat_floor":
        fingers, palm = heading, vec(0, -1, 0)
    else:
        fingers, palm = vec(0, 1, 0), heading
    across = palm * -SIGN[side]
    turn = np.stack([np.cross(-fingers, across), -fingers, across], 1)
    skeleton.frames[f"{side}_wrist"] = (turn, skeleton.frames[f"{side}_wrist"][1])
