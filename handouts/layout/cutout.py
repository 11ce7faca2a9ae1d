"""Draw an exercise card to cut out: a quarter of a page that stands on its own."""

from __future__ import annotations

from contextlib import nullcontext

from typing_extensions import override

from handouts.compose.cards import DoseFact, ExerciseCard
from handouts.compose.document import Document
from handouts.layout import icons
from handouts.layout.block import Block
from handouts.layout.card_header import DoseStrip
from handouts.layout.sheet import Sheet
from handouts.layout.steps import FactList, PicturePair, StepList
from handouts.layout.theme import Theme, bold, clinic_name, draw_logo, logo_size, plain, tile
from handouts.text.setting import SetText, replace_size

_TILE = 28.0
_PICTURES = (55.0, 42.0, 30.0)
"""Least height of the pictures, roomy, tight and tightest, in points."""

_SLOT_FOOT, _SLOT_LINE, _SLOT_LOGO = 17.0, 12.2, (30.0, 12.0)
"""Height of the clinic's line at the foot of a quarter page, of one more, and the logo's box."""

_LINE, _SPACE = 15.0, 4.0
"""Leading and word space of the line that says how often, in points."""

_HOW_OFTEN = {DoseFact.DAYS, DoseFact.TIMES_A_DAY}


_STEP_GAPS = (1.5, 0.6, 0.4)
_TIGHT_STEPS, _TIGHT_STRIP = 11.0, 0.78


