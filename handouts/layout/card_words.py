"""Draw the words of an exercise card: number, name, side and dose at the top, facts below."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from handouts.compose.document import ExerciseCard, Fact, FactKind
from handouts.layout import signs
from handouts.layout.block import cached
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, evenly, plain
from handouts.text.setting import Placed, SetText

_BETWEEN = 16.0
"""Space between two labels, in points."""


class CardTop:
    """The header and the dose, in one line if it fits; ``first`` is False on a continued card."""

    def __init__(self, theme: Theme, card: ExerciseCard, *, first: bool) -> None:
        self.theme, self.card, self.first = theme, card, first
        self.line = 1.2 * theme.type.steps.size / 14
        self.side = theme.type.exercise.leading * 1.08
        self.box = self.side * 0.72 if card.box_label and first else 0.0
        self.lead = self.box * 1.25 + self.side * 1.3
        self.pad = 0.25 * theme.type.dose.size
        """Space above and below the dose."""

    def height_at(self, width: float) -> float:
        """Return the height of header and dose at a width, in points."""
        return self._set(width).height

    @cached
    def _set(self, width: float) -> _Top:
        """Set header and dose at a width, with the dose beside the name if one line has room."""
        name, lines, beside = self._header(width)
        high = max(self.side, name.height)
        labels = sum(map(_high, lines))
        # Labels higher than the name extend down from its top, not up above the card.
        down = max(0.0, high - labels) / 2 if beside else high + 2
        header = max(high, labels) if beside else high + 2 + labels
        texts = [Placed(self.lead, (high - name.height) / 2, name, "heading")]
        for line in lines:
            right = width if beside else _wide(line)
            for label in reversed(line):
                right -= label.width
                texts.append(Placed(right, down, label))
                right -= _BETWEEN
            down += _high(line)
        dose, more = self._dose(width), 1.2 * self.theme.type.dose.size
        deep, wide = sum(map(_high, dose)) + 2 * self.pad, self._dose_width(dose[0]) + more
        left = self.lead + name.width + 12
        right = max((_wide(line) + 12 for line in lines if line), default=0.0)
        fits = beside and len(dose) == len(dose[0][0].lines) == 1 and left + wide + right <= width
        if fits:
            return _Top(texts, dose, max(header, deep), (left, (header - deep) / 2, wide, deep))
        return _Top(texts, dose, header + 4 + deep, (0.0, header + 4, width, deep))

    def _labels(self, width: float) -> list[SetText]:
        """Return the labels: equipment and side, or on a continued card that it continues."""
        setter, style = self.theme.setter, plain(self.theme.type.fact)
        if not self.first:
            return [setter.set(self.theme.continued, style, width)]
        leaves = ((self.card.equipment, style), (self.card.side, bold(style)))
        return [setter.set(leaf, each, width) for leaf, each in leaves if leaf]

    def _header(self, width: float) -> tuple[SetText, list[list[SetText]], bool]:
        """Return the name, the lines of labels, and whether they are beside the name."""
        style, setter, labels = self.theme.type.exercise, self.theme.setter, self._labels(width)
        room, wide = width - self.lead, setter.width(self.card.name, style)
        apart = [[label] for label in labels]
        for lines in ([labels], apart):
            taken = max((_wide(line) for line in lines if line), default=0.0)
            if wide + 14 + taken <= room:
                return setter.line(self.card.name, style), lines, True
        name = setter.fitted(self.card.name, style, room, style.size * 0.8)
        return name, [labels] if _wide(labels) <= width else apart, False

    def _dose(self, width: float) -> list[Sequence[SetText]]:
        """Return the phrases of the dose in lines, if possible without breaking a phrase.

        They are set down to the size of steps if all fit on one line then.
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
            # A phrase that needs more than one line is alone on its lines.
            alone = any(len(each.lines) > 1 for each in (*lines[-1], block))
            if lines[-1] and (alone or self._dose_width([*lines[-1], block]) > room):
                lines.append([])
            lines[-1].append(block)
        if any(len(block.lines) > 1 for block in blocks):
            return [*lines]
        # Fill the lines evenly, so that no phrase is alone on the last one.
        return evenly(blocks, len(lines), self._dose_width)

    def _dose_width(self, line: Sequence[SetText]) -> float:
        dots = self.theme.type.dose.size * (len(line) - 1)
        return sum(block.width for block in line) + dots

    def paint(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        top, size = self._set(width), self.theme.type.dose.size
        if self.box:
            down = y + (self.side - self.box) / 2
            sheet.tick_box(x, down, self.box, self.card.box_label, self.card)
        left = x + self.lead - self.side * 1.3
        signs.tile(self.theme, sheet, left, y, self.card.number, self.side)
        sheet.texts(x, y, top.texts)
        left, down, wide, deep = top.panel
        x, y = x + left, y + down
        sheet.rect(
            x, y, wide, deep, fill="panel", stroke="line", line=self.line, radius=size * 0.35
        )
        y += self.pad
        for phrases in top.dose:
            left = x + 0.6 * size
            for number, block in enumerate(phrases):
                if number:
                    middle = y + self.theme.type.dose.leading * 0.5
                    sheet.circle(left - size / 2, middle, size * 0.09, fill="text")
                sheet.text(left, y, block)
                left += block.width + size
            y += _high(phrases)


class _Top(Struct, frozen=True):
    """Name and labels in their places, the dose in lines, the total height, the dose's panel."""

    texts: list[Placed]
    dose: list[Sequence[SetText]]
    height: float
    panel: tuple[float, float, float, float]


def _high(line: Sequence[SetText]) -> float:
    """Return the height of labels on one line."""
    return max((label.height for label in line), default=0.0)


def _wide(line: Sequence[SetText]) -> float:
    """Return the width of labels on one line."""
    return sum(label.width for label in line) + _BETWEEN * max(0, len(line) - 1)


# -- facts

_COLUMNS = 20.0
"""Space between two columns, in points."""

_SHARES = (0.5, 0.43, 0.57, 0.36, 0.64, 0.3, 0.7)
"""Shares of the width that the left of two columns may have, the best first."""

TIGHT = 1.0
"""The least space between facts, in points."""


class _Column(Struct, frozen=True):
    """Facts below each other, their height without gaps, and their lines after the first ones."""

    facts: tuple[tuple[Fact, SetText], ...] = ()
    words: float = 0.0
    more_lines: int = 0

    def height(self, gap: float) -> float:
        """Return the height with gaps between facts."""
        return self.words + gap * max(0, len(self.facts) - 1)


_NO_FACTS = _Column()


class _Row(Struct, frozen=True):
    """Facts below each other, or in two columns; ``right`` is the left edge of the second."""

    height: float
    left: _Column
    beside: _Column = _NO_FACTS
    right: float = 0.0

    @property
    def worse(self) -> float:
        """How much worse it reads than pairs of facts with a line each, in lines of height."""
        parted = self.left.more_lines + self.beside.more_lines
        left, beside = len(self.left.facts), len(self.beside.facts)
        return 0.4 + 1.5 * parted + 0.5 * bool(beside and left > beside)


class FactList:
    """Facts in rows of one or two columns, arranged to need little height and read well."""

    def __init__(self, theme: Theme, facts: Sequence[Fact]) -> None:
        self.theme, self.facts = theme, tuple(facts)
        self.style = plain(theme.type.fact)

    def height(self, width: float, gap: float) -> float:
        """Return the height at a width; 0 without facts."""
        return _total(self._rows(width, gap), gap)

    def paint(self, sheet: Sheet, x: float, y: float, width: float, gap: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        for row in self._rows(width, gap):
            self._draw(sheet, row.left, x, y, gap)
            self._draw(sheet, row.beside, x + row.right, y, gap)
            y += row.height + gap

    def _draw(self, sheet: Sheet, column: _Column, x: float, y: float, gap: float) -> None:
        for fact, block in column.facts:
            indent, half = self._indent(fact), self.style.size * 0.6
            if indent:
                signs.warning(sheet, x + half, y + self.style.leading * 0.54, half)
            y += sheet.text(x + indent, y, block) + gap

    @cached
    def _rows(self, width: float, gap: float) -> list[_Row]:
        """Return all facts in few rows; at the tightest gap, in those with the least height.

        A fact on one line is easier to read, so it breaks only if that saves a line elsewhere.
        """
        worth = self.style.leading if gap > TIGHT else 2.0
        ways: list[list[_Row]] = [[]]

        def cost(rows: Sequence[_Row]) -> float:
            return _total(rows, gap) + worth * sum(row.worse for row in rows)

        for end in range(1, len(self.facts) + 1):
            parted = [[*ways[start], self._row(start, end, width, gap)] for start in range(end)]
            ways.append(min(parted, key=cost))
        return ways[-1]

    def _row(self, start: int, end: int, width: float, gap: float) -> _Row:
        """Return some facts in one column, or the first half of them beside the others."""
        column, room, count = self._column(start, end, width), width - _COLUMNS, end - start
        best, half = _Row(column.height(gap), column), (count + 1) // 2
        lines = self.style.leading * half + gap * (half - 1)
        for share in _SHARES if count > 1 else ():
            if best.height <= lines + 0.01:
                break  # a line for each fact: no arrangement is lower
            left = self._column(start, start + half, room * share)
            if left.height(gap) >= best.height - 0.01:
                continue
            beside = self._column(start + half, end, room - room * share)
            height = max(left.height(gap), beside.height(gap))
            if height < best.height - 0.01:
                best = _Row(height, left, beside, room * share + _COLUMNS)
        return best

    @cached
    def _column(self, start: int, end: int, width: float) -> _Column:
        blocks = [self._block(place, width) for place in range(start, end)]
        return _Column(
            tuple(zip(self.facts[start:end], blocks, strict=True)),
            sum([block.height for block in blocks]),
            sum([len(block.lines) - 1 for block in blocks]),
        )

    @cached
    def _block(self, place: int, width: float) -> SetText:
        fact = self.facts[place]
        return self.theme.setter.set(fact.text, self.style, width - self._indent(fact))

    def _indent(self, fact: Fact) -> float:
        """Return the room for the sign of a caution."""
        return self.style.size * 1.5 if fact.kind is FactKind.CAUTION else 0.0


def _total(rows: Sequence[_Row], gap: float) -> float:
    return sum(row.height for row in rows) + gap * max(0, len(rows) - 1)
