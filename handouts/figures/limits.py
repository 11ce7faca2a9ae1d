"""Turn a solved frame into joint angles and clashes of limbs, each with its limit.

The ranges of joints come from the secondary sources below, because the handbook of the American
Academy of Orthopaedic Surgeons (AAOS) itself could not be read. They are what adults do without
help. A picture may go beyond a range by an allowance, which is judgement: weight and arms push
further, the figure is supple, and each of its joints stands for several of a person (its spine also
for the tilt of the pelvis).

    Table A.1   "Shoulder, Elbow, Forearm, and Wrist Motion: Mean Values in Degrees", columns AAOS
                and Boone and Azen (1979), F. A. Davis PT Collection
                http://fadavispt.mhmedical.com/downloadCitation.aspx?sectionid=158980269
    FPnotebook  "Hip Range of Motion", after Wilson, Am Fam Physician 89 (2014), 27-34
                https://fpnotebook.com/Ortho/Exam/HpRngOfMtn.htm
    Kneeling    knee flexion of people who kneel, means 139.6 (young) and 140.9 (old)
                https://pmc.ncbi.nlm.nih.gov/articles/PMC3468826 (abstract)
    Merck       Merck Manual, "Normal Values for Range of Motion of Joints", Table 1, a copy at
                https://pdfcoffee.com/download/nilai-normal-untuk-jarak-dari-gerakan-sendi-pdf-free.html
    38 CFR      US rating schedule, 38 CFR 4.71a, spine, note 2, as quoted for the trunk at
                https://knowledge-builders.org/what-is-forward-flexion-of-the-thoracolumbar-spine
                and for the neck, the same numbers, at
                https://www.livestrong.com/article/276514-range-of-motion-of-the-spine/
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Final

import numpy as np
from msgspec import Struct

from handouts.figures.geometry import Array, angle_between, rows, vec
from handouts.figures.part import PROFILES, profile
from handouts.figures.points import reached_on_body
from handouts.figures.skeleton import BONES, SIDES, SIGN, Skeleton
from handouts.model.pose import Pose


class Range(Struct, frozen=True):
    """Degrees of a joint's movement, from the opposite movement (negative) to its own end."""

    joint: str
    movement: str
    least: float
    most: float
    source: str
    allowance: float = 15.0


RANGES: Final = (
    Range("hip", "flexion", -15, 120, "FPnotebook: flexion 110-120, extension 10-15"),
    Range("hip", "abduction", -30, 50, "FPnotebook: abduction 30-50, adduction 20-30"),
    Range("knee", "flexion", 0, 140, "Kneeling: flexion 140; a straight knee is 0"),
    Range("ankle", "dorsiflexion", -50, 20, "Merck: dorsiflexion 20, plantar flexion 50"),
    Range("shoulder", "elevation", 0, 180, "Table A.1: AAOS flexion and abduction 180"),
    Range("shoulder", "extension", 0, 62, "Table A.1: AAOS extension 60, Boone and Azen 62"),
    Range("elbow", "flexion", 0, 150, "Table A.1: AAOS flexion 150, extension 0"),
    Range("trunk", "flexion", -30, 90, "38 CFR: flexion 90, extension 30", 40),
    Range("trunk", "side bend", -30, 30, "38 CFR: lateral flexion 30"),
    Range("trunk", "rotation", -30, 30, "38 CFR: rotation 30"),
    Range("neck", "flexion", -45, 45, "38 CFR: flexion 45, extension 45"),
    Range("neck", "rotation", -80, 80, "38 CFR: rotation 80"),
)


class MeasuredAngle(Struct, frozen=True):
    """An angle of a solved skeleton: the joint as named in the figure, and its range."""

    name: str
    degrees: float
    range: Range

    @property
    def beyond(self) -> float:
        """Degrees beyond the range and its allowance; 0 within."""
        low = self.range.least - self.range.allowance
        high = self.range.most + self.range.allowance
        return max(0.0, low - self.degrees, self.degrees - high)


