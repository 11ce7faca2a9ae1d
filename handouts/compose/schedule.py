"""Turn the days and times of a dose into words, and into the lines of an exercise in the grid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from handouts.compose.measures import local, weight_unit
from handouts.compose.templates import Runs, capitalised, fill, plain
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

    Times are counted from 0, as many as the week with most has. Where a number is to be written
    in its boxes its unit goes with each.
    """
    doses = [item.in_week(week).dosage for week in item.weeks]
    times = max((time_signs(dose, words) for dose in doses), key=len)
    unit = to_write(item.dosage, words)
    last = [_sign(dict(words.locale.grid.units)[unit])] if unit else []
    sides: list[Sign | None] = [*side_signs(item.side, words)]
    lines = []
    for side in sides or [None]:
        for number, time in enumerate(times or [None]):
            parts = [part for part in (side, time, *last) if part is not None]
            lines.append((number, _joined(parts, words)))
    return tuple(lines)


def to_write(dosage: Dosage, words: Wording) -> str:
    """Return the unit of the number that a patient writes in each box; empty for a tick.

    It is a weight that is left open, how much of an activity was done, and how many times where
    the dose leaves that to the patient or asks for more than boxes can show.
    """
    if dosage.load is not None and dosage.load.blank:
        return weight_unit(dosage.load, words)
    if dosage.amount is not None and dosage.amount.unit != "s":
        return local(dosage.amount, words.country).unit
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
