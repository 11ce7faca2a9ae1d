"""Set the facts of an exercise card: side by side where that needs fewer lines."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from handouts.compose.document import Fact, FactKind
from handouts.layout import icons
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, plain
from handouts.text.setting import SetText

_BETWEEN = 20.0
"""Space between two columns, in points."""

_SHARES = (0.5, 0.43, 0.57, 0.36, 0.64, 0.3, 0.7)
"""Parts of the width that the left one of two columns may take, the best first."""

TIGHT = 1.0
"""The least space between facts, in points."""

_Column = tuple[tuple[Fact, SetText], ...]


class _Row(Struct, frozen=True):
    """Facts below each other, or in two columns; ``right`` is the left edge of the second."""

    height: float
    left: _Column
    beside: _Column = ()
    right: float = 0.0


class FactList:
    """Facts in rows of one column or two, whatever needs the fewest lines."""

    def __init__(self, theme: Theme, facts: Sequence[Fact]) -> None:
        self.theme, self.facts = theme, tuple(facts)
        self.style = plain(theme.type.fact)
        self._known: dict[tuple[float, float], list[_Row]] = {}
        self._texts: dict[tuple[int, float], SetText] = {}

    def height(self, width: float, gap: float) -> float:
        """Height at a width; nothing without facts."""
        return _total(self._rows(width, gap), gap)

    def paint(self, sheet: Sheet, x: float, y: float, width: float, gap: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        for row in self._rows(width, gap):
            self._draw(sheet, row.left, x, y, gap)
            self._draw(sheet, row.beside, x + row.right, y, gap)
            y += row.height + gap

    def _draw(self, sheet: Sheet, column: _Column, x: float, y: float, gap: float) -> None:
        for fact, block in column:
            indent, half = self._indent(fact), self.style.size * 0.6
            if indent:
                icons.warning(sheet, x + half, y + self.style.leading * 0.54, half)
            y += sheet.text(x + indent, y, block) + gap

    def _rows(self, width: float, gap: float) -> list[_Row]:
        """All facts in few rows; they are asked for often while a page is filled."""
        if (width, gap) not in self._known:
            self._known[width, gap] = self._best(width, gap)
        return self._known[width, gap]

    def _best(self, width: float, gap: float) -> list[_Row]:
        """All facts in few rows; in whatever is least high where a card is at its tightest."""
        worth = self.style.leading if gap > TIGHT else 1.0
        ways: list[list[_Row]] = [[]]
        for end in range(1, len(self.facts) + 1):
            parted = [
                [*ways[start], self._row(self.facts[start:end], width, gap)] for start in range(end)
            ]
            ways.append(min(parted, key=lambda rows: _total(rows, gap) + worth * len(rows)))
        return ways[-1]

    def _row(self, facts: Sequence[Fact], width: float, gap: float) -> _Row:
        """Facts in one column, or the first half of them beside the others."""
        best = self._beside(facts, (), width, 0.0, gap)
        middle, room = (len(facts) + 1) // 2, width - _BETWEEN
        lines = self.style.leading * middle + gap * (middle - 1)
        for share in _SHARES if len(facts) > 1 else ():
            if best.height <= lines + 0.01:
                break  # a line for each fact: none is lower
            row = self._beside(facts[:middle], facts[middle:], room * share, room, gap)
            best = row if row.height < best.height - 0.01 else best
        return best

    def _beside(
        self, facts: Sequence[Fact], others: Sequence[Fact], width: float, room: float, gap: float
    ) -> _Row:
        left, right = self._set(facts, width), self._set(others, room - width)
        height = max(_high(left, gap), _high(right, gap))
        return _Row(height, left, right, width + _BETWEEN)

    def _set(self, facts: Sequence[Fact], width: float) -> _Column:
        return tuple((fact, self._text(fact, width)) for fact in facts)

    def _text(self, fact: Fact, width: float) -> SetText:
        key = id(fact), width
        if key not in self._texts:
            room = width - self._indent(fact)
            self._texts[key] = self.theme.setter.set(fact.text, self.style, room)
        return self._texts[key]

    def _indent(self, fact: Fact) -> float:
        """Room for the sign of a caution."""
        return self.style.size * 1.5 if fact.kind is FactKind.CAUTION else 0.0


def _high(column: _Column, gap: float) -> float:
    return sum(block.height for _, block in column) + gap * max(0, len(column) - 1)


def _total(rows: Sequence[_Row], gap: float) -> float:
    return sum(row.height for row in rows) + gap * max(0, len(rows) - 1)
