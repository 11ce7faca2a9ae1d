"""Draw an exercise in a dense row; pack rows and cards on pages, never in smaller type."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from handouts.compose.cards import ExerciseCard, FactKind
from handouts.compose.text import Text
from handouts.errors import DoesNotFit
from handouts.layout.block import Block
from handouts.layout.card import ALONE, LADDER, Card
from handouts.layout.flow import PagePlan, does_not_fit, spread, total
from handouts.layout.sheet import Sheet
from handouts.layout.steps import FactList, PicturePair, StepList
from handouts.layout.theme import Theme, bold, tile
from handouts.text.setting import SetText

_NAME_SHARE = 1 / 3
_PICTURE_LEAST = 34.0
_STRIP = 20.0
_SMALLEST = 11.0
_LEAST = 9.0
_STRETCH = 70.0


class RowCard(Block):
    """An exercise of the compact sheet; what a page has left is shared by its rows."""

    gap, gap_stretch = 0.0, 0.0

    def __init__(self, theme: Theme, card: ExerciseCard) -> None:
        self.theme, self.card = theme, card
        self.name = f"exercise {card.number.plain}"
        self.bookmark = f"{card.number.plain}. {card.name.plain}"
        style = theme.type.steps
        radius = style.size * 0.56
        self.steps = StepList(theme, card.steps, gap=0.8, radius=radius)
        self.left = FactList(
            theme,
            tuple(f for f in card.facts if f.kind is not FactKind.FEEL_IT),
            gap=1.0,
            share="no",
        )
        self.pictured = bool(theme.frames(card.figure))

    # -- measures

    def _columns(self, width: float) -> tuple[float, float]:
        """Width of the left column and of the right one."""
        left = width * _NAME_SHARE
        return left, width - left - 14

    def _name(self, width: float) -> SetText:
        style = self.theme.type.exercise
        room = self._columns(width)[0] - 28
        return self.theme.setter.fitted(self.card.name, style, room, style.size * 13 / 15.5)

    def _dose(self, width: float) -> list[list[SetText]]:
        """The dose cells as words in bold: on one line, smaller if need be, or on more lines."""
        room = self._columns(width)[1] - 14
        blocks = [
            self._phrase(phrase, self.theme.type.unit.size, room) for phrase in self.card.dose_words
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
        block = self.theme.setter.fitted(phrase, bold(self.theme.type.unit, size), room, _LEAST)
        if len(block.lines) > 1:
            raise DoesNotFit(
                f"{self.name}: a part of the dose is wider than its column",
                hint="shorten the load or tempo, or choose another layout",
            )
        return block

    def _strip(self, width: float) -> float:
        return _STRIP + (len(self._dose(width)) - 1) * 15

    def _left_height(self, width: float) -> float:
        facts = self.left.height_at(self._columns(width)[0]) if self.left.facts else 0.0
        picture = _PICTURE_LEAST if self.pictured else 0.0
        return self._name(width).height + 5 + picture + facts

    @override
    def _height_at(self, width: float) -> float:
        right = self._strip(width) + 5 + self.steps.height_at(self._columns(width)[1])
        return 5 + max(right, self._left_height(width)) + 5

    @override
    def stretch(self, width: float) -> float:
        return _STRETCH

    # -- drawing

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
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
        spare = bottom - top - strip - 5 - self.steps.height_at(right)
        extra = min(max(0.0, spare), 5.0 * len(self.card.steps))
        self.steps.paint(sheet, start, top + strip + 5, right, extra)

    def _draw_left(
        self, sheet: Sheet, x: float, top: float, wide: float, bottom: float, width: float
    ) -> None:
        tile(self.theme, sheet, x, top, self.card.number, 20)
        name = self._name(width)
        sheet.text(x + 28, top + (20 - name.style.leading) / 2, name, "heading")
        facts = self.left.height_at(wide) if self.left.facts else 0.0
        start = top + max(20.0, name.height) + 3
        if self.pictured and self.card.figure:
            pair = PicturePair(self.theme, self.card.figure, self.card.steps, 7.5, 6, 1.35)
            pair.paint(sheet, x, start, wide, bottom - facts - 3 - start, row=True)
            self.left.paint(sheet, x, bottom - facts, wide)
            return
        self.left.paint(sheet, x, start + 3, wide)

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


def pack_cards(
    cards: Sequence[Card], width: float, heights: Sequence[float], per_page: int
) -> list[PagePlan]:
    """Return pages of up to ``per_page`` cards: as many as fit at some rung of the ladder.

    ``heights`` are the heights of the first page and of all later ones. A card that shares its
    page with nothing is laid out for a page of its own.

    Raises:
        DoesNotFit: if one card alone is higher than a page.
    """
    pages: list[PagePlan] = []
    waiting = list(cards)
    while waiting:
        height = heights[min(len(pages), len(heights) - 1)]
        page = _page(waiting, width, height, per_page)
        pages.append(spread(page, width, height))
        waiting = waiting[len(page) :]
    return pages


def _page(waiting: list[Card], width: float, height: float, per_page: int) -> list[Card]:
    for count in range(min(per_page, len(waiting)), 1, -1):
        for fit in LADDER:
            page = [card.at(fit) for card in waiting[:count]]
            if total(page, width) <= height:
                return page
    for fit in (ALONE, *LADDER) if per_page > 1 else LADDER:
        card = waiting[0].at(fit)
        if card.height_at(width) <= height:
            return [card]
    card = waiting[0].at(LADDER[-1])
    raise does_not_fit(card.name, card.height_at(width), height)


def pack_rows(rows: Sequence[RowCard], width: float, heights: Sequence[float]) -> list[PagePlan]:
    """Return pages of dense rows, as few as hold them and evenly filled.

    Raises:
        DoesNotFit: if one row is higher than a page.
    """
    least = min(heights)
    tallest = max(rows, key=lambda row: row.height_at(width))
    if tallest.height_at(width) > least:
        raise does_not_fit(tallest.name, tallest.height_at(width), least)
    for count in range(1, len(rows) + 1):
        parts = _even(rows, count)
        if all(total(part, width) <= least for part in parts):
            return [spread(part, width, least) for part in parts]
    return [spread([row], width, least) for row in rows]


def _even(rows: Sequence[RowCard], count: int) -> list[list[Block]]:
    """Rows in ``count`` parts whose sizes differ by one at most, the larger first."""
    size, more = divmod(len(rows), count)
    parts, start = [], 0
    for part in range(count):
        end = start + size + (1 if part < more else 0)
        parts.append(list(rows[start:end]))
        start = end
    return [list(part) for part in parts if part]
