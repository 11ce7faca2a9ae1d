"""Base poses: the positions that exercises start from, written once."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from handouts.model.anatomy import JOINTS, PRIMARY
from handouts.model.base import Model
from handouts.model.pose import Pose

_BASES: Final[dict[str, dict[str, Any]]] = {
    "standing": {"root": "standing", "shoulders": {"flex": 0, "abd": 6}, "elbows": 12},
    "standing_front": {
        "root": "standing_front",
        "hips": {"abd": 4},
        "shoulders": {"flex": 0, "abd": 12},
        "elbows": 10,
    },
    "supine": {
        "root": "supine",
        "lean": 2.4,
        "rest": "upper_back",
        "shoulders": {"flex": 2, "abd": 16},
        "elbows": 6,
        "forearms": 80,
        "hips": {"flex": -6.3, "abd": 3},
        "ankles": -22,
        "hand": "flat",
    },
    "hooklying": {
        "base": "supine",
        "hips": {"flex": 48, "abd": 2},
        "knees": 98,
        "feet": "flat",
        "plant": {"feet": (30, None)},
    },
    "prone": {
        "root": "prone",
        "rest": "belly",
        "thoracic": -4,
        "neck": -2,
        "ankles": -55,
        "hips": {"abd": 4},
        "hand": "flat_floor",
        "plant": {"hands": (25, None)},
        "elbows_to": (-0.8, -0.6, 0.5),
    },
    "side_lying": {"root": "side_lying"},
    "quadruped": {
        "root": "prone",
        "hips": 90,
        "knees": 90,
        "ankles": -64,
        "shoulders": {"flex": 90},
        "hand": "flat_floor",
        "forearms": 90,
        "elbows": 0,
        "neck": {"flex": -12},
        "level": ("shanks", "hands"),
    },
    "sitting": {
        "root": "standing",
        "hips": 88,
        "knees": 88,
        "feet": "flat",
        "shoulders": {"flex": 18, "abd": 6},
        "elbows": 55,
        "rest": {"buttocks": 0},
        "plant": {"feet": (24, None)},
    },
    "sitting_floor": {
        "root": "standing_front",
        "rest": "buttocks",
        "hips": {"flex": 82, "abd": 22, "rot": 45},
        "reach": {
            "right_foot": (-3.2, 3.6, 25),
            "left_foot": (3.2, 3.6, 25),
            "hands": {"to": "foot", "offset": (-2, 3, 3)},
        },
        "knees_to": (0.7, 0.15, 1),
        "tilt": -10,
    },
    "long_sitting": {
        "root": "standing",
        "rest": "buttocks",
        "hips": {"flex": 84, "abd": 3},
        "knees": 2,
        "shoulders": {"flex": 10, "abd": 8},
        "elbows": 20,
    },
    "tall_kneeling": {
        "root": "standing",
        "knees": 90,
        "ankles": -64,
        "hips": {"abd": 4},
        "shoulders": {"flex": 4, "abd": 8},
        "elbows": 12,
    },
    "half_kneeling": {
        "root": "standing",
        "right_knee": 96,
        "right_foot_mode": "toes",
        "right_heel_up": 72,
        "left_hip": 88,
        "left_knee": 88,
        "left_foot_mode": "flat",
        "rest": "right_knee",
        "shoulders": {"flex": 8, "abd": 8},
        "elbows": 20,
    },
    "plank": {
        "root": "prone",
        "shoulders": {"flex": 80},
        "hand": "flat_floor",
        "forearms": 90,
        "feet": "toes",
        "heel_up": 78,
        "level": ("feet", "hands"),
        "neck": {"flex": -8},
    },
    "forearm_plank": {
        "root": "prone",
        "shoulders": {"flex": 88},
        "elbows": 90,
        "forearms": 80,
        "hand": "fist",
        "feet": "toes",
        "heel_up": 78,
        "level": ("feet", "forearms"),
        "neck": {"flex": -8},
    },
    "squat": {
        "root": "standing",
        "lean": -32,
        "hips": {"abd": 6},
        "feet": "flat",
        "toe_out": 8,
        "pelvis": (-10, 32),
        "plant": {"feet": (3, None)},
        "shoulders": {"flex": 92, "abd": 4},
        "elbows": 4,
        "forearms": 90,
    },
    "hands_on_hips": {
        "base": "standing_front",
        "reach": {"hands": {"to": "hip", "offset": (0, 6, 9)}},
        "elbows_to": (-0.4, 0, 1),
    },
    "standing_at_chair": {
        "root": "standing",
        "feet": "flat",
        "reach": {"hands": "chair.back"},
        "elbows_to": (-0.4, -0.6, 0.5),
        "hand": "grip",
    },
    "standing_at_wall": {
        "root": "standing",
        "feet": "flat",
        "reach": {"hands": "wall"},
        "elbows_to": (-0.2, -1, 0.5),
        "hand": "flat_wall",
    },
    "wall_stand": {
        "root": "standing",
        "feet": "flat",
        "toe_out": 4,
        "pelvis": (0, 45),
        "hips": {"abd": 3},
        "plant": {"feet": (20, None)},
        "shoulders": {"flex": 2, "abd": 8},
        "elbows": 10,
    },
}


@cache
def base_pose(name: str) -> Pose:
    """Return a base pose, with those it is made from.

    Raises:
        KeyError: if there is no base of that name.
    """
    return expand(Pose.model_validate(_BASES[name], strict=True))


def names() -> tuple[str, ...]:
    """Return the names of all base poses."""
    return tuple(_BASES)


def expand(pose: Pose) -> Pose:
    """Return a pose with its base laid under it: angles of one joint merge, all else replaces."""
    if pose.base is None:
        return pose
    below = base_pose(pose.base)
    given = {name: getattr(below, name) for name in below.model_fields_set}
    for joint, both in JOINTS.items():
        if both in pose.model_fields_set:
            for side in ("right", "left"):
                given.pop(f"{side}_{joint}", None)
    for name in pose.model_fields_set - {"base"}:
        given[name] = _merged(name, given.get(name), getattr(pose, name))
    return Pose.model_construct(**given)


def _merged(name: str, below: object, above: object) -> object:
    """Return the angles of a joint laid over those of the base; any other value replaces."""
    if not isinstance(below, Model) or above is None:
        return above
    if isinstance(above, Model):
        fields = {key: getattr(above, key) for key in above.model_fields_set}
    else:
        joint = name.removeprefix("right_").removeprefix("left_").rstrip("s")
        fields = {PRIMARY.get(joint, "flex"): above}
    return below.model_copy(update=fields)
