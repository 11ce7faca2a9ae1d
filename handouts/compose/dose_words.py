"""A dose becomes short phrases for a dense row: "2 sets", "10 times", "hold 5 seconds"."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.compose.cards import DoseFact
from handouts.compose.dose_cells import dose_cells, several
from handouts.compose.runs import Runs, fill, leaf, spaced
from handouts.compose.schedule import when
from handouts.compose.text import Text
from handouts.compose.wording import Wording
from handouts.model.dosage import Quantity
from handouts.model.order import OrderedExercise, Side

_HOW_OFTEN = {DoseFact.DAYS, DoseFact.TIMES_A_DAY}


def dose_words(item: OrderedExercise, words: Wording) -> tuple[Text, ...]:
    """Return the facts of a dose in the order of the dose strip, one short phrase each."""
    return tuple(leaf(phrase) for phrase in _phrases(item, words))


def _phrases(item: OrderedExercise, words: Wording) -> Iterator[Runs]:
    line, dosage = words.locale.dose.line, item.dosage
    for cell in dose_cells(item, words, brief=True):
        number = spaced(cell.numeral.runs, cell.unit.runs)
        qualifier = cell.qualifier.runs if cell.qualifier else ()
        if cell.kind is DoseFact.HOLD:
            yield words.commas([fill(line.hold, time=number), _longer(dosage.hold, words)])
        elif cell.kind is DoseFact.TIMES and not _says_only_each_set(item):
            yield spaced(number, qualifier)
        elif cell.kind not in _HOW_OFTEN:
            yield number
    yield when(dosage, words)


def _longer(hold: Quantity | None, words: Wording) -> Runs:
    if hold is None or not hold.is_range:
        return ()
    return fill(words.locale.dose.cell.build_up, n=words.high(hold))


def _says_only_each_set(item: OrderedExercise) -> bool:
    """Whether the words after the times say no more than that each set has so many."""
    times = item.dosage.repetitions
    grows = times is not None and times.is_range
    return several(item.dosage.sets) and item.side is Side.TOGETHER and not grows
