"""Draw the tracking grid: tables of boxes to tick, some weeks side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

from typing_extensions import override

from handouts.compose.tracking import GridBand
from handouts.errors import DoesNotFit
from handouts.layout.block import Block
from handouts.layout.grid_name import least_names
from handouts.layout.grid_row import (
    LEAST_BOX,
    Columns,
    GridRowBlock,
    PainBlock,
    WeekBlock,
    least_pitch,
)
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme
from handouts.model.layout import POINTS_PER_MM, Grid

_STEP = 0.5
"""Rows grow by whole steps (points)."""

_FRESH = 400.0
"""With more room than this a page is as good as empty: one row is better than none (points)."""

_LEAST_PITCH, _WIDEST_NAMES, _WIDEST_NAMES_LOW = 17.4, 262.0, 300.0
"""Beside pictures the name column takes what days of this width leave, up to its own limit.

The limit is wider where rows are low: then a dose should stand on one line.
"""

_TIGHTEST = 0.72
"""Rows are lowered to about this part of their height before a grid goes to the next page."""

_TIGHTEST_RULED, _TIGHTEST_PICTURED, _LOW_BELOW = 0.4, 0.74, 0.9

_KEEP_TOGETHER = 560.0
"""A band lower than this goes to the next page whole (points)."""


class GridTable(Block):
    """One band of weeks; its head is repeated when its rows go on to another page."""

    gap = 9.0

    def __init__(
        self,
        theme: Theme,
        band: GridBand,
        grid: Grid,
        *,
        first: int = 0,
        last: int | None = None,
        tight: float = 1.0,
    ) -> None:
        self.theme, self.band, self.grid, self.tight = theme, band, grid, tight
        self.first = first
        self.last = len(band.rows) if last is None else last
        self.rows = band.rows[self.first : self.last]
        self.ends = self.last == len(band.rows)
        self.name = f"grid {band.weeks[0].title.plain}"
        self._known: dict[float, list[tuple[GridRowBlock, float]]] = {}

    # -- measures

    def _columns(self, width: float) -> Columns:
        days = sum(len(week.days) for week in self.band.weeks)
        names = self.grid.name_width
        if self.grid.pictures:
            most = _WIDEST_NAMES_LOW if self._low else _WIDEST_NAMES
            names = max(names, min(most, width - days * _LEAST_PITCH))
        pitch = (width - names) / days
        least = max(LEAST_BOX, *(least_pitch(self.theme, week) for week in self.band.weeks))
        if pitch < least:
            names, pitch = self._narrow(width, days, least), least
        return Columns(names, pitch, days)

    def _narrow(self, width: float, days: int, pitch: float) -> float:
        """The name column where days are as narrow as they may be: it gives way.

        Raises:
            DoesNotFit: if names have no room left.
        """
        names = max(least_names(self.theme, row) for row in self.band.rows)
        if (needed := names + days * pitch) > width:
            raise DoesNotFit(
                f"tracking: weeks side by side ({len(self.band.weeks)}) need "
                f"{needed / POINTS_PER_MM:.0f} mm of width, the page has "
                f"{width / POINTS_PER_MM:.0f} mm",
                hint="give the layout's grid fewer weeks_across, or its section landscape pages",
            )
        return width - days * pitch

    def _weeks(self, width: float) -> list[WeekBlock]:
        pitch = self._columns(width).pitch
        return [WeekBlock(self.theme, week, pitch) for week in self.band.weeks]

    def _head(self, width: float) -> float:
        return max(week.height_at(width) for week in self._weeks(width))

    def _made(self, width: float) -> list[tuple[GridRowBlock, float]]:
        """The rows with their least heights; they are asked for often while a page is filled."""
        if width not in self._known:
            self._known[width] = self._make(width)
        return self._known[width]

    def _make(self, width: float) -> list[tuple[GridRowBlock, float]]:
        columns, low = self._columns(width), self.grid.pictures and self._low
        rows = [GridRowBlock(self.theme, row, columns, low=low) for row in self.rows]
        return [(row, row.least(width, self.tight)) for row in rows]

    def _pain(self, width: float) -> PainBlock | None:
        if self.band.pain is None or not self.ends:
            return None
        return PainBlock(self.theme, self.band.pain, self._columns(width))

    @property
    def _low(self) -> bool:
        return self.tight <= _LOW_BELOW

    @override
    def _height_at(self, width: float) -> float:
        rows = sum(high for _, high in self._made(width))
        pain = self._pain(width)
        return self._head(width) + rows + (pain.height_at(width) if pain else 0.0)

    @override
    def stretch(self, width: float) -> float:
        if self.grid.ruled:
            return sum(max(0.0, 75 - high) for _, high in self._made(width))
        return (3.0 if self.theme.scale < 1.2 else 8.0) * sum(len(row.lines) for row in self.rows)

    @override
    def _tighter(self) -> Block | None:
        tightest = _TIGHTEST_RULED if self.grid.ruled else _TIGHTEST
        if self.tight < (_TIGHTEST_PICTURED if self.grid.pictures else tightest):
            return None
        tight = self.tight - 0.08
        return GridTable(
            self.theme, self.band, self.grid, first=self.first, last=self.last, tight=tight
        )

    @override
    def split(self, width: float, room: float) -> list[Block]:
        fresh = self.grid.pictures and room >= _FRESH
        if self.height_at(width) < _KEEP_TOGETHER and not fresh:
            return []
        used, count = self._head(width), 0
        for _, high in self._made(width):
            used += high
            if used > room:
                break
            count += 1
        least = 3 if room < _FRESH else 1
        if count < least or count >= len(self.rows):
            return []
        # Where rows had to be low for it, those of this page stay so; the others have room again.
        cut = self.first + count
        return [self._part(self.first, cut, self.tight), self._part(cut, self.last)]

    def _part(self, first: int, last: int, tight: float = 1.0) -> GridTable:
        return GridTable(self.theme, self.band, self.grid, first=first, last=last, tight=tight)

    # -- drawing

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        rows = self._made(width)
        extra = max(0.0, height - self.height_at(width)) / max(1, len(rows)) // _STEP * _STEP
        top = y
        with sheet.furniture() if self.first else nullcontext():
            y += self._draw_head(sheet, x, y, width)
        for row, least in rows:
            row.paint(sheet, x, y, width, least + extra)
            y += least + extra
        pain = self._pain(width)
        if pain:
            pain.paint(sheet, x, y, width, pain.height_at(width))
            y += pain.height_at(width)
        sheet.line(x, y, x + width, y, "box", 1)
        self._draw_week_lines(sheet, x, top, y, width)

    def _lefts(self, x: float, width: float) -> Iterator[tuple[WeekBlock, float, float]]:
        """Each week with its left edge and its width."""
        columns = self._columns(width)
        left = x + columns.names
        for week in self._weeks(width):
            wide = columns.pitch * len(week.week.days)
            yield week, left, wide
            left += wide

    def _draw_head(self, sheet: Sheet, x: float, y: float, width: float) -> float:
        high = self._head(width)
        for week, left, wide in self._lefts(x, width):
            week.paint(sheet, left, y, wide, high)
        return high

    def _draw_week_lines(
        self, sheet: Sheet, x: float, top: float, bottom: float, width: float
    ) -> None:
        for week, left, _ in list(self._lefts(x, width))[1:]:
            under = top + week.bar(self._head(width)) + 1
            sheet.line(left, under, left, bottom, "fill", 1.4)
