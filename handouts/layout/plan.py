"""The plan of a handout → its table: what, how much, when, and the total time."""

from __future__ import annotations

from typing_extensions import override

from handouts.compose.document import Plan, PlanRow
from handouts.layout import icons
from handouts.layout.flow import Flowable
from handouts.layout.look import Look, bold, draw_frame, plain, tile
from handouts.layout.sheet import Sheet
from handouts.layout.text import SetText
from handouts.model.layout import TypeStyle

_PLAN_ROW = (35.0, 31.0, 27.0, 0.0)
"""Least height of a plan row in the standard layout: roomy, tight, tightest, and in one line."""

_TIGHTEST = 2
_LARGE, _UNSPLIT = 1.2, 8
"""A plan of up to 8 rows stays whole, but for large print: it is read as one."""


class PlanBlock(Flowable):
    """The plan table. Rows take up what the page has left; many rows become one-line rows."""

    name, gap = "plan", 14.0

    def __init__(
        self,
        look: Look,
        block: Plan,
        rows: tuple[PlanRow, ...] | None = None,
        *,
        tail: bool = False,
        level: int = 0,
    ) -> None:
        self.look, self.block, self.level = look, block, level
        self.rows = block.rows if rows is None else rows
        self.bookmark = "" if tail else block.heading.plain
        self.tail, self.last = tail, self.rows[-1:] == block.rows[-1:]
        self._known: dict[float, tuple[float, float, float]] = {}

    @override
    def _tighter(self) -> Flowable | None:
        if self.level == len(_PLAN_ROW) - 1:
            return None
        return PlanBlock(self.look, self.block, self.rows, tail=self.tail, level=self.level + 1)

    # -- measures

    @property
    def _body(self) -> float:
        return self.look.type.steps.size

    @property
    def _pictured(self) -> bool:
        return any(self.look.frames(row.figure) for row in self.rows) and not self._single

    def _columns(self, width: float) -> tuple[float, float, float]:
        """Offsets of picture, words and days from the left edge; the days end at the right."""
        if width not in self._known:
            self._known[width] = self._made_columns(width)
        return self._known[width]

    def _made_columns(self, width: float) -> tuple[float, float, float]:
        scale, setter, style = self.look.scale, self.look.setter, self.look.type.steps
        left = 32 * scale
        words = left + (84 * scale if self._pictured else 4)
        days = max(
            max(
                setter.width(row.when, bold(style)),
                setter.width(row.minutes, plain(style)) if row.minutes else 0,
            )
            for row in self.block.rows
        )
        return left, words, width - days

    def _heading(self, width: float) -> tuple[SetText, SetText, bool]:
        setter, style = self.look.setter, self.look.type
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

    def _leaded(self, style: TypeStyle) -> TypeStyle:
        """The style with less leading where rows are tightest."""
        if self.level < _TIGHTEST:
            return style
        return TypeStyle(size=style.size, leading=style.size * 1.04, bold=style.bold)

    def _row_text(self, row: PlanRow, width: float) -> tuple[SetText, SetText]:
        _, words, days = self._columns(width)
        room = days - words - 10
        style = self.look.type
        tight = self.level >= _TIGHTEST
        size = self._body * (1.0 if tight else 14 / 12.5)
        name = self.look.setter.set(row.name, self._leaded(bold(style.steps, size)), room)
        dose = self.look.setter.set(row.dose, self._leaded(plain(style.steps)), room)
        return name, dose

    @property
    def _single(self) -> bool:
        return self.level == len(_PLAN_ROW) - 1

    def _one_line(self, width: float) -> bool:
        """Whether every name and dose fit one line together, with days and minutes."""
        if not self._single:
            return False
        setter, style = self.look.setter, self.look.type.steps
        for row in self.block.rows:
            wide = setter.width(row.name, bold(style)) + setter.width(row.dose, plain(style)) + 10
            wide += setter.width(row.when, bold(style)) + 14 + 30 * self.look.scale
            if row.minutes:
                wide += setter.width(row.minutes, plain(style)) + 8
            if wide > width:
                return False
        return True

    def _phase(self, row: PlanRow, width: float) -> SetText | None:
        """The name of the phase that starts with a row."""
        if row.phase is None:
            return None
        return self.look.setter.set(row.phase, bold(self.look.type.steps), width)

    def _phase_height(self, row: PlanRow, width: float) -> float:
        phase = self._phase(row, width)
        return phase.height + 5 if phase else 0.0

    def _row_height(self, row: PlanRow, width: float) -> float:
        phase = self._phase_height(row, width)
        if self._one_line(width):
            return phase + self.look.type.steps.leading + 5
        name, dose = self._row_text(row, width)
        least = _PLAN_ROW[self.level] * self.look.scale
        return phase + max(least, name.height + dose.height + 2)

    def _totals(self, width: float) -> list[tuple[float, float, SetText]]:
        """Offset across and down of each total: after each other while they fit a line."""
        if not self.last:
            return []
        style = plain(self.look.type.steps)
        room = width - 24 * self.look.scale
        placed: list[tuple[float, float, SetText]] = []
        across = down = 0.0
        for item in self.block.totals:
            block = self.look.setter.set(item, style, room, balance=False)
            if across and across + block.width > room:
                across, down = 0.0, down + style.leading
            placed.append((across, down, block))
            down += (len(block.lines) - 1) * style.leading
            start = across if len(block.lines) == 1 else 0.0
            across = start + block.lines[-1].width + 12 * self.look.scale
        return placed

    @override
    def _height(self, width: float) -> float:
        rows = sum(self._row_height(row, width) for row in self.rows)
        totals = max((down + block.height for _, down, block in self._totals(width)), default=0.0)
        return self._heading_height(width) + rows + (totals + 6 if totals else 0)

    @override
    def stretch(self, width: float) -> float:
        return (5 if self._single else 17) * self.look.scale * len(self.rows)

    @override
    def split(self, width: float, room: float) -> tuple[Flowable, Flowable] | None:
        if self.look.scale < _LARGE and len(self.rows) <= _UNSPLIT:
            return None
        used = self._heading_height(width)
        count = 0
        for row in self.rows:
            used += self._row_height(row, width)
            if used > room:
                break
            count += 1
        if count < 2 or count >= len(self.rows):
            return None
        return (
            PlanBlock(self.look, self.block, self.rows[:count], tail=self.tail, level=self.level),
            PlanBlock(self.look, self.block, self.rows[count:], tail=True, level=self.level),
        )

    # -- drawing

    @override
    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        extra = max(0.0, height - self.height(width)) / len(self.rows)
        if not self.tail:
            heading, lead, beside = self._heading(width)
            sheet.text(x, y, heading, "heading")
            if beside:
                sheet.on_baseline(x + heading.width + 10, y + heading.first_baseline, lead)
            else:
                sheet.text(x, y + heading.height, lead)
        y += self._heading_height(width)
        sheet.line(x, y, x + width, y, "fill", 1.4)
        for row in self.rows:
            high = self._row_height(row, width) + extra
            self._draw_row(sheet, row, x, y, width, high)
            y += high
            end = row is self.rows[-1]
            sheet.line(x, y, x + width, y, "fill" if end else "rule", 1.4 if end else 0.8)
        y += 6
        left = x + 24 * self.look.scale
        for across, down, block in self._totals(width):
            if not across and not down:
                middle = y + block.style.leading * 0.52
                icons.clock(sheet, x + 9 * self.look.scale, middle, 8 * self.look.scale)
            sheet.text(left + across, y + down, block)

    def _draw_row(
        self, sheet: Sheet, row: PlanRow, x: float, y: float, width: float, high: float
    ) -> None:
        setter, style = self.look.setter, self.look.type
        phase = self._phase(row, width)
        if phase:
            sheet.text(x, y + 3, phase, "heading")
            y += phase.height + 5
            high -= phase.height + 5
        side = min(23 * self.look.scale, high - 3)
        tile(self.look, sheet, x, y + (high - side) / 2, row.number, side)
        if self._one_line(width):
            self._draw_line_row(sheet, row, x, y + high / 2, width)
            return
        picture, words, days = self._columns(width)
        for frame in self.look.frames(row.figure)[-1:] if self._pictured else ():
            wide = 76 * self.look.scale
            draw_frame(self.look, sheet, (x + picture, y + 2, wide, high - 4), frame)
        name, dose = self._row_text(row, width)
        top = y + (high - name.height - dose.height) / 2
        sheet.text(x + words, top, name)
        sheet.text(x + words, top + name.height, dose)
        when = setter.line(row.when, self._leaded(bold(style.steps)))
        lines = 2 if row.minutes else 1
        top = y + (high - lines * when.style.leading) / 2
        sheet.text(x + days, top, when)
        if row.minutes:
            minutes = setter.line(row.minutes, self._leaded(plain(style.steps)))
            sheet.text(x + days, top + when.style.leading, minutes)

    def _draw_line_row(
        self, sheet: Sheet, row: PlanRow, x: float, middle: float, width: float
    ) -> None:
        setter, style = self.look.setter, self.look.type.steps
        base = middle + style.size * 0.345
        left = x + 30 * self.look.scale
        left += sheet.on_baseline(left, base, setter.line(row.name, bold(style))) + 10
        sheet.on_baseline(left, base, setter.line(row.dose, plain(style)))
        right = x + width
        if row.minutes:
            minutes = setter.line(row.minutes, plain(style))
            right -= sheet.on_baseline(right, base, minutes, align="right") + 8
        sheet.on_baseline(right, base, setter.line(row.when, bold(style)), align="right")
