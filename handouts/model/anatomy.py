"""Define the names of joints, of contact points of the body, and of contacts of props."""

from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import AfterValidator

from handouts.errors import did_you_mean
from handouts.model.base import FieldError

JOINTS: Final[dict[str, str]] = {
    "hip": "hips", "knee": "knees", "ankle": "ankles", "toe": "toes", "shoulder": "shoulders",
    "elbow": "elbows", "forearm": "forearms", "wrist": "wrists", "girdle": "girdles",
}  # fmt: skip
"""A joint and its key for both sides."""

PRIMARY: Final = {"forearm": "pron", "girdle": "up"}
"""The movement that a plain number means, for joints where it is not flexion."""

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

ENDS: Final = (
    "hands", "right_hand", "left_hand", "feet", "right_foot", "left_foot",
)  # fmt: skip
"""What a pose plants or sends to a target."""

CONTACTS: Final[dict[str, tuple[str, ...]]] = {
    "chair": ("seat", "back", "front"),
    "couch": ("seat", "edge", "back"),
    "bed": ("top", "edge"),
    "stability_ball": ("top",),
    "block": ("top",),
    "step": ("top",),
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
    """Return ``word`` if it is known.

    Raises:
        FieldError: if it is not, with the closest known word as a hint.
    """
    names = sorted(known)
    if word not in names:
        raise FieldError(f'"{word}" is not a known {what}', did_you_mean(word, names))
    return word


def _point(word: str) -> str:
    return one_of(word, POINTS, "contact point of the body")


def _end(word: str) -> str:
    return one_of(word, ENDS, "hand or foot")


def _contact(word: str) -> str:
    return one_of(word, PROP_CONTACTS, "contact of a prop")


def _place(word: str) -> str:
    return one_of(word, POINTS | PROP_CONTACTS, "point of the body or a prop")


def _target(word: str) -> str:
    return one_of(word, POINTS | set(SIDED_POINTS) | PROP_CONTACTS, "point of the body or a prop")


Point = Annotated[str, AfterValidator(_point)]
"""A contact point of the body, such as ``left_knee`` or ``feet``."""

End = Annotated[str, AfterValidator(_end)]
"""A hand, a foot, or both of a kind."""

Contact = Annotated[str, AfterValidator(_contact)]
"""A contact of a prop, such as ``chair.back``."""

PointOrContact = Annotated[str, AfterValidator(_place)]

Target = Annotated[str, AfterValidator(_target)]
"""A point of the body (``knee``: on the same side) or a contact of a prop (``chair.back``)."""


def prop_of(target: str) -> str | None:
    """Return the kind of prop that a contact belongs to; None for a point of the body."""
    return target.partition(".")[0] if target in PROP_CONTACTS else None
