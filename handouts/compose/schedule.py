"""Turn the days and times of a dose into words, and into the lines of an exercise in the grid."""

from __future__ import annotations

from handouts.compose.templates import Runs, capitalised, fill, plain
from handouts.compose.wording import DAYS_PER_WEEK, Wording, listed_days
from handouts.model.dosage import SPREAD, Dosage, Quantity
from handouts.model.locale import TimeOfDay
from handouts.model.order import OrderedExercise, Side

ONCE = Quantity(1, 1)


def exercise_days(dosage: Dosage) -> tuple[int, ...] | None:
    """Return the weekdays of a dose, 0 for Monday; None where any day will do.

    Named days win, as those of a dose from a start date on (`Dosage.starting`); a plain number of
    days a week is spread over the week from Monday on; a dose that says only
    how often a day is for every day. A range, a blank or nothing leaves every day open.
    """
    if dosage.days:
        return tuple(sorted({day.number for day in dosage.days}))
    if dosage.days_per_week is not None:
        number = dosage.days_per_week.low
        return None if number is None or dosage.days_per_week.is_range else SPREAD[number]
    return SPREAD[DAYS_PER_WEEK] if dosage.times_per_day is not None else None


def is_daily(days: tuple[int, ...] | None) -> bool:
    """True for all seven days."""
    return days is not None and len(days) == DAYS_PER_WEEK


def once_a_day(times: Quantity | None) -> bool:
    """True where a dose is done once a day, which is what saying nothing means."""
    return times is None or (times.low == 1 and not times.is_range)


def often(times: Quantity | None, words: Wording) -> Runs:
    """``once a day``, ``twice a day``, ``3 times a day``."""
    phrases = words.locale.dose.often
    if times is None or times.low == 1:
        return fill(phrases.once)
    return fill(phrases.twice) if times.low == 2 else words.counted(phrases.times, times)


def when(dosage: Dosage, words: Wording) -> Runs:
    """When to do it, for the plan: ``Every day``, ``Mon, Wed, Fri``, ``Twice a day``."""
    phrases = words.locale.days
    days = exercise_days(dosage)
    times = () if once_a_day(dosage.times_per_day) else often(dosage.times_per_day, words)
    if days is not None and is_daily(days):
        return capitalised(times) or fill(phrases.every_day)
    if days is not None:
        return words.commas([listed_days(days, words), times])
    if dosage.days_per_week is not None:
        return words.commas([words.counted(phrases.per_week, dosage.days_per_week), times])
    return fill(phrases.as_agreed)


_MORNING_AND_EVENING = 2

Sign = tuple[str, str]
"""What is printed before a line, and what is said for it."""


def line_signs(item: OrderedExercise, words: Wording) -> tuple[Sign | None, ...]:
    """Return the signs of the lines of an exercise, one a line; None needs no sign."""
    sides, times = side_signs(item.side, words), time_signs(item.dosage, words)
    signs = [_joined(side, time, words) for side in sides for time in times] or sides or times
    return tuple(signs) or (None,)


def _joined(side: Sign, time: Sign, words: Wording) -> Sign:
    template = words.locale.grid.side_and_time
    sign, spoken = (
        plain(fill(template, side=one, time=other)) for one, other in zip(side, time, strict=True)
    )
    return sign, spoken


def side_signs(side: Side, words: Wording) -> list[Sign]:
    """L and R for each side, one of them for a known side, nothing else."""
    phrases = words.locale.grid
    left, right = _sign(phrases.left), _sign(phrases.right)
    return {Side.EACH: [left, right], Side.LEFT: [left], Side.RIGHT: [right]}.get(side, [])


def time_signs(dosage: Dosage, words: Wording) -> list[Sign]:
    """Nothing for once a day, am and pm for twice, 1st, 2nd, 3rd … for more."""
    times = dosage.times_per_day
    phrases = words.locale.grid
    if times is None or times.low is None or times.low == 1:
        return []
    if times.low == _MORNING_AND_EVENING:
        return [_sign(phrases.morning), _sign(phrases.evening)]
    return [
        (words.count(phrases.nth, number), words.count(phrases.nth_spoken, number))
        for number in range(1, times.low + 1)
    ]


def _sign(phrase: TimeOfDay) -> Sign:
    return phrase.sign, phrase.spoken
