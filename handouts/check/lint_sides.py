"""Sides into findings: sides typed in texts, and doses that do not say if they count per side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from handouts.check.codes import finding
from handouts.check.texts import PrintedText, exercise_texts, wordings
from handouts.errors import Problem
from handouts.load.tree import Source, Step
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise, Sides
from handouts.model.limits import WordLists

_PLACEHOLDER = re.compile(r"\{(?:your_)?(?:other_)?side\}")
_PER_SIDE = (Sides.EACH, Sides.ALTERNATE)


def lint_typed_sides(
    texts: Iterable[PrintedText], source: Source, words: WordLists
) -> Iterator[Problem]:
    """Find left and right typed in texts: the sheet fills in the side of each patient."""
    pattern = re.compile(words.sides, re.IGNORECASE)
    for text in texts:
        for match in pattern.finditer(text.text):
            yield finding(
                "side-typed",
                f'"{match[0]}" is typed in a text',
                source.location(*text.path),
                "write {side}, {your_side}, {other_side} or {your_other_side}",
            )


def lint_exercise_sides(exercise: Exercise, source: Source) -> Iterator[Problem]:
    """Check placeholders and doses of an exercise against how it uses the sides."""
    if exercise.sides is Sides.BOTH:
        yield from _placeholders_in_both(exercise, source)
    yield from lint_per_side(exercise, exercise.dosage, source, ("dosage",))
    for path, wording in wordings(exercise):
        if path and wording.dosage is not None:
            dosage = exercise.dosage.override(wording.dosage)
            yield from lint_per_side(exercise, dosage, source, (*path, "dosage"))


def _placeholders_in_both(exercise: Exercise, source: Source) -> Iterator[Problem]:
    for text in exercise_texts(exercise):
        for match in _PLACEHOLDER.finditer(text.text):
            yield finding(
                "side-in-both",
                f"{match[0]} in an exercise that works both sides together",
                source.location(*text.path),
                "say it without a side, or change sides: both",
            )


def lint_per_side(
    exercise: Exercise, dosage: Dosage, source: Source, path: tuple[Step, ...]
) -> Iterator[Problem]:
    """Check that the dose of an exercise done on each side says what it counts."""
    if dosage.repetitions is None:
        return
    place = source.location(*path)
    if exercise.sides in _PER_SIDE and dosage.per_side is not True:
        yield finding(
            "side-not-per-side",
            f'{exercise.id}: is the dose for each side? Its sides are "{exercise.sides.value}"',
            place,
            'add "per_side: true", or "each side" to a dose in words',
        )
    if exercise.sides is Sides.BOTH and dosage.per_side:
        yield finding(
            "side-not-per-side",
            f"{exercise.id}: a dose for each side, but both sides work together",
            place,
            "remove per_side, or change sides: both",
        )
