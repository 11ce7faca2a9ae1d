"""A figure into facts in words: what touches what in each frame, what moves, which side works.

The words are for the people who check pictures (documentation, review), not for patients.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from handouts.figures.between import Motion
from handouts.figures.motion import ways
from handouts.figures.obstacles import Solid, solids_of
from handouts.figures.proportions import SIDES
from handouts.figures.skeleton import Skeleton
from handouts.figures.solve import solve_figure
from handouts.figures.touch import touches
from handouts.model.figure import Figure, FrameName

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
