"""Turn all content of a library, or some of its files, into a list of problems in file order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import chain
from pathlib import Path

from handouts.check.codes import exception_problems, finding, without_exceptions
from handouts.check.lint_complete import (
    LONGER,
    lint_ask_first,
    lint_exercise_completeness,
    lint_licences,
    lint_placeholders,
    lint_program_completeness,
    lint_sides_in_both,
)
from handouts.check.lint_dose import (
    dose_place,
    lint_dose,
    lint_exercise_doses,
    lint_load,
    lint_per_side,
    lint_weeks,
)
from handouts.check.lint_handout import (
    check_essentials,
    check_room,
    exercise_names,
    lint_choice,
    lint_names,
    lint_positions,
)
from handouts.check.lint_words import lint_both_ways, lint_regions, lint_short_limits, lint_words
from handouts.check.photos import check_logo, lint_photos
from handouts.check.prescription import prescribed
from handouts.check.references import (
    clinic_references,
    copy_problems,
    exercise_references,
    link_circles,
    locale_of,
    program_references,
    safety_of,
    sides_of,
)
from handouts.errors import HandoutError, Location, Problem
from handouts.files import real_path
from handouts.load.extends import placed_at_extends
from handouts.load.library import Library, loaded_or_none
from handouts.load.source import SourceFile
from handouts.load.texts import printed_texts
from handouts.model.base import WRITTEN_IN, Region
from handouts.model.clinic import Clinic
from handouts.model.exercise import Exercise
from handouts.model.layout import Layout
from handouts.model.order import OrderedExercise
from handouts.model.program import Program, Safety
from handouts.workspace import Kind


def check_all(library: Library, paths: Iterable[Path] = ()) -> list[Problem]:
    """Return every problem of the content, sorted by file, line and column.

    Args:
        library: the content to check: built-in, and the clinic's own.
        paths: only these files and folders, if any are given. A file of another clinic's folder
            is checked with that folder; a file in no content folder is read as a patient's.
    """
    chosen = tuple(paths)
    if not chosen:
        return in_file_order(_all_problems(library))
    folders = folders_of(library, chosen)
    found = [_problems_in(each, places) for each, places in folders]
    known = {place for _, places in folders for place in places}
    elsewhere = [_outside_content(library, path) for path in chosen if path not in known]
    return in_file_order(chain.from_iterable([*found, *elsewhere]))


def in_file_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return each problem once, sorted by file, line and column."""
    return sorted(
        dict.fromkeys(problems), key=lambda item: (item.location, item.code, item.message)
    )


def _outside_content(library: Library, path: Path) -> list[Problem]:
    """Return the problems of a path outside all content folders, such as a patient's file."""
    if path.is_dir():
        where = Location(library.workspace.display(path))
        known = ", ".join(f"{kind}/" for kind in Kind)
        return [Problem("this folder contains no content", where, f"it can contain {known}")]
    return _load_problems(lambda: library.patient(path))


def _problems_in(library: Library, places: Sequence[Path]) -> list[Problem]:
    """Return the problems of the files in some places, also those found by checking other files.

    Clinics' logos are checked with their clinic.
    """
    workspace, inside = library.workspace, within(places)
    found = _all_problems(library)
    logos = {
        workspace.display(workspace.find(Kind.CLINICS, name).parent / logo)
        for name in workspace.ids(Kind.CLINICS)
        if inside(workspace.find(Kind.CLINICS, name))
        for clinic in (loaded_or_none(library.clinic, name),)
        if clinic and (logo := clinic.brand.logo)
    }
    asked = {
        file
        for file in {item.location.file for item in found}
        if file in logos or any(map(inside, workspace.displayed(file)))
    }
    return [item for item in found if item.location.file in asked]


def _all_problems(library: Library) -> list[Problem]:
    """Return the problems of all content."""
    workspace = library.workspace
    names = [(kind, name) for kind in Kind for name in workspace.ids(kind)]
    ignored = [item for kind in Kind for item in _ignored(library, kind)]
    tables = [*_load_problems(library.limits), *_load_problems(library.words)]
    if tables:
        # Nothing can be checked without them; files that cannot be loaded are still reported.
        loads = (_load_problems(partial(library.load, kind, name)) for kind, name in names)
        return [*tables, *chain.from_iterable(loads), *ignored]
    by_file: dict[str, list[Problem]] = {}
    for kind, name in names:
        for item in _file_problems(library, kind, name):
            by_file.setdefault(item.location.file, []).append(item)
    for item in link_circles(library, workspace.ids(Kind.EXERCISES)):
        by_file.setdefault(item.location.file, []).append(item)
    for kind, name in names:
        if not loaded_or_none(partial(library.load, kind), name):
            # It cannot be loaded, and has only the problems that say why.
            continue
        source = library.source(kind, name)
        found = by_file.get(source.file, [])
        kept = without_exceptions(found, source)
        # A translation may not need an exception that the original needs.
        idle = exception_problems(source, found) if library.language == WRITTEN_IN else []
        by_file[source.file] = kept + idle
    reviews = _load_problems(library.reviews)
    return [*chain.from_iterable(by_file.values()), *reviews, *ignored]


def _ignored(library: Library, kind: Kind) -> Iterator[Problem]:
    for path in library.workspace.ignored(kind):
        where = Location(library.workspace.display(path))
        yield finding("file-ignored", "this file is not read", where, "rename it to end in .yaml")


def _load_problems(step: Callable[[], object]) -> list[Problem]:
    """Return the problems with which a step fails."""
    try:
        step()
    except HandoutError as error:
        return list(error.problems)
    return []


