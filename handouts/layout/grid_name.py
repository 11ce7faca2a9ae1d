"""Draw the heading of the tracking grid, and the names of its rows."""

from __future__ import annotations

from typing_extensions import override

from handouts.compose.tracking import GridRow, LegendSign, TrackingGrid
from handouts.layout import icons
from handouts.layout.block import Block
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, centred, draw_frame, plain, tile
from handouts.model.layout import TypeStyle
from handouts.text.setting import SetText, replace_size

_PICTURE_WIDTH, _PICTURE_ROW = 72.0, 35.0
"""Width of a row's picture, and the least height of a row that has one, in points."""

_LOW_LEADING = 1.09


_NAME_LEAST, _DOSE_LEAST = 11 / 12.5, 10.5 / 11
"""Name and dose become no smaller than this part of their size."""


def least_names(theme: Theme, row: GridRow) -> float:
    """The least width of the name column in which no word of a row is parted, in points."""
    labels = tuple(line.label.plain for line in row.lines if line.label)
    block = NameBlock(theme, row, labels, 0.0, low=False)
    grid, detail = theme.type.grid, plain(theme.type.grid_detail)
    words = [
        *theme.setter.words(row.name, replace_size(grid, grid.size * _NAME_LEAST)),
        *theme.setter.words(row.dose, replace_size(detail, detail.size * _DOSE_LEAST)),
    ]
    return block.beside + max(word.width for word in words) + 0.1


class NameBlock(Block):
    """The head of one row, in a name column of ``names`` points, and the rule above the row.

    ``labels`` are the words of those of the row's lines, which need room beside it. ``low``: rows
    are low, so that lines of text stand closer.
    """

    def __init__(
        self,
        theme: Theme,
        row: GridRow,
        labels: tuple[str, ...],
        names: float,
        *,
        low: bool,
    ) -> None:
        self.theme, self.row, self.labels, self.names = theme, row, labels, names
        self.pictures, self.low = theme.layout.grid.pictures, low

    @override
    def _height_at(self, width: float) -> float:
        name, dose = self._words()
        picture = _PICTURE_ROW if self._pictured else 0.0
        return max(name.height + dose.height + 3, picture)

    @property
    def _pictured(self) -> bool:
        return self.pictures and bool(self.theme.frames(self.row.figure))

    @property
    def _tile(self) -> float:
        return 20.0 if self.pictures else 17.5 * max(1.0, self.theme.scale * 0.95)

    @property
    def _indent(self) -> float:
        return self._tile + 7 + (_PICTURE_WIDTH + 5 if self._pictured else 0.0)

    @property
    def beside(self) -> float:
        """What number, picture and side letter take of the column."""
        return self._indent + self._letter_width()

    def _words(self) -> tuple[SetText, SetText]:
        """Name and dose in what is left beside number, picture and side letter."""
        setter, style, detail = self.theme.setter, self.theme.type.grid, self._detail
        room = self.names - self.beside
        name = setter.fitted(self.row.name, style, room, style.size * _NAME_LEAST)
        return name, setter.fitted(self.row.dose, detail, room, detail.size * _DOSE_LEAST)

    @property
    def _detail(self) -> TypeStyle:
        style = plain(self.theme.type.grid_detail)
        if not self.low:
            return style
        return TypeStyle(size=style.size, leading=style.size * _LOW_LEADING)

    def _letter_width(self) -> float:
        style, setter = bold(self.theme.type.grid), self.theme.setter
        widths = [setter.measure(label, style) for label in self.labels]
        return max(widths, default=0.0) + 13 if widths else 6.0

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        side = self._tile
        sheet.line(x, y, x + width, y, "rule")
        tile(self.theme, sheet, x, y + (height - side) / 2, self.row.number, side)
        if self._pictured:
            box = (x + side + 5, y + 2, _PICTURE_WIDTH, height - 4)
            draw_frame(self.theme, sheet, box, self.theme.frames(self.row.figure)[-1], self.row)
        name, dose = self._words()
        top = y + (height - name.height - dose.height) / 2 - 0.5
        sheet.text(x + self._indent, top, name)
        sheet.text(x + self._indent, top + name.height, dose, "text")


