"""An exercise → its card for large print: name, dose, pictures across the page, steps, facts."""

from __future__ import annotations

from typing_extensions import override

from handouts.compose.document import ExerciseCard
from handouts.layout.dose import DoseStrip
from handouts.layout.flow import Flowable
from handouts.layout.items import EntryKind
from handouts.layout.look import Look, bold, plain, tile
from handouts.layout.picture import PicturePair
from handouts.layout.sheet import Sheet
from handouts.layout.steps import FactList, StepList
from handouts.layout.text import SetText

_PICTURE_LEAST = 95.0
_PICTURE_STRETCH = 150.0


class StackedCard(Flowable):
    """One exercise down the page. Too long for a page, its facts go to the next one.

    ``part`` is ``all``, ``steps`` (without the facts) or ``facts`` (name and dose repeated).
    """

    gap = 22.0
    gap_stretch = 20.0

    def __init__(
        self, look: Look, card: ExerciseCard, part: str = "all", *, tight: bool = False
    ) -> None:
        self.look, self.card, self.part, self.tight = look, card, part, tight
        self.name = f"exercise {card.number.plain}"
        if part != "facts":
            self.bookmark = f"{card.number.plain}. {card.name.plain}"
        scale = look.scale
        self.strip = DoseStrip(look, card.dose)
        self.steps = StepList(
            look, card.steps, gap=(2.0 if tight else 4.2) * scale, radius=8.7 * scale
        )
        self.facts = FactList(look, card.facts, gap=(1.4 if tight else 3.5) * scale, share="no")
        self.pictured = bool(look.frames(card.figure))
        self.side = 27.8 * scale

    # -- measures

    def _name(self, width: float) -> SetText:
        style = self.look.type.exercise
        return self.look.setter.fitted(
            self.card.name, style, width - self.side - 12, style.size * 26 / 34
        )

    def _intro(self, width: float) -> list[tuple[float, float, SetText]]:
        """Offset across and down of bracketed name, purpose, equipment and side.

        They follow each other on a line as long as they fit it.
        """
        card, setter = self.card, self.look.setter
        style = plain(self.look.type.steps)
        parts = (
            (card.also_known_as, style),
            (card.purpose, style),
            (card.equipment, bold(style)),
            (card.side, bold(style)),
        )
        placed: list[tuple[float, float, SetText]] = []
        across = down = 0.0
        for leaf, type_style in parts:
            if leaf is None:
                continue
            block = setter.set(leaf, type_style, width, balance=False)
            if across and across + block.width > width:
                across, down = 0.0, down + style.leading
            placed.append((across, down, block))
            if len(block.lines) > 1:
                across, down = 0.0, down + block.height
            else:
                across += block.width + 12
        return placed

    def _header(self, width: float) -> float:
        name = max(self.side, self._name(width).height)
        intro = max((down + block.height for _, down, block in self._intro(width)), default=0.0)
        return name + 6 + intro + (8 if intro else 0)

    def _note(self, width: float) -> list[SetText]:
        if self.card.note_label is None or self.part == "steps":
            return []
        style = plain(self.look.type.detail)
        blocks = [self.look.setter.line(self.card.note_label, style)]
        if self.card.note:
            blocks.append(self.look.setter.set(self.card.note, style, width))
        return blocks

    def _facts_height(self, width: float) -> float:
        if self.part == "steps":
            return 0.0
        note = sum(block.height for block in self._note(width))
        facts = self.facts.height(width) if self.card.facts else 0.0
        return (facts + 15 if facts else 0.0) + (note + 8 if note else 0.0)

    def _body(self, width: float) -> float:
        if self.part == "facts":
            return 0.0
        picture = _PICTURE_LEAST + 8 if self.pictured else 0.0
        return self.strip.height(width) + 10 + picture + self.steps.height(width) + 4

    @override
    def height(self, width: float) -> float:
        if self.part == "facts":
            name = max(self.side, self._name(width).height)
            return name + 6 + self.strip.height(width) + self._facts_height(width)
        return self._header(width) + self._body(width) + self._facts_height(width)

    @override
    def stretch(self, width: float) -> float:
        if self.part == "facts":
            return 0.0
        return _PICTURE_STRETCH if self.pictured else 7.0 * len(self.card.steps)

    @override
    def tighter(self) -> Flowable | None:
        if self.tight or self.part != "all":
            return None
        return StackedCard(self.look, self.card, tight=True)

    @override
    def split(self, width: float, room: float) -> tuple[Flowable, Flowable] | None:
        if self.part != "all" or not self.card.facts:
            return None
        steps = StackedCard(self.look, self.card, "steps")
        if steps.height(width) > room:
            return None
        return steps, StackedCard(self.look, self.card, "facts")

    # -- drawing

    @override
    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        extra = min(max(0.0, height - self.height(width)), self.stretch(width))
        if self.part == "facts":
            with sheet.furniture():  # name and dose are repeated
                y = self._draw_name(sheet, x, y, width) + 6
                self.strip.draw(sheet, x, y, width)
            self._draw_facts(sheet, x, y + self.strip.height(width), width)
            return
        y = self._draw_name(sheet, x, y, width) + 6
        top = y
        for across, down, block in self._intro(width):
            sheet.text(x + across, top + down, block)
            y = top + down + block.height
        y += 8 if y > top else 0
        self.strip.draw(sheet, x, y, width)
        y += self.strip.height(width) + 10
        if self.pictured and self.card.figure:
            pair = PicturePair(self.look, self.card.figure, self.card.steps, 14, 24, 2.7)
            pair.draw(sheet, x, y, width, _PICTURE_LEAST + extra, row=True)
            y += _PICTURE_LEAST + extra + 8
            extra = 0.0
        self.steps.draw(sheet, x, y, width, extra)
        y += self.steps.height(width) + extra + 4
        self._draw_facts(sheet, x, y, width)

    def _draw_name(self, sheet: Sheet, x: float, y: float, width: float) -> float:
        name = self._name(width)
        high = max(self.side, name.height)
        tile(self.look, sheet, x, y, self.card.number, self.side)
        sheet.text(
            x + self.side + 12, y + (self.side - name.style.leading) / 2 + 1, name, "heading"
        )
        return y + high

    def _draw_facts(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        if self.part == "steps":
            return
        if self.card.facts:
            if self.part == "all":
                sheet.line(x, y + 5, x + width, y + 5, "rule", 1)
            y += 12
            self.facts.draw(sheet, x, y, width)
            y += self.facts.height(width) + 3
        note = self._note(width)
        for index, block in enumerate(note):
            y += 8 if not index else 0
            sheet.text(x, y, block, "label" if not index else "text")
            if len(note) == 1:
                left, high = x + block.width + 8, block.height - 4
                sheet.writing_line(left, x + width, y + high)
                room = (x + width - left, high)
                sheet.entry(EntryKind.LINE, left, y, room, block.source.plain, block.source)
            y += block.height
