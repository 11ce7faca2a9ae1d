"""Turn an order into the tracking grid: the plan, weeks of seven days, rows of boxes, totals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from msgspec.structs import replace

from handouts.compose.card import exercise_name, small_picture
from handouts.compose.document import DayHead, GridBand, GridLine, GridRow, TrackingGrid, WeekHead
from handouts.compose.dose import dose_line, says_time
from handouts.compose.patient import grid_dates
from handouts.compose.runs import (
    FieldName,
    Labelled,
    Run,
    Runs,
    Text,
    Value,
    as_sentence,
    capitalised,
    fill,
    grid_day,
    grid_week,
    leaf,
    marked,
    plain,
    spaced,
    strong,
    text,
    variable,
)
from handouts.compose.schedule import (
    Sign,
    exercise_days,
    is_daily,
    line_signs,
    time_signs,
    to_write,
    totals,
    when,
)
from handouts.compose.wording import DAYS_PER_WEEK, Wording, day_letters, full_date, full_day
from handouts.model.dosage import Dosage
from handouts.model.layout import BlockName, LayoutSection
from handouts.model.order import Order, OrderedExercise

_MONDAY = 0
_FEW_DAYS = 16
"""Days of up to this many characters stay on one line: ``Mon, Wed, Fri:``."""
_MANY = 9
_DATE = 9
"""Length of the line for a date: 33 mm where words have 11.5 points."""


def tracking_grid(order: Order, words: Wording, section: LayoutSection) -> Iterator[TrackingGrid]:
    """Yield the plan of the whole order with its first weeks, or all if no block has the rest."""
    bands = _bands(order)
    if BlockName.LATER_WEEKS in section.block_names:
        bands = bands[:1]
    yield TrackingGrid(
        leaf(words.locale.plan.heading),
        _lead(order, words),
        tuple(_band(order, words, weeks) for weeks in bands),
        () if order.to_mark else totals(order.exercises, words),
    )


def later_weeks(order: Order, words: Wording, _section: LayoutSection) -> Iterator[TrackingGrid]:
    """Yield the weeks after the first ones, if there are any."""
    bands = tuple(_band(order, words, weeks) for weeks in _bands(order)[1:])
    if bands:
        # Many rows fill a whole page of large print.
        lead = leaf(_after(order, words)) if len(order.exercises) <= _MANY else None
        yield TrackingGrid(leaf(words.locale.plan.continued), lead, bands, later=True)


def _bands(order: Order) -> list[range]:
    """Return the weeks of the grid in groups that stand side by side."""
    weeks, across = _weeks(order), order.layout.grid.weeks_across
    return [weeks[first : first + across] for first in range(0, len(weeks), across)]


def _weeks(order: Order) -> range:
    """Return the weeks of the grid: all of the handout, or as many as the layout has room for."""
    return order.weeks[: order.layout.grid.weeks]


def _lead(order: Order, words: Wording) -> Text:
    """Return how to use the grid: which exercises, in which order, and what its signs mean."""
    phrases, plan = words.locale.grid, words.locale.plan
    doses = [dose for item in order.exercises for dose in _doses(item)]
    days = [exercise_days(dose) for dose in doses]
    rests = not all(each is None or is_daily(each) for each in days)
    rests = rests or any(dose.every_other_day for dose in doses)
    written = [bool(to_write(dose, words)) for dose in doses]

    def sentences(rest: str) -> Runs:
        return spaced(
            strong(plan.marked) if order.to_mark else "",
            plan.lead if len(order.exercises) > 1 else "",
            "" if all(written) else phrases.tick,
            phrases.write if any(written) else "",
            rest,
            _of_all(order, words),
            phrases.bring,
            _after(order, words) if len(_bands(order)) == 1 else "",
        )

    if not rests:
        return leaf(sentences(""))
    # A screen reader says on which days there are boxes, and no sign of a rest day.
    return leaf(sentences(phrases.rest), spoken=plain(sentences("")))


def _after(order: Order, words: Wording) -> Runs:
    """Return the sentence on what comes after the last week in the grid."""
    return fill(words.locale.plan.after, n=words.number(_weeks(order)[-1]))


def _doses(item: OrderedExercise) -> list[Dosage]:
    """Return the doses of an exercise, one for each week in which the dose changes."""
    return [item.in_week(week).dosage for week in item.weeks]


def _of_all(order: Order, words: Wording) -> Value:
    """Return which weeks these are, if the program has more: ``Weeks 1 to 4 of 8.``."""
    weeks, planned = _weeks(order), order.program.weeks
    if weeks[-1] >= planned:
        return ""
    first, last, count = map(words.number, (weeks[0], weeks[-1], planned))
    if len(weeks) == 1:
        return strong(fill(words.locale.grid.one_week, n=last, all=count))
    return strong(fill(words.locale.grid.some_weeks, first=first, last=last, all=count))


def _band(order: Order, words: Wording, weeks: range) -> GridBand:
    start, setting = order.patient.start_date, order.layout.grid
    first = _MONDAY if start is None else start.weekday()
    weekdays = tuple((first + offset) % DAYS_PER_WEEK for offset in range(DAYS_PER_WEEK))
    opens = weeks[0] == order.from_week
    begun = [item for item in order.exercises if opens or item.from_week <= weeks[-1]]
    rows = []
    for item in begun:
        row = _row(item, weekdays, weeks, words)
        rows.append(
            _planned(row, item, order, words) if opens else _continued(row, item, weeks, words)
        )
    return GridBand(
        tuple(_week(each, each - order.from_week, start, words) for each in weeks),
        tuple(rows),
        _pain(words) if setting.pain else None,
        circles=words.locale.spoken.circles,
        joint=words.locale.lists.comma,
    )


def _pain(words: Wording) -> Labelled:
    return Labelled(
        leaf(words.locale.grid.pain), leaf(words.in_digits(words.locale.grid.pain_scale))
    )


def _week(week: int, number: int, start: dt.date | None, words: Wording) -> WeekHead:
    """Return the head of a program week, the ``number``th from the start date, counted from 0.

    Everything that depends on the start date is a per-patient string.
    """
    title = fill(words.locale.grid.week, n=words.number(week))
    if start is None:
        return WeekHead(leaf(title), tuple(_day_head(day, words) for day in range(DAYS_PER_WEEK)))
    days = range(number * DAYS_PER_WEEK, (number + 1) * DAYS_PER_WEEK)
    dated, name = grid_dates(start, days, words), grid_week(number)
    dates = fill(
        words.locale.grid.week_dates, dates=variable(dated[name], FieldName.GRID_DATE, name)
    )
    heads = (_dated_head(start + dt.timedelta(days=day), day, dated, words) for day in days)
    return WeekHead(leaf((*title, *marked(dates, FieldName.GRID_DATE))), tuple(heads))


def _day_head(weekday: int, words: Wording) -> DayHead:
    return DayHead(_letters(weekday, words), None, full_day(weekday, words))


def _dated_head(date: dt.date, day: int, dated: Mapping[str, str], words: Wording) -> DayHead:
    """Return the head of a day, counted from the start date."""
    name = grid_day(day)
    number = leaf(variable(dated[name], FieldName.GRID_DATE, name))
    return DayHead(_letters(date.weekday(), words), number, full_date(date, words))


def _letters(weekday: int, words: Wording) -> Text:
    return text(day_letters(weekday, words), field=FieldName.GRID_DATE)


def _boxes(
    item: OrderedExercise, weekdays: tuple[int, ...], week: int, time: int, words: Wording
) -> tuple[bool | None, ...]:
    """Return which days of a program week, in order, have boxes at a time of day."""
    dosage = item.in_week(week).dosage
    if week < item.from_week or time >= max(1, len(time_signs(dosage, words))):
        return (None,) * len(weekdays)
    if dosage.every_other_day:
        # Count from the exercise's first day, even if this sheet begins later.
        first = (item.weeks_done + week - item.from_week) * len(weekdays)
        return tuple([(first + day) % 2 == 0 for day in range(len(weekdays))])
    days = exercise_days(dosage)
    return tuple([days is None or day in days for day in weekdays])


def _row(item: OrderedExercise, weekdays: tuple[int, ...], weeks: range, words: Wording) -> GridRow:
    """Return the row of an exercise in a band: a line for each side and time of day."""
    write, lines = bool(to_write(item.dosage, words)), []
    signs = line_signs(item, words)
    for time, of_time in groupby(signs, itemgetter(0)):
        by_week = {week: _boxes(item, weekdays, week, time, words) for week in weeks}
        boxes = tuple(box for of_week in by_week.values() for box in of_week)
        spoken = _spoken_boxes(item, by_week, words, write=write)
        for _, sign in of_time:
            label = leaf(sign[0], spoken=sign[1]) if sign else None
            lines.append(GridLine(label, boxes, spoken, write))
    return GridRow(
        number=leaf(words.number(item.number)),
        name=exercise_name(item, words),
        lines=tuple(lines),
        summary=_summary(item, [sign for _, sign in signs if sign], words),
    )


def _planned(row: GridRow, item: OrderedExercise, order: Order, words: Wording) -> GridRow:
    """Return the row of an exercise with its plan: phase, picture, dose, days, minutes."""
    taken = None if says_time(item) else item.minutes
    time = "" if taken is None else words.count(words.locale.plan.short_minutes, taken)
    days = when(item.dosage, words)
    if time:
        days = fill(words.locale.plan.days, days=days)
        if len(plain(days)) <= _FEW_DAYS:
            days = tuple(run.saying(run.text.replace(" ", "\u00a0")) for run in days)
        days = spaced(days, time)
    phase = _phase(item, order, words)
    return GridRow(
        phase=leaf(phase) if phase else None,
        number=row.number,
        figure=small_picture(item, words) if order.layout.grid.pictures else None,
        name=row.name,
        dose=leaf(dose_line(item, words)),
        when=leaf(days),
        box_label=words.locale.spoken.mark if order.to_mark else "",
        lines=row.lines,
        summary=row.summary,
    )


def _continued(row: GridRow, item: OrderedExercise, weeks: range, words: Wording) -> GridRow:
    """Return the row of an exercise in later weeks, with its dose once that has changed."""
    first = max(weeks[0], item.from_week)
    if not any(item.from_week < week <= weeks[-1] for week in item.weeks):
        return row
    return replace(row, when=leaf(dose_line(item, words, first=first, last=weeks[-1])))


def _phase(item: OrderedExercise, order: Order, words: Wording) -> Runs:
    """Return ``Next, stand up. When the floor exercises feel easy. I started on ____``."""
    before = next((each for each in order.exercises if each.number == item.number - 1), None)
    same = (before.from_week, before.when) if before else (order.from_week, None)
    begins: list[Value] = []
    phrases = words.locale.plan
    if item.phase or same != (item.from_week, item.when):
        if item.later:
            begins.append(fill(phrases.from_week, n=words.number(item.from_week)))
        if item.when:
            begins.append(fill(phrases.began, when=item.when))
    said = words.commas(begins)
    name = strong(item.phase) if item.phase else ()
    runs = spaced(as_sentence(name) if name and said else name, capitalised(said))
    return _dated(runs) if item.when and begins else runs


def _dated(runs: Runs) -> Runs:
    """Add a line for the pen, long enough for a date and never apart from its sentence."""
    *before, last = runs
    start, stop, sentence = last.text.rpartition(". ")
    whole = last.saying(start + stop + sentence.replace(" ", "\u00a0") + "\u00a0")
    return (*before, whole, Run("_" * _DATE, blank=True))


def _summary(item: OrderedExercise, signs: Sequence[Sign], words: Wording) -> str:
    """Return ``Days: Mon, Wed, Fri. Boxes: left, right.``."""
    phrases = words.locale.grid
    summary = fill(phrases.days, days=when(item.dosage, words))
    if signs:
        labels = words.commas([spoken or sign for sign, spoken in signs])
        summary = spaced(summary, fill(phrases.boxes, labels=labels))
    return plain(summary)


def _spoken_boxes(
    item: OrderedExercise,
    boxes: Mapping[int, tuple[bool | None, ...]],
    words: Wording,
    *,
    write: bool,
) -> str:
    """Return ``boxes to tick: Monday, Wednesday, Friday, from week 3: every day``.

    ``boxes`` are those of a line by week. The words say what is printed in these weeks.
    """
    line, spoken = words.locale.dose.line, words.locale.spoken
    changes: list[tuple[int, str]] = []
    for week, of_week in boxes.items():
        days = "" if week < item.from_week else spoken.none
        if any(of_week):
            days = _spoken_days(item.in_week(week).dosage, words)
        if not changes or changes[-1][1] != days:
            changes.append((week, days))
    waits = not changes[0][1]
    changes = changes[1:] if waits else changes
    from_week = fill(words.locale.plan.from_week, n=words.number(item.from_week))
    if not changes:
        return plain(capitalised(from_week))
    (_, days), *others = changes
    later = [fill(line.from_week, n=words.number(week), what=days) for week, days in others]
    said = words.commas([days, *later])
    if days != spoken.none:
        said = fill(spoken.numbers if write else spoken.boxes, days=said)
    return plain(words.commas([capitalised(from_week), said]) if waits else said)


def _spoken_days(dosage: Dosage, words: Wording) -> str:
    """Return the days of a dose that have boxes, in full."""
    days, phrases = exercise_days(dosage), words.locale.days
    if dosage.every_other_day:
        return phrases.every_other_day
    if days is None or is_daily(days):
        return phrases.every_day
    return plain(words.commas([full_day(day, words) for day in days]))
