"""Draw effort, stop rule and red flags in boxes, side by side where asked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from typing_extensions import override

from handouts.compose.document import EffortGuide, RedFlags, StopRule, Zone
from handouts.layout import icons
from handouts.layout.block import Block
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, centred, plain
from handouts.model.layout import TypeStyle
from handouts.text.setting import SetText

_FLAG_COLUMN = 200.0
"""Emergency signs stand in columns at least this wide, in points."""

_ZONE_FILL = {Zone.GO_ON: "white", Zone.DO_LESS: "rest-day", Zone.STOP: "stop-zone"}


class SideBySide(Block):
    """Boxes of equal width and height beside each other; below each other where too narrow."""

    gap = 11.0

    def __init__(self, parts: Sequence[Block], least: float) -> None:
        self.parts, self.least = tuple(parts), least
        self.name = " and ".join(part.name for part in parts)
        self.may_follow = True
        self.space = 12.0

    def _beside(self, width: float) -> bool:
        return self._each(width) >= self.least

    def _each(self, width: float) -> float:
        return (width - self.space * (len(self.parts) - 1)) / len(self.parts)

    @override
    def _height_at(self, width: float) -> float:
        if self._beside(width):
            return max(part.height_at(self._each(width)) for part in self.parts)
        heights = [part.height_at(width) for part in self.parts]
        return sum(heights) + self.space * (len(heights) - 1)

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        beside = self._beside(width)
        wide = self._each(width) if beside else width
        for part in self.parts:
            high = height if beside else part.height_at(wide)
            sheet.place("block", part.name, x, y, wide, high)
            part.paint(sheet, x, y, wide, high)
            x, y = (x + wide + self.space, y) if beside else (x, y + high + self.space)


class EffortBlock(Block):
    """What exercise may feel like, over the 0-10 pain scale with its zones in words."""

    name, gap = "effort", 11.0

    def __init__(self, theme: Theme, block: EffortGuide) -> None:
        self.theme, self.block = theme, block
        self.pad = 12.0 * min(theme.scale, 1.2)

    def _lines(self, width: float) -> list[SetText]:
        style = plain(self.theme.type.detail)
        room = width - 2 * self.pad + 2
        return [
            self.theme.setter.fitted(line, style, room, style.size * 11.5 / 12)
            for line in self.block.lines
        ]

    @property
    def _bar(self) -> float:
        return 18.0 * self.theme.scale

    @override
    def _height_at(self, width: float) -> float:
        heading = self._heading_style.leading
        lines = sum(block.height for block in self._lines(width))
        advice = self.theme.type.detail.leading
        return 8 + heading + lines + 4 + self._bar + 2 + advice + 7

    @property
    def _heading_style(self) -> TypeStyle:
        return bold(self.theme.type.detail, self.theme.type.detail.size * 14 / 12)

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        sheet.rect(x, y, width, height, stroke="line", line=1, radius=6)
        spare = max(0.0, height - self.height_at(width)) / 3
        left, top = x + self.pad, y + 8 + spare
        heading = self.theme.setter.line(self.block.heading, self._heading_style)
        top += sheet.text(left, top, heading, "heading")
        for block in self._lines(width):
            top += sheet.text(left, top, block)
        self._draw_scale(sheet, left, top + 4 + spare, width - 2 * self.pad)

    def _draw_scale(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        setter, style = self.theme.setter, bold(self.theme.type.detail)
        count = sum(len(zone.numbers) for zone in self.block.zones)
        wide = width / count
        left = x
        for zone in self.block.zones:
            colour = "on-stop-zone" if zone.zone is Zone.STOP else "text"
            start = left
            for number in zone.numbers:
                sheet.rect(left, y, wide, self._bar, fill=_ZONE_FILL[zone.zone], stroke="box")
                line = setter.fitted(number, style, wide - 2, style.size * 0.8)
                centred(sheet, left + wide / 2, y + self._bar / 2, line, colour)
                left += wide
            advice = setter.fitted(zone.advice, style, left - start + wide * 0.9, style.size * 0.85)
            middle = (start + left) / 2
            middle = min(max(middle, x + advice.width / 2), x + width - advice.width / 2)
            sheet.text(middle, y + self._bar + 2, advice, align="centre")


class StopBlock(Block):
    """The stop rule beside a stop sign, and whom to call."""

    name, gap = "stop", 11.0

    def __init__(self, theme: Theme, block: StopRule) -> None:
        self.theme, self.block = theme, block

    @property
    def _style(self) -> TypeStyle:
        size = self.theme.type.unit.size * 14 / 13
        return bold(self.theme.type.unit, size)

    @property
    def _sign(self) -> float:
        return 19.0 * min(self.theme.scale, 1.25)

    @property
    def _indent(self) -> float:
        return 3.15 * self._sign

    def _set(self, width: float) -> tuple[SetText, SetText]:
        room = width - self._indent - 8
        setter = self.theme.setter
        return setter.set(self.block.rule, self._style, room), setter.set(
            self.block.call, self._style, room
        )

    @override
    def _height_at(self, width: float) -> float:
        rule, call = self._set(width)
        return rule.height + call.height + 30

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        sheet.rect(x, y, width, height, fill="safety-panel", stroke="safety", line=1.8, radius=6)
        rule, call = self._set(width)
        space = (height - rule.height - call.height) / 3
        sign = x + self._sign + 11
        top = y + space
        self._draw_sign(sheet, sign, top + rule.height / 2)
        top += sheet.text(x + self._indent, top, rule) + space
        icons.phone(sheet, sign, top + call.height / 2, 8 * min(self.theme.scale, 1.3))
        sheet.text(x + self._indent, top, call)

    def _draw_sign(self, sheet: Sheet, x: float, y: float) -> None:
        icons.octagon(sheet, x, y, self._sign)
        word = bold(self.theme.type.unit, self._sign * 0.62)
        line = self.theme.setter.fitted(self.block.sign, word, self._sign * 1.8, 5)
        centred(sheet, x, y, line, "white")


class RedFlagsBlock(Block):
    """Emergency signs under a filled bar, in two columns; same-day signs below a rule."""

    name, gap, pinned = "red-flags", 10.0, True

    def __init__(self, theme: Theme, block: RedFlags) -> None:
        self.theme, self.block = theme, block
        self.bookmark = block.lead.plain
        self.style = plain(theme.type.detail)
        self.pad = 12.0

    def _columns(self, width: float) -> list[list[SetText]]:
        """The emergency signs in columns of nearly equal height, as many as the width has room."""
        least = _FLAG_COLUMN * self.theme.scale
        count = max(1, min(len(self.block.emergency), int(width / least)))
        wide = (width - 2 * self.pad - 12 * (count - 1)) / count - 11
        blocks = [self.theme.setter.set(item, self.style, wide) for item in self.block.emergency]
        ways = ((0, *cuts, len(blocks)) for cuts in combinations(range(1, len(blocks)), count - 1))
        return min(
            ([blocks[start:end] for start, end in pairwise(cuts)] for cuts in ways),
            key=lambda columns: max(map(self._column_height, columns)),
        )

    def _column_height(self, blocks: Sequence[SetText]) -> float:
        return sum(block.height + 1.5 for block in blocks)

    def _lead(self, width: float) -> SetText:
        style = bold(self.theme.type.detail, self.theme.type.detail.size * 14 / 12)
        return self.theme.setter.fitted(
            self.block.lead, style, width - 2 * self.pad, style.size * 0.86
        )

    def _bar(self, width: float) -> float:
        return self._lead(width).height + 6

    def _same_day(self, width: float) -> SetText:
        return self.theme.setter.set(
            self.block.same_day, self.style, width - 2 * self.pad, balance=False
        )

    @override
    def _height_at(self, width: float) -> float:
        flags = max(map(self._column_height, self._columns(width)))
        return self._bar(width) + 5 + flags + 4 + 5 + self._same_day(width).height + 8

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        bar, columns = self._bar(width), self._columns(width)
        sheet.rect(x, y, width, height, fill="safety-panel", stroke="safety", line=1.8, radius=6)
        sheet.rect(x, y, width, bar, fill="safety-bar", stroke="safety", radius=6, corners="top")
        sheet.text(x + self.pad, y + 3, self._lead(width), "on-safety-bar")
        spare = max(0.0, height - self.height_at(width)) / 3
        top = y + bar + 5 + spare
        wide = (width - 2 * self.pad - 12 * (len(columns) - 1)) / len(columns)
        for number, blocks in enumerate(columns):
            left, line = x + self.pad + number * (wide + 12), top
            for block in blocks:
                sheet.circle(left + 3, line + self.style.leading * 0.55, 2, fill="safety")
                line += sheet.text(left + 11, line, block) + 1.5
        top += max(map(self._column_height, columns)) + 4 + spare
        sheet.line(x + self.pad, top, x + width - self.pad, top, "safety")
        sheet.text(x + self.pad, top + 5, self._same_day(width))
