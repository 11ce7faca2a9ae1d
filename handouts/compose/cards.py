"""Exercise cards as parts of a document: what an exercise is called, its dose, how it is done."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from handouts.compose.text import Picture, Text


class DoseFact(StrEnum):
    """What a cell of the dose tells; the order is that of the strip."""

    SETS = "sets"
    TIMES = "times"
    HOLD = "hold"
    LOAD = "load"
    TEMPO = "tempo"
    DAYS = "days"
    TIMES_A_DAY = "times-a-day"


class DoseCell(Struct, frozen=True):
    """One fact of the dose: numeral, unit, and the words that make it unmistakable."""

    kind: DoseFact
    numeral: Text
    unit: Text
    qualifier: Text | None


class Step(Struct, frozen=True):
    """One numbered step; ``pictured`` if a frame of the figure shows it."""

    number: Text
    text: Text
    pictured: bool = False


class FactKind(StrEnum):
    """What a fact of an exercise card tells; picks its icon."""

    FEEL_IT = "feel-it"
    WATCH_OUT = "watch-out"
    CAUTION = "caution"
    EASIER = "easier"
    HARDER = "harder"


class Fact(Struct, frozen=True):
    """One line of advice: a strong lead-in and its sentence in one leaf."""

    kind: FactKind
    text: Text


class ExerciseCard(Struct, frozen=True, kw_only=True):
    """One exercise. Parts the layout does not ask for are None or empty.

    ``dose`` in cells, or ``dose_words`` as short phrases ("hold 5 seconds") for dense rows; never
    both. ``note`` is the clinician's note; ``note_label`` alone leaves a line for the pen.
    """

    number: Text
    name: Text
    also_known_as: Text | None = None
    equipment: Text | None = None
    purpose: Text | None = None
    side: Text | None = None
    dose: tuple[DoseCell, ...] = ()
    dose_words: tuple[Text, ...] = ()
    figure: Picture | None = None
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...] = ()
    note_label: Text | None = None
    note: Text | None = None
    stop: Text | None = None