class GridHeading(Block):
    """The heading of the grid, what to do with it, and the signs it uses."""

    name, gap, keep_with_next = "tracking", 0.0, True

    def __init__(self, theme: Theme, block: TrackingGrid) -> None:
        self.theme, self.block = theme, block
        self.bookmark = block.heading.plain

    @property
    def _style(self) -> TypeStyle:
        size = self.theme.type.section.size * (22 / 17 if self.block.legend else 1)
        return bold(self.theme.type.section, size)

    def _set(self, width: float) -> tuple[SetText, SetText, bool]:
        setter, style = self.theme.setter, self.theme.type
        heading = setter.set(self.block.heading, self._style, width)
        lead = setter.line(self.block.lead, bold(style.detail, style.detail.size * 12.5 / 12))
        beside = len(heading.lines) == 1 and heading.width + 20 + lead.width <= width
        if not beside and not self.block.legend:
            small = plain(style.detail)
            room = width - heading.width - 20
            lead = setter.fitted(self.block.lead, small, room, small.size * 11 / 12)
            beside = len(heading.lines) == len(lead.lines) == 1
        if not beside:
            lead = setter.set(self.block.lead, lead.style, width)
        return heading, lead, beside

    def _legend(self, width: float) -> list[list[tuple[float, SetText | None, SetText]]]:
        """Lines of (offset, sign, meaning), wrapped to the width."""
        style, setter = plain(self.theme.type.detail), self.theme.setter
        rows: list[list[tuple[float, SetText | None, SetText]]] = [[]]
        x = 0.0
        for item in self.block.legend:
            sign = setter.line(item.sign, bold(style)) if item.sign else None
            meaning = setter.line(item.meaning, style)
            wide = self._sign_width(item.kind, sign) + meaning.width
            if rows[-1] and x + wide > width:
                rows.append([])
                x = 0.0
            rows[-1].append((x, sign, meaning))
            x += wide + 16 * self.theme.scale
        return [row for row in rows if row]

    def _sign_width(self, kind: LegendSign, sign: SetText | None) -> float:
        if kind is LegendSign.LETTER and sign:
            return sign.width + 5
        return 22 * self.theme.scale

    @override
    def _height_at(self, width: float) -> float:
        heading, lead, beside = self._set(width)
        rows = len(self._legend(width)) if self.block.legend else 0
        return heading.height + (0 if beside else lead.height) + rows * 20 * self.theme.scale + 2

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        heading, lead, beside = self._set(width)
        sheet.text(x, y, heading, "heading")
        if beside:
            sheet.on_baseline(x + width, y + heading.first_baseline, lead, align="right")
            y += heading.height
        else:
            y += heading.height
            y += sheet.text(x, y, lead)
        items = iter(self.block.legend)
        for row in self._legend(width):
            middle = y + 10 * self.theme.scale
            for offset, sign, meaning in row:
                kind = next(items).kind
                self._draw_sign(sheet, kind, sign, x + offset, middle)
                left = x + offset + self._sign_width(kind, sign)
                sheet.on_baseline(left, middle + meaning.style.size * 0.345, meaning)
            y += 20 * self.theme.scale

    def _draw_sign(
        self, sheet: Sheet, kind: LegendSign, sign: SetText | None, x: float, middle: float
    ) -> None:
        side = 15 * self.theme.scale
        if kind is LegendSign.DONE:
            sheet.rect(
                x, middle - side / 2, side, side, fill="white", stroke="box", line=1, radius=2.5
            )
            icons.tick(sheet, x + side / 2, middle, side * 0.45)
        elif kind is LegendSign.REST:
            sheet.rect(x, middle - side / 2, side, side, fill="rest-day")
        elif kind is LegendSign.PAIN and sign:
            sheet.circle(x + side / 2, middle, side * 0.52, stroke="box")
            centred(sheet, x + side / 2, middle, sign, "text")
        elif sign:
            sheet.on_baseline(x, middle + sign.style.size * 0.345, sign)
