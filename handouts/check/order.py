"""Turn a request (names, patient, choices) into a validated `Order`, or into all its problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from handouts.check.lint_handout import check_essentials, check_room
from handouts.check.photos import check_logo, pictured
from handouts.check.prescription import ordered_exercises
from handouts.check.review import Reviewed, checked, texts_of
from handouts.check.translations import language_problems, untranslated
from handouts.errors import (
    ContentError,
    DoesNotFit,
    HandoutError,
    Location,
    MissingError,
    Problem,
    did_you_mean,
)
from handouts.load.library import Library
from handouts.load.texts import reworded, rewording
from handouts.model.clinic import Clinic, Clinician, Mode, Paper, Pictures, language_tag
from handouts.model.dosage import Dosage
from handouts.model.layout import Layout
from handouts.model.locale import Locale
from handouts.model.order import LAST_BEGINNING, Order, OrderedExercise, OrderRequest, Patient
from handouts.model.program import CHOICE_EXPECTED, Program, Safety, Selection
from handouts.workspace import Kind

T = TypeVar("T")


def checked_request(request: OrderRequest) -> OrderRequest:
    """Return a request whose fields all have their type: ``paper="a4"`` becomes `Paper.A4`.

    Raises:
        ContentError: with a problem for each field that has another type, or is no known choice.
            None of them quotes the patient's name.
    """
    given: Any = request
    wrong = list(_of_another_type(given))
    changes: dict[str, Any] = {}
    for name, choice in (("paper", Paper), ("mode", Mode), ("pictures", Pictures)):
        value, known = getattr(given, name), tuple(choice)
        if value in known:
            changes[name] = choice(value)
        elif value is not None or name == "mode":
            shown = f', not "{value}"' if isinstance(value, str) else ""
            what = f"one of {', '.join(known)}{shown}"
            wrong.append((name, what, did_you_mean(str(value), known)))
    try:
        if given.exercises is not None:
            changes["exercises"] = Selection.read(given.exercises)
    except ValueError:
        wrong.append(("exercises", CHOICE_EXPECTED, ""))
    if wrong:
        place = Location("OrderRequest")
        raise ContentError(
            Problem(f"{name} must be {what}", place, hint) for name, what, hint in wrong
        )
    return replace(request, **changes)


def _of_another_type(given: Any) -> Iterator[tuple[str, str, str]]:
    """Yield each field of a wrong type, what it must be, and a hint."""
    for name in ("program", "clinic", "layout", "language", "clinician", "token"):
        needed, value = name in ("program", "clinic", "layout"), getattr(given, name)
        if not isinstance(value, str) and (needed or value is not None):
            yield name, "text", "give an id, such as si-joint-calm" if needed else ""
    if not isinstance(given.patient, Patient):
        yield "patient", "a Patient", 'write patient=Patient(name="...")'
    if type(given.from_week) is not int or not 1 <= given.from_week <= LAST_BEGINNING:
        yield "from_week", f"a week from 1 to {LAST_BEGINNING}", ""
    if not _are_doses(given.doses):
        yield "doses", "a mapping of ids of exercises to Dosage", ""


def _are_doses(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and isinstance(dose, Dosage) for name, dose in value.items()
    )


# -- the order


def make_order(library: Library, request: OrderRequest) -> Order:
    """Return the complete order for one handout.

    Raises:
        MissingError: if a program, clinic, layout, language or clinician does not exist and
            nothing else is wrong.
        ContentError: with all problems of the request, of the files that the order needs, its
            doses (error limits) and its sides, and for a layout that leaves out safety.
        DoesNotFit: if the layout's margins leave no room.
    """
    order = _order_as_written(library, request)
    words = _regional(order)
    return reworded_order(order, rewording(words)) if words else order


def _regional(order: Order) -> Mapping[str, str]:
    """Return the words of a region; those with a number to call only in clinics of its country."""
    words = order.locale.regional
    region, country = (tag.split("-")[1:] for tag in (order.locale.id, order.clinic.locale))
    if region in ([], country):
        return words
    return {word: other for word, other in words.items() if not re.search(r"\d", other)}


def reworded_order(order: Order, reword: Callable[[str], str]) -> Order:
    """Return an order with each printed text of its content replaced by what ``reword`` returns."""
    return replace(
        order,
        program=reworded(order.program, reword),
        safety=reworded(order.safety, reword),
        exercises=tuple(_reworded_exercise(item, reword) for item in order.exercises),
    )


def _order_as_written(library: Library, request: OrderRequest) -> Order:
    """Return an order in the words of its files, without the regional words of its locale."""
    request = checked_request(request)
    gather = _Gather()
    clinic = gather(lambda: library.clinic(request.clinic))
    language = _language(request.language, clinic)
    if language:
        library = library.in_language(language)
        clinic = gather(lambda: library.clinic(request.clinic))
    program = gather(lambda: library.program(request.program))
    layout = gather(lambda: library.layout(request.layout))
    locale = gather(lambda: _locale(library, language, clinic)) if language else None
    safety = gather(lambda: _safety(library, program)) if program else None
    clinician = gather(lambda: find_clinician(clinic, request)) if clinic else None
    layout_pictures, clinic_pictures = layout and layout.pictures, clinic and clinic.pictures
    pictures = request.pictures or layout_pictures or clinic_pictures or Pictures.ALL
    exercises = (
        gather(lambda: ordered_exercises(library, program, request, pictures)) if program else None
    )
    if clinic:
        gather.add(check_logo(library.workspace, clinic))
    if not language or locale:
        used = _used(request, program, safety, clinic, exercises)
        gather.add(list(untranslated(library, used)))
    gather.raise_all()
    # Without problems nothing is missing: this is for the type checker.
    if not (program and clinic and layout and locale and safety and exercises):
        raise ContentError("the order is not complete")
    paper = request.paper or Paper(clinic.paper)
    _check_layout(library, layout, paper)
    texts = _texts_to_review(library, request, program, safety, exercises)
    return Order(
        program=program,
        exercises=tuple(pictured(item, pictures, library.workspace.today) for item in exercises),
        patient=request.patient,
        clinic=clinic,
        clinician=clinician,
        safety=safety,
        layout=layout,
        locale=locale,
        paper=paper,
        mode=request.mode,
        date=library.workspace.today,
        language=language or clinic.locale,
        from_week=request.from_week,
        reference_token=request.token,
        to_mark=program.is_choice and request.exercises is None,
        checked=checked(library, clinic.id, texts),
        pictures=pictures,
    )


def _safety(library: Library, program: Program) -> Safety | None:
    """Return the safety text of a program; `program_references` reports one that is missing."""
    known = library.workspace.ids(Kind.SAFETY)
    return library.safety(program.safety) if program.safety in known else None


def _used(
    request: OrderRequest,
    program: Program | None,
    safety: Safety | None,
    clinic: Clinic | None,
    exercises: tuple[OrderedExercise, ...] | None,
) -> Iterator[tuple[Kind, str]]:
    """Yield kind and id of the files whose texts are printed."""
    for item in exercises or ():
        yield Kind.EXERCISES, item.exercise.id
    for kind, named in ((Kind.PROGRAMS, program), (Kind.SAFETY, safety), (Kind.CLINICS, clinic)):
        if named:
            yield kind, named.id
    if request.composed_from:
        # A program that a clinician has put together prints the texts of this one.
        yield Kind.PROGRAMS, request.composed_from


def _check_layout(library: Library, layout: Layout, paper: Paper) -> None:
    """Refuse a layout that leaves out safety, or has no room on the paper."""
    if silent := check_essentials(library, layout):
        raise ContentError(silent)
    if narrow := check_room(library, layout, paper):
        raise DoesNotFit(narrow)


def _texts_to_review(
    library: Library,
    request: OrderRequest,
    program: Program,
    safety: Safety,
    exercises: tuple[OrderedExercise, ...],
) -> tuple[Reviewed, ...]:
    """Return the texts that need a review; a list made for one patient needs none."""
    read = library.program(request.composed_from) if request.composed_from else program
    done = ((item.exercise, item.prescription) for item in exercises)
    texts = texts_of(library, read, safety, done)
    if request.composed_from == "":
        return tuple(text for text in texts if text.content is not program)
    return texts


def _reworded_exercise(item: OrderedExercise, reword: Callable[[str], str]) -> OrderedExercise:
    """Return a prescribed exercise in other words."""
    note = item.prescription.note
    return replace(
        item,
        exercise=reworded(item.exercise, reword),
        prescription=item.prescription.model_copy(update={"note": note and reword(note)}),
        phase=item.phase and reword(item.phase),
        when=item.when and reword(item.when),
    )


def _language(asked: str | None, clinic: Clinic | None) -> str | None:
    """Return the language to write in; "en" means the clinic's own English, such as "en-GB"."""
    usual = clinic.locale if clinic else None
    asked = language_tag(asked) if asked else None
    return usual if usual and asked in (None, usual.split("-", maxsplit=1)[0]) else asked


