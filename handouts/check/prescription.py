"""Turn prescriptions into ordered exercises: variant applied, dose overridden, side resolved."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from handouts.check.lint_dose import DosePlace
from handouts.load.library import Library
from handouts.load.source import Path
from handouts.model.clinic import AffectedSide
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise, Sides
from handouts.model.order import OrderedExercise, Side
from handouts.model.program import Phase, PrescribedSide, Prescription, Program
from handouts.workspace import Kind


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
    phase: Phase | None = None,
    starts: bool = True,
) -> OrderedExercise:
    """Return an exercise as prescribed for a patient with that affected side.

    ``phase`` is the one it belongs to; ``starts``: it is the first of it.

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
        phase=phase.name if phase and starts else None,
        from_week=phase.from_week if phase else 1,
        when=phase.when if phase else None,
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


_BY_EXERCISE = {
    Sides.BOTH: Side.TOGETHER,
    Sides.EACH: Side.EACH,
    Sides.ALTERNATE: Side.ALTERNATE,
}
_BY_PRESCRIPTION = {
    PrescribedSide.LEFT: Side.LEFT,
    PrescribedSide.RIGHT: Side.RIGHT,
    PrescribedSide.EACH: Side.EACH,
}
_BY_PATIENT = {
    AffectedSide.LEFT: Side.LEFT,
    AffectedSide.RIGHT: Side.RIGHT,
    AffectedSide.BOTH: Side.EACH,
    None: Side.SORE,
}


def resolve_side(
    exercise: Exercise, prescription: Prescription, affected: AffectedSide | None
) -> Side:
    """Return the side of one exercise for one patient.

    The prescription decides over the exercise; ``affected`` becomes the patient's side, both
    sides if both are sore, and SORE if it is not known.
    """
    prescribed = prescription.side
    if prescribed is PrescribedSide.AFFECTED:
        return _BY_PATIENT[affected]
    if prescribed is not None:
        return _BY_PRESCRIPTION[prescribed]
    if exercise.sides is Sides.AFFECTED:
        return _BY_PATIENT[affected]
    return _BY_EXERCISE[exercise.sides]


def cannot_have_side(exercise: Exercise, prescription: Prescription) -> str:
    """Return why a side cannot be prescribed for an exercise; empty if it can."""
    side = prescription.side
    if side is None or (exercise.sides is Sides.ALTERNATE and side is PrescribedSide.EACH):
        return ""
    ways = {
        Sides.BOTH: "works both sides together",
        Sides.ALTERNATE: "swaps sides at each repetition",
    }
    if exercise.sides not in ways:
        return ""
    return f'{exercise.id} {ways[exercise.sides]} and cannot be done on side "{side.value}"'
