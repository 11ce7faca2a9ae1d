"""Turn content, or the rows of a list, into every problem that their handouts would meet.

Whether content is right and whether a handout can be made of it is one question: whatever passes
the checks of single files is laid out, every program in every layout, as `build` would do it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from msgspec.structs import replace

from handouts.check.check import check_all
from handouts.check.order import make_order
from handouts.check.request import OrderRequest
from handouts.compose.compose import compose
from handouts.compose.text import Run
from handouts.errors import ContentError, HandoutError, Location, MissingError, Problem
from handouts.figures.library import Drawings, missing_tools
from handouts.layout.doc import lay_out
from handouts.load.library import Library
from handouts.load.source import Node
from handouts.model.base import printable
from handouts.model.clinic import AffectedSide, Pictures
from handouts.model.layout import Layout
from handouts.model.locale import Locale
from handouts.model.order import Patient
from handouts.model.roster import RosterRow, RowProblem
from handouts.text.fonts import Fonts, load_fonts
from handouts.text.words import needs_order, words_of
from handouts.workspace import Kind

_SOMEBODY = Patient(affected_side=AffectedSide.RIGHT)
_EITHER = (Patient(), _SOMEBODY)
"""A side that is known is said in other words than one that is not."""
_PRINTED = ("name", "preferred_name", "reference", "clinician", "note")
_UNPRINTED = {"schema", "lint", "sources", "figure", "mail", "brand"}
"""Keys of content that never go on paper; pictures have no letters."""


def check_content(library: Library, paths: Iterable[Path] = ()) -> list[Problem]:
    """Return every problem of the content, sorted by file, line and column.

    Args:
        library: what is checked: built-in content and the clinic's own.
        paths: only these files and folders, if any are given, as for `check_all`.
    """
    chosen = tuple(paths)
    problems = dict.fromkeys(check_all(library, chosen))
    if not chosen:
        folder = library.workspace.folder
        if folder is not None:
            problems |= dict.fromkeys(_tried(library, folder))
    for path in chosen:
        workspace = library.workspace.over(path)
        if workspace is not None:
            used = library if workspace is library.workspace else Library(workspace)
            problems |= dict.fromkeys(_tried(used, path))
    once = _said_once(problems)
    return sorted(once, key=lambda item: (item.location, item.code, item.message))


def _said_once(problems: Collection[Problem]) -> list[Problem]:
    """Return problems without those of photographs that are told where exercises name them."""
    told = {(item.message, item.hint) for item in problems if item.code == "photo"}
    return [
        item
        for item in problems
        if (f"{Path(item.location.file).name}: {item.message}", item.hint) not in told
    ]


def _tried(library: Library, place: Path) -> list[Problem]:
    """Return what is found in files that lie in ``place`` when handouts are made of them."""
    workspace = library.workspace

    def mine(file: Path) -> bool:
        return file.resolve().is_relative_to(place.resolve())

    found = [
        problem
        for kind in Kind
        for name in workspace.ids(kind)
        if mine(workspace.find(kind, name))
        for problem in (*unprintable_content(library, kind, name), *_undrawn(library, kind, name))
    ]
    reported = {(problem.message, problem.hint) for problem in found}
    return [*found, *_handouts(library, mine, reported)]


def _undrawn(library: Library, kind: Kind, name: str) -> Iterator[Problem]:
    """Yield pictures of an exercise that are still to be drawn, where nothing can draw them."""
    if kind is not Kind.EXERCISES or not missing_tools():
        return
    with contextlib.suppress(HandoutError):
        exercise, drawings = library.exercise(name), Drawings(library.workspace)
        for variant in (None, *exercise.variants):
            figure = exercise.variant(variant).figure if variant else exercise.figure
            if figure is None:
                continue
            try:
                drawings.frames(name, variant, figure)
            except MissingError as error:
                above = ("variants", variant) if variant else ()
                place = library.source(kind, name).key_location(*above, "figure")
                for problem in error.problems:
                    yield problem._replace(location=place)


@dataclass(frozen=True, slots=True)
class _Trial:
    """A handout that is tried, and the files it is made from, the most particular first."""

    program: str
    layout: str
    clinic: str
    sides: tuple[Patient, ...]
    files: tuple[Path, ...]


def _handouts(
    library: Library, mine: Callable[[Path], bool], reported: Collection[tuple[str, str]]
) -> Iterator[Problem]:
    """Yield the problems of handouts for which a file is used that is ``mine``.

    ``reported``: messages and hints of what was found in single files, with its place.
    """
    unplaced: dict[Problem, list[_Trial]] = {}
    for trial in _trials(library):
        used = next((file for file in trial.files if mine(file)), None)
        if used is None:
            continue
        place = Location(library.workspace.display(used))
        for problem in _problems(library, trial):
            if problem.location.file:
                yield problem
            elif (problem.message, problem.hint) not in reported:
                unplaced.setdefault(problem._replace(location=place), []).append(trial)
    for problem, trials in unplaced.items():
        first = trials[0]
        more = f" (and {len(trials) - 1} more)" if len(trials) > 1 else ""
        handout = f"{first.program} for {first.clinic} in layout {first.layout}{more}"
        yield problem._replace(message=f"{handout}: {problem.message}")


def _trials(library: Library) -> Iterator[_Trial]:
    """Yield all handouts there are; what cannot be loaded is said where single files are checked.

    A clinic with a folder of its own does not hand out sheets of the example clinics.
    """
    workspace = library.workspace
    for clinic, layout, program in product(
        workspace.own_clinics() or workspace.ids(Kind.CLINICS),
        workspace.ids(Kind.LAYOUTS),
        workspace.ids(Kind.PROGRAMS),
    ):
        try:
            yield _trial(library, program, layout, clinic)
        except HandoutError:
            continue


def _trial(library: Library, program: str, layout: str, clinic: str) -> _Trial:
    find, home = library.workspace.find, library.clinic(clinic)
    plan = library.program(program)
    logo = home.brand.logo
    needed = any(prescription.side_required for prescription in plan.prescriptions)
    particular = (
        find(Kind.PROGRAMS, program),
        *(find(Kind.EXERCISES, item.exercise) for item in plan.prescriptions),
        *(find(Kind.LAYOUTS, name) for name in _with_bases(library.layout, layout)),
    )
    # All that is built in fits on either side: a clinic alone is tried with one.
    alone = all(not library.workspace.is_own(file) for file in particular)
    files = (
        *particular,
        *([find(Kind.CLINICS, clinic).with_name(logo)] if logo else []),
        find(Kind.CLINICS, clinic),
        find(Kind.SAFETY, plan.safety),
        *(find(Kind.LOCALES, name) for name in _with_bases(library.locale, home.locale)),
        *library.workspace.limits(),
    )
    return _Trial(program, layout, clinic, (_SOMEBODY,) if needed or alone else _EITHER, files)


def _with_bases(load: Callable[[str], Layout | Locale], name: str) -> Iterator[str]:
    """Yield the id of a layout or locale, and those of all that it extends."""
    base: str | None = name
    while base:
        content = load(base)
        yield content.id
        base = content.extends


def _problems(library: Library, trial: _Trial) -> tuple[Problem, ...]:
    """Return what stands in the way of a handout, for the first patient who cannot have it."""
    for patient in trial.sides:
        request = OrderRequest(trial.program, trial.clinic, trial.layout, patient)
        try:
            order = make_order(library, request)
            lay_out(compose(order), order, library.workspace)
        except HandoutError as error:
            return error.problems
    return ()


def unprintable(fonts: Fonts, row: RosterRow) -> Iterator[Problem]:
    """Yield what would stop the printing of a row: its first missing letter in each column."""
    for column in _PRINTED:
        text: str = getattr(row, column) or ""
        for problem in _missing(fonts, text):
            yield Problem(f"{column}: {problem.message}", Location(row.file, row.row), problem.hint)


def unprintable_content(library: Library, kind: Kind, name: str) -> Iterator[Problem]:
    """Yield the first missing letter in each text of a file that goes on paper, at its place."""
    try:
        library.load(kind, name)
    except HandoutError:
        # Said where content is checked.
        return
    if kind is Kind.LAYOUTS:
        return
    root = library.source(kind, name).root
    if not isinstance(root.content, dict):
        return
    fonts = load_fonts()
    for key, entry in root.content.items():
        if key not in _UNPRINTED:
            yield from _in_node(fonts, entry.node)


def _in_node(fonts: Fonts, node: Node) -> Iterator[Problem]:
    content = node.content
    if isinstance(content, dict):
        for key, entry in content.items():
            if key != "figure":
                yield from _in_node(fonts, entry.node)
    elif isinstance(content, tuple):
        for item in content:
            yield from _in_node(fonts, item)
    elif isinstance(content, str):
        for problem in _missing(fonts, printable(content)):
            yield Problem(problem.message, node.location, problem.hint)


_ANY_SIZE = 10.0


def _missing(fonts: Fonts, text: str) -> tuple[Problem, ...]:
    """Return the problem of the first word that no face has all letters of."""
    if text.isascii():
        # Every face has all of it.
        return ()
    try:
        if needs_order(text):
            for bold in (True, False):
                words_of((Run(text),), fonts.face, _ANY_SIZE, bold=bold)
            return ()
        for word in text.split():
            fonts.face(word, bold=True)
            fonts.face(word, bold=False)
    except ContentError as error:
        return error.problems
    return ()


_KINDS = 1024
"""Kinds of order that are remembered: a list has a few dozen."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row and its problems; good without any."""

    roster: str
    row: int
    reference: str
    problems: tuple[Problem, ...]