def measure(skeleton: Skeleton) -> Iterator[MeasuredAngle]:
    """Yield every angle that has a range, measured on the solved frame."""
    by_name = {(item.joint, item.movement): item for item in RANGES}
    for side in SIDES:
        for joint, movement, degrees in _limb_angles(skeleton, side):
            yield MeasuredAngle(f"{side} {joint}", degrees, by_name[joint, movement])
    for joint, movement, degrees in _spine_angles(skeleton):
        yield MeasuredAngle(joint, degrees, by_name[joint, movement])


def _limb_angles(skeleton: Skeleton, side: str) -> Iterator[tuple[str, str, float]]:
    thigh = _bone(skeleton, "pelvis", f"{side}_hip")
    out = SIGN[side]
    yield "hip", "abduction", math.degrees(math.asin(max(-1.0, min(1.0, float(thigh[2]) * out))))
    if math.hypot(thigh[0], thigh[1]) > 0.3:
        yield "hip", "flexion", _swing(thigh)
    yield "knee", "flexion", _hinge(skeleton, f"{side}_hip", f"{side}_knee", -1)
    foot = skeleton.axis(f"{side}_ankle", 0)
    tilt = float(foot @ skeleton.axis(f"{side}_knee", 1))
    yield "ankle", "dorsiflexion", math.degrees(math.asin(max(-1.0, min(1.0, tilt))))
    arm = _bone(skeleton, "s3", f"{side}_shoulder")
    yield "shoulder", "elevation", angle_between(arm, vec(0, -1, 0))
    if arm[0] < 0 and abs(arm[2]) < 0.5:
        yield "shoulder", "extension", math.degrees(math.atan2(-float(arm[0]), -float(arm[1])))
    yield "elbow", "flexion", _hinge(skeleton, f"{side}_shoulder", f"{side}_elbow", 1)


def _bone(skeleton: Skeleton, above: str, name: str) -> Array:
    """Return a limb's direction, downward, in the axes of the segment above."""
    direction: Array = skeleton.frames[above][0].T @ -skeleton.axis(name, 1)
    return direction


def _swing(bone: Array) -> float:
    """Return the flexion of a bone: 0 if it hangs down, 90 degrees if it points ahead."""
    degrees = math.degrees(math.atan2(float(bone[0]), -float(bone[1])))
    return degrees if degrees > -100 else degrees + 360


def _hinge(skeleton: Skeleton, upper: str, lower: str, forward: int) -> float:
    """Return the flexion of knee or elbow; negative if bent the wrong way."""
    bend = angle_between(skeleton.axis(upper, 1), skeleton.axis(lower, 1))
    ahead = float(-skeleton.axis(lower, 1) @ skeleton.axis(upper, 0)) * forward
    return bend if ahead >= -0.02 or bend > 150 else -bend


def _spine_angles(skeleton: Skeleton) -> Iterator[tuple[str, str, float]]:
    pose = skeleton.pose
    lumbar, thoracic, neck = (pose.spine(part) for part in ("lumbar", "thoracic", "neck"))
    for movement, key in (("flexion", "flex"), ("side bend", "bend"), ("rotation", "turn")):
        total = lumbar.get(key, 0) + thoracic.get(key, 0)
        if movement == "rotation":
            total += pose.twist or 0
        yield "trunk", movement, total
    yield "neck", "flexion", neck.get("flex", 0)
    yield "neck", "rotation", neck.get("turn", 0)


# Arms and legs are rows of balls as thick as they are drawn. Limbs that touch press into each
# other; how far they may is judgement, taken from the built-in pictures. Trunk and head are left
# out, because an arm at the side is inside their outline. Two hands are left out too, because they
# may clasp.
PRESSES: Final = 3.0
"""How deep limbs that touch may press into each other, in units (3 units are 5 cm)."""
PRESSES_THIGHS: Final = 3.8
"""The same for two thighs, which are the thickest limbs and flatten when one lies on the other."""
HOLDS: Final = 4.5
"""The same for a limb that holds or rests on another, according to the pose's ``reach``."""

_ARM: Final = ("upper_arm", "forearm", "hand")
_LEG: Final = ("thigh", "shank", "foot")
# Segment, offset (forward, headward, right) and radius of the balls of hand and foot.
_HAND: Final = tuple(("wrist", (0.0, -down, 0.0), thick) for down, thick in ((1, 1.7), (3, 1.9)))
_FOOT: Final = (
    ("ankle", (-2.0, -2.4, 0.0), 2.3),
    ("ankle", (1.0, -2.4, 0.0), 2.4),
    ("ankle", (4.0, -2.4, 0.0), 2.0),
    ("toes", (1.5, 1.4, 0.0), 1.5),
)
_OF_ARM: Final = frozenset({*_ARM, "shoulder", "elbow", "wrist", "palm"})
"""Pieces and points of an arm; all others belong to a leg."""
_BALLS: Final = 9

_Piece = tuple[str, str]
"""A side and a piece of a limb."""


class Clash(Struct, frozen=True):
    """Two pieces of limbs, how deep they are in each other in units, and how deep they may be."""

    one: str
    other: str
    depth: float
    allowed: float


def clashes(skeleton: Skeleton) -> Iterator[Clash]:
    """Yield all pieces of different limbs that are deeper inside each other than they may be."""
    balls = {
        (side, piece): _balls(skeleton, side, piece) for side in SIDES for piece in (*_ARM, *_LEG)
    }
    holding = set(_holding(skeleton.pose))
    for one, other in _pairs():
        depth = _depth(balls[one], balls[other])
        allowed = PRESSES_THIGHS if one[1] == other[1] == "thigh" else PRESSES
        if frozenset((_limb(*one), _limb(*other))) in holding:
            allowed = HOLDS
        if depth > allowed:
            yield Clash(" ".join(one), " ".join(other), depth, allowed)


def _pairs() -> Iterator[tuple[_Piece, _Piece]]:
    """Yield pairs of pieces of different limbs."""
    right, left = SIDES
    for pieces in (_LEG, _ARM):
        for one, other in product(pieces, pieces):
            if (one, other) != ("hand", "hand"):
                yield (right, one), (left, other)
    for arm_side, leg_side, arm, leg in product(SIDES, SIDES, _ARM, _LEG):
        yield (arm_side, arm), (leg_side, leg)


def _limb(side: str, part: str) -> tuple[str, str]:
    return side, "arm" if part in _OF_ARM else "leg"


def _holding(pose: Pose) -> Iterator[frozenset[tuple[str, str]]]:
    """Yield pairs of limbs of which one reaches for the other."""
    for point, goal in reached_on_body(pose):
        if goal.startswith(SIDES):
            yield frozenset(_limb(*end.split("_", maxsplit=1)) for end in (point, goal))


def _balls(skeleton: Skeleton, side: str, piece: str) -> tuple[Array, Array]:
    """Return middles and radii."""
    if piece in PROFILES:
        joint, long = BONES[piece]
        # Thighs grow out of one pelvis: their upper halves always meet.
        parts = np.linspace(0.5 if piece == "thigh" else 0, 1, _BALLS)
        ahead, thick = profile(piece, parts)
        turn, origin = skeleton.frames[f"{side}_{joint}"]
        offsets = np.stack([ahead, -parts * long, np.zeros_like(parts)], 1)
        return origin + offsets @ turn.T, thick
    spots = _HAND if piece == "hand" else _FOOT
    places = rows([skeleton.point(f"{side}_{part}", offset) for part, offset, _ in spots])
    return places, vec(*(thick for *_, thick in spots))


def _depth(one: tuple[Array, Array], other: tuple[Array, Array]) -> float:
    """Return how deep two rows of balls are inside each other; negative if they are apart."""
    (places, thick), (others, wide) = one, other
    apart = np.linalg.norm(places[:, None] - others[None], axis=2)
    return float((thick[:, None] + wide[None] - apart).max())
