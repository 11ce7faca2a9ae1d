"""Draw what is round cards to cut out: the clinic at the foot of each quarter, and cut marks."""

from __future__ import annotations

from handouts.compose.document import Document
from handouts.layout import icons
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, clinic_name, draw_logo, logo_size

_SLOT_FOOT, _SLOT_LINE, _SLOT_LOGO = 17.0, 12.2, (30.0, 12.0)
"""Height of the clinic's line at the foot of a quarter page, of one more, and the logo's box."""


class SlotFoot:
    """The clinic under a rule at the foot of a quarter page: a card stands on its own.

    The code follows on exercise cards, which have the telephone in their stop line. All quarters
    of a handout are alike: on two lines or more where one of them has no room on one.
    """

    def __init__(self, theme: Theme, document: Document, width: float) -> None:
        self.theme, self.width = theme, width
        setter, style, furniture = theme.setter, theme.type, document.furniture
        self.phone = setter.fitted(furniture.phone, bold(style.foot, 10), width, 8.5)
        logo = logo_size(theme, _SLOT_LOGO)[0]
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
        """From the bottom up to where content must end, in points."""
        return _SLOT_FOOT + (self._lines - 1) * _SLOT_LINE

    @property
    def _lines(self) -> int:
        """Lines of text: where not on one, the telephone stands below the clinic."""
        return 1 if self.single else len(self.clinic.lines) + len(self.phone.lines)

    def paint(self, sheet: Sheet, x: float, bottom: float) -> None:
        """Draw with its last line ending at ``bottom``."""
        right = x + self.width
        first = bottom - 1 - (self._lines - 1) * _SLOT_LINE
        with sheet.furniture():
            sheet.line(x, first - 13, right, first - 13, "rule")
            draw_logo(self.theme, sheet, x, first - 9.5, _SLOT_LOGO)
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
        icons.scissors(sheet, 49, down, 7)
        sheet.rect(across - 6, 40, 12, 18, fill="white")
        icons.scissors(sheet, across, 49, 7, down=True)
