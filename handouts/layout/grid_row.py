"""Draw the rows of a tracking grid: exercises with their plan, and pain, with boxes to fill in."""

from __future__ import annotations

from contextlib import nullcontext
from functools import cached_property

from msgspec import Struct

from handouts.compose.document import GridLine, GridRow
from handouts.compose.runs import Labelled
from handouts.layout import marks
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, plain
from handouts.model.layout import TypeStyle
from handouts.pdf.annotations import EntryKind
from handouts.text.setting import SetText, replace_size

LEAST_BOX = 17.0
"""A box for a pen is no smaller: 6 mm, in points."""

_PICTURE_WIDTH, _PICTURE_ROW = 62.0, 35.0
"""Width of a row's picture, and the least height of a row that has one, in points."""

_LOW_LEADING = 1.07

_BETWEEN_TILES = 3.0
"""The least space between the numbers of two rows, in points."""

_BESIDE = 8.0
"""Space between two texts on a line, with a dot in its middle, at the standard size (points)."""

_NAME_LEAST, _DOSE_LEAST = 11 / 12.5, 10.5 / 11
"""Name and dose become no smaller than this part of their size."""

_LEAST_WORDS = 9.0
"""Words beside the pain row become no smaller, at the standard size (points)."""


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


FORMS = (
    Form(pictured=True, low=False, line=1.0, least=LEAST_BOX + 1),
    Form(pictured=True, low=True, line=0.9, least=LEAST_BOX + 1),
    Form(pictured=True, low=True, line=0.0, least=LEAST_BOX + 0.4),
    Form(pictured=False, low=True, line=0.0, least=LEAST_BOX + 0.4),
)
"""Forms of any grid, the roomiest first."""

RULED_FORMS = tuple(
    Form(pictured=False, low=True, line=0.0, least=least, size=size)
    for least, size in ((15.0, 1.0), (13.0, 0.92), (11.0, 0.84), (11.0, 0.78))
)
"""More of a ruled grid: cells that touch may be lower than boxes, as a fridge sheet is one page."""


class Columns(Struct, frozen=True):
    """Where the day columns of a band stand: name column, one day's pitch, number of days."""

    names: float
    pitch: float
    days: int


def least_names(theme: Theme, row: GridRow) -> float:
    """The least width of the name column in which no word of a row is parted, in points."""
    head = _RowHead(theme, row, 0.0, Form(pictured=False, low=True, line=0, least=0))
    grid, detail = theme.type.grid, plain(theme.type.grid_detail)
    words = list(theme.setter.words(row.name, replace_size(grid, grid.size * _NAME_LEAST)))
    for leaf in head.plan:
        words += theme.setter.words(leaf, replace_size(detail, detail.size * _DOSE_LEAST))
    return head.beside + max(word.width for word in words) + 0.1


def natural_names(theme: Theme, row: GridRow) -> float:
    """The width of the name column in which a name stands on one line, in points."""
    head = _RowHead(theme, row, 0.0, Form(pictured=False, low=True, line=0, least=0))
    return head.beside + theme.setter.width(row.name, theme.type.grid) + 0.1


