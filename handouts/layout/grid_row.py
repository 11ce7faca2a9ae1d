"""Draw the head and the rows of a tracking grid: weeks, exercises and pain, with boxes to tick."""

from __future__ import annotations

from msgspec import Struct
from typing_extensions import override

from handouts.compose.document import GridLine, GridRow, WeekHead
from handouts.compose.text import Labelled
from handouts.layout import marks
from handouts.layout.block import Block
from handouts.layout.grid_name import Form, NameBlock, PhaseBlock
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, plain
from handouts.model.layout import TypeStyle
from handouts.pdf.annotations import EntryKind
from handouts.text.setting import SetText, replace_size, roomy

_BAR, _WEEK_GAP = 18.0, 3.0
_WIDEST_TITLE = 11.4
"""Width of a week's title with the widest dates, against its size."""

_LEAST_WORDS = 9.0
"""Words beside the pain row become no smaller, at the standard size (points)."""

_DAY_LEAST, _DAY_SPACE = 0.8, 2.6
"""Weekdays and dates become no smaller than this part of their size; least space between them."""

LEAST_BOX = 17.0
"""A box for a pen is no smaller: 6 mm, in points."""


class Columns(Struct, frozen=True):
    """Where the day columns of a band stand: name column, one day's pitch, number of days."""

    names: float
    pitch: float
    days: int


class GridRowBlock(Block):
    """One row: what begins with it, its head and its lines of boxes."""

    def __init__(self, theme: Theme, row: GridRow, columns: Columns, form: Form) -> None:
        self.theme, self.row, self.columns, self.form = theme, row, columns, form
        self.head = NameBlock(theme, row, columns.names, form)
        self.phase = PhaseBlock(theme, row)

    @override
    def _height_at(self, width: float) -> float:
        lines, grid = len(self.row.lines), self.theme.layout.grid
        each = (grid.row if lines == 1 else grid.side_row) * self.form.line
        # Side letters stand below each other: a line of boxes is as high as theirs.
        label = self.head.label.leading if any(line.label for line in self.row.lines) else 0.0
        boxes = lines * max(self.form.least, each, label) if self.form.boxes else 0.0
        return self.above(width) + max(boxes, self.head.height_at(width))

    def stretch_to(self, width: float, line: float) -> float:
        """How much higher it may be until each of its lines is ``line`` points high."""
        return max(0.0, line * len(self.row.lines) + self.above(width) - self.height_at(width))

    def above(self, width: float) -> float:
        """Height of the line that says what begins with the row."""
        return self.phase.height_at(width) if self.form.plan else 0.0

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        above = self.above(width)
        if above:
            self.phase.paint(sheet, x, y, width, above)
        y, height = y + above, height - above
        self.head.paint(sheet, x, y, width, height)
        each = height / len(self.row.lines)
        if not self.form.boxes:
            return
        for number, line in enumerate(self.row.lines):
            block = LineBlock(self.theme, line, self.columns, self.head.label)
            block.paint(sheet, x, y + number * each, width, each)


class LineBlock(Block):
    """One line of boxes with its label of type ``style``."""

    def __init__(self, theme: Theme, line: GridLine, columns: Columns, style: TypeStyle) -> None:
        self.theme, self.line, self.columns, self.style = theme, line, columns, style

    @override
    def _height_at(self, width: float) -> float:
        return LEAST_BOX + 1

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        line, names, pitch = self.line, self.columns.names, self.columns.pitch
        if line.label:
            label = self.theme.setter.line(line.label, self.style)
            base = y + height / 2 + label.style.size * 0.345
            sheet.on_baseline(x + names - 5, base, label, align="right")
        for number, open_day in enumerate(line.boxes):
            left = x + names + number * pitch
            if open_day:
                # The whole cell, not a box in it: room for a pen that shakes.
                sheet.rect(left, y, pitch, height, fill="white", stroke="text", line=1.2)
                size, kind = (pitch, height), EntryKind.TICK
                if line.to_write:
                    kind = EntryKind.AMOUNT
                    self._draw_pen_line(sheet, left, y + height, pitch)
                sheet.entry(kind, left, y, size, line.summary, line, number)
            elif open_day is not None:
                self._draw_rest(sheet, left + pitch / 2, y + height / 2)

    def _draw_pen_line(self, sheet: Sheet, left: float, bottom: float, pitch: float) -> None:
        """A line to write a number on, inside its cell."""
        base = bottom - 4
        sheet.line(left + 2.5, base, left + pitch - 2.5, base, "text", 0.9)

    def _draw_rest(self, sheet: Sheet, x: float, y: float) -> None:
        """A small cross: a bad copy keeps it, which loses a tint."""
        arm = 2.6 * max(1.0, self.theme.scale * 0.9)
        for slope in (arm, -arm):
            sheet.line(x - arm, y - slope, x + arm, y + slope, "text", 1.1, round_ends=True)


