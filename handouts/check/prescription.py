"""Turn prescriptions into ordered exercises: variant applied, dose overridden, side resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from handouts.check.codes import without_exceptions
from handouts.check.lint_complete import lint_placeholders
from handouts.check.lint_dose import DosePlace, lint_dose, lint_weeks
from handouts.check.photos import photo_problems
from handouts.check.references import program_references, sides_of
from handouts.check.request import DOSE, OrderRequest, chosen
from handouts.errors import ContentError, Location, MissingError, Problem, Severity
from handouts.load.library import Library
from handouts.load.source import KeyPath, SourceFile, make_node
from handouts.model.clinic import AffectedSide, Pictures
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise, Sides
from handouts.model.order import OrderedExercise, Patient, Side
from handouts.model.program import Phase, PrescribedSide, Prescription, Program
from handouts.workspace import Kind


def ordered_exercises(
    library: Library, program: Program, request: OrderRequest, pictures: Pictures
) -> tuple[OrderedExercise, ...]:
    """Return the exercises of a program for one patient, or raise all their problems."""
    patient = request.patient
    problems = [*program_references(library, program)]
    try:
        wanted = chosen(program, request)
    except ContentError as error:
        raise ContentError([*problems, *error.problems]) from None
    items: list[OrderedExercise] = []
    for choice in wanted:
        path, written = choice.path, choice.prescription
        dose = request.doses.get(written.exercise)
        try:
            exercise = library.exercise(written.exercise)
            item = prescribed(
                exercise,
                with_dose(written, dose),
                patient.affected_side,
                number=len(items) + 1,
                phase=choice.phase,
                starts=choice.starts,
            )
        except ContentError as error:
            problems.extend(error.problems)
            continue
        except (MissingError, KeyError):
            # Already among the problems, with its place in the program.
            continue
        item = _within(item, program.weeks)
        start, begun = patient.start_date, item.beginning(request.from_week)
        dosage = begun.dosage if start is None else begun.dosage.starting(start.weekday())
        items.append(replace(begun, dosage=dosage))
        problems.extend(_item_problems(library, program, path, item, patient))
        problems.extend(photo_problems(library, item, pictures))
        stated = dose_place(library, program, path, written)
        place = stated if dose is None else _patient_dose_place(item)
        problems.extend(_errors(lint_weeks(item, program.weeks, place), place.source))
        judged = lint_dose(item.dosage, item.exercise.dose_kind, library.limits(), place)
        problems.extend(_errors(judged, place.source))
    if problems:
        raise ContentError(problems)
    return tuple(items)


def _within(item: OrderedExercise, weeks: int) -> OrderedExercise:
    """Return an exercise without what changes in its dose after the weeks of the program."""
    later = item.dosage.from_week
    kept = {week: dose for week, dose in later.items() if item.from_week + week - 1 <= weeks}
    if kept == later:
        return item
    return replace(item, dosage=item.dosage.model_copy(update={"from_week": kept}))


def _patient_dose_place(item: OrderedExercise) -> DosePlace:
    """Return the place of a patient's own dose: no file of content holds it."""
    name = item.exercise.id
    nowhere = SourceFile("", make_node(Location(DOSE.format(name)), {}))
    return DosePlace(nowhere, (), f"the patient's own dose of {name}")


def _item_problems(
    library: Library, program: Program, path: KeyPath, item: OrderedExercise, patient: Patient
) -> Iterator[Problem]:
    """Yield what makes an exercise impossible to print for this patient."""
    exercise, prescription = item.exercise, item.prescription
    if prescription.side_required and patient.affected_side is None:
        yield Problem(
            f"{program.id} needs the affected side, for {exercise.id}",
            library.source(Kind.PROGRAMS, program.id).location(*path, "side_required"),
            "add --side left or --side right, or affected_side to the patient's file",
        )
    source = library.source(Kind.EXERCISES, exercise.id)
    placeholders = lint_placeholders(
        library.exercise(exercise.id), source, sides_of(library, source)
    )
    yield from _errors(placeholders, source)


def _errors(problems: Iterable[Problem], file: SourceFile) -> list[Problem]:
    """Return findings at error level, without those that the file switches off."""
    return [
        problem
        for problem in without_exceptions(problems, file)
        if problem.severity is Severity.ERROR
    ]


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
    library: Library, program: Program, path: KeyPath, prescription: Prescription
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
