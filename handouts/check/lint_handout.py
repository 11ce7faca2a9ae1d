"""Turn programs, layouts and orders into findings: what the handout must say and would not.

A layout must print safety and whom to call. Only the phases say what begins later, so that plan,
grid and cards agree. A text may name only exercises that the patient gets.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby

from msgspec import Struct

from handouts.check.codes import finding
from handouts.check.photos import photo_warnings
from handouts.errors import HandoutError, Location, Problem, Severity
from handouts.load.library import Library, loaded_or_none
from handouts.load.source import SourceFile
from handouts.load.texts import PrintedText, TextRole, printed_texts, wordings
from handouts.model.clinic import Paper
from handouts.model.dosage import Weekday
from handouts.model.exercise import Exercise, WordLists
from handouts.model.layout import LEAST_WIDTH, POINTS_PER_MM, BlockName, Layout, LayoutSection
from handouts.model.order import PAPER_SIZES, Order
from handouts.model.program import Prescription, Program
from handouts.workspace import Kind

READ = frozenset(
    {TextRole.FACT, TextRole.CHANGE, TextRole.CAUTION, TextRole.NOTE, TextRole.EDUCATION}
)
"""Roles of texts that say what to do, apart from the steps."""


class Names(Struct, frozen=True):
    """The ids of exercises by their lower-case names, and the pattern that finds a name."""

    pattern: re.Pattern[str]
    exercises: dict[str, frozenset[str]]

    def within(self, text: str) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield each name of an exercise in a text, with the ids of exercises of that name."""
        for match in self.pattern.finditer(text):
            found = match[1] or match[2]
            yield found, self.exercises[" ".join(found.lower().split())]


def exercise_names(library: Library) -> Names:
    """Return the names of all exercises that can be loaded, also of variants, and other names."""
    found: dict[str, set[str]] = {}
    for name in library.workspace.ids(Kind.EXERCISES):
        exercise = loaded_or_none(library.exercise, name)
        for _, wording in wordings(exercise) if exercise else ():
            for text in filter(None, (wording.name, *(wording.also_known_as or ()))):
                found.setdefault(" ".join(text.lower().split()), set()).add(name)
    longest = sorted(found, key=len, reverse=True)
    several = "|".join(re.escape(name) for name in longest if " " in name or "-" in name)
    # One word, such as bridge or walking, is a name only after "the" or "do".
    single = "|".join(re.escape(name) for name in longest if " " not in name and "-" not in name)
    # "Let your knee drop" says what a knee does, and names no exercise.
    pattern = rf"(?<!\blet your )\b(?:({several or '(?!)'})|(?:the|do)\s+({single or '(?!)'}))s?\b"
    names = {name: frozenset(ids) for name, ids in found.items()}
    return Names(re.compile(pattern, re.IGNORECASE), names)


def lint_names(library: Library, program: Program, names: Names) -> Iterator[Problem]:
    """Find texts of a program and its exercises that name an exercise which is not in it.

    In a program to choose from, a patient may get only the exercise that the text belongs to.
    """
    source = library.source(Kind.PROGRAMS, program.id)
    own = {prescription.exercise for prescription in program.prescriptions}
    at = dict(program.prescription_paths)
    for text in printed_texts(program):
        one = at.get(text.path[:4])
        for named in _unavailable(text, own, one.exercise if one else "", program, names):
            yield finding(
                "exercise-not-here",
                f'"{named}" is named, which {_why_absent(program)}',
                source.location(*text.path),
                "say it without the name, or add the exercise",
            )
    for path, prescription in at.items():
        exercise = _in_variant(library, prescription)
        if exercise is None:
            continue
        for text in card_texts(exercise):
            for named in _unavailable(text, own, exercise.id, program, names):
                what = ".".join(str(step) for step in text.path)
                yield finding(
                    "exercise-not-here",
                    f'{what} of {exercise.id} names "{named}", which {_why_absent(program)}',
                    source.location(*path, "exercise"),
                    "say it there without the name, or add the exercise",
                )


def _in_variant(library: Library, prescription: Prescription) -> Exercise | None:
    """Return a prescribed exercise in its variant; None if either cannot be found."""
    with contextlib.suppress(HandoutError, KeyError):
        return library.exercise(prescription.exercise).variant(prescription.variant)
    return None


def _why_absent(program: Program) -> str:
    return "a patient may not get" if program.is_choice else "is not in the program"


def _unavailable(
    text: PrintedText, own: set[str], exercise: str, program: Program, names: Names
) -> Iterator[str]:
    """Yield the exercises that a text names although its reader may not have them."""
    given = {exercise} if program.is_choice else own
    if text.part in READ:
        for named, ids in names.within(text.text):
            if given.isdisjoint(ids):
                yield named


