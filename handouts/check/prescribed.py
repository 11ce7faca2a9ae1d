"""Prescriptions into ordered exercises: variant applied, dose overridden, side resolved.

The same exercise with the same dose is one object, whoever it is for: see
`handouts.model.memory`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from handouts.check.lint_dose import DosePlace
from handouts.check.sides import resolve_side
from handouts.load.library import Library
from handouts.load.tree import Step
from handouts.model.choices import AffectedSide
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise
from handouts.model.memory import Memory, remembered
from handouts.model.order import OrderedExercise, Side
from handouts.model.program import Prescription, Program
from handouts.workspace import Kind

Path = tuple[Step, ...]

_MOST = 2048
"""Ordered exercises that are remembered: 1 kB each."""
# Loads and tempos that are numbers alone: other words might say anything of a patient.
_LOAD = re.compile(r"\d{1,3}([.,]\d{1,2})?\s?(kg|lbs?)")
_TEMPO = re.compile(r"\d(-\d){2,3}")
_doses: Memory[Dosage] = Memory(_MOST)
_items: Memory[OrderedExercise] = Memory(_MOST)


def prescription_paths(program: Program) -> Iterator[tuple[Path, Prescription]]:
    """Yield every prescription of a program with its path in the file."""
    for phase_number, phase in enumerate(program.phases):
        for number, prescription in enumerate(phase.exercises):
            yield ("phases", phase_number, "exercises", number), prescription


def prescribed(
    exercise: Exercise,
    prescription: Prescription,
    affected: AffectedSide | None,
    *,
    number: int = 1,
    phase: str | None = None,
) -> OrderedExercise:
    """Return an exercise as prescribed for a patient with that affected side.

    Raises:
        KeyError: if the exercise has no such variant.
    """
    chosen = _in_variant(exercise, prescription.variant)
    item = OrderedExercise(
        number=number,
        exercise=chosen,
        prescription=prescription,
        dosage=chosen.dosage.override(prescription.dosage),
        side=resolve_side(exercise, prescription, affected),
        phase=phase,
    )
    if item.side is not Side.EACH or item.dosage.per_side is not None:
        return item
    # A dose for the sore side counts for each side where both are sore.
    return replace(item, dosage=item.dosage.model_copy(update={"per_side": True}))


@remembered(256)
def _in_variant(exercise: Exercise, variant: str | None) -> Exercise:
    return exercise.variant(variant)


def one_dose(dose: Dosage | None) -> Dosage | None:
    """Return the first dose met that states the same; itself where it is a patient's own words."""
    if dose is None or _has_words(dose):
        return dose
    return _doses.recall((tuple(dose), frozenset(dose.model_fields_set)), lambda: dose)


def _has_words(dose: Dosage | None) -> bool:
    """Whether a dose has words that might say anything: a load or tempo that is not a number."""
    if dose is None:
        return False
    return bool(
        (dose.load and not _LOAD.fullmatch(dose.load))
        or (dose.tempo and not _TEMPO.fullmatch(dose.tempo))
    )


def _is_own(_exercise: Exercise, _written: Prescription, dose: Dosage | None, *_: object) -> bool:
    return _has_words(dose)


@remembered(_MOST, unless=_is_own)
def ordered(
    exercise: Exercise,
    written: Prescription,
    dose: Dosage | None,
    affected: AffectedSide | None,
    number: int,
    phase: str | None,
) -> OrderedExercise:
    """Return an exercise of a program for a patient, with a dose of their own (`one_dose`).

    Raises:
        KeyError: if the exercise has no such variant.
    """
    prescription = _with_dose(written, dose)
    item = prescribed(exercise, prescription, affected, number=number, phase=phase)
    if dose is None:
        return _first_equal(item)
    item = replace(item, individual=True, own=_has_words(dose))
    return item if item.own else _first_equal(item)


def _with_dose(prescription: Prescription, dose: Dosage | None) -> Prescription:
    """Return a prescription with a patient's own dose over the one it states."""
    if dose is None:
        return prescription
    stated = prescription.dosage
    return prescription.model_copy(update={"dosage": stated.override(dose) if stated else dose})


def _first_equal(item: OrderedExercise) -> OrderedExercise:
    """Return the first ordered exercise met that is equal, of whatever program."""
    written = item.prescription
    prescription = (written.variant, written.side, written.side_required, written.note)
    doses = [tuple(dose) if dose else None for dose in (item.dosage, written.dosage)]
    things = (
        item.exercise,
        prescription,
        *doses,
        item.side,
        item.number,
        item.phase,
        item.individual,
    )
    return _items.recall(things, lambda: item)


def dose_place(
    library: Library, program: Program, path: Path, prescription: Prescription
) -> DosePlace:
    """Return where the dose of a prescription is stated last: program, variant or exercise."""
    name, variant = prescription.exercise, prescription.variant
    if prescription.dosage is not None:
        source = library.source(Kind.PROGRAMS, program.id)
        return DosePlace(source, (*path, "dosage"), name)
    source = library.source(Kind.EXERCISES, name)
    if variant and source.has("variants", variant, "dosage"):
        return DosePlace(source, ("variants", variant, "dosage"), name)
    return DosePlace(source, ("dosage",), name)
