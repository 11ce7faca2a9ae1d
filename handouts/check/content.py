"""One content file into all its findings, before its exceptions are taken off."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.check.essentials import check_essentials
from handouts.check.lint_complete import lint_exercise_completeness, lint_program_completeness
from handouts.check.lint_dose import lint_dose, lint_exercise_doses
from handouts.check.lint_load import lint_load
from handouts.check.lint_sides import lint_exercise_sides, lint_per_side, lint_typed_sides
from handouts.check.lint_words import lint_words
from handouts.check.logo import check_logo
from handouts.check.placeholders import lint_placeholders
from handouts.check.prescribed import dose_place, prescribed, prescription_paths
from handouts.check.references import (
    clinic_references,
    exercise_references,
    program_references,
)
from handouts.check.room import check_room
from handouts.check.texts import exercise_texts, program_texts, safety_texts
from handouts.errors import HandoutError, Problem
from handouts.load.library import Library
from handouts.model.clinic import Clinic
from handouts.model.exercise import Exercise
from handouts.model.layout import Layout
from handouts.model.order import OrderedExercise
from handouts.model.program import Program, Safety
from handouts.workspace import Kind


def content_problems(library: Library, kind: Kind, name: str) -> Iterator[Problem]:
    """Yield what is wrong with a file: why it cannot be loaded, else what lint finds in it."""
    try:
        content = library.load(kind, name)
    except HandoutError as error:
        yield from error.problems
        return
    if isinstance(content, Exercise):
        yield from _exercise(library, content)
    elif isinstance(content, Program):
        yield from _program(library, content)
    elif isinstance(content, Safety):
        yield from _safety(library, content)
    elif isinstance(content, Clinic):
        yield from check_logo(library.workspace, content)
        yield from clinic_references(library, content)
    elif isinstance(content, Layout):
        yield from check_room(library, content)
        yield from check_essentials(library, content)


def _exercise(library: Library, exercise: Exercise) -> Iterator[Problem]:
    source, words = library.source(Kind.EXERCISES, exercise.id), library.words()
    yield from exercise_references(library, exercise)
    yield from lint_exercise_doses(exercise, source, library.limits())
    yield from lint_exercise_sides(exercise, source)
    yield from lint_exercise_completeness(exercise, source)
    yield from lint_placeholders(exercise, source)
    yield from lint_typed_sides(exercise_texts(exercise), source, words)
    yield from lint_words(exercise_texts(exercise), source, words, doses=True)


def _program(library: Library, program: Program) -> Iterator[Problem]:
    source, words = library.source(Kind.PROGRAMS, program.id), library.words()
    yield from program_references(library, program)
    yield from lint_program_completeness(program, source)
    yield from lint_placeholders(program, source)
    yield from lint_typed_sides(program_texts(program), source, words)
    yield from lint_words(program_texts(program), source, words, doses=False)
    ordered: list[OrderedExercise] = []
    for path, prescription in prescription_paths(program):
        try:
            exercise = library.exercise(prescription.exercise)
            item = prescribed(exercise, prescription, None)
        except (HandoutError, KeyError):
            # Said by the references, or by the exercise's own file.
            continue
        ordered.append(item)
        if prescription.dosage is not None:
            place = dose_place(library, program, path, prescription)
            yield from lint_dose(item.dosage, exercise.dose_kind, library.limits(), place)
            yield from lint_per_side(exercise, item.dosage, source, place.path)
    # A program of which a part is unknown has no length yet.
    if len(ordered) == len(program.prescriptions):
        yield from lint_load(ordered, library.limits(), source.location("phases"))


def _safety(library: Library, safety: Safety) -> Iterator[Problem]:
    source, words = library.source(Kind.SAFETY, safety.id), library.words()
    yield from lint_placeholders(safety, source)
    yield from lint_typed_sides(safety_texts(safety), source, words)
    yield from lint_words(safety_texts(safety), source, words, doses=False)
