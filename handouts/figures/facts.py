"""Turn a figure into facts: contacts in each frame, centre of mass, and what moves.

The words are for people who check pictures (documentation, review), not for patients.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from msgspec import Struct

from handouts.figures.contacts import Solid, solids_of
from handouts.figures.geometry import Array, path_length, rows, vec
from handouts.figures.points import Spot, centre, reached_on_body, spots
from handouts.figures.skeleton import SIDES, Skeleton
from handouts.figures.solve import Motion, solve_figure
from handouts.model.figure import Figure, FrameName
from handouts.model.pose import Pose

FLOOR: Final = "floor"
NEAR: Final = 1.6
"""A gap up to this many units (2.7 cm on a person of 1.7 m) counts as touching."""

# The points that are checked: those that carry weight, and those between them that could pass
# through a surface.
_TRUNK: Final = ("head", "upper_back", "lower_back", "buttocks", "belly", "chest")
_LIMBS: Final = ("shoulder", "pelvis", "elbow", "forearm", "hand", "thigh", "knee", "shank")
_ENDS: Final = ("foot", "heel", "toes")
POINTS: Final = (*_TRUNK, *(f"{side}_{name}" for name in (*_LIMBS, *_ENDS) for side in SIDES))

SOFT: Final = frozenset({"buttocks", "belly", "chest", "thigh", "pelvis", "shoulder", "upper_back"})
"""Points with soft flesh, which gives way under the body's weight."""


class Touch(Struct, frozen=True):
    """A point of the body at a surface: gap in units, negative if it sinks in, and place."""

    point: str
    surface: str
    gap: float
    place: Array

    @property
    def soft(self) -> bool:
        """Whether the flesh there gives way."""
        return self.point.removeprefix("right_").removeprefix("left_") in SOFT


def touches(skeleton: Skeleton, solids: Sequence[Solid], *, within: float = NEAR) -> list[Touch]:
    """Return all points that touch or enter the floor or a prop, each with its nearest surface."""
    found = []
    for point in POINTS:
        gaps = (gap for spot in spots(point) for gap in _gaps_of(skeleton, point, spot, solids))
        nearest = min(gaps, key=lambda touch: touch.gap)
        if nearest.gap > within or (nearest.gap > -NEAR and not _lies(skeleton, point, solids)):
            continue
        found.append(nearest)
    return found


def _lies(skeleton: Skeleton, point: str, solids: Sequence[Solid]) -> bool:
    """Return whether both ends of a forearm or shank touch; True for any other point."""
    if not point.endswith(("forearm", "shank")):
        return True
    ends = (_gaps_of(skeleton, point, spot, solids) for spot in spots(point))
    return max(min(touch.gap for touch in gaps) for gaps in ends) <= 2 * NEAR


def _gaps_of(
    skeleton: Skeleton, point: str, spot: Spot, solids: Sequence[Solid]
) -> Iterator[Touch]:
    """Yield the distance of one spot of a point from the floor and from each solid."""
    part, offset, flesh = spot
    place = skeleton.point(part, offset)
    under = vec(place[0], 0, place[2])
    yield Touch(point, FLOOR, float(place[1]) - flesh, under)
    for solid in solids:
        yield Touch(point, solid.prop, solid.clearance(place) - flesh, under)


# Share of the body's mass, and the place of its centre along the segment (from the first end):
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
    places = [
        skeleton.point(one) * (1 - part) + skeleton.point(other) * part
        for _, one, other, part in _MASSES
    ]
    middle: Array = np.average(places, axis=0, weights=[mass for mass, *_ in _MASSES])
    return middle


LEAST: Final = 6.0
"""A limb that travels less than this many units (10 cm) does not count as moving."""
LEAST_ARM: Final = 9.0
"""As `LEAST` for a hand, which moves against the chest when the trunk bends under a resting arm."""
EVEN: Final = 0.35
"""Both sides move alike if they differ by less than this fraction of the larger distance."""


class Ways(Struct, frozen=True):
    """How far left and right limbs move, in units: legs in space, arms relative to the chest."""

    legs: dict[str, float]
    arms: dict[str, float]

    @property
    def leg(self) -> str | None:
        """The side whose leg moves, ``both``, or None."""
        return _side(self.legs, LEAST)

    @property
    def arm(self) -> str | None:
        """The side whose arm moves, ``both``, or None."""
        return _side(self.arms, LEAST_ARM)


