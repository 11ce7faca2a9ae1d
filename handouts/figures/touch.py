"""A solved frame into what touches what, what sinks in, and limbs that go through each other.

Arms and legs are rows of balls as thick as they are drawn. Limbs that touch press into each
other: how far they may is judgement, taken from the built-in pictures. Trunk and head are left
out: an arm at one's side lies in their outline. So are two hands, which may clasp.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

import numpy as np
from msgspec import Struct

from handouts.figures.contacts import Solid
from handouts.figures.landmarks import single, spots
from handouts.figures.part import PROFILES, profile
from handouts.figures.skeleton import FOREARM, SHANK, SIDES, THIGH, UPPER_ARM, Skeleton
from handouts.figures.space import Array, rows, vec
from handouts.model.anatomy import prop_of
from handouts.model.pose import Pose, Reach

FLOOR: Final = "floor"
NEAR: Final = 1.6
"""A gap up to this many units (2.7 cm on a person of 1.7 m) counts as touching."""

# Points looked at: those that carry weight, and those between them that could pass through.
_TRUNK: Final = ("head", "upper_back", "lower_back", "buttocks", "belly", "chest")
_LIMBS: Final = ("shoulder", "elbow", "forearm", "hand", "pelvis", "thigh", "knee", "shank")
_ENDS: Final = ("heel", "toes", "foot")
POINTS: Final = (*_TRUNK, *(f"{side}_{name}" for name in (*_LIMBS, *_ENDS) for side in SIDES))

SOFT: Final = frozenset({"buttocks", "belly", "chest", "thigh", "pelvis", "shoulder", "upper_back"})
"""Points that give way under the body's weight."""


class Touch(Struct, frozen=True):
    """A point of the body at a surface: gap in units, negative when sunk in; where it is."""

    point: str
    surface: str
    gap: float
    place: Array

    @property
    def soft(self) -> bool:
        """Whether flesh gives way there."""
        return self.point.removeprefix("right_").removeprefix("left_") in SOFT


def touches(skeleton: Skeleton, solids: Sequence[Solid], *, within: float = NEAR) -> list[Touch]:
    """Return all points that are at the floor or a prop, or in it, the nearest surface of each."""
    found = []
    for point in POINTS:
        gaps = sorted(_gaps(skeleton, point, solids), key=lambda touch: touch.gap)
        nearest = gaps[0]
        if nearest.gap > within or (nearest.gap > -NEAR and not _lies(skeleton, point, solids)):
            continue
        found.append(nearest)
    return found


def _lies(skeleton: Skeleton, point: str, solids: Sequence[Solid]) -> bool:
    """Return whether both ends of a forearm or shank touch; any other point has but one place."""
    if not point.endswith(("forearm", "shank")):
        return True
    floor = [float(skeleton.point(part, offset)[1]) - flesh for part, offset, flesh in spots(point)]
    props = [
        min(
            (solid.clearance(skeleton.point(part, offset)) - flesh for solid in solids), default=9e9
        )
        for part, offset, flesh in spots(point)
    ]
    return max(map(min, zip(floor, props, strict=True))) <= 2 * NEAR


def _gaps(skeleton: Skeleton, point: str, solids: Sequence[Solid]) -> Iterator[Touch]:
    for part, offset, flesh in spots(point):
        place = skeleton.point(part, offset)
        under = vec(place[0], 0, place[2])
        yield Touch(point, FLOOR, float(place[1]) - flesh, under)
        for solid in solids:
            yield Touch(point, solid.prop, solid.clearance(place) - flesh, under)


# Share of the body's mass, and where along the segment its centre lies (from the first end):
# Winter, Biomechanics and Motor Control of Human Movement, 4th ed. 2009, table 4.1, read in
# data/BSP_DempsterWinter.txt of github.com/BMClab/BMC. The ends of trunk, head and foot are the
# nearest joints of this figure (the table has trochanter and shoulder, C7 and ear, ankle and toe).
_MASSES: Final = (
    (0.497, "pelvis", "s3", 0.5),
    (0.081, "neck", "head", 1.0),
    *(
        mass
        for side in SIDES
        for mass in (
            (0.028, f"{side}_shoulder", f"{side}_elbow", 0.436),
            (0.022, f"{side}_elbow", f"{side}_wrist", 0.682),
            (0.100, f"{side}_hip", f"{side}_knee", 0.433),
            (0.0465, f"{side}_knee", f"{side}_ankle", 0.433),
            (0.0145, f"{side}_ankle", f"{side}_toes", 0.5),
        )
    ),
)


