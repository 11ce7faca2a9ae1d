"""The words round the grid: its lead, and the legend of the signs it uses."""

from __future__ import annotations

from handouts.compose.document import LegendItem, LegendSign, Text
from handouts.compose.grid_lines import side_signs, time_signs
from handouts.compose.runs import leaf, spaced
from handouts.compose.wording import Wording
from handouts.model.dosage import Quantity
from handouts.model.layout import Grid
from handouts.model.memory import FEW, remembered
from handouts.model.order import Order, Side

_PAIN_EXAMPLE = 3


@remembered(FEW)
def grid_heading(words: Wording) -> Text:
    """Return the grid's heading."""
    return leaf(words.locale.grid.heading)


@remembered(FEW)
def grid_lead(setting: Grid, words: Wording, *, rests: bool) -> Text:
    """The line under the heading; without a legend it explains boxes, rest days and pain."""
    phrases = words.locale.grid
    if setting.legend:
        return leaf(phrases.bring)
    shaded = phrases.shaded if rests else ""
    return leaf(spaced(phrases.tick, shaded, phrases.write_pain if setting.pain else ""))


def legend(order: Order, words: Wording, *, rests: bool) -> tuple[LegendItem, ...]:
    """Return the signs that this grid uses, with their meanings; "1st" explains itself."""
    uses = frozenset((item.side, item.dosage.times_per_day) for item in order.exercises)
    return _legend(uses, words, rests=rests, pain=order.layout.grid.pain)


@remembered(FEW)
def _legend(
    uses: frozenset[tuple[Side, Quantity | None]], words: Wording, *, rests: bool, pain: bool
) -> tuple[LegendItem, ...]:
    phrases, spoken = words.locale.grid, words.locale.spoken
    items = [LegendItem(LegendSign.DONE, None, leaf(phrases.done, spoken=spoken.done))]
    if rests:
        items.append(LegendItem(LegendSign.REST, None, leaf(phrases.rest, spoken=spoken.rest)))
    used = [
        sign
        for side, times in uses
        for sign in (*side_signs(side, words), *time_signs(times, words))
    ]
    for phrase in (phrases.left, phrases.right, phrases.morning, phrases.evening):
        if (phrase.sign, phrase.spoken) in used:
            meaning = leaf(phrase.spoken)
            items.append(LegendItem(LegendSign.LETTER, leaf(phrase.sign), meaning))
    if pain:
        example = leaf(words.number(_PAIN_EXAMPLE))
        items.append(LegendItem(LegendSign.PAIN, example, leaf(phrases.pain_meaning)))
    return tuple(items)
