"""Turn the days and times of doses into words, lines of the grid and total times."""

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
    """Return the weekdays of a dose, 0 for Monday; None if any day will do.

    Named days win; `Dosage.starting` names them once the start date is known. A plain number of
    days a week is spread over the week from Monday on. A dose that says only how often a day is
    for every day. A range, a blank or nothing leaves the days open, and "every other day" has no
    fixed weekdays.
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
    """Return whether these are all seven days."""
    return days is not None and len(days) == DAYS_PER_WEEK


def often(dosage: Dosage, words: Wording) -> Runs:
    """Return ``twice a day``, ``every 2 hours in the daytime``, ``in the morning and at bedtime``.

    Empty for once a day, which patients assume anyway.
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
    """Return ``once a day``, ``twice a day`` or ``3 times a day``."""
    phrases = words.locale.dose.often
    if times.low == 1:
        return fill(phrases.once)
    return fill(phrases.twice) if times.low == 2 else words.counted(phrases.times, times)


def _in_order(times: Iterable[TimeOfDay]) -> list[TimeOfDay]:
    return sorted(times, key=list(TimeOfDay).index)


def when(dosage: Dosage, words: Wording) -> Runs:
    """Return when to do it, for the plan: ``Every day``, ``Mon, Wed, Fri``, ``Twice a day``."""
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
"""What is printed before a line, and what a screen reader says for it."""


def line_signs(item: OrderedExercise, words: Wording) -> tuple[tuple[int, Sign | None], ...]:
    """Return the lines of an exercise: the time of day of each, and its sign if it needs one.

    Times count from 0; there are as many as in the week with the most. Both sides of a time stand
    together, since the patient does them together. If the patient writes numbers in the boxes,
    every sign has the unit.
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
    """Return the unit of the number that the patient writes in each box; empty for a tick.

    The patient writes a weight that is left open, or how much of an activity was done, or how
    many times, if the dose leaves that open or asks for more than boxes can show.
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
    """Return L and R for each side, one of them for a known side, and nothing otherwise."""
    phrases = words.locale.grid
    left, right = _sign(phrases.left), _sign(phrases.right)
    return {Side.EACH: [left, right], Side.LEFT: [left], Side.RIGHT: [right]}.get(side, [])


def time_signs(dosage: Dosage, words: Wording) -> list[Sign]:
    """Return nothing for once a day, am and pm for twice, 1st, 2nd … for more, or named times."""
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
"""Weekdays, 0 for Monday, or a phrase that names the days."""


def totals(items: _Items, words: Wording) -> tuple[Text, ...]:
    """Return the time for each kind of day: at first, and from each week with a change.

    Exercises that begin once something else is easy count last.
    """
    phrases = words.locale.plan
    stages: list[tuple[Value, _Items]] = []
    known: list[str] = []
    weeks = sorted({week for item in items for week in item.weeks})
    for week in weeks:
        begun = tuple(
            item.in_week(week) for item in items if item.from_week <= week and not item.when
        )
        # Equal weeks are one stage.
        now = [_total(days, done, begun, "", words).plain for days, done in _kinds(begun, words)]
        if now != known:
            first: Value = phrases.to_start if week == 1 else ""
            stage = first or capitalised(fill(phrases.from_week, n=words.number(week)))
            stages.append((stage, begun))
            known = now
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


def _of_days(items: _Items, words: Wording) -> Iterator[Text]:
    """Yield the total of all exercises for each kind of day, then that other days are for rest."""
    phrases, kinds = words.locale.plan, list(_kinds(items, words))
    for days, done in kinds:
        yield _total(days, done, items, "", words)
    if phrases.together in dict(kinds) or phrases.other_days in dict(kinds):
        return
    if sum(len(days) for days, _ in kinds) < DAYS_PER_WEEK:
        yield leaf(spaced(strong(fill(phrases.days, days=phrases.other_days)), phrases.rest))


def _kinds(items: _Items, words: Wording) -> Iterator[tuple[_Days, _Items]]:
    """Yield each kind of day with its exercises.

    If any exercise may be done on any day, there is a single kind with all exercises.
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
    """Return ``Every day: all 4, about 9 minutes, once a day.``

    The minutes are the sum of what the rows say, so that a reader who adds them up gets the same.
    They are for a whole day if one exercise is done more often than another.
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
    """Return which exercises, how long they take, and how often, if known.

    ``numbers`` is None for all exercises. ``taken`` is the minutes and how often.
    """
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
