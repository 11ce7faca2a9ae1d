"""Turn exercises and programs into findings: what they lack, and what does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handouts.check.codes import finding
from handouts.errors import Location, Problem, did_you_mean
from handouts.load.source import KeyPath, SourceFile
from handouts.load.texts import PrintedText, TextRole, printed_texts, wordings
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise, ExerciseText, Limits, Sides, WordLists
from handouts.model.figure import Figure
from handouts.model.locale import Locale
from handouts.model.phrases import CONTENT_PLACEHOLDER, SIDE_WORDS, SidePhrases, printed_noun
from handouts.model.pose import Pose
from handouts.model.program import Program, Safety

MOST_STEPS = 8
SHORT_STEP_CHARACTERS = 66
"""Two lines of a card to cut out, at 33 characters a line of 12 points."""
_MOST_CHARACTERS = {TextRole.PURPOSE: 60, TextRole.FACT: 75, TextRole.CHANGE: 60}
LONGER = 1.3
"""How many times as long as in English texts may be in a language without word lists."""
# The longest fillings to leave room for.
_SENTENCES = {"hold": "Hold for 10 seconds.", "repeat": "x" * 24}
_LONGEST_SIDE = "your right"


def lint_exercise_completeness(
    exercise: Exercise, source: SourceFile, locale: Locale | None = None, longer: float = 1
) -> Iterator[Problem]:
    """Check steps, short steps and facts of an exercise and of each variant.

    ``locale`` is that of the texts, None if there is none; ``longer``: see `WordLists`.
    """
    for path, wording in wordings(exercise):
        dosage = exercise.dosage
        if path:
            dosage = exercise.dosage.override(wording.dosage)
        steps = wording.steps or exercise.steps
        place = source.location(*path, "steps")
        if wording.steps or wording.dosage:
            yield from _steps(steps, dosage, place)
        yield from _short_steps(wording, steps, source, path)
    lowered = locale is not None and not locale.keeps_capitals
    yield from _lengths_and_forms(exercise, source, longer, lowered=lowered)


def lint_ask_first(
    exercise: Exercise, source: SourceFile, words: WordLists, limits: Limits
) -> Iterator[Problem]:
    """Check that cautions name the people who must ask first about what a picture shows.

    A variant is checked as on its card: its picture, with its own cautions if it has any.
    """
    warned: set[tuple[str, tuple[str, ...]]] = set()
    for path, wording in wordings(exercise):
        form = exercise.variant(str(path[-1]) if path else None)
        place = source.key_location(*path, "cautions" if wording.cautions else "figure")
        for code, message, whom in _asked_about(form.figure, words, limits):
            named = re.search(whom, " ".join(form.cautions), re.IGNORECASE)
            if not named and (code, form.cautions) not in warned:
                warned.add((code, form.cautions))
                yield finding(code, message, place, _CAUTIONS[code])


_CAUTIONS = {
    "new-hip-missing": 'add a caution: "Ask us first if you have a new hip."',
    "weak-bones-missing": 'add a caution: "Ask us first if you have weak bones (osteoporosis)."',
    "pregnancy-missing": 'add a caution: "Ask us first if you are pregnant."',
}


def _asked_about(
    figure: Figure | None, words: WordLists, limits: Limits
) -> Iterator[tuple[str, str, str]]:
    """Yield code, message and pattern for each group of people whom a picture concerns."""
    if figure is None:
        return
    start, *others = (pose for _, pose in figure.frames())
    poses = [start, *(pose.over(start) for pose in others)]
    hip = max(_hip(pose, side) for pose in poses for side in ("right", "left"))
    spine = max(sum(pose.spine(p).get("flex", 0) for p in ("lumbar", "thoracic")) for pose in poses)
    if hip > limits.new_hip_flexion:
        message = f"the picture bends a hip by {hip:.0f} degrees"
        yield "new-hip-missing", message, words.ask_first.new_hip
    if spine > limits.weak_bones_flexion:
        message = f"the picture bends the spine by {spine:.0f} degrees"
        yield "weak-bones-missing", message, words.ask_first.weak_bones
    if any(pose.base == "prone" for pose in poses):
        message = "somebody lies face down in the picture"
        yield "pregnancy-missing", message, words.ask_first.pregnancy


def _hip(pose: Pose, side: str) -> float:
    """Return how far a hip is bent; a person who sits bends it more by leaning forward."""
    stated: float | None = pose.joint(side, "hip").get("flex")
    if stated is None and pose.base == "sitting":
        return 90.0 - (pose.lean or 0.0)
    return stated or 0.0


def _steps(steps: tuple[str, ...], dosage: Dosage, place: Location) -> Iterator[Problem]:
    if len(steps) > MOST_STEPS:
        message = f"{len(steps)} steps, more than {MOST_STEPS}"
        yield finding("steps-too-many", message, place, "join or drop some")
    counts = [step.count("{repeat}") for step in steps]
    if counts[-1] != 1 or sum(counts) != 1:
        hint = 'end the last step with {repeat}, and no other: "Lower slowly. {repeat}"'
        yield finding("repeat-missing", "the last step does not end in {repeat}", place, hint)
    if dosage.hold is not None and not any("{hold}" in step for step in steps):
        hint = 'add it where the hold is: "{hold} Keep breathing."'
        yield finding("hold-missing", "the dose has a hold and no step says {hold}", place, hint)


def _short_steps(
    wording: ExerciseText, steps: tuple[str, ...], source: SourceFile, path: KeyPath
) -> Iterator[Problem]:
    short = wording.short_steps
    if short is None:
        return
    if len(short) != len(steps):
        yield finding(
            "short-steps-differ",
            f"{len(short)} short steps for {len(steps)} steps",
            source.location(*path, "short_steps"),
            "write one short step for each step",
        )
    for number, text in enumerate(short):
        length = len(_filled(text))
        if length > SHORT_STEP_CHARACTERS:
            yield finding(
                "short-step-too-long",
                f"a short step of {length} characters with its numbers filled in, more than "
                f"{SHORT_STEP_CHARACTERS}",
                source.location(*path, "short_steps", number),
                "it must fit on two lines: cut words, but no limit",
            )


def _filled(text: str) -> str:
    """Return a text with the longest filling that each placeholder may have."""

    def filling(match: re.Match[str]) -> str:
        noun, word = match.groups()
        return f"{_LONGEST_SIDE} {printed_noun(noun)}" if noun else _SENTENCES.get(word, match[0])

    return CONTENT_PLACEHOLDER.sub(filling, text)


def _lengths_and_forms(
    exercise: Exercise, source: SourceFile, longer: float, *, lowered: bool
) -> Iterator[Problem]:
    """Check that texts fit on their line, and that facts read on from "Feel it:" and "Check:"."""
    for text in printed_texts(exercise):
        key, place = text.path[-1], source.location(*text.path)
        most = int(_MOST_CHARACTERS.get(text.part, 0) * longer)
        if most and len(text.text) > most:
            message = f"{key} of {len(text.text)} characters, more than {most}"
            yield finding("text-too-long", message, place, "it must fit on one line: cut words")
        if lowered and text.part is TextRole.FACT and text.text[0].isupper():
            lead = str(key).replace("_", " ").capitalize()
            message = f'{key} starts with a capital, after "{lead}:"'
            yield finding("text-form", message, place, "start lower-case")
        if text.part is TextRole.FACT and not text.text.endswith("."):
            message = f"{key} does not end with a full stop"
            yield finding("text-form", message, place, "end it with one")


_FREE = re.compile(r"unlicense|\bcc ?-?0\b|public domain", re.IGNORECASE)


def lint_licences(exercise: Exercise, source: SourceFile) -> Iterator[Problem]:
    """Report what the licences of copied texts ask for."""
    for number, each in enumerate(exercise.sources):
        if each.licence is None or _FREE.search(each.licence):
            continue
        place = source.location("sources", number, "licence")
        asked = set(re.findall(r"[A-Z]{2}", each.licence.upper()))
        if each.credit is None:
            message = f'the conditions of the licence "{each.licence}" are not known'
            hint = (
                "check whether the text may be changed and printed; then switch this off with a "
                "reason"
            )
        elif {"NC", "ND"} & asked:
            message = f"{each.licence} forbids selling the text (NC) or changing it (ND)"
            hint = "ask its authors, or write a text of your own"
        elif each.author is None:
            message = f"{each.licence} requires the author's name, but none is given"
            hint = "add a line author: ..., or switch this off if its authors are not known"
        elif {"SA"} & asked:
            message = f"what you make from this text stays under {each.licence}"
            hint = (
                "its authors are named on its card; if you accept that, switch this off with a "
                "reason"
            )
        else:
            continue
        yield finding("licence", message, place, hint)


def lint_program_completeness(program: Program, source: SourceFile) -> Iterator[Problem]:
    """Check that a program explains something and says who should ask first."""
    if not program.education:
        hint = "add education: a heading and two or three sentences"
        message = "the program explains nothing to the patient"
        yield finding("education-missing", message, source.location(), hint)
    if not program.precautions:
        hint = "add precautions, as for pregnancy or weak bones"
        message = "the program does not say who should ask first"
        yield finding("precautions-missing", message, source.location(), hint)


# -- placeholders: unknown, or filled by nothing

_SIDED = re.compile(r"\{[^{}:]+:(?:your_)?(?:other_)?side\}")
SENTENCES = ("hold", "repeat")
_IN_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")


def lint_placeholders(
    content: Exercise | Program | Safety, source: SourceFile, sides: SidePhrases | None = None
) -> Iterator[Problem]:
    """Check that every ``{placeholder}`` is filled where it is used.

    Steps take sides and the sentences of the dose; other texts of an exercise take only sides. In a
    safety text, the leads for emergency and same day take ``{number}``, and the stop rules take
    ``{stop}``. A program's texts take none. ``sides`` are the language's words for sides, which
    must agree with the noun.
    """
    for text in printed_texts(content):
        for match in _IN_BRACES.finditer(text.text):
            noun, colon, word = (match[1] or "").rpartition(":")
            known = _fillings(content, text)
            wrong = _wrong_placeholder(match[0], noun if colon else None, word, known, sides)
            if wrong:
                yield finding(
                    "placeholder-unknown", wrong[0], source.location(*text.path), wrong[1]
                )


def _wrong_placeholder(
    shown: str, noun: str | None, word: str, known: tuple[str, ...], sides: SidePhrases | None
) -> tuple[str, str] | None:
    """Return message and hint for a wrong placeholder; None if it is right."""
    if not word:
        return f'a single "{shown}"', "a placeholder is a word between { and }, such as {hold}"
    if word not in known:
        if word in (*SIDE_WORDS, *SENTENCES):
            hint = "only steps can use {hold} and {repeat}; only exercises can use a side"
            return f"{shown} is not filled here", hint
        listed = [f"leg:{each}" if each in SIDE_WORDS else each for each in known]
        return f"unknown placeholder {shown}", did_you_mean(word, listed)
    if word in SIDE_WORDS:
        return _wrong_noun(shown, noun, word, sides)
    return None if noun is None else (f"{shown} takes no noun", f"write {{{word}}}")


def _wrong_noun(
    shown: str, noun: str | None, word: str, sides: SidePhrases | None
) -> tuple[str, str] | None:
    """Return message and hint for a wrong noun of a side; None if it is right."""
    if not noun or noun.strip() != noun:
        return f"{shown} does not say of what", f"put the noun inside: {{leg:{word}}}"
    if sides is None or sides.knows(noun):
        return None
    hint = "add it under side.nouns of the locale, with its class"
    return f'"{noun}" in {shown} is not a noun that the words for sides can agree with', hint


def _fillings(content: Exercise | Program | Safety, text: PrintedText) -> tuple[str, ...]:
    """Return the placeholders that are filled in a text."""
    if isinstance(content, Exercise):
        in_step = text.part in (TextRole.STEP, TextRole.SHORT_STEP)
        return (*SIDE_WORDS, *SENTENCES) if in_step else SIDE_WORDS
    return _IN_SAFETY.get(str(text.path[0]), ()) if isinstance(content, Safety) else ()


_IN_SAFETY = {
    "emergency_lead": ("number",), "same_day_lead": ("number",),
    "stop_rule": ("stop",), "stop_short": ("stop",),
}  # fmt: skip
"""The placeholders that texts of safety may contain."""


def lint_sides_in_both(exercise: Exercise, source: SourceFile) -> Iterator[Problem]:
    """Find placeholders for a side in an exercise that works both sides together."""
    for text in printed_texts(exercise) if exercise.sides is Sides.BOTH else ():
        for match in _SIDED.finditer(text.text):
            yield finding(
                "side-in-both",
                f"{match[0]} in an exercise that works both sides together",
                source.location(*text.path),
                "say it without a side, or change sides: both",
            )