class PainBlock(Block):
    """The row for the worst pain of each day: a circle to write a number in."""

    def __init__(self, theme: Theme, pain: Labelled, columns: Columns) -> None:
        self.theme, self.pain, self.columns = theme, pain, columns

    def _set(self) -> tuple[SetText, SetText, bool]:
        """Label and scale, and whether they share a line."""
        setter, style, room = self.theme.setter, self.theme.type, self.columns.names - 5
        label = setter.line(self.pain.label, bold(style.grid))
        scale = setter.line(self.pain.value, plain(style.detail))
        if label.width + 5 + scale.width <= room:
            return label, scale, True
        least = _LEAST_WORDS * max(1.0, self.theme.scale)
        label = setter.fitted(self.pain.label, label.style, room, least)
        return label, setter.fitted(self.pain.value, scale.style, room, least), False

    @override
    def _height_at(self, width: float) -> float:
        label, scale, beside = self._set()
        words = 0.0 if beside else label.height + scale.height + 2
        return max(22.0 * max(1.0, self.theme.scale * 0.9), words)

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        sheet.line(x, y, x + width, y, "box", 1)
        label, scale, beside = self._set()
        if beside:
            base = y + height / 2 + self.theme.type.grid.size * 0.345
            sheet.on_baseline(x, base, label)
            sheet.on_baseline(x + label.width + 5, base, scale)
        else:
            top = y + (height - label.height - scale.height) / 2
            sheet.text(x, top + sheet.text(x, top, label), scale)
        pitch, middle = self.columns.pitch, y + height / 2
        radius = min(pitch / 2 - 1.1, 10.0 * max(1.0, self.theme.scale * 0.9))
        said = f"{self.pain.label.plain} {self.pain.value.plain}"
        for number in range(self.columns.days):
            across = x + self.columns.names + (number + 0.5) * pitch
            sheet.circle(across, middle, radius, fill="white", stroke="text", line=1.0)
            size = (2 * radius, 2 * radius)
            sheet.entry(
                EntryKind.NUMBER, across - radius, middle - radius, size, said, self.pain, number
            )


def _days_at(theme: Theme, week: WeekHead, least: float) -> list[tuple[float, TypeStyle]]:
    """The width of the widest weekday, and of any date, each with its style.

    ``least``: at their least size, this part of the usual one; all days of a week are set alike.
    """
    grid, width = theme.type.grid, theme.setter.width
    styles = (plain(theme.type.grid_detail), bold(grid, grid.size * 12 / 12.5))
    weekday, date = (replace_size(style, style.size * least) for style in styles)
    widest = max(width(day.weekday, weekday) for day in week.days)
    # Most dates become the same with the widest figures in place of theirs.
    dates = {each.plain: each for day in week.days if day.date for each in [roomy(day.date)]}
    widths = (width(each, date) for each in dates.values())
    return [(widest, weekday), (max(widths, default=0.0), date)]


def least_pitch(theme: Theme, week: WeekHead) -> float:
    """The least width of a day in which weekday and date still stand, in points."""
    return max(wide for wide, _ in _days_at(theme, week, _DAY_LEAST)) + _DAY_SPACE


class WeekBlock(Block):
    """The head of one week: its title in a bar, weekdays, and dates if there are any."""

    def __init__(self, theme: Theme, week: WeekHead, pitch: float) -> None:
        self.theme, self.week, self.pitch = theme, week, pitch

    def bar(self, height: float) -> float:
        """Height of the title's bar in a head of some height, in points."""
        return height - self._days - 4

    @property
    def _days(self) -> float:
        """Height of weekdays and dates."""
        dates = self.theme.type.grid.leading if self.week.days[0].date is not None else 0.0
        return self.theme.type.grid_detail.leading + 1 + dates

    def _title(self) -> SetText:
        style, room = self.theme.type.detail, self.pitch * len(self.week.days) - 5
        least = style.size * 0.8
        # One size for all dates: patients who start on other days share a plate.
        size = max(least, min(style.size, room / _WIDEST_TITLE))
        return self.theme.setter.fitted(self.week.title, bold(style, size), room, least, free=True)

    @override
    def _height_at(self, width: float) -> float:
        title = self._title()
        more = (len(title.lines) - 1) * title.style.leading
        return _BAR * max(1.0, self.theme.scale * 0.95) + more + self._days + 4

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        bar, title = self.bar(height), self._title()
        sheet.rect(
            x + _WEEK_GAP / 2, y, width - _WEEK_GAP, bar,
            fill="tile", stroke="fill-edge", radius=5, corners="top",
        )  # fmt: skip
        base = (len(title.lines) - 1) * title.style.leading / 2
        marks.centred(sheet, x + width / 2, y + bar / 2 - base, title, "on-tile")
        weekday, date = self._day_styles()
        setter = self.theme.setter
        for number, day in enumerate(self.week.days):
            middle, top = x + (number + 0.5) * self.pitch, y + bar + 2
            sheet.text(middle, top, setter.line(day.weekday, weekday), "label", align="centre")
            if day.date:
                top += self.theme.type.grid_detail.leading
                sheet.text(middle, top, setter.line(day.date, date), align="centre")

    def _day_styles(self) -> list[TypeStyle]:
        """Type of all weekdays and of all dates: as large as the widest of them allows."""
        room = self.pitch - _DAY_SPACE + 0.01
        return [
            replace_size(style, style.size * min(1.0, room / wide) if wide else style.size)
            for wide, style in _days_at(self.theme, self.week, 1.0)
        ]
