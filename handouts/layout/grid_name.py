"""An exercise of the tracking grid → the head of its row: number, picture, name and dose."""

from __future__ import annotations

from typing_extensions import override

from handouts.compose.tracking import GridRow
from handouts.layout.flowable import Flowable
from handouts.layout.look import Look, bold, draw_frame, plain, tile
from handouts.layout.sheet import Sheet
from handouts.layout.text import SetText, replace_size
from handouts.model.layout import TypeStyle

_PICTURE_WIDTH, _PICTURE_ROW = 72.0, 35.0
"""Width of a row's picture, and the least height of a row that has one, in points."""

_LOW_LEADING = 1.09


_NAME_LEAST, _DOSE_LEAST = 11 / 12.5, 10.5 / 11
"""Name and dose become no smaller than this part of their size."""


def least_names(look: Look, row: GridRow) -> float:
    """The least width of the name column in which no word of a row is parted, in points."""
    labels = tuple(line.label.plain for line in row.lines if line.label)
    block = NameBlock(look, row, labels, 0.0, low=False)
    grid, detail = look.type.grid, plain(look.type.grid_detail)
    words = [
        *look.setter.words(row.name, replace_size(grid, grid.size * _NAME_LEAST)),
        *look.setter.words(row.dose, replace_size(detail, detail.size * _DOSE_LEAST)),
    ]
    return block.beside + max(word.width for word in words) + 0.1


class NameBlock(Flowable):
    """The head of one row, in a name column of ``names`` points, and the rule above the row.

    ``labels`` are the words of those of the row's lines, which need room beside it. ``low``: rows
    are low, so that lines of text stand closer.
    """

    def __init__(
        self,
        look: Look,
        row: GridRow,
        labels: tuple[str, ...],
        names: float,
        *,
        low: bool,
    ) -> None:
        self.look, self.row, self.labels, self.names = look, row, labels, names
        self.pictures, self.low = look.layout.grid.pictures, low

    @override
    def _height(self, width: float) -> float:
        name, dose = self._words()
        picture = _PICTURE_ROW if self._pictured else 0.0
        return max(name.height + dose.height + 3, picture)

    @property
    def _pictured(self) -> bool:
        return self.pictures and bool(self.look.frames(self.row.figure))

    @property
    def _tile(self) -> float:
        return 20.0 if self.pictures else 17.5 * max(1.0, self.look.scale * 0.95)

    @property
    def _indent(self) -> float:
        return self._tile + 7 + (_PICTURE_WIDTH + 5 if self._pictured else 0.0)

    @property
    def beside(self) -> float:
        """What number, picture and side letter take of the column."""
        return self._indent + self._letter_width()

    def _words(self) -> tuple[SetText, SetText]:
        """Name and dose in what is left beside number, picture and side letter."""
        setter, style, detail = self.look.setter, self.look.type.grid, self._detail
        room = self.names - self.beside
        name = setter.fitted(self.row.name, style, room, style.size * _NAME_LEAST)
        return name, setter.fitted(self.row.dose, detail, room, detail.size * _DOSE_LEAST)

    @property
    def _detail(self) -> TypeStyle:
        style = plain(self.look.type.grid_detail)
        if not self.low:
            return style
        return TypeStyle(size=style.size, leading=style.size * _LOW_LEADING)

    def _letter_width(self) -> float:
        style, setter = bold(self.look.type.grid), self.look.setter
        widths = [setter.measure(label, style) for label in self.labels]
        return max(widths, default=0.0) + 13 if widths else 6.0

    @override
    def draw(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        side = self._tile
        sheet.line(x, y, x + width, y, "rule")
        tile(self.look, sheet, x, y + (height - side) / 2, self.row.number, side)
        if self._pictured:
            box = (x + side + 5, y + 2, _PICTURE_WIDTH, height - 4)
            draw_frame(self.look, sheet, box, self.look.frames(self.row.figure)[-1], self.row)
        name, dose = self._words()
        top = y + (height - name.height - dose.height) / 2 - 0.5
        sheet.text(x + self._indent, top, name)
        sheet.text(x + self._indent, top + name.height, dose, "text")
