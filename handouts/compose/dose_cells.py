"""A dose becomes cells: numeral, unit, and the words that block the likely misreading.

The order is fixed: sets, times, seconds, how often; then load and tempo if there are any. "1 set"
and "no hold" are left out. A range prints the number to start with and "build up to" the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from handouts.compose.dates import listed_days
from handouts.compose.document import DoseCell
from handouts.compose.runs import Runs, Value, fill, leaf
from handouts.compose.schedule import exercise_days, is_daily, often, once_a_day
from handouts.compose.side import side_after_number
from handouts.compose.wording import Wording, in_unit
from handouts.model.dosage import Quantity
from handouts.model.order import OrderedExercise
from handouts.model.phrase import Plural


def dose_cells(item: OrderedExercise, words: Wording) -> tuple[DoseCell, ...]:
    """Return the dose of an exercise as the cells of its dose strip."""
    return (
        *_sets(item, words),
        *_times(item, words),
        *_hold(item, words),
        *_how_often(item, words),
        *_extras(item, words),
    )


def several(quantity: Quantity | None) -> bool:
    """True for more than one, or for a number that the clinician fills in."""
    return quantity is not None and (quantity.high is None or quantity.high > 1)


def _cell(words: Wording, quantity: Quantity, unit: Plural, *qualifiers: Value) -> DoseCell:
    qualifier = words.commas([*qualifiers, _build_up(quantity, words)])
    return DoseCell(
        leaf(words.low(quantity)),
        leaf(words.form(unit, quantity.low)),
        leaf(qualifier) if qualifier else None,
    )


def _build_up(quantity: Quantity | None, words: Wording) -> Runs:
    if quantity is None or not quantity.is_range:
        return ()
    return fill(words.locale.dose.cell.build_up, n=words.high(quantity))


def _sets(item: OrderedExercise, words: Wording) -> Iterator[DoseCell]:
    sets, rest, phrases = item.dosage.sets, item.dosage.rest, words.locale.dose
    if sets is None or not several(sets):
        return
    pause = fill(phrases.cell.rest, time=words.time(rest)) if rest is not None else ""
    yield _cell(words, sets, phrases.unit.sets, pause)


def _times(item: OrderedExercise, words: Wording) -> Iterator[DoseCell]:
    dosage, cell = item.dosage, words.locale.dose.cell
    if dosage.repetitions is None:
        return
    side = side_after_number(item, words)
    in_each_set = cell.in_each_set if several(dosage.sets) else ""
    yield _cell(words, dosage.repetitions, words.locale.dose.unit.times, side or in_each_set)


def _hold(item: OrderedExercise, words: Wording) -> Iterator[DoseCell]:
    dosage, cell, units = item.dosage, words.locale.dose.cell, words.locale.dose.unit
    if dosage.hold is None:
        return
    unit = {"min": units.minutes, "breaths": units.breaths}.get(dosage.hold.unit, units.seconds)
    again = several(dosage.repetitions) or several(dosage.sets)
    how = cell.hold_each_time if again and not dosage.hold.is_range else cell.hold
    side = side_after_number(item, words) if dosage.repetitions is None else ""
    yield _cell(words, in_unit(dosage.hold), unit, how, side)


def _how_often(item: OrderedExercise, words: Wording) -> Iterator[DoseCell]:
    dosage, cell, units = item.dosage, words.locale.dose.cell, words.locale.dose.unit
    days, times = exercise_days(dosage), dosage.times_per_day
    if days is not None and is_daily(days):
        qualifier = words.commas([often(times, words), _build_up(times, words)])
        yield DoseCell(leaf(cell.every), leaf(cell.day), leaf(qualifier))
        return
    if days is not None:
        number = Quantity(len(days), len(days))
        yield _cell(words, number, units.days_a_week, listed_days(days, words))
    elif dosage.days_per_week is not None:
        yield _cell(words, dosage.days_per_week, units.days_a_week)
    if times is not None and not once_a_day(times):
        yield _cell(words, times, units.times_a_day, cell.on_those_days)


def _extras(item: OrderedExercise, words: Wording) -> Iterator[DoseCell]:
    cell = words.locale.dose.cell
    for sign, extra in ((cell.use, item.dosage.load), (cell.speed, item.dosage.tempo)):
        if extra is not None:
            yield DoseCell(leaf(sign), leaf(extra), None)
