"""Turn the days and times of doses into words, lines of the grid, and the time that all take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from handouts.compose.exercise_words import in_local_unit, weight_unit
from handouts.compose.runs import Runs, Text, Value, capitalised, fill, leaf, plain, spaced, strong
from handouts.compose.wording import DAYS_PER_WEEK, Wording, listed_days
from handouts.model.dosage import SPREAD, Comfort, Dosage, TimeOfDay
from handouts.model.locale import SpokenSign
from handouts.model.order import OrderedExercise, Side
from handouts.model.quantity import Quantity


def exercise_days(dosage: Dosage) -> tuple[int, ...] | None:
    """Return the weekdays of a dose, 0 for Monday; None where any day will do.

    Named days win, as those of a dose from a start date on (`Dosage.starting`); a plain number of
    days a week is spread over the week from Monday on; a dose that says only
    how often a day is for every day. A range, a blank or nothing leaves every day open; every other
    day is no day of the week.
    """
    if dosage.days:
        return tuple(sorted({day.number for day in dosage.days}))
    if dosage.every_other_day:
        return None
    if dosage.days_per_week is not None:
        number = dosage.days_per_week.low
        return None if number is None or dosage.days_per_week.is_range else SPREAD[number]
    says_often = dosage.times_per_day or dosage.every_hours or dosage.times_of_day
    return SPREAD[DAYS_PER_WEEK] if says_often else None


def is_daily(days: tuple[int, ...] | None) -> bool:
    """True for all seven days."""
    return days is not None and len(days) == DAYS_PER_WEEK


def often(dosage: Dosage, words: Wording) -> Runs:
    """``twice a day``, ``every 2 hours in the daytime``, ``in the morning and at bedtime``.

    Nothing where it is done once a day, which is what saying nothing means.
    """
    phrases, times = words.locale.dose.often, dosage.times_per_day
    if dosage.every_hours:
        return words.counted(phrases.every_hours, Quantity(dosage.every_hours, dosage.every_hours))
    if dosage.times_of_day:
        named = dict(phrases.at)
        return words.conjoined([named[time.value] for time in _in_order(dosage.times_of_day)])
    if times is None or (times.low == 1 and not times.is_range):
        return ()
    return many_times(times, words)


def many_times(times: Quantity, words: Wording) -> Runs:
    """``once a day``, ``twice a day``, ``3 times a day``."""
    phrases = words.locale.dose.often
    if times.low == 1:
        return fill(phrases.once)
    return fill(phrases.twice) if times.low == 2 else words.counted(phrases.times, times)


def _in_order(times: Iterable[TimeOfDay]) -> list[TimeOfDay]:
    return sorted(times, key=list(TimeOfDay).index)


def when(dosage: Dosage, words: Wording) -> Runs:
    """When to do it, for the plan: ``Every day``, ``Mon, Wed, Fri``, ``Twice a day``."""
    phrases = words.locale.days
    days, times = exercise_days(dosage), often(dosage, words)
    if days is not None and is_daily(days):
        return capitalised(times) or fill(phrases.every_day)
    if days is not None:
        return words.commas([listed_days(days, words), times])
    if dosage.every_other_day:
        return words.commas([phrases.every_other_day, times])
    if dosage.days_per_week is not None:
        return words.commas([words.counted(phrases.per_week, dosage.days_per_week), times])
    return fill(phrases.as_agreed)


_MORNING_AND_EVENING = 2

Sign = tuple[str, str]
"""What is printed before a line, and what is said for it."""


def line_signs(item: OrderedExercise, words: Wording) -> tuple[tuple[int, Sign | None], ...]:
    """Return the lines of an exercise: which time of the day each is, and its sign if it needs one.

    Times are counted from 0, as many as the week with most has; both sides of one stand together,
    as they are done. Where a number is to be written in its boxes its unit goes with each.
    """
    doses = [item.in_week(week).dosage for week in item.weeks]
    times = max((time_signs(dose, words) for dose in doses), key=len)
    unit = to_write(item.dosage, words)
    last = [_sign(dict(words.locale.grid.units)[unit])] if unit else []
    sides: list[Sign | None] = [*side_signs(item.side, words)]
    lines = []
    for number, time in enumerate(times or [None]):
        for side in sides or [None]:
            parts = [part for part in (side, time, *last) if part is not None]
            lines.append((number, _joined(parts, words)))
    return tuple(lines)


def to_write(dosage: Dosage, words: Wording) -> str:
    """Return the unit of the number that a patient writes in each box; empty if it is ticked.

    A number is written for a weight that is left open, for how much of an activity was done, and
    for how many times, where the dose leaves that open or asks for more than boxes can show.
    """
    if dosage.load is not None and dosage.load.blank:
        return weight_unit(dosage.load, words)
    if dosage.amount is not None and dosage.amount.unit != "s":
        return in_local_unit(dosage.amount, words.country).unit
    if dosage.comfort is Comfort.LONG:
        return "min"
    return "times" if dosage.every_hours or dosage.open_ended else ""


def _joined(signs: Sequence[Sign], words: Wording) -> Sign | None:
    """Return signs as one: ``L am``."""
    if not signs:
        return None
    template, (sign, spoken) = words.locale.grid.side_and_time, signs[0]
    for other, other_spoken in signs[1:]:
        sign = plain(fill(template, side=sign, time=other))
        spoken = plain(fill(template, side=spoken, time=other_spoken))
    return sign, spoken


def side_signs(side: Side, words: Wording) -> list[Sign]:
    """L and R for each side, one of them for a known side, nothing else."""
    phrases = words.locale.grid
    left, right = _sign(phrases.left), _sign(phrases.right)
    return {Side.EACH: [left, right], Side.LEFT: [left], Side.RIGHT: [right]}.get(side, [])


def time_signs(dosage: Dosage, words: Wording) -> list[Sign]:
    """Nothing for once a day, am and pm for twice, 1st, 2nd, 3rd … for more, or named times."""
    times, phrases = dosage.times_per_day, words.locale.grid
    if dosage.times_of_day:
        if len(dosage.times_of_day) == 1:
            return []
        named = dict(phrases)
        return [_sign(named[time.value]) for time in _in_order(dosage.times_of_day)]
    if times is None or times.low is None or times.low == 1:
        return []
    if times.low == _MORNING_AND_EVENING:
        return [_sign(phrases.morning), _sign(phrases.evening)]
    return [
        (words.count(phrases.nth, number), words.count(phrases.nth_spoken, number))
        for number in range(1, times.low + 1)
    ]


def _sign(phrase: SpokenSign) -> Sign:
    return phrase.sign, phrase.spoken


# -- how long exercises take together: on each kind of day, and as more of them begin


_BOTH = 2
_Items = tuple[OrderedExercise, ...]
_Days = tuple[int, ...] | str
"""Weekdays, 0 for Monday, or what some days are called."""


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
        if _plain_totals(begun, words) != _plain_totals(known, words):
            first: Value = phrases.to_start if week == 1 else ""
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


def _plain_totals(items: _Items, words: Wording) -> list[str]:
    """Return what is said of the time that exercises take: where it is the same is one stage."""
    return [_total(days, done, items, "", words).plain for days, done in _kinds(items, words)]


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
    taken = [item.minutes for item in done]
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
            said = {plain(often(item.dosage, words)) for item in done}
            how_often = often(done[0].dosage, words) if len(said) == 1 else ()
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