class CutOutCard(Block):
    """Name, dose, picture, steps, and on each card the stop rule.

    Too long for its quarter page it gets tighter, then goes on with its last steps on another
    card, with name and stop rule again.
    """

    def __init__(
        self,
        theme: Theme,
        card: ExerciseCard,
        steps: tuple[int, int] | None = None,
        *,
        tight: int = 0,
    ) -> None:
        self.theme, self.card, self.tight = theme, card, tight
        self.range = steps or (0, len(card.steps))
        self.first, self.last = self.range[0] == 0, self.range[1] == len(card.steps)
        self.name = f"exercise {card.number.plain}"
        if self.first:
            self.bookmark = f"{card.number.plain}. {card.name.plain}"
        self.often = tuple(cell for cell in card.dose if cell.kind in _HOW_OFTEN and self.first)
        amounts = tuple(cell for cell in card.dose if cell.kind not in _HOW_OFTEN and self.first)
        shrink = _TIGHT_STRIP if tight else 0.86
        self.strip = DoseStrip(theme, amounts, shrink=shrink) if amounts else None
        style = theme.type.steps
        if tight:
            style = replace_size(style, min(style.size, _TIGHT_STEPS))
        shown = card.steps[slice(*self.range)]
        self.steps = StepList(theme, shown, gap=_STEP_GAPS[tight], radius=7.6, style=style)
        self.facts = FactList(theme, card.facts if self.last else (), gap=2.0, share="no")
        self.pictured = bool(theme.frames(card.figure)) and self.first

    @override
    def _tighter(self) -> Block | None:
        if self.tight == len(_PICTURES) - 1:
            return None
        return CutOutCard(self.theme, self.card, self.range, tight=self.tight + 1)

    @override
    def split(self, width: float, room: float) -> list[Block]:
        first, last = self.range
        for cut in range(last - 1, first, -1):
            head = CutOutCard(self.theme, self.card, (first, cut), tight=self.tight)
            if head.height_at(width) <= room:
                return [head, CutOutCard(self.theme, self.card, (cut, last), tight=self.tight)]
        return []

    @property
    def _continued(self) -> SetText | None:
        if self.first:
            return None
        return self.theme.setter.line(self.theme.continued, plain(self.theme.type.detail))

    def _name(self, width: float) -> SetText:
        style = self.theme.type.exercise
        room = width - _TILE - 9 - (self._continued.width + 6 if self._continued else 0)
        return self.theme.setter.fitted(self.card.name, style, room, style.size * 0.75)

    def _frequency(self, width: float) -> list[list[SetText]]:
        """How often: lines of parts, as few as hold them."""
        setter, style = self.theme.setter, self.theme.type.qualifier
        strong, light = bold(style, 12.5), plain(style, 12.5)
        lines: list[list[SetText]] = []
        for cell in self.often:
            parts = [setter.line(cell.numeral, strong), setter.line(cell.unit, strong)]
            if cell.qualifier:
                parts.append(setter.fitted(cell.qualifier, light, width, 10))
            for group in (parts[:2], parts[2:]):
                if lines and _wide([*lines[-1], *group]) <= width:
                    lines[-1] += group
                elif group:
                    lines.append(group)
        return lines

    def _stop(self, width: float) -> SetText | None:
        if self.card.stop is None:
            return None
        style = bold(self.theme.type.detail, 11.5)
        return self.theme.setter.fitted(self.card.stop, style, width - 20, 10.5)

    def _foot(self, width: float) -> float:
        stop = self._stop(width)
        return max(stop.height, 15.0) + 2 if stop else 0.0

    def _top(self, width: float) -> float:
        strip = self.strip.height_at(width) + 3 if self.strip else 0.0
        return (
            max(_TILE, self._name(width).height)
            + 6
            + strip
            + 5
            + _LINE * len(self._frequency(width))
        )

    @override
    def _height_at(self, width: float) -> float:
        picture = _PICTURES[self.tight] + 6 if self.pictured else 0.0
        facts = self.facts.height_at(width) + 6 if self.facts.facts else 0.0
        return (
            self._top(width) + picture + self.steps.height_at(width) + facts + 6 + self._foot(width)
        )

    @override
    def stretch(self, width: float) -> float:
        return 1000.0

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        extra = max(0.0, height - self.height_at(width))
        bottom = y + height
        name = self._name(width)
        with nullcontext() if self.first else sheet.furniture():
            self._draw_name(sheet, x, y, name)
        top = y + max(_TILE, name.height) + 6
        if self.strip:
            self.strip.paint(sheet, x, top, width)
        self._draw_frequency(
            sheet, x, y + self._top(width) - 3 - _LINE * len(self._frequency(width)), width
        )
        top = y + self._top(width)
        if self.pictured and self.card.figure:
            high = _PICTURES[self.tight] + extra
            pair = PicturePair(self.theme, self.card.figure, self.card.steps, 8.5, max_scale=1.6)
            pair.paint(sheet, x, top, width, high)
            top += high + 6
            extra = 0.0
        spread = min(extra, 6.0 * len(self.steps.steps))
        self.steps.paint(sheet, x, top, width, spread)
        top += self.steps.height_at(width) + spread + 6
        if self.facts.facts:
            self.facts.paint(sheet, x, top, width)
        with nullcontext() if self.last else sheet.furniture():
            self._draw_stop(sheet, x, bottom, width)

    def _draw_name(self, sheet: Sheet, x: float, y: float, name: SetText) -> None:
        tile(self.theme, sheet, x, y, self.card.number, _TILE)
        left, top = x + _TILE + 9, y + (_TILE - name.style.leading) / 2
        sheet.text(left, top, name, "heading")
        if self._continued:
            base = top + name.first_baseline
            sheet.on_baseline(left + name.width + 6, base, self._continued, "label")

    def _draw_frequency(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        for number, parts in enumerate(self._frequency(width)):
            left = x + (width - _wide(parts)) / 2
            for part in parts:
                left += sheet.on_baseline(left, y + 11 + number * _LINE, part) + _SPACE

    def _draw_stop(self, sheet: Sheet, x: float, bottom: float, width: float) -> None:
        stop = self._stop(width)
        if stop:
            top = bottom - stop.height
            icons.stop(sheet, x + 7.6, top + stop.height / 2, 7)
            sheet.text(x + 20, top, stop)


def _wide(parts: list[SetText]) -> float:
    """Width of parts on one line."""
    return sum(part.width for part in parts) + _SPACE * (len(parts) - 1)


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
