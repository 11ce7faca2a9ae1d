"""A solved frame into what touches what, and by how much anything sinks in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from handouts.figures.landmarks import spots
from handouts.figures.obstacles import Solid
from handouts.figures.proportions import SIDES
from handouts.figures.skeleton import Skeleton
from handouts.figures.space import Array, rows, vec

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
