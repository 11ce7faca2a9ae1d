"""Turn the blocks of a section into flowables, side by side where the layout says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from handouts.compose.document import Block as Node
from handouts.compose.document import (
    Bulleted,
    Contact,
    ExerciseCard,
    Notes,
    PainRule,
    PatientPanel,
    Pointer,
    Prose,
    RedFlags,
    Title,
    TrackingGrid,
)
from handouts.errors import DoesNotFit
from handouts.layout.block import Block
from handouts.layout.card import Card
from handouts.layout.columns import ColumnsBlock
from handouts.layout.grid import GridTable
from handouts.layout.guidance import PainRuleBlock, PointerBlock, RedFlagsBlock
from handouts.layout.panel import PanelBlock
from handouts.layout.prose import ContactBlock, NotesBlock, ProseBlock, TitleBlock
from handouts.layout.theme import Theme
from handouts.model.layout import POINTS_PER_MM, BlockName, Section


def later(section: Section) -> Section:
    """A section's furniture after its first page: the letterhead stands there once."""
    return (
        section.model_copy(update={"head": "running"}) if section.head == "letterhead" else section
    )


def head_of(section: Section, *, first: bool) -> str:
    """The head of a section's first page, or of its later ones."""
    return section.head if first else later(section).head


def no_room(what: str, needed: float, available: float) -> DoesNotFit:
    """Return the error for margins that leave too little; points."""
    return DoesNotFit(
        f"the margins leave a {what} of {max(0.0, available) / POINTS_PER_MM:.0f} mm, "
        f"a page needs {needed / POINTS_PER_MM:.0f} mm",
        hint="make the layout's margins smaller",
    )


_SIDE_BY_SIDE = 236.0
"""Boxes narrower than this stand below each other (points)."""

_Maker = Callable[[Theme, Any], Sequence[Block]]


_MAKERS: dict[type, _Maker] = {
    Title: lambda theme, block: [TitleBlock(theme, block)],
    PatientPanel: lambda theme, block: [PanelBlock(theme, block)],
    PainRule: lambda theme, block: [PainRuleBlock(theme, block)],
    Pointer: lambda theme, block: [PointerBlock(theme, block)],
    RedFlags: lambda theme, block: [RedFlagsBlock(theme, block)],
    Bulleted: lambda theme, block: [ProseBlock(theme, block)],
    Prose: lambda theme, block: [ProseBlock(theme, block)],
    TrackingGrid: lambda theme, block: [GridTable(theme, block, band) for band in block.bands],
    Notes: lambda theme, block: [NotesBlock(theme, block)],
    Contact: lambda theme, block: [ContactBlock(theme, block)],
}


def _name(block: Node) -> BlockName | None:
    """The name of a block that may stand beside others: of boxes and of texts."""
    if isinstance(block, Bulleted | Prose):
        return block.name
    boxes: dict[type, BlockName] = {
        PainRule: BlockName.PAIN_RULE,
        RedFlags: BlockName.RED_FLAGS,
    }
    return boxes.get(type(block))


def flowables(theme: Theme, section: Section, blocks: Sequence[Node]) -> list[Block]:
    """Return the flowables of blocks.

    Neighbours that the section lists together are put side by side.
    """
    groups = [set(group) for group in section.blocks if isinstance(group, tuple)]
    made: list[Block] = []
    index = 0
    while index < len(blocks):
        end = index + _run_length(blocks[index:], groups)
        parts = [
            flowable for block in blocks[index:end] for flowable in _made(theme, section, block)
        ]
        made += (
            [ColumnsBlock(parts, _SIDE_BY_SIDE * max(1.0, theme.scale))]
            if end > index + 1
            else parts
        )
        index = end
    return made


def _made(theme: Theme, section: Section, block: Node) -> Sequence[Block]:
    if isinstance(block, ExerciseCard):
        return [Card(theme, block, section.cards)]
    return _MAKERS[type(block)](theme, block)


def _run_length(blocks: Sequence[Node], groups: Sequence[set[BlockName]]) -> int:
    """How many blocks from the first on belong to the first one's group; at least one."""
    group = next((names for names in groups if _name(blocks[0]) in names), set())
    length = 1
    while length < len(blocks) and _name(blocks[length]) in group:
        length += 1
    return length


def groups_of(blocks: Sequence[Node]) -> list[list[Node]]:
    """Neighbouring blocks together, exercise cards apart from all others."""
    groups: list[list[Node]] = []
    for block in blocks:
        card = isinstance(block, ExerciseCard)
        if groups and isinstance(groups[-1][0], ExerciseCard) == card:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups
