"""Turn a request (names, patient, choices) into a validated `Order`, or into all its problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from msgspec.structs import replace

from handouts.check.lint_plan import names_not_chosen
from handouts.check.page import check_essentials, check_logo, check_room
from handouts.check.photos import photo_warnings, pictured
from handouts.check.prescription import ordered_exercises
from handouts.check.request import OrderRequest, checked_request
from handouts.check.review import checked, texts_of
from handouts.check.translations import language_problems, untranslated
from handouts.errors import (
    ContentError,
    DoesNotFit,
    HandoutError,
    Location,
    MissingError,
    Problem,
    Severity,
    did_you_mean,
)
from handouts.load.library import Library
from handouts.load.texts import reworded, saying
from handouts.model.clinic import Clinic, Clinician, Paper, Pictures, language_tag
from handouts.model.dosage import Weekday
from handouts.model.locale import Locale
from handouts.model.order import Order, OrderedExercise
from handouts.workspace import Kind

T = TypeVar("T")


def make_order(library: Library, request: OrderRequest) -> Order:
    """Return the complete order for one handout.

    Raises:
        MissingError: if a program, clinic, layout, language or clinician does not exist and
            nothing else is wrong.
        ContentError: with all problems of the request, of the files that the order needs, its
            doses (error limits) and its sides, and for a layout that leaves out safety.
        DoesNotFit: if the layout's margins leave no room.
    """
    order = _in_words_of_content(library, request)
    words = order.locale.regional
    return reworded_order(order, saying(words)) if words else order


def reworded_order(order: Order, said: Callable[[str], str]) -> Order:
    """Return an order with each printed text of its content as ``said`` returns it."""
    return replace(
        order,
        program=reworded(order.program, said),
        safety=reworded(order.safety, said),
        exercises=tuple(_item_said(item, said) for item in order.exercises),
    )


def _in_words_of_content(library: Library, request: OrderRequest) -> Order:
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
    safety = None
    if program and program.safety in library.workspace.ids(Kind.SAFETY):
        safety = gather(lambda: library.safety(program.safety))
    clinician = gather(lambda: find_clinician(clinic, request)) if clinic else None
    layout_pictures, clinic_pictures = layout and layout.pictures, clinic and clinic.pictures
    pictures = request.pictures or layout_pictures or clinic_pictures or Pictures.ALL
    exercises = (
        gather(lambda: ordered_exercises(library, program, request, pictures)) if program else None
    )
    if clinic:
        gather.add(check_logo(library.workspace, clinic))
    used = [(Kind.EXERCISES, item.exercise.id) for item in exercises or ()]
    for kind, named in ((Kind.PROGRAMS, program), (Kind.SAFETY, safety), (Kind.CLINICS, clinic)):
        used += [(kind, named.id)] if named else []
    # The texts of a list that a clinician has put together are those of this program.
    used += [(Kind.PROGRAMS, request.composed_from)] if request.composed_from else []
    gather.add(list(untranslated(library, used)))
    gather.raise_all()
    # Nothing is missing once no problem was gathered; said here for the type checker.
    if not (program and clinic and layout and locale and safety and exercises):
        raise ContentError("the order is not complete")
    paper = request.paper or Paper(clinic.paper)
    if silent := check_essentials(library, layout):
        raise ContentError(silent)
    if narrow := check_room(library, layout, paper):
        raise DoesNotFit(narrow)
    done = ((item.exercise, item.prescription) for item in exercises)
    read = program
    if request.composed_from:
        read = library.program(request.composed_from)
    texts = texts_of(library, read, safety, done)
    if request.composed_from == "":
        texts = tuple(text for text in texts if text.content is not program)
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


def _item_said(item: OrderedExercise, said: Callable[[str], str]) -> OrderedExercise:
    """Return an exercise as prescribed, in other words."""
    note = item.prescription.note
    return replace(
        item,
        exercise=reworded(item.exercise, said),
        prescription=item.prescription.model_copy(update={"note": note and said(note)}),
        phase=item.phase and said(item.phase),
        when=item.when and said(item.when),
    )


def _language(asked: str | None, clinic: Clinic | None) -> str | None:
    """Return the language to write in; "en" is the clinic's own English, "en-GB" or another."""
    usual = clinic.locale if clinic else None
    asked = language_tag(asked) if asked else None
    return usual if usual and asked in (None, usual.split("-", maxsplit=1)[0]) else asked


def _locale(library: Library, language: str, clinic: Clinic | None) -> Locale:
    """Return the words of a language.

    Raises:
        MissingError: if there are none, or nobody knows how it writes dates.
        ContentError: if their file is wrong.
    """
    place = Location()
    if clinic and language == clinic.locale:
        place = library.source(Kind.CLINICS, clinic.id).location("locale")
    if unknown := language_problems(library, language, place):
        raise MissingError(unknown)
    return library.locale(language)


class _Gather:
    """Runs steps that may fail, keeps their problems, and raises them all together."""

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
    """Return who hands out the sheet.

    A clinician asked for must be one of the clinic's, by id or name. The patient's may be a free
    name: then the order has no clinician and the name stays with the patient. With neither, a
    clinic's only clinician.

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
            # The name typed is not quoted: it is said by whoever makes the handout.
            message = f"that clinician is not one of {clinic.id}"
            raise MissingError(message, did_you_mean("", (p.id for p in clinic.clinicians)))
        return known[wanted]
    if request.patient.clinician:
        return known.get(request.patient.clinician.casefold())
    return clinic.clinicians[0] if len(clinic.clinicians) == 1 else None


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
    return not item.later and item.when is None
