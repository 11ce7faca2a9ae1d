"""Doses and sides become exact sentences: repeat, hold, and one line for plan and grid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handouts.compose.dose import dose_line, hold_sentence, repeat_sentence, short_repeat
from handouts.compose.runs import plain
from handouts.compose.wording import Wording
from handouts.model.order import Side

Make = Callable[..., Any]
TWO_BY_TEN = {"sets": 2, "repetitions": 10, "rest": "1 min"}


@pytest.mark.parametrize(
    ("dose", "side", "limb", "expected"),
    [
        ({"repetitions": 10}, Side.TOGETHER, "leg", "Do 10."),
        ({"repetitions": 1}, Side.TOGETHER, "leg", "Do it once."),
        (TWO_BY_TEN, Side.TOGETHER, "leg", "Do 10. Rest for 1 minute. Do 10 more."),
        ({"sets": 2, "repetitions": 10}, Side.TOGETHER, "leg", "Do 10. Rest. Do 10 more."),
        (
            {"sets": 3, "repetitions": 8, "rest": "30 s"},
            Side.TOGETHER,
            "leg",
            "Do 8. Rest for 30 seconds. Do 3 sets in all.",
        ),
        ({"repetitions": 3}, Side.EACH, "leg", "Do 3 with this leg, then change legs."),
        ({"repetitions": 3}, Side.EACH, "arm", "Do 3 with this arm, then change arms."),
        ({"repetitions": 3}, Side.EACH, "side", "Do 3 on this side, then change sides."),
        ({"repetitions": 3}, Side.EACH, "direction", "Do 3 this way, then change direction."),
        (
            TWO_BY_TEN,
            Side.EACH,
            "leg",
            "Do 10 with this leg, then change legs. Rest for 1 minute. Do it all once more.",
        ),
        (
            {"sets": 3, "repetitions": 10, "rest": "2 min"},
            Side.EACH,
            "side",
            "Do 10 on this side, then change sides. Rest for 2 minutes. Do 3 sets in all.",
        ),
        ({"repetitions": 3}, Side.ALTERNATE, "side", "Do 3 on each side."),
        ({"repetitions": 3}, Side.ALTERNATE, "leg", "Do 3 with each leg."),
        ({"repetitions": 8, "per_side": False}, Side.ALTERNATE, "leg", "Do 8 in all."),
        (
            TWO_BY_TEN,
            Side.ALTERNATE,
            "side",
            "Do 10 on each side. Rest for 1 minute. Do it all once more.",
        ),
        ({"repetitions": 5}, Side.LEFT, "leg", "Do 5 with your left leg."),
        (
            TWO_BY_TEN,
            Side.RIGHT,
            "arm",
            "Do 10 with your right arm. Rest for 1 minute. Do 10 more.",
        ),
        ({"repetitions": 5}, Side.LEFT, "side", "Do 5 on your left side."),
        ({"repetitions": 5}, Side.SORE, "leg", "Do 5 on your sore side."),
        ({"repetitions": 5}, Side.SORE, "direction", "Do 5 to your sore side."),
        ({"repetitions": "10-15"}, Side.TOGETHER, "leg", "Start with 10. Build up to 15."),
        (
            {"repetitions": "10-15"},
            Side.EACH,
            "leg",
            "Do 10 with this leg, then change legs. Build up to 15.",
        ),
        (
            {"sets": 2, "repetitions": "8-12"},
            Side.TOGETHER,
            "leg",
            "Do 8. Rest. Do 8 more. Build up to 12 in each set.",
        ),
        (
            {"sets": "2-3", "repetitions": 8},
            Side.TOGETHER,
            "leg",
            "Do 8. Rest. Do 8 more. Build up to 3 sets.",
        ),
        ({"sets": "1-2", "repetitions": 8}, Side.TOGETHER, "leg", "Do 8. Build up to 2 sets."),
        (
            {"sets": "3-4", "repetitions": "10-15"},
            Side.TOGETHER,
            "leg",
            "Do 10. Rest. Do 3 sets in all. Build up to 4 sets of 15.",
        ),
        ({"repetitions": "?"}, Side.TOGETHER, "leg", "Do ____."),
        (
            {"sets": "?", "repetitions": 10},
            Side.TOGETHER,
            "leg",
            "Do 10. Rest. Do ____ sets in all.",
        ),
        ({"sets": 3, "hold": "20 s"}, Side.TOGETHER, "leg", "Do it once. Rest. Do 3 sets in all."),
        ({"hold": "30 s"}, Side.EACH, "leg", "Change legs and do the same."),
        ({"hold": "30 s"}, Side.TOGETHER, "leg", ""),
        ({"sets": 1, "repetitions": 4, "rest": "1 min"}, Side.TOGETHER, "leg", "Do 4."),
    ],
)
def test_repeat_sentence(
    dose: dict[str, Any], side: Side, limb: str, expected: str, make_item: Make, words: Wording
) -> None:
    assert plain(repeat_sentence(make_item(dose, side, limb=limb), words)) == expected


@pytest.mark.parametrize(
    ("dose", "side", "limb", "expected"),
    [
        ({"repetitions": 10}, Side.TOGETHER, "leg", "Do 10."),
        (TWO_BY_TEN, Side.TOGETHER, "leg", "Do 2 sets of 10."),
        (TWO_BY_TEN, Side.EACH, "leg", "2 sets of 10 each leg."),
        (TWO_BY_TEN, Side.ALTERNATE, "side", "2 sets of 10 each side."),
        (TWO_BY_TEN, Side.LEFT, "leg", "Do 2 sets of 10."),
        ({"repetitions": 3}, Side.EACH, "leg", "Do 3 with each leg."),
        ({"repetitions": 3}, Side.ALTERNATE, "side", "Do 3 on each side."),
        ({"repetitions": 6, "per_side": False}, Side.ALTERNATE, "side", "Do 6 in all."),
        ({"repetitions": "10-15"}, Side.TOGETHER, "leg", "Do 10."),
        ({"hold": "30 s"}, Side.EACH, "leg", "Change legs and do the same."),
    ],
)
def test_short_repeat(
    dose: dict[str, Any], side: Side, limb: str, expected: str, make_item: Make, words: Wording
) -> None:
    assert plain(short_repeat(make_item(dose, side, limb=limb), words)) == expected


@pytest.mark.parametrize("limb", ["leg", "arm", "side"])
@pytest.mark.parametrize("side", list(Side))
def test_short_repeat_fits_a_line(limb: str, side: Side, make_item: Make, words: Wording) -> None:
    for dose in ({"repetitions": 10}, {"sets": 2, "repetitions": 10}):
        assert len(plain(short_repeat(make_item(dose, side, limb=limb), words))) <= 24


@pytest.mark.parametrize(
    ("hold", "short", "expected"),
    [
        ("5 s", False, "Hold for 5 seconds."),
        ("1 s", False, "Hold for 1 second."),
        ("1 min", False, "Hold for 1 minute."),
        ("60 s", False, "Hold for 60 seconds."),
        ("5 breaths", False, "Hold for 5 slow breaths."),
        ("20-30 s", False, "Hold for 20 seconds. Build up to 30 seconds."),
        ("20-30 s", True, "Hold for 20 seconds."),
        ("1-2 min", False, "Hold for 1 minute. Build up to 2 minutes."),
        ("?", False, "Hold for ____ seconds."),
        (None, False, ""),
    ],
)
def test_hold_sentence(
    hold: str | None, short: bool, expected: str, make_item: Make, words: Wording
) -> None:
    item = make_item({"repetitions": 3, "hold": hold})
    assert plain(hold_sentence(item.dosage, words, short=short)) == expected


@pytest.mark.parametrize(
    ("dose", "side", "expected"),
    [
        ({"sets": 2, "repetitions": 10, "hold": "5 s"}, Side.TOGETHER,
         "2 sets of 10, hold 5 seconds"),
        ({"repetitions": 3, "hold": "20 s"}, Side.EACH, "3 times each leg, hold 20 seconds"),
        ({"repetitions": 1, "hold": "20 s"}, Side.EACH, "Once each leg, hold 20 seconds"),
        ({"sets": 2, "repetitions": 8}, Side.EACH, "2 sets of 8 each leg"),
        ({"sets": 1, "repetitions": 8}, Side.EACH, "8 times each leg"),
        ({"repetitions": 3, "hold": "10 s"}, Side.LEFT,
         "3 times with your left leg, hold 10 seconds"),
        ({"repetitions": 3}, Side.SORE, "3 times on your sore side"),
        ({"repetitions": 8, "per_side": False}, Side.ALTERNATE, "8 times in all"),
        ({"hold": "30 s"}, Side.EACH, "Hold 30 seconds each leg"),
        ({"sets": 3, "hold": "1 min"}, Side.TOGETHER, "3 sets, hold 1 minute"),
        ({"repetitions": "10-15"}, Side.TOGETHER, "10 times"),
        ({"repetitions": "?"}, Side.EACH, "____ times each leg"),
        ({"sets": 2, "repetitions": 8, "load": "3 kg"}, Side.EACH,
         "2 sets of 8 each leg, 6 lb"),
        ({"days_per_week": 3}, Side.TOGETHER, "As your clinician showed you"),
    ],
)  # fmt: skip
def test_dose_line(
    dose: dict[str, Any], side: Side, expected: str, make_item: Make, words: Wording
) -> None:
    assert plain(dose_line(make_item(dose, side, limb="leg"), words)) == expected


def test_blank_is_a_line_for_the_pen(make_item: Make, words: Wording) -> None:
    runs = repeat_sentence(make_item({"repetitions": "?"}), words)
    assert [run.text for run in runs if run.blank] == ["____"]
