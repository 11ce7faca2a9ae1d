"""Draw an exercise card for large print: name, dose, pictures across the page, steps, facts."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from handouts.compose.cards import ExerciseCard
from handouts.layout.block import Block
from handouts.layout.card_header import DoseStrip
from handouts.layout.sheet import Sheet
from handouts.layout.steps import FactList, PicturePair, StepList
from handouts.layout.theme import Theme, bold, plain, tile
from handouts.pdf.annotations import EntryKind
from handouts.text.setting import SetText

_PICTURE_STRETCH = 150.0


class Fit(Struct, frozen=True):
    """How tight a card is: space between steps and facts, least picture, size of the dose."""

    steps: float
    facts: float
    picture: float
    dose: float = 1.0


_LADDER = (Fit(4.2, 3.5, 95), Fit(2.0, 1.4, 95), Fit(0.8, 0.8, 74), Fit(0.5, 0.5, 64, 0.86))
"""Tried in turn until a card fits its page; words are never made smaller."""


class Part(Struct, frozen=True):
    """Which steps and facts of a card stand here; ``first`` and ``last`` of its parts or not."""

    steps: tuple[int, int]
    facts: tuple[int, int]
    first: bool = True
    last: bool = True


def whole(card: ExerciseCard) -> Part:
    """The part that is all of a card."""
    return Part((0, len(card.steps)), (0, len(card.facts)))


class StackedCard(Block):
    """One exercise down the page; too long for a page, it goes on, name and dose repeated."""

    gap = 22.0
    gap_stretch = 20.0

    def __init__(
        self, theme: Theme, card: ExerciseCard, part: Part | None = None, *, fit: int = 0
    ) -> None:
        self.theme, self.card, self.fit = theme, card, _LADDER[fit]
        self._rung = fit
        self.part = part or whole(card)
        self.name = f"exercise {card.number.plain}"
        if self.part.first:
            self.bookmark = f"{card.number.plain}. {card.name.plain}"
        scale = theme.scale
        self.strip = DoseStrip(theme, card.dose, shrink=self.fit.dose)
        gap = self.fit.steps * scale
        shown = card.steps[slice(*self.part.steps)]
        self.steps = StepList(theme, shown, gap=gap, radius=8.7 * scale)
        gap = self.fit.facts * scale
        self.facts = FactList(theme, card.facts[slice(*self.part.facts)], gap=gap, share="no")
        self.pictured = bool(theme.frames(card.figure)) and self.part.first
        self.side = 27.8 * scale

    def _with(self, part: Part) -> StackedCard:
        return StackedCard(self.theme, self.card, part, fit=self._rung)

    # -- measures

    def _name(self, width: float) -> SetText:
        style = self.theme.type.exercise
        room = width - self.side - 12
        if self._continued:
            room -= self._continued.width + 10
        return self.theme.setter.fitted(self.card.name, style, room, style.size * 26 / 34)

    @property
    def _continued(self) -> SetText | None:
        """What stands after the name where the card goes on."""
        if self.part.first:
            return None
        return self.theme.setter.line(self.theme.continued, plain(self.theme.type.detail))

    @property
    def _turn_over(self) -> SetText | None:
        """What stands below the card where it is not at its end."""
        if self.part.last:
            return None
        return self.theme.setter.line(self.theme.turn_over, bold(self.theme.type.detail))

    def _intro(self, width: float) -> list[tuple[float, float, SetText]]:
        """Offset across and down of bracketed name, purpose, equipment and side.

        They follow each other on a line as long as they fit it.
        """
        if not self.part.first:
            return []
        card, setter = self.card, self.theme.setter
        style = plain(self.theme.type.steps)
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

    def _head(self, width: float) -> float:
        """Down to the steps: name, intro, dose, pictures."""
        name = max(self.side, self._name(width).height)
        intro = max((down + block.height for _, down, block in self._intro(width)), default=0.0)
        picture = self.fit.picture + 8 if self.pictured else 0.0
        return name + 6 + intro + (8 if intro else 0) + self.strip.height_at(width) + 10 + picture

    def _note(self, width: float) -> list[SetText]:
        if self.card.note_label is None or not self.part.last:
            return []
        style = plain(self.theme.type.detail)
        blocks = [self.theme.setter.line(self.card.note_label, style)]
        if self.card.note:
            blocks.append(self.theme.setter.set(self.card.note, style, width))
        return blocks

    def _foot(self, width: float) -> float:
        """From the end of the steps on: facts, note, or that the card goes on."""
        note = sum(block.height for block in self._note(width))
        facts = self.facts.height_at(width) if self.facts.facts else 0.0
        more = self._turn_over.height + 8 if self._turn_over else 0.0
        return (facts + 15 if facts else 0.0) + (note + 8 if note else 0.0) + more

    @override
    def _height_at(self, width: float) -> float:
        steps = self.steps.height_at(width) + 4 if self.steps.steps else 0.0
        return self._head(width) + steps + self._foot(width)

    @override
    def stretch(self, width: float) -> float:
        return _PICTURE_STRETCH if self.pictured else 7.0 * len(self.steps.steps)

    @override
    def _tighter(self) -> Block | None:
        if self._rung == len(_LADDER) - 1:
            return None
        return StackedCard(self.theme, self.card, self.part, fit=self._rung + 1)

    @override
    def split(self, width: float, room: float) -> list[Block]:
        """As many steps as fit, then as many facts; the note stays with the last part."""
        (step, steps), (fact, facts) = self.part.steps, self.part.facts
        cuts = [(end, fact) for end in range(step + 1, steps)]
        cuts += [(steps, end) for end in range(fact, facts)]
        for step_end, fact_end in reversed(cuts):
            head = replace(self.part, steps=(step, step_end), facts=(fact, fact_end), last=False)
            if (step_end, fact_end) != (step, fact) and self._with(head).height_at(width) <= room:
                rest = replace(
                    self.part, steps=(step_end, steps), facts=(fact_end, facts), first=False
                )
                return [self._with(head), self._with(rest)]
        return []

    # -- drawing

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        extra = min(max(0.0, height - self.height_at(width)), self.stretch(width))
        if self.part.first:
            y = self._draw_head(sheet, x, y, width)
        else:
            with sheet.furniture():  # name and dose are repeated
                y = self._draw_head(sheet, x, y, width)
        if self.pictured and self.card.figure:
            pair = PicturePair(self.theme, self.card.figure, self.card.steps, 14, 24, 2.7)
            pair.paint(sheet, x, y, width, self.fit.picture + extra, row=True)
            y += self.fit.picture + extra + 8
            extra = 0.0
        if self.steps.steps:
            self.steps.paint(sheet, x, y, width, extra)
            y += self.steps.height_at(width) + extra + 4
        self._draw_foot(sheet, x, y, width)

    def _draw_head(self, sheet: Sheet, x: float, y: float, width: float) -> float:
        name = self._name(width)
        tile(self.theme, sheet, x, y, self.card.number, self.side)
        left, top = x + self.side + 12, y + (self.side - name.style.leading) / 2 + 1
        sheet.text(left, top, name, "heading")
        if self._continued:
            base = top + name.first_baseline
            sheet.on_baseline(left + name.width + 10, base, self._continued, "label")
        top = y = y + max(self.side, name.height) + 6
        for across, down, block in self._intro(width):
            sheet.text(x + across, top + down, block)
            y = top + down + block.height
        y += 8 if y > top else 0
        self.strip.paint(sheet, x, y, width)
        return y + self.strip.height_at(width) + 10

    def _draw_foot(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        if self.facts.facts:
            if self.steps.steps:
                sheet.line(x, y + 5, x + width, y + 5, "rule", 1)
            y += 12
            self.facts.paint(sheet, x, y, width)
            y += self.facts.height_at(width) + 3
        note = self._note(width)
        for index, block in enumerate(note):
            y += 8 if not index else 0
            line, wide = block.stepped()
            sheet.text(x, y, line, "label" if not index else "text")
            if len(note) == 1:
                left, high = x + wide + 8, block.height - 4
                sheet.writing_line(left, x + width, y + high)
                said = f"{self.card.name.plain}: {block.source.plain}"
                sheet.entry(EntryKind.LINE, left, y, (x + width - left, high), said, block.source)
            y += block.height
        if self._turn_over:
            with sheet.furniture():
                sheet.text(x + width, y + 8, self._turn_over, align="right")
