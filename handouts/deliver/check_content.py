"""Turn content into every problem that its handouts would meet.

Whether content is right and whether a handout can be made of it is one question: whatever passes
the checks of single files is laid out, as `build` would do it. Only of what is built in each
program is tried in fewer layouts: see `_trials`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path

from handouts.check.check import check_all, folders_of, in_file_order, with_bases, within
from handouts.check.order import make_order
from handouts.compose.compose import compose
from handouts.deliver.check_rows import missing_letters
from handouts.errors import HandoutError, Location, MissingError, Problem
from handouts.figures.library import Drawings, missing_tools
from handouts.layout.doc import lay_out
from handouts.load.library import Library, loaded_or_none
from handouts.load.source import Node
from handouts.model.base import printable
from handouts.model.clinic import AffectedSide
from handouts.model.order import OrderRequest, Patient
from handouts.text.fonts import Fonts, load_fonts
from handouts.workspace import Kind

_SOMEBODY = Patient(affected_side=AffectedSide.RIGHT)
_EITHER = (Patient(), _SOMEBODY)
"""A side that is known is said in other words than one that is not."""
_UNPRINTED = {"schema", "lint", "sources", "figure", "mail", "brand"}
"""Keys of content that never go on paper; pictures have no letters."""


def check_content(library: Library, paths: Iterable[Path] = ()) -> list[Problem]:
    """Return every problem of the content, sorted by file, line and column.

    Args:
        library: what is checked: built-in content and the clinic's own.
        paths: only these files and folders, if any are given, as for `check_all`.
    """
    chosen, folder = tuple(paths), library.workspace.folder
    folders = folders_of(library, chosen)
    if not chosen and folder is not None:
        folders = [(library, [folder])]
    tried = (_tried(each, within(places)) for each, places in folders)
    problems = dict.fromkeys([*check_all(library, chosen), *chain.from_iterable(tried)])
    return in_file_order(_said_once(problems))


def _said_once(problems: Collection[Problem]) -> list[Problem]:
    """Return problems without those of photographs that are told where exercises name them."""
    told = {(item.message, item.hint) for item in problems if item.code == "photo"}
    return [
        item
        for item in problems
        if (f"{Path(item.location.file).name}: {item.message}", item.hint) not in told
    ]


def _tried(library: Library, mine: Callable[[Path], bool]) -> list[Problem]:
    """Return what is found in files that are ``mine`` when handouts are made of them."""
    workspace = library.workspace
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
    """A handout that is tried, for which patients, and the file that is blamed if it fails.

    ``alone``: nothing but the clinic can make it fail, all else is built in.
    """

    program: str
    layout: str
    clinic: str
    sides: tuple[Patient, ...]
    blamed: Path
    alone: bool


def _handouts(
    library: Library, mine: Callable[[Path], bool], reported: Collection[tuple[str, str]]
) -> Iterator[Problem]:
    """Yield the problems of handouts for which a file is used that is ``mine``.

    ``reported``: messages and hints of what was found in single files, with its place.
    """
    unplaced: dict[Problem, list[_Trial]] = {}
    for trial in _trials(library, mine):
        place = Location(library.workspace.display(trial.blamed))
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


def _trials(library: Library, mine: Callable[[Path], bool]) -> Iterator[_Trial]:
    """Yield the handouts for which a file is used that is ``mine``, and that may fail by it.

    A clinic with a folder of its own does not hand out sheets of the example clinics. What is
    built in has room to spare on pages of full size, and a clinic takes as much of it from every
    program: so each is tried in one layout of them, and on quarter pages, where little is left.
    What cannot be loaded is said where single files are checked.
    """
    workspace = library.workspace
    layouts, programs = workspace.ids(Kind.LAYOUTS), workspace.ids(Kind.PROGRAMS)
    roomy = [name for name in layouts if not _is_cut(library, name)]
    for clinic, layout, program in product(
        workspace.own_clinics() or workspace.ids(Kind.CLINICS), layouts, programs
    ):
        turn = roomy[programs.index(program) % len(roomy)] if layout in roomy else layout
        with contextlib.suppress(HandoutError):
            trial = _trial(library, mine, program, layout, clinic)
            if trial and not (trial.alone and layout != turn):
                yield trial


def _is_cut(library: Library, name: str) -> bool:
    layout = loaded_or_none(library.layout, name)
    return layout is not None and any(section.cards.cut_out for section in layout.sections)


def _trial(
    library: Library, mine: Callable[[Path], bool], program: str, layout: str, clinic: str
) -> _Trial | None:
    """Return a handout that is made with a file that is ``mine``; None if it is not."""
    find, home = library.workspace.find, library.clinic(clinic)
    plan, logo = library.program(program), home.brand.logo
    sheet, language = library.layout(layout), library.locale(home.locale)
    needed = any(prescription.side_required for prescription in plan.prescriptions)
    particular = (
        find(Kind.PROGRAMS, program),
        *(find(Kind.EXERCISES, item.exercise) for item in plan.prescriptions),
        *(find(Kind.LAYOUTS, name) for name in with_bases(library.layout, sheet.id)),
    )
    own = find(Kind.CLINICS, clinic)
    shared = (
        find(Kind.SAFETY, plan.safety),
        *(find(Kind.LOCALES, name) for name in with_bases(library.locale, language.id)),
        *library.workspace.limits(),
    )
    files = (*particular, *([own.with_name(logo)] if logo else []), own, *shared)
    blamed = next(filter(mine, files), None)
    if blamed is None:
        return None
    fixed = (*particular, *shared)
    alone = not any(library.workspace.is_own(file) or mine(file) for file in fixed)
    sides = (_SOMEBODY,) if needed or alone else _EITHER
    return _Trial(program, layout, clinic, sides, blamed, alone)


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
        for problem in missing_letters(fonts, printable(content)):
            yield Problem(problem.message, node.location, problem.hint)