def centre_of_mass(skeleton: Skeleton) -> Array:
    """Return the centre of the body's mass."""
    weighted = rows(
        [
            mass * (skeleton.point(one) * (1 - part) + skeleton.point(other) * part)
            for mass, one, other, part in _MASSES
        ]
    )
    middle: Array = weighted.sum(0) / sum(mass for mass, *_ in _MASSES)
    return middle


PRESSES: Final = 3.0
"""Limbs that touch may lie this many units (5 cm) in each other."""
PRESSES_THIGHS: Final = 3.8
"""Two thighs may: they are the thickest, and flatten when one lies on the other."""
HOLDS: Final = 4.5
"""A limb may that holds or rests on the other, as the pose says with ``reach``."""

_ARM: Final = ("upper_arm", "forearm", "hand")
_LEG: Final = ("thigh", "shank", "foot")
_BONES: Final = {
    "thigh": ("hip", THIGH),
    "shank": ("knee", SHANK),
    "upper_arm": ("shoulder", UPPER_ARM),
    "forearm": ("elbow", FOREARM),
}
# Segment, offset (forward, headward, right) and radius of the balls of hand and foot.
_HAND: Final = tuple(("wrist", (0.0, -down, 0.0), thick) for down, thick in ((1, 1.7), (3, 1.9)))
_FOOT: Final = (
    ("ankle", (-2.0, -2.4, 0.0), 2.3),
    ("ankle", (1.0, -2.4, 0.0), 2.4),
    ("ankle", (4.0, -2.4, 0.0), 2.0),
    ("toes", (1.5, 1.4, 0.0), 1.5),
)
_ARM_POINTS: Final = frozenset({"shoulder", "elbow", "forearm", "wrist", "hand", "palm"})
_BALLS: Final = 9

Part = tuple[str, str]
"""A side and a piece of a limb."""


class Clash(Struct, frozen=True):
    """Two pieces of limbs, how deep they lie in each other in units, and how deep they may."""

    one: str
    other: str
    depth: float
    allowed: float


def clashes(skeleton: Skeleton) -> Iterator[Clash]:
    """Yield all pieces of different limbs that lie deeper in each other than they may."""
    balls = {
        (side, piece): _balls(skeleton, side, piece) for side in SIDES for piece in (*_ARM, *_LEG)
    }
    holding = set(_holding(skeleton.pose))
    for one, other in _pairs():
        depth = _depth(balls[one], balls[other])
        allowed = PRESSES_THIGHS if one[1] == other[1] == "thigh" else PRESSES
        if frozenset((_limb(one), _limb(other))) in holding:
            allowed = HOLDS
        if depth > allowed:
            yield Clash(" ".join(one), " ".join(other), depth, allowed)


def _pairs() -> Iterator[tuple[Part, Part]]:
    """Yield pieces of different limbs."""
    right, left = SIDES
    for pieces in (_LEG, _ARM):
        for one, other in product(pieces, pieces):
            if (one, other) != ("hand", "hand"):
                yield (right, one), (left, other)
    for arm_side, leg_side, arm, leg in product(SIDES, SIDES, _ARM, _LEG):
        yield (arm_side, arm), (leg_side, leg)


def _limb(part: Part) -> tuple[str, str]:
    side, piece = part
    return side, "arm" if piece in _ARM else "leg"


def _holding(pose: Pose) -> Iterator[frozenset[tuple[str, str]]]:
    """Yield pairs of limbs of which one reaches for the other."""
    for points, target in (pose.reach or {}).items():
        name = target.to if isinstance(target, Reach) else target
        if not isinstance(name, str) or prop_of(name):
            continue
        for point, goal in product(single(points), single(name)):
            ends = [end for end in (point, goal) if end.startswith(SIDES)]
            if len(ends) == 2:
                yield frozenset(_limb_of(end) for end in ends)


def _limb_of(point: str) -> tuple[str, str]:
    side, _, place = point.partition("_")
    return side, "arm" if place in _ARM_POINTS else "leg"


def _balls(skeleton: Skeleton, side: str, piece: str) -> tuple[Array, Array]:
    """Return middles and radii."""
    if piece in PROFILES:
        joint, long = _BONES[piece]
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
    """Return how deep two rows of balls lie in each other; negative apart."""
    (places, thick), (others, wide) = one, other
    apart = np.linalg.norm(places[:, None] - others[None], axis=2)
    return float((thick[:, None] + wide[None] - apart).max())
