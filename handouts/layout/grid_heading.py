"""The tracking grid's heading → what to do with it, and the signs it uses."""

from __future__ import annotations

from typing_extensions import override

from handouts.compose.tracking import LegendSign, TrackingGrid
from handouts.layout import icons
from handouts.layout.flowable import Flowable
from handouts.layout.look import Look, bold, centred, plain
from handouts.layout.sheet import Sheet
from handouts.layout.text import SetText
from handouts.model.layout import TypeStyle


class GridHeading(Flowable):
    """The heading of the grid, what to do with it, and the signs it uses."""

    name, gap, keep_with_next = "tracking", 0.0, True

    def __init__(self, look: Look, block: TrackingGrid) -> None:
        self.look, self.block = look, block
        self.bookmark = block.heading.plain

    @property
    def _style(self) -> TypeStyle:
        size = self.look.type.section.size * (22 / 17 if self.block.legend else 1)
        return bold(self.look.type.section, size)

    def _set(self, width: float) -> tuple[SetText, SetText, bool]:
        setter, style = self.look.setter, self.look.type
        heading = setter.set(self.block.heading, self._style, width)
        lead = setter.line(self.block.lead, bold(style.detail, style.detail.size * 12.5 / 12))
        beside = len(heading.lines) == 1 and heading.width + 20 + lead.width <= width
        if not beside and not self.block.legend:
            small = plain(style.detail)
            room = width - heading.width - 20
            lead = setter.fitted(self.block.lead, small, room, small.size * 11 / 12)
            beside = len(heading.lines) == len(lead.lines) == 1
        if not beside:
            lead = setter.set(self.block.lead, lead.style, width)
        return heading, lead, beside

    def _legend(self, width: float) -> list[list[tuple[float, SetText | None, SetText]]]:
        """Lines of (offset, sign, meaning), wrapped to the width."""
        style, setter = plain(self.look.type.detail), self.look.setter
        rows: list[list[tuple[float, SetText | None, SetText]]] = [[]]
        x = 0.0
        for item in self.block.legend:
            sign = setter.line(item.sign, bold(style)) if item.sign else None
            meaning = setter.line(item.meaning, style)
            wide = self._sign_width(item.kind, sign) + meaning.width
            if rows[-1] and x + wide > width:
                rows.append([])
                x = 0.0
            rows[-1].append((x, sign, meaning))
            x += wide + 16 * self.look.scale
        return [row for row in rows if row]

    def _sign_width(self, kind: LegendSign, sign: SetText | None) -> float:
        if kind is LegendSign.LETTER and sign:
            return sign.width + 5
        return 22 * self.look.scale

    @override
    def _height(self, width: float) -> float:
        heading, lead, beside = self._set(width)
        rows = len(self._legend(width)) if self.block.legend else 0
        return heading.height + (0 if beside else lead.height) + rows * 20 * self.look.scale + 2

    @override
    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        heading, lead, beside = self._set(width)
        sheet.text(x, y, heading, "heading")
        if beside:
            sheet.on_baseline(x + width, y + heading.first_baseline, lead, align="right")
            y += heading.height
        else:
            y += heading.height
            y += sheet.text(x, y, lead)
        items = iter(self.block.legend)
        for row in self._legend(width):
            middle = y + 10 * self.look.scale
            for offset, sign, meaning in row:
                kind = next(items).kind
                self._draw_sign(sheet, kind, sign, x + offset, middle)
                left = x + offset + self._sign_width(kind, sign)
                sheet.on_baseline(left, middle + meaning.style.size * 0.345, meaning)
            y += 20 * self.look.scale

    def _draw_sign(
        self, sheet: Sheet, kind: LegendSign, sign: SetText | None, x: float, middle: float
    ) -> None:
        side = 15 * self.look.scale
        if kind is LegendSign.DONE:
            sheet.rect(
                x, middle - side / 2, side, side, fill="white", stroke="box", line=1, radius=2.5
            )
            icons.tick(sheet, x + side / 2, middle, side * 0.45)
        elif kind is LegendSign.REST:
            sheet.rect(x, middle - side / 2, side, side, fill="rest-day")
        elif kind is LegendSign.PAIN and sign:
            sheet.circle(x + side / 2, middle, side * 0.52, stroke="box")
            centred(sheet, x + side / 2, middle, sign, "text")
        elif sign:
            sheet.on_baseline(x, middle + sign.style.size * 0.345, sign)
