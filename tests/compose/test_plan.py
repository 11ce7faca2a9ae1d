"""The plan says when, how long, and the total for each kind of day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handouts.compose.dose import minutes
from handouts.compose.plan import plan
from handouts.compose.schedule import exercise_days, when
from handouts.compose.templates import plain
from handouts.compose.wording import Wording
from handouts.model.dosage import Dosage
from handouts.model.order import Side

Make = Callable[..., Any]
DAILY = {"repetitions": 3, "hold": "20 s", "times_per_day": 1, "days_per_week": 7}
THRICE = {"sets": 2, "repetitions": 10, "hold": "5 s", "rest": "1 min", "days_per_week": 3}


@pytest.mark.parametrize(
    ("dose", "days", "said"),
    [
        ({"days_per_week": 1}, (0,), "Mon"),
        ({"days_per_week": 2}, (0, 3), "Mon, Thu"),
        ({"days_per_week": 3}, (0, 2, 4), "Mon, Wed, Fri"),
        ({"days_per_week": 4}, (0, 1, 3, 4), "Mon, Tue, Thu, Fri"),
        ({"days_per_week": 5}, (0, 1, 2, 3, 4), "Mon to Fri"),
        ({"days_per_week": 6}, (0, 1, 2, 3, 4, 5), "Mon to Sat"),
        ({"days_per_week": 7}, (0, 1, 2, 3, 4, 5, 6), "Every day"),
        ({"days_per_week": 7, "times_per_day": 2}, (0, 1, 2, 3, 4, 5, 6), "Twice a day"),
        ({"times_per_day": 3}, (0, 1, 2, 3, 4, 5, 6), "3 times a day"),
        ({"times_per_day": "?"}, (0, 1, 2, 3, 4, 5, 6), "____ times a day"),
        ({"days": ["sun", "wed"]}, (2, 6), "Wed, Sun"),
        ({"days": ["wed"], "times_per_day": 2}, (2,), "Wed, twice a day"),
        ({"days_per_week": "2-3"}, None, "2 days a week"),
        ({"days_per_week": "?"}, None, "____ days a week"),
        ({"repetitions": 3}, None, "As agreed"),
    ],
)
def test_when(
    dose: dict[str, Any], days: tuple[int, ...] | None, said: str, words: Wording
) -> None:
    dosage = Dosage.model_validate(dose)
    assert exercise_days(dosage) == days
    assert plain(when(dosage, words)) == said


@pytest.mark.parametrize(
    ("dose", "first", "said"),
    [
        ({"days_per_week": 1}, 6, "Sun"),
        ({"days_per_week": 2}, 4, "Mon, Fri"),
        ({"days_per_week": 3}, 0, "Mon, Wed, Fri"),
        ({"days_per_week": 3}, 1, "Tue, Thu, Sat"),
        ({"days_per_week": 3}, 5, "Mon, Wed, Sat"),
        ({"days_per_week": 4}, 1, "Tue, Wed, Fri, Sat"),
        ({"days_per_week": 5}, 3, "Thu to Mon"),
        ({"days_per_week": 6}, 2, "Wed to Mon"),
        ({"days_per_week": 7}, 2, "Every day"),
        ({"days": ["mon", "thu"]}, 1, "Mon, Thu"),
        ({"days": ["mon", "thu"], "days_per_week": 2}, 1, "Mon, Thu"),
        ({"days_per_week": "2-3"}, 1, "2 days a week"),
        ({"days_per_week": "?"}, 1, "____ days a week"),
        ({"times_per_day": 2}, 1, "Twice a day"),
        ({"repetitions": 3}, 1, "As agreed"),
    ],
)
def test_days_are_counted_from_the_first_one(
    dose: dict[str, Any], first: int, said: str, words: Wording
) -> None:
    dosage = Dosage.model_validate(dose).starting(first)
    assert plain(when(dosage, words)) == said
    days = exercise_days(dosage)
    assert dose.get("days") or days is None or first in days


@pytest.mark.parametrize(
    ("dose", "side", "expected"),
    [
        ({"repetitions": 1}, Side.TOGETHER, 1),
        (THRICE, Side.TOGETHER, 4),  # 2 x 10 x (5 + 4) s + 60 s = 240 s
        ({"repetitions": "?"}, Side.TOGETHER, None),
    ],
)
def test_minutes(dose: dict[str, Any], side: Side, expected: int | None, make_item: Make) -> None:
    assert minutes(make_item(dose, side)) == expected


def _totals(order: Any, words: Wording) -> list[str]:
    return [total.plain for total in plan(order, words).totals]


def test_row(make_item: Make, make_order: Make, words: Wording) -> None:
    row = plan(make_order(make_item(THRICE, phase="Week 1")), words).rows[0]
    assert row.minutes is not None
    assert row.phase is not None
    said = [
        leaf.plain for leaf in (row.phase, row.number, row.name, row.dose, row.when, row.minutes)
    ]
    assert said == [
        "Week 1", "1", "Bridge", "2 sets of 10, hold 5 seconds", "Mon, Wed, Fri", "about 4 minutes",
    ]  # fmt: skip


def test_totals_by_kind_of_day(make_item: Make, make_order: Make, words: Wording) -> None:
    items = [
        make_item(DAILY, Side.EACH, number=1, dose_kind="stretch"),  # 150 s: about 3 minutes
        make_item(THRICE, number=2),
        make_item(DAILY, number=3),  # 72 s: about 1 minute
    ]
    assert _totals(make_order(*items), words) == [
        "Mon, Wed, Fri: all 3, about 8 minutes.",
        "Other days: 1 and 3, about 4 minutes.",
    ]
    assert _totals(make_order(*items[:2]), words)[1] == "Other days: number 1, about 3 minutes."


@pytest.mark.parametrize(
    ("doses", "expected"),
    [
        ([DAILY, DAILY], ["Every day: all 2, about 2 minutes, once a day."]),
        ([DAILY], ["Every day: 1 exercise, about 1 minute, once a day."]),
        (
            [{**DAILY, "times_per_day": 2}] * 2,
            ["Every day: all 2, about 2 minutes, twice a day."],
        ),
        ([DAILY, {**DAILY, "times_per_day": 3}], ["Every day: all 2, about 4 minutes."]),
        ([THRICE], ["Mon, Wed, Fri: 1 exercise, about 4 minutes.", "Other days: rest."]),
        ([{**DAILY, "repetitions": "?"}, DAILY], ["Every day: all 2."]),
        ([THRICE, {**THRICE, "days_per_week": "2-3"}], ["All together: all 2, about 8 minutes."]),
        (
            [{**THRICE, "days": ["mon"]}, {**THRICE, "days": ["tue"]}, {**THRICE, "days": ["wed"]}],
            [
                "Mon: number 1, about 4 minutes.",
                "Tue: number 2, about 4 minutes.",
                "Wed: number 3, about 4 minutes.",
                "Other days: rest.",
            ],
        ),
    ],
)
def test_totals(
    doses: list[dict[str, Any]],
    expected: list[str],
    make_item: Make,
    make_order: Make,
    words: Wording,
) -> None:
    items = [make_item(dose, number=number) for number, dose in enumerate(doses, start=1)]
    assert _totals(make_order(*items), words) == expected


def test_total_lead_is_strong(make_order: Make, words: Wording) -> None:
    total = plan(make_order(), words).totals[0]
    assert (total.runs[0].text, total.runs[0].strong) == ("Mon, Wed, Fri:", True)


@pytest.mark.parametrize(
    ("sections", "expected"),
    [
        ([["plan"]], "Do them in this order."),
        (
            [["plan"], ["tracking", "notes"]],
            "Do them in this order. Tick each one off on your checklist.",
        ),
        (
            [["plan"], ["tracking", "education"]],
            "Do them in this order. Tick each one off on your checklist.",
        ),
        (
            [["tracking"], ["plan"]],
            "Do them in this order. Tick each one off on your checklist.",
        ),
    ],
)
def test_lead_sends_to_the_checklist_only_where_there_is_one(
    sections: list[list[str]], expected: str, make_order: Make, words: Wording
) -> None:
    order = make_order(layout={"sections": [{"blocks": blocks} for blocks in sections]})
    assert plan(order, words).lead.plain == expected
