"""Draw an exercise, or the total time, as a row of the plan."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from typing_extensions import override

from handouts.compose.document import PlanRow
from handouts.compose.text import Text
from handouts.layout import icons
from handouts.layout.block import Block
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, draw_frame, plain, tile
from handouts.model.layout import TypeStyle
from handouts.text.setting import SetText

LEAST_HEIGHTS = (35.0, 31.0, 27.0, 0.0)
"""Least height of a row in the standard layout: roomy, tight, tightest, and in one line."""

_TIGHTEST = 2
SINGLE = len(LEAST_HEIGHTS) - 1
"""The level at which name and dose share a line if they can."""


_ROUNDED = 0.01
"""The longest days are as wide as their column, but for what sums are rounded by (points)."""

_MOST_DAYS = 0.5
"""Days take no more of a row than this part, or name and dose would stand in a few letters a line.

What is longer, as many named days in large print, goes on below.
"""


class Columns(Struct, frozen=True):
    """How the rows of a plan stand: offsets of words and days from the left edge, in points.

    ``level`` counts in `LEAST_HEIGHTS`; ``one_line``: all that a row says shares a line.
    """

    level: int
    words: float
    days: float
    pictured: bool
    one_line: bool


class RowWidths:
    """What a row needs of its plan: the width of its days, and its own on one line."""

    def __init__(self, theme: Theme, row: PlanRow) -> None:
        width, style = theme.setter.width, theme.type.steps
        when = width(row.when, bold(style))
        minutes = width(row.minutes, plain(style)) if row.minutes else 0.0
        self.days = max(when, minutes)
        words = width(row.name, bold(style)) + 10 + width(row.dose, plain(style))
        spare = 14 + 30 * theme.scale + (8 if row.minutes else 0)
        self.line = words + when + minutes + spare


def columns_of(
    theme: Theme, rows: Sequence[PlanRow], level: int, width: float, *, pictured: bool
) -> Columns:
    """Return how all rows of a plan stand at a width."""
    widths = [RowWidths(theme, row) for row in rows]
    words = 32 * theme.scale + (84 * theme.scale if pictured else 4)
    return Columns(
        level,
        words=words,
        days=width - min(max(row.days for row in widths), _MOST_DAYS * (width - words)),
        pictured=pictured,
        one_line=level == SINGLE and all(row.line <= width for row in widths),
    )


class RowBlock(Block):
    """One row; the name of the phase that starts with it stands above."""

    def __init__(self, theme: Theme, row: PlanRow, columns: Columns) -> None:
        self.theme, self.row, self.columns = theme, row, columns

    def _leaded(self, style: TypeStyle) -> TypeStyle:
        """The style with less leading where rows are tightest."""
        if self.columns.level < _TIGHTEST:
            return style
        return TypeStyle(size=style.size, leading=style.size * 1.04, bold=style.bold)

    def _text(self) -> tuple[SetText, SetText]:
        """Name and dose, one below the other."""
        room = self.columns.days - self.columns.words - 10
        style, setter = self.theme.type.steps, self.theme.setter
        size = style.size * (1.0 if self.columns.level >= _TIGHTEST else 14 / 12.5)
        name = setter.set(self.row.name, self._leaded(bold(style, size)), room)
        return name, setter.set(self.row.dose, self._leaded(plain(style)), room)

    def _days(self, width: float) -> list[SetText]:
        """When, and how long it takes, one below the other."""
        style, setter = self.theme.type.steps, self.theme.setter
        room = width - self.columns.days
        made = []
        for leaf, shown in ((self.row.when, bold(style)), (self.row.minutes, plain(style))):
            if leaf is not None:
                line = setter.line(leaf, self._leaded(shown))
                fits = line.width <= room + _ROUNDED
                made.append(line if fits else setter.set(leaf, line.style, room))
        return made

    def _phase(self, width: float) -> SetText | None:
        """The name of the phase that starts with the row."""
        if self.row.phase is None:
            return None
        return self.theme.setter.set(self.row.phase, bold(self.theme.type.steps), width)

    @override
    def _height_at(self, width: float) -> float:
        phase = self._phase(width)
        above = phase.height + 5 if phase else 0.0
        if self.columns.one_line:
            return above + self.theme.type.steps.leading + 5
        name, dose = self._text()
        least = LEAST_HEIGHTS[self.columns.level] * self.theme.scale
        days = sum(block.height for block in self._days(width))
        return above + max(least, name.height + dose.height + 2, days + 2)

    # -- drawing

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        phase = self._phase(width)
        if phase:
            sheet.text(x, y + 3, phase, "heading")
            y += phase.height + 5
            height -= phase.height + 5
        side = min(23 * self.theme.scale, height - 3)
        tile(self.theme, sheet, x, y + (height - side) / 2, self.row.number, side)
        if self.columns.one_line:
            self._draw_line(sheet, x, y + height / 2, width)
        else:
            self._draw_words(sheet, x, y, width, height)

    def _draw_words(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        row, columns = self.row, self.columns
        for frame in self.theme.frames(row.figure)[-1:] if columns.pictured else ():
            box = (x + 32 * self.theme.scale, y + 2, 76 * self.theme.scale, height - 4)
            draw_frame(self.theme, sheet, box, frame)
        name, dose = self._text()
        top = y + (height - name.height - dose.height) / 2
        sheet.text(x + columns.words, top, name)
        sheet.text(x + columns.words, top + name.height, dose)
        days = self._days(width)
        top = y + (height - sum(block.height for block in days)) / 2
        for block in days:
            top += sheet.text(x + columns.days, top, block)

    def _draw_line(self, sheet: Sheet, x: float, middle: float, width: float) -> None:
        setter, style, row = self.theme.setter, self.theme.type.steps, self.row
        base = middle + style.size * 0.345
        left = x + 30 * self.theme.scale
        left += sheet.on_baseline(left, base, setter.line(row.name, bold(style))) + 10
        sheet.on_baseline(left, base, setter.line(row.dose, plain(style)))
        right = x + width
        if row.minutes:
            minutes = setter.line(row.minutes, plain(style))
            right -= sheet.on_baseline(right, base, minutes, align="right") + 8
        sheet.on_baseline(right, base, setter.line(row.when, bold(style)), align="right")


class TotalsBlock(Block):
    """The time that all exercises take, for each kind of day."""

    def __init__(self, theme: Theme, totals: tuple[Text, ...]) -> None:
        self.theme, self.totals = theme, totals

    def _placed(self, width: float) -> list[tuple[float, float, SetText]]:
        """Offset across and down of each total: after each other while they fit a line."""
        style = plain(self.theme.type.steps)
        room = width - 24 * self.theme.scale
        placed: list[tuple[float, float, SetText]] = []
        across = down = 0.0
        for item in self.totals:
            block = self.theme.setter.set(item, style, room, balance=False)
            if across and across + block.width > room:
                across, down = 0.0, down + style.leading
            placed.append((across, down, block))
            down += (len(block.lines) - 1) * style.leading
            start = across if len(block.lines) == 1 else 0.0
            across = start + block.lines[-1].width + 12 * self.theme.scale
        return placed

    @override
    def _height_at(self, width: float) -> float:
        return max((down + block.height for _, down, block in self._placed(width)), default=0.0)

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        left = x + 24 * self.theme.scale
        for across, down, block in self._placed(width):
            if not across and not down:
                middle = y + block.style.leading * 0.52
                icons.clock(sheet, x + 9 * self.theme.scale, middle, 8 * self.theme.scale)
            sheet.text(left + across, y + down, block)
