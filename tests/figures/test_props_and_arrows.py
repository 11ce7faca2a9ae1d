"""Every prop and every kind of arrow is drawn where it belongs."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handouts.figures.draw import camera_of, draw
from handouts.figures.outline import Camera
from handouts.figures.scene import Scene
from handouts.figures.solve import solve_figure
from handouts.figures.vector import Command, Vector
from handouts.model.figure import Figure
from handouts.model.props import Prop

ROOT = Path(__file__).parents[2]
FIGURES: dict[str, Figure] = runpy.run_path(str(ROOT / "tools" / "figure_guide.py"))[
    "prop_figures"
]()
PARTS = {
    "mat": {"mat"},
    "chair": {"seat", "back", "leg0", "leg3", "post1"},
    "couch": {"couch_base", "couch_cushion", "couch_back", "couch_arm"},
    "bed": {"bed_base", "mattress", "bed_head"},
    "stability_ball": {"stability_ball"},
    "small_ball": {"small_ball"},
    "block": {"block"},
    "step": {"step"},
    "pillow": {"pillow"},
    "roll": {"roll"},
    "wall": {"wall"},
    "counter": {"cupboard", "worktop"},
    "loop_band": {"band_front", "band_back"},
    "band": {"band"},
    "strap": {"strap_right", "strap_left"},
    "dumbbell": {"right_bar", "left_weight_near", "left_weight_far"},
    "kettlebell": {"kettlebell", "kettlebell_handle"},
}


def _scene(figure: Figure, frame: int = 0) -> Scene:
    skeletons = tuple(solve_figure(figure).values())
    return Scene(figure, skeletons[frame], skeletons, camera_of(figure))


@pytest.mark.parametrize("kind", Prop.model_fields)
def test_a_prop_is_drawn(kind: str) -> None:
    scene = _scene(FIGURES[kind])
    drawn = {part.name for part in (*scene.ground, *scene.parts)}
    assert drawn >= PARTS[kind]


def _names(kind: str) -> list[str]:
    return [part.name for part in _scene(FIGURES[kind]).parts]


def test_a_handle_lies_between_palm_and_fingers() -> None:
    names = _names("dumbbell")
    assert names.index("right_bar") < names.index("right_fingers")


def test_a_band_goes_behind_and_before_the_legs() -> None:
    names = _names("loop_band")
    legs = [names.index(f"{side}_thigh") for side in ("right", "left")]
    assert names.index("band_back") < min(legs) <= max(legs) < names.index("band_front")


def test_a_pillow_lies_below_the_head() -> None:
    names = _names("pillow")
    assert names.index("pillow") < names.index("head")


def test_who_sits_covers_the_back_of_the_chair_and_not_its_near_side() -> None:
    names = _names("chair")
    assert names.index("back") < names.index("shirt")
    assert names.index("seat") < names.index("right_thigh")


def test_a_mat_is_as_long_in_all_frames(pose: Callable[..., Figure]) -> None:
    figure = pose("bird-dog")
    skeletons = tuple(solve_figure(figure).values())
    widths = set()
    for skeleton in skeletons:
        scene = Scene(figure, skeleton, skeletons, camera_of(figure))
        left, _, right, _ = scene.ground[0].outline.bounds
        widths.add(round(right - left, 6))
    assert len(widths) == 1
    assert widths.pop() > 80


def _arrows(frame: Vector) -> list[tuple[Command, ...]]:
    return [frame.commands(path) for path in frame.paths if path.fill == "figure-arrow"]


def _box(path: tuple[Command, ...]) -> tuple[float, float, float, float]:
    points = [numbers for _, numbers in path if numbers]
    across, down = [point[0] for point in points], [point[1] for point in points]
    return min(across), min(down), max(across), max(down)


@pytest.mark.parametrize(
    ("arrow", "width", "height"),
    [
        ({"at": "chest", "offset": [20, 0], "dir": [0, 12]}, 6, 12),
        ({"at": "chest", "offset": [20, 0], "dir": [12, 0]}, 12, 6),
        ({"at": "chest", "offset": [20, 0], "dir": [20, 0], "bow": 6}, 20, 10),
        ({"arc": "head", "radius": 12, "from": 0, "to": 180}, 26, 14),
        ({"path": [[20, 20], [30, 30], [40, 20]]}, 20, 10),
        ({"at": "chest", "offset": [20, 0], "dir": [14, 0], "both": True}, 14, 6),
        ({"at": "chest", "offset": [20, 0], "dir": [14, 0], "size": 2}, 14, 12),
    ],
)
def test_an_arrow_is_as_large_as_it_says(
    pose: Callable[..., Figure], arrow: dict[str, Any], width: float, height: float
) -> None:
    *_, frame = draw(pose("chair-stand", arrows=[arrow]))
    (path,) = _arrows(frame)
    left, top, right, bottom = _box(path)
    assert right - left == pytest.approx(width, abs=3)
    assert bottom - top == pytest.approx(height, abs=3)


def test_an_arrow_follows_the_way_a_limb_really_goes(pose: Callable[..., Figure]) -> None:
    figure = pose("bird-dog", arrows=[{"of": "right_foot", "trim": [0, 1]}])
    *_, frame = draw(figure)
    (path,) = _arrows(frame)
    camera = camera_of(figure)
    assert isinstance(camera, Camera)
    end = tuple(solve_figure(figure).values())[-1]
    foot = camera.flat(end.point("right_ankle"))
    left, top, _, _ = _box(path)
    assert abs(left - foot[0]) < 12
    assert abs(-top - foot[1]) < 12


@pytest.mark.parametrize("kind", ["squeeze", "apart"])
def test_a_pair_has_two_arrows(pose: Callable[..., Figure], kind: str) -> None:
    *_, frame = draw(pose("bridge", arrows=[{kind: "knees"}]))
    (path,) = _arrows(frame)
    assert sum(command == "M" for command, _ in path) == 2


def test_an_arrow_may_lie_in_another_frame_and_behind(pose: Callable[..., Figure]) -> None:
    arrow = {"at": "pelvis", "dir": [0, 12], "frame": "start", "behind": True}
    first, last = draw(pose("bridge", arrows=[arrow]))
    assert _arrows(last) == []
    roles = [path.fill for path in first.paths]
    assert roles.index("figure-arrow") < roles.index("figure-shirt")


def test_a_ghost_is_drawn_below_the_end(pose: Callable[..., Figure]) -> None:
    first, last = draw(pose("bird-dog", ghost=True))
    roles = [path.fill or path.stroke for path in last.paths]
    assert roles.index("figure-ghost") < roles.index("figure-ghost-line")
    assert roles.index("figure-ghost-line") < roles.index("figure-shirt")
    assert "figure-ghost" not in {path.fill for path in first.paths}


def test_three_frames_are_drawn_in_order(pose: Callable[..., Figure]) -> None:
    figure = pose("bridge", middle={"step": 2, "lean": 10, "keep": ["upper_back", "feet"]})
    assert [name.value for name, _ in figure.frames()] == ["start", "middle", "end"]
    first, middle, last = draw(figure)
    heights = [-frame.bounds[1] for frame in (first, middle, last)]
    assert heights[0] <= heights[1] <= heights[2]
    assert (len(_arrows(middle)), len(_arrows(last))) == (0, 2)


def test_a_foot_on_its_toes_turns_about_them(pose: Callable[..., Figure]) -> None:
    figure = pose(
        "chair-stand",
        end={"pelvis": [2, 55], "lean": 0, "feet": "toes", "heel_up": 30, "keep": ["feet"]},
    )
    start, end = solve_figure(figure).values()
    moved = end.point("right_toes") - start.point("right_toes")
    assert abs(moved[0]) < 2.5
    assert end.point("right_ankle")[1] > start.point("right_ankle")[1] + 2


@pytest.mark.parametrize(
    ("area", "part"),
    [("belly", "shirt"), ("right_thigh_front", "right_thigh"), ("right_calf", "right_shank")],
)
def test_a_tint_lies_on_the_part_it_belongs_to(
    pose: Callable[..., Figure], area: str, part: str
) -> None:
    scene = _scene(pose("chair-stand", stretch=[area]), -1)
    marked = {p.name for p in scene.body if any(m.fill == "stretch" for m in p.marks)}
    assert part in marked
    assert not any(name.startswith("left") for name in marked)
