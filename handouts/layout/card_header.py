"""An exercise → the top of its card: number, names, equipment, purpose and side."""

from __future__ import annotations

from handouts.compose.cards import ExerciseCard
from handouts.layout.look import Look, bold, chip, chip_height, chip_label, chip_width, plain, tile
from handouts.layout.sheet import Sheet
from handouts.layout.text import SetText


def card_indent(look: Look) -> float:
    """From the left edge of a card to its words, beside its number (points)."""
    return 37 * look.scale


class CardHeader:
    """Number, name, bracketed name, equipment, purpose and side: the top of a card."""

    def __init__(self, look: Look, card: ExerciseCard) -> None:
        self.look, self.card = look, card
        self.indent = card_indent(look)

    def _name(self, width: float) -> tuple[SetText, bool]:
        """The name, and whether the equipment needs a line of its own."""
        look, card = self.look, self.card
        room = width - self.indent
        beside = room - (chip_width(look, card.equipment) + 10 if card.equipment else 0)
        style, least = look.type.exercise, look.type.exercise.size * 15 / 19
        name = look.setter.fitted(card.name, style, beside, least)
        if len(name.lines) == 1 or card.equipment is None:
            return name, False
        return look.setter.fitted(card.name, style, room, least), True

    def _low(self, width: float) -> tuple[SetText, bool] | None:
        """The equipment on a line of its own, and whether the side still stands beside it."""
        if self.card.equipment is None or not self._name(width)[1]:
            return None
        label = chip_label(self.look, self.card.equipment, width - self.indent)
        side = self._second(width)[1]
        taken = self.indent + label.width + 16 * self.look.scale
        return label, side is None or taken + 14 + side.width <= width

    def _low_rows(self, width: float) -> float:
        """Height of what the name pushed below the purpose."""
        low = self._low(width)
        if low is None:
            return 0.0
        label, beside = low
        return chip_height(self.look, label) + (5 if beside else 20) * self.look.scale

    def _second(self, width: float) -> tuple[SetText | None, SetText | None]:
        """Purpose and side label, on the line below the name."""
        look, card = self.look, self.card
        side = look.setter.line(card.side, bold(look.type.detail)) if card.side else None
        lowered = self._name(width)[1]
        room = width - self.indent - (side.width + 14 if side and not lowered else 0)
        purpose = (
            look.setter.set(card.purpose, plain(look.type.steps), room) if card.purpose else None
        )
        return purpose, side

    def _aka(self, width: float) -> SetText | None:
        """The bracketed name, where it fits beside the name: it is the first thing to go."""
        look, card = self.look, self.card
        if card.also_known_as is None:
            return None
        name, lowered = self._name(width)
        aka = look.setter.line(card.also_known_as, plain(look.type.qualifier))
        taken = self.indent + name.width + 9
        if card.equipment and not lowered:
            taken += chip_width(look, card.equipment) + 8
        return aka if len(name.lines) == 1 and taken + aka.width <= width else None

    def height(self, width: float) -> float:
        """Height down to the dose strip."""
        scale = self.look.scale
        name, _ = self._name(width)
        more_name = (len(name.lines) - 1) * name.style.leading
        purpose, side = self._second(width)
        more_purpose = (len(purpose.lines) - 1) * purpose.style.leading if purpose else 0.0
        second = 17 * scale if purpose or side else 6 * scale
        return 23 * scale + more_name + second + more_purpose + self._low_rows(width)

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        look, card, scale = self.look, self.card, self.look.scale
        tile(look, sheet, x, y, card.number, 27 * scale)
        name, lowered = self._name(width)
        left = x + self.indent
        base = y + 15.5 * scale
        sheet.text(left, base - name.first_baseline, name, "heading")
        below = base + (len(name.lines) - 1) * name.style.leading + 4 * scale
        aka = self._aka(width)
        if aka:
            sheet.on_baseline(left + name.width + 9, base, aka, "label")
        elif card.also_known_as:
            sheet.drop(card.also_known_as)
        if card.equipment and not lowered:
            label = chip_label(look, card.equipment, width)
            chip(look, sheet, x + width - chip_width(look, card.equipment), y - 1, label)
        purpose, side = self._second(width)
        if purpose:
            sheet.text(left, below, purpose)
        line = below + plain(look.type.steps).leading * 0.8
        low = self._low(width)
        if low:
            label, beside = low
            top = below + (purpose.height if purpose else 0) + 3 * scale
            chip(look, sheet, left, top, label)
            line = top + (13 * scale if beside else chip_height(look, label) + 13 * scale)
        if side:
            sheet.on_baseline(x + width, line, side, align="right")
