"""Angles and contacts into the places of joints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handouts.figures.contacts import HAND, contacts_of
from handouts.figures.geometry import length, vec
from handouts.figures.limits import measure
from handouts.figures.points import centre, lowest, spots
from handouts.figures.skeleton import SHANK, THIGH, Skeleton
from handouts.figures.solve import Motion, base_pose, base_poses, expand, solve, solve_figure
from handouts.model.anatomy import POINTS
from handouts.model.figure import Figure, FrameName
from handouts.model.pose import BASES, Pose
from handouts.model.props import Prop


def _angle(skeleton: Skeleton, name: str, movement: str) -> float:
    return next(
        item.degrees
        for item in measure(skeleton)
        if (item.name, item.range.movement) == (name, movement)
    )


def _pose(**keys: Any) -> Pose:
    return Pose.model_validate(keys)


def test_every_base_pose_has_a_name_and_every_name_a_base_pose() -> None:
    assert set(base_poses()) == set(BASES)


@pytest.mark.parametrize("base", BASES)
def test_a_base_pose_keeps_the_length_of_bones(base: str) -> None:
    props = {
        "standing_at_chair": [Prop.model_validate({"chair": {"at": (36, 0)}})],
        "standing_at_wall": [Prop.model_validate({"wall": {"x": 31}})],
    }
    skeleton = solve(_pose(base=base), props.get(base, ()))
    for side in ("right", "left"):
        hip, knee, ankle = (skeleton.point(f"{side}_{name}") for name in ("hip", "knee", "ankle"))
        assert length(hip - knee) == pytest.approx(THIGH, abs=1e-6)
        assert length(knee - ankle) == pytest.approx(SHANK, abs=1e-6)
    assert not skeleton.misses


@pytest.mark.parametrize("point", sorted(POINTS))
def test_every_contact_point_has_a_place(point: str) -> None:
    skeleton = solve(_pose(base="standing"))
    assert -1 < lowest(skeleton, point) < 100
    assert len(spots(point)) >= 1


@pytest.mark.parametrize(
    ("joint", "movement", "keys", "degrees"),
    [
        ("right hip", "flexion", {"right_hip": 70}, 70),
        ("left hip", "flexion", {"hips": -20}, -20),
        ("right hip", "abduction", {"right_hip": {"abd": 30}}, 30),
        ("left hip", "abduction", {"left_hip": {"abd": 30}}, 30),
        ("left knee", "flexion", {"knees": 95}, 95),
        ("right knee", "flexion", {"knees": -5}, -5),
        ("right ankle", "dorsiflexion", {"ankles": -40}, -40),
        ("right elbow", "flexion", {"right_elbow": 120}, 120),
        ("left shoulder", "elevation", {"left_shoulder": {"abd": 80}}, 80),
        ("right shoulder", "extension", {"shoulders": -35}, 35),
        ("trunk", "rotation", {"twist": 20, "lumbar": {"turn": 10}}, 30),
    ],
)
def test_a_joint_is_bent_as_much_as_the_pose_says(
    joint: str, movement: str, keys: dict[str, Any], degrees: float
) -> None:
    skeleton = solve(_pose(root="standing", **keys))
    assert _angle(skeleton, joint, movement) == pytest.approx(degrees, abs=0.01)


def test_right_is_the_persons_right() -> None:
    facing_right = solve(_pose(root="standing"))
    assert facing_right.point("right_hip")[2] > facing_right.point("left_hip")[2]
    facing_viewer = solve(_pose(root="standing_front"))
    assert facing_viewer.point("right_hip")[0] < facing_viewer.point("left_hip")[0]
    assert facing_viewer.point("right_shoulder")[0] < facing_viewer.point("left_shoulder")[0]


def test_abduction_moves_either_leg_outward() -> None:
    skeleton = solve(_pose(root="standing_front", hips={"abd": 20}))
    assert skeleton.point("right_ankle")[0] < skeleton.point("right_hip")[0] - 10
    assert skeleton.point("left_ankle")[0] > skeleton.point("left_hip")[0] + 10


def test_a_body_stands_on_the_floor() -> None:
    assert lowest(solve(_pose(base="standing")), "feet") == pytest.approx(0, abs=1e-6)


def test_levelling_brings_knees_and_hands_to_one_height() -> None:
    skeleton = solve(_pose(base="quadruped"))
    assert lowest(skeleton, "shanks") == pytest.approx(lowest(skeleton, "hands"), abs=0.01)
    assert lowest(skeleton, "hands") == pytest.approx(0, abs=0.01)


def test_what_is_kept_stays_where_it_was(pose: Callable[..., Figure]) -> None:
    frames = solve_figure(pose("bridge"))
    start, end = frames[FrameName.START], frames[FrameName.END]
    for point in ("right_foot", "left_foot", "upper_back"):
        assert length(centre(start, point) - centre(end, point)) < 0.6, point
    assert centre(end, "pelvis")[1] > centre(start, "pelvis")[1] + 8


def test_a_hand_reaches_the_place_it_is_sent_to() -> None:
    target = (12.0, 60.0, 6.0)
    skeleton = solve(_pose(base="standing", reach={"right_hand": target}))
    assert length(centre(skeleton, "right_palm") - target) < 0.2
    assert not skeleton.misses


def test_a_hand_that_is_too_short_says_by_how_much() -> None:
    skeleton = solve(_pose(base="standing", reach={"left_hand": (90.0, 60.0, 0.0)}))
    (miss,) = skeleton.misses
    assert (miss.limb, miss.key) == ("left hand", "reach")
    assert 30 < miss.distance < 60


def test_hands_go_to_a_prop_by_name() -> None:
    chair = Prop.model_validate({"chair": {"at": (36, 0)}})
    skeleton = solve(_pose(base="standing_at_chair"), [chair])
    rail = contacts_of([chair])["chair.back"]
    for side in ("right", "left"):
        palm = centre(skeleton, f"{side}_palm")
        assert length(palm - rail.nearest(palm) - vec(0, HAND, 0)) < 0.3


def test_a_seat_carries_the_buttocks() -> None:
    chair = Prop.model_validate({"chair": {"height": 31}})
    skeleton = solve(_pose(base="sitting", rest={"buttocks": "chair.seat"}), [chair])
    assert lowest(skeleton, "buttocks") == pytest.approx(31, abs=1e-6)


def test_the_shoe_bends_at_the_ball_of_the_foot() -> None:
    skeleton = solve(_pose(base="standing", feet="toes", heel_up=50, plant={"feet": (0, None)}))
    sole, toes = skeleton.axis("right_ankle", 0), skeleton.axis("right_toes", 0)
    assert sole[1] < -0.7
    assert toes[1] == pytest.approx(0, abs=0.01)
    assert lowest(skeleton, "right_heel") > 5
    assert lowest(skeleton, "right_toes") == pytest.approx(0, abs=0.2)


def test_toes_of_a_plank_point_forward() -> None:
    skeleton = solve(_pose(base="plank"))
    assert skeleton.axis("right_ankle", 0)[0] > 0.1
    assert skeleton.axis("right_toes", 0)[0] > 0.5


def test_the_motion_starts_and_ends_with_the_frames(pose: Callable[..., Figure]) -> None:
    frames = solve_figure(pose("bird-dog"))
    motion = Motion(frames[FrameName.START], frames[FrameName.END])
    path = motion.path("right_foot")
    assert length(path[0] - centre(motion.start, "right_foot")) < 1e-6
    assert length(path[-1] - centre(motion.end, "right_foot")) < 1e-6
    assert path[-1][1] > path[0][1] + 15


def test_an_end_is_written_as_a_difference_from_the_start(pose: Callable[..., Figure]) -> None:
    figure = pose("hamstring")
    end = solve_figure(figure)[FrameName.END].pose
    assert end.joint("right", "knee") == {"flex": 2}
    assert end.lean == -30


def test_a_key_for_both_sides_takes_away_those_of_one_side() -> None:
    end = _pose(hips=10).over(_pose(right_hip=80, left_knee=20))
    assert end.joint("right", "hip") == {"flex": 10}
    assert end.joint("left", "knee") == {"flex": 20}


def test_angles_of_a_joint_merge_with_those_of_the_base() -> None:
    full = expand(_pose(base="supine", shoulders=50))
    assert full.joint("left", "shoulder") == {
        "flex": 50,
        "abd": base_pose("supine").joint("left", "shoulder")["abd"],
    }
