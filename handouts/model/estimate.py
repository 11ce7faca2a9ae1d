"""Doses into minutes: how long an exercise and a program take, for planning, not as a promise.

An exercise takes sets x repetitions x sides x (hold + 4 s to move), a stretch 5 s to change
instead, plus the rests between sets. Ranges count from their low end, as the sheet prints them;
a breath counts as 4 s. The seconds for moving are our own estimate.
"""

from __future__ import annotations

from collections.abc import Iterable

from handouts.model.dosage import Dosage, Quantity
from handouts.model.exercise import DoseKind, Exercise
from handouts.model.order import OrderedExercise, Side

MOVE_SECONDS = 4
STRETCH_CHANGE_SECONDS = 5
BREATH_SECONDS = 4
_BOTH_SIDES = (Side.EACH, Side.ALTERNATE)


def seconds(exercise: Exercise, dosage: Dosage, side: Side) -> float | None:
    """Return how many seconds one session of an exercise takes; None where the dose has a blank.

    One session is what is done at one time of day. Repetitions of a dose count for each side
    unless it says otherwise (``per_side: false``).
    """
    parts = (dosage.sets, dosage.repetitions, dosage.hold, dosage.rest)
    if any(part is not None and part.blank for part in parts):
        return None
    sets, repetitions = _low(dosage.sets, 1), _low(dosage.repetitions, 1)
    hold = _low(dosage.hold, 0)
    if dosage.hold is not None and dosage.hold.unit == "breaths":
        hold *= BREATH_SECONDS
    stretch = exercise.dose_kind is DoseKind.STRETCH
    move = STRETCH_CHANGE_SECONDS if stretch else MOVE_SECONDS
    sides = 2 if side in _BOTH_SIDES and dosage.per_side is not False else 1
    return sets * repetitions * sides * (hold + move) + (sets - 1) * _low(dosage.rest, 0)


def program_minutes(exercises: Iterable[OrderedExercise]) -> float | None:
    """Return the minutes that exercises take once through; None where one of them has a blank."""
    total = 0.0
    for item in exercises:
        taken = seconds(item.exercise, item.dosage, item.side)
        if taken is None:
            return None
        total += taken
    return total / 60


def _low(quantity: Quantity | None, absent: int) -> int:
    return absent if quantity is None or quantity.low is None else quantity.low
