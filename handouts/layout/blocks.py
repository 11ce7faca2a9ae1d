"""Blocks of a document → flowables, side by side where the layout says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from handouts.compose.cards import ExerciseCard
from handouts.compose.document import (
    Block,
    Bulleted,
    Contact,
    EffortGuide,
    Notes,
    PatientPanel,
    Plan,
    Prose,
    RedFlags,
    StopRule,
    Title,
)
from handouts.compose.tracking import TrackingGrid
from handouts.layout.cutout import CutOutCard
from handouts.layout.flowable import Flowable
from handouts.layout.grid import GridTable
from handouts.layout.grid_heading import GridHeading
from handouts.layout.guidance import EffortBlock, RedFlagsBlock, SideBySide, StopBlock
from handouts.layout.look import Look
from handouts.layout.panel import PanelBlock
from handouts.layout.plan import PlanBlock
from handouts.layout.prose import ContactBlock, NotesBlock, ProseBlock
from handouts.layout.title import TitleBlock
from handouts.model.layout import BlockName, Section

_SIDE_BY_SIDE = 236.0
"""Boxes narrower than this stand below each other (points)."""

_Maker = Callable[[Look, Any], Sequence[Flowable]]


def _tracking(look: Look, block: TrackingGrid) -> Sequence[Flowable]:
    tables = (GridTable(look, band, look.layout.grid) for band in block.bands)
    return [GridHeading(look, block), *tables]


_MAKERS: dict[type, _Maker] = {
    Title: lambda look, block: [TitleBlock(look, block)],
    PatientPanel: lambda look, block: [PanelBlock(look, block)],
    Plan: lambda look, block: [PlanBlock(look, block)],
    EffortGuide: lambda look, block: [EffortBlock(look, block)],
    StopRule: lambda look, block: [StopBlock(look, block)],
    RedFlags: lambda look, block: [RedFlagsBlock(look, block)],
    Bulleted: lambda look, block: [ProseBlock(look, block)],
    Prose: lambda look, block: [ProseBlock(look, block)],
    TrackingGrid: _tracking,
    Notes: lambda look, block: [NotesBlock(look, block)],
    Contact: lambda look, block: [ContactBlock(look, block)],
    ExerciseCard: lambda look, block: [CutOutCard(look, block)],
}

_NAMES: dict[type, BlockName] = {
    EffortGuide: BlockName.EFFORT,
    StopRule: BlockName.STOP,
    RedFlags: BlockName.RED_FLAGS,
}
"""Blocks that may stand side by side: those drawn as boxes."""


def flowables(look: Look, section: Section, blocks: Sequence[Block]) -> list[Flowable]:
    """Return the flowables of blocks; exercise cards become cards to cut out.

    Neighbours that the section lists together are put side by side.
    """
    groups = [set(group) for group in section.blocks if isinstance(group, tuple)]
    made: list[Flowable] = []
    index = 0
    while index < len(blocks):
        end = index + _run_length(blocks[index:], groups)
        parts = [
            flowable
            for block in blocks[index:end]
            for flowable in _MAKERS[type(block)](look, block)
        ]
        made += [SideBySide(parts, _SIDE_BY_SIDE)] if end > index + 1 else parts
        index = end
    return made


def _run_length(blocks: Sequence[Block], groups: Sequence[set[BlockName]]) -> int:
    """How many blocks from the first on belong to the first one's group; at least one."""
    group = next((names for names in groups if _NAMES.get(type(blocks[0])) in names), set())
    length = 1
    while length < len(blocks) and _NAMES.get(type(blocks[length])) in group:
        length += 1
    return length


def groups_of(blocks: Sequence[Block]) -> list[list[Block]]:
    """Neighbouring blocks together, exercise cards apart from all others."""
    groups: list[list[Block]] = []
    for block in blocks:
        card = isinstance(block, ExerciseCard)
        if groups and isinstance(groups[-1][0], ExerciseCard) == card:
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups
