"""A figure into facts in words: what touches what in each frame, what moves, which side works.

The words are for the people who check pictures (documentation, review), not for patients.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from msgspec import Struct

from handouts.figures.between import Motion
from handouts.figures.contacts import Solid, solids_of
from handouts.figures.landmarks import centre, single
from handouts.figures.skeleton import SIDES, Skeleton
from handouts.figures.solve import solve_figure
from handouts.figures.space import Array, rows
from handouts.figures.touch import touches
from handouts.model.anatomy import prop_of
from handouts.model.figure import Figure, FrameName
from handouts.model.pose import Pose, Reach

LEAST: Final = 6.0
"""A limb that travels less than this many units (10 cm) does not count as moving."""
LEAST_ARM: Final = 9.0
"""A hand moves this much against the chest when the trunk bends under a resting arm."""
EVEN: Final = 0.35
"""Both sides move alike if they differ by less than this part of the larger way."""


class Ways(Struct, frozen=True):
    """The ways of left and right limbs in units: legs in space, arms relative to the chest."""

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
        side: max(_way(motion.path(f"{side}_{point}")) for point in ("foot", "knee"))
        for side in SIDES
    }
    arms = {
        side: 0.0
        if _on_body(motion.end.pose, side)
        else _way(rows([_in_chest(skeleton, side) for skeleton in motion.skeletons]))
        for side in SIDES
    }
    return Ways(legs, arms)


def _on_body(pose: Pose, side: str) -> bool:
    """Return whether a hand holds the body itself, and so goes where that goes."""
    for point, target in (pose.reach or {}).items():
        name = target.to if isinstance(target, Reach) else target
        if f"{side}_hand" in single(point) and isinstance(name, str) and not prop_of(name):
            return True
    return False


def _in_chest(skeleton: Skeleton, side: str) -> Array:
    turn, origin = skeleton.frames["s3"]
    place: Array = turn.T @ (centre(skeleton, f"{side}_palm") - origin)
    return place


def _way(path: Array) -> float:
    return float(np.sqrt((np.diff(path, axis=0) ** 2).sum(1)).sum())


def _side(found: dict[str, float], least: float) -> str | None:
    right, left = found["right"], found["left"]
    most = max(right, left)
    if most < least:
        return None
    if abs(right - left) <= EVEN * most:
        return "both"
    return "right" if right > left else "left"


_SHOWN: Final = (
    "head",
    "upper_back",
    "lower_back",
    "buttocks",
    "belly",
    "chest",
    "shoulder",
    "pelvis",
    "elbow",
    "forearm",
    "hand",
    "thigh",
    "knee",
    "shank",
    "foot",
    "heel",
    "toes",
)
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
    for name in _SHOWN:
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
