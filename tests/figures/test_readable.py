"""What a reader without the names took for something else stays as it was put right."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.affinity import translate

from handouts.figures.draw import camera_of
from handouts.figures.geometry import angle_between, grown, length, moved
from handouts.figures.points import centre, lowest
from handouts.figures.scene import Scene
from handouts.figures.skeleton import SIDES, Skeleton
from handouts.figures.solve import solve_figure
from handouts.model.figure import Figure
from tests.conftest import LIBRARY


def _figure(exercise: str, variant: str | None = None) -> Figure:
    figure = LIBRARY.exercise(exercise).variant(variant).figure
    assert figure is not None
    return figure


def _frames(exercise: str, variant: str | None = None) -> tuple[Skeleton, Skeleton]:
    start, end = solve_figure(_figure(exercise, variant)).values()
    return start, end


def _scene(figure: Figure, frame: int) -> Scene:
    skeletons = tuple(solve_figure(figure).values())
    return Scene(figure, skeletons[frame], skeletons, camera_of(figure))


def _apart(skeleton: Skeleton, one: str, other: str) -> float:
    return length(centre(skeleton, one) - centre(skeleton, other))


def test_all_fours_bend_to_a_side_is_seen_from_high_up_with_hands_and_knees_still() -> None:
    start, end = _frames("quadruped-side-bend")
    for limb in ("knee", "hand", "foot"):
        for side in SIDES:
            way = centre(end, f"{side}_{limb}") - centre(start, f"{side}_{limb}")
            assert length(way) < 1.5, (side, limb)
    for one, other, shorter in (
        ("head", "right_hip", 4),
        ("right_shoulder", "right_hip", 4),
        ("left_shoulder", "left_hip", -3),
    ):
        assert _apart(start, one, other) - _apart(end, one, other) == pytest.approx(
            shorter, abs=2.5
        )
    camera = camera_of(_figure("quadruped-side-bend"))
    aside = camera.flat(np.array([0.0, 0.0, 1.0]))
    assert length(aside) > 0.7, "the bend lies in the picture"
    assert camera.turn[2, 1] > 0.6, "seen from high up"


@pytest.mark.parametrize("variant", ["supported", "free"])
def test_the_rear_foot_of_a_lunge_stands_on_its_toes_in_a_shadow(variant: str) -> None:
    _, end = _frames("reverse-lunge", variant)
    assert lowest(end, "left_toes") == pytest.approx(0, abs=0.4)
    scene = _scene(_figure("reverse-lunge", variant), -1)
    toes = centre(end, "left_toes") * [1, 0, 1]
    shadow = scene._shadow()
    assert shadow.distance(shapely.Point(*scene.camera.flat(toes))) < 0.5


@pytest.mark.parametrize("variant", ["plain", "band"])
def test_a_clamshell_opens_a_little_with_the_feet_together(variant: str) -> None:
    start, end = _frames("clamshell", variant)
    thigh = angle_between(start.axis("right_hip", 1), end.axis("right_hip", 1))
    assert 25 <= thigh <= 40
    assert _apart(end, "right_foot", "left_foot") == pytest.approx(
        _apart(start, "right_foot", "left_foot"), abs=0.5
    )


def test_the_free_leg_of_the_one_leg_hip_bend_is_plainly_off_the_floor() -> None:
    _, resting = _frames("kickstand-rdl")
    _, lifted = _frames("kickstand-rdl", "single-leg")
    assert lowest(resting, "left_toes") < 0.5
    assert lowest(lifted, "left_toes") > 15


def test_hands_of_the_butterfly_stay_on_the_hips() -> None:
    start, end = _frames("butterfly-supine")
    for side in SIDES:
        assert length(centre(start, f"{side}_palm") - centre(end, f"{side}_palm")) < 0.5


@pytest.mark.parametrize(
    ("exercise", "frame"), [("dead-bug", 0), ("kickstand-rdl", -1), ("good-morning", -1)]
)
def test_shirt_and_shorts_meet_without_a_spike(exercise: str, frame: int) -> None:
    scene = _scene(_figure(exercise), frame)
    (shorts,) = (part.outline for part in scene.body if part.name == "right_shorts")
    rest = shorts.difference(grown(grown(grown(shorts, -0.7), 0.7), 0.05))
    spikes = [spike.area for spike in getattr(rest, "geoms", [rest])]
    assert max(spikes, default=0) < 0.3


def test_a_shape_that_rounding_breaks_when_moved_is_mended() -> None:
    touching = shapely.from_wkt(
        "POLYGON ((1.53 2.26, 2.52 1.53, 1.78 0.78, 1.53 2.26), (1.9533333333333334 "
        "1.5433333333333334, 1.9433333333333334 1.5233333333333334, 2.2314 1.2375, "
        "1.9533333333333334 1.5433333333333334))"
    )
    assert touching.is_valid
    assert not translate(touching, -1.125, 1.5).is_valid
    mended = moved(touching, -1.125, 1.5)
    assert mended.is_valid
    assert mended.area == pytest.approx(touching.area, abs=0.01)
