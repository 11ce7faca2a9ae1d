"""Draw the words of an exercise card: at its top number, name, side and dose; below the facts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from msgspec import Struct

from handouts.compose.document import ExerciseCard, Fact, FactKind
from handouts.layout import marks
from handouts.layout.block import cached
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, plain
from handouts.pdf.annotations import EntryKind
from handouts.text.setting import SetText

_BETWEEN = 16.0
"""Space between two labels, in points."""


class _Top(Struct, frozen=True):
    """The set name, labels in lines (``beside`` the name or below it), and the dose in lines."""

    name: SetText
    labels: list[list[SetText]]
    beside: bool
    dose: list[list[SetText]]


class CardTop:
    """The header and the dose, in one line on small cards; ``first``: not of one that goes on."""

    def __init__(self, theme: Theme, card: ExerciseCard, *, first: bool) -> None:
        self.theme, self.card, self.first = theme, card, first
        self.line = 1.2 * theme.type.steps.size / 14
        self.side = theme.type.exercise.leading * 1.08
        self.box = self.side * 0.72 if card.mark and first else 0.0
        self.lead = self.box * 1.25 + self.side * 1.3

    @cached
    def _set(self, width: float) -> _Top:
        """Header and dose set at a width."""
        return _Top(*self._header(width), self._dose(width))

    def _labels(self, width: float) -> list[SetText]:
        """What is needed, and the side; on a card that goes on, that it does."""
        setter, style = self.theme.setter, plain(self.theme.type.fact)
        if not self.first:
            return [setter.set(self.theme.continued, style, width)]
        leaves = ((self.card.equipment, style), (self.card.side, bold(style)))
        return [setter.set(leaf, each, width) for leaf, each in leaves if leaf]

    def _header(self, width: float) -> tuple[SetText, list[list[SetText]], bool]:
        """The name, lines of labels, and whether they stand beside the name."""
        style, setter, labels = self.theme.type.exercise, self.theme.setter, self._labels(width)
        room = width - self.lead
        wide = setter.width(self.card.name, style)
        together = sum(label.width for label in labels) + _BETWEEN * max(0, len(labels) - 1)
        for lines in ([labels], [[label] for label in labels]):
            taken = max((_wide(line) for line in lines if line), default=0.0)
            if wide + 14 + taken <= room:
                return setter.line(self.card.name, style), lines, True
        name = setter.fitted(self.card.name, style, room, style.size * 0.8)
        return name, [labels] if together <= width else [[label] for label in labels], False

    def _header_height(self, width: float) -> float:
        top = self._set(width)
        high = max(self.side, top.name.height)
        labels = sum(_high(line) for line in top.labels)
        return max(high, labels) if top.beside else high + 2 + labels

    def _draw_header(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        top = self._set(width)
        name, lines = top.name, top.labels
        if self.box:
            size, down = self.box, y + (self.side - self.box) / 2
            sheet.rect(x, down, size, size, fill="white", stroke="box", line=1.2, radius=2)
            sheet.entry(EntryKind.TICK, x, down, (size, size), self.card.mark, self.card)
        left = x + self.lead - self.side * 1.3
        marks.tile(self.theme, sheet, left, y, self.card.number, self.side)
        high = max(self.side, name.height)
        sheet.text(x + self.lead, y + (high - name.height) / 2, name, "heading")
        # Labels that are higher than the name go down from its top, not up above the card.
        spare = max(0.0, high - sum(map(_high, lines)))
        down = y + spare / 2 if top.beside else y + high + 2
        for line in lines:
            right = x + width if top.beside else x + _wide(line)
            for label in reversed(line):
                sheet.text(right, down, label, align="right")
                right -= label.width + _BETWEEN
            down += _high(line)

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
            # A phrase that takes more than one line stands alone.
            alone = any(len(each.lines) > 1 for each in (*lines[-1], block))
            if lines[-1] and (alone or self._dose_width([*lines[-1], block]) > room):
                lines.append([])
            lines[-1].append(block)
        if any(len(block.lines) > 1 for block in blocks):
            return lines
        return self._evened(blocks, len(lines))

    def _evened(self, blocks: list[SetText], count: int) -> list[list[SetText]]:
        """Phrases in so many lines, the longest as short as can be: none is left for the last."""
        cuts = combinations(range(1, len(blocks)), count - 1)
        ways = ([blocks[a:b] for a, b in pairwise((0, *cut, len(blocks)))] for cut in cuts)
        return min(ways, key=lambda way: max(map(self._dose_width, way)))

    def _dose_width(self, line: Sequence[SetText]) -> float:
        dots = self.theme.type.dose.size * (len(line) - 1)
        return sum(block.width for block in line) + dots

    def _dose_height(self, width: float) -> float:
        lines = self._set(width).dose
        text = sum(max(block.height for block in line) for line in lines)
        return text + 0.5 * self.theme.type.dose.size

    def _in_line(self, width: float) -> float | None:
        """Where the dose begins if it fits beside the name, on small cards; None if it does not."""
        top = self._set(width)
        dose, taken = top.dose, self.lead + top.name.width + 12
        right = max((_wide(line) + 12 for line in top.labels if line), default=0.0)
        needed = self._dose_width(dose[0]) + 1.2 * self.theme.type.dose.size
        fits = top.beside and len(dose) == len(dose[0][0].lines) == 1
        return taken if fits and taken + needed + right <= width else None

    def height_at(self, width: float) -> float:
        """Height of header and dose at a width, in points."""
        header, dose = self._header_height(width), self._dose_height(width)
        return header + 4 + dose if self._in_line(width) is None else max(header, dose)

    def paint(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        self._draw_header(sheet, x, y, width)
        size, leading = self.theme.type.dose.size, self.theme.type.dose.leading
        high, line, beside = self._dose_height(width), self.line, self._in_line(width)
        dose, wide = self._set(width).dose, width
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


def _high(line: Sequence[SetText]) -> float:
    """Height of labels on one line."""
    return max((label.height for label in line), default=0.0)


def _wide(line: Sequence[SetText]) -> float:
    """Width of labels on one line."""
    return sum(label.width for label in line) + _BETWEEN * (len(line) - 1)


# -- facts

_COLUMNS = 20.0
"""Space between two columns, in points."""

_SHARES = (0.5, 0.43, 0.57, 0.36, 0.64, 0.3, 0.7)
"""Parts of the width that the left one of two columns may take, the best first."""

TIGHT = 1.0
"""The least space between facts, in points."""

_Column = tuple[tuple[Fact, SetText], ...]


class _Row(Struct, frozen=True):
    """Facts below each other, or in two columns; ``right`` is the left edge of the second."""

    height: float
    left: _Column
    beside: _Column = ()
    right: float = 0.0

    @property
    def worse(self) -> float:
        """How much worse it reads than facts of a line each, in pairs: in lines of height."""
        parted = sum(len(block.lines) - 1 for _, block in (*self.left, *self.beside))
        return 0.4 + 1.5 * parted + 0.5 * bool(self.beside and len(self.left) > len(self.beside))


class FactList:
    """Facts in rows of one column or two, whatever needs the fewest lines."""

    def __init__(self, theme: Theme, facts: Sequence[Fact]) -> None:
        self.theme, self.facts = theme, tuple(facts)
        self.style = plain(theme.type.fact)

    def height(self, width: float, gap: float) -> float:
        """Height at a width; nothing without facts."""
        return _total(self._rows(width, gap), gap)

    def paint(self, sheet: Sheet, x: float, y: float, width: float, gap: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        for row in self._rows(width, gap):
            self._draw(sheet, row.left, x, y, gap)
            self._draw(sheet, row.beside, x + row.right, y, gap)
            y += row.height + gap

    def _draw(self, sheet: Sheet, column: _Column, x: float, y: float, gap: float) -> None:
        for fact, block in column:
            indent, half = self._indent(fact), self.style.size * 0.6
            if indent:
                marks.warning(sheet, x + half, y + self.style.leading * 0.54, half)
            y += sheet.text(x + indent, y, block) + gap

    @cached
    def _rows(self, width: float, gap: float) -> list[_Row]:
        """All facts in few rows; in whatever is least high where a card is at its tightest.

        A fact on one line is read more easily: it goes on in a second where that saves one.
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
        """Some of the facts in one column, or the first half of them beside the others."""
        column, room, count = self._column(start, end, width), width - _COLUMNS, end - start
        best, half = _Row(_column_height(column, gap), column), (count + 1) // 2
        lines = self.style.leading * half + gap * (half - 1)
        for share in _SHARES if count > 1 else ():
            if best.height <= lines + 0.01:
                break  # a line for each fact: none is lower
            left = self._column(start, start + half, room * share)
            beside = self._column(start + half, end, room - room * share)
            height = max(_column_height(left, gap), _column_height(beside, gap))
            if height < best.height - 0.01:
                best = _Row(height, left, beside, room * share + _COLUMNS)
        return best

    @cached
    def _column(self, start: int, end: int, width: float) -> _Column:
        facts = ((fact, width - self._indent(fact)) for fact in self.facts[start:end])
        return tuple((fact, self.theme.setter.set(fact.text, self.style, x)) for fact, x in facts)

    def _indent(self, fact: Fact) -> float:
        """Room for the sign of a caution."""
        return self.style.size * 1.5 if fact.kind is FactKind.CAUTION else 0.0


def _column_height(column: _Column, gap: float) -> float:
    return sum(block.height for _, block in column) + gap * max(0, len(column) - 1)


def _total(rows: Sequence[_Row], gap: float) -> float:
    return sum(row.height for row in rows) + gap * max(0, len(rows) - 1)
