"""Draw the plan of a handout: what, how much, when, and the total time."""

from __future__ import annotations

from typing_extensions import override

from handouts.compose.document import Plan, PlanRow
from handouts.layout.block import Block
from handouts.layout.plan_row import (
    LEAST_HEIGHTS,
    SINGLE,
    Columns,
    RowBlock,
    TotalsBlock,
    columns_of,
)
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, plain
from handouts.text.setting import SetText

_LARGE, _UNSPLIT = 1.2, 8
"""A plan of up to 8 rows stays whole, but for large print: it is read as one."""

_STEP = 0.5
"""Rows grow by whole steps (points)."""


class PlanBlock(Block):
    """The plan table. Rows take up what the page has left; many rows become one-line rows."""

    name, gap = "plan", 14.0

    def __init__(
        self,
        theme: Theme,
        block: Plan,
        rows: tuple[PlanRow, ...] | None = None,
        *,
        tail: bool = False,
        level: int = 0,
    ) -> None:
        self.theme, self.block, self.level = theme, block, level
        self.rows = block.rows if rows is None else rows
        self.bookmark = "" if tail else block.heading.plain
        self.tail, self.last = tail, self.rows[-1:] == block.rows[-1:]
        self._known: dict[float, list[RowBlock]] = {}

    @override
    def _tighter(self) -> Block | None:
        if self.level == len(LEAST_HEIGHTS) - 1:
            return None
        return PlanBlock(self.theme, self.block, self.rows, tail=self.tail, level=self.level + 1)

    # -- measures

    def _made(self, width: float) -> list[RowBlock]:
        """The rows; they are asked for often while a page is filled."""
        if width not in self._known:
            columns = self._columns(width)
            self._known[width] = [RowBlock(self.theme, row, columns) for row in self.rows]
        return self._known[width]

    def _columns(self, width: float) -> Columns:
        pictured = any(self.theme.frames(row.figure) for row in self.rows) and self.level != SINGLE
        return columns_of(self.theme, self.block.rows, self.level, width, pictured=pictured)

    def _heading(self, width: float) -> tuple[SetText, SetText, bool]:
        setter, style = self.theme.setter, self.theme.type
        heading = setter.line(self.block.heading, style.section)
        lead = setter.line(self.block.lead, plain(style.steps))
        beside = heading.width + 10 + lead.width <= width
        if not beside:
            lead = setter.set(self.block.lead, plain(style.steps), width)
        return heading, lead, beside

    def _heading_height(self, width: float) -> float:
        if self.tail:
            return 0.0
        heading, lead, beside = self._heading(width)
        return heading.height + (0 if beside else lead.height) + 4

    def _totals(self) -> TotalsBlock | None:
        """The total time below the last row."""
        if not self.last or not self.block.totals:
            return None
        return TotalsBlock(self.theme, self.block.totals)

    @override
    def _height_at(self, width: float) -> float:
        rows = sum(row.height_at(width) for row in self._made(width))
        totals = self._totals()
        below = totals.height_at(width) + 6 if totals else 0.0
        return self._heading_height(width) + rows + below

    @override
    def stretch(self, width: float) -> float:
        return (5 if self.level == SINGLE else 17) * self.theme.scale * len(self.rows)

    @override
    def split(self, width: float, room: float) -> list[Block]:
        if self.theme.scale < _LARGE and len(self.rows) <= _UNSPLIT:
            return []
        used = self._heading_height(width)
        count = 0
        for row in self._made(width):
            used += row.height_at(width)
            if used > room:
                break
            count += 1
        if count < 2 or count >= len(self.rows):
            return []
        return [
            PlanBlock(self.theme, self.block, self.rows[:count], tail=self.tail, level=self.level),
            PlanBlock(self.theme, self.block, self.rows[count:], tail=True, level=self.level),
        ]

    # -- drawing

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        rows = self._made(width)
        extra = max(0.0, height - self.height_at(width)) / len(rows) // _STEP * _STEP
        if not self.tail:
            heading, lead, beside = self._heading(width)
            sheet.text(x, y, heading, "heading")
            if beside:
                sheet.on_baseline(x + heading.width + 10, y + heading.first_baseline, lead)
            else:
                sheet.text(x, y + heading.height, lead)
        y += self._heading_height(width)
        sheet.line(x, y, x + width, y, "fill", 1.4)
        for row in rows:
            high = row.height_at(width) + extra
            row.paint(sheet, x, y, width, high)
            y += high
            end = row is rows[-1]
            sheet.line(x, y, x + width, y, "fill" if end else "rule", 1.4 if end else 0.8)
        totals = self._totals()
        if totals:
            totals.paint(sheet, x, y + 6, width, totals.height_at(width))
