"""Turn a program into the exercises that one patient gets, with variant, dose and side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from handouts.check.codes import without_exceptions
from handouts.check.lint_complete import lint_placeholders
from handouts.check.lint_dose import DosePlace, dose_place, lint_dose, lint_weeks
from handouts.check.photos import photo_problems
from handouts.check.references import program_references, sides_of
from handouts.errors import ContentError, Location, MissingError, Problem, Severity, did_you_mean
from handouts.load.library import Library
from handouts.load.source import KeyPath, SourceFile, make_node
from handouts.model.clinic import AffectedSide, Pictures
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise, Sides
from handouts.model.order import OrderedExercise, OrderRequest, Patient, Side
from handouts.model.program import (
    ALL_EXERCISES,
    Phase,
    PrescribedSide,
    Prescription,
    Program,
    Selection,
)
from handouts.workspace import Kind

OWN_DOSE = "the patient's own dose of {}"


def ordered_exercises(
    library: Library, program: Program, request: OrderRequest, pictures: Pictures
) -> tuple[OrderedExercise, ...]:
    """Return the exercises of a program for one patient.

    Raises:
        ContentError: with all their problems.
    """
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
                _with_dose(written, dose),
                patient.affected_side,
                number=len(items) + 1,
                phase=choice.phase,
                starts=choice.starts,
            )
        except ContentError as error:
            problems.extend(error.problems)
            continue
        except (MissingError, KeyError):
            # `program_references` has reported it, with its place in the program.
            continue
        item = _within(item, program.weeks)
        start, begun = patient.start_date, item.beginning(request.from_week)
        dosage = begun.dosage if start is None else begun.dosage.starting(start.weekday())
        items.append(replace(begun, dosage=dosage))
        problems.extend(_item_problems(library, program, path, item, patient))
        problems.extend(photo_problems(library, item, pictures))
        stated = dose_place(library, program, path, written)
        place = stated if dose is None else patient_dose_place(item)
        problems.extend(_errors(lint_weeks(item, program.weeks, place), place.source))
        judged = lint_dose(item.dosage, item.exercise.dose_kind, library.limits(), place)
        problems.extend(_errors(judged, place.source))
    if problems:
        raise ContentError(problems)
    return tuple(items)


def _within(item: OrderedExercise, weeks: int) -> OrderedExercise:
    """Return an exercise without changes of its dose after the last week of the program."""
    later = item.dosage.from_week
    kept = {week: dose for week, dose in later.items() if item.from_week + week - 1 <= weeks}
    if kept == later:
        return item
    return replace(item, dosage=item.dosage.model_copy(update={"from_week": kept}))


def patient_dose_place(item: OrderedExercise) -> DosePlace:
    """Return the place of a patient's own dose, which is in no file of content."""
    name = item.exercise.id
    nowhere = SourceFile("", make_node(Location(DOSE.format(name)), {}))
    return DosePlace(nowhere, (), OWN_DOSE.format(name))


def _item_problems(
    library: Library, program: Program, path: KeyPath, item: OrderedExercise, patient: Patient
) -> Iterator[Problem]:
    """Yield why an exercise cannot be printed for this patient."""
    exercise, prescription = item.exercise, item.prescription
    if prescription.side_required and patient.affected_side is None:
        message = f"{program.id} needs the affected side, for {exercise.id}"
        place = library.source(Kind.PROGRAMS, program.id).location(*path, "side_required")
        hint = "add --side left or --side right, or affected_side to the patient's file"
        yield Problem(message, place, hint)
    source = library.source(Kind.EXERCISES, exercise.id)
    whole, sides = library.exercise(exercise.id), sides_of(library, source)
    yield from _errors(lint_placeholders(whole, source, sides), source)


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

    ``phase`` is the phase that it belongs to; ``starts``: it is the first exercise of the phase.

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
    # A dose for the sore side counts for each side if both are sore.
    return replace(item, dosage=item.dosage.model_copy(update={"per_side": True}))


def _with_dose(prescription: Prescription, dose: Dosage | None) -> Prescription:
    """Return a prescription with a patient's own dose, if any, laid over the dose it states."""
    if dose is None:
        return prescription
    stated = prescription.dosage
    return prescription.model_copy(update={"dosage": stated.override(dose) if stated else dose})


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

    The prescription overrides the exercise. An affected side becomes the patient's: left, right,
    EACH if both are sore, and SORE if it is not known.
    """
    asked = prescription.side or exercise.sides
    if asked in (PrescribedSide.AFFECTED, Sides.AFFECTED):
        return _BY_PATIENT[affected]
    return Side.TOGETHER if asked is Sides.BOTH else Side(asked.value)


# -- which exercises of a program one patient gets

EXERCISES, DOSE = Location("exercises"), "dose:{}"
"""The places of a request's choice and doses, named as columns of a roster: no file has them."""


