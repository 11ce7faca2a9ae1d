"""Draw the pain rule and the emergency signs in boxes."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from typing_extensions import override

from handouts.compose.document import PainRule, Prose, Zone
from handouts.layout import signs
from handouts.layout.block import Block
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, evenly, plain, run_in
from handouts.text.setting import Placed, SetText, height_of, replace_size

_FLAG_COLUMN = 200.0
"""The least width of a column of emergency signs, in points."""

_APART = 9.0
"""The least space between the advice of two zones (points), so that it does not read as one
sentence."""

_ZONE_FILL = {Zone.GO_ON: "white", Zone.DO_LESS: "rest-day", Zone.STOP: "stop-zone"}

_SIZES = (1.0, 1.0, 0.92)
"""Type sizes of the pain rule as shares of its usual one: in a box, in lines, in smaller lines."""


class PainRuleBlock(Block):
    """How exercise may feel, the 0-10 pain scale with its zones, and when to stop.

    ``form`` is 0 for a box, 1 for the same words in lines beside the sign, 2 for smaller lines.
    """

    name, gap, pinned, free = "pain-rule", 9.0, True, True
    may_follow = True

    def __init__(self, theme: Theme, block: PainRule, form: int = 0) -> None:
        self.theme, self.block, self.form, self.tight = theme, block, form, form > 0
        # The box gives way before the grid's type gets small, and its own type after that.
        self.gives_way = -4 if form else -1
        self.detail = plain(theme.type.detail)
        if form:
            self.detail = replace_size(self.detail, self.detail.size * _SIZES[form])
        self.pad, self.edge, self.space = (8.0, 4.0, 2.0) if form else (10.0, 6.0, 5.0)
        self.pad *= min(theme.scale, 1.2)
        self.bar = self.detail.leading + 1 if form else 18.0 * max(1.0, theme.scale)
        self.least = 15.0 * theme.scale * _SIZES[form]
        self.sign = 15.0 * min(max(theme.scale, 1.0), 1.3)
        self.left = self.pad + (2 * self.sign + 9 if form else 0.0)
        """The left edge of heading, feelings and scale: that of the box, or beside the sign."""
        self.advice = [theme.setter.line(zone.advice, bold(self.detail)) for zone in block.zones]
        self.advice_width = sum(line.width + 14 for line in self.advice)
        """The width of the advice if it is beside its numbers."""
        self.count = sum(len(zone.numbers) for zone in block.zones)

    @override
    def _tighter(self) -> Block | None:
        # A ruled sheet must be one page, whatever its content; on others the type stays full size.
        last = len(_SIZES) - 1 if self.theme.layout.grid.ruled else 1
        return PainRuleBlock(self.theme, self.block, self.form + 1) if self.form < last else None

    def _feelings(self, width: float) -> list[Placed]:
        """Return heading and feelings, one after another while a line has room."""
        detail = self.detail
        heading = bold(detail, detail.size * (1 if self.tight else 14 / 12))
        parts = [(self.block.heading, heading), *((x, plain(detail)) for x in self.block.lines)]
        room = width - self.left - self.pad
        first, *others = run_in(self.theme, parts, room, detail.leading, headed=True)
        # A heading in larger type needs more space below.
        off = heading.size - detail.size if all(each.down for each in others) else 0.0
        return [first, *(replace(each, down=each.down + off) for each in others)]

    def _cell(self, width: float) -> float | None:
        """Return the width of a number if the advice has room beside the numbers, else None."""
        room = (width - self.left - self.pad - self.advice_width) / self.count
        most = self.least if self.tight else 24.0 * self.theme.scale
        return min(room, most) if room >= self.least else None

    def _below(self, width: float) -> list[tuple[float, SetText]]:
        """Return the advice of each zone, to go below its numbers, and where it begins.

        It is centred below them, or moved aside if it would be too close to another. Long advice
        takes two lines.
        """
        setter, style, room = self.theme.setter, bold(self.detail), width - self.left - self.pad
        small, wide = replace_size(style, style.size * 0.85), room / self.count
        placed: list[tuple[float, SetText]] = []
        for beyond in (0.9 * wide, 0.0):
            left, end, placed = 0.0, 0.0, []
            for zone in self.block.zones:
                span = wide * len(zone.numbers)
                longest = max(word.width for word in setter.words(zone.advice, small))
                block = setter.fitted(zone.advice, style, max(span + beyond, longest), small.size)
                begin = max(end, left + (span - block.width) / 2)
                placed.append((begin, block))
                left, end = left + span, begin + block.width + _APART
            end = room
            for number, (begin, block) in reversed(list(enumerate(placed))):
                placed[number] = min(begin, end - block.width), block
                end = placed[number][0] - _APART
            if placed[0][0] >= 0:
                break
        return placed

    def _scale(self, width: float) -> float:
        if self._cell(width):
            return self.bar
        highest = max(advice.height for _, advice in self._below(width))
        return self.bar + 2 + max(self.detail.leading, highest)

    def _scale_at(self, width: float) -> tuple[float, float]:
        """Return the offset of the scale, across and down: below the feelings, or on their line."""
        said, cell = self._feelings(width), self._cell(width)
        block = said[-1].block
        end = block.lines[-1].width + (said[-1].across if len(block.lines) == 1 else 0.0) + 14
        last = said[-1].down + block.height - block.style.leading
        if self.tight and cell:
            room = width - self.left - self.pad
            if end + self.count * cell + self.advice_width - 14 <= room:
                return end, last - 0.5
        below = height_of(said)
        return 0.0, below + (1 if self.tight else 3)

    def _rule(self, width: float) -> list[Placed]:
        """Return the stop rule, the rule for the next day and the telephone."""
        detail, block = self.detail, self.block
        parts = [(block.rule, bold(detail)), (block.next_day, plain(detail))]
        parts.append((block.call, bold(detail)))
        room = width - 2 * self.pad - 2 * self.sign - 9
        return run_in(self.theme, parts, room, detail.leading)

    def _rule_height(self, width: float) -> float:
        words = height_of(self._rule(width))
        return words if self.tight else max(words, 2 * self.sign)

    def _inside(self, width: float) -> float:
        """Return the height of the box's content."""
        upper = self._scale_at(width)[1] + self._scale(width)
        return upper + self.space + self._rule_height(width)

    @override
    def _height_at(self, width: float) -> float:
        inside = self._inside(width)
        return (max(inside, 2 * self.sign) if self.tight else inside) + 2 * self.edge

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        sheet.rect(x, y, width, height, stroke="safety", line=1.6, radius=6)
        spare = max(0.0, height - self._inside(width) - 2 * self.edge)
        share = spare / 2 if self.tight else spare / 4
        left, top = x + self.left, y + self.edge + share
        sheet.texts(left, top, self._feelings(width))
        across, down = self._scale_at(width)
        share = 0.0 if self.tight else share
        top += down + share
        self._draw_scale(sheet, left + across, top, width)
        top += self._scale(width) + self.space + share
        high = self._rule_height(width)
        middle = y + height / 2 if self.tight else top + high / 2
        signs.octagon(sheet, x + self.pad + self.sign, middle, self.sign)
        word = bold(self.theme.type.unit, self.sign * 0.62)
        line = self.theme.setter.fitted(self.block.sign, word, self.sign * 1.8, 5)
        signs.centred(sheet, x + self.pad + self.sign, middle, line, "white")
        words = self._rule(width)
        top += (high - height_of(words)) / 2
        sheet.texts(x + self.pad + 2 * self.sign + 9, top, words)

    def _draw_scale(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        setter, style, middle = self.theme.setter, bold(self.detail), y + self.bar / 2
        cell, room = self._cell(width), width - self.left - self.pad
        wide, left = cell or room / self.count, x
        for zone, advice in zip(self.block.zones, self.advice, strict=True):
            colour = "on-stop-zone" if zone.zone is Zone.STOP else "text"
            for number in zone.numbers:
                sheet.rect(
                    left, y, wide, self.bar, fill=_ZONE_FILL[zone.zone], stroke="text", line=1.2
                )
                line = setter.fitted(number, style, wide - 2, style.size * 0.8)
                signs.centred(sheet, left + wide / 2, middle, line, colour)
                left += wide
            if cell:
                sheet.on_baseline(left + 5, middle + style.size * 0.345, advice)
                left += advice.width + 14
        for begin, advice in () if cell else self._below(width):
            centre = x + begin + advice.width / 2
            sheet.text(centre, y + self.bar + 2, advice, align="centre")


class RedFlagsBlock(Block):
    """Emergency signs under a filled bar, in columns."""

    name, gap, gives_way = "red-flags", 12.0, -1
    pads, between = (6.0, 5.0, 6.0), 1.5
    """Space in the bar, above the signs and below them; space below each sign."""

    def __init__(self, theme: Theme, block: Prose) -> None:
        self.theme, self.block = theme, block
        self.bookmark = block.heading.plain
        self.style = plain(theme.type.detail)
        self.pad = 12.0

    def _columns(self, width: float) -> list[Sequence[SetText]]:
        """Return the signs in as many columns as the width has room for, nearly equally high."""
        least = _FLAG_COLUMN * self.theme.scale
        count = max(1, min(len(self.block.parts), int(width / least)))
        wide = (width - 2 * self.pad - 12 * (count - 1)) / count - 11
        blocks = [self.theme.setter.set(item, self.style, wide) for item in self.block.parts]
        return evenly(blocks, count, self._column_height)

    def _column_height(self, blocks: Sequence[SetText]) -> float:
        return sum(block.height + self.between for block in blocks)

    def _lead(self, width: float) -> SetText:
        style = bold(self.theme.type.detail, self.theme.type.detail.size * 14 / 12)
        return self.theme.setter.fitted(
            self.block.heading, style, width - 2 * self.pad, style.size * 0.86
        )

    def _bar(self, width: float) -> float:
        return self._lead(width).height + self.pads[0]

    @override
    def _height_at(self, width: float) -> float:
        flags = max(map(self._column_height, self._columns(width)))
        return self._bar(width) + self.pads[1] + flags + self.pads[2]

    @override
    def _tighter(self) -> Block | None:
        close = (3.0, 3.0, 3.0)
        return None if self.pads == close else self.changed(pads=close, between=0.5)

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        bar, columns = self._bar(width), self._columns(width)
        sheet.rect(x, y, width, height, fill="safety-panel", stroke="safety", line=1.8, radius=6)
        sheet.rect(x, y, width, bar, fill="safety-bar", stroke="safety", radius=6, corners="top")
        sheet.text(x + self.pad, y + self.pads[0] / 2, self._lead(width), "on-safety-bar")
        spare = max(0.0, height - self.height_at(width)) / 2
        top = y + bar + self.pads[1] + spare
        wide = (width - 2 * self.pad - 12 * (len(columns) - 1)) / len(columns)
        for number, blocks in enumerate(columns):
            left, line = x + self.pad + number * (wide + 12), top
            for block in blocks:
                sheet.circle(left + 3, line + self.style.leading * 0.55, 2, fill="safety")
                line += sheet.text(left + 11, line, block) + self.between
