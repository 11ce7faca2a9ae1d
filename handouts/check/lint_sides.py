"""Turn texts and doses into findings about sides and placeholders: typed, unknown, not filled."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handouts.check.codes import finding
from handouts.errors import Problem, did_you_mean
from handouts.load.source import Path, SourceFile
from handouts.load.texts import (
    Part,
    PrintedText,
    printed_texts,
    wordings,
)
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise, Sides
from handouts.model.phrases import SIDE_WORDS, SidePhrases
from handouts.model.program import Program, Safety

_PLACEHOLDER = re.compile(r"\{[^{}:]+:(?:your_)?(?:other_)?side\}")
_PER_SIDE = (Sides.EACH, Sides.ALTERNATE)


def lint_exercise_sides(exercise: Exercise, source: SourceFile) -> Iterator[Problem]:
    """Check placeholders and doses of an exercise against how it uses the sides."""
    if exercise.sides is Sides.BOTH:
        yield from _placeholders_in_both(exercise, source)
    yield from lint_per_side(exercise, exercise.dosage, source, ("dosage",))
    for path, wording in wordings(exercise):
        if path and wording.dosage is not None:
            dosage = exercise.dosage.override(wording.dosage)
            yield from lint_per_side(exercise, dosage, source, (*path, "dosage"))


def _placeholders_in_both(exercise: Exercise, source: SourceFile) -> Iterator[Problem]:
    for text in printed_texts(exercise):
        for match in _PLACEHOLDER.finditer(text.text):
            yield finding(
                "side-in-both",
                f"{match[0]} in an exercise that works both sides together",
                source.location(*text.path),
                "say it without a side, or change sides: both",
            )


def lint_per_side(
    exercise: Exercise, dosage: Dosage, source: SourceFile, path: Path
) -> Iterator[Problem]:
    """Check that the dose of an exercise done on each side says what it counts."""
    place = source.location(*path)
    if dosage.rest_between_sides is not None and exercise.sides in (Sides.BOTH, Sides.ALTERNATE):
        yield finding(
            "side-not-per-side",
            f"{exercise.id}: a rest between sides, but the sides are not done one after the other",
            place,
            'remove it, or change "sides: each"',
        )
    if not dosage.counts:
        return
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


SENTENCES = ("hold", "repeat")
_BRACED = re.compile(r"\{([^{}]*)\}|[{}]")


def lint_placeholders(
    content: Exercise | Program | Safety, source: SourceFile, sides: SidePhrases | None = None
) -> Iterator[Problem]:
    """Check that every ``{placeholder}`` is one that is filled where it stands.

    Steps take sides and the sentences of the dose, other texts of an exercise only sides; of
    safety, the two leads of doctor and emergency take ``{number}``, the stop rules ``{stop}``; a
    program's texts take none. ``sides`` are words of the language, to agree with the noun.
    """
    for text in printed_texts(content):
        known = _fillings(content, text)
        for match in _BRACED.finditer(text.text):
            noun, colon, word = (match[1] or "").rpartition(":")
            wrong = _wrong_placeholder(match[0], noun if colon else None, word, known, sides)
            if wrong:
                yield finding(
                    "placeholder-unknown", wrong[0], source.location(*text.path), wrong[1]
                )


def _wrong_placeholder(
    shown: str, noun: str | None, word: str, known: tuple[str, ...], sides: SidePhrases | None
) -> tuple[str, str] | None:
    """Return what is wrong with a placeholder, and a hint."""
    if not word:
        return f'a single "{shown}"', "a placeholder is a word between { and }, as {hold}"
    if word not in known:
        if word in (*SIDE_WORDS, *SENTENCES):
            hint = "only steps take {hold} and {repeat}, only exercises a side"
            return f"{shown} is not filled here", hint
        listed = [f"leg:{each}" if each in SIDE_WORDS else each for each in known]
        return f"unknown placeholder {shown}", did_you_mean(word, listed)
    if word in SIDE_WORDS:
        return _wrong_noun(shown, noun, word, sides)
    return None if noun is None else (f"{shown} takes no noun", f"write {{{word}}}")


def _wrong_noun(
    shown: str, noun: str | None, word: str, sides: SidePhrases | None
) -> tuple[str, str] | None:
    """Return what is wrong with the noun of which a side is said, and a hint."""
    if not noun or noun.strip() != noun:
        return f"{shown} does not say of what", f"put the noun inside: {{leg:{word}}}"
    if sides is None or sides.knows(noun):
        return None
    hint = "add it under side.nouns of the locale, with its class"
    return f'"{noun}" in {shown} is no noun that the words for sides agree with', hint


def _fillings(content: Exercise | Program | Safety, text: PrintedText) -> tuple[str, ...]:
    """Return the placeholders that are filled in a text."""
    if isinstance(content, Exercise):
        in_step = text.part in (Part.STEP, Part.SHORT_STEP)
        return (*SIDE_WORDS, *SENTENCES) if in_step else SIDE_WORDS
    return _IN_SAFETY.get(str(text.path[0]), ()) if isinstance(content, Safety) else ()


_IN_SAFETY = {
    "emergency_lead": ("number",), "same_day_lead": ("number",),
    "stop_rule": ("stop",), "stop_short": ("stop",),
}  # fmt: skip
"""Placeholders that texts of safety may hold."""
