"""A wrong picture is found, however pretty."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from handouts.figures import limits
from handouts.figures.limits import HOLDS, PRESSES, RANGES, Range, clashes
from handouts.figures.lint import lint_figure
from handouts.figures.skeleton import Skeleton
from handouts.figures.solve import solve
from handouts.load.yaml import parse
from handouts.model.figure import Figure
from handouts.model.pose import Pose

SAME_SIDE = {
    "left_shoulder": 88,
    "left_hand": "flat_floor",
    "keep": ["left_shank", "left_hand"],
    "level": ["left_shank", "left_hand"],
    "right_shoulder": {"flex": 172, "abd": 6},
    "right_elbow": 2,
    "right_hand": "flat",
}


def _codes(figure: Figure, **options: Any) -> list[str]:
    return [finding.code for finding in lint_figure(figure, **options)]


def test_a_right_picture_has_no_findings(pose: Callable[..., Figure], name: str) -> None:
    assert [finding.message for finding in lint_figure(pose(name))] == []


def test_bird_dog_must_not_move_arm_and_leg_of_one_side(pose: Callable[..., Figure]) -> None:
    figure = pose("bird-dog", end=SAME_SIDE)
    assert "figure-opposite" in _codes(figure)


@pytest.mark.parametrize(
    ("works", "expected"),
    [("right", []), ("alternate", []), ("left", ["figure-side"]), ("both", ["figure-side"])],
)
def test_the_side_that_works_must_be_the_one_that_moves(
    pose: Callable[..., Figure], works: str, expected: Any
) -> None:
    assert _codes(pose("bird-dog", works=works)) == expected


def test_moves_says_which_side_moves_when_the_other_works(pose: Callable[..., Figure]) -> None:
    assert _codes(pose("bird-dog", works="left", moves="right")) == []


def test_a_hand_that_cannot_reach_is_found(pose: Callable[..., Figure]) -> None:
    figure = pose("chair-stand", props=[{"chair": {"at": [80, 0]}}])
    found = [finding for finding in lint_figure(figure) if finding.code == "figure-reach"]
    assert found[0].path == ("start", "reach")
    assert "start: the right hand misses its target by" in found[0].message


def test_a_finding_has_its_line(pose: Callable[..., Figure]) -> None:
    figure = pose("chair-stand", props=[{"chair": {"at": [80, 0]}}])
    source = parse(b"figure:\n  start:\n    base: standing\n    reach: {hands: chair.back}\n", "x")
    finding = next(found for found in lint_figure(figure) if found.code == "figure-reach")
    assert str(finding.problem(source, ("figure",)).location) == "x:4:12"


@pytest.mark.parametrize(
    ("name_of", "changes", "code", "words"),
    [
        ("wall-push-up", {"props": [{"wall": {"x": 12, "dir": -1}}]}, "figure-prop", "the wall"),
        ("hip-thrust", {"props": ["mat"]}, "figure-balance", "would fall"),
        ("chair-stand", {"start": {"pelvis": [-30, 50]}}, "figure-balance", "would fall"),
        ("chair-stand", {"start": {"pelvis": [0, 90]}}, "figure-reach", "foot misses"),
        ("hamstring", {"start": {"rest": {"buttocks": -6}}}, "figure-floor", "inside the floor"),
        (
            "bird-dog",
            {"start": {"lumbar": -78}},
            "figure-joint",
            "of the trunk is -78 degrees",
        ),
        ("bird-dog", {"end": {"step": 0 + 9}}, "figure-step", "there are 6 steps"),
    ],
)
def test_a_wrong_picture_is_found(
    pose: Callable[..., Figure], name_of: str, changes: dict[str, Any], code: str, words: str
) -> None:
    found = lint_figure(pose(name_of, **changes), steps=6)
    assert any(item.code == code and words in item.message for item in found), found


def test_a_body_in_the_air_is_found(pose: Callable[..., Figure]) -> None:
    figure = pose("bird-dog", start={"raise": 20})
    assert any("floats" in finding.message for finding in lint_figure(figure))


def test_frames_show_steps_in_their_order(pose: Callable[..., Figure]) -> None:
    figure = pose("bird-dog", start={"step": 4})
    assert _codes(figure) == ["figure-step"]


@pytest.mark.parametrize("item", RANGES, ids=lambda item: f"{item.joint} {item.movement}")
def test_every_range_names_its_source(item: Range) -> None:
    """The range is what was read, and where it was read is described with its address."""
    name, _, read = item.source.partition(": ")
    assert item.least < item.most
    assert f"{item.most:g}" in read
    assert re.search(
        rf"^    {name} +\S.*(\n {{16}}.*)*https?://", limits.__doc__ or "", re.MULTILINE
    )


@pytest.mark.parametrize(
    ("name_of", "changes", "words"),
    [
        (
            "bird-dog",
            {"start": {"right_hip": {"flex": 90, "abd": -14}}},
            "start: the right thigh is .* units inside the left thigh",
        ),
        (
            "bird-dog",
            {"start": {"plant": {"right_hand": [20, -6], "left_hand": [20, 6]}}},
            "start: the right forearm is .* units inside the left upper arm",
        ),
    ],
)
def test_a_limb_that_goes_through_another_is_found(
    pose: Callable[..., Figure], name_of: str, changes: dict[str, Any], words: str
) -> None:
    found = [item for item in lint_figure(pose(name_of, **changes)) if item.code == "figure-limbs"]
    assert any(re.fullmatch(f"{words}.*", item.message) for item in found), found
    assert {item.path for item in found} <= {("start",), ("end",)}


def _holding(*, deep: bool) -> Skeleton:
    """Hands behind a raised thigh, or in it."""
    back, up, out = (2, 0, 0) if deep else (0.5, 5, 7)
    pose = {
        "base": "supine",
        "right_hip": 92,
        "right_knee": 80,
        "reach": {
            "right_hand": {"to": "right_thigh_back", "offset": [back, up, out]},
            "left_hand": {"to": "right_thigh_back", "offset": [back, up, -out]},
        },
        "hand": "clasp",
        "elbows_to": [-0.3, -0.4, 0.8],
    }
    return solve(Pose.model_validate(pose))


def test_hands_hold_a_thigh_and_do_not_go_through_it() -> None:
    (clash,) = clashes(_holding(deep=True))
    assert (clash.one, clash.other, clash.allowed) == ("right forearm", "right thigh", HOLDS)
    assert clash.depth == pytest.approx(5.5, abs=0.3)
    assert list(clashes(_holding(deep=False))) == []


def test_what_a_pose_says_is_held_may_press_deeper() -> None:
    skeleton = _holding(deep=True)
    skeleton.pose = Pose.model_validate({"base": "supine"})
    unsaid = {(clash.one, clash.other): clash for clash in clashes(skeleton)}
    assert {clash.allowed for clash in unsaid.values()} == {PRESSES}
    assert ("right hand", "right thigh") in unsaid


def test_a_finding_can_be_accepted_with_a_reason(pose: Callable[..., Figure]) -> None:
    accept = [{"code": "figure-side", "reason": "the other leg only follows"}]
    assert _codes(pose("bird-dog", works="left", accept=accept)) == []
    (finding,) = lint_figure(pose("bird-dog", accept=accept))
    assert finding.message == '"figure-side" is accepted here but not found'
    assert finding.path == ("accept", 0)
