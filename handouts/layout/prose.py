"""Draw the title, education, notes, contact and other texts of a handout."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Generic, TypeVar

from typing_extensions import override

from handouts.compose.document import BlockNode, Contact, Notes, Pointer, Prose, Title
from handouts.compose.runs import Text
from handouts.layout.block import Block, cached
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, plain, run_in
from handouts.model.layout import BlockName, TypeStyle
from handouts.pdf.annotations import EntryKind
from handouts.text.setting import Placed, SetText, beside, height_of

MEASURE = 490.0
"""The longest line of running text at the standard size (about 75 characters), in points."""

_CLOSE = 1.0
"""Space between the parts of a text in its closer form (points)."""

_LONE = 1 / 3
"""A last line shorter than this share of the measure has little more than a word."""

_DOTTED = 16.0
"""Space between two entries of the contact on a line, with a dot in the middle (points)."""


_Node = TypeVar("_Node", bound=BlockNode)


class TextBlock(Block, Generic[_Node]):
    """Texts, each at its place. ``below`` is the space below them."""

    below = 0.0

    def __init__(self, theme: Theme, block: _Node) -> None:
        self.theme, self.block = theme, block

    @abstractmethod
    def _texts(self, width: float) -> list[Placed]:
        """Return all texts at a width."""

    @override
    def _height_at(self, width: float) -> float:
        return height_of(self._texts(width)) + self.below

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        sheet.texts(x, y, self._texts(width))


class ProseBlock(TextBlock[Prose]):
    """A heading with paragraphs or bullets. In tight form they follow the heading on its line."""

    gap, free, whole = 12.0, True, True
    gives_way = 1

    headed, tight, below = True, False, 3.0

    def __init__(self, theme: Theme, block: Prose) -> None:
        super().__init__(theme, block)
        self.parts = block.parts
        self.name = block.name.value
        self.may_wait = block.name is BlockName.PRECAUTIONS

    @override
    def _texts(self, width: float) -> list[Placed]:
        theme, style = self.theme, plain(self.theme.type.detail)
        if self.tight:
            parts = [(self.block.heading, bold(style)), *((part, style) for part in self.parts)]
            return run_in(theme, parts, width, style.leading, headed=True)
        placed, down = list[Placed](), 0.0
        if self.headed:
            large = bold(theme.type.section, theme.type.section.size * 14 / 17)
            heading = theme.setter.set(self.block.heading, large, width)
            placed, down = [Placed(0.0, 0.0, heading, "heading")], heading.height + self.below
        indent = 12 * theme.scale if self.block.bulleted else 0.0
        for part in self.parts:
            lines = self._lines(part, style, min(width, MEASURE * theme.scale) - indent)
            placed.append(Placed(indent, down, lines))
            down += lines.height + self.below
        return placed

    def _lines(self, part: Text, style: TypeStyle, room: float) -> SetText:
        """Return lines as long as possible, but balanced if the last would be a lone word."""
        lines = self.theme.setter.set(part, style, room, balance=False)
        lone = len(lines.lines) > 1 and lines.lines[-1].width < _LONE * room
        return self.theme.setter.set(part, style, room) if lone else lines

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        for each in self._texts(width):
            if each.across and not self.tight:
                dot = y + each.down + each.block.style.leading * 0.55
                sheet.circle(x + 4, dot, 2 * self.theme.scale, fill="sign")
            sheet.texts(x, y, [each])

    @override
    @cached
    def closer(self) -> Block:
        return self if self.below <= _CLOSE else self.changed(below=_CLOSE, gap=6.0)

    @override
    def _tighter(self) -> Block | None:
        sentences = all(part.plain.endswith(".") for part in self.parts)
        if self.tight or not self.headed or not sentences:
            return None
        return self.changed(tight=True, below=0.0)

    @override
    def split(self, width: float, room: float) -> list[Block]:
        parts = self._texts(width)[-len(self.parts) :]
        ends = (each.down + each.block.height + self.below for each in parts)
        fitting = sum(end <= room for end in ends)
        if self.tight or not 0 < fitting < len(self.parts):
            return []
        rest = self.changed(parts=self.parts[fitting:], headed=False)
        return [self.changed(parts=self.parts[:fitting]), rest]


class NotesBlock(TextBlock[Notes]):
    """A heading, a prompt, and lines as far down as the page has room; nothing without room."""

    name, gap = "notes", 15.0
    least_lines, left_out = 2, False

    def __init__(self, theme: Theme, block: Notes) -> None:
        super().__init__(theme, block)
        self.pitch = 22.0 * max(1.0, theme.scale * 0.9)

    @override
    def _texts(self, width: float) -> list[Placed]:
        style, small = bold(self.theme.type.grid), plain(self.theme.type.detail)
        heading = self.theme.setter.line(self.block.heading, style)
        return _and_beside(
            self.theme, (heading, "heading"), (self.block.prompt, small, "label"), 8, width
        )

    @override
    def _height_at(self, width: float) -> float:
        return 0.0 if self.left_out else self._head(width) + self.least_lines * self.pitch

    def _head(self, width: float) -> float:
        heading, prompt = self._texts(width)
        return heading.block.height + (0.0 if prompt.across else prompt.block.height)

    @override
    def stretch(self, width: float) -> float:
        return 0.0 if self.left_out else math.inf

    @override
    def _tighter(self) -> Block | None:
        return None if self.left_out else self.changed(left_out=True, gap=0.0)

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        if self.left_out:
            sheet.drop(self.block.heading)
            sheet.drop(self.block.prompt)
            return
        super().paint(sheet, x, y, width, height)
        top = y + self._head(width)
        label = f"{self.block.heading.plain}: {self.block.prompt.plain}"
        sheet.entry(EntryKind.LINES, x, top, (width, y + height - top), label, self.block)
        line = top + self.pitch
        while line <= y + height + 0.1:
            sheet.writing_line(x, x + width, line)
            line += self.pitch


class ContactBlock(TextBlock[Contact]):
    """The clinic and how to reach it, one entry after another while a line has room."""

    name, gap, free = "contact", 9.0, True

    @override
    def _texts(self, width: float) -> list[Placed]:
        """Return all entries; `paint` draws a dot before those that do not begin a line."""
        style, node = self.theme.type.detail, self.block
        strong = [(leaf, bold(style)) for leaf in (node.name, node.phone)]
        parts = [*strong, *((way, plain(style)) for way in node.ways)]
        return run_in(self.theme, parts, width, style.leading, gap=_DOTTED)

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        for each in self._texts(width):
            base = y + each.down + self.theme.type.detail.leading * 0.75
            sheet.on_baseline(x + each.across, base, each.block)
            if each.across:
                middle = base - each.block.style.size * 0.3
                sheet.circle(x + each.across - _DOTTED / 2, middle, 1.1, fill="text")


class TitleBlock(TextBlock[Title]):
    """The title, and the subtitle beside it or below."""

    name, gap, below = "title", 0.0, 2.0

    @override
    def _texts(self, width: float) -> list[Placed]:
        style = self.theme.type
        title = self.theme.setter.set(self.block.title, style.title, width)
        return _and_beside(
            self.theme, (title, "heading"), (self.block.subtitle, style.subtitle, "text"), 12, width
        )


class PointerBlock(TextBlock[Pointer]):
    """One line that says on which page the emergency signs are."""

    name, gap, pinned, free, may_follow = "pointer", 5.0, True, True, True

    @override
    def _texts(self, width: float) -> list[Placed]:
        style = plain(self.theme.type.detail)
        return [Placed(0.0, 0.0, self.theme.setter.set(self.block.text, style, width))]


def _and_beside(
    theme: Theme,
    first: tuple[SetText, str],
    other: tuple[Text, TypeStyle, str],
    gap: float,
    width: float,
) -> list[Placed]:
    """Return a text and another on its line, or below it if the line has no room."""
    (block, colour), (leaf, style, shade) = first, other
    head, line = Placed(0.0, 0.0, block, colour), theme.setter.line(leaf, style)
    if len(block.lines) == 1 and block.width + gap + line.width <= width:
        return beside(head, Placed(0.0, 0.0, line, shade), gap)
    return [head, Placed(0.0, block.height, theme.setter.set(leaf, style, width), shade)]
