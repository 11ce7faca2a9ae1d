"""How far joints go: the normal ranges that the lint holds a picture to, with their sources.

AAOS: American Academy of Orthopaedic Surgeons, Joint Motion: Method of Measuring and Recording,
1965. Boone: D. C. Boone, S. P. Azen, Normal range of motion of joints in male subjects, J Bone
Joint Surg Am 61 (1979), 756-759. These are what people do without help; a picture may go an
allowance beyond: weight and arms push further, it shows somebody supple, and each joint of the
figure stands for several of a person (its spine for the tilt of the pelvis, too).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from handouts.figures.proportions import SIDES, SIGN
from handouts.figures.skeleton import Skeleton
from handouts.figures.space import Array, angle_between, vec


@dataclass(frozen=True, slots=True)
class Range:
    """Degrees of a movement of a joint, from its opposite (negative) to its own end."""

    joint: str
    movement: str
    least: float
    most: float
    source: str
    allowance: float = 15.0


RANGES: Final = (
    Range("hip", "flexion", -30, 120, "AAOS 1965: flexion 120, extension 30"),
    Range("hip", "abduction", -30, 45, "AAOS 1965: abduction 45, adduction 30"),
    Range("knee", "flexion", -10, 141, "Boone 1979: flexion 141; AAOS 1965: hyperextension to 10"),
    Range("ankle", "dorsiflexion", -50, 20, "AAOS 1965: dorsiflexion 20, plantar flexion 50"),
    Range("shoulder", "elevation", 0, 180, "AAOS 1965: flexion and abduction 180"),
    Range("shoulder", "extension", 0, 60, "AAOS 1965: extension 60"),
    Range("elbow", "flexion", -10, 150, "AAOS 1965: flexion 150, hyperextension to 10"),
    Range("trunk", "flexion", -30, 80, "AAOS 1965: flexion 80, extension 30", 40),
    Range("trunk", "side bend", -35, 35, "AAOS 1965: lateral bend 35"),
    Range("trunk", "rotation", -45, 45, "AAOS 1965: rotation 45"),
    Range("neck", "flexion", -45, 45, "AAOS 1965: flexion 45, extension 45"),
    Range("neck", "rotation", -60, 60, "AAOS 1965: rotation 60"),
)


@dataclass(frozen=True, slots=True)
class Measured:
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


def measure(skeleton: Skeleton) -> Iterator[Measured]:
    """Yield every angle that has a range, measured on the solved frame."""
    by_name = {(item.joint, item.movement): item for item in RANGES}
    for side in SIDES:
        for joint, movement, degrees in _limbs(skeleton, side):
            yield Measured(f"{side} {joint}", degrees, by_name[joint, movement])
    for joint, movement, degrees in _spine(skeleton):
        yield Measured(joint, degrees, by_name[joint, movement])


def _limbs(skeleton: Skeleton, side: str) -> Iterator[tuple[str, str, float]]:
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
    """Return the flexion of a bone that hangs down at 0 and points ahead at 90 degrees."""
    degrees = math.degrees(math.atan2(float(bone[0]), -float(bone[1])))
    return degrees if degrees > -100 else degrees + 360


def _hinge(skeleton: Skeleton, upper: str, lower: str, forward: int) -> float:
    """Return the flexion of knee or elbow; negative when bent the wrong way."""
    bend = angle_between(skeleton.axis(upper, 1), skeleton.axis(lower, 1))
    ahead = float(-skeleton.axis(lower, 1) @ skeleton.axis(upper, 0)) * forward
    return bend if ahead >= -0.02 or bend > 150 else -bend


def _spine(skeleton: Skeleton) -> Iterator[tuple[str, str, float]]:
    pose = skeleton.pose
    lumbar, thoracic, neck = (pose.spine(part) for part in ("lumbar", "thoracic", "neck"))
    for movement, key in (("flexion", "flex"), ("side bend", "bend"), ("rotation", "turn")):
        total = lumbar.get(key, 0) + thoracic.get(key, 0)
        if movement == "rotation":
            total += pose.twist or 0
        yield "trunk", movement, total
    yield "neck", "flexion", neck.get("flex", 0)
    yield "neck", "rotation", neck.get("turn", 0)
