"""Draw the foot of a page: running footer and stop strip."""

from __future__ import annotations

from msgspec import Struct

from handouts.compose.document import Document
from handouts.compose.text import Text, text
from handouts.layout import icons
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, plain
from handouts.text.setting import SetText, baseline

QR_SIDE = 36.0
_STRIP_GAP = 7.0


class Folio(Struct, frozen=True):
    """Which page of how many, and whether another side follows."""

    page: int
    pages: int


_LARGE = 1.2
"""A scale of type from which on a layout counts as large print."""


def _joined(one: Text, other: Text) -> Text:
    """Two texts of the footer on one line."""
    return Text((*one.runs, *text(". " if not one.plain.endswith(".") else " ").runs, *other.runs))


class Foot:
    """The footer of a page: full (disclaimer, folio) or one line, with the stop strip.

    ``filed``: it has the code for the clinic's files, and, if it is full, the same for cameras.
    ``halved`` keeps the line of text clear of a cut down the middle of the page.
    """

    def __init__(
        self,
        theme: Theme,
        document: Document,
        *,
        full: bool,
        strip: bool,
        halved: bool = False,
        filed: bool = False,
    ) -> None:
        self.theme, self.document, self.full, self.strip = theme, document, full, strip
        self.halved, self.filed = halved, filed

    @property
    def kind(self) -> tuple[bool, bool, bool, bool]:
        """What its height depends on beside the document."""
        return self.full, self.strip, self.halved, self.filed

    def height_at(self, width: float) -> float:
        """From the bottom margin up to where content must end, in points."""
        strip = _Strip(self.theme, self.document, width).height + _STRIP_GAP if self.strip else 0.0
        return self._footer_height(width) + strip + 7

    @property
    def _parts(self) -> list[Text]:
        furniture = self.document.furniture
        filed = [furniture.code] if self.filed else []
        return [furniture.disclaimer, furniture.made, *filed]

    @property
    def _folio_width(self) -> float:
        return self.theme.setter.measure("Page 88 of 88", self.theme.type.folio)

    @property
    def _indent(self) -> float:
        return QR_SIDE + 10 if self.filed else 0.0

    def _set_parts(self, width: float) -> list[SetText]:
        style, room = plain(self.theme.type.foot), width - self._indent - self._folio_width - 16
        return [self.theme.setter.set(part, style, room, balance=False) for part in self._parts]

    def _footer_height(self, width: float) -> float:
        if self.full:
            lines = sum(block.height for block in self._set_parts(width))
            return max(QR_SIDE if self.filed else 0.0, lines) + 7
        block = self._short(width)
        if self.halved:
            return max(block.height, self._made(width).height, 2 * block.style.leading)
        return max(block.height, self.theme.type.folio.leading)

    def _line_room(self, width: float) -> float:
        return width / 2 - 20 if self.halved else width - self._folio_width - 12

    def _short(self, width: float) -> SetText:
        """The line of text; large print says on its first page when it was made."""
        furniture = self.document.furniture
        last = furniture.checked if self.theme.scale > _LARGE else furniture.made
        short = furniture.disclaimer_short
        if last is not None and not self.halved:
            short = _joined(short, last)
        if self.filed:
            short = _joined(furniture.code, short)
        style = plain(self.theme.type.foot)
        return self.theme.setter.set(short, style, self._line_room(width), balance=False)

    def _made(self, width: float) -> SetText:
        """When it was made, in the right half, beside the folio."""
        room = width / 2 - 20 - self._folio_width - 8
        style, made = plain(self.theme.type.foot), self.document.furniture.made
        return self.theme.setter.set(made, style, room, balance=False)

    def paint(self, sheet: Sheet, x: float, bottom: float, width: float, folio: Folio) -> None:
        """Draw with its last line ending at ``bottom``."""
        with sheet.furniture():
            top = bottom - self._footer_height(width)
            if self.full:
                self._draw_full(sheet, x, top, width, folio)
            else:
                self._draw_line(sheet, x, top, width, folio)
            if self.strip:
                strip = _Strip(self.theme, self.document, width)
                strip.paint(sheet, x, top - _STRIP_GAP - strip.height)

    def _draw_full(self, sheet: Sheet, x: float, y: float, width: float, folio: Folio) -> None:
        document = self.document
        sheet.line(x, y, x + width, y, "rule", 0.7)
        y += 7
        if self.filed:
            said = f"{document.code} {document.token}" if document.token else document.code
            sheet.code(x, y, QR_SIDE, said, document.token or "")
        top = y - 1
        for block in self._set_parts(width):
            top += sheet.text(x + self._indent, top, block, "label")
        self._folio(sheet, x + width, y + 10, folio)

    def _draw_line(self, sheet: Sheet, x: float, y: float, width: float, folio: Folio) -> None:
        sheet.text(x, y, self._short(width), "label")
        self._folio(sheet, x + width, y + baseline(self.theme.type.folio), folio)
        if self.halved:
            sheet.text(x + width / 2 + 20, y, self._made(width), "label")

    def _folio(self, sheet: Sheet, x: float, base: float, folio: Folio) -> None:
        furniture = self.document.furniture
        words = furniture.page.format(page=folio.page, pages=folio.pages)
        line = self.theme.setter.line(text(words), self.theme.type.folio)
        sheet.on_baseline(x, base, line, align="right")


class _Strip:
    """The stop rule and whom to call in one box; on several lines where they are long."""

    def __init__(self, theme: Theme, document: Document, width: float) -> None:
        self.theme, self.width = theme, width
        setter, scale = theme.setter, theme.scale
        style = bold(theme.type.unit, theme.type.unit.size * 12 / 13)
        rule, call = document.furniture.stop_rule, document.furniture.call
        self.rule, self.call = setter.line(rule, style), setter.line(call, style)
        self.single = self.rule.width + self.call.width <= width - 57 * scale
        self.sign = 9 * scale if self.single else 18.0
        self.indent = 2 * self.sign + 15 * min(scale, 1.2)
        both = Text((*rule.runs, *text(" ").runs, *call.runs))
        self.block = setter.set(both, style, width - self.indent - 16)
        lines = max(2, len(self.block.lines))
        self.height = 25 * scale if self.single else lines * style.leading + 16 * scale

    def paint(self, sheet: Sheet, x: float, y: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        scale, high, width = self.theme.scale, self.height, self.width
        sheet.rect(
            x, y, width, high, fill="safety-panel", stroke="safety", line=1.4 * min(scale, 1.5),
            radius=5 * scale,
        )  # fmt: skip
        icons.stop(sheet, x + self.sign + 8, y + high / 2, self.sign)
        left = x + self.indent
        if self.single:
            base = y + high / 2 + self.rule.style.size * 0.35
            sheet.on_baseline(left, base, self.rule)
            sheet.on_baseline(x + width - 10, base, self.call, align="right")
            return
        sheet.text(left, y + (high - self.block.height) / 2, self.block)
