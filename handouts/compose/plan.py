"""Turn an order into the plan: one row an exercise, and how long it takes on which days."""

from __future__ import annotations

from handouts.compose.card import exercise_name
from handouts.compose.document import Plan, PlanRow
from handouts.compose.dose import dose_line, minutes
from handouts.compose.schedule import ONCE, exercise_days, is_daily, often, when
from handouts.compose.steps import small_picture
from handouts.compose.templates import Value, fill, leaf, spaced, strong
from handouts.compose.text import Text
from handouts.compose.wording import DAYS_PER_WEEK, Wording, listed_days
from handouts.model.dosage import Quantity
from handouts.model.layout import BlockName
from handouts.model.order import Order, OrderedExercise

_Items = tuple[OrderedExercise, ...]
_Days = tuple[int, ...] | str
"""Weekdays, 0 for Monday, or what some days are called."""


def plan(order: Order, words: Wording) -> Plan:
    """Return the plan of the whole order."""
    ticks = any(BlockName.TRACKING in section.block_names for section in order.layout.sections)
    return Plan(
        *_opening(words, ticks=ticks),
        tuple(_row(item, words) for item in order.exercises),
        _totals(order.exercises, words),
    )


def _opening(words: Wording, *, ticks: bool) -> tuple[Text, Text]:
    """Heading and lead; ``ticks``: there is a grid to tick off."""
    phrases = words.locale.plan
    return leaf(phrases.heading), leaf(spaced(phrases.lead, phrases.tick if ticks else ""))


def _row(item: OrderedExercise, words: Wording) -> PlanRow:
    taken = minutes(item)
    return PlanRow(
        phase=leaf(item.phase) if item.phase else None,
        number=leaf(words.number(item.number)),
        figure=small_picture(item, words),
        name=exercise_name(item, words),
        dose=leaf(dose_line(item, words)),
        when=leaf(when(item.dosage, words)),
        minutes=None if taken is None else leaf(words.count(words.locale.plan.minutes, taken)),
    )


def _totals(items: _Items, words: Wording) -> tuple[Text, ...]:
    """The time for each kind of day.

    Where an exercise may be done on any day there are no kinds of day: the total is of all.
    """
    phrases = words.locale.plan
    days_of = {item.number: exercise_days(item.dosage) for item in items}
    if any(days is None for days in days_of.values()):
        return (_total(phrases.together, items, items, words),)
    kinds: dict[tuple[int, ...], list[int]] = {}
    for day in range(DAYS_PER_WEEK):
        numbers = tuple(number for number, days in days_of.items() if days and day in days)
        if numbers:
            kinds.setdefault(numbers, []).append(day)
    ordered = list(kinds.items())
    two_cover_all = len(ordered) == 2 and sum(map(len, kinds.values())) == DAYS_PER_WEEK
    if two_cover_all:
        ordered.sort(key=lambda kind: -len(kind[0]))
    totals = []
    for index, (numbers, days) in enumerate(ordered):
        done = tuple(item for item in items if item.number in numbers)
        other = two_cover_all and index == 1
        totals.append(_total(phrases.other_days if other else tuple(days), done, items, words))
    if sum(map(len, kinds.values())) < DAYS_PER_WEEK:
        totals.append(_rest(words))
    return tuple(totals)


def _total(days: _Days, done: _Items, items: _Items, words: Wording) -> Text:
    """``Every day: all 4, about 9 minutes, once a day.``

    Minutes are the sum of what the rows say, so that a reader who adds up gets the same; of a
    whole day where one exercise is done more often than another.
    """
    numbers = None if len(done) == len(items) else tuple(item.number for item in done)
    taken = [minutes(item) for item in done]
    known = [part for part in taken if part is not None]
    times = [_times(item) for item in done]
    total, how_often = None, None
    if len(known) == len(taken) and None not in times:
        alike = len(set(times)) == 1
        total = sum(
            part if alike else part * (number or 1)
            for part, number in zip(known, times, strict=True)
        )
        daily = all(is_daily(exercise_days(item.dosage)) for item in items)
        if alike and (times[0] != 1 or daily):
            how_often = done[0].dosage.times_per_day or ONCE
    return _total_of(days, numbers, len(done), (total, how_often), words)


def _total_of(
    days: _Days,
    numbers: tuple[int, ...] | None,
    count: int,
    taken: tuple[int | None, Quantity | None],
    words: Wording,
) -> Text:
    """``numbers``: of some of the exercises; ``taken``: minutes, and how often that, if known."""
    phrases, (total, how_often) = words.locale.plan, taken
    if numbers is None:
        which: Value = words.count(phrases.all, count)
    else:
        listed = words.conjoined([words.number(number) for number in numbers])
        which = fill(words.form(phrases.some, count), numbers=listed)
    if total is None:
        sentence = fill(phrases.total_untimed, which=which)
    elif how_often is None:
        session = words.count(phrases.minutes, total)
        sentence = fill(phrases.total, which=which, minutes=session)
    else:
        session = words.count(phrases.minutes, total)
        how = often(how_often, words)
        sentence = fill(phrases.total_often, which=which, minutes=session, often=how)
    return leaf(spaced(strong(fill(phrases.days, days=_named(days, words))), sentence))


def _named(days: _Days, words: Wording) -> Value:
    if isinstance(days, str):
        return days
    return words.locale.days.every_day if is_daily(days) else listed_days(days, words)


def _rest(words: Wording) -> Text:
    phrases = words.locale.plan
    return leaf(spaced(strong(fill(phrases.days, days=phrases.other_days)), phrases.rest))


def _times(item: OrderedExercise) -> int | None:
    times = item.dosage.times_per_day
    return 1 if times is None else times.low
