"""Set leaves of text in lines: words in faces, broken, balanced and measured.

Filling a page needs the width and the lines of the same text many times. So text that all patients
read is cached for the whole process, and the words of a patient's values as long as their handout.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.runs import Run, Text
from handouts.model.layout import TypeStyle
from handouts.text.faces import Fonts
from handouts.text.words import (
    SetLine,
    Word,
    broken,
    line_of,
    lines_of,
    parted,
    signs_of,
    unglued,
    width_of,
    words_of,
)

_CACHE_SIZE = 4096
_BALANCED = 6
"""Text of up to this many lines is balanced."""

Runs = tuple[Run, ...]
Measured = tuple[tuple[Word, ...], float]
"""Words, and their width on one line in points."""


def _measured(fonts: Fonts, runs: Runs, style: TypeStyle) -> Measured:
    """Return the words of runs in a style, with their width."""
    words = words_of(runs, fonts, style.size, bold=style.bold)
    return words, width_of(words)


_cached_words = lru_cache(maxsize=_CACHE_SIZE)(_measured)


@lru_cache(maxsize=_CACHE_SIZE)
def _cached_lines(
    fonts: Fonts,
    runs: Runs,
    style: TypeStyle,
    width: float,
    balance: bool,  # noqa: FBT001 - a key
) -> tuple[SetLine, ...]:
    words, _ = _cached_words(fonts, runs, style)
    return _in_lines(words, style.size, width, balance=balance)


def _in_lines(
    whole: tuple[Word, ...], size: float, width: float, *, balance: bool
) -> tuple[SetLine, ...]:
    """Return words in lines no wider than ``width``, ragged right; see `Typesetter.set`."""
    words = tuple(part for word in whole for part in _fitting(word, size, width))
    lines = broken(words, width)
    if balance and len(lines) == 2:
        lines = _by_sentence(words, width) or lines
    if balance and 2 <= len(lines) <= _BALANCED and not (len(lines) == 2 and lines[0][-1].ends):
        lines = _balanced(words, width, len(lines))
    return lines_of(lines)


def _by_sentence(words: tuple[Word, ...], width: float) -> list[tuple[Word, ...]] | None:
    """Return two lines split at the end of a sentence, as even as possible; None if none fit."""
    best: tuple[float, tuple[tuple[Word, ...], tuple[Word, ...]]] | None = None
    for index in range(1, len(words)):
        if not words[index - 1].ends:
            continue
        halves = (words[:index], words[index:])
        widest = max(map(width_of, halves))
        if widest <= width and (best is None or widest < best[0]):
            best = (widest, halves)
    return list(best[1]) if best else None


def _balanced(words: tuple[Word, ...], width: float, count: int) -> list[tuple[Word, ...]]:
    """Return the lines of the narrowest measure that still gives ``count`` lines (bisection)."""
    low, high = width * 0.5, width
    for _ in range(7):
        middle = (low + high) / 2
        if len(broken(words, middle)) <= count:
            high = middle
        else:
            low = middle
    return broken(words, high)


def _fitting(word: Word, size: float, width: float) -> Iterator[Word]:
    """Yield a word, or its parts if it is wider than the measure."""
    if word.width <= width:
        yield word
        return
    for part in unglued(word):
        # Split only the parts that are wider than the measure.
        whole = part.width <= width or any(piece.blank for piece in part.pieces)
        yield from [part] if whole else parted(part, size, width)


_ASCENT, _DESCENT = 0.95, 0.29
_HAIR = 1e-9
_FIGURES, _WIDEST = re.compile(r"\d{1,2}"), "00"

Widths = tuple[float, float]
"""A range of widths in points: more than the first, up to the second."""

STEP = 12.0
"""Room for a patient's text is in multiples of this (points), so that others share a layout."""

NEVER: Widths = (0.0, 0.0)
"""No other text is set in the same shape."""


class SetText(Struct, frozen=True):
    """A leaf set in lines. ``style`` gives size and leading; ``source`` is the leaf.

    Another text in its place would also be set on one line, in the same size, if its width on one
    line is in ``room``. ``measure`` is the width at which the leaf was broken without balancing:
    another text that gives as many lines would be set in the same shape.
    """

    lines: tuple[SetLine, ...]
    style: TypeStyle
    source: Text
    room: Widths = NEVER
    measure: float = 0.0

    def within(self, low: float, high: float) -> SetText:
        """Return it with its room limited to these widths: only such texts may replace it."""
        fits = len(self.lines) == 1 and low < self.width <= high
        room = (max(self.room[0], low), min(self.room[1], high)) if fits else NEVER
        return replace(self, room=room, measure=0.0)

    @property
    def height(self) -> float:
        """Number of lines times leading."""
        return len(self.lines) * self.style.leading

    @property
    def width(self) -> float:
        """Width of the longest line."""
        return max([line.width for line in self.lines], default=0.0)

    @property
    def first_baseline(self) -> float:
        """The distance from the top of the text to the first baseline."""
        return baseline(self.style)


class Placed(Struct, frozen=True):
    """A set text in its colour, and how far right of and below a corner it is (points)."""

    across: float
    down: float
    block: SetText
    colour: str = "text"


def height_of(texts: Iterable[Placed]) -> float:
    """Return how far down texts reach, in points."""
    return max((text.down + text.block.height for text in texts), default=0.0)


def beside(first: Placed, other: Placed, gap: float) -> list[Placed]:
    """Return a text and another after it, both on the first baseline."""
    across = first.across + first.block.width + gap
    down = first.down + first.block.first_baseline - other.block.first_baseline
    return [first, replace(other, across=across, down=down)]


