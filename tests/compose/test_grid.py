"""The tracking grid: weeks from the start date, rest days, lines for sides and times of day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from handouts.compose.document import TrackingGrid
from handouts.compose.grid import later_weeks
from handouts.compose.grid import tracking_grid as grid_of_section
from handouts.compose.runs import FieldName
from handouts.compose.schedule import line_signs
from handouts.compose.wording import Wording, wording
from handouts.model.locale import Locale
from handouts.model.order import Side

Make = Callable[..., Any]
MONDAY = dt.date(2026, 3, 2)
WEDNESDAY = dt.date(2026, 3, 4)


def tracking_grid(order: Any, words: Wording) -> TrackingGrid:
    """Return the grid where all its weeks stand together."""
    section = order.layout.sections[-1]
    (grid,) = grid_of_section(order, words, section)
    return grid


@pytest.mark.parametrize(
    ("weeks", "across", "expected"),
    [(4, 2, [2, 2]), (3, 2, [2, 1]), (4, 4, [4]), (1, 2, [1]), (2, 1, [1, 1])],
)
def test_bands(
    weeks: int, across: int, expected: list[int], make_order: Make, words: Wording
) -> None:
    order = make_order(layout={"grid": {"weeks": weeks, "weeks_across": across}})
    grid = tracking_grid(order, words)
    assert [len(band.weeks) for band in grid.bands] == expected
    assert [len(band.rows[0].lines[0].boxes) for band in grid.bands] == [7 * n for n in expected]


def test_weeks_of_the_program(make_order: Make, words: Wording) -> None:
    grid = tracking_grid(make_order(program={"weeks": 6}), words)
    assert [week.title.plain for band in grid.bands for week in band.weeks] == [
        f"Week {number}" for number in range(1, 7)
    ]


def test_no_dates_without_start(make_order: Make, words: Wording) -> None:
    days = tracking_grid(make_order(), words).bands[0].weeks[0].days
    assert [day.weekday.plain for day in days] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    assert {day.date for day in days} == {None}
    assert days[0].label == "Monday"


def test_week_starts_on_the_start_date(make_order: Make, words: Wording) -> None:
    grid = tracking_grid(make_order(start_date=WEDNESDAY), words)
    week = grid.bands[0].weeks[0]
    assert week.title.plain == "Week 1: Mar 4\u00a0–\u00a010"
    assert [day.weekday.plain for day in week.days] == ["We", "Th", "Fr", "Sa", "Su", "Mo", "Tu"]
    assert [day.date.plain for day in week.days if day.date] == [
        "4", "5", "6", "7", "8", "9", "10",
    ]  # fmt: skip
    assert week.days[0].label == "Wednesday, March 4"
    # Monday, Wednesday and Friday: the first, third and sixth column of a week from Wednesday.
    assert grid.bands[0].rows[0].lines[0].boxes[:7] == (
        True, False, True, False, False, True, False,
    )  # fmt: skip


def test_weeks_cross_months(make_order: Make, words: Wording, english: Locale) -> None:
    order = make_order(start_date=dt.date(2026, 3, 30))
    title = tracking_grid(order, words).bands[0].weeks[0].title.plain
    assert title.replace("\u00a0", " ") == "Week 1: Mar 30 – Apr 5"
    british = tracking_grid(order, wording(english, "en-GB")).bands[0].weeks[1].title.plain
    # Releases of CLDR differ in the space about the dash.
    assert british.replace("\u00a0", "") == "Week 2: 6–12 Apr"


@pytest.mark.parametrize(
    ("dose", "expected"),
    [
        ({"days_per_week": 3}, "x.x.x.."),
        ({"days_per_week": 7}, "xxxxxxx"),
        ({"days": ["tue", "sun"]}, ".x....x"),
        ({"days_per_week": "2-3"}, "xxxxxxx"),
        ({"days_per_week": "?"}, "xxxxxxx"),
        ({"repetitions": 3}, "xxxxxxx"),
    ],
)
def test_rest_days(
    dose: dict[str, Any], expected: str, make_item: Make, make_order: Make, words: Wording
) -> None:
    order = make_order(make_item(dose), start_date=MONDAY)
    boxes = tracking_grid(order, words).bands[0].rows[0].lines[0].boxes
    assert "".join("x" if box else "." for box in boxes) == expected * 2


@pytest.mark.parametrize(
    ("side", "times", "expected"),
    [
        (Side.TOGETHER, 1, [None]),
        (Side.ALTERNATE, 1, [None]),
        (Side.SORE, 1, [None]),
        (Side.EACH, 1, [("L", "left"), ("R", "right")]),
        (Side.LEFT, 1, [("L", "left")]),
        (Side.RIGHT, None, [("R", "right")]),
        (Side.TOGETHER, 2, [("am", "morning"), ("pm", "afternoon or evening")]),
        (Side.TOGETHER, 3, [("1st", "1st time"), ("2nd", "2nd time"), ("3rd", "3rd time")]),
        (
            Side.EACH,
            2,
            [
                ("L am", "left morning"),
                ("R am", "right morning"),
                ("L pm", "left afternoon or evening"),
                ("R pm", "right afternoon or evening"),
            ],
        ),
        (Side.TOGETHER, "?", [None]),
        (Side.TOGETHER, "2-3", [("am", "morning"), ("pm", "afternoon or evening")]),
    ],
)
def test_lines(
    side: Side,
    times: int | str | None,
    expected: list[tuple[str, str] | None],
    make_item: Make,
    words: Wording,
) -> None:
    signs = line_signs(make_item({"repetitions": 3, "times_per_day": times}, side), words)
    assert [sign for _, sign in signs] == expected


@pytest.mark.parametrize(
    ("days", "lead"),
    [
        (7, "Tick a box when you are done. Bring"),
        (3, "Tick a box when you are done. × is a rest day. Bring"),
    ],
)
def test_lead(days: int, lead: str, make_item: Make, make_order: Make, words: Wording) -> None:
    item = make_item({"repetitions": 3, "days_per_week": days})
    for items, begin in ([item], ""), ([item, item], "Do them in this order. "):
        made = tracking_grid(make_order(*items), words)
        assert made.lead is not None
        assert made.lead.plain == f"{begin}{lead} this to your next visit."


@pytest.mark.parametrize("pain", [True, False])
def test_pain_row(*, pain: bool, make_order: Make, words: Wording) -> None:
    made = tracking_grid(make_order(layout={"grid": {"pain": pain}}), words)
    assert (made.bands[0].pain is not None) is pain


def test_later_weeks_stand_where_the_section_wants_them(make_order: Make, words: Wording) -> None:
    order = make_order()
    section = order.layout.sections[0]
    (first,) = grid_of_section(order, words, section)
    (later,) = later_weeks(order, words, section)
    weeks = [[w.title.plain for w in band.weeks] for g in (first, later) for band in g.bands]
    assert weeks == [["Week 1", "Week 2"], ["Week 3", "Week 4"]]
    assert later.heading.plain == "Your plan, continued"
    assert later.lead is not None
    assert later.lead.plain == "After week 4, ask us what comes next."
    assert [row.dose for row in later.bands[0].rows] == [None]
    assert first.lead is not None
    assert "After week" not in first.lead.plain
    short = make_order(program={"weeks": 2})
    assert list(later_weeks(short, words, section)) == []
    (alone,) = grid_of_section(short, words, section)
    assert alone.lead is not None
    assert alone.lead.plain.endswith("After week 2, ask us what comes next.")


def test_rows_say_the_dose_and_a_summary(make_item: Make, make_order: Make, words: Wording) -> None:
    item = make_item({"repetitions": 3, "hold": "20 s", "days_per_week": 3}, Side.EACH, limb="leg")
    row = tracking_grid(make_order(item), words).bands[0].rows[0]
    assert (row.number.plain, row.name.plain) == ("1", "Bridge")
    assert row.dose is not None
    assert row.dose.plain == "3 times each leg, hold 20 seconds"
    assert row.summary == "Days: Mon, Wed, Fri. Boxes: left, right."


def test_dates_are_per_patient(make_order: Make, words: Wording) -> None:
    week = tracking_grid(make_order(start_date=MONDAY), words).bands[0].weeks[0]
    title = [(run.text, run.field) for run in week.title.runs]
    assert title[0] == ("Week 1", None)
    assert title[1][1] is FieldName.GRID_DATE
    fields = {run.field for day in week.days for run in day.weekday.runs}
    assert fields == {FieldName.GRID_DATE}


@pytest.mark.parametrize(
    ("dose", "side", "label", "spoken"),
    [
        ("20 min walk", Side.TOGETHER, "min", "minutes"),
        ("2000 steps", Side.TOGETHER, "steps", "steps"),
        ("500 m", Side.TOGETHER, "miles", "miles"),
        ("8 reps, load ?", Side.RIGHT, "R lb", "right pounds"),
        ("8 reps, ? kg, morning and evening", Side.TOGETHER, "am lb", "morning pounds"),
        ("10 reps, every 2 hours", Side.TOGETHER, "times", "number of times"),
        ("as many as is comfortable", Side.TOGETHER, "times", "number of times"),
        ("as long as is comfortable", Side.TOGETHER, "min", "minutes"),
    ],
)
def test_where_a_number_is_kept_it_is_written(
    dose: str,
    side: Side,
    label: str,
    spoken: str,
    make_item: Make,
    make_order: Make,
    words: Wording,
) -> None:
    grid = tracking_grid(make_order(make_item(dose, side), start_date=MONDAY), words)
    line = grid.bands[0].rows[0].lines[0]
    assert line.to_write
    assert line.label
    assert (line.label.plain, line.label.spoken) == (label, spoken)
    assert line.summary.startswith("boxes to write a number in: ")
    assert grid.lead is not None
    assert "Where a box has a line, write your number." in grid.lead.plain
    assert "Tick a box" not in grid.lead.plain
    assert spoken.rsplit(maxsplit=1)[-1] in grid.bands[0].rows[0].summary


def test_every_other_day_goes_on_over_the_weeks(
    make_item: Make, make_order: Make, words: Wording
) -> None:
    item = replace(make_item("10 reps, every other day"), from_week=2)
    (band, later) = tracking_grid(make_order(item, start_date=WEDNESDAY), words).bands
    assert band.rows[0].lines[0].boxes[:7] == (None,) * 7
    boxes = (*band.rows[0].lines[0].boxes[7:], *later.rows[0].lines[0].boxes)
    assert "".join("x" if box else "." for box in boxes) == "x.x.x.x.x.x.x.x.x.x.x"


def test_every_other_day_goes_on_on_a_sheet_that_begins_later(
    make_item: Make, make_order: Make, words: Wording
) -> None:
    item = make_item("10 reps, every other day")
    whole = tracking_grid(make_order(item, program={"weeks": 4}), words)
    for week in (2, 3):
        order = make_order(item.beginning(week), program={"weeks": 4})
        later = tracking_grid(replace(order, from_week=week), words)
        assert _boxes(later)[: 7 * (5 - week)] == _boxes(whole)[7 * (week - 1) :]


def _boxes(grid: TrackingGrid) -> list[bool | None]:
    return [box for band in grid.bands for box in band.rows[0].lines[0].boxes]


@pytest.mark.parametrize(
    ("grid", "begins", "said"),
    [
        ({"weeks": 2}, 7, ""),
        ({"weeks": 2}, 5, "Weeks 5 to 6 of 8."),
        ({"weeks": 1}, 7, "Week 7 of 8."),
        ({"weeks": 1}, 8, ""),
        ({"weeks": 4}, 6, ""),
        ({"weeks": 2}, 9, ""),
        ({}, 1, ""),
    ],
)
def test_weeks_are_some_of_those_of_the_program(
    grid: dict[str, int], begins: int, said: str, make_order: Make, words: Wording
) -> None:
    order = make_order(program={"weeks": 8}, layout={"grid": grid})
    lead = tracking_grid(replace(order, from_week=begins), words).lead
    assert lead
    found = re.search(r"Weeks? \d[\w ]* of \d+\.", lead.plain)
    assert (found[0] if found else "") == said


def test_boxes_and_words_follow_the_week(make_item: Make, make_order: Make, words: Wording) -> None:
    dose = "8 reps, week 1: mon, once a day, week 2: mon thu, from week 3: 10 reps, twice a day"
    (band, later) = tracking_grid(make_order(make_item(dose), start_date=MONDAY), words).bands
    row, row_later = band.rows[0], later.rows[0]
    assert row.dose
    assert row.dose.plain == "8 times, from week 3: 10 times"
    assert [line.label.plain for line in row.lines if line.label] == ["am", "pm"]
    first, second = (
        "".join("x" if box else "-" if box is None else "." for box in line.boxes)
        for line in row.lines
    )
    assert (first, second) == ("x......x..x...", "-" * 14)
    assert all(line.boxes == (True, False, False, True, False, False, False) * 2
               for line in row_later.lines)  # fmt: skip
    assert row_later.when
    assert row_later.when.plain == "10 times"
    assert row_later.dose is None
    # What is heard is what is seen: of the weeks that stand there, and of that line.
    assert [line.summary for line in row.lines] == [
        "boxes to tick: Monday, from week 2: Monday, Thursday",
        "no boxes",
    ]
    assert {line.summary for line in row_later.lines} == {"boxes to tick: Monday, Thursday"}
