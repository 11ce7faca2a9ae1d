"""The words round the grid: its lead, and the legend of the signs it uses."""

from __future__ import annotations

from handouts.compose.checklist import LegendItem, LegendSign
from handouts.compose.grid_lines import side_signs, time_signs
from handouts.compose.runs import leaf, spaced
from handouts.compose.text import Text
from handouts.compose.wording import Wording
from handouts.model.layout import Grid
from handouts.model.order import Order

_PAIN_EXAMPLE = 3


def grid_heading(words: Wording) -> Text:
    """Return the grid's heading."""
    return leaf(words.locale.grid.heading)


def grid_lead(setting: Grid, words: Wording, *, rests: bool) -> Text:
    """The line under the heading; without a legend it explains boxes, rest days and pain."""
    phrases = words.locale.grid
    if setting.legend:
        return leaf(phrases.bring)
    shaded = phrases.shaded if rests else ""
    return leaf(spaced(phrases.tick, shaded, phrases.write_pain if setting.pain else ""))


def legend(order: Order, words: Wording, *, rests: bool) -> tuple[LegendItem, ...]:
    """Return the signs that this grid uses, with their meanings; "1st" explains itself."""
    phrases, spoken = words.locale.grid, words.locale.spoken
    items = [_item(LegendSign.DONE, None, phrases.done, spoken.done)]
    if rests:
        items.append(_item(LegendSign.REST, None, phrases.rest, spoken.rest))
    used = [
        sign
        for item in order.exercises
        for sign in (*side_signs(item.side, words), *time_signs(item.dosage, words))
    ]
    items += [
        _item(LegendSign.LETTER, phrase.sign, phrase.spoken)
        for phrase in (phrases.left, phrases.right, phrases.morning, phrases.evening)
        if (phrase.sign, phrase.spoken) in used
    ]
    if order.layout.grid.pain:
        items.append(_item(LegendSign.PAIN, words.number(_PAIN_EXAMPLE), phrases.pain_meaning))
    return tuple(items)


def _item(
    kind: LegendSign, sign: str | None, meaning: str, spoken: str | None = None
) -> LegendItem:
    return LegendItem(kind, leaf(sign) if sign else None, leaf(meaning, spoken=spoken))
