"""Draw an exercise card for the standard page: pictures left, steps right, facts below."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from typing_extensions import override

from handouts.compose.cards import ExerciseCard
from handouts.layout import icons
from handouts.layout.block import Block
from handouts.layout.card_header import CardHeader, DoseStrip, card_indent
from handouts.layout.sheet import Sheet
from handouts.layout.steps import FactList, PicturePair, StepList
from handouts.layout.theme import Theme, plain
from handouts.pdf.annotations import EntryKind
from handouts.text.setting import SetText

PICTURE_SHARE, DENSE_SHARE = 0.395, 0.32
"""Width of the picture column against the card's width."""

GUTTER = 16.0
ALONE_MEASURE = 430.0
"""Longest line of steps when they have the page's width, in points."""

_PICTURE_STRETCH = 46.0
_ALONE_PICTURE = 120.0
_ALONE_STRETCH = 70.0
_NOTE_LINES_ALONE = 4
_STEP_STRETCH, _FACT_STRETCH = 4.0, 3.0


class Fit(Struct, frozen=True):
    """A rung of the ladder: how tight, whether facts share lines, whether alone on a page.

    ``dense``: a narrower picture column, so that more steps stay on one line.
    """

    gap: float
    tight: bool = False
    share: bool = False
    dense: bool = False
    alone: bool = False


LADDER = (
    Fit(22),
    Fit(17, tight=True),
    Fit(17, tight=True, share=True),
    Fit(14, tight=True, share=True, dense=True),
)
"""Tried in turn for the cards of a page; type is never made smaller."""

ALONE = Fit(22, alone=True)


class CardTopBlock(Block):
    """Header and dose strip of a card; ``shrink``: the size of the dose against the usual one."""

    def __init__(self, theme: Theme, card: ExerciseCard, shrink: float) -> None:
        self.theme = theme
        self.header = CardHeader(theme, card)
        self.strip = DoseStrip(theme, card.dose, shrink=shrink)

    @override
    def _height_at(self, width: float) -> float:
        return self.header.height_at(width) + self.strip.height_at(width)

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        self.header.paint(sheet, x, y, width)
        self.strip.paint(sheet, x, y + self.header.height_at(width), width)


class CardBodyBlock(Block):
    """Pictures, steps and facts of a card, at one rung of the ladder."""

    def __init__(self, theme: Theme, card: ExerciseCard, fit: Fit) -> None:
        self.theme, self.card, self.fit = theme, card, fit
        step_gap, fact_gap = self._gaps
        scale, gap = theme.scale, step_gap * theme.scale
        self.steps = StepList(theme, card.steps, gap=gap, radius=8.5 * scale)
        share: Literal["all", "change"] = "all" if fit.share else "change"
        self.facts = FactList(theme, card.facts, gap=fact_gap * theme.scale, share=share)
        self.pictured = bool(theme.frames(card.figure))

    @property
    def _gaps(self) -> tuple[float, float]:
        """Space between steps, and between facts."""
        if self.fit.alone:
            return 5.0, 5.0
        if self.fit.dense:
            return 0.8, 1.2
        return (2.0, 2.0) if self.fit.tight else (3.5, 3.0)

    @property
    def _share(self) -> float:
        return DENSE_SHARE if self.fit.dense else PICTURE_SHARE

    # -- measures

    def _step_width(self, width: float) -> float:
        if self.pictured and not self.fit.alone:
            return width * (1 - self._share) - GUTTER
        return min(width, ALONE_MEASURE * self.theme.scale)

    def _shown(self, width: float) -> float:
        """Down to the end of pictures and steps."""
        steps = self.steps.height_at(self._step_width(width))
        if self.pictured and self.fit.alone:
            return _ALONE_PICTURE + 12 + steps
        return steps

    @property
    def _gap(self) -> float:
        """Space between steps and facts."""
        return (9 - 2 * self.fit.tight) * self.theme.scale

    @override
    def _height_at(self, width: float) -> float:
        facts = self.facts.height_at(width) if self.card.facts else 0.0
        return self._shown(width) + (self._gap + facts if facts else 0.0)

    def last_width(self, width: float) -> float:
        """Width that the last line takes, for what may share it."""
        return self.facts.last_width(width) if self.card.facts else width

    @override
    def stretch(self, width: float) -> float:
        if self.pictured:
            return _ALONE_STRETCH if self.fit.alone else _PICTURE_STRETCH
        return _STEP_STRETCH * (len(self.card.steps) - 1) + self._fact_stretch(width)

    def _fact_stretch(self, width: float) -> float:
        if self.pictured:
            return 0.0
        return _FACT_STRETCH * max(0, self.facts.lines(width) - 1)

    # -- drawing

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        extra, stretch = max(0.0, height - self.height_at(width)), self.stretch(width)
        facts_extra = extra * self._fact_stretch(width) / stretch if stretch else 0.0
        y = self._draw_shown(sheet, x, y, width, extra - facts_extra)
        if self.card.facts:
            self.facts.paint(sheet, x, y + self._gap, width, facts_extra)

    def _draw_shown(self, sheet: Sheet, x: float, y: float, width: float, extra: float) -> float:
        steps_width = self._step_width(width)
        high = self.steps.height_at(steps_width)
        if not self.pictured or self.card.figure is None:
            self.steps.paint(sheet, x, y, steps_width, extra)
            return y + high + extra
        if self.fit.alone:
            pair = PicturePair(self.theme, self.card.figure, self.card.steps, 11, 24, 2.3)
            pair.paint(sheet, x, y, width, _ALONE_PICTURE + extra, row=True)
            y += _ALONE_PICTURE + extra + 12
            self.steps.paint(sheet, x + card_indent(self.theme), y, steps_width)
            return y + high
        pair = PicturePair(self.theme, self.card.figure, self.card.steps)
        pair.paint(sheet, x, y - 2, width * self._share, high + extra + 4)
        self.steps.paint(sheet, x + width - steps_width, y, steps_width)
        return y + high + extra


