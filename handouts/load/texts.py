"""Turn content, as models or as a file's tree, into its texts, each with its place and role."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from msgspec import Struct

from handouts.load.source import KeyPath, MappingEntry, Node, Step, make_node
from handouts.model.base import Model
from handouts.model.exercise import Exercise, ExerciseText
from handouts.model.program import Program, Safety
from handouts.workspace import Kind


class TextRole(StrEnum):
    """What a text is on the handout, which decides how it is checked."""

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
    ALT = "alt"
    OTHER = "other"


EACH: Step = "*"
"""A step of a pattern that matches every item of a list and every value of a mapping."""
_WORDING = {
    "name": TextRole.NAME,
    "position": TextRole.OTHER,
    "purpose": TextRole.PURPOSE,
    "steps.*": TextRole.STEP,
    "short_steps.*": TextRole.SHORT_STEP,
    "feel_it": TextRole.FACT,
    "watch_out": TextRole.FACT,
    "cautions.*": TextRole.CAUTION,
    "equipment.*": TextRole.OTHER,
    "easier.text": TextRole.CHANGE,
    "harder.text": TextRole.CHANGE,
    "figure.alt": TextRole.ALT,
    "picture.alt": TextRole.ALT,
    "picture.caption": TextRole.CAPTION,
    "picture.frames.*.caption": TextRole.CAPTION,
    "also_known_as.*": TextRole.ALIAS,
}
_PROGRAM = {
    "name": TextRole.HEADING,
    "title": TextRole.HEADING,
    "subtitle": TextRole.HEADING,
    "expect.*": TextRole.EDUCATION,
    "phases.*.name": TextRole.HEADING,
    "phases.*.when": TextRole.NOTE,
    "phases.*.exercises.*.note": TextRole.NOTE,
    "education.*.heading": TextRole.HEADING,
    "education.*.text.*": TextRole.EDUCATION,
    "precautions.*": TextRole.CAUTION,
    "change.*.note": TextRole.NOTE,
    "add.*.note": TextRole.NOTE,
}
_SAFETY = (
    "feeling.*", "stop_rule", "stop_short", "next_day", "emergency_lead", "emergency.*",
    "same_day_lead", "same_day.*", "visit_lead", "visit.*", "disclaimer", "disclaimer_short",
)  # fmt: skip
CLINIC_TEXTS = ("kind", "hours", "disclaimer", "disclaimer_short")
"""Keys of a clinic with texts in its language."""

_TEXTS: dict[Kind, dict[str, TextRole]] = {
    Kind.EXERCISES: {**_WORDING, **{f"variants.*.{key}": part for key, part in _WORDING.items()}},
    Kind.PROGRAMS: _PROGRAM,
    Kind.SAFETY: dict.fromkeys(_SAFETY, TextRole.SAFETY),
    Kind.CLINICS: dict.fromkeys(CLINIC_TEXTS, TextRole.OTHER),
}
TRANSLATED = tuple(_TEXTS)
"""The kinds of content whose texts are translated."""
PLACES: dict[Kind, tuple[tuple[KeyPath, TextRole], ...]] = {
    kind: tuple((tuple(pattern.split(".")), part) for pattern, part in parts.items())
    for kind, parts in _TEXTS.items()
}
"""Where the texts of a kind are, as patterns, with the role of each."""


def matching(root: Any, pattern: KeyPath, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Yield each value that a pattern matches below a model or a node of a file, with its path."""
    if not pattern:
        yield path, root
        return
    for step, value in _under(root, pattern[0]):
        yield from matching(value, pattern[1:], (*path, step))


def _under(value: Any, step: Step) -> Iterator[tuple[Step, Any]]:
    """Yield the values under a step with their steps: all of them for `EACH`."""
    if isinstance(value, Model):
        yield step, getattr(value, str(step))
        return
    if isinstance(value, Node):
        value = value.content
        if isinstance(value, dict):
            value = {key: entry.node for key, entry in value.items()}
    if isinstance(value, dict):
        yield from value.items() if step == EACH else [(step, value[step])] if step in value else []
    elif isinstance(value, tuple) and step == EACH:
        yield from enumerate(value)


class PrintedText(Struct, frozen=True):
    """One text that a patient reads."""

    path: KeyPath
    part: TextRole
    text: str


_KINDS = {Exercise: Kind.EXERCISES, Program: Kind.PROGRAMS, Safety: Kind.SAFETY}


def printed_texts(content: Exercise | Program | Safety) -> Iterator[PrintedText]:
    """Yield every printed text of content; of an exercise, also those of its variants."""
    for pattern, part in PLACES[_KINDS[type(content)]]:
        for path, text in matching(content, pattern) if part is not TextRole.ALT else ():
            if text:
                yield PrintedText(path, part, text)


def wordings(exercise: Exercise) -> Iterator[tuple[KeyPath, ExerciseText]]:
    """Yield the words of an exercise, then those of each variant, with their paths."""
    yield (), exercise
    for name, variant in exercise.variants.items():
        yield ("variants", name), variant


_SENTENCE = re.compile(r"\{(?:hold|repeat)\}")
_SIDED = re.compile(r"\{([^{}:]+):\w+\}")


def as_read(text: str) -> str:
    """Return a text of about the length that a patient reads, to count its words.

    A side becomes one word before its noun. The sentences of the dose are left out.
    """
    return _SIDED.sub(r"side \1", _SENTENCE.sub(" ", text))


_C = TypeVar("_C", Exercise, Program, Safety)


def reworded(content: _C, reword: Callable[[str], str]) -> _C:
    """Return content with each printed text replaced by what ``reword`` returns for it."""
    texts = printed_texts(content)
    changes = {text.path: new for text in texts if (new := reword(text.text)) != text.text}
    changed: _C = with_values(content, changes) if changes else content
    return changed


def rewording(words: Mapping[str, str]) -> Callable[[str], str]:
    """Return a function that replaces whole words or phrases of a text, and keeps capitals."""
    # Lower case, because folding turns ß into "ss", which matches nothing in a text.
    instead = {word.lower(): other for word, other in words.items()}

    def other(match: re.Match[str]) -> str:
        text = instead[match[0].lower()]
        return text[:1].upper() + text[1:] if match[0][:1].isupper() else text

    pattern = phrase_pattern(tuple(instead))
    return lambda text: pattern.sub(other, text)


def phrase_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern for any of some phrases as whole words, the longest first."""
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b", re.IGNORECASE)


def with_values(node: Any, changes: Mapping[KeyPath, Any]) -> Any:
    """Return a copy of a model, or of a node of a file, with other values at some paths."""
    if isinstance(node, MappingEntry):
        return MappingEntry(node.location, with_values(node.node, changes))
    if () in changes:
        return changes[()]
    below: dict[Step, dict[KeyPath, Any]] = {}
    for path, new in changes.items():
        below.setdefault(path[0], {})[path[1:]] = new
    if isinstance(node, Model):
        update = {
            str(key): with_values(getattr(node, str(key)), deeper) for key, deeper in below.items()
        }
        return node.model_copy(update=update)
    if isinstance(node, Node):
        return make_node(node.location, with_values(node.content, changes))
    if isinstance(node, tuple):
        node = tuple(
            with_values(item, below[n]) if n in below else item for n, item in enumerate(node)
        )
    elif isinstance(node, dict):
        node = {**node, **{key: with_values(node[key], below[key]) for key in below if key in node}}
    return node
