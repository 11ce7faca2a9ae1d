"""Names of the body's joints and contact points, and how far each joint is drawn."""

from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from handouts.errors import did_you_mean
from handouts.model.base import FieldError, Model

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


JOINTS: Final[dict[str, str]] = {
    "hip": "hips", "knee": "knees", "ankle": "ankles", "toe": "toes", "shoulder": "shoulders",
    "elbow": "elbows", "forearm": "forearms", "wrist": "wrists", "girdle": "girdles",
}  # fmt: skip
"""A joint and its key for both sides."""

PRIMARY: Final = {"forearm": "pron", "girdle": "up"}
"""The movement that a plain number means, where it is not flexion."""

_TRUNK_POINTS = (
    "upper_back", "lower_back", "buttocks", "belly", "pelvis", "right_pelvis", "left_pelvis",
    "chest", "head", "forehead", "lumbar",
)  # fmt: skip
SIDED_POINTS: Final = (
    "foot", "heel", "toes", "ankle", "knee", "knee_top", "shank", "shin", "hip", "hand", "palm",
    "wrist", "elbow", "forearm", "shoulder", "thigh", "thigh_back", "blade",
)  # fmt: skip
PAIRS: Final = {
    "feet": "foot", "hands": "hand", "knees": "knee", "shanks": "shank", "forearms": "forearm",
    "elbows": "elbow", "wrists": "wrist", "shoulders": "shoulder", "blades": "blade",
}  # fmt: skip
"""A pair of contact points and the name of one."""

POINTS: Final = frozenset(
    [
        *_TRUNK_POINTS,
        *PAIRS,
        *(f"{side}_{name}" for side in ("right", "left") for name in SIDED_POINTS),
    ]
)
"""Every contact point of the body."""

CONTACTS: Final[dict[str, tuple[str, ...]]] = {
    "chair": ("seat", "back", "front"),
    "couch": ("seat", "edge", "back"),
    "bed": ("top", "edge"),
    "stability_ball": ("top",),
    "block": ("top",),
    "step": ("top",),
    "pillow": ("top",),
    "counter": ("edge", "top"),
    "table": ("edge", "top"),
    "rail": ("top",),
    "door_frame": ("right", "left", "handle"),
    "wall": ("",),
}
"""Contacts by kind of prop; a wall is a contact itself."""

PROP_CONTACTS: Final = frozenset(
    f"{prop}.{part}" if part else prop for prop, parts in CONTACTS.items() for part in parts
)


def one_of(word: str, known: Iterable[str], what: str) -> str:
    """Return a word that is known.

    Raises:
        FieldError: with the closest known word.
    """
    names = sorted(known)
    if word not in names:
        raise FieldError(f'"{word}" is no {what}', did_you_mean(word, names))
    return word


def _point(word: str) -> str:
    return one_of(word, POINTS, "contact point of the body")


def _target(word: str) -> str:
    return one_of(word, POINTS | set(SIDED_POINTS) | PROP_CONTACTS, "point of the body or a prop")


Point = Annotated[str, AfterValidator(_point)]
"""A contact point of the body, as ``left_knee`` or ``feet``."""

Target = Annotated[str, AfterValidator(_target)]
"""A point of the body (``knee``: on the same side) or a contact of a prop (``chair.back``)."""


def prop_of(target: str) -> str | None:
    """Return the kind of prop that a contact belongs to; None for a point of the body."""
    return target.partition(".")[0] if target in PROP_CONTACTS else None