def ways(motion: Motion) -> Ways:
    """Measure how far each limb travels."""
    legs = {
        side: max(path_length(motion.path(f"{side}_{point}")) for point in ("foot", "knee"))
        for side in SIDES
    }
    arms = {
        side: 0.0
        if _on_body(motion.end.pose, side)
        else path_length(rows([_in_chest(skeleton, side) for skeleton in motion.skeletons]))
        for side in SIDES
    }
    return Ways(legs, arms)


def _on_body(pose: Pose, side: str) -> bool:
    """Return whether a hand holds the body itself, and so moves with it."""
    return any(point == f"{side}_hand" for point, _ in reached_on_body(pose))


def _in_chest(skeleton: Skeleton, side: str) -> Array:
    turn, origin = skeleton.frames["s3"]
    place: Array = turn.T @ (centre(skeleton, f"{side}_palm") - origin)
    return place


def _side(found: dict[str, float], least: float) -> str | None:
    right, left = found["right"], found["left"]
    most = max(right, left)
    if most < least:
        return None
    if abs(right - left) <= EVEN * most:
        return "both"
    return "right" if right > left else "left"


_WORDS: Final = {"pelvis": "hip", "shank": "shin"}
_BOTH: Final = {"foot": "both feet", "toes": "toes of both feet"}


def contacts(skeleton: Skeleton, solids: list[Solid]) -> dict[str, list[str]]:
    """Return the points that touch, in words, by surface: ``floor``, ``chair``."""
    found: dict[str, set[str]] = {}
    for touch in touches(skeleton, solids):
        found.setdefault(touch.surface, set()).add(touch.point)
    return {surface: list(_in_words(points)) for surface, points in sorted(found.items())}


def _in_words(points: set[str]) -> Iterable[str]:
    """Yield points in the order of the body; ``both hands`` for a pair, ``foot`` for a flat one."""
    parts = set(points) - {f"{side}_foot" for side in SIDES}
    for side in SIDES:
        if {f"{side}_heel", f"{side}_toes"} <= parts:
            parts = parts - {f"{side}_heel", f"{side}_toes"} | {f"{side}_foot"}
    for name in (*_TRUNK, *_LIMBS, *_ENDS):
        sides = [side for side in SIDES if f"{side}_{name}" in parts]
        word = _WORDS.get(name, name.replace("_", " "))
        if name in parts:
            yield word
        if len(sides) == 2:
            yield _BOTH.get(name, f"both {word}s")
        elif sides:
            yield f"{sides[0]} {word}"


def facts(figure: Figure) -> dict[str, str]:
    """Return touching points by frame, moving limbs, and the side that works, each in words."""
    solids = solids_of(figure.props or ())
    skeletons = solve_figure(figure)
    row = {
        str(name): "; ".join(
            f"{surface}: {', '.join(points)}"
            for surface, points in contacts(skeleton, solids).items()
        )
        for name, skeleton in skeletons.items()
    }
    row["moves"] = _moving(skeletons)
    row["works"] = str(figure.works)
    return row


def _moving(skeletons: dict[FrameName, Skeleton]) -> str:
    last = tuple(skeletons)[-1]
    found = ways(Motion(skeletons[FrameName.START], skeletons[last]))
    limbs = [
        f"both {limb}s" if side == "both" else f"{side} {limb}"
        for limb, side in (("leg", found.leg), ("arm", found.arm))
        if side
    ]
    return ", ".join(limbs) or "trunk only"


def table(figures: Iterable[tuple[str, Figure]]) -> str:
    """Return the facts of figures as a Markdown table."""
    lines = [
        "| picture | first frame touches | last frame touches | moves | works |",
        "|---|---|---|---|---|",
    ]
    for name, figure in figures:
        row = facts(figure)
        last = row.get("end") or row.get("middle") or "-"
        lines.append(f"| {name} | {row['start']} | {last} | {row['moves']} | {row['works']} |")
    return "\n".join(lines) + "\n"