def order_request(row: RosterRow) -> OrderRequest:
    """Return the request that a row makes."""
    return OrderRequest(
        program=row.program,
        clinic=row.clinic,
        layout=row.layout,
        patient=row.patient,
        language=row.language,
        exercises=row.exercises,
        doses=row.doses,
    )


def check_rows(
    library: Library, rows: Iterable[RosterRow | RowProblem], pictures: Pictures | None = None
) -> Iterator[CheckedRow]:
    """Yield every row with what is wrong: with itself, its order, or letters no font has.

    ``pictures``: those that the handouts are to have, as in a request.
    """
    orders = _Orders(library, pictures)
    fonts = load_fonts()
    for row in rows:
        if isinstance(row, RowProblem):
            problems = row.problems
        else:
            problems = (*orders.problems(row), *unprintable(fonts, row))
        yield CheckedRow(row.file, row.row, row.reference, problems)


class _Orders:
    """Finds what is wrong with orders; what all patients of a kind have in common, once."""

    def __init__(self, library: Library, pictures: Pictures | None) -> None:
        self._library, self._pictures = library, pictures
        self._found: dict[object, tuple[Problem, ...]] = {}

    def problems(self, row: RosterRow) -> tuple[Problem, ...]:
        """Return the problems of a row's order: its patient's name, dates and note make none."""
        look = (row.clinic, row.layout, row.language)
        kind = (row.program, row.exercises, *look, row.affected_side)
        if row.doses:
            return self._of_order(row)
        if kind not in self._found:
            if len(self._found) == _KINDS:
                self._found.clear()
            self._found[kind] = self._of_order(row)
        return self._found[kind]

    def _of_order(self, row: RosterRow) -> tuple[Problem, ...]:
        try:
            make_order(self._library, replace(order_request(row), pictures=self._pictures))
        except HandoutError as error:
            return error.problems
        return ()
