"""Define how the figure of an exercise lies, stands or holds, in a clinician's words."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field

from handouts.model.anatomy import (
    JOINTS,
    PRIMARY,
    Contact,
    End,
    Point,
    PointOrContact,
    Target,
)
from handouts.model.base import Model

# Bounds are what the figure can draw: the normal ranges of figures/limits.py, which has the
# sources, plus the share that spine, pelvis and shoulder blade take in a real movement.
Tilt = Annotated[float, Field(ge=-180, le=180)]
HipFlexion = Annotated[float, Field(ge=-40, le=145)]
KneeFlexion = Annotated[float, Field(ge=-5, le=160)]
AnkleFlexion = Annotated[float, Field(ge=-75, le=35)]
ToeFlexion = Annotated[float, Field(ge=-60, le=70)]
ShoulderFlexion = Annotated[float, Field(ge=-70, le=185)]
ElbowFlexion = Annotated[float, Field(ge=-10, le=155)]
Pronation = Annotated[float, Field(ge=-100, le=100)]
WristFlexion = Annotated[float, Field(ge=-95, le=95)]
Elevation = Annotated[float, Field(ge=-3, le=5)]
SpineFlexion = Annotated[float, Field(ge=-80, le=90)]


class Hip(Model):
    """Degrees: flexion, abduction (away from the middle), outward rotation."""

    flex: HipFlexion | None = None
    abd: Annotated[float, Field(ge=-45, le=80)] | None = None
    rot: Annotated[float, Field(ge=-60, le=80)] | None = None


class Knee(Model):
    """Degrees: flexion, rotation of the shank."""

    flex: KneeFlexion | None = None
    rot: Annotated[float, Field(ge=-40, le=40)] | None = None


class Ankle(Model):
    """Degrees: flexion (toes up; negative is pointed), inversion, rotation."""

    flex: AnkleFlexion | None = None
    inv: Annotated[float, Field(ge=-30, le=40)] | None = None
    rot: Annotated[float, Field(ge=-30, le=30)] | None = None


class Toes(Model):
    """Degrees: how far the foot bends at its ball; negative curls the toes of a bare foot."""

    flex: ToeFlexion | None = None


class Shoulder(Model):
    """Degrees: flexion (arm forward and up), abduction, outward rotation."""

    flex: ShoulderFlexion | None = None
    abd: Annotated[float, Field(ge=-50, le=185)] | None = None
    rot: Annotated[float, Field(ge=-100, le=110)] | None = None


class Elbow(Model):
    """Degrees: flexion."""

    flex: ElbowFlexion | None = None


class Forearm(Model):
    """Degrees: pronation (palm turned down; negative is palm up)."""

    pron: Pronation | None = None


class Wrist(Model):
    """Degrees: flexion (towards the palm), deviation."""

    flex: WristFlexion | None = None
    dev: Annotated[float, Field(ge=-45, le=45)] | None = None


class Girdle(Model):
    """Units: how far the shoulder blade moves up and forward."""

    up: Elevation | None = None
    fwd: Annotated[float, Field(ge=-4, le=5)] | None = None


class Spine(Model):
    """Degrees over a part of the spine: flexion, side bend to the right, turn to the left."""

    flex: SpineFlexion | None = None
    bend: Annotated[float, Field(ge=-60, le=60)] | None = None
    turn: Annotated[float, Field(ge=-80, le=80)] | None = None


Angles = Mapping[str, float]
"""Degrees by movement: ``flex``, ``abd``, ``rot`` …"""

Place = Annotated[float, Field(ge=-200, le=200)]
Triple = tuple[Place, Place, Place]
Root = Literal[
    "standing", "standing_front", "standing_back", "supine", "supine_feet", "prone",
    "side_lying", "side_lying_back",
]  # fmt: skip
FootMode = Literal["flat", "toes", "none"]
HandShape = Literal[
    "relaxed", "flat", "flat_floor", "flat_wall", "fist", "grip", "clasp", "hook", "tabletop"
]


class Reach(Model):
    """A target and an offset from it: forward, headward, outward (of the body)."""

    to: Target
    offset: Triple = (0, 0, 0)


Planted = tuple[Place, Place | None] | tuple[Place, Place | None, Place] | tuple[Place] | Contact
Reached = Target | Triple | Reach
Height = Place | PointOrContact
BASES: Final = (
    "standing", "standing_front", "supine", "hooklying", "prone", "side_lying", "quadruped",
    "sitting", "sitting_floor", "long_sitting", "tall_kneeling", "half_kneeling", "plank",
    "forearm_plank", "squat", "hands_on_hips", "standing_at_chair", "standing_at_wall",
    "wall_stand",
)  # fmt: skip
"""Names of the base poses; the poses themselves are in figures/poses.yaml."""
BASE_CONTACTS: Final = {"standing_at_chair": "chair.back", "standing_at_wall": "wall"}
"""What the hands of a base pose reach, unless the pose has a ``reach`` of its own."""


class Pose(Model):
    """One frame. Missing keys come from ``base``; in ``middle`` and ``end``, from ``start``.

    Lengths are in units of 1/100 of the figure's height, angles in degrees. A key for both
    sides (``hips``) may be refined by one for a side (``right_hip``). A plain number for a joint
    is its flexion; for a forearm it is the pronation, for a shoulder girdle how far it is up.
    """

    step: Annotated[int, Field(ge=1, le=12)] | None = None
    base: Literal[BASES] | None = None  # type: ignore[valid-type]
    root: Root | None = None
    lean: Tilt | None = None
    turn: Tilt | None = None
    roll: Tilt | None = None
    tilt: Tilt | None = None
    twist: Tilt | None = None
    bend: Tilt | None = None
    lumbar: Spine | SpineFlexion | None = None
    thoracic: Spine | SpineFlexion | None = None
    neck: Spine | SpineFlexion | None = None
    head: Spine | SpineFlexion | None = None
    hips: Hip | HipFlexion | None = None
    right_hip: Hip | HipFlexion | None = None
    left_hip: Hip | HipFlexion | None = None
    knees: Knee | KneeFlexion | None = None
    right_knee: Knee | KneeFlexion | None = None
    left_knee: Knee | KneeFlexion | None = None
    ankles: Ankle | AnkleFlexion | None = None
    right_ankle: Ankle | AnkleFlexion | None = None
    left_ankle: Ankle | AnkleFlexion | None = None
    toes: Toes | ToeFlexion | None = None
    right_toe: Toes | ToeFlexion | None = None
    left_toe: Toes | ToeFlexion | None = None
    shoulders: Shoulder | ShoulderFlexion | None = None
    right_shoulder: Shoulder | ShoulderFlexion | None = None
    left_shoulder: Shoulder | ShoulderFlexion | None = None
    elbows: Elbow | ElbowFlexion | None = None
    right_elbow: Elbow | ElbowFlexion | None = None
    left_elbow: Elbow | ElbowFlexion | None = None
    forearms: Forearm | Pronation | None = None
    right_forearm: Forearm | Pronation | None = None
    left_forearm: Forearm | Pronation | None = None
    wrists: Wrist | WristFlexion | None = None
    right_wrist: Wrist | WristFlexion | None = None
    left_wrist: Wrist | WristFlexion | None = None
    girdles: Girdle | Elevation | None = None
    right_girdle: Girdle | Elevation | None = None
    left_girdle: Girdle | Elevation | None = None
    hand: HandShape | None = None
    right_hand: HandShape | None = None
    left_hand: HandShape | None = None
    right_fingers: Triple | None = None
    left_fingers: Triple | None = None
    feet: FootMode | None = None
    right_foot_mode: FootMode | None = None
    left_foot_mode: FootMode | None = None
    toe_out: Tilt | None = None
    right_toe_out: Tilt | None = None
    left_toe_out: Tilt | None = None
    heel_up: Annotated[float, Field(ge=0, le=100)] | None = None
    right_heel_up: Annotated[float, Field(ge=0, le=100)] | None = None
    left_heel_up: Annotated[float, Field(ge=0, le=100)] | None = None
    rest: Point | dict[Point, Height] | None = None
    level: tuple[Point, Point] | tuple[Point, Point, Place] | None = None
    at: tuple[Place, Place] | None = None
    pelvis: tuple[Place, Place] | Triple | None = None
    lift: Annotated[Place | None, Field(alias="raise")] = None
    keep: Point | tuple[Point, ...] | None = None
    plant: dict[End, Planted] | None = None
    reach: dict[End, Reached] | None = None
    knees_to: Triple | None = None
    right_knee_to: Triple | None = None
    left_knee_to: Triple | None = None
    elbows_to: Triple | None = None
    right_elbow_to: Triple | None = None
    left_elbow_to: Triple | None = None

    def over(self, below: "Pose") -> "Pose":
        """Return this pose laid over another, key by key; unchanged if it has a base.

        A key for both sides removes the keys for one side in the pose below.
        """
        if self.base is not None:
            return self
        given = {name: getattr(below, name) for name in below.model_fields_set}
        for joint, both in JOINTS.items():
            if both in self.model_fields_set:
                for side in ("right", "left"):
                    given.pop(f"{side}_{joint}", None)
        given |= {name: getattr(self, name) for name in self.model_fields_set}
        return Pose.model_construct(**given)

    def spine(self, name: str) -> Angles:
        """Return the degrees of a part of the spine: lumbar, thoracic, neck or head."""
        return _angles(getattr(self, name), "flex")

    def joint(self, side: str, name: str) -> Angles:
        """Return the degrees of a joint: those of both sides, refined by those of its side."""
        primary = PRIMARY.get(name, "flex")
        both = _angles(getattr(self, JOINTS[name]), primary)
        return {**both, **_angles(getattr(self, f"{side}_{name}"), primary)}

    def hand_shape(self, side: str) -> HandShape:
        """Return how a hand is held."""
        own: HandShape | None = getattr(self, f"{side}_hand")
        return own or self.hand or "relaxed"

    def fingers(self, side: str) -> Triple | None:
        """Return where the fingers of a hand on the floor point, in the world."""
        own: Triple | None = getattr(self, f"{side}_fingers")
        return own

    def foot_mode(self, side: str) -> FootMode:
        """Return how a foot is set down."""
        own: FootMode | None = getattr(self, f"{side}_foot_mode")
        return own or self.feet or "none"

    def toes_out(self, side: str) -> float:
        """Return the degrees by which a foot on the floor points outward."""
        return float(_first(getattr(self, f"{side}_toe_out"), self.toe_out, 0))

    def heel_lift(self, side: str) -> float:
        """Return the degrees by which the heel of a foot on its toes is up."""
        return float(_first(getattr(self, f"{side}_heel_up"), self.heel_up, 45))

    def pole(self, side: str, joint: str) -> Triple | None:
        """Return where a knee or elbow points if a contact bends it: forward, headward, outward."""
        own: Triple | None = getattr(self, f"{side}_{joint}_to")
        both: Triple | None = getattr(self, f"{joint}s_to")
        return own if own is not None else both

    def rests(self) -> dict[str, Height]:
        """Return the points that rest, each with its height or the contact of a prop."""
        return {self.rest: 0.0} if isinstance(self.rest, str) else dict(self.rest or {})

    def kept(self) -> tuple[str, ...]:
        """Return the points that stay where they are in the start frame."""
        return (self.keep,) if isinstance(self.keep, str) else self.keep or ()


def _first(*values: float | None) -> float:
    return next(value for value in values if value is not None)


def _angles(value: Model | float | None, primary: str) -> dict[str, float]:
    if value is None:
        return {}
    if isinstance(value, Model):
        return {k: float(v) for k, v in value.model_dump().items() if v is not None}
    return {primary: float(value)}
