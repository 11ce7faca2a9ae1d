"""The order becomes the plan: one row an exercise, and how long it takes on which days."""

from __future__ import annotations

import math
from collections.abc import Sequence

from handouts.compose.card import exercise_name
from handouts.compose.dates import DAYS_PER_WEEK, listed_days
from handouts.compose.document import Plan, PlanRow, Text
from handouts.compose.dose_text import dose_line
from handouts.compose.runs import Value, fill, leaf, runs_of, spaced, strong
from handouts.compose.schedule import exercise_days, is_daily, often, when
from handouts.compose.steps import small_picture
from handouts.compose.wording import SECONDS_PER_MINUTE, Wording
from handouts.model.estimate import seconds
from handouts.model.layout import BlockName
from handouts.model.order import Order, OrderedExercise

_Items = tuple[OrderedExercise, ...]


def plan(order: Order, words: Wording) -> Plan:
    """Return the plan of the whole order."""
    phrases = words.locale.plan
    return Plan(
        leaf(phrases.heading),
        leaf(spaced(phrases.lead, _tick(order, words))),
        tuple(_row(item, words) for item in order.exercises),
        _totals(order.exercises, words),
    )


def minutes(item: OrderedExercise) -> int | None:
    """Return the whole minutes one session of an exercise takes, at least 1; None if unknown."""
    taken = seconds(item.exercise, item.dosage, item.side)
    return None if taken is None else max(1, math.floor(taken / SECONDS_PER_MINUTE + 0.5))


def _tick(order: Order, words: Wording) -> str:
    holding = [BlockName.TRACKING in section.block_names for section in order.layout.sections]
    if not any(holding):
        return ""
    return words.locale.plan.tick


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
        name: Value = listed_days(days, words)
        if is_daily(tuple(days)):
            name = words.locale.days.every_day
        elif two_cover_all and index == 1:
            name = phrases.other_days
        totals.append(_total(name, done, items, words))
    if sum(map(len, kinds.values())) < DAYS_PER_WEEK:
        others = strong(fill(phrases.days, days=phrases.other_days))
        totals.append(leaf(spaced(others, phrases.rest)))
    return tuple(totals)


def _total(days: Value, done: _Items, items: _Items, words: Wording) -> Text:
    """``Every day: all 4, about 9 minutes, once a day.``

    Minutes are the sum of what the rows say, so that a reader who adds up gets the same; of a
    whole day where one exercise is done more often than another.
    """
    phrases = words.locale.plan
    which = _which(done, items, words)
    taken = [minutes(item) for item in done]
    known = [part for part in taken if part is not None]
    times = [_times(item) for item in done]
    if len(known) < len(taken) or None in times:
        sentence = fill(phrases.total_untimed, which=which)
    elif len(set(times)) > 1:
        whole = sum(part * (number or 1) for part, number in zip(known, times, strict=True))
        sentence = fill(phrases.total, which=which, minutes=words.count(phrases.minutes, whole))
    else:
        session = words.count(phrases.minutes, sum(known))
        sentence = fill(phrases.total, which=which, minutes=session)
        if times[0] != 1 or all(is_daily(exercise_days(item.dosage)) for item in items):
            how_often = often(done[0].dosage.times_per_day, words)
            sentence = fill(phrases.total_often, which=which, minutes=session, often=how_often)
    return leaf(spaced(strong(fill(phrases.days, days=days)), sentence))


def _times(item: OrderedExercise) -> int | None:
    times = item.dosage.times_per_day
    return 1 if times is None else times.low


def _which(done: Sequence[OrderedExercise], items: _Items, words: Wording) -> Value:
    phrases = words.locale.plan
    if len(done) == len(items):
        return words.count(phrases.all, len(items))
    numbers = words.conjoined([words.number(item.number) for item in done])
    return fill(words.form(phrases.some, len(done)), numbers=runs_of(numbers))