class _RowHead:
    """Number, picture, name and plan of a row, in a name column of ``names`` points."""

    def __init__(self, theme: Theme, row: GridRow, names: float, form: Form) -> None:
        self.theme, self.row, self.names, self.form = theme, row, names, form
        plan = (row.dose, row.when) if form.plan else ()
        self.plan = tuple(leaf for leaf in plan if leaf is not None)
        self.picture = theme.frames(row.figure) if form.pictured and form.plan else ()
        roomy = max(1.0, theme.scale * 0.9)
        self.tile = (19.0 if self.plan else 16.0) * max(1.0, theme.scale * 0.95)
        self.mark = 17.0 * roomy if row.mark and form.plan else 0.0
        """What the box to mark takes of the width."""
        self.picture_width, self.picture_row = _PICTURE_WIDTH * roomy, _PICTURE_ROW * roomy
        picture = self.picture_width + 6 if self.picture else 0.0
        self.indent = self.mark + self.tile + 6 + picture
        self.label = bold(self._leaded(theme.type.grid))
        """Type of side letters, which is as close as that of the words."""

    def _leaded(self, style: TypeStyle) -> TypeStyle:
        if not self.form.low:
            return style
        size = style.size * self.form.size
        return TypeStyle(size=size, leading=size * _LOW_LEADING, bold=style.bold)

    @property
    def beside(self) -> float:
        """What number, picture and side letter take of the column."""
        lines = self.row.lines if self.form.boxes else ()
        labels = (line.label for line in lines if line.label)
        widths = (self.theme.setter.width(label, self.label) + 11 for label in labels)
        return self.indent + max(widths, default=6.0)

    @cached_property
    def _words(self) -> tuple[SetText, ...]:
        """Name and plan in what is left beside number, picture and side letter."""
        setter, style = self.theme.setter, self._leaded(self.theme.type.grid)
        detail, room = self._leaded(plain(self.theme.type.grid_detail)), self.names - self.beside
        name = setter.fitted(self.row.name, style, room, style.size * _NAME_LEAST)
        plan = (setter.fitted(x, detail, room, detail.size * _DOSE_LEAST) for x in self.plan)
        return name, *plan

    @cached_property
    def _followed(self) -> int | None:
        """The place of the text that the next one follows on its line; None if all stand below.

        In rows without a picture days follow the dose, or else the dose the name, if a line holds
        both: so all rows are read in one order.
        """
        words, room = self._words, self.names - self.beside - self._gap
        if self.form.pictured or len(words) < 3:
            return None
        pairs = ((n, words[n].lines[-1].width, words[n + 1]) for n in (1, 0))
        fits = (n for n, wide, on in pairs if len(on.lines) == 1 and wide + on.width <= room)
        return next(fits, None)

    @property
    def _gap(self) -> float:
        return _BESIDE * max(1.0, self.theme.scale)

    @property
    def _words_height(self) -> float:
        height = sum(block.height for block in self._words)
        if self._followed is None:
            return height
        return height - self._words[self._followed + 1].height

    @property
    def height(self) -> float:
        """Its least height, in points."""
        words = self._words_height + 3 * self.form.size
        return max(words, self.picture_row if self.picture else 0.0)

    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        """Draw with the top left corner at ``x, y``, and the rule above the whole row."""
        sheet.line(x, y, x + width, y, "rule")
        side, left = min(self.tile, height - _BETWEEN_TILES), x + self.mark
        if self.mark:
            box, top = self.mark - 4, y + (height - self.mark + 4) / 2
            sheet.rect(x, top, box, box, fill="white", stroke="box", line=1.2, radius=2)
            sheet.entry(EntryKind.TICK, x, top, (box, box), self.row.mark, self.row)
        # Boxes apart from their plan: what they are of has been read there.
        with nullcontext() if self.form.plan else sheet.furniture():
            marks.tile(self.theme, sheet, left, y + (height - side) / 2, self.row.number, side)
            if self.picture:
                high = min(height - 3, 1.6 * _PICTURE_ROW * max(1.0, self.theme.scale))
                place = (left + self.tile + 5, y + (height - high) / 2, self.picture_width, high)
                marks.draw_frame(self.theme, sheet, place, self.picture[-1], self.row)
            left, top = x + self.indent, y + (height - self._words_height) / 2 - 0.5
            words, followed = self._words, self._followed
            for number, block in enumerate(words):
                if followed is None or number != followed + 1:
                    top += sheet.text(left, top, block)
                    continue
                before = words[followed]
                base = top - before.style.leading + before.first_baseline
                end, size = left + before.lines[-1].width, block.style.size
                sheet.circle(end + self._gap / 2, base - size * 0.3, size * 0.09, fill="text")
                sheet.on_baseline(end + self._gap, base, block)


