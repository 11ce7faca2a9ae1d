"""Draw the steps, facts and pictures of an exercise."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from handouts.compose.cards import Fact, FactKind, Step
from handouts.compose.text import Picture
from handouts.figures.vector import Vector
from handouts.layout import icons
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, disc, draw_frame
from handouts.model.layout import TypeStyle
from handouts.text.setting import SetText

MAX_SCALE = 1.9
"""No picture is drawn larger than this many points a unit of the figure."""


class PicturePair(Struct, frozen=True):
    """All frames at one scale, each with the number of the step it shows in its own space."""

    theme: Theme
    figure: Picture
    numbers: tuple[Step, ...]
    badge: float = 9.5
    gap: float = 10.0
    max_scale: float = MAX_SCALE

    @property
    def frames(self) -> tuple[Vector, ...]:
        """The frames to draw."""
        return self.theme.frames(self.figure)

    def _row_scale(self, width: float, height: float) -> float:
        sizes = [frame.size for frame in self.frames]
        room = width - self.gap * (len(sizes) - 1) - (2 * self.badge + 5) * 0.85 * len(sizes)
        return min(room / sum(wide for wide, _ in sizes), height / max(high for _, high in sizes))

    def _column_scale(self, width: float, height: float) -> float:
        sizes = [frame.size for frame in self.frames]
        room = height - self.gap * (len(sizes) - 1)
        wide = width - 2 * self.badge - 5
        return min(wide / max(w for w, _ in sizes), room / sum(high for _, high in sizes))

    def paint(
        self, sheet: Sheet, x: float, y: float, width: float, height: float, *, row: bool = False
    ) -> None:
        """Draw the frames into a box, centred in height."""
        in_row, in_column = self._row_scale(width, height), self._column_scale(width, height)
        if row or in_row * 1.02 >= in_column:
            self._draw_row(sheet, x, y, width, height, min(in_row, self.max_scale))
        else:
            self._draw_column(sheet, x, y, width, height, min(in_column, self.max_scale))

    def _draw_row(
        self, sheet: Sheet, x: float, y: float, width: float, height: float, scale: float
    ) -> None:
        sizes = [(wide * scale, high * scale) for wide, high in (f.size for f in self.frames)]
        tallest = max(high for _, high in sizes)
        top = y + max(0.0, (height - tallest) / 2)
        spare = width - sum(wide for wide, _ in sizes) - self.gap * (len(sizes) - 1)
        pad = spare / len(sizes)
        for index, (frame, (wide, high)) in enumerate(zip(self.frames, sizes, strict=True)):
            offset = min(pad * 0.95, max(pad * 0.55, 2 * self.badge + 5))
            base = top + tallest - high
            draw_frame(self.theme, sheet, (x + offset, base, wide, high), frame, self.figure)
            self._badge(sheet, index, x + max(self.badge, offset - self.badge - 2), base)
            x += wide + pad + self.gap

    def _draw_column(
        self, sheet: Sheet, x: float, y: float, width: float, height: float, scale: float
    ) -> None:
        heights = [frame.size[1] * scale for frame in self.frames]
        top = y + max(0.0, (height - sum(heights) - self.gap * (len(heights) - 1)) / 2)
        lane = 2 * self.badge + 5
        for index, (frame, high) in enumerate(zip(self.frames, heights, strict=True)):
            wide = frame.size[0] * scale
            left = x + lane + (width - lane - wide) / 2
            draw_frame(self.theme, sheet, (left, top, wide, high), frame, self.figure)
            self._badge(sheet, index, x + self.badge, top + 2)
            top += high + self.gap

    def _badge(self, sheet: Sheet, frame: int, x: float, top: float) -> None:
        shown = self.figure.steps[frame] if frame < len(self.figure.steps) else None
        if shown is None or self.badge <= 0:
            return
        number = self.numbers[shown - 1].number
        with sheet.furniture():
            disc(self.theme, sheet, x, top + self.badge, number, self.badge, filled=True)


_BETWEEN = 20.0
"""Least space between two facts on one line (points)."""


class StepList:
    """Numbered steps. ``gap`` is the space between them, ``radius`` that of the numbers."""

    def __init__(
        self,
        theme: Theme,
        steps: tuple[Step, ...],
        *,
        gap: float = 3.5,
        radius: float = 8.5,
        style: TypeStyle | None = None,
    ) -> None:
        self.theme, self.steps = theme, steps
        self.gap, self.radius = gap, radius
        self.style = style or theme.type.steps

    @property
    def indent(self) -> float:
        """From the left edge to the text."""
        return 2 * self.radius + 9 * min(1.2, self.theme.scale)

    def _set(self, width: float) -> list[SetText]:
        wide = width - self.indent
        return [self.theme.setter.set(step.text, self.style, wide) for step in self.steps]

    def _heights(self, width: float) -> list[float]:
        least = 2 * self.radius + 1
        return [max(block.height, least) for block in self._set(width)]

    def height_at(self, width: float) -> float:
        """Height at a width, in points."""
        heights = self._heights(width)
        return sum(heights) + self.gap * (len(heights) - 1)

    def paint(self, sheet: Sheet, x: float, y: float, width: float, extra: float = 0.0) -> None:
        """Draw with the top left corner at ``x, y``; ``extra`` goes between the steps."""
        blocks = self._set(width)
        gap = self.gap + (extra / (len(blocks) - 1) if len(blocks) > 1 else 0.0)
        for step, block, height in zip(self.steps, blocks, self._heights(width), strict=True):
            centre = y + self.style.leading * 0.56
            disc(
                self.theme, sheet, x + self.radius, centre, step.number, self.radius,
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
        theme: Theme,
        facts: tuple[Fact, ...],
        *,
        gap: float = 3.0,
        style: TypeStyle | None = None,
        share: Literal["no", "change", "all"] = "change",
    ) -> None:
        self.theme, self.facts, self.gap = theme, facts, gap
        self.style = style or theme.type.detail
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
        wide = sum(self.theme.setter.width(fact.text, self.style) for fact in (one, other))
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
        setter = self.theme.setter
        if len(row) == 1:
            return [(0.0, setter.set(row[0].text, self.style, width - self.indent))]
        first, second = (setter.line(fact.text, self.style) for fact in row)
        middle = max(width / 2 + 8, self.indent + first.width + _BETWEEN)
        return [(0.0, first), (min(middle, width - self.indent - second.width), second)]

    def height_at(self, width: float) -> float:
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

    def paint(self, sheet: Sheet, x: float, y: float, width: float, extra: float = 0.0) -> float:
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