def card_texts(exercise: Exercise) -> Iterator[PrintedText]:
    """Yield the texts of a prescribed exercise's card that say what to do, apart from steps."""
    for text in printed_texts(exercise):
        if text.part in READ and text.path[0] != "variants":
            yield text


def names_not_chosen(library: Library, order: Order) -> Iterator[Problem]:
    """Yield a warning for each text of a handout that names an exercise which was not chosen."""
    if len(order.exercises) == len(order.program.prescriptions):
        return
    names, own = exercise_names(library), {item.exercise.id for item in order.exercises}
    for item in order.exercises:
        name = item.exercise.id
        texts = {"note": item.prescription.note, "when": item.when}
        texts |= {str(text.path[0]): text.text for text in card_texts(item.exercise)}
        for what, text in texts.items():
            for named, ids in names.within(text or ""):
                if own.isdisjoint(ids):
                    message = f'{what} of {name} names "{named}", which is not chosen'
                    yield finding("exercise-not-here", message, Location(), "choose it too")


def lint_positions(library: Library, program: Program, words: WordLists) -> Iterator[Problem]:
    """Find phases in which a patient gets down and up more often than necessary."""
    source = library.source(Kind.PROGRAMS, program.id)
    for number, phase in enumerate(program.phases):
        positions: list[str] = []
        for prescription in phase.exercises:
            exercise = _in_variant(library, prescription)
            if exercise is None or not _read_in(library, prescription.exercise):
                break
            positions.append(position_in(exercise.position, words))
        places = [place for place, _ in groupby(positions)]
        changes, least = len(places) - 1, len(set(places)) - 1
        if changes > least and len(positions) == len(phase.exercises):
            message = f"{changes} changes of position, {least} would do: {', then '.join(places)}"
            yield finding(
                "positions-mixed",
                message,
                source.location("phases", number, "exercises"),
                "put exercises in the same position one after the other",
            )


def _read_in(library: Library, name: str) -> bool:
    """Return whether the texts of an exercise are in the language of the library."""
    return library.source(Kind.EXERCISES, name).languages <= {library.language}


def position_in(position: str, words: WordLists) -> str:
    """Return the known position that a text describes; the text itself if there is none."""
    for name, pattern in words.positions.items():
        if re.search(pattern, position, re.IGNORECASE):
            return name
    return position


def lint_choice(program: Program, source: SourceFile) -> Iterator[Problem]:
    """Check that a program to choose from leaves something to choose."""
    count = len(program.prescriptions)
    if program.choose is not None and not program.is_choice:
        message = f"choose is {program.choose}, and the program has {count} exercises"
        yield finding(
            "choose-too-large", message, source.location("choose"), "remove it, or choose fewer"
        )


# -- what a layout must print


class Essential(StrEnum):
    """What every handout must have, whatever its layout; every footer has the disclaimer."""

    RED_FLAGS = "the emergency signs, or where they are"
    STOP_RULE = "the stop rule"
    TELEPHONE = "the clinic's telephone number"
    CLINIC = "the clinic's name"
    PATIENT = "the patient's name"
    NOTE = "the clinician's note"


_REMEDIES = {
    Essential.RED_FLAGS: "add red-flags to the blocks of a section, or pointer",
    Essential.STOP_RULE: "add pain-rule to the blocks of a section, or stop_strip: true",
    Essential.TELEPHONE: "give a section a head, or stop_strip: true",
    Essential.CLINIC: "give a section a head: letterhead, running, slim or banner",
    Essential.PATIENT: "add patient to the blocks of a section",
    Essential.NOTE: "add patient or note to the blocks of a section",
}


def check_essentials(library: Library, layout: Layout) -> list[Problem]:
    """Return a problem for each thing that every handout must say and this layout leaves out.

    It is also a problem if ``leaves_out`` does not list exactly what the layout leaves out. These
    problems have no code, so that no file can switch them off.
    """
    printed = {item for section in layout.sections for item in _printed(section)}
    if all(section.head != "letterhead" for section in layout.sections):
        # If two sections share a page, the letterhead replaces the other head.
        printed.update(item for section in layout.sections for item in _printed_in_heads(section))
    source = library.source(Kind.LAYOUTS, layout.id)
    place = source.key_location("sections")
    problems = [
        Problem(f"no section prints {item}", place, _REMEDIES[item])
        for item in Essential
        if item not in printed
    ]
    missing = layout.missing
    if set(missing) != set(layout.leaves_out):
        said = f"leaves_out: [{', '.join(missing)}]"
        message = (
            "leaves_out must list what no section prints" if missing else "nothing is left out"
        )
        place = source.key_location("leaves_out" if layout.leaves_out else "sections")
        problems.append(
            Problem(message, place, f"write {said}" if missing else "remove leaves_out")
        )
    return problems


