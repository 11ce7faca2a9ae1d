"""Turn a dose into the line of a card, sentences for steps, and one line for plan and grid.

Numbers come from the dose alone; a blank stays a line for the pen. A range says the number to start
with, then "build up to" the other. "1 set" and "no hold" are left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from handouts.compose.schedule import exercise_days, is_daily, often, once_a_day
from handouts.compose.side import (
    counted_in_all,
    limb,
    side_after_number,
    side_in_sentence,
    takes_turns,
)
from handouts.compose.templates import (
    Runs,
    capitalised,
    fill,
    leaf,
    runs_of,
    spaced,
    strong,
)
from handouts.compose.text import Text
from handouts.compose.wording import SECONDS_PER_MINUTE, Wording, listed_days, upper_end
from handouts.model.dosage import Dosage, Quantity
from handouts.model.order import OrderedExercise, Side, seconds


def card_dose(item: OrderedExercise, words: Wording) -> tuple[Text, ...]:
    """Return ``3 times each leg``, ``hold 10 seconds``, ``every day``, ``about 2 minutes``.

    The order is always the same: sets and times, rest, hold, load, tempo, days, minutes. What
    counts is bold.
    """
    first, *others = (part for part in _parts(item, words) if part)
    return tuple(map(leaf, (capitalised(first), *others)))


def minutes(item: OrderedExercise) -> int | None:
    """Return the whole minutes one session of an exercise takes, at least 1; None if unknown."""
    taken = seconds(item.exercise, item.dosage, item.side)
    return None if taken is None else max(1, math.floor(taken / SECONDS_PER_MINUTE + 0.5))


def _parts(item: OrderedExercise, words: Wording) -> Iterator[Runs]:
    dosage, line = item.dosage, words.locale.dose.line
    side = side_after_number(item, words)
    amount = strong(_amount(dosage, words))
    if amount:
        yield words.commas([spaced(amount, side), _more(dosage, words)])
    if dosage.rest is not None and several(dosage.sets):
        yield fill(line.rest, time=strong(words.time(dosage.rest)))
    if dosage.hold is not None:
        hold = fill(line.hold, time=strong(words.time(dosage.hold)))
        more: Runs = ()
        if dosage.hold.is_range:
            more = fill(line.build_up, amount=words.time(upper_end(dosage.hold)))
        yield words.commas([spaced(hold, "" if amount else side), more])
    if dosage.load is not None:
        yield fill(line.load, load=strong(dosage.load))
    if dosage.tempo is not None:
        yield fill(line.tempo, tempo=strong(dosage.tempo))
    if not amount and dosage.hold is None:
        yield fill(line.open)
    yield _how_often(dosage, words)
    taken = minutes(item)
    if taken is not None and (amount or dosage.hold is not None):
        yield words.counted(words.locale.dose.span.minutes, Quantity(taken, taken))


def _more(dosage: Dosage, words: Wording) -> Runs:
    """``build up to 3 sets of 12``, where sets or times grow."""
    line, sets, times = words.locale.dose.line, dosage.sets, dosage.repetitions
    grow = sets is not None and sets.is_range, times is not None and times.is_range
    if grow == (True, True) and sets and times:
        most = words.build_up(line.sets_of, sets, times=words.high(times))
    elif grow[0] and sets:
        most = words.build_up(line.sets, sets)
    elif grow[1] and times:
        most = words.build_up(line.times, times)
    else:
        return ()
    return fill(line.build_up, amount=most)


def _how_often(dosage: Dosage, words: Wording) -> Runs:
    """``every day``, ``Mon, Wed, Fri``, ``twice a day``; nothing where the dose does not say."""
    line, days, times = words.locale.dose.line, exercise_days(dosage), dosage.times_per_day
    more: Runs = ()
    if times is not None and times.is_range:
        more = fill(line.build_up, amount=words.high(times))
    how = () if once_a_day(times) else words.commas([strong(often(times, words)), more])
    if days is not None and is_daily(days):
        return how or strong(line.every_day)
    if days is not None:
        return words.commas([strong(listed_days(days, words)), how])
    week = dosage.days_per_week
    if week is None:
        return how
    more = fill(line.build_up, amount=words.high(week)) if week.is_range else ()
    return words.commas([strong(words.counted(words.locale.days.per_week, week)), more, how])


def several(quantity: Quantity | None) -> bool:
    """True for more than one, or for a number that the clinician fills in."""
    return quantity is not None and (quantity.high is None or quantity.high > 1)


_ONCE = Quantity(1, 1)
_TWO_SETS = 2


def hold_sentence(dosage: Dosage, words: Wording, *, short: bool = False) -> Runs:
    """``Hold for 5 seconds.``; a ``short`` one leaves out what to build up to."""
    phrases = words.locale.dose.repeat
    if dosage.hold is None:
        return ()
    sentence = fill(phrases.hold, time=words.time(dosage.hold))
    if short or not dosage.hold.is_range:
        return sentence
    return spaced(sentence, fill(phrases.build_up_hold, time=words.time(upper_end(dosage.hold))))


def repeat_sentence(item: OrderedExercise, words: Wording) -> Runs:
    """``Do 10. Rest for 1 minute. Do 10 more.``; empty where the dose counts nothing."""
    dosage = item.dosage
    if dosage.repetitions is None and not several(dosage.sets):
        return fill(limb(item.exercise, words).change) if takes_turns(item.side) else ()
    return spaced(_one_set(item, words), _more_sets(item, words), _build_up(item, words))


def short_repeat(item: OrderedExercise, words: Wording) -> Runs:
    """``Do 2 sets of 10.``, ``Do 3 with each leg.``: for steps of one line."""
    phrases, dosage = words.locale.dose.repeat, item.dosage
    repetitions = dosage.repetitions or _ONCE
    turns = takes_turns(item.side)
    if dosage.sets is not None and several(dosage.sets):
        times = words.low(repetitions)
        if turns:
            side = side_after_number(item, words)
            return words.counted(phrases.short_sets_sided, dosage.sets, times=times, side=side)
        return words.counted(phrases.short_sets, dosage.sets, times=times)
    if dosage.repetitions is None:
        return repeat_sentence(item, words)
    do = words.counted(phrases.do, repetitions)
    if counted_in_all(item.side, dosage):
        return fill(phrases.in_all, do=do)
    if turns:
        return fill(phrases.sided, do=do, where=side_in_sentence(item, words))
    return fill(phrases.plain, do=do)


def dose_line(item: OrderedExercise, words: Wording, *, brief: bool = False) -> Runs:
    """``2 sets of 10, hold 5 seconds``; a ``brief`` line has no hold beside a side.

    The brief line suits a narrow name column: it says what to count, the card says the rest.
    """
    phrases, dosage = words.locale.dose.line, item.dosage
    amount = _amount(dosage, words)
    hold = fill(phrases.hold, time=words.time(dosage.hold)) if dosage.hold is not None else ()
    side = side_after_number(item, words)
    if not takes_turns(item.side):
        side = side_in_sentence(item, words)
    if side and amount:
        amount = fill(phrases.sided, amount=amount, side=side)
        hold = () if brief else hold
    elif side and hold:
        hold = fill(phrases.sided, amount=hold, side=side)
    load = () if brief or dosage.load is None else runs_of(dosage.load)
    return capitalised(words.commas([amount, hold, load]) or fill(phrases.open))


def _amount(dosage: Dosage, words: Wording) -> Runs:
    phrases, repetitions = words.locale.dose.line, dosage.repetitions
    if dosage.sets is not None and several(dosage.sets):
        if repetitions is None:
            return words.counted(phrases.sets, dosage.sets)
        return words.counted(phrases.sets_of, dosage.sets, times=words.low(repetitions))
    return words.counted(phrases.times, repetitions) if repetitions is not None else ()


def _one_set(item: OrderedExercise, words: Wording) -> Runs:
    phrases, dosage = words.locale.dose.repeat, item.dosage
    repetitions = dosage.repetitions or _ONCE
    do = words.counted(phrases.do, repetitions)
    if counted_in_all(item.side, dosage):
        return fill(phrases.in_all, do=do)
    if item.side is Side.EACH:
        return fill(limb(item.exercise, words).swap, do=do)
    if item.side is not Side.TOGETHER:
        return fill(phrases.sided, do=do, where=side_in_sentence(item, words))
    if repetitions.is_range and not several(dosage.sets):
        return words.counted(phrases.start_with, repetitions)
    return fill(phrases.plain, do=do)


def _more_sets(item: OrderedExercise, words: Wording) -> Runs:
    phrases, dosage = words.locale.dose.repeat, item.dosage
    sets, rest = dosage.sets, dosage.rest
    if sets is None or sets.low == 1:
        return ()
    pause = fill(phrases.rest_untimed)
    if rest is not None:
        pause = fill(phrases.rest, time=words.time(rest))
    if sets.low != _TWO_SETS:
        again = words.counted(phrases.sets_in_all, sets)
    elif takes_turns(item.side):
        again = fill(phrases.all_again)
    else:
        again = words.counted(phrases.more, dosage.repetitions or _ONCE)
    return spaced(pause, again)


def _build_up(item: OrderedExercise, words: Wording) -> Runs:
    phrases, sets = words.locale.dose.repeat, item.dosage.sets
    repetitions = item.dosage.repetitions or _ONCE
    if sets is not None and sets.is_range and repetitions.is_range:
        return words.build_up(phrases.build_up_both, sets, times=words.high(repetitions))
    if sets is not None and sets.is_range:
        return words.build_up(phrases.build_up_sets, sets)
    if not repetitions.is_range:
        return ()
    phrase = phrases.build_up_in_each_set if several(sets) else phrases.build_up
    return words.build_up(phrase, repetitions)
