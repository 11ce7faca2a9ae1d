"""Draw the top of an exercise card: number, name, and the strip of its dose."""

from __future__ import annotations

from msgspec import Struct

from handouts.compose.cards import DoseCell, ExerciseCard
from handouts.layout.sheet import Sheet
from handouts.layout.theme import (
    Theme,
    bold,
    chip,
    chip_height,
    chip_label,
    chip_width,
    plain,
    tile,
)
from handouts.text.setting import SetText

_WORD_SIZE = 0.74
"""A word in the numeral's place ("Every") against the numeral's size."""


class _SetCell(Struct, frozen=True):
    numeral: SetText
    unit: SetText
    qualifier: SetText | None
    width: float


class DoseStrip:
    """One cell a fact. All cells in one row if they fit, else in two rows."""

    def __init__(self, theme: Theme, cells: tuple[DoseCell, ...], *, shrink: float = 1.0) -> None:
        self.theme = theme
        self.gap = 6 * theme.scale * shrink
        self.pad = (8 if shrink >= 0.9 else 2.5) * theme.scale
        self.shrink = shrink
        self.cells = tuple(self._set(cell) for cell in cells)

    def _set(self, cell: DoseCell) -> _SetCell:
        style, setter = self.theme.type, self.theme.setter
        is_number = cell.numeral.plain[:1].isdigit() or cell.numeral.runs[0].blank
        size = style.numeral.size * self.shrink * (1 if is_number else _WORD_SIZE)
        numeral = setter.line(cell.numeral, bold(style.numeral, size))
        unit = setter.line(cell.unit, style.unit)
        qualifier = setter.line(cell.qualifier, style.qualifier) if cell.qualifier else None
        words = max(unit.width, qualifier.width if qualifier else 0.0)
        return _SetCell(numeral, unit, qualifier, numeral.width + self.gap + words)

    def rows(self, width: float) -> list[tuple[_SetCell, ...]]:
        """Return the cells of each row: as few rows as hold them, evenly filled if that fits."""
        greedy: list[tuple[_SetCell, ...]] = [()]
        for cell in self.cells:
            if greedy[-1] and self._wide((*greedy[-1], cell)) > width:
                greedy.append(())
            greedy[-1] = (*greedy[-1], cell)
        across = -(-len(self.cells) // len(greedy))
        even = [self.cells[i : i + across] for i in range(0, len(self.cells), across)]
        return even if all(self._wide(row) <= width for row in even) else greedy

    def _wide(self, row: tuple[_SetCell, ...]) -> float:
        return sum(cell.width + 2 * self.pad for cell in row)

    @property
    def row_height(self) -> float:
        """Height of one row of cells."""
        return 44 * self.theme.scale * (0.5 + 0.5 * self.shrink)

    def height_at(self, width: float) -> float:
        """Height of the strip in points."""
        return self.row_height * len(self.rows(width))

    def paint(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw the strip with its top left corner at ``x, y``."""
        rows, high, scale = self.rows(width), self.row_height, self.theme.scale
        sheet.rect(
            x, y, width, high * len(rows), fill="panel", stroke="line",
            line=1.2 * min(scale, 1.35), radius=6 * scale,
        )  # fmt: skip
        for number, row in enumerate(rows):
            top = y + number * high
            if number:
                sheet.line(x + 12 * scale, top, x + width - 12 * scale, top, "line", 0.9)
            self._draw_row(sheet, row, x, top, width, aligned=len(rows) > 1)

    def _draw_row(
        self,
        sheet: Sheet,
        row: tuple[_SetCell, ...],
        x: float,
        y: float,
        width: float,
        *,
        aligned: bool,
    ) -> None:
        spare = (width - sum(cell.width for cell in row)) / (2 * len(row))
        aligned = aligned and max(cell.width for cell in row) < width / len(row) - 4
        left = x
        for index, cell in enumerate(row):
            wide = width / len(row) if aligned else cell.width + 2 * spare
            pad = max(0.0, (wide - cell.width) / 2) if aligned else spare
            if index:
                sheet.line(left, y + 7, left, y + self.row_height - 7, "line", 0.9)
            self._draw_cell(sheet, cell, left + pad, y)
            left += wide

    def _draw_cell(self, sheet: Sheet, cell: _SetCell, x: float, y: float) -> None:
        middle = y + self.row_height / 2
        size = cell.numeral.style.size
        sheet.on_baseline(x, middle + size * 0.345, cell.numeral, "heading")
        words = x + cell.numeral.width + self.gap
        if cell.qualifier is None:
            sheet.on_baseline(words, middle + cell.unit.style.size * 0.345, cell.unit)
            return
        sheet.on_baseline(words, middle - 2.2 * self.theme.scale, cell.unit)
        sheet.on_baseline(words, middle + cell.qualifier.style.size * 1.02, cell.qualifier)


def card_indent(theme: Theme) -> float:
    """From the left edge of a card to its words, beside its number (points)."""
    return 37 * theme.scale


class CardHeader:
    """Number, name, bracketed name, equipment, purpose and side: the top of a card."""

    def __init__(self, theme: Theme, card: ExerciseCard) -> None:
        self.theme, self.card = theme, card
        self.indent = card_indent(theme)

    def _name(self, width: float) -> tuple[SetText, bool]:
        """The name, and whether the equipment needs a line of its own."""
        theme, card = self.theme, self.card
        room = width - self.indent
        beside = room - (chip_width(theme, card.equipment) + 10 if card.equipment else 0)
        style, least = theme.type.exercise, theme.type.exercise.size * 15 / 19
        name = theme.setter.fitted(card.name, style, beside, least)
        if len(name.lines) == 1 or card.equipment is None:
            return name, False
        return theme.setter.fitted(card.name, style, room, least), True

    def _low(self, width: float) -> tuple[SetText, bool] | None:
        """The equipment on a line of its own, and whether the side still stands beside it."""
        if self.card.equipment is None or not self._name(width)[1]:
            return None
        label = chip_label(self.theme, self.card.equipment, width - self.indent)
        side = self._second(width)[1]
        taken = self.indent + label.width + 16 * self.theme.scale
        return label, side is None or taken + 14 + side.width <= width

    def _low_rows(self, width: float) -> float:
        """Height of what the name pushed below the purpose."""
        low = self._low(width)
        if low is None:
            return 0.0
        label, beside = low
        return chip_height(self.theme, label) + (5 if beside else 20) * self.theme.scale

    def _second(self, width: float) -> tuple[SetText | None, SetText | None]:
        """Purpose and side label, on the line below the name."""
        theme, card = self.theme, self.card
        side = theme.setter.line(card.side, bold(theme.type.detail)) if card.side else None
        lowered = self._name(width)[1]
        room = width - self.indent - (side.width + 14 if side and not lowered else 0)
        purpose = (
            theme.setter.set(card.purpose, plain(theme.type.steps), room) if card.purpose else None
        )
        return purpose, side

    def _aka(self, width: float) -> SetText | None:
        """The bracketed name, where it fits beside the name: it is the first thing to go."""
        theme, card = self.theme, self.card
        if card.also_known_as is None:
            return None
        name, lowered = self._name(width)
        aka = theme.setter.line(card.also_known_as, plain(theme.type.qualifier))
        taken = self.indent + name.width + 9
        if card.equipment and not lowered:
            taken += chip_width(theme, card.equipment) + 8
        return aka if len(name.lines) == 1 and taken + aka.width <= width else None

    def height_at(self, width: float) -> float:
        """Height down to the dose strip."""
        scale = self.theme.scale
        name, _ = self._name(width)
        more_name = (len(name.lines) - 1) * name.style.leading
        purpose, side = self._second(width)
        more_purpose = (len(purpose.lines) - 1) * purpose.style.leading if purpose else 0.0
        second = 17 * scale if purpose or side else 6 * scale
        return 23 * scale + more_name + second + more_purpose + self._low_rows(width)

    def paint(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        theme, card, scale = self.theme, self.card, self.theme.scale
        tile(theme, sheet, x, y, card.number, 27 * scale)
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
            label = chip_label(theme, card.equipment, width)
            chip(theme, sheet, x + width - chip_width(theme, card.equipment), y - 1, label)
        purpose, side = self._second(width)
        if purpose:
            sheet.text(left, below, purpose)
        line = below + plain(theme.type.steps).leading * 0.8
        low = self._low(width)
        if low:
            label, beside = low
            top = below + (purpose.height if purpose else 0) + 3 * scale
            chip(theme, sheet, left, top, label)
            line = top + (13 * scale if beside else chip_height(theme, label) + 13 * scale)
        if side:
            sheet.on_baseline(x + width, line, side, align="right")