def content_problems(library: Library, kind: Kind, name: str) -> Iterator[Problem]:
    """Yield the problems of a file: why it cannot be loaded, or else what lint finds in it."""
    try:
        content = library.load(kind, name)
    except HandoutError as error:
        yield from error.problems
        return
    if isinstance(content, Exercise):
        yield from _exercise(library, content)
    elif isinstance(content, Program):
        yield from program_problems(library, content)
    elif isinstance(content, Safety):
        yield from _safety(library, content)
    elif isinstance(content, Clinic):
        yield from check_logo(library.workspace, content)
        yield from clinic_references(library, content)
    elif isinstance(content, Layout):
        yield from check_room(library, content)
        yield from check_essentials(library, content)
    yield from copy_problems(library, kind, name)


def _file_problems(library: Library, kind: Kind, name: str) -> list[Problem]:
    """Return the problems of a file, without those that the file it extends already has.

    A value of the extended file may be wrong only together with the values laid over it.
    """
    problems = list(content_problems(library, kind, name))
    if _load_problems(lambda: library.source(kind, name)):
        return problems
    source = library.source(kind, name)
    below = Library(library.workspace, (kind, name), library.language)
    if source.extends is None or _load_problems(lambda: below.load(kind, name)):
        return problems
    known = set(content_problems(below, kind, name))
    return placed_at_extends(source, [item for item in problems if item not in known])


def _has_words(library: Library, source: SourceFile) -> bool:
    """Return whether there are word lists for the texts of a file, which may be untranslated."""
    return library.has_words and source.languages <= {library.language}


def _longer(library: Library, source: SourceFile) -> float:
    """Return how much longer than in English the texts of a file may be; see `WordLists`."""
    if source.languages <= {WRITTEN_IN}:
        return 1
    return library.words().longer if _has_words(library, source) else LONGER


def _exercise(library: Library, exercise: Exercise) -> Iterator[Problem]:
    source, words = library.source(Kind.EXERCISES, exercise.id), library.words()
    yield from exercise_references(library, exercise)
    yield from lint_exercise_doses(exercise, source, library.limits())
    locale = locale_of(library, source)
    yield from lint_exercise_completeness(exercise, source, locale, _longer(library, source))
    yield from lint_licences(exercise, source)
    yield from lint_sides_in_both(exercise, source)
    yield from lint_placeholders(exercise, source, sides_of(library, source))
    if _has_words(library, source):
        yield from lint_words(printed_texts(exercise), source, words, doses=True)
        yield from lint_short_limits(exercise, source, words)
        yield from lint_both_ways(exercise, source, words)
        yield from lint_ask_first(exercise, source, words, library.limits())
    yield from lint_photos(library, exercise, source, words)


def program_problems(library: Library, program: Program) -> Iterator[Problem]:
    """Yield what lint finds in a program."""
    source, words = library.source(Kind.PROGRAMS, program.id), library.words()
    yield from program_references(library, program)
    yield from lint_program_completeness(program, source)
    yield from lint_placeholders(program, source)
    safety = safety_of(library, program)
    regions = safety.regions if safety else tuple(Region)
    if _has_words(library, source):
        yield from lint_words(printed_texts(program), source, words, doses=False)
        yield from lint_positions(library, program, words)
        yield from lint_regions(printed_texts(program), regions, source, words)
    yield from lint_names(library, program, exercise_names(library))
    yield from lint_choice(program, source)
    ordered: list[OrderedExercise] = []
    for path, prescription in program.prescription_paths:
        try:
            exercise = library.exercise(prescription.exercise)
            phase = program.phases[int(path[1])]
            item = prescribed(exercise, prescription, None, phase=phase)
        except (HandoutError, KeyError):
            # Reported by the references, or with the exercise's own file.
            continue
        ordered.append(item)
        place = dose_place(library, program, path, prescription)
        yield from lint_weeks(item, program.weeks, place)
        if _has_words(library, library.source(Kind.EXERCISES, exercise.id)):
            texts = printed_texts(item.exercise)
            yield from lint_regions(texts, regions, source, words, *path, "exercise")
        if prescription.dosage is not None:
            yield from lint_dose(item.dosage, exercise.dose_kind, library.limits(), place)
            yield from lint_per_side(exercise, item.dosage, place)
    # The length of a program is unknown as long as a part of it is.
    if len(ordered) == len(program.prescriptions):
        yield from lint_load(program, ordered, library.limits(), source.location("phases"))


def _safety(library: Library, safety: Safety) -> Iterator[Problem]:
    source, words = library.source(Kind.SAFETY, safety.id), library.words()
    yield from lint_placeholders(safety, source)
    if _has_words(library, source):
        yield from lint_words(printed_texts(safety), source, words, doses=False)
        yield from lint_regions(printed_texts(safety), safety.regions, source, words)


# -- the files and folders that are named


def folders_of(library: Library, paths: Iterable[Path]) -> list[tuple[Library, list[Path]]]:
    """Return the content folders of paths, each once, with the paths that are in it."""
    found: dict[Path | None, tuple[Library, list[Path]]] = {}
    for path in dict.fromkeys(paths):
        workspace = library.workspace.over(path)
        if workspace is None:
            continue
        folder = None if workspace is library.workspace else workspace.folder
        if folder not in found:
            other = library if folder is None else Library(workspace).in_language(library.language)
            found[folder] = other, []
        found[folder][1].append(path)
    return list(found.values())


def within(places: Iterable[Path]) -> Callable[[Path], bool]:
    """Return a function that says whether a file is one of ``places``, or inside one."""
    roots = {real_path(place) for place in places}

    @cache
    def inside(file: Path) -> bool:
        path = real_path(file)
        return path in roots or not roots.isdisjoint(path.parents)

    return inside
