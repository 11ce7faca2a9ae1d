"""Turn content into its printed texts, with path and part, and say them as a region does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from msgspec import Struct

from handouts.load.source import Path
from handouts.model.base import Model
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
    CAPTION = "caption"
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
    photo = wording.picture
    if photo and photo.caption:
        yield PrintedText((*path, "picture", "caption"), Part.CAPTION, photo.caption)
    for number, frame in enumerate((photo and photo.frames) or ()):
        if frame.caption:
            where = (*path, "picture", "frames", number, "caption")
            yield PrintedText(where, Part.CAPTION, frame.caption)


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


_SENTENCE = re.compile(r"\{(?:hold|repeat)\}")
_SIDED = re.compile(r"\{([^{}:]+):\w+\}")


def as_read(text: str) -> str:
    """Return a text as long as it is read: a side is a word before its noun.

    The sentences of the dose are left out: they are short, and nobody wrote them.
    """
    return _SIDED.sub(r"side \1", _SENTENCE.sub(" ", text))


_M = TypeVar("_M", bound=Model)


def reworded(content: _M, texts: Iterable[PrintedText], said: Callable[[str], str]) -> _M:
    """Return content, with its printed ``texts``, as ``said`` returns each of them.

    Args:
        content: an exercise, a program or safety text.
        texts: its printed texts.
        said: such as `saying` makes.
    """
    changes = {text.path: new for text in texts if (new := said(text.text)) != text.text}
    changed: _M = _put(content, changes) if changes else content
    return changed


def saying(words: Mapping[str, str]) -> Callable[[str], str]:
    """Return what says a text with other whole words or phrases in place of some.

    A capital stays one.
    """
    return _saying(tuple(words.items()))


@lru_cache(maxsize=8)
def _saying(words: tuple[tuple[str, str], ...]) -> Callable[[str], str]:
    instead = {word.casefold(): other for word, other in words}

    def other(match: re.Match[str]) -> str:
        text = instead[match[0].casefold()]
        return text[:1].upper() + text[1:] if match[0][:1].isupper() else text

    pattern = any_of(tuple(instead))
    return lambda text: pattern.sub(other, text)


@lru_cache(maxsize=16)
def any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for any of some phrases as whole words, the longest first."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)


def _put(node: Any, changes: Mapping[Path, str]) -> Any:
    """Return models, tuples and dicts anew along the paths to what changes."""
    if () in changes:
        return changes[()]
    below: dict[str | int, dict[Path, str]] = {}
    for path, text in changes.items():
        below.setdefault(path[0], {})[path[1:]] = text
    if isinstance(node, tuple):
        return tuple(_put(item, below[n]) if n in below else item for n, item in enumerate(node))
    if isinstance(node, dict):
        return {**node, **{key: _put(node[key], below[key]) for key in below}}
    return node.model_copy(update={key: _put(getattr(node, str(key)), below[key]) for key in below})
