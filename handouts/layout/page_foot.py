"""Draw the foot of a page, the stop strip above it, and the marks around cards to cut out."""

from __future__ import annotations

from handouts.compose.document import Document
from handouts.compose.runs import text
from handouts.layout import signs
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, clinic_name, plain
from handouts.text.setting import SetText, type_style

QR_SIDE, _BESIDE_CODE = 29.0, 8.0
_STRIP_GAP, _ABOVE = 4.0, 6.0
"""Space between the strip and the line below it, and above both, in points."""

_STRIP_PAD, _STRIP_LEADING = 5.0, 1.14
"""Space in a strip of several lines, at the standard size (points), and its leading."""

WIDEST = 88, 88
"""The page number and the total that need the most room."""

_WIDE_CODE = 1 / 3
"""A code in letters that needs more than this share of the width is set on two lines."""

_LEAST = 0.9
"""The least type size of the line, as a share of its usual one; then it takes two lines."""

_QUARTER_FOOT, _QUARTER_LINE, _QUARTER_LOGO = 17.0, 12.2, (30.0, 12.0)
"""Height of the clinic's line at the foot of a quarter page, height of each further line, and the
logo's box (points)."""


class Feet:
    """The feet of a document's pages, drawn from the bottom up; drawing one returns its top."""

    def __init__(self, theme: Theme, document: Document) -> None:
        self.theme, self.document = theme, document
        self.foot, self.folio = plain(theme.type.foot), theme.type.folio

    def draw_page(
        self,
        sheet: Sheet,
        place: tuple[float, float, float],
        numbers: tuple[int, int],
        *,
        strip: bool,
        filed: bool,
        halved: bool,
        discreet: bool,
    ) -> float:
        """Draw the disclaimer and the date at the left, and the page's number at the right.

        ``place`` is left edge, end of the last line and width; ``numbers`` are those of this page
        and of all pages. ``strip`` adds the stop strip above. ``filed`` adds the code for the
        clinic's files, in letters and as a QR code. ``halved`` keeps text away from a cut down the
        middle. ``discreet`` leaves out whom the handout is for, because anybody may read it.
        """
        x, bottom, width = place
        code = self._code(width) if filed else None
        widest = self._number(*WIDEST).width
        taken = widest if code is None else max(widest, code.width) + QR_SIDE + _BESIDE_CODE
        room = width / 2 - 20 if halved else width - taken - 14
        words = self._words(room, full=code is not None and not halved and not discreet)
        leading = self.folio.leading
        high = leading if code is None else max(QR_SIDE, leading + code.height)
        top, right = bottom - max(words.height, high), x + width
        with sheet.furniture():
            sheet.text(x, bottom - words.height, words, "label")
            base = bottom - leading * 0.28
            if code is not None:
                token = self.document.token or ""
                said = f"{self.document.code} {token}".rstrip()
                sheet.qr_code(right - QR_SIDE, bottom - QR_SIDE, QR_SIDE, said, token)
                right -= QR_SIDE + _BESIDE_CODE
                base -= code.height - code.style.leading
                sheet.on_baseline(right, base, code, "label", align="right")
                base -= code.style.leading
            sheet.on_baseline(right, base, self._number(*numbers), align="right")
            top = self._strip(sheet, x, top - _STRIP_GAP, width) if strip else top
        return top - _ABOVE

    def _number(self, page: int, pages: int) -> SetText:
        number, words = self.document.number, self.document.furniture.page
        said = words.format(page=number(page), pages=number(pages))
        return self.theme.setter.line(text(said), self.folio)

    def _code(self, width: float) -> SetText:
        """Return the code in letters, on two lines if one leaves little room for the words beside.

        The words themselves do not decide, because they have the patient's name and a stamp must
        not change the layout.
        """
        leaf, setter = self.document.furniture.code, self.theme.setter
        line = setter.line(leaf, self.foot)
        if line.width <= width * _WIDE_CODE:
            return line
        longest = max(word.width for word in setter.words(leaf, self.foot))
        return setter.set(leaf, self.foot, max(longest, self._number(*WIDEST).width))

    def _words(self, room: float, *, full: bool) -> SetText:
        """Return the text at the left, on one line or on several."""
        furniture, setter = self.document.furniture, self.theme.setter
        if full:
            # Beside the codes there is room for the full disclaimer, which is read once. It has the
            # patient's name and is never shrunk, so that other names have the same room.
            return setter.set(furniture.disclaimed(full=True), self.foot, room, balance=False)
        words = furniture.disclaimed(full=False)
        return setter.fitted(words, self.foot, room, self.foot.size * _LEAST)

    def _strip(self, sheet: Sheet, x: float, bottom: float, width: float) -> float:
        """Draw the stop rule and whom to call in one box, on several lines if they are long."""
        setter, scale, style = self.theme.setter, self.theme.scale, self.theme.type.unit
        rule, call = self.document.furniture.stop_rule, self.document.furniture.call
        size, single = style.size * 12 / 13, False
        for share in (1, 0.96, 0.92):
            line = bold(style, size * share)
            left, right = setter.line(rule, line), setter.line(call, line)
            single = left.width + right.width <= width - 50 * scale
            if single:
                break
        sign = 9 * scale if single else 14.0
        indent = 2 * sign + 15 * min(scale, 1.2)
        style = type_style(size, size * _STRIP_LEADING * self.theme.leading_factor, bold=True)
        both = self.document.furniture.stop_and_call
        block = setter.set(both, style, width - indent - 16)
        lines = max(2, len(block.lines))
        high = 22 * scale if single else lines * style.leading + _STRIP_PAD * scale
        y = bottom - high
        sheet.rect(
            x, y, width, high, fill="safety-panel", stroke="safety", line=1.4 * min(scale, 1.5),
            radius=5 * scale,
        )  # fmt: skip
        signs.stop(sheet, x + sign + 8, y + high / 2, sign)
        if single:
            base = y + high / 2 + left.style.size * 0.35
            sheet.on_baseline(x + indent, base, left)
            sheet.on_baseline(x + width - 10, base, right, align="right")
        else:
            sheet.text(x + indent, y + (high - block.height) / 2, block)
        return y

    def draw_quarter(
        self, sheet: Sheet, x: float, bottom: float, width: float, *, stop: bool
    ) -> float:
        """Draw the clinic below a rule at the foot of a quarter page, since a card is on its own.

        All quarters of a handout are alike: the clinic and its telephone are on one line if both
        fit, otherwise on two lines or more. ``stop`` adds the stop strip above.
        """
        setter, name, furniture = self.theme.setter, bold(self.foot, 10), self.document.furniture
        phone = setter.fitted(furniture.phone, name, width, 8.5)
        logo = signs.logo_size(self.theme, _QUARTER_LOGO)[0]
        indent = logo + 5 if logo else 0.0
        room = max(60, width - indent - phone.width - 8)
        clinic = clinic_name(self.theme, self.document, name, room)
        lines = len(clinic.lines) + len(phone.lines)
        if lines == 2 and indent + clinic.width + 8 + phone.width <= width:
            lines = 1
        else:
            clinic = clinic_name(self.theme, self.document, name, width - indent)
            lines = len(clinic.lines) + len(phone.lines)
        right, first = x + width, bottom - 1 - (lines - 1) * _QUARTER_LINE
        top = bottom - _QUARTER_FOOT - (lines - 1) * _QUARTER_LINE
        with sheet.furniture():
            top = self._strip(sheet, x, top, width) - _STRIP_GAP if stop else top
            sheet.line(x, first - 13, right, first - 13, "rule")
            signs.draw_logo(self.theme, sheet, x, first - 9.5, _QUARTER_LOGO)
            sheet.on_baseline(x + indent, first, clinic, "heading")
            last = bottom - 1 - (len(phone.lines) - 1) * _QUARTER_LINE
            sheet.on_baseline(right, last, phone, "label", align="right")
        return top


def draw_cut_marks(sheet: Sheet, width: float, height: float) -> None:
    """Draw dashed lines through the middle of the page, ticks at its edges, and scissors."""
    across, down = width / 2, height / 2
    with sheet.furniture():
        sheet.line(across, 24, across, height - 24, "label", 0.6, (3, 4))
        sheet.line(24, down, width - 24, down, "label", 0.6, (3, 4))
        for left in (0.0, width - 20):
            sheet.line(left, down, left + 20, down, "text")
        for top in (0.0, height - 20):
            sheet.line(across, top, across, top + 20, "text")
        sheet.rect(40, down - 6, 18, 12, fill="white")
        signs.scissors(sheet, 49, down, 7)
        sheet.rect(across - 6, 40, 12, 18, fill="white")
        signs.scissors(sheet, across, 49, 7, down=True)
