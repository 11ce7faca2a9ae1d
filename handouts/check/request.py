"""Turn what somebody asks for into the exercises of a program that one patient gets, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from handouts.errors import ContentError, Location, Problem, did_you_mean
from handouts.load.source import KeyPath
from handouts.model.clinic import Mode, Paper, Pictures
from handouts.model.dosage import Dosage
from handouts.model.order import LAST_BEGINNING, Patient
from handouts.model.program import (
    ALL_EXERCISES,
    CHOICE_EXPECTED,
    Phase,
    Prescription,
    Program,
    Selection,
    parse_selection,
)


class OrderRequest(Struct, frozen=True):
    """What somebody asks for: ids, the patient, and what differs from the clinic's habits.

    ``language`` and ``paper`` are the clinic's unless given; ``clinician`` is an id or name.
    ``exercises`` are those of the program that this patient gets, as ``"1, 3, bird-dog"``, or
    ``"all"``; without them all, but of a program to choose from only for a blank handout.
    ``doses`` change the dose of exercises of the program for this patient, field by field.
    ``from_week`` is the week of the program in which the handout begins, from 1: the patient has
    done those before it.
    ``token`` stands for the patient's reference in the PDF. ``pictures`` are those of the layout,
    else of the clinic, unless given.
    ``composed_from``: the program is a list that a clinician has put together for this patient,
    from the program of this id or, if it is empty, from nothing. Its texts are then those of that
    program, and the list itself needs no review.
    """

    program: str
    clinic: str
    layout: str = "standard"
    patient: Patient = field(default_factory=Patient)
    language: str | None = None
    paper: Paper | None = None
    mode: Mode = Mode.COLOUR
    clinician: str | None = None
    exercises: Selection | str | None = None
    doses: Mapping[str, Dosage] = field(default_factory=dict)
    from_week: int = 1
    token: str | None = None
    composed_from: str | None = None
    pictures: Pictures | None = None


_REQUEST = Location("OrderRequest")
"""Where a wrong field of a request is: it stands in no file."""


def checked_request(request: OrderRequest) -> OrderRequest:
    """Return a request with every field of its type: ``paper="a4"`` is `Paper.A4`.

    Raises:
        ContentError: with a problem for each field that is of another type, or no such choice.
            None shows what the patient is called.
    """
    problems: list[Problem] = []

    def wrong(name: str, what: str, hint: str) -> None:
        problems.append(Problem(f"{name} must be {what}", _REQUEST, hint))

    for name in ("program", "clinic", "layout", "language", "clinician", "token"):
        value = getattr(request, name)
        if not isinstance(value, str) and (value is not None or name in _NEEDED):
            wrong(name, "text", "give an id, such as si-joint-calm" if name in _NEEDED else "")
    choices = _choices(request, wrong)
    given: Any = request
    exercises = _selection(given.exercises)
    if (exercises is None) is not (given.exercises is None):
        wrong("exercises", CHOICE_EXPECTED, "")
    if not isinstance(given.patient, Patient):
        wrong("patient", "a Patient", 'write patient=Patient(name="...")')
    if type(given.from_week) is not int or not 1 <= given.from_week <= LAST_BEGINNING:
        wrong("from_week", f"a week from 1 to {LAST_BEGINNING}", "")
    if not _are_doses(given.doses):
        wrong("doses", "a mapping of ids of exercises to Dosage", "")
    if problems:
        raise ContentError(problems)
    return replace(request, **choices, exercises=exercises)


def _choices(
    request: OrderRequest, wrong: Callable[[str, str, str], None]
) -> dict[str, StrEnum | None]:
    """Return paper, mode and pictures as what they are; ``wrong`` is told of what is none."""
    choices: dict[str, StrEnum | None] = {}
    for name, choice in (("paper", Paper), ("mode", Mode), ("pictures", Pictures)):
        value = getattr(request, name)
        known = tuple(choice)
        if value is None and name != "mode":
            choices[name] = None
        elif isinstance(value, str) and value in known:
            choices[name] = choice(value)
        else:
            shown = f', not "{value}"' if isinstance(value, str) else ""
            wrong(name, f"one of {', '.join(known)}{shown}", did_you_mean(str(value), known))
    return choices


def _selection(value: Any) -> Selection | None:
    """Return a choice of exercises; None for none, and for what is no choice."""
    try:
        return None if value is None else parse_selection(value)
    except ValueError:
        return None


def _are_doses(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and isinstance(dose, Dosage) for name, dose in value.items()
    )


_NEEDED = ("program", "clinic", "layout")


# -- which exercises

EXERCISES, DOSE = Location("exercises"), "dose:{}"
"""Where a choice and a dose of a request are, by the columns of a roster: no file holds them."""


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

    A phase of which none is left goes. Weeks count from the first phase that is left, but for a
    handout that begins later they are those of the program. A phase
    waits for no more than what is left: where the one before it is gone, its condition is that of
    the first that went.

    Raises:
        ContentError: for an exercise that the program has not, a dose of one that is not chosen,
            and a patient's handout of a program to choose from of which nobody has chosen.
    """
    listed = tuple(program.prescription_paths)
    asked = None if request.exercises is None else parse_selection(request.exercises)
    if asked is None and program.is_choice and not is_blank(request.patient):
        raise ContentError(_unchosen(program))
    numbers, problems = _numbers(program, asked or ALL_EXERCISES)
    kept = [listed[number - 1] for number in numbers]
    problems += _strange_doses(program, kept, request.doses)
    if problems:
        raise ContentError(problems)
    return tuple(_in_phases(program, kept, from_start=request.from_week == 1))


