"""The title of a handout → its lines, with what it is for beside it or below."""

from __future__ import annotations

from typing_extensions import override

from handouts.compose.document import Title
from handouts.layout.flowable import Flowable
from handouts.layout.look import Look
from handouts.layout.sheet import Sheet
from handouts.layout.text import SetText


class TitleBlock(Flowable):
    """The title, and what it is for beside it or below."""

    name, gap = "title", 0.0

    def __init__(self, look: Look, block: Title) -> None:
        self.look, self.block = look, block

    def _set(self, width: float) -> tuple[SetText, SetText, bool]:
        setter, style = self.look.setter, self.look.type
        title = setter.set(self.block.title, style.title, width)
        subtitle = setter.line(self.block.subtitle, style.subtitle)
        beside = len(title.lines) == 1 and title.width + 12 + subtitle.width <= width
        if not beside:
            subtitle = setter.set(self.block.subtitle, style.subtitle, width)
        return title, subtitle, beside

    @override
    def _height(self, width: float) -> float:
        title, subtitle, beside = self._set(width)
        return title.height + (0 if beside else subtitle.height) + 2

    @override
    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        title, subtitle, beside = self._set(width)
        sheet.text(x, y, title, "heading")
        if beside:
            sheet.on_baseline(x + title.width + 12, y + title.first_baseline, subtitle)
        else:
            sheet.text(x, y + title.height, subtitle)
