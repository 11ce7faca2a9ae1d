"""A `Text` leaf and a width → set lines: words in faces, broken, balanced and measured."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.text import Run, Text
from handouts.layout.fonts import Fonts
from handouts.layout.lines import lines_of, measured
from handouts.layout.words import SetLine, Word, line_of
from handouts.model.layout import TypeStyle

_ASCENT, _DESCENT = 0.95, 0.29
_HAIR = 1e-9
_FIGURES, _WIDEST = re.compile(r"\d{1,2}"), "00"

Widths = tuple[float, float]
"""More than the first, up to the second: widths in points."""

STEP = 12.0
"""Steps of the widths kept for a patient's own text, in points: other patients share a layout."""

NEVER: Widths = (0.0, 0.0)
"""No other text is set in the same shape."""


class SetText(Struct, frozen=True):
    """A leaf set in lines. ``style`` gives size and leading; ``source`` is the leaf.

    Another text in its place, if it is of a width in ``room`` on one line, would be set on one
    line in the same size. ``measure`` is the width it was broken to without balancing: another
    text that gives as many lines would be set in the same shape.
    """

    lines: tuple[SetLine, ...]
    style: TypeStyle
    source: Text
    room: Widths = NEVER
    measure: float = 0.0

    def within(self, low: float, high: float) -> SetText:
        """Return it as one that only texts of these widths on one line may take the place of."""
        fits = len(self.lines) == 1 and low < self.width <= high
        room = (max(self.room[0], low), min(self.room[1], high)) if fits else NEVER
        return replace(self, room=room, measure=0.0)

    def stepped(self) -> tuple[SetText, float]:
        """Return it and the width to keep for it: whole steps where the text is a patient's own.

        Then what stands beside it stands there for other patients too.
        """
        if not self.source.personal or len(self.lines) != 1:
            return self, self.width
        kept = math.ceil(self.width / STEP) * STEP
        return self.within(kept - STEP, kept), kept

    @property
    def height(self) -> float:
        """Number of lines times leading."""
        return len(self.lines) * self.style.leading

    @property
    def width(self) -> float:
        """Width of the longest line."""
        return max((line.width for line in self.lines), default=0.0)

    @property
    def first_baseline(self) -> float:
        """From the top of the text to the first baseline."""
        return baseline(self.style)


def roomy(text: Text) -> Text:
    """Return a text with the widest two figures in place of each number.

    Where it finds room any date does, so that patients who start on other days share a plate.
    """
    if not _FIGURES.search(text.plain):
        return text
    return Text(tuple(run.saying(_FIGURES.sub(_WIDEST, run.text)) for run in text.runs))


def baseline(style: TypeStyle) -> float:
    """Distance from the top of a line to its baseline: half of the extra leading, then ascent."""
    return (style.leading - (_ASCENT + _DESCENT) * style.size) / 2 + _ASCENT * style.size


class Setter:
    """Sets text in the handout's fonts."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts

    def width(self, text: Text, style: TypeStyle) -> float:
        """Width of a leaf on one line, in points."""
        return measured(self.fonts, text.runs, style.size, bold=style.bold)[1]

    def measure(self, string: str, style: TypeStyle) -> float:
        """Width of a plain string, in points."""
        return self.width(Text((Run(string),)), style)

    def line(self, text: Text, style: TypeStyle) -> SetText:
        """Return a leaf set on one line, however wide."""
        return self._one_line(text, style, (0.0, math.inf))

    def _one_line(self, text: Text, style: TypeStyle, room: Widths) -> SetText:
        return SetText((line_of(self.words(text, style), style.size),), style, text, room)

    def fitted(
        self, text: Text, style: TypeStyle, width: float, smallest: float, *, free: bool = False
    ) -> SetText:
        """Return a leaf on one line, smaller by quarter points (to ``smallest``) until it fits.

        If it does not fit ``width`` at its smallest, it is set on several lines. ``free``: nothing
        on the page depends on how wide it becomes.
        """
        size, least = style.size, 0.0
        while size > smallest and self.width(text, replace_size(style, size)) > width:
            above, size = size, max(smallest, size - 0.25)
            # What is no wider fits in the size above; both widths are rounded, so not quite so far.
            least = width * size / above * (1 + _HAIR)
        fitted = replace_size(style, size)
        if self.width(text, fitted) > width:
            return replace(self.set(text, fitted, width), room=NEVER)
        return self._one_line(text, fitted, (least, width) if free or not least else NEVER)

    def clipped(
        self, text: Text, style: TypeStyle, width: float, smallest: float, *, free: bool = False
    ) -> SetText:
        """Return a leaf on one line, smaller until it fits, then cut short with an ellipsis.

        For what repeats on pages and stands in full elsewhere. ``free``: as in `fitted`.
        """
        block = self.fitted(text, style, width, smallest, free=free)
        if len(block.lines) == 1:
            return block
        words = text.plain
        cut = _cut(text, words)
        while words and self.width(cut, block.style) > width:
            words = words[:-1]
            cut = _cut(text, words)
        return replace(self.line(cut, block.style), source=text, room=NEVER)

    def set(self, text: Text, style: TypeStyle, width: float, *, balance: bool = True) -> SetText:
        """Return a leaf broken into lines no wider than ``width`` points, ragged right.

        Two lines break between sentences where both halves fit, else lines of up to four are
        balanced, so that no single word stands on the last line.
        """
        lines = lines_of(self.fonts, text.runs, style.size, width, bold=style.bold, balance=balance)
        return SetText(
            lines,
            style,
            text,
            room=(0.0, width) if len(lines) == 1 else NEVER,
            measure=0.0 if balance else width,
        )

    def words(self, text: Text, style: TypeStyle) -> tuple[Word, ...]:
        """Return the words of a leaf, measured at a size."""
        return measured(self.fonts, text.runs, style.size, bold=style.bold)[0]


def _cut(text: Text, words: str) -> Text:
    """A leaf that ends early; it stays a patient's own."""
    return Text((replace(text.runs[0], text=f"{words.rstrip()}…"),))


def replace_size(style: TypeStyle, size: float) -> TypeStyle:
    """Return the style at another size, leading in proportion."""
    if size == style.size:
        return style
    return type_style(size, style.leading * size / style.size, bold=style.bold)


@lru_cache(maxsize=1024)
def type_style(size: float, leading: float, *, bold: bool) -> TypeStyle:
    """Return a size of type; the few that pages need are made once."""
    return TypeStyle(size=size, leading=leading, bold=bold)
