"""Exercise cards as parts of a document: what an exercise is called, its dose, how it is done."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from handouts.compose.text import Picture, Text


class Step(Struct, frozen=True):
    """One numbered step."""

    number: Text
    text: Text


class FactKind(StrEnum):
    """What a fact of an exercise card tells."""

    FEEL_IT = "feel-it"
    WATCH_OUT = "watch-out"
    EASIER = "easier"
    HARDER = "harder"
    START = "start"
    CAUTION = "caution"
    NOTE = "note"
    CREDIT = "credit"


URGENT = frozenset({FactKind.START, FactKind.CAUTION, FactKind.NOTE})
"""Facts that no layout leaves out."""


class Fact(Struct, frozen=True):
    """One line of advice: a strong lead-in and its sentence in one leaf."""

    kind: FactKind
    text: Text


class ExerciseCard(Struct, frozen=True, kw_only=True):
    """One exercise. Parts the layout does not ask for are None or empty.

    ``dose`` is one line of short phrases: what to count, how long, how often. ``stop`` is the stop
    rule, on cards that are cut out and have no page around them. ``mark`` says what the box beside
    the number is for, where the patient does not do all exercises; else there is none.
    ``other_side`` says that the picture shows the side that the patient does not work. ``video`` is
    a short address; a camera is led to its link.
    """

    number: Text
    name: Text
    equipment: Text | None = None
    side: Text | None = None
    dose: tuple[Text, ...]
    other_side: Text | None = None
    figure: Picture | None = None
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...] = ()
    video: Text | None = None
    stop: Text | None = None
    mark: str = ""