def _printed(section: LayoutSection) -> Iterator[Essential]:
    """Yield what a section says on every handout."""
    if {BlockName.PATIENT, BlockName.NOTE} & set(section.block_names):
        yield Essential.NOTE
    names = section.sure_blocks
    if not names:
        return
    if {BlockName.RED_FLAGS, BlockName.POINTER} & names:
        yield Essential.RED_FLAGS
    if BlockName.PATIENT in names:
        yield Essential.PATIENT
    if BlockName.PAIN_RULE in names or section.stop_strip:
        yield from (Essential.STOP_RULE, Essential.TELEPHONE)
    if section.cards.cut_out:
        yield from _printed_on_cards(names)
    elif section.head != "none":
        yield from (Essential.CLINIC, Essential.TELEPHONE)


def _printed_in_heads(section: LayoutSection) -> Iterator[Essential]:
    """Yield what heads other than the letterhead also say."""
    if section.head != "none" and not section.cards.cut_out:
        yield Essential.PATIENT


def _printed_on_cards(names: frozenset[BlockName]) -> Iterator[Essential]:
    """Yield what quarter pages say: they have no head, but each has a line at its foot."""
    yield Essential.CLINIC
    if names != {BlockName.EXERCISES}:
        yield Essential.TELEPHONE
    if BlockName.EXERCISES in names:
        yield from (Essential.STOP_RULE, Essential.TELEPHONE)


def check_room(library: Library, layout: Layout, *papers: Paper) -> list[Problem]:
    """Return the problem of side margins that leave no room on the narrowest of ``papers``.

    Without ``papers``, all are checked. Height depends on the content; layout measures it.
    """
    narrowest = min(PAPER_SIZES[paper][0] for paper in papers or Paper)
    width = narrowest - 2 * layout.margins.side
    if width >= LEAST_WIDTH:
        return []
    return [
        Problem(
            f"the margins leave a width of {max(0.0, width) / POINTS_PER_MM:.0f} mm, "
            f"a page needs {LEAST_WIDTH / POINTS_PER_MM:.0f} mm",
            library.source(Kind.LAYOUTS, layout.id).location("margins", "side"),
            "make the margins smaller",
        )
    ]


# -- orders


def order_warnings(library: Library, order: Order) -> tuple[Problem, ...]:
    """Return warnings for the person who hands out the handout; it can be made despite them."""
    found = []
    count, most = len(order.exercises), order.program.choose
    if most is not None and count > most and not order.to_mark:
        message = f"{count} exercises, but {order.program.id} is for at most {most} per patient"
        found.append(Problem(message, hint="patients seldom do more than a few"))
    start = order.patient.start_date
    first = [item.dosage.days for item in order.exercises if not item.later and item.when is None]
    if start is not None and first and all(_is_rest_day(start, days) for days in first):
        message = (
            "the first day is a rest day: no exercise is planned for a "
            f"{_WEEKDAYS[start.weekday()]}"
        )
        found.append(Problem(message, hint="start on another day, or give the doses other days"))
    found += unlikely_days(start, order.patient.next_visit, order.date)
    found = [problem._replace(severity=Severity.WARNING) for problem in found]
    return (*found, *names_not_chosen(library, order), *photo_warnings(library, order))


_BEGINS_WITHIN = dt.timedelta(weeks=26)
_RETURNS_WITHIN = dt.timedelta(days=366)


def unlikely_days(
    start: dt.date | None, visit: dt.datetime | dt.date | None, today: dt.date
) -> Iterator[Problem]:
    """Yield problems of a first day or next visit that is unlikely: a wrong year, an old list.

    A first day may be past, because a sheet is printed again or a plan goes on.
    """
    visit = visit.date() if isinstance(visit, dt.datetime) else visit
    if start is not None and start < today - _BEGINS_WITHIN:
        yield _unlikely("start_date is more than half a year ago")
    elif start is not None and start > today + _BEGINS_WITHIN:
        yield _unlikely("start_date is more than half a year from now")
    if visit is not None and visit < today:
        yield _unlikely("next_visit is a day that has passed")
    elif visit is not None and visit > today + _RETURNS_WITHIN:
        yield _unlikely("next_visit is more than a year from now")


def _unlikely(message: str) -> Problem:
    return Problem(message, hint="correct or empty it")


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _is_rest_day(date: dt.date, days: tuple[Weekday, ...] | None) -> bool:
    return bool(days) and date.weekday() not in {day.number for day in days or ()}
