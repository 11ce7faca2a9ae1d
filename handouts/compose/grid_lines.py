"""The lines of one exercise in the grid: one for each side and for each time of day."""

from __future__ import annotations

from handouts.compose.runs import fill, plain
from handouts.compose.wording import Wording
from handouts.model.dosage import Dosage
from handouts.model.locale import TimeOfDay
from handouts.model.order import OrderedExercise, Side

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
