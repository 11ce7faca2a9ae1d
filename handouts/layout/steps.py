"""Steps and facts of an exercise → numbered lines, and lines behind a sign."""

from __future__ import annotations

from typing import Literal

from handouts.compose.cards import Fact, FactKind, Step
from handouts.layout import icons
from handouts.layout.look import Look, disc
from handouts.layout.sheet import Sheet
from handouts.layout.text import SetText
from handouts.model.layout import TypeStyle

_BETWEEN = 20.0
"""Least space between two facts on one line (points)."""


class StepList:
    """Numbered steps. ``gap`` is the space between them, ``radius`` that of the numbers."""

    def __init__(
        self,
        look: Look,
        steps: tuple[Step, ...],
        *,
        gap: float = 3.5,
        radius: float = 8.5,
        style: TypeStyle | None = None,
    ) -> None:
        self.look, self.steps = look, steps
        self.gap, self.radius = gap, radius
        self.style = style or look.type.steps

    @property
    def indent(self) -> float:
        """From the left edge to the text."""
        return 2 * self.radius + 9 * min(1.2, self.look.scale)

    def _set(self, width: float) -> list[SetText]:
        wide = width - self.indent
        return [self.look.setter.set(step.text, self.style, wide) for step in self.steps]

    def _heights(self, width: float) -> list[float]:
        least = 2 * self.radius + 1
        return [max(block.height, least) for block in self._set(width)]

    def height(self, width: float) -> float:
        """Height at a width, in points."""
        heights = self._heights(width)
        return sum(heights) + self.gap * (len(heights) - 1)

    def draw(self, sheet: Sheet, x: float, y: float, width: float, extra: float = 0.0) -> None:
        """Draw with the top left corner at ``x, y``; ``extra`` goes between the steps."""
        blocks = self._set(width)
        gap = self.gap + (extra / (len(blocks) - 1) if len(blocks) > 1 else 0.0)
        for step, block, height in zip(self.steps, blocks, self._heights(width), strict=True):
            centre = y + self.style.leading * 0.56
            disc(
                self.look, sheet, x + self.radius, centre, step.number, self.radius,
                filled=step.pictured,
            )  # fmt: skip
            sheet.text(x + self.indent, y, block)
            y += height + gap


class FactList:
    """One fact a line. Facts that belong together may share a line where both fit.

    ``share``: ``no``, ``change`` (easier and harder) or ``all`` (any two neighbours).
    """

    def __init__(
        self,
        look: Look,
        facts: tuple[Fact, ...],
        *,
        gap: float = 3.0,
        style: TypeStyle | None = None,
        share: Literal["no", "change", "all"] = "change",
    ) -> None:
        self.look, self.facts, self.gap = look, facts, gap
        self.style = style or look.type.detail
        self.share = share

    @property
    def _half(self) -> float:
        return self.style.size * 0.6

    @property
    def indent(self) -> float:
        """From the left edge to the text."""
        return self._half * 3

    def _together(self, one: Fact, other: Fact, width: float) -> bool:
        change = (one.kind, other.kind) == (FactKind.EASIER, FactKind.HARDER)
        if self.share == "no" or not (change or self.share == "all"):
            return False
        wide = sum(self.look.setter.width(fact.text, self.style) for fact in (one, other))
        return wide + 2 * self.indent + _BETWEEN <= width

    def _rows(self, width: float) -> list[tuple[Fact, ...]]:
        rows: list[tuple[Fact, ...]] = []
        for fact in self.facts:
            if rows and len(rows[-1]) == 1 and self._together(rows[-1][0], fact, width):
                rows[-1] = (rows[-1][0], fact)
            else:
                rows.append((fact,))
        return rows

    def _set(self, row: tuple[Fact, ...], width: float) -> list[tuple[float, SetText]]:
        """Offset and text of each fact of a row."""
        setter = self.look.setter
        if len(row) == 1:
            return [(0.0, setter.set(row[0].text, self.style, width - self.indent))]
        first, second = (setter.line(fact.text, self.style) for fact in row)
        middle = max(width / 2 + 8, self.indent + first.width + _BETWEEN)
        return [(0.0, first), (min(middle, width - self.indent - second.width), second)]

    def height(self, width: float) -> float:
        """Height at a width, in points."""
        heights = [
            max(block.height for _, block in self._set(row, width)) for row in self._rows(width)
        ]
        return sum(heights) + self.gap * max(0, len(heights) - 1)

    def last_width(self, width: float) -> float:
        """Width that the last line takes, for what may share it."""
        rows = self._rows(width)
        if not rows:
            return 0.0
        offset, block = self._set(rows[-1], width)[-1]
        return width if len(block.lines) > 1 else offset + self.indent + block.width

    def lines(self, width: float) -> int:
        """Number of lines of facts (facts that share a line count once)."""
        return len(self._rows(width))

    def draw(self, sheet: Sheet, x: float, y: float, width: float, extra: float = 0.0) -> float:
        """Draw with the top left corner at ``x, y``; return the top of the last line.

        ``extra`` goes between the lines.
        """
        top = y
        rows = self._rows(width)
        gap = self.gap + (extra / (len(rows) - 1) if len(rows) > 1 else 0.0)
        for row in rows:
            top, height = y, 0.0
            for fact, (offset, block) in zip(row, self._set(row, width), strict=True):
                sign, left = icons.FACT_ICONS[fact.kind], x + offset
                sign(sheet, left + self._half * 1.1, y + self.style.leading * 0.56, self._half)
                height = max(height, sheet.text(left + self.indent, y, block))
            y += height + gap
        return top
