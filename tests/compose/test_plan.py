"""The plan says when, how long, and the total for each kind of day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from handouts.compose.document import TrackingGrid
from handouts.compose.grid import tracking_grid
from handouts.compose.runs import plain
from handouts.compose.schedule import exercise_days, when
from handouts.compose.wording import Wording, listed_days, wording
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
    assert make_item(dose, side).minutes == expected


def plan(order: Any, words: Wording) -> TrackingGrid:
    (grid,) = tracking_grid(order, words, order.layout.sections[-1])
    return grid


def _totals(order: Any, words: Wording) -> list[str]:
    return [total.plain for total in plan(order, words).totals]


def test_row(make_item: Make, make_order: Make, words: Wording) -> None:
    row = plan(make_order(make_item(THRICE, phase="Week 1")), words).bands[0].rows[0]
    said = [leaf and leaf.plain for leaf in (row.phase, row.number, row.name, row.dose, row.when)]
    assert said == [
        "Week 1", "1", "Bridge", "2 sets of 10, hold 5 seconds",
        "Mon,\u00a0Wed,\u00a0Fri: 4 minutes",
    ]  # fmt: skip


def _phased(make_item: Make) -> list[Any]:
    return [
        make_item(THRICE, number=1, phase="Start"),
        replace(make_item(THRICE, number=2, phase="Next"), from_week=3),
        replace(make_item(THRICE, number=3, phase="Last"), when="that feels easy"),
    ]


def test_a_phase_says_when_it_begins(make_item: Make, make_order: Make, words: Wording) -> None:
    first, later = plan(make_order(*_phased(make_item)), words).bands
    assert [row.phase and row.phase.plain for row in first.rows] == [
        "Start",
        "Next. From week 3",
        "Last. When that feels easy. I\u00a0started\u00a0on\u00a0_________",
    ]
    assert [row.phase for row in later.rows] == [None, None, None]


def test_boxes_stand_from_the_week_on_in_which_an_exercise_begins(
    make_item: Make, make_order: Make, words: Wording
) -> None:
    first, later = plan(make_order(*_phased(make_item)), words).bands
    boxes = [set(row.lines[0].boxes) for row in first.rows]
    assert boxes == [{True, False}, {None}, {True, False}]
    assert first.rows[1].lines[0].summary == "From week 3"
    assert [set(row.lines[0].boxes) for row in later.rows] == [{True, False}] * 3


def test_what_has_not_begun_is_not_in_later_weeks(
    make_item: Make, make_order: Make, words: Wording
) -> None:
    items = _phased(make_item)
    order = make_order(*items[:1], replace(items[1], from_week=5), program={"weeks": 6})
    bands = plan(order, words).bands
    assert [[row.number.plain for row in band.rows] for band in bands] == [
        ["1", "2"], ["1"], ["1", "2"],
    ]  # fmt: skip


def test_totals_follow_the_phases(make_item: Make, make_order: Make, words: Wording) -> None:
    assert _totals(make_order(*_phased(make_item)), words) == [
        "To start, Mon, Wed, Fri: number 1, about 4 minutes.",
        "From week 3, Mon, Wed, Fri: 1 and 2, about 8 minutes.",
        "With all of them, Mon, Wed, Fri: all 3, about 12 minutes.",
    ]


def test_exercises_to_mark_have_a_box_and_no_total(make_order: Make, words: Wording) -> None:
    marked = plan(replace(make_order(), to_mark=True), words)
    assert marked.lead is not None
    assert marked.lead.plain.startswith("Do only the ones we marked.")
    assert [row.box_label for row in marked.bands[0].rows] == ["box to mark"]
    assert marked.totals == ()
    chosen = plan(make_order(), words)
    assert [row.box_label for row in chosen.bands[0].rows] == [""]
    assert chosen.lead is not None
    assert "marked" not in chosen.lead.plain


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
        ([DAILY, DAILY], ["Every day: both, about 2 minutes, once a day."]),
        ([DAILY], ["Every day: 1 exercise, about 1 minute, once a day."]),
        (
            [{**DAILY, "times_per_day": 2}] * 2,
            ["Every day: both, about 2 minutes, twice a day."],
        ),
        ([DAILY, {**DAILY, "times_per_day": 3}], ["Every day: both, about 4 minutes."]),
        ([THRICE], ["Mon, Wed, Fri: 1 exercise, about 4 minutes.", "Other days: rest."]),
        ([{**DAILY, "repetitions": "?"}, DAILY], ["Every day: both."]),
        ([THRICE, {**THRICE, "days_per_week": "2-3"}], ["All together: both, about 8 minutes."]),
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
    assert plain(run for run in total.runs if run.strong) == "Mon, Wed, Fri:"
    assert [run.spoken for run in total.runs if run.spoken] == ["Monday", "Wednesday", "Friday"]


def test_the_time_follows_the_week(make_item: Make, make_order: Make, words: Wording) -> None:
    walk = make_item("5 days a week, week 1: 10 min, week 2: 15 min, from week 4: 20 min")
    lift = make_item("week 1: 1 x 10, from week 2: 3 x 10, 2 kg", number=2)
    daily = make_item("8 reps, daily", number=3)
    lift = replace(lift, dosage=lift.dosage.override(Dosage.model_validate("mon wed fri")))
    assert _totals(make_order(walk, lift, daily), words) == [
        "To start, Mon, Wed, Fri: all 3, about 12 minutes.",
        "Tue, Thu: 1 and 3, about 11 minutes.",
        "Sat, Sun: number 3, about 1 minute.",
        "From week 2, Mon, Wed, Fri: all 3, about 18 minutes.",
        "Tue, Thu: 1 and 3, about 16 minutes.",
        "From week 4, Mon, Wed, Fri: all 3, about 23 minutes.",
        "Tue, Thu: 1 and 3, about 21 minutes.",
    ]


def test_what_begins_with_no_change_that_is_said_is_no_start(
    make_item: Make, make_order: Make, words: Wording
) -> None:
    """The minutes that change are of a sum that nobody knows."""
    blank = make_item("2 x ?, daily")
    more = make_item("daily, week 1: 1 x 8, from week 2: 5 x 8", number=2)
    assert _totals(make_order(blank, more), words) == ["Every day: both."]
    known = make_item("8 reps, daily", number=1)
    assert _totals(make_order(known, more), words)[0].startswith("To start, every day: both, about")


@pytest.mark.parametrize(
    ("dose", "said"),
    [
        ("10 reps, every 2 hours", "Every day: 1 exercise, about 1 minute, every 2 hours in the"),
        ("10 reps, morning and evening", "about 1 minute, in the morning and in the evening."),
        ("10 reps, every other day", "All together: 1 exercise"),
    ],
)
def test_totals_say_how_often(
    dose: str, said: str, make_item: Make, make_order: Make, words: Wording
) -> None:
    assert said in _totals(make_order(make_item(dose)), words)[0]


def test_a_day_whose_short_name_has_two_words_is_heard_once(words: Wording) -> None:
    vietnamese = wording(words.locale.model_copy(update={"id": "vi"}), "vi")
    days = [run for run in listed_days((0, 2), vietnamese) if run.spoken]
    assert [(run.text, run.spoken) for run in days] == [
        ("Thứ\u00a02", "Thứ Hai"),
        ("Thứ\u00a04", "Thứ Tư"),
    ]
