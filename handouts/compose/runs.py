"""Turn templates and values into texts of a document, with the strings that differ by patient."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import astuple, replace


class FieldName(StrEnum):
    """The strings that differ by patient; all others are the same for all patients of a program."""

    NAME = "name"
    PREFERRED_NAME = "preferred-name"
    AFFECTED_SIDE = "affected-side"
    CLINICIAN = "clinician"
    START = "start"
    NEXT_VISIT = "next-visit"
    NOTE = "note"
    REFERENCE = "reference"
    MADE = "made"
    GRID_DATE = "grid-date"


class Run(Struct, frozen=True, cache_hash=True):
    """A piece of text in one style.

    ``field`` is set if the text differs by patient, and ``lang`` if it is in another language.
    ``spoken`` is what a screen reader says for an abbreviation: "Tuesday" for "Tue". ``blank``
    asks for a line for the pen instead of text (``text`` is what the plain text has). ``variable``
    names the value of the patient that the text is; another patient has another text there.
    """

    text: str
    strong: bool = False
    field: FieldName | None = None
    lang: str | None = None
    blank: bool = False
    variable: str = ""
    spoken: str = ""

    @property
    def is_variable(self) -> bool:
        """Whether it is a value of the patient."""
        return bool(self.variable)

    def saying(self, text: str) -> Run:
        """Return a run like this one with other text; itself if the text is the same."""
        if text == self.text:
            return self
        return Run(text, self.strong, self.field, self.lang, self.blank, self.variable, self.spoken)

    def is_continued_by(self, other: Run) -> bool:
        """Return whether another run has the same style and field; lines for the pen stay apart."""
        return not self.blank and self.saying(other.text) == other


_VARIABLE = attrgetter("variable")


class Text(Struct, frozen=True):
    """A leaf of the document: a line or paragraph of runs.

    ``spoken`` is what a screen reader says instead of the printed sign ("left" for "L"). ``link``
    is the URI that opens on a screen. If ``spoken`` is a value of the patient,
    ``spoken_variable`` is its name.
    """

    runs: tuple[Run, ...]
    spoken: str | None = None
    link: str | None = None
    spoken_variable: str = ""

    @property
    def plain(self) -> str:
        """The printed characters."""
        return plain(self.runs)

    @property
    def personal(self) -> bool:
        """Whether any of it is a value of the patient."""
        return any(map(_VARIABLE, self.runs))


NOTHING = Text(())
"""A value without text, as beside boxes to tick; no page shows it."""


def text(content: str, *, strong: bool = False, field: FieldName | None = None) -> Text:
    """Return a leaf of one run."""
    return Text((Run(content, strong=strong, field=field),))


class Picture(Struct, frozen=True):
    """A picture, by the id of its exercise; ``alt`` says what it shows.

    ``steps`` has the step that each frame shows. ``captions`` are the words below the frames of a
    photograph, if any frame has some.
    """

    exercise: str
    variant: str | None
    mirrored: bool
    alt: str
    steps: tuple[int, ...]
    captions: tuple[Text | None, ...] = ()

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError(f"the figure of {self.exercise} has no alternative text")


class Labelled(Struct, frozen=True):
    """A label and its value: "Sore side: Right". A value may be blank, or ☐ left ☐ right.

    Beside ``choices`` (the boxes are drawn) the value is `NOTHING`.
    """

    label: Text
    value: Text
    choices: tuple[Text, ...] = ()


def leaves(node: object) -> Iterator[Text]:
    """Yield every `Text` below ``node`` in reading order (that of the fields), except `NOTHING`."""
    if isinstance(node, Text):
        if node.runs:
            yield node
    elif isinstance(node, tuple):
        for child in node:
            yield from leaves(child)
    elif isinstance(node, Struct):
        for name in node.__struct_fields__:
            yield from leaves(getattr(node, name))


def text_for_all(nodes: Iterable[object]) -> str:
    """Return the texts below ``nodes`` that are the same for all patients, a line for each leaf.

    It leaves out per-patient strings, and leaves that hold nothing else.
    """
    parts: list[str] = []
    _gather(nodes, parts)
    return "\n".join([part for part in parts if part.strip()])


def _gather(nodes: Iterable[object], parts: list[str]) -> None:
    for node in nodes:
        if isinstance(node, tuple):
            _gather(node, parts)
        elif isinstance(node, Text):
            parts.append("".join([run.text for run in node.runs if run.field is None]))
        elif isinstance(node, Struct):
            _gather(astuple(node), parts)


# -- the names of values that differ by patient

SHORT_CLINICIAN = "short-clinician"
SPOKEN_START, SPOKEN_VISIT = "spoken-start", "spoken-next-visit"
"""What a screen reader says for the first day and the next visit: dates in full."""
_DAY, _WEEK = "day-", "week-"
_OF_START = (_DAY, _WEEK)


def grid_day(number: int) -> str:
    """Return the name of the date above a column of the grid; days count from 0."""
    return f"{_DAY}{number}"


def grid_week(number: int) -> str:
    """Return the name of the dates of a week of the grid; weeks count from 0."""
    return f"{_WEEK}{number}"


def sources_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the fields that some values are made from, if many patients share them.

    Many share a start date and a clinician. If any other value is among them the result is empty,
    because that value may identify a patient.
    """
    found = {_source(name) for name in names}
    return () if "" in found else tuple(sorted(found))


