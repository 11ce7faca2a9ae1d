"""Draw an exercise card: one design for every size, from large print to a quarter of a page."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from msgspec import Struct
from typing_extensions import override

from handouts.compose.cards import URGENT, ExerciseCard, Fact, FactKind
from handouts.compose.text import Text
from handouts.layout import icons
from handouts.layout.block import Block
from handouts.layout.flow import PagePlan, does_not_fit, spread, total
from handouts.layout.sheet import Sheet
from handouts.layout.storyboard import Form, Storyboard, starts_of
from handouts.layout.theme import Theme, bold, plain, tile
from handouts.model.layout import Cards
from handouts.text.setting import SetText

_ROOMY = (1.0, 0.75, 0.5, 0.25, 0.0)
"""How roomy the gaps of a card may be."""

_COLUMNS = 20.0
"""Space between two columns, in points."""

_FACT_SHARES = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7)


_Columns = tuple[tuple[float, list[tuple[Fact, SetText]]], ...]


class FactColumns:
    """Facts in two columns or one, or in rows of two or one: whatever needs the fewest lines."""

    def __init__(self, theme: Theme, facts: Sequence[Fact]) -> None:
        self.theme, self.facts = theme, tuple(facts)
        self.style = plain(theme.type.fact)

    def _set(self, facts: Sequence[Fact], width: float) -> list[tuple[Fact, SetText]]:
        setter = self.theme.setter
        return [
            (fact, setter.set(fact.text, self.style, width - self._indent(fact))) for fact in facts
        ]

    def _indent(self, fact: Fact) -> float:
        """Room for the sign of a caution."""
        return self.style.size * 1.5 if fact.kind is FactKind.CAUTION else 0.0

    @staticmethod
    def _high(column: Sequence[tuple[Fact, SetText]], gap: float) -> float:
        return sum(block.height for _, block in column) + gap * max(0, len(column) - 1)

    def _side_by_side(self, facts: Sequence[Fact], width: float, gap: float) -> tuple[float, _Columns]:  # fmt: skip
        """Height and columns of facts, the first half of them in the left one."""
        whole = self._set(facts, width)
        best: tuple[float, _Columns] = self._high(whole, gap), ((0.0, whole),)
        room, middle = width - _COLUMNS, (len(facts) + 1) // 2
        for share in _FACT_SHARES if len(facts) > 1 else ():
            left = self._set(facts[:middle], room * share)
            right = self._set(facts[middle:], room - room * share)
            height = max(self._high(left, gap), self._high(right, gap))
            if height < best[0] - 0.01:
                best = height, ((0.0, left), (room * share + _COLUMNS, right))
        return best

    def rows(self, width: float, gap: float) -> list[tuple[float, _Columns]]:
        """Height and columns of each row: one with all facts, or more with one or two."""
        whole = [self._side_by_side(self.facts, width, gap)]
        ways: list[list[tuple[float, _Columns]]] = [[]]
        for end in range(1, len(self.facts) + 1):
            ways.append(
                min(
                    (
                        [*ways[start], self._side_by_side(self.facts[start:end], width, gap)]
                        for start in range(max(0, end - 2), end)
                    ),
                    key=lambda rows: self._total(rows, gap),
                )
            )
        fewer = self._total(ways[-1], gap) < self._total(whole, gap) - self.style.leading / 2
        return ways[-1] if fewer else whole

    @staticmethod
    def _total(rows: Sequence[tuple[float, _Columns]], gap: float) -> float:
        return sum(height for height, _ in rows) + gap * max(0, len(rows) - 1)

    def height(self, width: float, gap: float) -> float:
        """Height at a width; nothing without facts."""
        return self._total(self.rows(width, gap), gap) if self.facts else 0.0

    def paint(self, sheet: Sheet, x: float, y: float, width: float, gap: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        for height, columns in self.rows(width, gap):
            for left, column in columns:
                down = y
                for fact, block in column:
                    indent, half = self._indent(fact), self.style.size * 0.6
                    if indent:
                        middle = down + self.style.leading * 0.54
                        icons.warning(sheet, x + left + half, middle, half)
                    down += sheet.text(x + left + indent, down, block) + gap
            y += height + gap


class Part(Struct, frozen=True):
    """What of a card stands here: steps from the first to before the last, and which facts."""

    steps: tuple[int, int]
    advice: bool = True
    urgent: bool = True
    first: bool = True
    last: bool = True


class Card(Block):
    """One exercise: header, dose, storyboard, facts. Too long for a page, it goes on on another.

    Pictures shrink to their least before gaps do, and type never does.
    """

    gap = 11.0
    gap_stretch = 20.0
    divided = True

    def __init__(
        self, theme: Theme, card: ExerciseCard, cards: Cards, part: Part | None = None
    ) -> None:
        self.theme, self.card, self.cards = theme, card, cards
        self.part = part or Part((0, len(card.steps)))
        self.name = f"exercise {card.number.plain}"
        if self.part.first:
            self.bookmark = f"{card.number.plain}. {card.name.plain}"
        self.unit = theme.type.steps.size / 14
        self.side = theme.type.exercise.leading * 1.08
        self.board = Storyboard(theme, card, cards, self.part.steps, 16 * self.unit)
        urgent = [fact for fact in card.facts if fact.kind in URGENT]
        advice = [fact for fact in card.facts if fact.kind not in URGENT]
        self.advice = FactColumns(theme, advice if self.part.advice else ())
        self.urgent = FactColumns(theme, urgent if self.part.urgent else ())

    # -- header

    def _labels(self) -> list[SetText]:
        """What is needed, and the side; on a card that goes on, that it does."""
        setter, style = self.theme.setter, plain(self.theme.type.fact)
        if not self.part.first:
            return [setter.line(self.theme.continued, style)]
        leaves: list[tuple[Text | None, bool]] = [(self.card.equipment, False), (self.card.side, True)]  # fmt: skip
        return [
            setter.line(leaf, bold(style) if strong else style) for leaf, strong in leaves if leaf
        ]

    def _header(self, width: float) -> tuple[SetText, list[list[SetText]], bool]:
        """The name, lines of labels, and whether they stand beside the name."""
        style, setter, labels = self.theme.type.exercise, self.theme.setter, self._labels()
        room = width - self.side - self.side * 0.3
        wide = setter.width(self.card.name, style)
        together = sum(label.width for label in labels) + 16 * max(0, len(labels) - 1)
        for lines in ([labels], [[label] for label in labels]):
            taken = max((_wide(line) for line in lines if line), default=0.0)
            if wide + 14 + taken <= room:
                return setter.line(self.card.name, style), lines, True
        name = setter.fitted(self.card.name, style, room, style.size * 0.8)
        return name, [labels] if together <= width else [[label] for label in labels], False

    def _header_height(self, width: float) -> float:
        name, lines, beside = self._header(width)
        high = max(self.side, name.height)
        labels = sum(line[0].style.leading for line in lines if line)
        return max(high, labels) if beside else high + 2 + labels

    def _draw_header(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        name, lines, beside = self._header(width)
        tile(self.theme, sheet, x, y, self.card.number, self.side)
        high = max(self.side, name.height)
        sheet.text(x + self.side * 1.3, y + (high - name.height) / 2, name, "heading")
        leading = plain(self.theme.type.fact).leading
        down = y + (high - leading * len(lines)) / 2 if beside else y + high + 2
        for line in lines:
            right = x + width if beside else x + _wide(line)
            for label in reversed(line):
                sheet.text(right, down, label, align="right")
                right -= label.width + 16
            down += leading

    # -- dose

    def _dose(self, width: float) -> list[list[SetText]]:
        """The phrases of the dose in lines, none of them parted.

        They are set as small as steps where all fit one line then.
        """
        style, setter = plain(self.theme.type.dose), self.theme.setter
        room, least = width - 1.2 * style.size, self.theme.type.steps.size
        for size in (style.size, (style.size + least) / 2, least):
            line = [setter.line(phrase, plain(style, size)) for phrase in self.card.dose]
            if self._dose_width(line) <= room:
                return [line]
        blocks = [setter.set(phrase, style, room) for phrase in self.card.dose]
        lines: list[list[SetText]] = [[]]
        for block in blocks:
            if lines[-1] and self._dose_width([*lines[-1], block]) > room:
                lines.append([])
            lines[-1].append(block)
        across = -(-len(blocks) // len(lines))
        even = [blocks[start : start + across] for start in range(0, len(blocks), across)]
        return even if all(self._dose_width(line) <= room for line in even) else lines

    def _dose_width(self, line: Sequence[SetText]) -> float:
        dots = self.theme.type.dose.size * (len(line) - 1)
        return sum(block.width for block in line) + dots

    def _dose_height(self, width: float) -> float:
        lines = self._dose(width)
        text = sum(max(block.height for block in line) for line in lines)
        return text + 0.5 * self.theme.type.dose.size

    def _in_line(self, width: float) -> float | None:
        """Where the dose begins if it fits beside the name, on small cards; None if it does not."""
        name, lines, beside = self._header(width)
        dose = self._dose(width)
        taken = self.side * 1.3 + name.width + 12
        right = max((_wide(line) + 12 for line in lines if line), default=0.0)
        needed = self._dose_width(dose[0]) + 1.2 * self.theme.type.dose.size
        fits = beside and len(dose) == len(dose[0][0].lines) == 1
        return taken if fits and taken + needed + right <= width else None

    def _top(self, width: float) -> float:
        header, dose = self._header_height(width), self._dose_height(width)
        return header + 4 + dose if self._in_line(width) is None else max(header, dose)

    def _draw_top(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        self._draw_header(sheet, x, y, width)
        size, leading = self.theme.type.dose.size, self.theme.type.dose.leading
        high, line, beside = self._dose_height(width), 1.2 * self.unit, self._in_line(width)
        dose, wide = self._dose(width), width
        if beside is None:
            y += self._header_height(width) + 4
        else:
            x, wide = x + beside, self._dose_width(dose[0]) + 1.2 * size
            y += (self._header_height(width) - high) / 2
        sheet.rect(x, y, wide, high, fill="panel", stroke="line", line=line, radius=size * 0.35)
        y += 0.25 * size
        for phrases in dose:
            left = x + 0.6 * size
            for number, block in enumerate(phrases):
                if number:
                    sheet.circle(left - size / 2, y + leading * 0.5, size * 0.09, fill="text")
                sheet.text(left, y, block)
                left += block.width + size
            y += max(block.height for block in phrases)

    # -- stop rule, on a card that is cut out

    def _stop(self, width: float) -> SetText | None:
        if self.card.stop is None:
            return None
        style = bold(self.theme.type.fact)
        return self.theme.setter.set(self.card.stop, style, width - style.size * 1.8)

    def _stop_height(self, width: float) -> float:
        stop = self._stop(width)
        return stop.height + 4 if stop else 0.0

    # -- measures

    def _gaps(self, roomy: float) -> tuple[float, float, float]:
        """Space above the storyboard and the facts, between steps, between facts."""
        return (4 + 5 * roomy) * self.unit, (1 + 4 * roomy) * self.unit, 1 + 3 * roomy

    def _rest(self, width: float, roomy: float) -> float:
        """All but the storyboard."""
        around, _, gap = self._gaps(roomy)
        parts = (self.advice.height(width, gap), self.urgent.height(width, gap))
        facts = sum(parts) + (gap if all(parts) else 0.0)
        board = around if self._shows_board else 0.0
        return self._top(width) + board + (around + facts if facts else 0.0) + self._stop_height(width)  # fmt: skip

    @property
    def _shows_board(self) -> bool:
        return self.part.steps[0] < self.part.steps[1]

    def _least_board(self, width: float, roomy: float) -> float:
        if not self._shows_board:
            return 0.0
        return self.board.least(width, self._gaps(roomy)[1]).height

    def _needs(self, width: float, roomy: float) -> float:
        return self._rest(width, roomy) + self._least_board(width, roomy)

    @override
    def _height_at(self, width: float) -> float:
        return self._needs(width, 0.0)

    @override
    def stretch(self, width: float) -> float:
        if not self._shows_board:
            return 0.0
        most = self._rest(width, 1.0) + self.board.most(width, self._gaps(1.0)[1])
        return max(0.0, most - self.height_at(width))

    @override
    def split(self, width: float, room: float) -> list[Block]:
        """What is urgent and the steps of the first picture, or as many as fit; then the rest.

        No step stands alone.
        """
        (first, last), part, starts = self.part.steps, self.part, starts_of(self.theme, self.card)
        few = [cut for cut in range(last - 2, first + 1, -1) if cut >= max(starts, default=0)]
        cuts = [*(start for start in starts if start in few), last, *few]
        ways = [(cut, urgent) for urgent in {part.urgent: 0, False: 0} for cut in cuts]
        for cut, urgent in ways:
            if cut == last and not (part.advice and self.advice.facts):
                continue
            head = Part((first, cut), advice=False, urgent=urgent, first=part.first, last=False)
            rest = Part((cut, last), part.advice, part.urgent and not urgent, first=False, last=part.last)  # fmt: skip
            parts = [Card(self.theme, self.card, self.cards, each) for each in (head, rest)]
            if parts[0].height_at(width) <= room:
                return list(parts)
        return []

    # -- drawing

    def _fit(self, width: float, height: float) -> tuple[float, Form | None]:
        """How roomy its gaps are, and its storyboard: large pictures count for more than gaps."""
        ways = [each for each in _ROOMY if self._needs(width, each) <= height + 0.01] or [0.0]
        if not self._shows_board:
            return ways[0], None
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
            self._draw_top(sheet, x, y, width)
        y += self._top(width)
        if form:
            self.board.paint(sheet, x, y + around, form, step_gap)
            y += around + form.height
        y += around
        for facts in (self.advice, self.urgent):
            if facts.facts:
                facts.paint(sheet, x, y, width, gap)
                y += facts.height(width, gap) + gap
        with _repeated(sheet, not self.part.last):
            self._draw_stop(sheet, x, bottom, width)

    def _draw_stop(self, sheet: Sheet, x: float, bottom: float, width: float) -> None:
        stop = self._stop(width)
        if stop:
            half, top = stop.style.size * 0.62, bottom - stop.height
            icons.stop(sheet, x + half, top + stop.height / 2, half)
            sheet.text(x + stop.style.size * 1.8, top, stop)


def _wide(line: Sequence[SetText]) -> float:
    """Width of labels on one line."""
    return sum(label.width for label in line) + 16 * (len(line) - 1)


def _repeated(sheet: Sheet, repeats: bool) -> AbstractContextManager[object]:  # noqa: FBT001
    return sheet.furniture() if repeats else nullcontext()


def pack(
    cards: Sequence[Card], width: float, heights: Sequence[float], per_page: int
) -> list[PagePlan]:
    """Return pages of up to ``per_page`` cards, as few as hold them and evenly filled.

    ``heights`` are the heights of the first page and of all later ones. A card that is higher
    than a page goes on on the next.

    Raises:
        DoesNotFit: if a part of a card that cannot be split is higher than a page.
    """
    pages = _greedy(list(cards), width, heights, per_page)
    size, more = divmod(len(cards), len(pages))
    counts = [size + (number < more) for number in range(len(pages))]
    even = [
        list(cards[sum(counts[:number]) : sum(counts[: number + 1])])
        for number in range(len(pages))
    ]
    rooms = [heights[min(number, len(heights) - 1)] for number in range(len(pages))]
    if all(total(page, width) <= room for page, room in zip(even, rooms, strict=True)):
        pages = even
    return [spread(page, width, room) for page, room in zip(pages, rooms, strict=True)]


def _greedy(
    waiting: list[Card], width: float, heights: Sequence[float], per_page: int
) -> list[list[Card]]:
    pages: list[list[Card]] = []
    while waiting:
        room = heights[min(len(pages), len(heights) - 1)]
        count = next(
            (n for n in range(min(per_page, len(waiting)), 0, -1) if total(waiting[:n], width) <= room),
            0,
        )  # fmt: skip
        if not count:
            parts = waiting[0].split(width, room)
            if not parts:
                raise does_not_fit(waiting[0].name, waiting[0].height_at(width), room)
            waiting[:1] = [part for part in parts if isinstance(part, Card)]
            count = 1
        pages.append(waiting[:count])
        del waiting[:count]
    return pages
