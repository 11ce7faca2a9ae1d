"""Doses become cells in a fixed order, never with a range, a sign or a bare number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handouts.compose.dose import dose_cells
from handouts.compose.wording import Wording
from handouts.model.order import Side

Make = Callable[..., Any]


def _cells(item: Any, words: Wording) -> list[str]:
    return [
        "|".join(
            leaf.plain for leaf in (cell.numeral, cell.unit, cell.qualifier) if leaf is not None
        )
        for cell in dose_cells(item, words)
    ]


@pytest.mark.parametrize(
    ("dose", "side", "expected"),
    [
        (
            {"sets": 2, "repetitions": 10, "hold": "5 s", "rest": "1 min", "days_per_week": 3},
            Side.TOGETHER,
            ["2|sets|1 minute rest", "10|times|in each set", "5|seconds|hold each time",
             "3|days a week|Mon, Wed, Fri"],
        ),
        (
            {"sets": 1, "repetitions": 3, "hold": "20 s", "times_per_day": 1, "days_per_week": 7},
            Side.EACH,
            ["3|times|each leg", "20|seconds|hold each time", "Every|day|once a day"],
        ),
        ({"sets": 2, "repetitions": 8}, Side.EACH, ["2|sets", "8|times|each leg"]),
        ({"repetitions": 4, "no_hold": True}, Side.TOGETHER, ["4|times"]),
        ({"repetitions": 1, "hold": "1 s"}, Side.LEFT, ["1|time|left leg", "1|second|hold"]),
        ({"repetitions": 5}, Side.SORE, ["5|times|sore side"]),
        ({"repetitions": 5, "per_side": False}, Side.ALTERNATE, ["5|times|in all"]),
        ({"repetitions": "10-15"}, Side.TOGETHER, ["10|times|build up to 15"]),
        ({"repetitions": "10-15"}, Side.EACH, ["10|times|each leg, build up to 15"]),
        ({"repetitions": 3, "hold": "20-30 s"}, Side.TOGETHER,
         ["3|times", "20|seconds|hold, build up to 30"]),
        ({"sets": "1-2", "repetitions": 8}, Side.TOGETHER,
         ["1|set|build up to 2", "8|times|in each set"]),
        ({"hold": "1 min"}, Side.EACH, ["1|minute|hold, each leg"]),
        ({"repetitions": 3, "hold": "5 breaths"}, Side.TOGETHER,
         ["3|times", "5|slow breaths|hold each time"]),
        ({"sets": "?", "repetitions": "?"}, Side.TOGETHER,
         ["____|sets", "____|times|in each set"]),
        ({"repetitions": 5, "times_per_day": 2}, Side.TOGETHER,
         ["5|times", "Every|day|twice a day"]),
        ({"repetitions": 5, "times_per_day": "3-4"}, Side.TOGETHER,
         ["5|times", "Every|day|3 times a day, build up to 4"]),
        ({"repetitions": 5, "days_per_week": 1}, Side.TOGETHER, ["5|times", "1|day a week|Mon"]),
        ({"repetitions": 5, "days_per_week": 5}, Side.TOGETHER,
         ["5|times", "5|days a week|Mon to Fri"]),
        ({"repetitions": 5, "days_per_week": "2-3"}, Side.TOGETHER,
         ["5|times", "2|days a week|build up to 3"]),
        ({"repetitions": 5, "days_per_week": "?"}, Side.TOGETHER, ["5|times", "____|days a week"]),
        ({"repetitions": 5, "days": ["sat", "tue"], "times_per_day": 2}, Side.TOGETHER,
         ["5|times", "2|days a week|Tue, Sat", "2|times a day|on those days"]),
        ({"repetitions": 5, "load": "red band", "tempo": "slow"}, Side.TOGETHER,
         ["5|times", "Use|red band", "Speed|slow"]),
    ],
)  # fmt: skip
def test_cells(
    dose: dict[str, Any], side: Side, expected: list[str], make_item: Make, words: Wording
) -> None:
    assert _cells(make_item(dose, side, limb="leg"), words) == expected


def test_blank_numeral_is_a_line_for_the_pen(make_item: Make, words: Wording) -> None:
    (cell,) = dose_cells(make_item({"repetitions": "?"}), words)
    assert [run.blank for run in cell.numeral.runs] == [True]