class Card(Block):
    """An exercise card at one rung of the ladder: top, body, and a line for the clinician."""

    gap_stretch = 18.0
    divided = True

    def __init__(self, theme: Theme, card: ExerciseCard, fit: Fit = LADDER[0]) -> None:
        self.theme, self.card, self.fit = theme, card, fit
        self.name = f"exercise {card.number.plain}"
        self.bookmark = f"{card.number.plain}. {card.name.plain}"
        self.gap = fit.gap
        shrink = 0.9 if fit.dense else 1.0
        self.top = CardTopBlock(theme, card, shrink)
        self.body = CardBodyBlock(theme, card, fit)

    def at(self, fit: Fit) -> Card:
        """Return the same exercise at another rung."""
        return Card(self.theme, self.card, fit)

    # -- measures

    def _down(self, width: float) -> float:
        """Down to the body: the top and the space below it."""
        return self.top.height_at(width) + 10 * self.theme.scale

    def _note_beside(self, width: float) -> bool:
        """Whether the note's line shares the last fact's line."""
        if not (self.fit.share and self.card.facts and self.card.note_label):
            return False
        return self.card.note is None and self.body.last_width(width) < width * 0.5

    @property
    def _note_indent(self) -> float:
        return 22 * self.theme.scale

    def _note_text(self, width: float) -> tuple[SetText, bool] | None:
        """The clinician's note, and whether it follows its label on the same line."""
        if self.card.note is None or self.card.note_label is None:
            return None
        style, setter = plain(self.theme.type.detail), self.theme.setter
        label = setter.width(self.card.note_label, style)
        room = width - self._note_indent
        if label + 6 + setter.width(self.card.note, style) <= room:
            return setter.line(self.card.note, style), True
        return setter.set(self.card.note, style, room), False

    def _note_height(self, width: float) -> float:
        if self.card.note_label is None or self._note_beside(width):
            return 0.0
        note = self._note_text(width)
        if note:
            block, inline = note
            return 18 * self.theme.scale + (0 if inline else block.height)
        lines = _NOTE_LINES_ALONE if self.fit.alone else 1
        return 18 * self.theme.scale + 24 * (lines - 1)

    @override
    def _height_at(self, width: float) -> float:
        note = self._note_height(width)
        return self._down(width) + self.body.height_at(width) + (7 + note if note else 0.0)

    @override
    def stretch(self, width: float) -> float:
        return self.body.stretch(width)

    # -- drawing

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        bottom = y + height
        extra = min(max(0.0, height - self.height_at(width)), self.stretch(width))
        self.top.paint(sheet, x, y, width, self.top.height_at(width))
        y += self._down(width)
        high = self.body.height_at(width) + extra
        self.body.paint(sheet, x, y, width, high)
        if self.card.note_label is not None:
            y += high
            beside = self._note_beside(width)
            at = y - plain(self.theme.type.detail).leading if beside else y + 7
            self._draw_note(sheet, x, at, width, bottom)

    def _draw_note(self, sheet: Sheet, x: float, y: float, width: float, bottom: float) -> None:
        label = self.card.note_label
        if label is None:
            return
        scale, style = self.theme.scale, plain(self.theme.type.detail)
        left, right = x, x + width
        if self._note_beside(width):
            left = x + max(self.body.last_width(width) + 14, width * 0.42)
        icons.pen(sheet, left + 8 * scale, y + 8 * scale, 6 * scale)
        start = left + self._note_indent
        line = self.theme.setter.clipped(label, style, (right - start) * 0.75, style.size * 0.8)
        line, wide = line.stepped()
        sheet.on_baseline(start, y + 12 * scale, line, "label")
        note = self._note_text(width)
        if note:
            block, inline = note
            if inline:
                sheet.on_baseline(start + wide + 6, y + 12 * scale, block)
            else:
                y += sheet.text(start, y + 17 * scale, block)
            self._draw_note_lines(sheet, (start, right), y, bottom)
            return
        first = start + wide + 6
        sheet.writing_line(first, right, y + 15 * scale)
        size = (right - first, 15 * scale)
        said = f"{self.card.name.plain}: {label.plain}"
        sheet.entry(EntryKind.LINE, first, y, size, said, label)
        self._draw_note_lines(sheet, (start, right), y, bottom)

    def _draw_note_lines(
        self, sheet: Sheet, sides: tuple[float, float], y: float, bottom: float
    ) -> None:
        """More lines for the pen on a page of the card's own, as far as there is room."""
        if not self.fit.alone:
            return
        for more in range(1, _NOTE_LINES_ALONE):
            line = y + 15 * self.theme.scale + 24 * more
            if line <= bottom + 0.01:
                sheet.writing_line(*sides, line)
