"""An exercise → one dense row: name, pictures and warning left; dose and steps right."""

from __future__ import annotations

from typing_extensions import override

from handouts.compose.cards import ExerciseCard, FactKind
from handouts.compose.text import Text
from handouts.errors import DoesNotFit
from handouts.layout.flowable import Flowable
from handouts.layout.look import Look, bold, tile
from handouts.layout.picture import PicturePair
from handouts.layout.sheet import Sheet
from handouts.layout.steps import FactList, StepList
from handouts.layout.text import SetText

_NAME_SHARE = 1 / 3
_PICTURE_LEAST = 34.0
_STRIP = 20.0
_SMALLEST = 11.0
_LEAST = 9.0
_STRETCH = 70.0


class RowCard(Flowable):
    """An exercise of the compact sheet; what a page has left is shared by its rows."""

    gap, gap_stretch = 0.0, 0.0

    def __init__(self, look: Look, card: ExerciseCard) -> None:
        self.look, self.card = look, card
        self.name = f"exercise {card.number.plain}"
        self.bookmark = f"{card.number.plain}. {card.name.plain}"
        style = look.type.steps
        radius = style.size * 0.56
        self.steps = StepList(look, card.steps, gap=0.8, radius=radius)
        self.left = FactList(
            look,
            tuple(f for f in card.facts if f.kind is not FactKind.FEEL_IT),
            gap=1.0,
            share="no",
        )
        self.pictured = bool(look.frames(card.figure))

    # -- measures

    def _columns(self, width: float) -> tuple[float, float]:
        """Width of the left column and of the right one."""
        left = width * _NAME_SHARE
        return left, width - left - 14

    def _name(self, width: float) -> SetText:
        style = self.look.type.exercise
        room = self._columns(width)[0] - 28
        return self.look.setter.fitted(self.card.name, style, room, style.size * 13 / 15.5)

    def _dose(self, width: float) -> list[list[SetText]]:
        """The dose cells as words in bold: on one line, smaller if need be, or on more lines."""
        room = self._columns(width)[1] - 14
        blocks = [
            self._phrase(phrase, self.look.type.unit.size, room) for phrase in self.card.dose_words
        ]
        if _line_width(blocks) <= room:
            return [blocks]
        lines: list[list[SetText]] = [[]]
        for phrase in self.card.dose_words:
            block = self._phrase(phrase, _SMALLEST, room)
            if lines[-1] and _line_width([*lines[-1], block]) > room:
                lines.append([])
            lines[-1].append(block)
        return lines

    def _phrase(self, phrase: Text, size: float, room: float) -> SetText:
        block = self.look.setter.fitted(phrase, bold(self.look.type.unit, size), room, _LEAST)
        if len(block.lines) > 1:
            raise DoesNotFit(
                f"{self.name}: a part of the dose is wider than its column",
                hint="shorten the load or tempo, or choose another layout",
            )
        return block

    def _strip(self, width: float) -> float:
        return _STRIP + (len(self._dose(width)) - 1) * 15

    def _left_height(self, width: float) -> float:
        facts = self.left.height(self._columns(width)[0]) if self.left.facts else 0.0
        picture = _PICTURE_LEAST if self.pictured else 0.0
        return self._name(width).height + 5 + picture + facts

    @override
    def _height(self, width: float) -> float:
        right = self._strip(width) + 5 + self.steps.height(self._columns(width)[1])
        return 5 + max(right, self._left_height(width)) + 5

    @override
    def stretch(self, width: float) -> float:
        return _STRETCH

    # -- drawing

    @override
    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        if self.card.number.plain != "1":
            sheet.line(x, y, x + width, y, "rule", 0.9)
        left, right = self._columns(width)
        top, bottom = y + 5, y + height - 5
        self._draw_left(sheet, x, top, left, bottom, width)
        start = x + left + 14
        strip = self._strip(width)
        sheet.rect(start, top, right, strip, fill="panel", stroke="line", line=1, radius=4)
        for number, line in enumerate(self._dose(width)):
            self._draw_dose(sheet, line, start + 7, top + 14.6 + 15 * number, right - 14)
        spare = bottom - top - strip - 5 - self.steps.height(right)
        extra = min(max(0.0, spare), 5.0 * len(self.card.steps))
        self.steps.draw(sheet, start, top + strip + 5, right, extra)

    def _draw_left(
        self, sheet: Sheet, x: float, top: float, wide: float, bottom: float, width: float
    ) -> None:
        tile(self.look, sheet, x, top, self.card.number, 20)
        name = self._name(width)
        sheet.text(x + 28, top + (20 - name.style.leading) / 2, name, "heading")
        facts = self.left.height(wide) if self.left.facts else 0.0
        start = top + max(20.0, name.height) + 3
        if self.pictured and self.card.figure:
            pair = PicturePair(self.look, self.card.figure, self.card.steps, 7.5, 6, 1.35)
            pair.draw(sheet, x, start, wide, bottom - facts - 3 - start, row=True)
            self.left.draw(sheet, x, bottom - facts, wide)
            return
        self.left.draw(sheet, x, start + 3, wide)

    @staticmethod
    def _draw_dose(sheet: Sheet, line: list[SetText], x: float, base: float, room: float) -> None:
        gaps = max(1, len(line) - 1)
        gap = min(26.0, (room - sum(block.width for block in line)) / gaps)
        for index, block in enumerate(line):
            if index:
                sheet.line(x - gap / 2, base - 10, x - gap / 2, base + 2.5, "line", 0.9)
            x += sheet.on_baseline(x, base, block) + gap


def _line_width(blocks: list[SetText]) -> float:
    return sum(block.width for block in blocks) + 11 * (len(blocks) - 1)
