"""Draw the foot of a page, the stop strip above it, and what is round cards to cut out."""

from __future__ import annotations

from handouts.compose.document import Document
from handouts.compose.runs import Text, text
from handouts.layout import marks
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, clinic_name, plain
from handouts.text.setting import SetText, type_style

QR_SIDE = 29.0
_STRIP_GAP, _ABOVE = 4.0, 6.0
"""Space between the strip and the line below it, and above both, in points."""

_STRIP_PAD, _STRIP_LEADING = 5.0, 1.14
"""Space in a strip of several lines, at the standard size (points), and its leading."""

_WIDEST = 88
"""The number of a page that takes the most room."""

_WIDE_CODE = 1 / 3
"""A code in letters that takes more of the width is set on two lines."""

_LEAST = 0.9
"""The line is set in no smaller type than this part of its size; then it takes two lines."""


def _joined(one: Text, other: Text) -> Text:
    """Two texts of the footer on one line."""
    return Text((*one.runs, *text(". " if not one.plain.endswith(".") else " ").runs, *other.runs))


class Foot:
    """The disclaimer and the date at the left, the page's number at the right.

    ``strip``: the stop strip stands above. ``filed``: with the code for the clinic's files, in
    letters and for cameras. ``halved`` keeps text clear of a cut down the middle.
    ``discreet``: anybody may read it, so that it does not say for whom it is made.
    """

    def __init__(
        self,
        theme: Theme,
        document: Document,
        *,
        strip: bool,
        filed: bool,
        halved: bool = False,
        discreet: bool = False,
    ) -> None:
        self.theme, self.document, self.strip = theme, document, strip
        self.filed, self.halved, self.discreet = filed, halved, discreet

    def height_at(self, width: float) -> float:
        """From the bottom margin up to where content must end, in points."""
        strip = _Strip(self.theme, self.document, width).height + _STRIP_GAP if self.strip else 0.0
        return self._line_height(width) + strip + _ABOVE

    def _line_height(self, width: float) -> float:
        code = self._code(width) if self.filed else None
        return max(self._words(width, code).height, self._right_height(code))

    def _right_height(self, code: SetText | None) -> float:
        """Height of the page's number, with the codes."""
        folio = self.theme.type.folio.leading
        return folio if code is None else max(QR_SIDE, folio + code.height)

    def _code(self, width: float) -> SetText:
        """The code in letters: on two lines where one would leave little for the words beside it.

        The words themselves do not decide: they hold the patient's name, and stamps keep the form.
        """
        leaf, style = self.document.furniture.code, plain(self.theme.type.foot)
        setter = self.theme.setter
        line = setter.line(leaf, style)
        if line.width <= width * _WIDE_CODE:
            return line
        longest = max(word.width for word in setter.words(leaf, style))
        return setter.set(leaf, style, max(longest, self._folio(_WIDEST, _WIDEST).width))

    def _right(self, code: SetText | None) -> float:
        """Room for the page's number, and for the codes."""
        folio = self._folio(_WIDEST, _WIDEST).width
        return folio if code is None else max(folio, code.width) + QR_SIDE + 8

    def _words(self, width: float, code: SetText | None) -> SetText:
        """What stands at the left: on one line, or on more of much the same length."""
        furniture, style = self.document.furniture, plain(self.theme.type.foot)
        room = width / 2 - 20 if self.halved else width - self._right(code) - 14
        if code is not None and not self.halved and not self.discreet:
            # Beside the codes there is room for all of it; it is read in full once. It has the
            # patient's name, and is never shrunk: others' names find the same room.
            words = _joined(furniture.disclaimer, furniture.made)
            return self.theme.setter.set(words, style, room, balance=False)
        words = _joined(furniture.disclaimer_short, furniture.made)
        return self.theme.setter.fitted(words, style, room, style.size * _LEAST)

    def paint(
        self, sheet: Sheet, x: float, bottom: float, width: float, page: int, pages: int
    ) -> None:
        """Draw with its last line ending at ``bottom``, on a page of so many."""
        with sheet.furniture():
            code = self._code(width) if self.filed else None
            words, right = self._words(width, code), x + width
            top = bottom - max(words.height, self._right_height(code))
            sheet.text(x, bottom - words.height, words, "label")
            base = bottom - self.theme.type.folio.leading * 0.28
            if code is not None:
                document, token = self.document, self.document.token or ""
                said = f"{document.code} {token}".rstrip()
                right -= QR_SIDE + 8
                sheet.code(right + 8, bottom - QR_SIDE, QR_SIDE, said, token)
                base -= code.height - code.style.leading
                sheet.on_baseline(right, base, code, "label", align="right")
                base -= code.style.leading
            sheet.on_baseline(right, base, self._folio(page, pages), align="right")
            if self.strip:
                strip = _Strip(self.theme, self.document, width)
                strip.paint(sheet, x, top - _STRIP_GAP - strip.height)

    def _folio(self, page: int, pages: int) -> SetText:
        number = self.document.number
        words = self.document.furniture.page.format(page=number(page), pages=number(pages))
        return self.theme.setter.line(text(words), self.theme.type.folio)


