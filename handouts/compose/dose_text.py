"""A dose becomes sentences: hold, repeat, and one line for plan and grid.

Numbers come from the dose alone; a blank stays a line for the pen. A range says the number to
start with, then "Build up to" the other.
"""

from __future__ import annotations

from handouts.compose.dose_cells import several
from handouts.compose.runs import Runs, capitalised, fill, runs_of, spaced
from handouts.compose.side import (
    counted_in_all,
    limb,
    side_after_number,
    side_in_sentence,
    takes_turns,
)
from handouts.compose.wording import Wording, upper_end
from handouts.model.dosage import Dosage, Quantity
from handouts.model.order import OrderedExercise, Side

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
