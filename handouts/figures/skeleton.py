"""Joint angles into the frames of a skeleton: forward kinematics."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from msgspec import Struct, field

from handouts.figures import proportions as body
from handouts.figures.proportions import ROOTS, SIDES, SIGN
from handouts.figures.space import Array, frame, level_heading, rot_x, rot_y, rot_z, vec
from handouts.model.pose import Angles, Pose

Frame = tuple[Array, Array]
"""Rotation and origin of a segment."""

MOST_TOE_BEND = 65.0
"""How far a shoe bends at the ball of the foot, in degrees."""


class Miss(Struct, frozen=True):
    """A limb that could not reach its target, by how much, and the pose's key that asked for it."""

    limb: str
    distance: float
    key: str


class Skeleton(Struct):
    """Frames by name: pelvis, s0-s3 (spine), neck, head, and joints as ``left_knee``.

    The frame of a joint is that of the segment below it: ``left_knee`` turns with the shank.
    """

    pose: Pose
    frames: dict[str, Frame] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)

    def point(self, name: str, offset: tuple[float, float, float] = (0, 0, 0)) -> Array:
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
    """Flexion about z, then abduction about x, then external rotation about y, for a side."""
    sign = SIGN[side]
    turn: Array = (
        rot_z(angles.get("flex", 0))
        @ rot_x(-sign * angles.get("abd", 0))
        @ rot_y(-sign * angles.get("rot", 0))
    )
    return turn


def forward(pose: Pose) -> Skeleton:
    """Return the skeleton with its pelvis at the origin; feet and hands set as asked."""
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
    place = skeleton.point("pelvis", (-0.6, body.SPINE[0], 0))
    halves = (pose.spine("lumbar"),) * 2 + (pose.spine("thoracic"),) * 2
    for index, angles in enumerate(halves):
        turn = turn @ _spine_turn(angles, 0.5)
        skeleton.frames[f"s{index}"] = (turn, place)
        if index < 3:
            place = place + turn @ vec(0, body.SPINE[index + 1], 0)
    neck = pose.spine("neck")
    base = skeleton.point("s3", (0.2, body.NECK_BASE, 0))
    turn = turn @ rot_z(-12) @ _spine_turn(neck, 0.5)
    skeleton.frames["neck"] = (turn, base)
    top = base + turn @ vec(0, body.NECK, 0)
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
    raised = math.degrees(math.acos(max(-1.0, min(1.0, -float(bone[1])))))
    up = max(0.0, raised - 60) / 120 * 3.2 + girdle.get("up", 0)
    ahead = girdle.get("fwd", 0) + max(0.0, float(bone[0])) * 1.2
    out = body.SHOULDER_WIDTH - up * 0.55 - abs(ahead) * 0.15
    shoulder = skeleton.point("s3", (-0.4 + ahead, body.SHOULDER_UP + up, sign * out))
    upper = chest @ turn
    skeleton.frames[f"{side}_shoulder"] = (upper, shoulder)
    elbow = shoulder + upper @ vec(0, -body.UPPER_ARM, 0)
    fore = upper @ rot_z(pose.joint(side, "elbow").get("flex", 0))
    skeleton.frames[f"{side}_elbow"] = (fore, elbow)
    wrist = pose.joint(side, "wrist")
    hand = (
        fore
        @ rot_y(sign * pose.joint(side, "forearm").get("pron", 0))
        @ rot_x(-sign * wrist.get("flex", 0))
        @ rot_z(wrist.get("dev", 0))
    )
    skeleton.frames[f"{side}_wrist"] = (hand, elbow + fore @ vec(0, -body.FOREARM, 0))


def _leg(skeleton: Skeleton, side: str) -> None:
    pose, sign = skeleton.pose, SIGN[side]
    pelvis = skeleton.frames["pelvis"][0]
    thigh = pelvis @ limb_turn(pose.joint(side, "hip"), side)
    hip = skeleton.point("pelvis", (0, 0, sign * body.HIP_WIDTH))
    skeleton.frames[f"{side}_hip"] = (thigh, hip)
    knee = hip + thigh @ vec(0, -body.THIGH, 0)
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
    skeleton.frames[f"{side}_ankle"] = (foot, knee + shank @ vec(0, -body.SHANK, 0))
    set_toes(skeleton, side)


def set_toes(skeleton: Skeleton, side: str) -> None:
    """Hang the front of the shoe on the foot, bent if the pose stands on its toes."""
    pose = skeleton.pose
    bend = pose.joint(side, "toe").get("flex", 0)
    if pose.foot_mode(side) == "toes":
        bend = min(pose.heel_lift(side), MOST_TOE_BEND)
    foot, _ = skeleton.frames[f"{side}_ankle"]
    place = skeleton.point(f"{side}_ankle", (body.BALL_OF_FOOT, -body.ANKLE_HEIGHT, 0))
    skeleton.frames[f"{side}_toes"] = (foot @ rot_z(bend), place)


def set_foot(skeleton: Skeleton, side: str) -> None:
    """Turn a foot flat to the floor, or onto its toes, if the pose says so."""
    pose = skeleton.pose
    mode = pose.foot_mode(side)
    if mode in ("flat", "toes"):
        shank, _ = skeleton.frames[f"{side}_knee"]
        # The shin's front points ahead; of one that lies on its front, the knee does.
        ahead = shank[:, 0] + shank[:, 1] * max(0.0, -float(shank[1, 0]))
        ahead = rot_y(-SIGN[side] * pose.toes_out(side)) @ level_heading(ahead)
        turn = frame(vec(0, 1, 0), ahead)
        if mode == "toes":
            turn = turn @ rot_z(-pose.heel_lift(side))
        skeleton.frames[f"{side}_ankle"] = (turn, skeleton.frames[f"{side}_ankle"][1])
    set_toes(skeleton, side)


def set_hand(skeleton: Skeleton, side: str) -> None:
    """Lay a hand flat on the floor, fingers level, or on a wall, fingers up, if asked."""
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
