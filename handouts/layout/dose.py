"""Dose cells → the dose strip: numerals with the words that make them unmistakable."""

from __future__ import annotations

from msgspec import Struct

from handouts.compose.cards import DoseCell
from handouts.layout.look import Look, bold
from handouts.layout.sheet import Sheet
from handouts.layout.text import SetText

_WORD_SIZE = 0.74
"""A word in the numeral's place ("Every") against the numeral's size."""


class _SetCell(Struct, frozen=True):
    numeral: SetText
    unit: SetText
    qualifier: SetText | None
    width: float


class DoseStrip:
    """One cell a fact. All cells in one row if they fit, else in two rows."""

    def __init__(self, look: Look, cells: tuple[DoseCell, ...], *, shrink: float = 1.0) -> None:
        self.look = look
        self.gap = 6 * look.scale * shrink
        self.pad = (8 if shrink >= 0.9 else 2.5) * look.scale
        self.shrink = shrink
        self.cells = tuple(self._set(cell) for cell in cells)

    def _set(self, cell: DoseCell) -> _SetCell:
        style, setter = self.look.type, self.look.setter
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
        return 44 * self.look.scale * (0.5 + 0.5 * self.shrink)

    def height(self, width: float) -> float:
        """Height of the strip in points."""
        return self.row_height * len(self.rows(width))

    def draw(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw the strip with its top left corner at ``x, y``."""
        rows, high, scale = self.rows(width), self.row_height, self.look.scale
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
        sheet.on_baseline(words, middle - 2.2 * self.look.scale, cell.unit)
        sheet.on_baseline(words, middle + cell.qualifier.style.size * 1.02, cell.qualifier)
