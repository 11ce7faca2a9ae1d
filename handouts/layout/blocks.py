"""Turn nodes of a document into blocks, side by side if the layout says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from typing_extensions import override

from handouts.compose.document import BlockNode as Node
from handouts.compose.document import (
    Contact,
    ExerciseCard,
    Notes,
    PainRule,
    PatientPanel,
    Pointer,
    Prose,
    Title,
    TrackingGrid,
)
from handouts.layout.block import Block, cached
from handouts.layout.card import Card
from handouts.layout.flow import total
from handouts.layout.grid import GridTable
from handouts.layout.guidance import PainRuleBlock, RedFlagsBlock
from handouts.layout.panel import PanelBlock
from handouts.layout.prose import ContactBlock, NotesBlock, PointerBlock, ProseBlock, TitleBlock
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme
from handouts.model.layout import BlockName, LayoutSection

_KEEP_TOGETHER = 400.0
"""A block lower than this is not split but goes to the next page (points)."""

_WAYS = 64
"""The most ways to split blocks into columns that are tried: all, for up to seven blocks."""

_SIDE_BY_SIDE = 236.0
"""Boxes that would be narrower than this go below each other (points)."""

_MAKERS: dict[type, Callable[[Theme, Any], Block]] = {
    Title: TitleBlock,
    PatientPanel: PanelBlock,
    PainRule: PainRuleBlock,
    Pointer: PointerBlock,
    Notes: NotesBlock,
    Contact: ContactBlock,
}


def _name(node: Node | Block) -> BlockName | None:
    """Return the name of a node that may go beside others: a box or a text."""
    if isinstance(node, Prose):
        return BlockName(node.name)
    return BlockName.PAIN_RULE if isinstance(node, PainRule) else None


def blocks_of(theme: Theme, section: LayoutSection, nodes: Sequence[Node | Block]) -> list[Block]:
    """Return the blocks that draw nodes; nodes that are already blocks stay as they are.

    Neighbours that the section lists together are put side by side.
    """
    groups = [set(group) for group in section.blocks if isinstance(group, tuple)]
    made: list[Block] = []
    index = 0
    while index < len(nodes):
        end = index + _run_length(nodes[index:], groups)
        parts = [block for node in nodes[index:end] for block in _made(theme, section, node)]
        if end > index + 1:
            parts = [ColumnsBlock(parts, _SIDE_BY_SIDE * max(1.0, theme.scale))]
        made += parts
        index = end
    return made


def _made(theme: Theme, section: LayoutSection, node: Node | Block) -> Sequence[Block]:
    if isinstance(node, Block):
        return [node]
    if isinstance(node, ExerciseCard):
        return [Card(theme, node, section.cards)]
    if isinstance(node, TrackingGrid):
        return [GridTable(theme, node, band) for band in node.bands]
    if isinstance(node, Prose):
        boxed = node.name is BlockName.RED_FLAGS
        return [RedFlagsBlock(theme, node) if boxed else ProseBlock(theme, node)]
    return [_MAKERS[type(node)](theme, node)]


def _run_length(nodes: Sequence[Node | Block], groups: Sequence[set[BlockName]]) -> int:
    """Return how many nodes, from the first on, belong to the first one's group; at least one."""
    group = next((names for names in groups if _name(nodes[0]) in names), set())
    length = 1
    while length < len(nodes) and _name(nodes[length]) in group:
        length += 1
    return length


class ColumnsBlock(Block):
    """Blocks in as many columns as the width has room for, with the tallest as low as possible."""

    gap, space = 12.0, 18.0

    def __init__(self, parts: Sequence[Block], least: float) -> None:
        self.inside, self.least = tuple(parts), least
        self.name = " and ".join(part.name for part in parts)
        self.free = all(part.free for part in parts)

    @cached
    def _columns(self, width: float) -> tuple[float, list[list[Block]]]:
        """Return the width of a column, and the blocks in each."""
        most = int((width + self.space) / (self.least + self.space))
        count = max(1, min(len(self.inside), most))
        wide = (width - self.space * (count - 1)) / count
        tried: list[tuple[list[float], list[int]]] = [([0.0] * count, [])]
        for part in self.inside:
            high = part.height_at(wide)
            grown = [
                ([*ends[:n], ends[n] + high + (part.gap if ends[n] else 0.0), *ends[n + 1 :]],
                 [*way, n])
                for ends, way in tried
                for n in range(count if way else 1)  # the first block goes to the left
            ]  # fmt: skip
            tried = sorted(grown, key=lambda each: (max(each[0]), each[1]))[:_WAYS]
        places = list(zip(tried[0][1], self.inside, strict=True))
        return wide, [[part for at, part in places if at == n] for n in range(count)]

    @override
    def _height_at(self, width: float) -> float:
        wide, columns = self._columns(width)
        return max(total(column, wide) for column in columns)

    @override
    def split(self, width: float, room: float) -> list[Block]:
        for count in range(len(self.inside) - 1, 0, -1):
            form: Block | None = self._part(0, count)
            while form and form.height_at(width) > room:
                form = form.tighter()
            if form:
                return [form, self._part(count, len(self.inside))]
        first, *others = self.inside
        if first.height_at(width) < _KEEP_TOGETHER:
            return []
        begun = first.split(width, room)
        return [begun[0], _columns_of([begun[1], *others], self.least)] if begun else []

    @cached
    def _part(self, start: int, end: int) -> Block:
        return _columns_of(self.inside[start:end], self.least)

    @override
    def _tighter(self) -> Block | None:
        parts = [part.closer() for part in self.inside]
        same = all(part is before for part, before in zip(parts, self.inside, strict=True))
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
                part.paint(sheet, x, top, wide, high)
                top += high
            x += wide + self.space


def _columns_of(parts: Sequence[Block], least: float) -> Block:
    return parts[0] if len(parts) == 1 else ColumnsBlock(parts, least)


def merged_columns(blocks: Sequence[Block]) -> list[Block]:
    """Return blocks with neighbouring `ColumnsBlock` parts merged: they come from one block."""
    made: list[Block] = []
    for block in blocks:
        before = made[-1] if made else None
        if isinstance(before, ColumnsBlock) and isinstance(block, ColumnsBlock):
            made[-1] = ColumnsBlock([*before.inside, *block.inside], before.least)
        else:
            made.append(block)
    return made
