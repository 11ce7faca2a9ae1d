"""The tracking grid → tables of boxes to tick, some weeks side by side, one below the other."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from typing_extensions import override

from handouts.compose.document import (
    GridBand,
    GridLine,
    GridRow,
    WeekHead,
)
from handouts.layout.flow import Flowable
from handouts.layout.grid_name import NameCell
from handouts.layout.items import EntryKind
from handouts.layout.look import Look, bold, centred, plain
from handouts.layout.sheet import Sheet
from handouts.model.layout import Grid

RULED_BELOW = 2.5
"""Where boxes would stand closer than this, ruled cells are drawn instead (points)."""

_FRESH = 400.0
"""With more room than this a page is as good as empty: one row is better than none (points)."""

LEAST_BOX = 17.0
"""A box for a pen is no smaller: 6 mm, in points."""

_LEAST_PITCH, _WIDEST_NAMES, _WIDEST_NAMES_LOW = 17.4, 262.0, 300.0
"""Beside pictures the name column takes what days of this width leave, up to its own limit.

The limit is wider where rows are low: then a dose should stand on one line.
"""

_TIGHTEST = 0.72
"""Rows are lowered to about this part of their height before a grid goes to the next page."""

_TIGHTEST_RULED, _TIGHTEST_PICTURED, _LOW_BELOW = 0.4, 0.74, 0.9

_KEEP_TOGETHER = 560.0
"""A band lower than this goes to the next page whole (points)."""

_BAR, _WEEK_GAP = 19.0, 3.0


class _Columns(Struct, frozen=True):
    """Where the day columns of a band stand: name column, one day's pitch, number of days."""

    names: float
    pitch: float
    days: int


