"""Exercise cards as parts of a document: what an exercise is called, its dose, how it is done."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from handouts.compose.node import Figure
from handouts.compose.text import Text


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


class CardTop(Struct, frozen=True, kw_only=True):
    """What an exercise is called, and its dose.

    ``dose`` in cells, or ``dose_words`` as short phrases ("hold 5 seconds") for dense rows; never
    both.
    """

    number: Text
    name: Text
    also_known_as: Text | None = None
    equipment: Text | None = None
    purpose: Text | None = None
    side: Text | None = None
    dose: tuple[DoseCell, ...] = ()
    dose_words: tuple[Text, ...] = ()


class CardBody(Struct, frozen=True, kw_only=True):
    """How an exercise is done."""

    figure: Figure | None = None
    steps: tuple[Step, ...]
    facts: tuple[Fact, ...] = ()


class ExerciseCard(Struct, frozen=True, kw_only=True):
    """One exercise. Parts the layout does not ask for are None or empty.

    ``note`` is the clinician's note; ``note_label`` alone leaves a line for the pen.
    """

    top: CardTop
    body: CardBody
    note_label: Text | None = None
    note: Text | None = None
    stop: Text | None = None

    @property
    def number(self) -> Text:
        """Its number on the sheet."""
        return self.top.number

    @property
    def name(self) -> Text:
        """Its plain name."""
        return self.top.name

    @property
    def figure(self) -> Figure | None:
        """Its picture."""
        return self.body.figure

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps."""
        return self.body.steps

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Lines of advice."""
        return self.body.facts
