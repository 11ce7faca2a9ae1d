"""A wrong picture is found, however pretty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handouts.figures.lint import lint_figure
from handouts.figures.ranges import RANGES, Range
from handouts.load.yaml import parse
from handouts.model.figure import Figure

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
        ("bird-dog", {"start": {"lumbar": -78}}, "figure-joint", "trunk flexion is -78 degrees"),
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
    assert item.least < item.most
    assert any(author in item.source for author in ("AAOS 1965", "Boone 1979"))


def test_a_finding_can_be_accepted_with_a_reason(pose: Callable[..., Figure]) -> None:
    accept = [{"code": "figure-side", "reason": "the other leg only follows"}]
    assert _codes(pose("bird-dog", works="left", accept=accept)) == []
    (finding,) = lint_figure(pose("bird-dog", accept=accept))
    assert finding.message == '"figure-side" is accepted here and not found'
    assert finding.path == ("accept", 0)
