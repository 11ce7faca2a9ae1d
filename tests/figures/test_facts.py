"""What a picture shows, measured and said in words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from handouts.figures.facts import centre_of_mass, facts, table
from handouts.figures.solve import solve
from handouts.model.figure import Figure
from handouts.model.pose import Pose


@pytest.mark.parametrize(
    ("name_of", "start", "end", "moves"),
    [
        (
            "bird-dog",
            "floor: both hands, both knees, both shins, toes of both feet",
            "floor: right hand, left knee, left shin, left toes",
            "right leg, left arm",
        ),
        (
            "wall-push-up",
            "floor: both feet; wall: both hands",
            "floor: both feet; wall: both hands",
            "both arms",
        ),
        (
            "hamstring",
            "chair: buttocks, both thighs; floor: left foot, right heel",
            "chair: buttocks, belly, both hips, both thighs; floor: left foot, right heel",
            "trunk only",
        ),
    ],
)
def test_facts_say_what_touches_and_what_moves(
    pose: Callable[..., Figure], name_of: str, start: str, end: str, moves: str
) -> None:
    found = facts(pose(name_of))
    assert (found["start"], found["end"], found["moves"]) == (start, end, moves)


def test_the_table_has_a_row_for_each_figure(pose: Callable[..., Figure]) -> None:
    lines = table([("bird-dog", pose("bird-dog")), ("bridge", pose("bridge"))]).splitlines()
    assert len(lines) == 4
    assert lines[2].endswith("| right leg, left arm | alternate |")


def test_the_centre_of_mass_of_who_stands_is_in_the_pelvis_region() -> None:
    """Winter 2009 gives about 0.55 of the height for an adult standing with arms down."""
    skeleton = solve(Pose.model_validate({"base": "standing"}))
    centre = centre_of_mass(skeleton)
    assert centre[1] == pytest.approx(57, abs=4)
    assert abs(centre[2]) < 0.5
    assert np.hypot(centre[0], 0) < 4
