"""Draw the title, education, notes and contact of a handout."""

from __future__ import annotations

import math

from typing_extensions import override

from handouts.compose.document import Contact, Notes, Prose, Title
from handouts.compose.runs import Text
from handouts.layout.block import Block
from handouts.layout.sheet import Sheet
from handouts.layout.theme import RunIn, Theme, bold, height_of, plain, run_in
from handouts.model.layout import BlockName, TypeStyle
from handouts.pdf.annotations import EntryKind
from handouts.text.setting import SetText

MEASURE = 490.0
"""Longest line of running text at the standard size (about 75 characters), in points."""

_CLOSE = 1.0
"""Space between the parts of a text that stand close (points)."""

_LONE = 0.2
"""A last line that is shorter than this part of the measure holds little more than a word."""

_DOTTED = 16.0
"""Space between two ways to a clinic on a line, with a dot in its middle (points)."""


class ProseBlock(Block):
    """A heading and paragraphs, or bullets. Tight bullets follow their heading on its line."""

    gap, free, whole = 12.0, True, True
    gives_way = 1

    headed, tight, space = True, False, 3.0

    def __init__(self, theme: Theme, block: Prose) -> None:
        self.theme, self.block = theme, block
        self.parts = block.parts
        self.name = block.name.value
        self.may_wait = block.name is BlockName.PRECAUTIONS

    @property
    def _indent(self) -> float:
        return 12 * self.theme.scale if self.block.bulleted else 0.0

    def _set(self, width: float) -> list[SetText]:
        style = plain(self.theme.type.detail)
        room = min(width, MEASURE * self.theme.scale) - self._indent
        return [self._lines(part, style, room) for part in self.parts]

    def _lines(self, part: Text, style: TypeStyle, room: float) -> SetText:
        """Lines as long as they can be, but for one that ends in a lone word."""
        lines = self.theme.setter.set(part, style, room, balance=False)
        lone = len(lines.lines) > 1 and lines.lines[-1].width < _LONE * room
        return self.theme.setter.set(part, style, room) if lone else lines

    def _heading(self, width: float) -> SetText | None:
        if not self.headed:
            return None
        style = bold(self.theme.type.section, self.theme.type.section.size * 14 / 17)
        return self.theme.setter.set(self.block.heading, style, width)

    def _run_in(self, width: float) -> RunIn:
        """Heading and items, each after the other while a line holds them."""
        detail = self.theme.type.detail
        parts = [
            (self.block.heading, bold(detail)),
            *((part, plain(detail)) for part in self.parts),
        ]
        return run_in(self.theme, parts, width, detail.leading)

    @override
    def _height_at(self, width: float) -> float:
        if self.tight:
            return height_of(self._run_in(width))
        heading = self._heading(width)
        text = sum(block.height + self.space for block in self._set(width))
        return (heading.height + self.space if heading else 0.0) + text

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        if self.tight:
            for index, (across, down, block) in enumerate(self._run_in(width)):
                sheet.text(x + across, y + down, block, "text" if index else "heading")
            return
        heading = self._heading(width)
        if heading:
            y += sheet.text(x, y, heading, "heading") + self.space
        for block in self._set(width):
            if self.block.bulleted:
                dot = y + block.style.leading * 0.55
                sheet.circle(x + 4, dot, 2 * self.theme.scale, fill="sign")
            y += sheet.text(x + self._indent, y, block) + self.space

    @override
    def closer(self) -> Block:
        if self.space == _CLOSE:
            return self
        return self.changed(space=_CLOSE, gap=6.0)

    @override
    def _tighter(self) -> Block | None:
        sentences = all(part.plain.endswith(".") for part in self.parts)
        if self.tight or not self.headed or not sentences:
            return None
        return self.changed(tight=True)

    @override
    def split(self, width: float, room: float) -> list[Block]:
        if self.tight:
            return []
        heading = self._heading(width)
        used = heading.height + self.space if heading else 0.0
        fitting = 0
        for block in self._set(width):
            used += block.height + self.space
            if used > room:
                break
            fitting += 1
        if not 0 < fitting < len(self.parts):
            return []
        rest = self.changed(parts=self.parts[fitting:], headed=False)
        return [self.changed(parts=self.parts[:fitting]), rest]


