"""Turn an exercise into a card, in one design for every size from large print to a quarter page."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager, nullcontext

from msgspec import Struct
from typing_extensions import override

from handouts.compose.document import URGENT, ExerciseCard
from handouts.compose.runs import Text
from handouts.layout import signs
from handouts.layout.block import Block, cached
from handouts.layout.card_words import TIGHT, CardTop, FactList
from handouts.layout.sheet import Sheet
from handouts.layout.storyboard import CAPTION, Arrangement, Box, Storyboard, starts_of
from handouts.layout.theme import Theme, bold, plain
from handouts.model.layout import Cards
from handouts.text.setting import SetText

_CODE, _BESIDE_CODE, _ABOVE_CODE = 45.0, 10.0, 4.0
"""Side of the QR code of a video, and the white space beside and above it, in points."""

_STOP_INDENT, _ABOVE_STOP, _BELOW_SIDE = 1.8, 4.0, 3.0
"""Room for the stop sign, as a share of its words' size; space above these words, and below the
sentence about a photograph (points)."""

_SMALLER, _CLOSER = 0.9, 0.8
"""Factors for the size of pictures and the space between cards, if less of both saves a page."""

_ROOMY = (1.0, 0.5, 0.0)
"""The sizes of gaps to try in a card, from widest to tightest."""

_AIRY = (2.5, 2.0, 1.5)
"""Still wider gaps, for a card that has a page for itself and pictures that cannot be larger."""


class CardPage(Struct, frozen=True):
    """The part of a card on one page: its range of steps, and which facts."""

    steps: tuple[int, int]
    advice: bool = True
    urgent: bool = True
    first: bool = True
    last: bool = True


class Card(Block):
    """One exercise: header, dose, storyboard, facts. A long one continues on the next page.

    Large pictures count for more than wide gaps, and type never shrinks.
    """

    gap_stretch = 20.0
    divided = whole = True

    def __init__(
        self, theme: Theme, card: ExerciseCard, cards: Cards, part: CardPage | None = None
    ) -> None:
        self.theme, self.card, self.cards = theme, card, cards
        self.part = part or CardPage((0, len(card.steps)))
        self.name = f"exercise {card.number.plain}"
        if self.part.first:
            self.bookmark = f"{card.number.plain}. {card.name.plain}"
        self.unit = theme.type.steps.size / 14
        self.gap = 11 * min(1.0, self.unit)
        self.top = CardTop(theme, card, first=self.part.first)
        self.board = Storyboard(theme, card, cards, self.part.steps, 16 * self.unit)
        urgent = [fact for fact in card.facts if fact.kind in URGENT]
        advice = [fact for fact in card.facts if fact.kind not in URGENT]
        groups = ((advice, self.part.advice), (urgent, self.part.urgent))
        self.facts = [FactList(theme, facts) for facts, shown in groups if facts and shown]
        self.advises = bool(self.part.advice and (advice or card.video))
        self.video = card.video if self.part.advice else None

    # -- words that may be missing

    def _words(self, leaf: Text | None, width: float, *, strong: bool = True) -> list[SetText]:
        fact = self.theme.type.fact
        style = bold(fact) if strong else plain(fact)
        return [self.theme.setter.set(leaf, style, width)] if leaf else []

    def _stop(self, width: float) -> list[SetText]:
        """Return the stop rule, on a card to cut out."""
        return self._words(self.card.stop, width - self.theme.type.fact.size * _STOP_INDENT)

    def _other_side(self, width: float) -> list[SetText]:
        """Return the sentence above a photograph about the side that it shows."""
        return self._words(self.card.other_side if self.part.first else None, width)

    # -- facts, and below them the address of a video, with its code beside them

    def _facts_room(self, width: float) -> float:
        return width - _CODE - _BESIDE_CODE if self.video else width

    def _watch(self, width: float) -> list[SetText]:
        return self._words(self.video, self._facts_room(width), strong=False)

    def _facts_height(self, width: float, gap: float) -> float:
        room, watch = self._facts_room(width), self._watch(width)
        parts = [facts.height(room, gap) for facts in self.facts]
        parts += [words.height for words in watch]
        height = sum(parts) + gap * max(0, len(parts) - 1)
        return max(height, _CODE + _ABOVE_CODE) if watch else height

    def _draw_facts(self, sheet: Sheet, x: float, y: float, width: float, gap: float) -> None:
        room, bottom = self._facts_room(width), y + self._facts_height(width, gap)
        for facts in self.facts:
            facts.paint(sheet, x, y, room, gap)
            y += facts.height(room, gap) + gap
        for words in self._watch(width):
            sheet.text(x + room, bottom - words.height, words, align="right")
            # The words beside the code say what it does: for a screen reader they are the link.
            with sheet.furniture():
                link = words.source.link or ""
                sheet.qr_code(x + width - _CODE, bottom - _CODE, _CODE, link)

    # -- measures

    def _gaps(self, roomy: float) -> tuple[float, float, float]:
        """Return the space above the storyboard and the facts, between steps, between facts."""
        return (4 + 5 * roomy) * self.unit, (1 + 4 * roomy) * self.unit, TIGHT + 3 * roomy

    @cached
    def _rest(self, width: float, roomy: float) -> float:
        """Return the height of everything except the storyboard."""
        around, _, gap = self._gaps(roomy)
        facts = self._facts_height(width, gap)
        height = self.top.height_at(width) + (around + facts if facts else 0.0)
        if self._shows_board:
            height += around + sum(said.height + _BELOW_SIDE for said in self._other_side(width))
        return height + sum(stop.height + _ABOVE_STOP for stop in self._stop(width))

    @property
    def _shows_board(self) -> bool:
        return self.part.steps[0] < self.part.steps[1]

    def _needs(self, width: float, roomy: float) -> float:
        shown, gap = self._shows_board, self._gaps(roomy)[1]
        return self._rest(width, roomy) + (self.board.least(width, gap).height if shown else 0.0)

    @override
    def _height_at(self, width: float) -> float:
        return self._needs(width, 0.0)

    @override
    def stretch(self, width: float) -> float:
        return self._stretch(width, _AIRY[0] if self.cards.per_page == 1 else _ROOMY[0])

    @override
    def usual_stretch(self, width: float) -> float:
        # Notes below a card count for more than its widest gaps.
        return self._stretch(width, _ROOMY[0])

    def _stretch(self, width: float, roomy: float) -> float:
        if self.card.stop is not None:
            return math.inf  # cards to cut out have the stop rule at their foot
        if not self._shows_board:
            return 0.0
        return max(0.0, self._most(width, roomy) - self.height_at(width))

    @cached
    def _most(self, width: float, roomy: float) -> float:
        """Return the height that it can use well with gaps of a size."""
        return self._rest(width, roomy) + self.board.most(width, self._gaps(roomy)[1])

    @override
    def closer(self) -> Block:
        wide, high = self.cards.picture_width * _SMALLER, self.cards.picture_height * _SMALLER
        smaller = self.cards.model_copy(update={"picture_width": wide, "picture_height": high})
        card = Card(self.theme, self.card, smaller, self.part)
        card.gap = self.gap * _CLOSER
        return card

    @override
    def split(self, width: float, room: float) -> list[Block]:
        """Return a part with the steps of the first pictures, or as many as fit, and the rest.

        The first part has the urgent facts if they fit. No step is left alone.
        """
        (first, last), part, starts = self.part.steps, self.part, starts_of(self.theme, self.card)
        few = [cut for cut in range(last - 2, first + 1, -1) if cut >= max(starts, default=0)]
        cuts = [*(start for start in starts if start in few), last, *few]
        ways = [(cut, urgent) for urgent in {part.urgent: 0, False: 0} for cut in cuts]
        for cut, urgent in ways:
            if cut == last and not self.advises:
                continue
            head = CardPage((first, cut), advice=False, urgent=urgent, first=part.first, last=False)
            left = part.urgent and not urgent
            rest = CardPage((cut, last), part.advice, urgent=left, first=False, last=part.last)
            parts = [Card(self.theme, self.card, self.cards, each) for each in (head, rest)]
            if parts[0].height_at(width) <= room:
                return list(parts)
        return []

    # -- drawing

    def _fit(self, width: float, height: float) -> tuple[float, Arrangement | None]:
        """Return how wide its gaps are, and its storyboard; large pictures count more than gaps."""
        ways = [each for each in _ROOMY if self._needs(width, each) <= height + 0.01] or [0.0]
        if not self._shows_board:
            return ways[0], None
        if self.cards.per_page == 1:
            airy = (each for each in _AIRY if self._most(width, each) <= height + 0.01)
            ways = [*airy][:1] or ways
        forms = [
            (each, self.board.fit(width, height - self._rest(width, each), self._gaps(each)[1]))
            for each in ways
        ]
        return max(forms, key=lambda way: way[1].worth * (1 + 0.1 * way[0]))

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        roomy, form = self._fit(width, height)
        around, step_gap, gap = self._gaps(roomy)
        bottom = y + height
        with _repeated(sheet, not self.part.first):
            self.top.paint(sheet, x, y, width)
        y += self.top.height_at(width)
        if form:
            y += around
            for said in self._other_side(width):
                y += sheet.text(x, y, said) + _BELOW_SIDE
            self._draw_board(sheet, x, y, form, step_gap)
            y += form.height
        self._draw_facts(sheet, x, y + around, width, gap)
        with _repeated(sheet, not self.part.last):
            for stop in self._stop(width):
                half, top = stop.style.size * 0.62, bottom - stop.height
                signs.stop(sheet, x + half, top + stop.height / 2, half)
                sheet.text(x + stop.style.size * _STOP_INDENT, top, stop)

    def _draw_board(self, sheet: Sheet, x: float, y: float, form: Arrangement, gap: float) -> None:
        """Draw pictures and steps with the top left corner at ``x, y``."""
        board, radius = self.board, self.board.radius
        for number, cell in enumerate(form.cells):
            if cell.picture:
                left, top, wide, high = cell.picture
                self._draw_picture(sheet, (x + left, y + top, wide, high), number, form)
            left, down = x + cell.left, y + cell.top
            steps = zip(cell.steps, board.steps(cell.steps, cell.width), strict=True)
            for step, (block, height) in steps:
                centre = left + radius, down + board.style.leading / 2
                signs.disc(self.theme, sheet, *centre, step.number, radius)
                sheet.text(left + board.indent, down, block)
                down += height + gap

    def _draw_picture(self, sheet: Sheet, box: Box, number: int, form: Arrangement) -> None:
        """Draw a picture, its caption, and the number of its step if that is not beside it."""
        board, (x, y, wide, deep) = self.board, box
        high = board.sizes[number][1] * form.scale
        # A picture is read once: on a later page it is decoration.
        source = None if board.first else self.card.figure
        signs.draw_frame(sheet, (x, y, wide, high), board.frames[number], source)
        caption = board.caption(number, wide)
        if caption:
            sheet.text(x + wide / 2, y + high + CAPTION, caption, "label", align="centre")
        if form.way.place == "aside":
            middle = x + wide / 2, y + deep + 2 + board.radius
        elif form.way.place == "list":
            middle = x - board.radius - 2, y + high - board.radius
        else:
            return
        figure, place = self.card.figure, board.first + number
        if figure and place < len(figure.steps):
            step = self.card.steps[figure.steps[place] - 1]
            with sheet.furniture():
                signs.disc(self.theme, sheet, *middle, step.number, board.radius)


def _repeated(sheet: Sheet, repeats: bool) -> AbstractContextManager[object]:  # noqa: FBT001
    return sheet.furniture() if repeats else nullcontext()
