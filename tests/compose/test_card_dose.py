"""The dose of a card is one line of short phrases: never a range, a sign or a bare number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handouts.compose.dose import card_dose
from handouts.compose.wording import Wording
from handouts.model.order import Side

Make = Callable[..., Any]


def _line(item: Any, words: Wording) -> str:
    return " · ".join(phrase.plain for phrase in card_dose(item, words))


@pytest.mark.parametrize(
    ("dose", "side", "expected"),
    [
        (
            {"sets": 2, "repetitions": 10, "hold": "5 s", "rest": "1 min", "days_per_week": 3},
            Side.TOGETHER,
            "2 sets of 10 · 1 minute rest · hold 5 seconds · Mon, Wed, Fri · about 4 minutes",
        ),
        (
            {"sets": 1, "repetitions": 3, "hold": "20 s", "times_per_day": 1, "days_per_week": 7},
            Side.EACH,
            "3 times each leg · hold 20 seconds · every day · about 2 minutes",
        ),
        ({"sets": 2, "repetitions": 8}, Side.EACH, "2 sets of 8 each leg · about 2 minutes"),
        ({"repetitions": 4, "no_hold": True}, Side.TOGETHER, "4 times · about 1 minute"),
        (
            {"repetitions": 1, "hold": "1 s"}, Side.LEFT,
            "Once left leg · hold 1 second · about 1 minute",
        ),
        ({"repetitions": 5}, Side.SORE, "5 times sore side · about 1 minute"),
        ({"repetitions": 5, "per_side": False}, Side.ALTERNATE, "5 times in all · about 1 minute"),
        (
            {
                "repetitions": 8, "per_side": False,
                "from_week": {2: {"repetitions": 5, "per_side": True}},
            },
            Side.ALTERNATE, "8 times in all · about 1 minute · from week 2: 5 times each leg",
        ),
        (
            {"repetitions": "10-15"}, Side.EACH,
            "10 times each leg, build up to 15 times · about 1 minute",
        ),
        (
            {"repetitions": 3, "hold": "20-30 s"}, Side.TOGETHER,
            "3 times · hold 20 seconds, build up to 30 seconds · about 1 minute",
        ),
        (
            {"sets": "1-2", "repetitions": 8}, Side.TOGETHER,
            "1 set of 8, build up to 2 sets · about 1 minute",
        ),
        (
            {"sets": "2-3", "repetitions": "8-12"}, Side.TOGETHER,
            "2 sets of 8, build up to 3 sets of 12 · about 1 minute",
        ),
        ({"hold": "1 min"}, Side.EACH, "Hold 1 minute each leg · about 2 minutes"),
        (
            {"repetitions": 3, "hold": "5 breaths"}, Side.TOGETHER,
            "3 times · hold 5 slow breaths · about 1 minute",
        ),
        ({"sets": "?", "repetitions": "?"}, Side.TOGETHER, "____ sets of ____"),
        (
            {"repetitions": 5, "times_per_day": 2}, Side.TOGETHER,
            "5 times · twice a day · about 1 minute",
        ),
        (
            {"repetitions": 5, "times_per_day": "3-4"}, Side.TOGETHER,
            "5 times · 3 times a day, build up to 4 · about 1 minute",
        ),
        ({"repetitions": 5, "days_per_week": 1}, Side.TOGETHER, "5 times · Mon · about 1 minute"),
        (
            {"repetitions": 5, "days_per_week": "2-3"}, Side.TOGETHER,
            "5 times · 2 days a week, build up to 3 · about 1 minute",
        ),
        (
            {"repetitions": 5, "days": ["sat", "tue"], "times_per_day": 2}, Side.TOGETHER,
            "5 times · Tue, Sat, twice a day · about 1 minute",
        ),
        (
            {"repetitions": 5, "load": "red band", "tempo": "slow"}, Side.TOGETHER,
            "5 times · use red band · speed: slow · about 1 minute",
        ),
        ({"days_per_week": 7}, Side.TOGETHER, "As your clinician showed you · every day"),
        ({"sets": 3}, Side.TOGETHER, "3 sets · about 1 minute"),
    ],
)  # fmt: skip
def test_dose_of_a_card(
    dose: dict[str, Any], side: Side, expected: str, make_item: Make, words: Wording
) -> None:
    assert _line(make_item(dose, side, limb="leg"), words) == expected


def test_what_counts_is_bold_and_a_blank_is_a_line_for_the_pen(
    make_item: Make, words: Wording
) -> None:
    (times,) = card_dose(make_item({"repetitions": "?"}, Side.EACH, limb="leg"), words)
    assert [(run.text, run.strong, run.blank) for run in times.runs] == [
        ("____", True, True), (" times", True, False), (" each leg", False, False),
    ]  # fmt: skip
