"""Turn programs into findings where the sheet would not say what is to be done, and when.

What begins later is said by the phases alone, so that plan, grid and cards agree; a text may name
no exercise that the patient has no page of.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct

from handouts.check.codes import finding
from handouts.errors import HandoutError, Location, Problem
from handouts.load.library import Library, sound
from handouts.load.source import SourceFile
from handouts.load.texts import Part, PrintedText, printed_texts, wordings
from handouts.model.exercise import Exercise
from handouts.model.limits import WordLists
from handouts.model.order import Order
from handouts.model.program import Prescription, Program
from handouts.workspace import Kind

READ = frozenset({Part.FACT, Part.CHANGE, Part.CAUTION, Part.NOTE, Part.EDUCATION})
"""Parts in which a patient is told what to do, beside the steps."""


class Names(Struct, frozen=True):
    """What exercises are called, by lower-case name, and what finds a name in a text."""

    pattern: re.Pattern[str]
    exercises: dict[str, frozenset[str]]

    def within(self, text: str) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield each exercise that a text names, as it is named there, with the ids it may be."""
        for match in self.pattern.finditer(text):
            found = match[1] or match[2]
            yield found, self.exercises[" ".join(found.lower().split())]


def exercise_names(library: Library) -> Names:
    """Return the names of all exercises that can be loaded, their variants' and other names too."""
    found: dict[str, set[str]] = {}
    for name in library.workspace.ids(Kind.EXERCISES):
        exercise = sound(library.exercise, name)
        for _, wording in wordings(exercise) if exercise else ():
            for text in filter(None, (wording.name, *(wording.also_known_as or ()))):
                found.setdefault(" ".join(text.lower().split()), set()).add(name)
    longest = sorted(found, key=len, reverse=True)
    several = "|".join(re.escape(name) for name in longest if " " in name or "-" in name)
    # One word, such as bridge or walking, is a name only after "the" or "do".
    single = "|".join(re.escape(name) for name in longest if " " not in name and "-" not in name)
    # "Let your knee drop" is what a knee does.
    pattern = rf"(?<!\blet your )\b(?:({several or '(?!)'})|(?:the|do)\s+({single or '(?!)'}))s?\b"
    names = {name: frozenset(ids) for name, ids in found.items()}
    return Names(re.compile(pattern, re.IGNORECASE), names)


def lint_names(library: Library, program: Program, names: Names) -> Iterator[Problem]:
    """Find texts of a program and its exercises that name an exercise it has not.

    Of a program to choose from a patient may have none but the one whose card it is.
    """
    source = library.source(Kind.PROGRAMS, program.id)
    own = {prescription.exercise for prescription in program.prescriptions}
    at = dict(program.prescription_paths)
    for text in printed_texts(program):
        one = at.get(text.path[:4])
        for named in _strangers(text, own, one.exercise if one else "", program, names):
            yield finding(
                "exercise-not-here",
                f'"{named}" is named, which {_absent(program)}',
                source.location(*text.path),
                "say it without the name, or add the exercise",
            )
    for path, prescription in at.items():
        exercise = _form(library, prescription)
        if exercise is None:
            continue
        for text in card_texts(exercise):
            for named in _strangers(text, own, exercise.id, program, names):
                what = ".".join(str(step) for step in text.path)
                yield finding(
                    "exercise-not-here",
                    f'{what} of {exercise.id} names "{named}", which {_absent(program)}',
                    source.location(*path, "exercise"),
                    "say it there without the name, or add the exercise",
                )


def _form(library: Library, prescription: Prescription) -> Exercise | None:
    """Return an exercise in the words of its variant; None where one of them is not known."""
    with contextlib.suppress(HandoutError, KeyError):
        return library.exercise(prescription.exercise).variant(prescription.variant)
    return None


def _absent(program: Program) -> str:
    return "a patient may not get" if program.is_choice else "is not in the program"


def _strangers(
    text: PrintedText, own: set[str], exercise: str, program: Program, names: Names
) -> Iterator[str]:
    """Yield the exercises that a text names and its reader may not have."""
    given = {exercise} if program.is_choice else own
    if text.part in READ:
        for named, ids in names.within(text.text):
            if given.isdisjoint(ids):
                yield named


def card_texts(exercise: Exercise) -> Iterator[PrintedText]:
    """Yield what is read on the card of an exercise as it is prescribed, beside the steps."""
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
    """Find phases in which a patient gets down and up more often than they must."""
    source = library.source(Kind.PROGRAMS, program.id)
    for number, phase in enumerate(program.phases):
        positions: list[str] = []
        for prescription in phase.exercises:
            exercise = _form(library, prescription)
            if exercise is None:
                break
            positions.append(position_in(exercise.position, words))
        changes = sum(one != other for one, other in pairwise(positions))
        least = len(set(positions)) - 1
        if changes > least and len(positions) == len(phase.exercises):
            message = (
                f"{changes} changes of position, {least} would do: {', then '.join(positions)}"
            )
            yield finding(
                "positions-mixed",
                message,
                source.location("phases", number, "exercises"),
                "put exercises in the same position one after the other",
            )


def position_in(position: str, words: WordLists) -> str:
    """Return the position of an exercise in one of few words; its own if none of them fits."""
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
