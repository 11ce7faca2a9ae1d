"""Draw the names of a tracking grid's rows, in the first weeks with the plan of each exercise."""

from __future__ import annotations

from contextlib import nullcontext

from msgspec import Struct
from typing_extensions import override

from handouts.compose.document import GridRow
from handouts.layout import marks
from handouts.layout.block import Block
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, plain
from handouts.model.layout import TypeStyle
from handouts.pdf.annotations import EntryKind
from handouts.text.setting import SetText, replace_size

_PICTURE_WIDTH, _PICTURE_ROW = 62.0, 35.0
"""Width of a row's picture, and the least height of a row that has one, in points."""

_LOW_LEADING = 1.07

_BESIDE = 8.0
"""Space between two texts on a line, in points."""

_NAME_LEAST, _DOSE_LEAST = 11 / 12.5, 10.5 / 11
"""Name and dose become no smaller than this part of their size."""


class Form(Struct, frozen=True):
    """How roomy the rows of a band are.

    ``pictured``: all rows have their picture; ``low``: lines of text stand closer; ``line`` is the
    height of a line of boxes, as a part of the usual height, ``least`` what it has in any case.
    ``size`` is the part of their size that words have.
    Of a week that no page holds the ``plan`` and the ``boxes`` are drawn apart.
    """

    pictured: bool
    low: bool
    line: float
    least: float
    size: float = 1.0
    plan: bool = True
    boxes: bool = True


def least_names(theme: Theme, row: GridRow) -> float:
    """The least width of the name column in which no word of a row is parted, in points."""
    block = NameBlock(theme, row, 0.0, Form(pictured=False, low=True, line=0, least=0))
    grid, detail = theme.type.grid, plain(theme.type.grid_detail)
    words = list(theme.setter.words(row.name, replace_size(grid, grid.size * _NAME_LEAST)))
    for leaf in block.plan:
        words += theme.setter.words(leaf, replace_size(detail, detail.size * _DOSE_LEAST))
    return block.beside + max(word.width for word in words) + 0.1


def natural_names(theme: Theme, row: GridRow) -> float:
    """The width of the name column in which a name stands on one line, in points."""
    block = NameBlock(theme, row, 0.0, Form(pictured=False, low=True, line=0, least=0))
    return block.beside + theme.setter.width(row.name, theme.type.grid) + 0.1


