"""Turn base poses, props and examples into the pictures of docs/drawing-an-exercise.md.

Run ``python tools/figure_guide.py``; it needs numpy and shapely.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from handouts.figures.colours import Body, figure_palette
from handouts.figures.draw import draw
from handouts.figures.preview import contact_sheet
from handouts.figures.vector import Vector, dressed
from handouts.load.yaml import parse
from handouts.model.clinic import Mode
from handouts.model.figure import Figure
from handouts.model.pose import BASES
from handouts.workspace import Workspace

DOCS: Final = Path(__file__).parents[1] / "docs"
GUIDE: Final = DOCS / "drawing-an-exercise.md"
PALETTE: Final = figure_palette("#0f7c8a", Mode.COLOUR, Body())

_ON_MAT: Final = (
    "supine",
    "hooklying",
    "prone",
    "side_lying",
    "quadruped",
    "sitting_floor",
    "long_sitting",
    "tall_kneeling",
    "half_kneeling",
    "plank",
    "forearm_plank",
)
_BASE_PROPS: Final[dict[str, list[Any]]] = {
    "sitting": ["chair"],
    "standing_at_chair": [{"chair": {"at": [36, 0]}}],
    "standing_at_wall": [{"wall": {"x": 31, "dir": -1}}],
    "wall_stand": [{"wall": {"x": -8.4}}],
}
_PROPS: Final[dict[str, tuple[Any, dict[str, Any]]]] = {
    "mat": ("mat", {"base": "supine"}),
    "chair": ("chair", {"base": "sitting", "rest": {"buttocks": "chair.seat"}}),
    "couch": (
        {"couch": {"height": 26, "depth": 34}},
        {"base": "sitting", "rest": {"buttocks": "couch.seat"}, "at": [3, 0]},
    ),
    "bed": ({"bed": {"at": [-4, 0]}}, {"base": "supine", "raise": 24}),
    "stability_ball": (
        {"stability_ball": {"radius": 14, "at": [1, 0]}},
        {"base": "plank", "pelvis": [-6, 32.5], "plant": {"hands": [25, None]}},
    ),
    "small_ball": ("small_ball", {"base": "hooklying", "knees_to": [1, -0.3, 0.1]}),
    "block": ({"block": {"at": [3, 0], "size": [26, 10, 26]}}, {"base": "standing", "raise": 10}),
    "step": (
        {"step": {"at": [17, 0]}},
        {"base": "standing", "feet": "flat", "plant": {"right_foot": [12, None, 10]}},
    ),
    "pillow": ("pillow", {"base": "supine", "neck": 8}),
    "roll": ({"roll": {"under": "knees"}}, {"base": "supine", "hips": 12, "knees": 24}),
    "wall": ({"wall": {"x": -8.4}}, {"base": "wall_stand"}),
    "counter": (
        "counter",
        {"base": "standing", "feet": "flat", "reach": {"hands": "counter.edge"}},
    ),
    "table": (
        {"table": {"at": [38, 0]}},
        {
            "base": "standing",
            "lean": -22,
            "hips": 22,
            "reach": {"right_hand": [27, 44.4, 12], "left_hand": [27, 44.4, -12]},
            "hand": "flat",
            "forearms": 80,
        },
    ),
    "rail": (
        {"rail": {"at": [4, 15]}},
        {"base": "standing", "right_hand": "grip", "reach": {"right_hand": "rail.top"}},
    ),
    "door_frame": (
        {"door_frame": {"at": [14, 0], "opening": 36}},
        {
            "base": "standing",
            "reach": {"right_hand": "door_frame.right", "left_hand": "door_frame.left"},
            "hand": "flat_wall",
            "elbows_to": [-0.4, -0.6, 0.8],
        },
    ),
    "loop_band": ("loop_band", {"base": "standing_front"}),
    "band": (
        {"band": {"through": ["right_palm", "left_palm"]}},
        {"base": "standing_front", "elbows": 90, "hand": "fist", "shoulders": {"rot": 20}},
    ),
    "strap": (
        {"strap": {"around": "right_foot"}},
        {
            "base": "supine",
            "right_hip": 80,
            "right_ankle": 0,
            "hand": "grip",
            "reach": {"hands": {"to": "right_shank", "offset": [6, -9, 3]}},
        },
    ),
    "dumbbell": ("dumbbell", {"base": "standing", "hand": "grip", "forearms": 60}),
    "kettlebell": ("kettlebell", {"base": "standing", "hand": "grip", "forearms": 60}),
    "stick": (
        "stick",
        {
            "base": "standing_front",
            "hand": "grip",
            "forearms": 90,
            "reach": {"right_hand": [-16, 76, 16], "left_hand": [16, 76, 16]},
        },
    ),
    "towel": (
        {"towel": {"through": ["right_palm", "left_palm"]}},
        {
            "base": "standing_front",
            "hand": "grip",
            "forearms": 90,
            "reach": {"right_hand": [-14, 70, 20], "left_hand": [14, 70, 20]},
        },
    ),
    "ankle_weight": (
        "ankle_weight",
        {"base": "standing", "right_hip": 6, "right_knee": 60},
    ),
    "hand_ball": (
        "hand_ball",
        {"base": "standing", "right_elbow": 90, "right_forearm": 20, "right_hand": "clasp"},
    ),
    "hammer": (
        "hammer",
        {"base": "standing", "right_elbow": 90, "right_hand": "fist"},
    ),
}
"""For every kind of prop: the prop as written in a file, and a pose with it."""


_VIEWS: Final[dict[str, Any]] = {
    "loop_band": "front",
    "band": "front",
    "small_ball": [58, 24],
    "roll": [28, 20],
    "door_frame": [54, 12],
    "stick": "front",
    "towel": "front",
}


def _figure(value: dict[str, Any]) -> Figure:
    return Figure.model_validate_json(json.dumps(value), strict=True)


def base_figures() -> dict[str, Figure]:
    """Return a figure of every base pose."""
    figures = {}
    for name in BASES:
        props = _BASE_PROPS.get(name, ["mat"] if name in _ON_MAT else [])
        start: dict[str, Any] = {"base": name}
        if name == "sitting":
            start["rest"] = {"buttocks": "chair.seat"}
        front = name in ("standing_front", "hands_on_hips", "sitting_floor")
        view = "front" if front else "side"
        figures[name] = _figure({"works": "both", "view": view, "props": props, "start": start})
    return figures


def prop_figures() -> dict[str, Figure]:
    """Return a figure with every prop."""
    return {
        name: _figure(
            {
                "works": "both",
                "view": _VIEWS.get(name, "threequarter"),
                "props": [prop],
                "start": start,
            }
        )
        for name, (prop, start) in _PROPS.items()
    }


_CLOSEUPS: Final[dict[str, dict[str, Any]]] = {
    "closeup: [head, shoulders]": {
        "view": [20, 6],
        "closeup": ["head", "shoulders"],
        "ghost": True,
        "start": {"base": "standing", "neck": 20, "head": -18},
        "end": {"neck": -14, "head": 10},
        "arrows": [{"at": "head", "offset": [15, -3], "dir": [-8, 0]}],
    },
    "closeup: [head, shoulders, blades, elbows]": {
        "view": "back",
        "closeup": ["head", "shoulders", "blades", "elbows"],
        "start": {"base": "standing_front", "girdles": {"fwd": 2}, "elbows": 30},
        "end": {"girdles": {"fwd": -4, "up": -1}},
        "arrows": [{"squeeze": "blades"}],
    },
    "closeup: [right_hand, right_wrist]": {
        "view": [-20, 34],
        "closeup": ["right_hand", "right_wrist"],
        "props": ["hand_ball"],
        "start": {"base": "standing", "right_elbow": 90, "right_forearm": -80, "hand": "clasp"},
        "end": {"right_hand": "grip"},
        "arrows": [],
    },
    "closeup: [right_foot, right_ankle, towel]": {
        "view": [50, 32],
        "closeup": ["right_foot", "right_ankle", "towel"],
        "barefoot": True,
        "props": [{"towel": {"under": "right_foot", "width": 14, "length": 22}}],
        "start": {"base": "sitting", "rest": {"buttocks": 27}, "plant": {"left_foot": [24, -14]}},
        "end": {"right_toe": -45},
        "arrows": [],
    },
}
"""For some close-ups: the line that asks for one, and a figure with it."""


def closeup_figures() -> dict[str, Figure]:
    """Return a figure for every close-up."""
    return {name: _figure({"works": "right", **value}) for name, value in _CLOSEUPS.items()}


def examples() -> dict[str, Figure]:
    """Return the figures in the guide's text, by the heading above each."""
    found = {}
    heading = ""
    for title, block in re.findall(
        r"^#+ ([^\n]*)$|^```yaml\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    ):
        heading = title or heading
        if block.startswith("figure:"):
            found[heading] = _figure(parse(block.encode(), GUIDE.name).value["figure"])
    return found


def _frames(figure: Figure) -> tuple[Vector, ...]:
    return tuple(dressed(frame, PALETTE) for frame in draw(figure))


def main() -> None:
    """Write all pictures of the guide."""
    font = Workspace().font("Handout-Regular.ttf")
    sheets = {
        "figure-bases": (base_figures(), 4),
        "figure-props": (prop_figures(), 4),
        "figure-closeups": (closeup_figures(), 2),
        "figure-examples": (examples(), 3),
    }
    for name, (figures, columns) in sheets.items():
        entries = [(label, _frames(figure)) for label, figure in figures.items()]
        (DOCS / f"{name}.png").write_bytes(contact_sheet(entries, PALETTE, font, columns))
        print(f"wrote docs/{name}.png")


if __name__ == "__main__":
    main()
