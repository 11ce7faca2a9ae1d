"""The order becomes the tracking grid: weeks of seven days, rows of boxes, rest days without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from handouts.compose import values
from handouts.compose.card import exercise_name
from handouts.compose.dates import DAYS_PER_WEEK, day_letters, full_day
from handouts.compose.document import (
    DayHead,
    FieldName,
    GridBand,
    GridLine,
    GridRow,
    Labelled,
    Text,
    TrackingGrid,
    WeekHead,
)
from handouts.compose.dose_text import dose_line
from handouts.compose.grid_lines import line_labels
from handouts.compose.grid_words import grid_lead, legend
from handouts.compose.own import own_dates
from handouts.compose.runs import Value, fill, leaf, marked, own, plain, spaced
from handouts.compose.schedule import exercise_days, when
from handouts.compose.steps import small_picture
from handouts.compose.wording import Wording
from handouts.model.order import Order, OrderedExercise

_MONDAY = 0


def tracking_grid(order: Order, words: Wording) -> TrackingGrid:
    """Return the checklist of the whole order.

    A week starts on the weekday of the start date; without one on Monday, and without dates.
    """
    setting = order.layout.grid
    weeks = setting.weeks or order.program.weeks
    bands = []
    for first in range(0, weeks, setting.weeks_across):
        numbers = range(first, min(first + setting.weeks_across, weeks))
        bands.append(_band(order, words, numbers))
    rests = any(
        not box for band in bands for row in band.rows for line in row.lines for box in line.boxes
    )
    return TrackingGrid(
        leaf(words.locale.grid.heading),
        grid_lead(order, words, rests=rests),
        legend(order, words, rests=rests) if setting.legend else (),
        tuple(bands),
    )


def _band(order: Order, words: Wording, weeks: range) -> GridBand:
    phrases = words.locale.grid
    pain = Labelled(leaf(phrases.pain), leaf(phrases.pain_scale))
    return GridBand(
        tuple(_week(number, order.patient.start_date, words) for number in weeks),
        tuple(_row(item, order, words, len(weeks)) for item in order.exercises),
        pain if order.layout.grid.pain else None,
        circles=words.locale.spoken.circles,
        joint=words.locale.lists.comma,
    )


def _week(number: int, start: dt.date | None, words: Wording) -> WeekHead:
    """One week's head. Everything that depends on the start date is a per-patient string."""
    title = fill(words.locale.grid.week, n=words.number(number + 1))
    if start is None:
        return WeekHead(leaf(title), tuple(_day_head(day, words) for day in range(DAYS_PER_WEEK)))
    days = range(number * DAYS_PER_WEEK, (number + 1) * DAYS_PER_WEEK)
    said, week = own_dates(start, days, words), values.week(number)
    dates = fill(words.locale.grid.week_dates, dates=own(said[week], FieldName.GRID_DATE, week))
    first = start.weekday()
    heads = (_dated_head((first + day) % DAYS_PER_WEEK, day, said, words) for day in days)
    return WeekHead(leaf((*title, *marked(dates, FieldName.GRID_DATE))), tuple(heads))


def _day_head(weekday: int, words: Wording) -> DayHead:
    return DayHead(_letters(weekday, words), None, full_day(weekday, words))


def _dated_head(weekday: int, day: int, said: Mapping[str, str], words: Wording) -> DayHead:
    """The head of a day, counted from the start date on."""
    name, in_full = values.day(day), values.said_day(day)
    date = leaf(own(said[name], FieldName.GRID_DATE, name))
    return DayHead(_letters(weekday, words), date, said[in_full], in_full)


def _letters(weekday: int, words: Wording) -> Text:
    return leaf(marked(day_letters(weekday, words), FieldName.GRID_DATE))


def _row(item: OrderedExercise, order: Order, words: Wording, weeks: int) -> GridRow:
    start = order.patient.start_date
    first = _MONDAY if start is None else start.weekday()
    open_days = exercise_days(item.dosage)
    week = [(first + offset) % DAYS_PER_WEEK for offset in range(DAYS_PER_WEEK)]
    open_week = tuple(open_days is None or day in open_days for day in week)
    boxes, days = open_week * weeks, _boxes(open_week, first, words)
    name = exercise_name(item, words)
    labels = line_labels(item, words)
    summary = fill(words.locale.grid.days, days=when(item.dosage, words))
    spoken = [label.spoken or label.plain for label in labels if label is not None]
    if spoken:
        summary = spaced(summary, fill(words.locale.grid.boxes, labels=words.commas(spoken)))
    return GridRow(
        number=leaf(words.number(item.number)),
        figure=small_picture(item, words) if order.layout.grid.pictures else None,
        name=name,
        dose=leaf(dose_line(item, words, brief=not order.layout.grid.pictures)),
        lines=tuple(GridLine(label, boxes, _spoken(name, label, words), days) for label in labels),
        summary=plain(summary),
    )


def _spoken(name: Text, label: Text | None, words: Wording) -> str:
    """``Bird dog, left``: whose boxes they are."""
    side = (label.spoken or label.plain) if label is not None else ""
    return plain(words.commas([name.plain, side]))


def _boxes(week: tuple[bool, ...], first: int, words: Wording) -> str:
    """``boxes to tick: Monday, Wednesday, Friday``."""
    days = [(first + offset) % DAYS_PER_WEEK for offset, is_open in enumerate(week) if is_open]
    named: Value = words.locale.days.every_day
    if len(days) < DAYS_PER_WEEK:
        named = words.commas([full_day(day, words) for day in sorted(days)])
    return plain(fill(words.locale.spoken.boxes, days=named))
