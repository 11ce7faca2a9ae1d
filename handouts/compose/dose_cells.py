"""A dose becomes cells: numeral, unit, and the words that block the likely misreading.

The order is fixed: sets, times, seconds, load and tempo if there are any, how often. "1 set" and
"no hold" are left out. A range prints the number to start with and "build up to" the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from handouts.compose.cards import DoseCell, DoseFact
from handouts.compose.dates import listed_days
from handouts.compose.runs import Runs, Value, fill, leaf
from handouts.compose.schedule import exercise_days, is_daily, often, once_a_day
from handouts.compose.side import side_after_number
from handouts.compose.wording import Wording, in_unit
from handouts.model.dosage import Quantity
from handouts.model.order import OrderedExercise
from handouts.model.phrases import Plural


def dose_cells(
    item: OrderedExercise, words: Wording, *, brief: bool = False
) -> tuple[DoseCell, ...]:
    """Return the dose of an exercise as the cells of its dose strip.

    ``brief`` cells have shorter qualifiers, for a strip that is half as wide.
    """
    return (
        *_sets(item, words, brief=brief),
        *_times(item, words, brief=brief),
        *_hold(item, words, brief=brief),
        *_extras(item, words),
        *_how_often(item, words),
    )


def several(quantity: Quantity | None) -> bool:
    """True for more than one, or for a number that the clinician fills in."""
    return quantity is not None and (quantity.high is None or quantity.high > 1)


def _cell(
    kind: DoseFact, words: Wording, quantity: Quantity, unit: Plural, *qualifiers: Value
) -> DoseCell:
    qualifier = words.commas([*qualifiers, _build_up(quantity, words)])
    return DoseCell(
        kind,
        leaf(words.low(quantity)),
        leaf(words.form(unit, quantity.low)),
        leaf(qualifier) if qualifier else None,
    )


def _build_up(quantity: Quantity | None, words: Wording) -> Runs:
    if quantity is None or not quantity.is_range:
        return ()
    return fill(words.locale.dose.cell.build_up, n=words.high(quantity))


def _sets(item: OrderedExercise, words: Wording, *, brief: bool) -> Iterator[DoseCell]:
    sets, rest, phrases = item.dosage.sets, item.dosage.rest, words.locale.dose
    if sets is None or not several(sets):
        return
    pause: Value = ""
    if rest is not None:
        full = fill(phrases.cell.rest, time=words.time(rest))
        pause = phrases.cell.brief_rest if brief else full
    yield _cell(DoseFact.SETS, words, sets, phrases.unit.sets, pause)


def _times(item: OrderedExercise, words: Wording, *, brief: bool) -> Iterator[DoseCell]:
    dosage, cell = item.dosage, words.locale.dose.cell
    if dosage.repetitions is None:
        return
    side = side_after_number(item, words)
    each_set = cell.brief_each_set if brief else cell.in_each_set
    in_each_set = each_set if several(dosage.sets) else ""
    yield _cell(
        DoseFact.TIMES, words, dosage.repetitions, words.locale.dose.unit.times, side or in_each_set
    )


def _hold(item: OrderedExercise, words: Wording, *, brief: bool) -> Iterator[DoseCell]:
    dosage, cell, units = item.dosage, words.locale.dose.cell, words.locale.dose.unit
    if dosage.hold is None:
        return
    unit = {"min": units.minutes, "breaths": units.breaths}.get(dosage.hold.unit, units.seconds)
    again = several(dosage.repetitions) or several(dosage.sets)
    how = cell.hold_each_time if again and not (brief or dosage.hold.is_range) else cell.hold
    side = side_after_number(item, words) if dosage.repetitions is None else ""
    yield _cell(DoseFact.HOLD, words, in_unit(dosage.hold), unit, how, side)


def _how_often(item: OrderedExercise, words: Wording) -> Iterator[DoseCell]:
    dosage, cell, units = item.dosage, words.locale.dose.cell, words.locale.dose.unit
    days, times = exercise_days(dosage), dosage.times_per_day
    if days is not None and is_daily(days):
        qualifier = words.commas([often(times, words), _build_up(times, words)])
        yield DoseCell(DoseFact.DAYS, leaf(cell.every), leaf(cell.day), leaf(qualifier))
        return
    if days is not None:
        number = Quantity(len(days), len(days))
        yield _cell(DoseFact.DAYS, words, number, units.days_a_week, listed_days(days, words))
    elif dosage.days_per_week is not None:
        yield _cell(DoseFact.DAYS, words, dosage.days_per_week, units.days_a_week)
    if times is not None and not once_a_day(times):
        yield _cell(DoseFact.TIMES_A_DAY, words, times, units.times_a_day, cell.on_those_days)


def _extras(item: OrderedExercise, words: Wording) -> Iterator[DoseCell]:
    cell = words.locale.dose.cell
    for kind, sign, extra in (
        (DoseFact.LOAD, cell.use, item.dosage.load),
        (DoseFact.TEMPO, cell.speed, item.dosage.tempo),
    ):
        if extra is not None:
            yield DoseCell(kind, leaf(sign), leaf(extra), None)