class _Strip:
    """The stop rule and whom to call in one box; on several lines where they are long."""

    def __init__(self, theme: Theme, document: Document, width: float) -> None:
        self.theme, self.width = theme, width
        setter, scale = theme.setter, theme.scale
        style = bold(theme.type.unit, theme.type.unit.size * 12 / 13)
        rule, call = document.furniture.stop_rule, document.furniture.call
        for size in (style.size, style.size * 0.96, style.size * 0.92):
            line = bold(style, size)
            self.rule, self.call = setter.line(rule, line), setter.line(call, line)
            self.single = self.rule.width + self.call.width <= width - 50 * scale
            if self.single:
                break
        self.sign = 9 * scale if self.single else 14.0
        self.indent = 2 * self.sign + 15 * min(scale, 1.2)
        both = Text((*rule.runs, *text(" ").runs, *call.runs))
        style = type_style(style.size, style.size * _STRIP_LEADING * theme.air, bold=True)
        self.block = setter.set(both, style, width - self.indent - 16)
        lines = max(2, len(self.block.lines))
        self.height = 22 * scale if self.single else lines * style.leading + _STRIP_PAD * scale

    def paint(self, sheet: Sheet, x: float, y: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        scale, high, width = self.theme.scale, self.height, self.width
        sheet.rect(
            x, y, width, high, fill="safety-panel", stroke="safety", line=1.4 * min(scale, 1.5),
            radius=5 * scale,
        )  # fmt: skip
        marks.stop(sheet, x + self.sign + 8, y + high / 2, self.sign)
        left = x + self.indent
        if self.single:
            base = y + high / 2 + self.rule.style.size * 0.35
            sheet.on_baseline(left, base, self.rule)
            sheet.on_baseline(x + width - 10, base, self.call, align="right")
            return
        sheet.text(left, y + (high - self.block.height) / 2, self.block)


# -- cards to cut out

_SLOT_FOOT, _SLOT_LINE, _SLOT_LOGO = 17.0, 12.2, (30.0, 12.0)
"""Height of the clinic's line at the foot of a quarter page, of one more, and the logo's box."""


class SlotFoot:
    """The clinic under a rule at the foot of a quarter page: a card stands on its own.

    The code follows on exercise cards, which have the telephone in their stop line. All quarters
    of a handout are alike: on two lines or more where one of them has no room on one.
    """

    def __init__(self, theme: Theme, document: Document, width: float) -> None:
        self.theme, self.document, self.width = theme, document, width
        setter, style, furniture = theme.setter, theme.type, document.furniture
        self.phone = setter.fitted(furniture.phone, bold(style.foot, 10), width, 8.5)
        logo = marks.logo_size(theme, _SLOT_LOGO)[0]
        self.indent = logo + 5 if logo else 0.0
        end = self.phone.width
        name = bold(style.foot, 10)
        self.clinic = clinic_name(theme, document, name, max(60, width - self.indent - end - 8))
        self.single = len(self.clinic.lines) == len(self.phone.lines) == 1
        self.single = self.single and self.indent + self.clinic.width + 8 + end <= width
        if not self.single:
            self.clinic = clinic_name(theme, document, name, width - self.indent)

    @property
    def height(self) -> float:
        """From the bottom up to where content, or the strip, must end, in points."""
        return _SLOT_FOOT + (self._lines - 1) * _SLOT_LINE

    @property
    def strip_height(self) -> float:
        """What the stop strip takes above it, in points."""
        return _Strip(self.theme, self.document, self.width).height + _STRIP_GAP

    @property
    def _lines(self) -> int:
        """Lines of text: where not on one, the telephone stands below the clinic."""
        return 1 if self.single else len(self.clinic.lines) + len(self.phone.lines)

    def paint(self, sheet: Sheet, x: float, bottom: float, *, stop: bool) -> None:
        """Draw with its last line ending at ``bottom``; ``stop``: with the strip."""
        right = x + self.width
        first = bottom - 1 - (self._lines - 1) * _SLOT_LINE
        with sheet.furniture():
            if stop:
                strip = _Strip(self.theme, self.document, self.width)
                strip.paint(sheet, x, bottom - self.height - strip.height)
            sheet.line(x, first - 13, right, first - 13, "rule")
            marks.draw_logo(self.theme, sheet, x, first - 9.5, _SLOT_LOGO)
            sheet.on_baseline(x + self.indent, first, self.clinic, "heading")
            last = bottom - 1 - (len(self.phone.lines) - 1) * _SLOT_LINE
            sheet.on_baseline(right, last, self.phone, "label", align="right")


def draw_cut_marks(sheet: Sheet, width: float, height: float) -> None:
    """Dashed lines through the middle of the page, ticks at its edges, scissors on both."""
    across, down = width / 2, height / 2
    with sheet.furniture():
        sheet.line(across, 24, across, height - 24, "label", 0.6, (3, 4))
        sheet.line(24, down, width - 24, down, "label", 0.6, (3, 4))
        for left in (0.0, width - 20):
            sheet.line(left, down, left + 20, down, "text")
        for top in (0.0, height - 20):
            sheet.line(across, top, across, top + 20, "text")
        sheet.rect(40, down - 6, 18, 12, fill="white")
        marks.scissors(sheet, 49, down, 7)
        sheet.rect(across - 6, 40, 12, 18, fill="white")
        marks.scissors(sheet, across, 49, 7, down=True)