class Chosen(Struct, frozen=True):
    """One prescription that a patient gets, with its path in the program's file.

    ``phase`` says when it begins for this patient; ``starts``: it is the first of its phase.
    """

    path: KeyPath
    prescription: Prescription
    phase: Phase
    starts: bool


def chosen(program: Program, request: OrderRequest) -> tuple[Chosen, ...]:
    """Return the prescriptions that a request asks for, in the order of the program.

    A phase without chosen exercises is left out. Weeks count from the first phase that remains. If
    phases right before a phase are left out, it gets the condition (``when``) of the first of them.

    Raises:
        ContentError: for an exercise that is not in the program, for a dose of an exercise that is
            not chosen, and for no choice in a patient's handout of a program to choose from.
    """
    listed = program.prescription_paths
    asked = None if request.exercises is None else Selection.read(request.exercises)
    if asked is None and program.is_choice and not _is_blank(request.patient):
        raise ContentError(_unchosen(program))
    numbers, problems = _numbers(program, asked or ALL_EXERCISES)
    kept = [listed[number - 1] for number in numbers]
    problems += _strange_doses(program, kept, request.doses)
    if problems:
        raise ContentError(problems)
    return tuple(_in_phases(program, kept))


def _is_blank(patient: Patient) -> bool:
    """Return whether a handout names no patient, so that a clinician marks exercises on paper."""
    return not (patient.name or patient.preferred_name or patient.reference)


def _all_exercises(program: Program) -> str:
    """Return the exercises of a program by number and id: ``1 hip-thrust, 2 bird-dog``."""
    names = (prescription.exercise for prescription in program.prescriptions)
    return ", ".join(f"{number} {name}" for number, name in enumerate(names, 1))


def _unchosen(program: Program) -> Problem:
    count = len(program.prescriptions)
    return Problem(
        f"{program.id} is a list of {count} exercises to choose from, at most {program.choose} "
        "for one patient",
        EXERCISES,
        "choose some, such as 1,3 (--exercises, or the column exercises), or write all: "
        f"{_all_exercises(program)}",
    )


def _numbers(program: Program, asked: Selection) -> tuple[list[int], list[Problem]]:
    """Return the chosen numbers in order, and the problems of the other choices."""
    names = [prescription.exercise for prescription in program.prescriptions]
    if not asked.items:
        return list(range(1, len(names) + 1)), []
    found: set[int] = set()
    problems = []
    for item in asked.items:
        if isinstance(item, int):
            if item <= len(names):
                found.add(item)
                continue
            message = f"{program.id} has no exercise {item}, only {len(names)}"
            problems.append(Problem(message, EXERCISES, f"it has {_all_exercises(program)}"))
            continue
        places = [number for number, name in enumerate(names, 1) if name == item]
        if len(places) == 1:
            found.update(places)
        elif places:
            message = f"{program.id} has {item} {len(places)} times"
            hint = f"choose one by number: {' or '.join(map(str, places))}"
            problems.append(Problem(message, EXERCISES, hint))
        else:
            # Not quoted: in a list it may be a patient's name in the wrong column.
            message = f"an exercise is chosen that {program.id} does not have"
            close = did_you_mean(item, names)
            close = f"{close} " if close.startswith("did") else ""
            hint = f"{close}it has {_all_exercises(program)}"
            problems.append(Problem(message, EXERCISES, hint))
    return sorted(found), problems


def _strange_doses(
    program: Program, kept: list[tuple[KeyPath, Prescription]], doses: Mapping[str, Dosage]
) -> list[Problem]:
    """Return a problem for each dose of an exercise that the patient does not get."""
    known = {prescription.exercise for prescription in program.prescriptions}
    given = {prescription.exercise for _, prescription in kept}
    problems = []
    for name in doses:
        place = Location(DOSE.format(name))
        if name not in known:
            message = f'{program.id} has no exercise "{name}"'
            problems.append(Problem(message, place, did_you_mean(name, known)))
        elif name not in given:
            message = f"a dose for {name}, which is not among the chosen exercises"
            problems.append(Problem(message, place, "choose it too, or leave out the dose"))
    return problems


def _in_phases(program: Program, kept: list[tuple[KeyPath, Prescription]]) -> Iterator[Chosen]:
    left = sorted({int(path[1]) for path, _ in kept})
    phases: dict[int, Phase] = {}
    before = -1
    for number in left:
        earlier = program.phases[left[0]].from_week - 1
        phase = program.phases[number]
        # A condition is about the exercises before it: take that of the phase right after them.
        when = program.phases[before + 1].when
        changes = {"when": when, "from_week": phase.from_week - earlier}
        phases[number] = phase.model_copy(update=changes)
        before = number
    begun: set[int] = set()
    for path, prescription in kept:
        number = int(path[1])
        yield Chosen(path, prescription, phases[number], starts=number not in begun)
        begun.add(number)
