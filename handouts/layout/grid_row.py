"""Draw the rows of a tracking grid: exercises with their plan, and pain, with boxes for the pen."""

from __future__ import annotations

from contextlib import nullcontext
from functools import cached_property

from msgspec import Struct

from handouts.compose.document import GridLine, GridRow
from handouts.compose.runs import Labelled
from handouts.layout import signs
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, plain
from handouts.model.layout import TypeStyle
from handouts.pdf.annotations import EntryKind
from handouts.text.setting import Placed, SetText, replace_size, type_style

LEAST_BOX = 17.0
"""The least size of a box for a pen, in points: 6 mm."""

_PICTURE_WIDTH, _PICTURE_ROW = 62.0, 35.0
"""Width of a row's picture, and the least height of a row that has one, in points."""

_LOW_LEADING = 1.07

_BETWEEN_TILES = 3.0
"""The least space between the numbers of two rows, in points."""

_BESIDE = 8.0
"""Space between two texts on a line, for a dot in the middle, at the standard size (points)."""

_NAME_LEAST, _DOSE_LEAST = 11 / 12.5, 10.5 / 11
"""The least size of name and dose, as a share of their usual size."""

_LEAST_WORDS = 9.0
"""The least type size of words beside the pain row, at the standard size (points)."""


class Form(Struct, frozen=True):
    """How roomy the rows of a band are.

    ``pictured``: all rows have their picture. ``low``: lines of text are closer. ``line`` is the
    height of a line of boxes as a share of the usual height, and ``least`` its least height.
    ``size`` is the type size as a share of the usual one. If no page has room for a week, its
    ``plan`` and its ``boxes`` are drawn separately.
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
"""Forms for any grid, the roomiest first."""

RULED_FORMS = tuple(
    Form(pictured=False, low=True, line=0.0, least=least, size=size)
    for least, size in ((15.0, 1.0), (15.0, 0.92), (15.0, 0.84), (15.0, 0.78), (11.0, 0.78))
)
"""More forms for a ruled grid. A fridge sheet is one page, so its cells may be lower than boxes.
Type gets small before cells are lower than 5 mm."""


class Columns(Struct, frozen=True):
    """The columns of a band: width of the name column, width of a day, number of days."""

    names: float
    pitch: float
    days: int


_NO_COLUMNS = Columns(0.0, 0.0, 0)


class ExerciseRow:
    """The row of an exercise at a width: the phase that begins, its head, its lines of boxes.

    The head is number, picture, name and plan, in the name column.
    """

    def __init__(
        self, theme: Theme, row: GridRow, form: Form = FORMS[-1],
        columns: Columns = _NO_COLUMNS, width: float = 0.0,
    ) -> None:  # fmt: skip
        self.theme, self.row, self.columns, self.form, self.width = theme, row, columns, form, width
        plan = (row.dose, row.when) if form.plan else ()
        self.plan = tuple(leaf for leaf in plan if leaf is not None)
        self.picture = theme.frames(row.figure) if form.pictured and form.plan else ()
        roomy = max(1.0, theme.scale * 0.9)
        self.tile = (19.0 if self.plan else 16.0) * max(1.0, theme.scale * 0.95)
        self.box_width = 17.0 * roomy if row.box_label and form.plan else 0.0
        """The width of the box to mark, with its space."""
        self.picture_width, self.picture_row = _PICTURE_WIDTH * roomy, _PICTURE_ROW * roomy
        picture = self.picture_width + 6 if self.picture else 0.0
        self.indent = self.box_width + self.tile + 6 + picture
        self.label = bold(self._leaded(theme.type.grid))
        """The type of side letters, with the same leading as the words."""
        labels = [line.label for line in row.lines if line.label]
        widths = [theme.setter.width(label, self.label) + 11 for label in labels]
        self.beside = self.indent + max(widths if form.boxes else (), default=6.0)
        """The width of number, picture and side letter in the name column."""
        self.gap = _BESIDE * max(1.0, theme.scale)

    def _leaded(self, style: TypeStyle) -> TypeStyle:
        if not self.form.low:
            return style
        size = style.size * self.form.size
        leading = size * _LOW_LEADING * self.theme.leading_factor
        return type_style(size, leading, bold=style.bold)

    @cached_property
    def phase(self) -> SetText | None:
        """The phase that begins with the row, if any."""
        style = plain(self.theme.type.grid, self.theme.type.grid_detail.size * 1.05)
        setter, phase = self.theme.setter, self.row.phase
        if phase is None or not self.form.plan:
            return None
        line = setter.fitted(phase, style, self.width, style.size * _DOSE_LEAST)
        one = len(line.lines) == 1
        return line if one else setter.set(phase, style, self.width, balance=False)

    @property
    def above(self) -> float:
        """The height of the line with the phase, in points."""
        return self.phase.height + 5 if self.phase else 0.0

    # -- how wide names are

    @property
    def least_names(self) -> float:
        """The least width of the name column that breaks no word, in points."""
        grid, detail = self.theme.type.grid, plain(self.theme.type.grid_detail)
        styles = [(self.row.name, replace_size(grid, grid.size * _NAME_LEAST))]
        small = replace_size(detail, detail.size * _DOSE_LEAST)
        styles += [(leaf, small) for leaf in self.plan]
        words = (word for each in styles for word in self.theme.setter.words(*each))
        return self.beside + max(word.width for word in words) + 0.1

    @property
    def natural_names(self) -> float:
        """The width of the name column that has the name on one line, in points."""
        return self.beside + self.theme.setter.width(self.row.name, self.theme.type.grid) + 0.1

    # -- words

    @cached_property
    def _words(self) -> list[Placed]:
        """Name and plan, in the room beside number, picture and side letter.

        In rows without a picture, the days are on the dose's line if both fit, or else the dose is
        on the name's line. So all rows read in the same order.
        """
        setter, style = self.theme.setter, self._leaded(self.theme.type.grid)
        detail = self._leaded(plain(self.theme.type.grid_detail))
        room = self.columns.names - self.beside
        name = setter.fitted(self.row.name, style, room, style.size * _NAME_LEAST)
        plan = (setter.fitted(x, detail, room, detail.size * _DOSE_LEAST) for x in self.plan)
        words, followed = [name, *plan], None
        if not self.form.pictured and len(words) > 2:
            pairs = ((n, words[n].lines[-1].width, words[n + 1]) for n in (1, 0))
            room -= self.gap
            fits = (n for n, wide, on in pairs if len(on.lines) == 1 and wide + on.width <= room)
            followed = next(fits, None)
        placed, down = list[Placed](), 0.0
        for number, block in enumerate(words):
            if number and number - 1 == followed:
                before = words[number - 1]
                base = down - before.style.leading + before.first_baseline
                across = before.lines[-1].width + self.gap
                placed.append(Placed(across, base - block.first_baseline, block))
            else:
                placed.append(Placed(0.0, down, block))
                down += block.height
        return placed

    @property
    def _words_height(self) -> float:
        return sum(each.block.height for each in self._words if not each.across)

    # -- measures

    @cached_property
    def height(self) -> float:
        """Its least height, in points."""
        lines, grid = len(self.row.lines), self.theme.layout.grid
        each = (grid.row if lines == 1 else grid.side_row) * self.form.line
        # Side letters are below each other, so a line of boxes is at least as high as a letter.
        label = self.label.leading if any(line.label for line in self.row.lines) else 0.0
        boxes = lines * max(self.form.least, each, label) if self.form.boxes else 0.0
        words = self._words_height + 3 * self.form.size
        return self.above + max(boxes, words, self.picture_row if self.picture else 0.0)

    def stretch_to(self, line: float) -> float:
        """Return how much it may grow until each of its lines is ``line`` points high."""
        return max(0.0, line * len(self.row.lines) + self.above - self.height)

    # -- drawing

    def paint(self, sheet: Sheet, x: float, y: float, height: float) -> None:
        """Draw with the top left corner at ``x, y``, and the rule above the whole row."""
        if self.phase:
            # Below the edge of the boxes above, so that these stay whole in a bad copy.
            sheet.line(x, y + 1.3, x + self.width, y + 1.3, "line", 1.2)
            sheet.text(x, y + 3, self.phase, "heading")
        y, height = y + self.above, height - self.above
        sheet.line(x, y, x + self.width, y, "rule")
        if self.box_width:
            box, top = self.box_width - 4, y + (height - self.box_width + 4) / 2
            sheet.tick_box(x, top, box, self.row.box_label, self.row)
        # For boxes drawn apart from their plan, the head was already read there.
        with nullcontext() if self.form.plan else sheet.furniture():
            self._draw_head(sheet, x, y, height)
        if self.form.boxes:
            each = height / len(self.row.lines)
            for number, line in enumerate(self.row.lines):
                self._draw_line(sheet, line, x + self.columns.names, y + number * each, each)

    def _draw_head(self, sheet: Sheet, x: float, y: float, height: float) -> None:
        side, left = min(self.tile, height - _BETWEEN_TILES), x + self.box_width
        signs.tile(self.theme, sheet, left, y + (height - side) / 2, self.row.number, side)
        if self.picture:
            high = min(height - 3, 1.6 * _PICTURE_ROW * max(1.0, self.theme.scale))
            place = (left + self.tile + 5, y + (height - high) / 2, self.picture_width, high)
            signs.draw_frame(sheet, place, self.picture[-1], self.row)
        x, y = x + self.indent, y + (height - self._words_height) / 2 - 0.5
        for each in self._words:
            if each.across:
                size, base = each.block.style.size, y + each.down + each.block.first_baseline
                dot = x + each.across - self.gap / 2
                sheet.circle(dot, base - size * 0.3, size * 0.09, fill="text")
            sheet.texts(x, y, [each])

    def _draw_line(self, sheet: Sheet, line: GridLine, x: float, y: float, height: float) -> None:
        """Draw a line of boxes from ``x`` on, with its label to the left."""
        pitch = self.columns.pitch
        if line.label:
            label = self.theme.setter.line(line.label, self.label)
            base = y + height / 2 + label.style.size * 0.345
            sheet.on_baseline(x - 5, base, label, align="right")
        if not any(line.boxes):
            sheet.say(x, y, height, line)
        for number, open_day in enumerate(line.boxes):
            left = x + number * pitch
            if open_day:
                # The whole cell, not a box in it, gives room to a shaky hand.
                sheet.rect(left, y, pitch, height, fill="white", stroke="text", line=1.2)
                kind = EntryKind.TICK
                if line.to_write:
                    kind, base = EntryKind.AMOUNT, y + height - 4
                    sheet.line(left + 2.5, base, left + pitch - 2.5, base, "text", 0.9)
                sheet.entry(kind, left, y, (pitch, height), line.summary, line, number)
            elif open_day is not None:
                self._draw_rest(sheet, left + pitch / 2, y + height / 2)

    def _draw_rest(self, sheet: Sheet, x: float, y: float) -> None:
        """Draw a small cross, because a bad copy would lose a tint."""
        arm = 2.6 * max(1.0, self.theme.scale * 0.9)
        for slope in (arm, -arm):
            sheet.line(x - arm, y - slope, x + arm, y + slope, "text", 1.1, round_ends=True)


class PainRow:
    """The row for the worst pain of each day, with a circle for the number."""

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
