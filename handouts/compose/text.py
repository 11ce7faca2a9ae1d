"""Texts of a document, the strings in them that differ by patient, and what all nodes share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import astuple


class FieldName(StrEnum):
    """Per-patient strings: everything else is the same for all patients of a program."""

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


# What differs between patients of a kind has a name: that of its field, or one of these.
SHORT_CLINICIAN = "short-clinician"
_DAY, _SPOKEN_DAY, _WEEK = "day-", "spoken-day-", "week-"
_OF_START = (_DAY, _SPOKEN_DAY, _WEEK)


def grid_day(number: int) -> str:
    """The name of the date over a column of the grid: days are counted from 0."""
    return f"{_DAY}{number}"


def spoken_day(number: int) -> str:
    """The name of what a screen reader says for that column."""
    return f"{_SPOKEN_DAY}{number}"


def grid_week(number: int) -> str:
    """The name of the dates of a week of the grid: weeks are counted from 0."""
    return f"{_WEEK}{number}"


class Run(Struct, frozen=True):
    """A piece of text set alike. ``field`` marks a per-patient string; ``lang`` another language.

    ``blank`` asks for a line for the pen instead of text (``text`` is what the twin prints).
    ``variable`` names a text that is the patient's own: another patient has another in its place.
    """

    text: str
    strong: bool = False
    field: FieldName | None = None
    lang: str | None = None
    blank: bool = False
    variable: str = ""

    @property
    def own(self) -> bool:
        """Whether it is the patient's own."""
        return bool(self.variable)

    def saying(self, text: str) -> Run:
        """Return a run like this one with other text; itself where the text is the same."""
        if text == self.text:
            return self
        return Run(text, self.strong, self.field, self.lang, self.blank, self.variable)

    def goes_on(self, other: Run) -> bool:
        """Whether another run only continues this one; lines for the pen stay apart."""
        return not self.blank and (
            self.strong,
            self.field,
            self.lang,
            self.blank,
            self.variable,
        ) == (
            other.strong,
            other.field,
            other.lang,
            other.blank,
            other.variable,
        )


class Text(Struct, frozen=True):
    """A leaf of the document: a line or paragraph of runs.

    ``spoken`` is what a screen reader says instead of the printed sign ("left" for "L"). ``link``
    is the address (URI) that it leads to on a screen.
    """

    runs: tuple[Run, ...]
    spoken: str | None = None
    link: str | None = None

    @property
    def plain(self) -> str:
        """The printed characters."""
        return "".join(run.text for run in self.runs)

    @property
    def personal(self) -> bool:
        """Whether any of it is the patient's own."""
        return any(run.variable for run in self.runs)


NOTHING = Text(())
"""Where a value has no text of its own; no leaf to be placed."""


def text(content: str, *, strong: bool = False, field: FieldName | None = None) -> Text:
    """Return a leaf of one run."""
    return Text((Run(content, strong=strong, field=field),))


class Picture(Struct, frozen=True):
    """A picture by exercise id; ``alt`` says what it shows, ``steps`` which step each frame.

    ``captions`` are words below each frame of a photograph, if any frame has some.
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
    """Every `Text` below ``node`` in reading order (the order of the fields), but `NOTHING`."""
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
    """Return what all patients of a program read alike below ``nodes``, a line for each leaf.

    Per-patient strings are left out, and leaves that hold nothing else.
    """
    parts: list[str] = []
    _gather(nodes, parts)
    return "\n".join([part for part in parts if part.strip()])


def _gather(nodes: Iterable[object], parts: list[str]) -> None:
    for node in nodes:
        if isinstance(node, Text):
            parts.append("".join([run.text for run in node.runs if run.field is None]))
        elif isinstance(node, tuple):
            _gather(node, parts)
        elif isinstance(node, Struct):
            _gather(astuple(node), parts)


def sources_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return what some values are made from, if many patients have the same: start or clinician.

    Nothing, if one of them may tell who a patient is: all that are not known to be shared.
    """
    found = {_source(name) for name in names}
    return () if "" in found else tuple(sorted(found))


def _source(name: str) -> str:
    if name in (FieldName.CLINICIAN, SHORT_CLINICIAN):
        return FieldName.CLINICIAN.value
    return FieldName.START.value if name == FieldName.START or name.startswith(_OF_START) else ""


def days_among(names: frozenset[str]) -> int:
    """How many days the grid has that some names are of."""
    numbers = (int(name.removeprefix(_DAY)) for name in names if name.startswith(_DAY))
    return max(numbers, default=-1) + 1
