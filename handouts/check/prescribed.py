"""Prescriptions into ordered exercises: variant applied, dose overridden, side resolved."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from handouts.check.lint_dose import DosePlace
from handouts.check.sides import resolve_side
from handouts.load.library import Library
from handouts.load.tree import Step
from handouts.model.clinic import AffectedSide
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise
from handouts.model.order import OrderedExercise, Side
from handouts.model.program import Prescription, Program
from handouts.workspace import Kind

Path = tuple[Step, ...]


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
    chosen = exercise.variant(prescription.variant)
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


def with_dose(prescription: Prescription, dose: Dosage | None) -> Prescription:
    """Return a prescription with a patient's own dose over the one it states, if there is one."""
    if dose is None:
        return prescription
    stated = prescription.dosage
    return prescription.model_copy(update={"dosage": stated.override(dose) if stated else dose})


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