class ExerciseRow:
    """The row of an exercise at a width: what begins with it, its head and its lines of boxes."""

    def __init__(
        self, theme: Theme, row: GridRow, columns: Columns, form: Form, width: float
    ) -> None:
        self.theme, self.row, self.columns, self.form, self.width = theme, row, columns, form, width
        self.head = _RowHead(theme, row, columns.names, form)
        self.phase = self._set_phase() if form.plan else None
        self.above = self.phase.height + 5 if self.phase else 0.0
        """Height of the line that says what begins with the row."""

    def _set_phase(self) -> SetText | None:
        style = plain(self.theme.type.grid, self.theme.type.grid_detail.size * 1.05)
        setter, phase = self.theme.setter, self.row.phase
        if phase is None:
            return None
        line = setter.fitted(phase, style, self.width, style.size * _DOSE_LEAST)
        one = len(line.lines) == 1
        return line if one else setter.set(phase, style, self.width, balance=False)

    @cached_property
    def height(self) -> float:
        """Its least height, in points."""
        lines, grid = len(self.row.lines), self.theme.layout.grid
        each = (grid.row if lines == 1 else grid.side_row) * self.form.line
        # Side letters stand below each other: a line of boxes is as high as theirs.
        label = self.head.label.leading if any(line.label for line in self.row.lines) else 0.0
        boxes = lines * max(self.form.least, each, label) if self.form.boxes else 0.0
        return self.above + max(boxes, self.head.height)

    def stretch_to(self, line: float) -> float:
        """How much higher it may be until each of its lines is ``line`` points high."""
        return max(0.0, line * len(self.row.lines) + self.above - self.height)

    def paint(self, sheet: Sheet, x: float, y: float, height: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        if self.phase:
            # Below the edge of the boxes above: these stay whole in a bad copy.
            sheet.line(x, y + 1.3, x + self.width, y + 1.3, "line", 1.2)
            sheet.text(x, y + 3, self.phase, "heading")
        y, height = y + self.above, height - self.above
        self.head.paint(sheet, x, y, self.width, height)
        if self.form.boxes:
            each = height / len(self.row.lines)
            for number, line in enumerate(self.row.lines):
                self._draw_line(sheet, line, x + self.columns.names, y + number * each, each)

    def _draw_line(self, sheet: Sheet, line: GridLine, x: float, y: float, height: float) -> None:
        """A line of boxes from ``x`` on, its label left of it."""
        pitch = self.columns.pitch
        if line.label:
            label = self.theme.setter.line(line.label, self.head.label)
            base = y + height / 2 + label.style.size * 0.345
            sheet.on_baseline(x - 5, base, label, align="right")
        if not any(line.boxes):
            sheet.say(x, y, height, line)
        for number, open_day in enumerate(line.boxes):
            left = x + number * pitch
            if open_day:
                # The whole cell, not a box in it: room for a pen that shakes.
                sheet.rect(left, y, pitch, height, fill="white", stroke="text", line=1.2)
                kind = EntryKind.TICK
                if line.to_write:
                    kind, base = EntryKind.AMOUNT, y + height - 4
                    sheet.line(left + 2.5, base, left + pitch - 2.5, base, "text", 0.9)
                sheet.entry(kind, left, y, (pitch, height), line.summary, line, number)
            elif open_day is not None:
                self._draw_rest(sheet, left + pitch / 2, y + height / 2)

    def _draw_rest(self, sheet: Sheet, x: float, y: float) -> None:
        """A small cross: a bad copy keeps it, which loses a tint."""
        arm = 2.6 * max(1.0, self.theme.scale * 0.9)
        for slope in (arm, -arm):
            sheet.line(x - arm, y - slope, x + arm, y + slope, "text", 1.1, round_ends=True)


class PainRow:
    """The row for the worst pain of each day: a circle to write a number in."""

    def __init__(self, theme: Theme, pain: Labelled, columns: Columns) -> None:
        self.theme, self.pain, self.columns = theme, pain, columns
        setter, style, room = theme.setter, theme.type, columns.names - 5
        self.label = setter.line(pain.label, bold(style.grid))
        self.scale = setter.line(pain.value, plain(style.detail))
        self.beside = self.label.width + 5 + self.scale.width <= room
        if not self.beside:
            least = _LEAST_WORDS * max(1.0, theme.scale)
            self.label = setter.fitted(pain.label, self.label.style, room, least)
            self.scale = setter.fitted(pain.value, self.scale.style, room, least)
        words = 0.0 if self.beside else self.label.height + self.scale.height + 2
        self.height = max(22.0 * max(1.0, theme.scale * 0.9), words)

    def paint(self, sheet: Sheet, x: float, y: float, width: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        sheet.line(x, y, x + width, y, "box", 1)
        label, scale, middle = self.label, self.scale, y + self.height / 2
        if self.beside:
            base = middle + self.theme.type.grid.size * 0.345
            sheet.on_baseline(x, base, label)
            sheet.on_baseline(x + label.width + 5, base, scale)
        else:
            top = y + (self.height - label.height - scale.height) / 2
            sheet.text(x, top + sheet.text(x, top, label), scale)
        pitch = self.columns.pitch
        radius = min(pitch / 2 - 1.1, 10.0 * max(1.0, self.theme.scale * 0.9))
        said = f"{self.pain.label.plain} {self.pain.value.plain}"
        for number in range(self.columns.days):
            across = x + self.columns.names + (number + 0.5) * pitch
            sheet.circle(across, middle, radius, fill="white", stroke="text", line=1.0)
            place, size = (across - radius, middle - radius), (2 * radius, 2 * radius)
            sheet.entry(EntryKind.NUMBER, *place, size, said, self.pain, number)