def is_blank(patient: Patient) -> bool:
    """Whether a handout is nobody's yet: a clinician marks on paper what is to be done."""
    return not (patient.name or patient.preferred_name or patient.reference)


def all_exercises(program: Program) -> str:
    """Return the exercises of a program by number and id: ``1 hip-thrust, 2 bird-dog``."""
    names = (prescription.exercise for prescription in program.prescriptions)
    return ", ".join(f"{number} {name}" for number, name in enumerate(names, 1))


def _unchosen(program: Program) -> Problem:
    count = len(program.prescriptions)
    return Problem(
        f"{program.id} is a list of {count} exercises to choose from, at most {program.choose} "
        "for one patient",
        EXERCISES,
        f"choose as in 1,3 (--only, or the column exercises), or say all: {all_exercises(program)}",
    )


def _numbers(program: Program, asked: Selection) -> tuple[list[int], list[Problem]]:
    """Return the numbers that are asked for, in order, and what is wrong with the others."""
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
            problems.append(Problem(message, EXERCISES, f"it has {all_exercises(program)}"))
            continue
        places = [number for number, name in enumerate(names, 1) if name == item]
        if len(places) == 1:
            found.update(places)
        elif places:
            message = f"{program.id} has {item} {len(places)} times"
            hint = f"say which by number: {' or '.join(map(str, places))}"
            problems.append(Problem(message, EXERCISES, hint))
        else:
            # Not quoted: in a list it may be a patient's name that stands in the wrong column.
            message = f"an exercise is chosen that {program.id} has not"
            close = did_you_mean(item, names)
            close = f"{close} " if close.startswith("did") else ""
            hint = f"{close}it has {all_exercises(program)}"
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
            message = f"a dose for {name}, which is not among the exercises that are chosen"
            problems.append(Problem(message, place, "choose it too, or leave out the dose"))
    return problems


def _in_phases(
    program: Program, kept: list[tuple[KeyPath, Prescription]], *, from_start: bool
) -> Iterator[Chosen]:
    left = sorted({int(path[1]) for path, _ in kept})
    phases: dict[int, Phase] = {}
    before = -1
    for number in left:
        earlier = program.phases[left[0]].from_week - 1 if from_start else 0
        phase = program.phases[number]
        # What a phase waits for stands in the phase before it.
        when = program.phases[before + 1].when
        changes = {"when": when, "from_week": phase.from_week - earlier}
        phases[number] = phase.model_copy(update=changes)
        before = number
    begun: set[int] = set()
    for path, prescription in kept:
        number = int(path[1])
        yield Chosen(path, prescription, phases[number], starts=number not in begun)
        begun.add(number)