def _locale(library: Library, language: str, clinic: Clinic | None) -> Locale:
    """Return the words of a language.

    Raises:
        MissingError: if there are none, or its dates are not known.
        ContentError: if their file is wrong.
    """
    place = Location()
    if clinic and language == clinic.locale:
        place = library.source(Kind.CLINICS, clinic.id).location("locale")
    if unknown := language_problems(library, language, place):
        raise MissingError(unknown)
    return library.locale(language)


class _Gather:
    """A runner of steps that may fail, which collects their problems and raises all together."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.missing_only = True

    def __call__(self, step: Callable[[], T]) -> T | None:
        try:
            return step()
        except HandoutError as error:
            self.missing_only &= isinstance(error, MissingError)
            self.problems.extend(error.problems)
            return None

    def add(self, problems: list[Problem]) -> None:
        self.missing_only &= not problems
        self.problems.extend(problems)

    def raise_all(self) -> None:
        if self.problems:
            unique = dict.fromkeys(self.problems)
            ordered = sorted(unique, key=lambda problem: problem.location)
            raise (MissingError if self.missing_only else ContentError)(ordered)


def find_clinician(clinic: Clinic, request: OrderRequest) -> Clinician | None:
    """Return the clinician who hands out the sheet; None if nobody is known.

    ``request.clinician`` must be one of the clinic's, by id or name. The patient's clinician may be
    any name: if it is not the clinic's, the order has no clinician and the name stays with the
    patient. If neither is given, it is the clinic's only clinician.

    Raises:
        MissingError: if ``request.clinician`` is none of the clinic's.
    """
    known = {
        name.casefold(): person
        for person in clinic.clinicians
        for name in (person.id, person.name, person.short_name or person.id)
    }
    if request.clinician:
        wanted = " ".join(request.clinician.split()).casefold()
        if wanted not in known:
            # Not quoted: what was typed may be the name of a patient.
            message = f"that clinician does not belong to {clinic.id}"
            raise MissingError(message, did_you_mean("", (p.id for p in clinic.clinicians)))
        return known[wanted]
    if request.patient.clinician:
        return known.get(request.patient.clinician.casefold())
    return clinic.clinicians[0] if len(clinic.clinicians) == 1 else None
