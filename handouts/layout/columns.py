"""Place texts after each other on lines, and blocks beside each other in columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise
from typing import TypeVar

from typing_extensions import override

from handouts.compose.text import Text
from handouts.layout.block import Block
from handouts.layout.flow import total
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme
from handouts.model.layout import TypeStyle
from handouts.text.setting import SetText


def run_in(
    theme: Theme, parts: Sequence[tuple[Text, TypeStyle]], width: float, leading: float
) -> list[tuple[float, float, SetText]]:
    """Return the offset across and down of texts that follow each other while a line holds."""
    placed: list[tuple[float, float, SetText]] = []
    across = down = 0.0
    for leaf, style in parts:
        block = theme.setter.set(leaf, style, width, balance=False)
        if across and across + block.width > width:
            # Below a heading tall letters need all of its room.
            more = leading if theme.air == 1 else max(leading, placed[-1][2].style.leading)
            across, down = 0.0, down + more
        placed.append((across, down, block))
        down += (len(block.lines) - 1) * leading
        start = across if len(block.lines) == 1 else 0.0
        across = start + block.lines[-1].width + 7
    return placed


_KEEP_TOGETHER = 400.0
"""What is lower than this goes to the next page whole (points)."""

_Item = TypeVar("_Item")


def evenly(
    items: Sequence[_Item], count: int, height: Callable[[Sequence[_Item]], float]
) -> list[Sequence[_Item]]:
    """Return items in columns, in order, so that the highest is as low as can be."""
    ways = ((0, *cuts, len(items)) for cuts in combinations(range(1, len(items)), count - 1))
    parted = ([items[start:end] for start, end in pairwise(cuts)] for cuts in ways)
    return min(parted, key=lambda columns: max(map(height, columns)))


class ColumnsBlock(Block):
    """Blocks in columns, as many as the width has room for: each goes on with the shortest."""

    gap, space = 12.0, 18.0

    def __init__(self, parts: Sequence[Block], least: float) -> None:
        self.parts, self.least = tuple(parts), least
        self.name = " and ".join(part.name for part in parts)
        self.free = all(part.free for part in parts)

    def _columns(self, width: float) -> tuple[float, list[list[Block]]]:
        """The width of a column, and what stands in each."""
        most = int((width + self.space) / (self.least + self.space))
        count = max(1, min(len(self.parts), most))
        wide = (width - self.space * (count - 1)) / count
        columns: list[list[Block]] = [[] for _ in range(count)]
        for part in self.parts:
            min(columns, key=lambda column: total([*column, part], wide)).append(part)
        return wide, columns

    @override
    def _height_at(self, width: float) -> float:
        wide, columns = self._columns(width)
        return max(total(column, wide) for column in columns)

    @override
    def split(self, width: float, room: float) -> list[Block]:
        for count in range(len(self.parts) - 1, 0, -1):
            form: Block | None = _columns_of(self.parts[:count], self.least)
            while form and form.height_at(width) > room:
                form = form.tighter()
            if form:
                return [form, _columns_of(self.parts[count:], self.least)]
        first, *others = self.parts
        if first.height_at(width) < _KEEP_TOGETHER:
            return []
        begun = first.split(width, room)
        return [begun[0], _columns_of([begun[1], *others], self.least)] if begun else []

    @override
    def _tighter(self) -> Block | None:
        parts = [part.closer() for part in self.parts]
        same = all(part is before for part, before in zip(parts, self.parts, strict=True))
        return None if same else ColumnsBlock(parts, self.least)

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        wide, columns = self._columns(width)
        for column in columns:
            top = y
            for part in column:
                top += part.gap if part is not column[0] else 0.0
                lone = len(column) == 1 and len(columns) > 1
                high = height if lone else part.height_at(wide)
                sheet.place("block", part.name, x, top, wide, high)
                part.paint(sheet, x, top, wide, high)
                top += high
            x += wide + self.space


def _columns_of(parts: Sequence[Block], least: float) -> Block:
    return parts[0] if len(parts) == 1 else ColumnsBlock(parts, least)


def joined(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks with neighbours that stand in columns in the same ones: they were parted."""
    made: list[Block] = []
    for block in blocks:
        before = made[-1] if made else None
        if isinstance(before, ColumnsBlock) and isinstance(block, ColumnsBlock):
            made[-1] = ColumnsBlock([*before.parts, *block.parts], before.least)
        else:
            made.append(block)
    return made