def roomy(text: Text) -> Text:
    """Return a text with the two widest digits in place of each number.

    If it fits, any date fits, so that patients who start on other days share a plate.
    """
    if not _FIGURES.search(text.plain):
        return text
    return Text(tuple(run.saying(_FIGURES.sub(_WIDEST, run.text)) for run in text.runs))


def baseline(style: TypeStyle) -> float:
    """Return how far the baseline is below a line's top: half the extra leading, plus ascent."""
    return (style.leading - (_ASCENT + _DESCENT) * style.size) / 2 + _ASCENT * style.size


class Typesetter:
    """Sets the text of one handout in its fonts."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self._personal: dict[tuple[Runs, TypeStyle], Measured] = {}
        """The words of texts with a patient's values, which no other handout may share."""

    def width(self, text: Text, style: TypeStyle) -> float:
        """Return the width of a leaf on one line, in points."""
        return self._measured(text, style)[1]

    def line(self, text: Text, style: TypeStyle) -> SetText:
        """Return a leaf set on one line, however wide."""
        return self._one_line(text, style, (0.0, math.inf))

    def _one_line(self, text: Text, style: TypeStyle, room: Widths) -> SetText:
        # An empty text is a line too, with its height.
        lines = self._lines(text, style, math.inf, balance=False) or (line_of(()),)
        return SetText(lines, style, text, room)

    def fitted(
        self, text: Text, style: TypeStyle, width: float, smallest: float, *, free: bool = False
    ) -> SetText:
        """Return a leaf on one line, smaller by quarter points (to ``smallest``) until it fits.

        If it does not fit ``width`` at its smallest, it is set on several lines. ``free`` is True
        if nothing on the page depends on the width of the result.
        """
        fitted, least, wide = style, 0.0, self.width(text, style)
        if wide > width:
            # Width is proportional to size, so skip sizes that are much too large.
            size = style.size
            size -= 0.25 * max(0, int((size - size * width / wide) / 0.25) - 1)
            fitted = replace_size(style, max(smallest, size))
            wide = self.width(text, fitted)
        while wide > width and fitted.size > smallest:
            size = max(smallest, fitted.size - 0.25)
            # A narrower text fits at the size above; the margin is for rounding of both widths.
            least = width * size / fitted.size * (1 + _HAIR)
            fitted = replace_size(style, size)
            wide = self.width(text, fitted)
        if wide > width:
            return replace(self.set(text, fitted, width), room=NEVER)
        return self._one_line(text, fitted, (least, width) if free or not least else NEVER)

    def clipped(
        self, text: Text, style: TypeStyle, width: float, smallest: float, *, free: bool = False
    ) -> SetText:
        """Return a leaf on one line, smaller until it fits, then cut short with an ellipsis.

        For text that repeats on pages and is in full elsewhere. ``free``: as in `fitted`.
        """
        block = self.fitted(text, style, width, smallest, free=free)
        if len(block.lines) == 1:
            return block
        signs = signs_of(text.plain)
        cut = _cut(text, text.plain)
        while signs and self.width(cut, block.style) > width:
            signs.pop()
            cut = _cut(text, "".join(signs))
        return replace(self.line(cut, block.style), source=text, room=NEVER)

    def set(self, text: Text, style: TypeStyle, width: float, *, balance: bool = True) -> SetText:
        """Return a leaf broken into lines no wider than ``width`` points, ragged right.

        Two lines break between sentences if both halves fit. Otherwise up to six lines are
        balanced, so that no word is alone on the last line.
        """
        lines = self._lines(text, style, width, balance=balance)
        return SetText(
            lines,
            style,
            text,
            room=(0.0, width) if len(lines) == 1 else NEVER,
            measure=0.0 if balance else width,
        )

    def words(self, text: Text, style: TypeStyle) -> tuple[Word, ...]:
        """Return the words of a leaf, measured at a size."""
        return self._measured(text, style)[0]

    def _measured(self, text: Text, style: TypeStyle) -> Measured:
        runs = text.runs
        if not text.personal:
            return _cached_words(self.fonts, runs, style)
        found = self._personal.get((runs, style))
        if found is None:
            found = self._personal[runs, style] = _measured(self.fonts, runs, style)
        return found

    def _lines(
        self, text: Text, style: TypeStyle, width: float, *, balance: bool
    ) -> tuple[SetLine, ...]:
        if not text.personal:
            return _cached_lines(self.fonts, text.runs, style, width, balance)
        return _in_lines(self.words(text, style), style.size, width, balance=balance)


def _cut(text: Text, words: str) -> Text:
    """Return a leaf that ends early; its runs keep their style and field."""
    runs: list[Run] = []
    left = len(words.rstrip())
    for run in text.runs:
        if left > 0 or not runs:
            runs.append(run.saying(run.text[:left]))
        left -= len(run.text)
    runs[-1] = runs[-1].saying(f"{runs[-1].text}…")
    return Text(tuple(runs))


def replace_size(style: TypeStyle, size: float) -> TypeStyle:
    """Return the style at another size, leading in proportion."""
    if size == style.size:
        return style
    return type_style(size, style.leading * size / style.size, bold=style.bold)


@lru_cache(maxsize=1024)
def type_style(size: float, leading: float, *, bold: bool) -> TypeStyle:
    """Return a size of type, cached, because pages need only a few."""
    return TypeStyle(size=size, leading=leading, bold=bold)