def _source(name: str) -> str:
    if name in (FieldName.CLINICIAN, SHORT_CLINICIAN):
        return FieldName.CLINICIAN.value
    of_start = name in (FieldName.START, SPOKEN_START) or name.startswith(_OF_START)
    return FieldName.START.value if of_start else ""


def days_among(names: frozenset[str]) -> int:
    """Return how many days the grid has, from the names of its values."""
    numbers = (int(name.removeprefix(_DAY)) for name in names if name.startswith(_DAY))
    return max(numbers, default=-1) + 1


# -- templates

Runs = tuple[Run, ...]
Value = str | Run | Runs

BLANK: Runs = (Run("____", blank=True),)
"""A line for the clinician's or the patient's pen."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SPACES = re.compile("  +")


def runs_of(value: Value) -> Runs:
    """Return ``value`` as runs."""
    if isinstance(value, str):
        return (Run(value),) if value else ()
    return (value,) if isinstance(value, Run) else value


def fill(template: str, **values: Value) -> Runs:
    """Return ``template`` with every ``{name}`` replaced by the value of that name.

    Raises:
        KeyError: for a placeholder without a value.
    """
    if "{" not in template:
        return runs_of(template)
    runs: list[Run] = []
    for index, piece in enumerate(_PLACEHOLDER.split(template)):
        if index % 2:
            runs.extend(runs_of(values[piece]))
        elif piece:
            runs.append(Run(piece))
    return tuple(runs)


def marked(value: Value, field: FieldName) -> Runs:
    """Return the runs marked as a per-patient string."""
    return tuple(replace(run, field=field) for run in runs_of(value))


def variable(text: str, field: FieldName, name: str = "") -> Run:
    """Return text that is a value of the patient; another patient has another text there.

    ``name`` distinguishes it from other values of its field.
    """
    return Run(text, field=field, variable=name or str(field))


def strong(value: Value) -> Runs:
    """Return the runs set in bold."""
    return tuple(replace(run, strong=True) for run in runs_of(value))


def joined_by(pair: str, items: Iterable[Value], *, last: str | None = None) -> Runs:
    """Join ``items`` two by two with the template ``pair`` of ``{a}`` and ``{b}``.

    The last two are joined with ``last`` if given. Empty items are left out.
    """
    listed = [runs for runs in map(runs_of, items) if runs]
    if not listed:
        return ()
    joined, *others = listed
    for index, item in enumerate(others, start=2):
        template = last if last is not None and index == len(listed) else pair
        joined = fill(template, a=joined, b=item)
    return joined


def spaced(*parts: Value) -> Runs:
    """Join ``parts`` with spaces, as sentences of a paragraph; empty parts are left out."""
    return joined_by("{a} {b}", parts)


def plain(runs: Iterable[Run]) -> str:
    """Return the characters of ``runs``."""
    return "".join([run.text for run in runs])


def capitalised(runs: Runs) -> Runs:
    """Return ``runs`` with a capital at the start."""
    if not runs or not runs[0].text:
        return runs
    first = runs[0]
    return (first.saying(first.text[0].upper() + first.text[1:]), *runs[1:])


def as_sentence(runs: Runs) -> Runs:
    """Return ``runs`` as a sentence: with a full stop unless they already end one."""
    return runs if plain(runs).endswith((".", "!", "?", "…", "؟")) else (*runs, Run("."))


def tidied(runs: Runs) -> Runs:
    """Return ``runs`` without doubled, leading or trailing spaces, equal neighbours merged."""
    if len(runs) == 1 and "  " not in runs[0].text:
        text = runs[0].text.strip(" ")
        return (runs[0].saying(text),) if text else ()
    kept: list[Run] = []
    for run in runs:
        text = _SPACES.sub(" ", run.text) if "  " in run.text else run.text
        if not kept or kept[-1].text.endswith(" "):
            text = text.lstrip(" ")
        if kept and text and kept[-1].is_continued_by(run):
            kept[-1] = kept[-1].saying(kept[-1].text + text)
        elif text:
            kept.append(run.saying(text))
    while kept and not kept[-1].text.rstrip(" "):
        kept.pop()
    if kept:
        kept[-1] = kept[-1].saying(kept[-1].text.rstrip(" "))
    return tuple(kept)


def leaf(
    value: Value, *, spoken: str | None = None, link: str | None = None, spoken_variable: str = ""
) -> Text:
    """Return a leaf of the document.

    Raises:
        ValueError: if nothing is left to print; a leaf is never empty.
    """
    runs = tidied(runs_of(value))
    if not runs:
        raise ValueError("a leaf of the document must not be empty")
    return Text(runs, spoken, link, spoken_variable)
