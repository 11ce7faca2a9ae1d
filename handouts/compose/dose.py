"""Turn a dose into cells, sentences, one line for plan and grid, and short phrases.

Numbers come from the dose alone; a blank stays a line for the pen. A range says the number to start
with, then "build up to" the other. Cells have a fixed order: sets, times, seconds, load and tempo
if there are any, how often; "1 set" and "no hold" are left out.
"""

from __future__ import annotations

from collections.abc import Iterator

from handouts.compose.cards import DoseCell, DoseFact
from handouts.compose.schedule import exercise_days, is_daily, often, once_a_day, when
from handouts.compose.side import (
    counted_in_all,
    limb,
    side_after_number,
    side_in_sentence,
    takes_turns,
)
from handouts.compose.templates import Runs, Value, capitalised, fill, leaf, runs_of, spaced
from handouts.compose.text import Text
from handouts.compose.wording import Wording, in_unit, listed_days, upper_end
from handouts.model.dosage import Dosage, Quantity
from handouts.model.order import OrderedExercise, Side
from handouts.model.phrases import Plural


def dose_cells(
    item: OrderedExercise, words: Wording, *, brief: bool = False
) -> tuple[DoseCell, ...]:
    """Return the dose of an exercise as the cells of its dose strip.

    ``brief`` cells have shorter qualifiers, for a strip that is half as wide.
    """
    return (
        *_sets_cell(item, words, brief=brief),
        *_times_cell(item, words, brief=brief),
        *_hold_cell(item, words, brief=brief),
        *_extra_cells(item, words),
        *_how_often_cells(item, words),
    )


def several(quantity: Quantity | None) -> bool:
    """True for more than one, or for a number that the clinician fills in."""
    return quantity is not None and (quantity.high is None or quantity.high > 1)


def _cell(
    kind: DoseFact, words: Wording, quantity: Quantity, unit: Plural, *qualifiers: Value
) -> DoseCell:
    qualifier = words.commas([*qualifiers, _cell_build_up(quantity, words)])
    return DoseCell(
        kind,
        leaf(words.low(quantity)),
        leaf(words.form(unit, quantity.low)),
        leaf(qualifier) if qualifier else None,
    )


def _cell_build_up(quantity: Quantity | None, words: Wording) -> Runs:
    if quantity is None or not quantity.is_range:
        return ()
    return fill(words.locale.dose.cell.build_up, n=words.high(quantity))


def _sets_cell(item: OrderedExercise, words: Wording, *, brief: bool) -> Iterator[DoseCell]:
    sets, rest, phrases = item.dosage.sets, item.dosage.rest, words.locale.dose
    if sets is None or not several(sets):
        return
    pause: Value = ""
    if rest is not None:
        full = fill(phrases.cell.rest, time=words.time(rest))
        pause = phrases.cell.brief_rest if brief else full
    yield _cell(DoseFact.SETS, words, sets, phrases.unit.sets, pause)


def _times_cell(item: OrderedExercise, words: Wording, *, brief: bool) -> Iterator[DoseCell]:
    dosage, cell = item.dosage, words.locale.dose.cell
    if dosage.repetitions is None:
        return
    side = side_after_number(item, words)
    each_set = cell.brief_each_set if brief else cell.in_each_set
    in_each_set = each_set if several(dosage.sets) else ""
    yield _cell(
        DoseFact.TIMES, words, dosage.repetitions, words.locale.dose.unit.times, side or in_each_set
    )


def _hold_cell(item: OrderedExercise, words: Wording, *, brief: bool) -> Iterator[DoseCell]:
    dosage, cell, units = item.dosage, words.locale.dose.cell, words.locale.dose.unit
    if dosage.hold is None:
        return
    unit = {"min": units.minutes, "breaths": units.breaths}.get(dosage.hold.unit, units.seconds)
    again = several(dosage.repetitions) or several(dosage.sets)
    how = cell.hold_each_time if again and not (brief or dosage.hold.is_range) else cell.hold
    side = side_after_number(item, words) if dosage.repetitions is None else ""
    yield _cell(DoseFact.HOLD, words, in_unit(dosage.hold), unit, how, side)


def _how_often_cells(item: OrderedExercise, words: Wording) -> Iterator[DoseCell]:
    dosage, cell, units = item.dosage, words.locale.dose.cell, words.locale.dose.unit
    days, times = exercise_days(dosage), dosage.times_per_day
    if days is not None and is_daily(days):
        qualifier = words.commas([often(times, words), _cell_build_up(times, words)])
        yield DoseCell(DoseFact.DAYS, leaf(cell.every), leaf(cell.day), leaf(qualifier))
        return
    if days is not None:
        number = Quantity(len(days), len(days))
        yield _cell(DoseFact.DAYS, words, number, units.days_a_week, listed_days(days, words))
    elif dosage.days_per_week is not None:
        yield _cell(DoseFact.DAYS, words, dosage.days_per_week, units.days_a_week)
    if times is not None and not once_a_day(times):
        yield _cell(DoseFact.TIMES_A_DAY, words, times, units.times_a_day, cell.on_those_days)


def _extra_cells(item: OrderedExercise, words: Wording) -> Iterator[DoseCell]:
    cell = words.locale.dose.cell
    for kind, sign, extra in (
        (DoseFact.LOAD, cell.use, item.dosage.load),
        (DoseFact.TEMPO, cell.speed, item.dosage.tempo),
    ):
        if extra is not None:
            yield DoseCell(kind, leaf(sign), leaf(extra), None)


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


_HOW_OFTEN = {DoseFact.DAYS, DoseFact.TIMES_A_DAY}


def dose_words(item: OrderedExercise, words: Wording) -> tuple[Text, ...]:
    """Return the facts of a dose in the order of the dose strip, one short phrase each."""
    return tuple(leaf(phrase) for phrase in _phrases(item, words))


def _phrases(item: OrderedExercise, words: Wording) -> Iterator[Runs]:
    line, dosage = words.locale.dose.line, item.dosage
    for cell in dose_cells(item, words, brief=True):
        number = spaced(cell.numeral.runs, cell.unit.runs)
        qualifier = cell.qualifier.runs if cell.qualifier else ()
        if cell.kind is DoseFact.HOLD:
            yield words.commas([fill(line.hold, time=number), _longer(dosage.hold, words)])
        elif cell.kind is DoseFact.TIMES and not _says_only_each_set(item):
            yield spaced(number, qualifier)
        elif cell.kind not in _HOW_OFTEN:
            yield number
    yield when(dosage, words)


def _longer(hold: Quantity | None, words: Wording) -> Runs:
    if hold is None or not hold.is_range:
        return ()
    return fill(words.locale.dose.cell.build_up, n=words.high(hold))


def _says_only_each_set(item: OrderedExercise) -> bool:
    """Whether the words after the times say no more than that each set has so many."""
    times = item.dosage.repetitions
    grows = times is not None and times.is_range
    return several(item.dosage.sets) and item.side is Side.TOGETHER and not grows
