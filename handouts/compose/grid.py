"""Turn an order into the tracking grid: weeks of seven days, rows of boxes, and its legend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from handouts.compose.card import exercise_name
from handouts.compose.dose import dose_line
from handouts.compose.fields import grid_dates
from handouts.compose.schedule import (
    exercise_days,
    is_daily,
    line_signs,
    side_signs,
    time_signs,
    when,
)
from handouts.compose.steps import small_picture
from handouts.compose.templates import Value, fill, leaf, marked, plain, spaced, variable
from handouts.compose.text import FieldName, Labelled, Text, grid_day, grid_week, spoken_day
from handouts.compose.tracking import (
    DayHead,
    GridBand,
    GridLine,
    GridRow,
    LegendItem,
    LegendSign,
    TrackingGrid,
    WeekHead,
)
from handouts.compose.wording import DAYS_PER_WEEK, Wording, day_letters, full_day
from handouts.model.layout import Grid
from handouts.model.order import Order, OrderedExercise

_MONDAY = 0


def tracking_grid(order: Order, words: Wording) -> TrackingGrid:
    """Return the grid of the whole order.

    A week starts on the weekday of the start date; without one on Monday, and without dates.
    """
    setting = order.layout.grid
    weeks = setting.weeks or order.program.weeks
    bands = []
    for first in range(0, weeks, setting.weeks_across):
        numbers = range(first, min(first + setting.weeks_across, weeks))
        bands.append(_band(order, words, numbers))
    rests = any(not all(line.boxes) for band in bands for row in band.rows for line in row.lines)
    return TrackingGrid(
        grid_heading(words),
        grid_lead(setting, words, rests=rests),
        legend(order, words, rests=rests) if setting.legend else (),
        tuple(bands),
    )


def _band(order: Order, words: Wording, weeks: range) -> GridBand:
    start, setting = order.patient.start_date, order.layout.grid
    first = _MONDAY if start is None else start.weekday()
    week = tuple((first + offset) % DAYS_PER_WEEK for offset in range(DAYS_PER_WEEK))
    rows = (
        _row(item, _boxes(item, week) * len(weeks), words, pictures=setting.pictures)
        for item in order.exercises
    )
    return GridBand(
        tuple(_week(number, start, words) for number in weeks),
        tuple(rows),
        _pain(words) if setting.pain else None,
        circles=words.locale.spoken.circles,
        joint=words.locale.lists.comma,
    )


def _pain(words: Wording) -> Labelled:
    return Labelled(leaf(words.locale.grid.pain), leaf(words.locale.grid.pain_scale))


def _week(number: int, start: dt.date | None, words: Wording) -> WeekHead:
    """One week's head. Everything that depends on the start date is a per-patient string."""
    title = fill(words.locale.grid.week, n=words.number(number + 1))
    if start is None:
        return WeekHead(leaf(title), tuple(_day_head(day, words) for day in range(DAYS_PER_WEEK)))
    days = range(number * DAYS_PER_WEEK, (number + 1) * DAYS_PER_WEEK)
    dated, week = grid_dates(start, days, words), grid_week(number)
    dates = fill(
        words.locale.grid.week_dates, dates=variable(dated[week], FieldName.GRID_DATE, week)
    )
    first = start.weekday()
    heads = (_dated_head((first + day) % DAYS_PER_WEEK, day, dated, words) for day in days)
    return WeekHead(leaf((*title, *marked(dates, FieldName.GRID_DATE))), tuple(heads))


def _day_head(weekday: int, words: Wording) -> DayHead:
    return DayHead(_letters(weekday, words), None, full_day(weekday, words))


def _dated_head(weekday: int, day: int, dated: Mapping[str, str], words: Wording) -> DayHead:
    """The head of a day, counted from the start date on."""
    name, in_full = grid_day(day), spoken_day(day)
    date = leaf(variable(dated[name], FieldName.GRID_DATE, name))
    return DayHead(_letters(weekday, words), date, dated[in_full], in_full)


def _letters(weekday: int, words: Wording) -> Text:
    return leaf(marked(day_letters(weekday, words), FieldName.GRID_DATE))


def _boxes(item: OrderedExercise, week: tuple[int, ...]) -> tuple[bool, ...]:
    """Which days of a week have boxes; it is given by its weekdays in order."""
    days = exercise_days(item.dosage)
    return tuple([days is None or day in days for day in week])


def _row(
    item: OrderedExercise, boxes: tuple[bool, ...], words: Wording, *, pictures: bool
) -> GridRow:
    """The row of an exercise in a band; ``boxes`` says which days have boxes."""
    spoken = _spoken_boxes(exercise_days(item.dosage), words)
    lines = (
        GridLine(leaf(sign[0], spoken=sign[1]) if sign else None, boxes, spoken)
        for sign in line_signs(item, words)
    )
    return GridRow(
        number=leaf(words.number(item.number)),
        figure=small_picture(item, words) if pictures else None,
        name=exercise_name(item, words),
        dose=leaf(dose_line(item, words, brief=not pictures)),
        lines=tuple(lines),
        summary=_summary(item, words),
    )


def _summary(item: OrderedExercise, words: Wording) -> str:
    """``Days: Mon, Wed, Fri. Boxes: left, right.``."""
    phrases = words.locale.grid
    summary = fill(phrases.days, days=when(item.dosage, words))
    spoken = [sign[1] or sign[0] for sign in line_signs(item, words) if sign is not None]
    if spoken:
        summary = spaced(summary, fill(phrases.boxes, labels=words.commas(spoken)))
    return plain(summary)


def _spoken_boxes(days: tuple[int, ...] | None, words: Wording) -> str:
    """``boxes to tick: Monday, Wednesday, Friday``."""
    named: Value = words.locale.days.every_day
    if days is not None and not is_daily(days):
        named = words.commas([full_day(day, words) for day in days])
    return plain(fill(words.locale.spoken.boxes, days=named))


_PAIN_EXAMPLE = 3


def grid_heading(words: Wording) -> Text:
    """Return the grid's heading."""
    return leaf(words.locale.grid.heading)


def grid_lead(setting: Grid, words: Wording, *, rests: bool) -> Text:
    """The line under the heading; without a legend it explains boxes, rest days and pain."""
    phrases = words.locale.grid
    if setting.legend:
        return leaf(phrases.bring)
    shaded = phrases.shaded if rests else ""
    return leaf(spaced(phrases.tick, shaded, phrases.write_pain if setting.pain else ""))


def legend(order: Order, words: Wording, *, rests: bool) -> tuple[LegendItem, ...]:
    """Return the signs that this grid uses, with their meanings; "1st" explains itself."""
    phrases, spoken = words.locale.grid, words.locale.spoken
    items = [_item(LegendSign.DONE, None, phrases.done, spoken.done)]
    if rests:
        items.append(_item(LegendSign.REST, None, phrases.rest, spoken.rest))
    used = [
        sign
        for item in order.exercises
        for sign in (*side_signs(item.side, words), *time_signs(item.dosage, words))
    ]
    items += [
        _item(LegendSign.LETTER, phrase.sign, phrase.spoken)
        for phrase in (phrases.left, phrases.right, phrases.morning, phrases.evening)
        if (phrase.sign, phrase.spoken) in used
    ]
    if order.layout.grid.pain:
        items.append(_item(LegendSign.PAIN, words.number(_PAIN_EXAMPLE), phrases.pain_meaning))
    return tuple(items)


def _item(
    kind: LegendSign, sign: str | None, meaning: str, spoken: str | None = None
) -> LegendItem:
    return LegendItem(kind, leaf(sign) if sign else None, leaf(meaning, spoken=spoken))