class NameBlock(Block):
    """The head of one row, in a name column of ``names`` points, and the rule above the row."""

    def __init__(self, theme: Theme, row: GridRow, names: float, form: Form) -> None:
        self.theme, self.row, self.names, self.form = theme, row, names, form
        plan = (row.dose, row.when) if form.plan else ()
        self.plan = tuple(leaf for leaf in plan if leaf is not None)
        self.picture = theme.frames(row.figure) if form.pictured and form.plan else ()
        self._known: tuple[SetText, ...] | None = None

    @override
    def _height_at(self, width: float) -> float:
        words = self._words_height()
        scale = max(1.0, self.theme.scale * 0.9)
        return max(words + 3, _PICTURE_ROW * scale if self.picture else 0.0)

    @property
    def _tile(self) -> float:
        least = 19.0 if self.plan else 16.0
        return least * max(1.0, self.theme.scale * 0.95)

    @property
    def _mark(self) -> float:
        """What the box to mark takes of the width."""
        marked = self.row.mark and self.form.plan
        return 17.0 * max(1.0, self.theme.scale * 0.9) if marked else 0.0

    @property
    def _picture_width(self) -> float:
        return _PICTURE_WIDTH * max(1.0, self.theme.scale * 0.9)

    @property
    def _indent(self) -> float:
        picture = self._picture_width + 6 if self.picture else 0.0
        return self._mark + self._tile + 6 + picture

    @property
    def label(self) -> TypeStyle:
        """Type of side letters, which is as close as that of the words."""
        return bold(self._leaded(self.theme.type.grid))

    @property
    def beside(self) -> float:
        """What number, picture and side letter take of the column."""
        style, setter = self.label, self.theme.setter
        lines = self.row.lines if self.form.boxes else ()
        labels = (line.label for line in lines if line.label)
        widest = max((setter.width(label, style) + 11 for label in labels), default=6.0)
        return self._indent + widest

    def _words(self) -> tuple[SetText, ...]:
        """Name and plan in what is left beside number, picture and side letter."""
        if self._known is None:
            setter, style = self.theme.setter, self._leaded(self.theme.type.grid)
            detail, room = self._leaded(plain(self.theme.type.grid_detail)), self._room
            name = setter.fitted(self.row.name, style, room, style.size * _NAME_LEAST)
            plan = (setter.fitted(x, detail, room, detail.size * _DOSE_LEAST) for x in self.plan)
            self._known = (name, *plan)
        return self._known

    def _words_height(self) -> float:
        height = sum(block.height for block in self._words())
        return height if self._beside is None else height - self._words()[-1].height

    @property
    def _beside(self) -> int | None:
        """Where rows have no picture, days and minutes follow name or dose if a line holds both.

        It is the place of what they follow, None if they stand below.
        """
        *before, last = self._words()
        if self.form.pictured or len(before) < 2 or len(last.lines) > 1:
            return None
        places = (n for n, block in enumerate(before) if len(block.lines) == 1)
        room = self._room - _BESIDE - last.width
        return next((n for n in places if before[n].width <= room), None)

    @property
    def _room(self) -> float:
        return self.names - self.beside

    def _leaded(self, style: TypeStyle) -> TypeStyle:
        if not self.form.low:
            return style
        size = style.size * self.form.size
        return TypeStyle(size=size, leading=size * _LOW_LEADING, bold=style.bold)

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        sheet.line(x, y, x + width, y, "rule")
        side, left = self._tile, x + self._mark
        if self._mark:
            box, top = self._mark - 4, y + (height - self._mark + 4) / 2
            sheet.rect(x, top, box, box, fill="white", stroke="box", line=1.2, radius=2)
            sheet.entry(EntryKind.TICK, x, top, (box, box), self.row.mark, self.row)
        # Boxes apart from their plan: what they are of has been read there.
        with nullcontext() if self.form.plan else sheet.furniture():
            marks.tile(self.theme, sheet, left, y + (height - side) / 2, self.row.number, side)
            if self.picture:
                high = min(height - 3, 1.6 * _PICTURE_ROW * max(1.0, self.theme.scale))
                place = (left + side + 5, y + (height - high) / 2, self._picture_width, high)
                marks.draw_frame(self.theme, sheet, place, self.picture[-1], self.row)
            words, left, beside = self._words(), x + self._indent, self._beside
            top = y + (height - self._words_height()) / 2 - 0.5
            for number, block in enumerate(words if beside is None else words[:-1]):
                if number == beside:
                    base = top + block.first_baseline
                    sheet.on_baseline(left + block.width + _BESIDE, base, words[-1])
                top += sheet.text(left, top, block)


class PhaseBlock(Block):
    """The name of what begins with a row, over the whole width of the grid."""

    def __init__(self, theme: Theme, row: GridRow) -> None:
        self.theme, self.row = theme, row

    def _set(self, width: float) -> SetText | None:
        style = plain(self.theme.type.grid, self.theme.type.grid_detail.size * 1.05)
        setter, phase = self.theme.setter, self.row.phase
        if phase is None:
            return None
        line = setter.fitted(phase, style, width, style.size * _DOSE_LEAST)
        return line if len(line.lines) == 1 else setter.set(phase, style, width, balance=False)

    @override
    def _height_at(self, width: float) -> float:
        block = self._set(width)
        return block.height + 5 if block else 0.0

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        block = self._set(width)
        if block:
            # Below the edge of the boxes above: these stay whole in a bad copy.
            sheet.line(x, y + 1.3, x + width, y + 1.3, "line", 1.2)
            sheet.text(x, y + 3, block, "heading")
