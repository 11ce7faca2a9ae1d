"""Work out how long exercises take together: on each kind of day, and as more of them begin."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.compose.dose import minutes
from handouts.compose.schedule import exercise_days, is_daily, many_times, often
from handouts.compose.templates import Runs, Value, capitalised, fill, leaf, plain, spaced, strong
from handouts.compose.text import Text
from handouts.compose.wording import DAYS_PER_WEEK, Wording, listed_days
from handouts.model.order import OrderedExercise
from handouts.model.quantity import Quantity

_Items = tuple[OrderedExercise, ...]
_Days = tuple[int, ...] | str
"""Weekdays, 0 for Monday, or what some days are called."""
_BOTH = 2


def totals(items: _Items, words: Wording) -> tuple[Text, ...]:
    """The time for each kind of day: at first, and from each week in which more begin or change.

    What begins when something else is easy counts last.
    """
    phrases = words.locale.plan
    stages: list[tuple[Value, _Items]] = []
    weeks = sorted({week for item in items for week in item.weeks})
    for week in weeks:
        begun = tuple(
            item.in_week(week) for item in items if item.from_week <= week and not item.when
        )
        known = stages[-1][1] if stages else ()
        if begun and _time(begun) != _time(known):
            first: Value = phrases.to_start if week == weeks[0] else ""
            stage = first or capitalised(fill(phrases.from_week, n=words.number(week)))
            stages.append((stage, begun))
    if not stages or len(stages[-1][1]) < len(items):
        stages.append((phrases.all_of_it, tuple(item.in_week(weeks[-1]) for item in items)))
    if len(stages) == 1:
        return tuple(_of_days(items, words))
    said: list[Text] = []
    before: set[str] = set()
    for stage, begun in stages:
        kinds = [
            (days, done, _total(days, done, items, "", words))
            for days, done in _kinds(begun, words)
        ]
        new = [(days, done) for days, done, total in kinds if total.plain not in before]
        said += [
            _total(days, done, items, "" if index else stage, words)
            for index, (days, done) in enumerate(new)
        ]
        before = {total.plain for *_, total in kinds}
    return tuple(said)


def _time(items: _Items) -> list[tuple[object, ...]]:
    """What the time of exercises depends on: stages in which it is the same are one."""
    return [
        (item.number, minutes(item), exercise_days(item.dosage), item.dosage.sessions)
        for item in items
    ]


def _of_days(items: _Items, words: Wording) -> Iterator[Text]:
    """Yield the total of all exercises for each kind of day, and that other days are of rest."""
    phrases, kinds = words.locale.plan, list(_kinds(items, words))
    for days, done in kinds:
        yield _total(days, done, items, "", words)
    if phrases.together in dict(kinds) or phrases.other_days in dict(kinds):
        return
    if sum(len(days) for days, _ in kinds) < DAYS_PER_WEEK:
        yield leaf(spaced(strong(fill(phrases.days, days=phrases.other_days)), phrases.rest))


def _kinds(items: _Items, words: Wording) -> Iterator[tuple[_Days, _Items]]:
    """Yield each kind of day with what is done on it.

    Where an exercise may be done on any day there are no kinds of day: it is all of them.
    """
    phrases = words.locale.plan
    days_of = {item.number: exercise_days(item.dosage) for item in items}
    if any(days is None for days in days_of.values()):
        yield phrases.together, items
        return
    kinds: dict[tuple[int, ...], list[int]] = {}
    for day in range(DAYS_PER_WEEK):
        numbers = tuple(number for number, days in days_of.items() if days and day in days)
        if numbers:
            kinds.setdefault(numbers, []).append(day)
    ordered = list(kinds.items())
    two_cover_all = len(ordered) == 2 and sum(map(len, kinds.values())) == DAYS_PER_WEEK
    if two_cover_all:
        ordered.sort(key=lambda kind: -len(kind[0]))
    for index, (numbers, days) in enumerate(ordered):
        done = tuple(item for item in items if item.number in numbers)
        yield phrases.other_days if two_cover_all and index == 1 else tuple(days), done


def _total(days: _Days, done: _Items, items: _Items, stage: Value, words: Wording) -> Text:
    """``Every day: all 4, about 9 minutes, once a day.``

    Minutes are the sum of what the rows say, so that a reader who adds up gets the same; of a
    whole day where one exercise is done more often than another.
    """
    numbers = None if len(done) == len(items) else tuple(item.number for item in done)
    taken = [minutes(item) for item in done]
    known = [part for part in taken if part is not None]
    times = [item.dosage.sessions for item in done]
    total: int | None = None
    how_often: Runs = ()
    if len(known) == len(taken) and None not in times:
        alike = len(set(times)) == 1
        total = sum(
            part if alike else part * (number or 1)
            for part, number in zip(known, times, strict=True)
        )
        daily = all(is_daily(exercise_days(item.dosage)) for item in items)
        if alike and (times[0] != 1 or daily):
            said = {plain(often(item.dosage, words)): item for item in done}
            one, alike_said = done[0].dosage, len(said) == 1
            how_often = often(one, words) if alike_said else ()
            how_often = how_often or many_times(Quantity(times[0], times[0]), words)
    named = _named(days, words)
    if stage and days == words.locale.plan.together:
        named = stage
    elif stage:
        each_day = not isinstance(days, str) and is_daily(days)
        within = words.locale.dose.line.every_day if each_day else named
        named = fill(words.locale.plan.stage, stage=stage, days=within)
    lead = strong(fill(words.locale.plan.days, days=named))
    return leaf(spaced(lead, _sentence(numbers, len(done), (total, how_often), words)))


def _sentence(
    numbers: tuple[int, ...] | None,
    count: int,
    taken: tuple[int | None, Runs],
    words: Wording,
) -> Runs:
    """``numbers``: of some of the exercises; ``taken``: minutes, and how often that, if known."""
    phrases, (total, how_often) = words.locale.plan, taken
    if numbers is None:
        which: Value = phrases.both if count == _BOTH else words.count(phrases.all, count)
    else:
        listed = words.conjoined([words.number(number) for number in numbers])
        which = fill(words.form(phrases.some, count), numbers=listed)
    if total is None:
        return fill(phrases.total_untimed, which=which)
    session = words.count(phrases.minutes, total)
    if not how_often:
        return fill(phrases.total, which=which, minutes=session)
    return fill(phrases.total_often, which=which, minutes=session, often=how_often)


def _named(days: _Days, words: Wording) -> Value:
    if isinstance(days, str):
        return days
    return words.locale.days.every_day if is_daily(days) else listed_days(days, words)