class NotesBlock(Block):
    """A heading, a prompt, and lines as far down as the page has room; else nothing."""

    name, gap = "notes", 15.0
    least_lines, left_out = 2, False

    def __init__(self, theme: Theme, block: Notes) -> None:
        self.theme, self.block = theme, block
        self.pitch = 22.0 * max(1.0, theme.scale * 0.9)

    def _set(self, width: float) -> tuple[SetText, SetText, bool]:
        setter, style = self.theme.setter, self.theme.type
        heading = setter.line(self.block.heading, bold(style.grid))
        prompt = setter.line(self.block.prompt, plain(style.detail))
        beside = heading.width + 8 + prompt.width <= width
        if not beside:
            prompt = setter.set(self.block.prompt, plain(style.detail), width)
        return heading, prompt, beside

    def _head(self, width: float) -> float:
        heading, prompt, beside = self._set(width)
        return heading.height + (0 if beside else prompt.height)

    @override
    def _height_at(self, width: float) -> float:
        return 0.0 if self.left_out else self._head(width) + self.least_lines * self.pitch

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
        heading, prompt, beside = self._set(width)
        sheet.text(x, y, heading, "heading")
        if beside:
            sheet.on_baseline(x + heading.width + 8, y + heading.first_baseline, prompt, "label")
        else:
            sheet.text(x, y + heading.height, prompt, "label")
        line = y + self._head(width) + self.pitch
        room = (width, y + height - line + self.pitch)
        label = f"{self.block.heading.plain}: {self.block.prompt.plain}"
        sheet.entry(EntryKind.LINES, x, line - self.pitch, room, label, self.block)
        while line <= y + height + 0.1:
            sheet.writing_line(x, x + width, line)
            line += self.pitch


class ContactBlock(Block):
    """The clinic and the ways to it: one after the other while a line holds them."""

    name, gap, free = "contact", 9.0, True

    def __init__(self, theme: Theme, block: Contact) -> None:
        self.theme, self.block = theme, block

    def _placed(self, width: float) -> RunIn:
        """Each part; what is not the first of its line follows a dot."""
        setter, style, node = self.theme.setter, self.theme.type.detail, self.block
        styles = ((node.name, bold(style)), (node.phone, bold(style)))
        placed: RunIn = []
        across = down = 0.0
        for leaf, shown in (*styles, *((way, plain(style)) for way in node.ways)):
            block = setter.fitted(leaf, shown, width, style.size * 0.85)
            if placed and across + block.width > width:
                across, down = 0.0, down + style.leading
            placed.append((across, down, block))
            down += (len(block.lines) - 1) * style.leading
            across = width if len(block.lines) > 1 else across + block.width + _DOTTED
        return placed

    @override
    def _height_at(self, width: float) -> float:
        return height_of(self._placed(width))

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        for across, down, block in self._placed(width):
            base = y + down + self.theme.type.detail.leading * 0.75
            sheet.on_baseline(x + across, base, block)
            if across:
                middle = base - block.style.size * 0.3
                sheet.circle(x + across - _DOTTED / 2, middle, 1.1, fill="text")


class TitleBlock(Block):
    """The title, and what it is for beside it or below."""

    name, gap = "title", 0.0

    def __init__(self, theme: Theme, block: Title) -> None:
        self.theme, self.block = theme, block

    def _set(self, width: float) -> tuple[SetText, SetText, bool]:
        setter, style = self.theme.setter, self.theme.type
        title = setter.set(self.block.title, style.title, width)
        subtitle = setter.line(self.block.subtitle, style.subtitle)
        beside = len(title.lines) == 1 and title.width + 12 + subtitle.width <= width
        if not beside:
            subtitle = setter.set(self.block.subtitle, style.subtitle, width)
        return title, subtitle, beside

    @override
    def _height_at(self, width: float) -> float:
        title, subtitle, beside = self._set(width)
        return title.height + (0 if beside else subtitle.height) + 2

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        title, subtitle, beside = self._set(width)
        sheet.text(x, y, title, "heading")
        if beside:
            sheet.on_baseline(x + title.width + 12, y + title.first_baseline, subtitle)
        else:
            sheet.text(x, y + title.height, subtitle)
