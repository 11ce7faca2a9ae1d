"""Every prop and every kind of arrow is drawn where it belongs."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from pydantic import ValidationError

from handouts.figures.contacts import HAND, contacts_of
from handouts.figures.draw import camera_of, draw
from handouts.figures.geometry import Camera, length
from handouts.figures.points import centre
from handouts.figures.scene import Scene, setting
from handouts.figures.skeleton import Skeleton
from handouts.figures.solve import solve_figure
from handouts.figures.vector import Command, Vector
from handouts.model.anatomy import CONTACTS, POINTS, PROP_CONTACTS, SIDED_POINTS
from handouts.model.figure import Figure
from handouts.model.pose import BASE_CONTACTS, BASES
from handouts.model.props import Prop
from tests.figures.conftest import make_figure

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
    "table": {"table_top", "table_leg0", "table_leg3"},
    "rail": {"rail_bar", "rail_post0", "rail_post1"},
    "door_frame": {"post_right", "post_left", "lintel"},
    "loop_band": {"band_front", "band_back"},
    "band": {"band"},
    "strap": {"strap_right", "strap_left"},
    "dumbbell": {"right_bar", "left_weight_near", "left_weight_far"},
    "kettlebell": {"kettlebell", "kettlebell_handle"},
    "stick": {"stick"},
    "towel": {"towel"},
    "ankle_weight": {"right_cuff", "left_cuff"},
    "hand_ball": {"hand_ball"},
    "hammer": {"hammer_handle", "hammer_head"},
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


def _held(props: list[Any], start: dict[str, Any], **more: Any) -> Figure:
    return make_figure({"works": "right", "props": props, "start": {"step": 1, **start}, **more})


def test_a_stick_goes_through_both_palms_and_beyond() -> None:
    start = {"base": "standing_front", "hand": "grip", "shoulders": {"flex": 60}, "forearms": 90}
    scene = _scene(_held(["stick"], start, view="front"))
    (stick,) = (part for part in scene.parts if part.name == "stick")
    skeleton = scene.view.skeleton
    for side in ("right", "left"):
        palm = shapely.Point(*scene.camera.flat(centre(skeleton, f"{side}_palm")))
        assert stick.outline.distance(palm) < 2
    left, _, right, _ = stick.outline.bounds
    assert right - left == pytest.approx(62, abs=3)
    names = [part.name for part in scene.parts]
    assert names.index("stick") < min(names.index(f"{side}_fingers") for side in ("right", "left"))


def test_a_stick_may_stand_on_the_floor() -> None:
    prop = {"stick": {"hands": ["right"], "foot": [14, 14]}}
    start = {"base": "standing", "reach": {"right_hand": [14, 60, 14]}}
    scene = _scene(_held([prop], start))
    (stick,) = (part for part in scene.parts if part.name == "stick")
    ground = scene.camera.flat(np.array([14.0, 0.0, 14.0]))
    assert stick.outline.bounds[1] == pytest.approx(ground[1], abs=1)


def test_a_band_is_tied_to_the_handle_of_a_door() -> None:
    props = [
        {"door_frame": {"at": [34, 0], "door": True}},
        {"band": {"through": ["door_frame.handle", "right_palm"]}},
    ]
    scene = _scene(_held(props, {"base": "standing", "right_elbow": 90, "right_hand": "fist"}))
    (band,) = (part for part in scene.parts if part.name == "band")
    (handle,) = (part for part in scene.parts if part.name == "handle")
    assert band.outline.intersects(handle.outline)
    palm = shapely.Point(*scene.camera.flat(centre(scene.view.skeleton, "right_palm")))
    assert band.outline.distance(palm) < 1


def test_a_towel_lies_under_the_hand_on_the_table_and_is_gathered_by_toes() -> None:
    table = [{"table": {"at": [38, 0]}}, {"towel": {"under": "right_hand", "height": 43}}]
    start = {"base": "standing", "lean": -20, "reach": {"right_hand": [28, 44.4, 12]}}
    names = [part.name for part in _scene(_held(table, start)).parts]
    assert names.index("table_top") < names.index("towel") < names.index("right_hand")
    figure = _held(
        [{"towel": {"under": "right_foot"}}], {"base": "standing"}, end={"right_toe": -45}
    )
    flat, gathered = (
        next(part for part in _scene(figure, number).parts if part.name == "towel")
        for number in (0, -1)
    )
    assert gathered.outline.area < 0.9 * flat.outline.area


@pytest.mark.parametrize(
    ("contact", "props"),
    [
        ("rail.top", [{"rail": {"at": [6, 15]}}]),
        ("table.edge", [{"table": {"at": [34, 0]}}]),
        ("door_frame.right", [{"door_frame": {"at": [22, 0], "opening": 26}}]),
    ],
)
def test_a_hand_reaches_the_contact_of_a_prop(contact: str, props: list[Any]) -> None:
    figure = _held(props, {"base": "standing", "lean": -12, "reach": {"right_hand": contact}})
    found = contacts_of(figure.props or ())[contact]
    (skeleton,) = solve_figure(figure).values()
    palm = centre(skeleton, "right_palm")
    assert length(palm - found.nearest(palm)) == pytest.approx(HAND, abs=0.5)


@pytest.mark.parametrize(
    "towel", [{}, {"under": "right_foot", "tuck": "right_elbow"}, {"through": ["right_palm"]}]
)
def test_a_towel_is_used_in_one_way(towel: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        make_figure({"works": "right", "props": [{"towel": towel}], "start": {"base": "standing"}})


def _width(frame: Vector) -> float:
    return max(path.width for path in frame.paths)


def test_a_close_up_is_cut_and_enlarged_and_its_lines_are_not() -> None:
    start = {"base": "standing"}
    more: dict[str, Any] = {"end": {"step": 2, "neck": -20}, "arrows": []}
    whole = draw(_held([], start, **more))
    near = draw(_held([], start, **more, closeup=["head", "shoulders"]))
    assert len({frame.bounds for frame in near}) == 1
    assert near[0].size[1] == pytest.approx(64, abs=1)
    roles = {path.fill for path in near[0].paths}
    assert "figure-hair" in roles
    assert "figure-shoe" not in roles
    assert _width(near[0]) == _width(whole[0])


def test_what_a_close_up_cuts_ends_at_an_edge_that_is_drawn() -> None:
    """Without one a leg hangs from the line above the picture, or ends in the air."""
    for changes in ({}, {"closeup": ["head", "shoulders"]}):
        frame = draw(_held([], {"base": "standing"}, arrows=[], **changes))[0]
        left, top, right, bottom = frame.bounds
        edged = []
        for path in frame.paths:
            points = [point for _, point in frame.commands(path) if point and path.stroke]
            beside = [(x - left, right - x, y - top, bottom - y) for x, y in points]
            round_all = [min(sides) < 2 for sides in beside]
            reached = [min(side) < 1 for side in zip(*beside, strict=True)]
            edged.append(bool(points) and all(round_all) and all(reached))
        assert any(edged) == bool(changes)


def _blade(skeleton: Skeleton, side: str) -> Any:
    return skeleton.point(f"{side}_blade") - skeleton.point("s3")


def test_shoulder_blades_come_together_and_are_drawn_where_the_back_is_seen() -> None:
    value: dict[str, Any] = {
        "works": "both",
        "view": "back",
        "closeup": ["head", "shoulders", "blades"],
        "start": {"step": 1, "base": "standing_front", "girdles": {"fwd": 2}},
        "end": {"step": 2, "girdles": {"fwd": -4}},
    }
    start, end = solve_figure(make_figure(value)).values()
    gaps = [length(_blade(one, "right") - _blade(one, "left")) for one in (start, end)]
    assert gaps[0] - gaps[1] > 4
    counts = []
    for changes in ({}, {"view": "front"}, {"closeup": ["head"]}):
        scene = _scene(make_figure({**value, **changes}))
        (shirt,) = (part for part in scene.body if part.name == "shirt")
        counts.append(len(shirt.marks))
    assert counts[0] - counts[1] == counts[0] - counts[2] == 4


def test_a_bare_foot_has_toes_that_curl() -> None:
    figure = _held([], {"base": "standing"}, barefoot=True, end={"step": 2, "right_toe": -45})
    first, last = (_scene(figure, number) for number in (0, -1))
    feet = [
        next(part for part in scene.body if part.name == "right_foot") for scene in (first, last)
    ]
    assert {foot.material for foot in feet} == {"skin"}
    assert feet[0].marks
    wide = [foot.outline.bounds[2] - foot.outline.bounds[0] for foot in feet]
    assert wide[0] - wide[1] > 1


def test_each_shape_of_a_hand_is_drawn_apart() -> None:
    shapes = ("flat", "hook", "tabletop", "fist")
    fingers = []
    for shape in shapes:
        start = {"base": "standing", "right_elbow": 100, "right_forearm": 80, "right_hand": shape}
        parts = _scene(_held([], start)).body
        fingers.append(next(part for part in parts if part.name == "right_fingers").outline)
    for number, one in enumerate(fingers):
        for other in fingers[:number]:
            assert one.symmetric_difference(other).area > 0.4 * min(one.area, other.area)


def test_a_wrist_bends_towards_the_palm() -> None:
    figure = _held(
        [],
        {"base": "standing", "right_shoulder": 90, "right_forearm": 90},
        end={"step": 2, "right_wrist": 60},
    )
    start, end = solve_figure(figure).values()
    assert end.point("right_wrist", (0, -8, 0))[1] < start.point("right_wrist", (0, -8, 0))[1] - 4


WORDS = sorted({*POINTS, *SIDED_POINTS, *PROP_CONTACTS})


@pytest.mark.parametrize(
    ("key", "point"), [("rest", "buttocks"), ("plant", "feet"), ("reach", "hands")]
)
def test_every_place_that_a_pose_may_name_is_there(key: str, point: str) -> None:
    """What the model lets through must be found: else it is refused with its line."""
    taken = 0
    for word in WORDS:
        try:
            figure = _held(list(CONTACTS), {"base": "standing", key: {point: word}})
        except ValidationError:
            continue
        solve_figure(figure)
        taken += 1
    assert taken >= len(PROP_CONTACTS)


@pytest.mark.parametrize(("key", "place"), [("rest", 0), ("plant", [0, 0]), ("reach", [9, 9, 0])])
def test_every_part_of_the_body_that_a_pose_may_put_somewhere_can_be_put(
    key: str, place: Any
) -> None:
    taken = 0
    for word in WORDS:
        try:
            figure = _held([], {"base": "standing", key: {word: place}})
        except ValidationError:
            continue
        solve_figure(figure)
        taken += 1
    assert taken >= 6


def test_a_base_without_the_prop_that_it_reaches_for_is_refused() -> None:
    refused = []
    for base in BASES:
        try:
            figure = _held([], {"base": base})
        except ValidationError:
            refused.append(base)
        else:
            solve_figure(figure)
    assert refused == list(BASE_CONTACTS)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("band", lambda word: {"through": [word, "head"]}),
        ("strap", lambda word: {"around": word}),
        ("towel", lambda word: {"under": word}),
        ("pillow", lambda word: {"under": word}),
        ("roll", lambda word: {"under": word}),
    ],
)
def test_every_place_that_a_prop_may_name_is_there(kind: str, options: Callable[..., Any]) -> None:
    scene = _scene(_held([], {"base": "standing"}))
    taken = 0
    for word in WORDS:
        props = list(CONTACTS) if word in PROP_CONTACTS else []
        try:
            figure = _held([*props, {kind: options(word)}], {"base": "standing"})
        except ValidationError:
            continue
        _, parts = setting(figure.props or (), scene.view, [scene.view.skeleton])
        assert not parts[-1].outline.is_empty, word
        taken += 1
    assert taken


def test_every_part_of_the_body_can_be_shown_large() -> None:
    scene = _scene(_held([], {"base": "standing"}))
    assert [point for point in sorted(POINTS) if scene.seen(point).area < 1] == []
