"""Turn content, or the rows of a list, into every problem that their handouts would meet.

Whether content is right and whether a handout can be made of it is one question: content that
passes the checks of single files is laid out, as `build` would do it. Built-in content is tried
with each program in fewer layouts: see `_trials`. For a row, the order is made and its letters are
looked up, and nothing else: there may be a hundred thousand rows.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, product
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from handouts.check.check import check_all, folders_of, in_file_order, within
from handouts.check.lint_handout import unlikely_days
from handouts.check.order import make_order
from handouts.check.references import with_bases
from handouts.compose.compose import compose
from handouts.compose.runs import Run
from handouts.errors import ContentError, HandoutError, Location, MissingError, Problem
from handouts.figures.drawings import Drawings, missing_tools
from handouts.layout.doc import lay_out
from handouts.load.library import Library, loaded_or_none
from handouts.load.source import Node
from handouts.model.base import Sealed, printable
from handouts.model.clinic import AffectedSide, Pictures
from handouts.model.order import OrderRequest, Patient
from handouts.model.roster import RosterRow, RowProblem
from handouts.stamp.press import kind_of
from handouts.text.faces import Fonts, load_fonts
from handouts.text.words import needs_order, words_of
from handouts.workspace import Kind

_SOMEBODY = Patient(affected_side=AffectedSide.RIGHT)
_UNPRINTED = {"schema", "lint", "sources", "figure", "mail", "brand"}
"""Keys of content that never go on paper; pictures have no letters."""
_PRINTED_COLUMNS = ("name", "preferred_name", "reference", "clinician", "note")
_KINDS = 1024
"""How many kinds of handout are remembered: a list has some hundred, by programs and weekdays."""
_ANY_SIZE = 10.0


def check_content(library: Library, paths: Iterable[Path] = ()) -> list[Problem]:
    """Return every problem of the content, sorted by file, line and column.

    Args:
        library: what to check: built-in content and the clinic's own.
        paths: if given, check only these files and folders, as for `check_all`.
    """
    chosen, folder = tuple(paths), library.workspace.folder
    folders = folders_of(library, chosen)
    if not chosen and folder is not None:
        folders = [(library, [folder])]
    tried = (_tried(each, within(places)) for each, places in folders)
    problems = dict.fromkeys([*check_all(library, chosen), *chain.from_iterable(tried)])
    return in_file_order(_without_repeats(problems))


def _without_repeats(problems: Collection[Problem]) -> list[Problem]:
    """Return problems without those of photographs that exercises already report."""
    named = {(item.message, item.hint) for item in problems if item.code == "photo"}
    return [
        item
        for item in problems
        if (f"{Path(item.location.file).name}: {item.message}", item.hint) not in named
    ]


def _tried(library: Library, mine: Callable[[Path], bool]) -> list[Problem]:
    """Return the problems of files that are ``mine``, found by making handouts of them."""
    workspace = library.workspace
    found = [
        problem
        for kind in Kind
        for name in workspace.ids(kind)
        if mine(workspace.find(kind, name))
        for problem in (*_unprintable_content(library, kind, name), *_undrawn(library, kind, name))
    ]
    reported = {(problem.message, problem.hint) for problem in found}
    return [*found, *_handouts(library, mine, reported)]


def _undrawn(library: Library, kind: Kind, name: str) -> Iterator[Problem]:
    """Yield a problem for each picture of an exercise that has yet to be drawn and cannot be."""
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


class _Trial(Struct, frozen=True):
    """A handout to try, for which patients, and the file that is blamed if it fails.

    ``alone``: only the clinic can make it fail, because everything else is built in.
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
    """Yield the problems of handouts that use a file that is ``mine``.

    ``reported`` has the messages and hints of problems that single files already report.
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
    """Yield the handouts that use a file that is ``mine``, and that may fail because of it.

    A clinic with its own folder does not hand out sheets of the example clinics. Built-in content
    has room to spare on pages of full size, and a clinic takes the same amount of it from every
    program. So each program is tried in one layout of full-size pages, and on quarter pages, where
    little room is left. Files that cannot be loaded are reported where single files are checked.
    """
    workspace = library.workspace
    layouts, programs = workspace.ids(Kind.LAYOUTS), workspace.ids(Kind.PROGRAMS)
    sheets = {name: loaded_or_none(library.layout, name) for name in layouts}
    roomy = [
        name
        for name, sheet in sheets.items()
        if not (sheet and any(section.cards.cut_out for section in sheet.sections))
    ]
    for clinic, layout, program in product(
        workspace.own_clinics() or workspace.ids(Kind.CLINICS), layouts, programs
    ):
        turn = roomy[programs.index(program) % len(roomy)] if layout in roomy else layout
        with contextlib.suppress(HandoutError):
            trial = _trial(library, mine, program, layout, clinic)
            if trial and not (trial.alone and layout != turn):
                yield trial


def _trial(
    library: Library, mine: Callable[[Path], bool], program: str, layout: str, clinic: str
) -> _Trial | None:
    """Return a handout that uses a file that is ``mine``; None if it uses none."""
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
    # A known side is printed in other words than an unknown one.
    sides = (_SOMEBODY,) if needed or alone else (Patient(), _SOMEBODY)
    return _Trial(program, layout, clinic, sides, blamed, alone)


def _problems(library: Library, trial: _Trial) -> tuple[Problem, ...]:
    """Return the problems of a handout, for the first patient who cannot have it."""
    for patient in trial.sides:
        request = OrderRequest(trial.program, trial.clinic, trial.layout, patient)
        try:
            order = make_order(library, request)
            lay_out(compose(order), order, library.workspace)
        except HandoutError as error:
            found = error.problems
            if not library.workspace.is_own(library.workspace.find(Kind.PROGRAMS, trial.program)):
                # A clinic whose language has few of the built-in programs hands out only those.
                found = tuple(each for each in found if each.code != "translation-missing")
            return found
    return ()


def _unprintable_content(library: Library, kind: Kind, name: str) -> Iterator[Problem]:
    """Yield the first missing letter in each printed text of a file, at its place."""
    try:
        library.load(kind, name)
    except HandoutError:
        # Content checks report this.
        return
    if kind is Kind.LAYOUTS:
        return
    content = library.source(kind, name).root.content
    for key, entry in content.items() if isinstance(content, dict) else ():
        if key not in _UNPRINTED:
            yield from _in_node(load_fonts(), entry.node)


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


class CheckedRow(Sealed, frozen=True):
    """A row and its problems; without any it is good."""

    roster: str
    row: int
    reference: str
    problems: tuple[Problem, ...]


def unlikely(row: RosterRow, today: dt.date) -> tuple[Problem, ...]:
    """Return problems for the days of a row that are unlikely to be meant."""
    place = Location(row.file, row.row)
    return tuple(
        problem._replace(location=place, hint=f"{problem.hint}; {_OTHER_DAY}")
        for problem in unlikely_days(row.start_date, row.next_visit, today)
    )


_OTHER_DAY = "for a list of another day use --date DAY"


def check_rows(
    library: Library, rows: Iterable[RosterRow | RowProblem], pictures: Pictures | None = None
) -> Iterator[CheckedRow]:
    """Yield every row with its problems: of the row itself, its order, or letters that no font has.

    ``pictures`` is the setting for the handouts, as in a request.
    """
    fonts = load_fonts()
    known: dict[object, tuple[Problem, ...]] = {}
    for row in rows:
        if isinstance(row, RowProblem):
            problems = row.problems
        else:
            if len(known) == _KINDS:
                known.clear()
            problems = _order_problems(library, row, pictures, known)
            days = unlikely(row, library.workspace.today)
            problems = (*problems, *unprintable(fonts, row), *days)
        yield CheckedRow(row.file, row.row, row.reference, problems)


def _order_problems(
    library: Library,
    row: RosterRow,
    pictures: Pictures | None,
    known: dict[object, tuple[Problem, ...]],
) -> tuple[Problem, ...]:
    """Return the problems of a row's order; its patient's name, dates and note cause none.

    ``known`` has the problems found for other patients with the same kind of handout; new ones are
    added.
    """
    request = replace(row.request, pictures=pictures)
    kind = kind_of(request)
    if kind in known and not row.doses:
        return known[kind]
    problems: tuple[Problem, ...] = ()
    try:
        make_order(library, request)
    except HandoutError as error:
        problems = error.problems
    if not row.doses:
        known[kind] = problems
    return problems


def unprintable(fonts: Fonts, row: RosterRow) -> Iterator[Problem]:
    """Yield problems that would prevent printing a row: the first missing letter in each column."""
    for column in _PRINTED_COLUMNS:
        text: str = getattr(row, column) or ""
        for problem in missing_letters(fonts, text):
            yield Problem(f"{column}: {problem.message}", Location(row.file, row.row), problem.hint)


def missing_letters(fonts: Fonts, text: str) -> tuple[Problem, ...]:
    """Return the problem of the first word with a letter that no face has."""
    if text.isascii():
        # Every face has all of ASCII.
        return ()
    try:
        if needs_order(text):
            for bold in (True, False):
                words_of((Run(text),), fonts, _ANY_SIZE, bold=bold)
            return ()
        for word in text.split():
            fonts.face(word, bold=True)
            fonts.face(word, bold=False)
    except ContentError as error:
        return error.problems
    return ()
