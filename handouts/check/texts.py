"""Turn content into its printed texts, each with its path in the file and the part it plays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from handouts.load.source import Path
from handouts.model.exercise import Exercise, ExerciseText
from handouts.model.program import Program, Safety


class Part(StrEnum):
    """What a text is on the sheet; it decides which rules hold for it."""

    NAME = "name"
    ALIAS = "alias"
    STEP = "step"
    SHORT_STEP = "short step"
    PURPOSE = "purpose"
    FACT = "fact"
    CHANGE = "change"
    CAUTION = "caution"
    NOTE = "note"
    HEADING = "heading"
    EDUCATION = "education"
    SAFETY = "safety"
    OTHER = "other"


class PrintedText(Struct, frozen=True):
    """One text that a patient reads."""

    path: Path
    part: Part
    text: str


def wordings(exercise: Exercise) -> Iterator[tuple[Path, ExerciseText]]:
    """Yield the words of an exercise, then those of each variant, with their paths."""
    yield (), exercise
    for name, variant in exercise.variants.items():
        yield ("variants", name), variant


def exercise_texts(exercise: Exercise) -> Iterator[PrintedText]:
    """Yield every text of an exercise and its variants."""
    for path, wording in wordings(exercise):
        yield from _wording_texts(path, wording)


_SINGLE = (
    ("name", Part.NAME),
    ("position", Part.OTHER),
    ("purpose", Part.PURPOSE),
    ("feel_it", Part.FACT),
    ("watch_out", Part.FACT),
)
_LISTS = (
    ("also_known_as", Part.ALIAS),
    ("steps", Part.STEP),
    ("short_steps", Part.SHORT_STEP),
    ("cautions", Part.CAUTION),
    ("equipment", Part.OTHER),
)


def _wording_texts(path: Path, wording: ExerciseText) -> Iterator[PrintedText]:
    for key, part in _SINGLE:
        text = getattr(wording, key)
        if text:
            yield PrintedText((*path, key), part, text)
    for key, part in _LISTS:
        for number, text in enumerate(getattr(wording, key) or ()):
            yield PrintedText((*path, key, number), part, text)
    for key in ("easier", "harder"):
        change = getattr(wording, key)
        if change and change.text:
            yield PrintedText((*path, key, "text"), Part.CHANGE, change.text)


def program_texts(program: Program) -> Iterator[PrintedText]:
    """Yield every text of a program."""
    for key in ("name", "title", "subtitle"):
        yield PrintedText((key,), Part.HEADING, getattr(program, key))
    yield from _listed("expect", Part.EDUCATION, program.expect)
    for phase_number, phase in enumerate(program.phases):
        path: Path = ("phases", phase_number)
        if phase.name:
            yield PrintedText((*path, "name"), Part.HEADING, phase.name)
        if phase.when:
            yield PrintedText((*path, "when"), Part.NOTE, phase.when)
        for number, prescription in enumerate(phase.exercises):
            if prescription.note:
                where = (*path, "exercises", number, "note")
                yield PrintedText(where, Part.NOTE, prescription.note)
    for section_number, section in enumerate(program.education):
        path = ("education", section_number)
        yield PrintedText((*path, "heading"), Part.HEADING, section.heading)
        for number, text in enumerate(section.text):
            yield PrintedText((*path, "text", number), Part.EDUCATION, text)
    yield from _listed("precautions", Part.CAUTION, program.precautions)


def _listed(key: str, part: Part, texts: Sequence[str]) -> Iterator[PrintedText]:
    for number, text in enumerate(texts):
        yield PrintedText((key, number), part, text)


def safety_texts(safety: Safety) -> Iterator[PrintedText]:
    """Yield every printed text of red flags and stop rule."""
    leads = ("emergency_lead", "same_day_lead", "visit_lead")
    rules = ("stop_rule", "stop_short", "next_day")
    for key in (*rules, *leads, "disclaimer", "disclaimer_short"):
        yield PrintedText((key,), Part.SAFETY, getattr(safety, key))
    for key in ("feeling", "emergency", "same_day", "visit"):
        yield from _listed(key, Part.SAFETY, getattr(safety, key))