class GridTable(Flowable):
    """One band of weeks; its head is repeated when its rows go on to another page."""

    gap = 9.0

    def __init__(
        self,
        look: Look,
        band: GridBand,
        grid: Grid,
        *,
        first: int = 0,
        last: int | None = None,
        tight: float = 1.0,
    ) -> None:
        self.look, self.band, self.grid, self.tight = look, band, grid, tight
        self.first = first
        self.last = len(band.rows) if last is None else last
        self.rows = band.rows[self.first : self.last]
        self.ends = self.last == len(band.rows)
        self.name = f"grid {band.weeks[0].title.plain}"

    # -- measures

    def _columns(self, width: float) -> _Columns:
        days = sum(len(week.days) for week in self.band.weeks)
        names = self.grid.name_width
        if self.grid.pictures:
            most = _WIDEST_NAMES_LOW if self._low else _WIDEST_NAMES
            names = max(names, min(most, width - days * _LEAST_PITCH))
        return _Columns(names, (width - names) / days, days)

    @property
    def _dated(self) -> bool:
        return self.band.weeks[0].days[0].date is not None

    @property
    def _head(self) -> float:
        lines = self.look.type.grid_detail.leading + 1
        if self._dated:
            lines += self.look.type.grid.leading
        return self._bar + lines + 4

    @property
    def _bar(self) -> float:
        return _BAR * max(1.0, self.look.scale * 0.95)

    def _cell(self, row: GridRow, width: float) -> NameCell:
        names, pictures = self._columns(width).names, self.grid.pictures
        return NameCell(self.look, row, names, pictures, low=pictures and self._low)

    @property
    def _low(self) -> bool:
        return self.tight <= _LOW_BELOW

    def _row_height(self, row: GridRow, width: float) -> float:
        lines = len(row.lines)
        each = self.grid.row if lines == 1 else self.grid.side_row
        boxes = lines * max(LEAST_BOX + 1, each * self.tight)
        return max(boxes, self._cell(row, width).height)

    @property
    def _pain_height(self) -> float:
        return 26.0 * max(1.0, self.look.scale * 0.9) if self.band.pain and self.ends else 0.0

    @override
    def _height(self, width: float) -> float:
        rows = sum(self._row_height(row, width) for row in self.rows)
        return self._head + rows + self._pain_height

    @override
    def stretch(self, width: float) -> float:
        if self.grid.ruled:
            return sum(max(0.0, 75 - self._row_height(row, width)) for row in self.rows)
        return (3.0 if self.look.scale < 1.2 else 8.0) * sum(len(row.lines) for row in self.rows)

    @override
    def tighter(self) -> Flowable | None:
        tightest = _TIGHTEST_RULED if self.grid.ruled else _TIGHTEST
        if self.tight < (_TIGHTEST_PICTURED if self.grid.pictures else tightest):
            return None
        tight = self.tight - 0.08
        return GridTable(
            self.look, self.band, self.grid, first=self.first, last=self.last, tight=tight
        )

    @override
    def split(self, width: float, room: float) -> tuple[Flowable, Flowable] | None:
        fresh = self.grid.pictures and room >= _FRESH
        if self.height(width) < _KEEP_TOGETHER and not fresh:
            return None
        used, count = self._head, 0
        for row in self.rows:
            used += self._row_height(row, width)
            if used > room:
                break
            count += 1
        least = 3 if room < _FRESH else 1
        if count < least or count >= len(self.rows):
            return None
        cut = self.first + count
        return (
            self._part(self.first, cut),
            self._part(cut, self.last),
        )

    def _part(self, first: int, last: int) -> GridTable:
        return GridTable(self.look, self.band, self.grid, first=first, last=last)

    # -- drawing

    @override
    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        columns = self._columns(width)
        extra = max(0.0, height - self.height(width)) / max(1, len(self.rows))
        top = y
        if self.first:
            with sheet.furniture():
                self._draw_head(sheet, x, y, columns)
        else:
            self._draw_head(sheet, x, y, columns)
        y += self._head
        for row in self.rows:
            high = self._row_height(row, width) + extra
            sheet.line(x, y, x + width, y, "rule")
            self._draw_row(sheet, row, (x, y, width, high), columns)
            y += high
        if self.band.pain and self.ends:
            y = self._draw_pain(sheet, x, y, width, columns)
        sheet.line(x, y, x + width, y, "box", 1)
        self._draw_week_lines(sheet, x, top, y, columns)

    def _week_lefts(self, x: float, columns: _Columns) -> list[tuple[WeekHead, float, float]]:
        placed, left = [], x + columns.names
        for week in self.band.weeks:
            wide = columns.pitch * len(week.days)
            placed.append((week, left, wide))
            left += wide
        return placed

    def _draw_week_lines(
        self, sheet: Sheet, x: float, top: float, bottom: float, columns: _Columns
    ) -> None:
        for _, left, _ in self._week_lefts(x, columns)[1:]:
            sheet.line(left, top + self._bar + 1, left, bottom, "fill", 1.4)

    def _draw_head(self, sheet: Sheet, x: float, y: float, columns: _Columns) -> None:
        setter, style = self.look.setter, self.look.type
        for week, left, wide in self._week_lefts(x, columns):
            sheet.rect(
                left + _WEEK_GAP / 2, y, wide - _WEEK_GAP, self._bar,
                fill="tile", stroke="fill", radius=5, corners="top",
            )  # fmt: skip
            title = setter.fitted(
                week.title, bold(style.detail), wide - 10, style.detail.size * 0.8, free=True
            )
            centred(sheet, left + wide / 2, y + self._bar / 2, title, "on-tile")
            for number, day in enumerate(week.days):
                middle = left + (number + 0.5) * columns.pitch
                top = y + self._bar + 2
                room = columns.pitch - 1
                name = setter.fitted(day.weekday, plain(style.grid_detail), room, 8)
                top += sheet.text(middle, top, name, "label", align="centre")
                if day.date:
                    date = setter.fitted(
                        day.date, bold(style.grid, style.grid.size * 12 / 12.5), room, 8, free=True
                    )
                    sheet.text(middle, top, date, align="centre")

    def _draw_row(
        self,
        sheet: Sheet,
        row: GridRow,
        place: tuple[float, float, float, float],
        columns: _Columns,
    ) -> None:
        x, y, width, high = place
        self._cell(row, width).draw(sheet, x, y, high)
        each = high / len(row.lines)
        for number, line in enumerate(row.lines):
            self._draw_line(sheet, line, x, y + number * each, each, columns)

    def _draw_line(
        self, sheet: Sheet, line: GridLine, x: float, y: float, high: float, columns: _Columns
    ) -> None:
        if line.label:
            label = self.look.setter.line(line.label, bold(self.look.type.grid))
            base = y + high / 2 + label.style.size * 0.345
            sheet.on_baseline(x + columns.names - 5, base, label, align="right")
        for number, (open_day, entry) in enumerate(
            zip(line.boxes, self._entries(line.spoken), strict=True)
        ):
            left = x + columns.names + number * columns.pitch
            if open_day:
                box = self._draw_box(sheet, left, y, columns.pitch, high)
                sheet.entry(EntryKind.TICK, *box[:2], box[2:], entry, line, number)
            else:
                sheet.rect(left + 0.6, y + 0.4, columns.pitch - 1.2, high - 0.8, fill="rest-day")

    def _entries(self, line: str) -> Iterator[str]:
        """What a screen reader says for each day's box of a line."""
        for week in self.band.weeks:
            for day in week.days:
                yield self.band.entry(line, week, day)

    def _draw_box(
        self, sheet: Sheet, x: float, y: float, pitch: float, high: float
    ) -> tuple[float, float, float, float]:
        """Draw a box in the middle of its cell, or the whole cell; return left, top and size."""
        side = min(self.grid.box, high - 1.2)
        if self.grid.ruled or pitch - side < RULED_BELOW:
            sheet.rect(x, y, pitch, high, fill="white", stroke="box", line=0.9)
            return x, y, pitch, high
        left, top = x + (pitch - side) / 2, y + (high - side) / 2
        sheet.rect(left, top, side, side, fill="white", stroke="box", line=1, radius=2.5)
        return left, top, side, side

    def _draw_pain(
        self, sheet: Sheet, x: float, y: float, width: float, columns: _Columns
    ) -> float:
        pain = self.band.pain
        if pain is None:
            return y
        setter, style = self.look.setter, self.look.type
        high = self._pain_height
        sheet.line(x, y, x + width, y, "box", 1)
        label = setter.fitted(pain.label, bold(style.grid), columns.names - 60, 9)
        base = y + high / 2 + style.grid.size * 0.345
        sheet.on_baseline(x, base, label)
        room = columns.names - label.width - 10
        scale = setter.fitted(pain.value, plain(style.detail), room, 8)
        sheet.on_baseline(x + label.width + 5, base, scale)
        radius = min(columns.pitch / 2 - 1.1, 9.2 * max(1.0, self.look.scale * 0.9))
        words = f"{pain.label.plain} {pain.value.plain}"
        for number, entry in enumerate(self._entries(words)):
            middle = x + columns.names + (number + 0.5) * columns.pitch
            sheet.circle(middle, y + high / 2, radius, fill="white", stroke="box")
            corner = (middle - radius, y + high / 2 - radius)
            sheet.entry(EntryKind.NUMBER, *corner, (2 * radius, 2 * radius), entry, pain, number)
        return y + high
