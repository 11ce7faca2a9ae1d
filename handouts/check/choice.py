"""Turn a program and a choice of its exercises into what one patient gets, in the right order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from msgspec import Struct

from handouts.check.lint_plan import names_not_chosen
from handouts.check.photos import photo_warnings
from handouts.check.prescription import prescription_paths
from handouts.check.request import OrderRequest
from handouts.errors import ContentError, Location, Problem, Severity, did_you_mean
from handouts.load.library import Library
from handouts.load.source import Path
from handouts.model.dosage import Dosage, Weekday
from handouts.model.order import Order, OrderedExercise, Patient
from handouts.model.program import Phase, Prescription, Program
from handouts.model.selection import ALL, Selection, parse_selection

EXERCISES, DOSE = Location("exercises"), "dose:{}"
"""Where a choice and a dose of a request are, by the columns of a roster: no file holds them."""


class Chosen(Struct, frozen=True):
    """One prescription that a patient gets, with its path in the program's file.

    ``phase`` says when it begins for this patient; ``starts``: it is the first of its phase.
    """

    path: Path
    prescription: Prescription
    phase: Phase
    starts: bool


def chosen(program: Program, request: OrderRequest) -> tuple[Chosen, ...]:
    """Return the prescriptions that a request asks for, in the order of the program.

    A phase of which none is left goes. Weeks count from the first phase that is left, and a phase
    waits for no more than what is left: where the one before it is gone, its condition is that of
    the first that went.

    Raises:
        ContentError: for an exercise that the program has not, a dose of one that is not chosen,
            and a patient's handout of a program to choose from of which nobody has chosen.
    """
    listed = tuple(prescription_paths(program))
    asked = None if request.exercises is None else parse_selection(request.exercises)
    if asked is None and program.is_choice and not is_blank(request.patient):
        raise ContentError(_unchosen(program))
    numbers, problems = _numbers(program, asked or ALL)
    kept = [listed[number - 1] for number in numbers]
    problems += _strange_doses(program, kept, request.doses)
    if problems:
        raise ContentError(problems)
    return tuple(_in_phases(program, kept))


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
    program: Program, kept: list[tuple[Path, Prescription]], doses: Mapping[str, Dosage]
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


def _in_phases(program: Program, kept: list[tuple[Path, Prescription]]) -> Iterator[Chosen]:
    left = sorted({int(path[1]) for path, _ in kept})
    phases: dict[int, Phase] = {}
    before = -1
    for number in left:
        earlier = program.phases[left[0]].from_week - 1
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


def order_warnings(library: Library, order: Order) -> tuple[Problem, ...]:
    """Return what whoever hands out a sheet may not have meant; it can be made all the same."""
    found = []
    count, most = len(order.exercises), order.program.choose
    if most is not None and count > most and not order.to_mark:
        message = f"{count} exercises, of which {order.program.id} means at most {most} for one"
        found.append(Problem(message, hint="more than a few are seldom done"))
    start = order.patient.start_date
    at_once = [item.dosage.days for item in order.exercises if _at_once(item)]
    if start is not None and at_once and all(_rests(days, start) for days in at_once):
        message = f"the first day is a rest day: no exercise is for a {_WEEKDAYS[start.weekday()]}"
        found.append(Problem(message, hint="start on another day, or give the doses other days"))
    found = [problem._replace(severity=Severity.WARNING) for problem in found]
    return (*found, *names_not_chosen(library, order), *photo_warnings(library, order))


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _rests(days: tuple[Weekday, ...] | None, date: dt.date) -> bool:
    return bool(days) and date.weekday() not in {day.number for day in days or ()}


def _at_once(item: OrderedExercise) -> bool:
    return item.from_week == 1 and item.when is None
