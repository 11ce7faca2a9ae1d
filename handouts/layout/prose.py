"""Education, bullets and the patient's own notes → headed text and lines for the pen."""

from __future__ import annotations

import math

from typing_extensions import override

from handouts.compose.document import Bulleted, Contact, Notes, Prose
from handouts.compose.text import Text
from handouts.layout.flowable import Flowable
from handouts.layout.items import EntryKind
from handouts.layout.look import Look, bold, plain
from handouts.layout.sheet import Sheet
from handouts.layout.text import SetText

MEASURE = 490.0
"""Longest line of running text at the standard size (about 75 characters), in points."""

_DOTTED = 16.0
"""Space between two ways to a clinic on a line, with a dot in its middle (points)."""

_KEEP_TOGETHER = 300.0
"""A section lower than this is not split over two pages (points)."""


class ProseBlock(Flowable):
    """A heading and paragraphs, or bullets. Tight bullets follow their heading on its line."""

    gap = 14.0
    gives_way = 1

    def __init__(
        self,
        look: Look,
        block: Prose | Bulleted,
        *,
        first: int = 0,
        last: int | None = None,
        tight: bool = False,
    ) -> None:
        self.look, self.block, self.tight = look, block, tight
        self.bullets = isinstance(block, Bulleted)
        parts = block.items if isinstance(block, Bulleted) else block.paragraphs
        self.first, self.last = first, len(parts) if last is None else last
        self.parts: tuple[Text, ...] = parts[self.first : self.last]
        self.name = block.name.value if isinstance(block, Bulleted) else "education"

    @property
    def _indent(self) -> float:
        return 12 * self.look.scale if self.bullets else 0.0

    def _set(self, width: float) -> list[SetText]:
        style = plain(self.look.type.steps)
        room = min(width, MEASURE * self.look.scale) - self._indent
        return [
            self.look.setter.set(part, style, room, balance=self.bullets) for part in self.parts
        ]

    def _heading(self, width: float) -> SetText | None:
        if self.first:
            return None
        style = bold(self.look.type.section, self.look.type.section.size * 15 / 17)
        return self.look.setter.set(self.block.heading, style, width)

    def _run_in(self, width: float) -> list[tuple[float, float, SetText]]:
        """Offset across and down of heading and items, each after the other while a line holds."""
        setter, detail = self.look.setter, self.look.type.detail
        blocks = [setter.set(self.block.heading, bold(detail), width)]
        blocks += [setter.set(part, plain(detail), width, balance=False) for part in self.parts]
        placed: list[tuple[float, float, SetText]] = []
        across = down = 0.0
        for block in blocks:
            if across and across + block.width > width:
                across, down = 0.0, down + detail.leading
            placed.append((across, down, block))
            down += (len(block.lines) - 1) * detail.leading
            start = across if len(block.lines) == 1 else 0.0
            across = start + block.lines[-1].width + 7
        return placed

    @override
    def _height(self, width: float) -> float:
        if self.tight:
            return max(down + block.height for _, down, block in self._run_in(width))
        heading = self._heading(width)
        text = sum(block.height + 3 for block in self._set(width))
        return (heading.height + 3 if heading else 0.0) + text

    @override
    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        if self.tight:
            for index, (across, down, block) in enumerate(self._run_in(width)):
                sheet.text(x + across, y + down, block, "text" if index else "heading")
            return
        heading = self._heading(width)
        if heading:
            y += sheet.text(x, y, heading, "heading") + 3
        for block in self._set(width):
            if self.bullets:
                dot = y + block.style.leading * 0.55
                sheet.circle(x + 4, dot, 2 * self.look.scale, fill="fill")
            y += sheet.text(x + self._indent, y, block) + 3

    @override
    def _tighter(self) -> Flowable | None:
        sentences = all(part.plain.endswith(".") for part in self.parts)
        if self.tight or not self.bullets or self.first or not sentences:
            return None
        return ProseBlock(self.look, self.block, tight=True)

    @override
    def split(self, width: float, room: float) -> tuple[Flowable, Flowable] | None:
        if self.tight or self.height(width) < _KEEP_TOGETHER:
            return None
        heading = self._heading(width)
        used = heading.height + 3 if heading else 0.0
        fitting = 0
        for block in self._set(width):
            used += block.height + 3
            if used > room:
                break
            fitting += 1
        if not 0 < fitting < len(self.parts):
            return None
        cut = self.first + fitting
        return (
            ProseBlock(self.look, self.block, first=self.first, last=cut),
            ProseBlock(self.look, self.block, first=cut, last=self.last),
        )


class NotesBlock(Flowable):
    """A heading, a prompt, and dotted lines as far down as the page has room."""

    name, gap = "notes", 15.0
    least_lines = 2

    def __init__(self, look: Look, block: Notes) -> None:
        self.look, self.block = look, block
        self.pitch = 22.0 * max(1.0, look.scale * 0.9)

    def _set(self, width: float) -> tuple[SetText, SetText, bool]:
        setter, style = self.look.setter, self.look.type
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
    def _height(self, width: float) -> float:
        return self._head(width) + self.least_lines * self.pitch

    @override
    def stretch(self, width: float) -> float:
        return math.inf

    @override
    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
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


class ContactBlock(Flowable):
    """The clinic and the ways to it: one after the other while a line holds them."""

    name, gap = "contact", 9.0

    def __init__(self, look: Look, block: Contact) -> None:
        self.look, self.block = look, block

    def _placed(self, width: float) -> list[tuple[float, float, SetText]]:
        """Offset across and down of each part; what is not its line's first follows a dot."""
        setter, style, node = self.look.setter, self.look.type.detail, self.block
        styles = ((node.name, bold(style)), (node.phone, bold(style)))
        placed: list[tuple[float, float, SetText]] = []
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
    def _height(self, width: float) -> float:
        return max(down + block.height for _, down, block in self._placed(width))

    @override
    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        for across, down, block in self._placed(width):
            base = y + down + self.look.type.detail.leading * 0.75
            sheet.on_baseline(x + across, base, block)
            if across:
                middle = base - block.style.size * 0.3
                sheet.circle(x + across - _DOTTED / 2, middle, 1.1, fill="text")
