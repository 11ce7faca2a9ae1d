"""Draw the patient panel, which says in labelled cells who a handout is for."""

from __future__ import annotations

import math

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from handouts.compose.document import PatientPanel
from handouts.compose.runs import FieldName, Labelled
from handouts.layout.block import Block, cached
from handouts.layout.grid_row import LEAST_BOX
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, plain, run_in
from handouts.model.layout import POINTS_PER_MM
from handouts.text.setting import STEP, Placed, SetText, baseline, height_of, replace_size

_MOST_STEPS = 60
_USUAL, _USUAL_SMALL = 84.0, 55.0
"""The least room for a value, in points, so that most dates share a layout. A layout in small type
has less room to give."""
_NAME_PEN, _PEN = 70 * POINTS_PER_MM, 40 * POINTS_PER_MM
"""Widths of a line for the pen in points: for the patient's name, and for others."""

_NARROW = 66.0
"""The least length of lines for the pen (except the name's) beside a printed name, or on a page
that would overflow, in points."""

_SHARES = (1.0, 12.75 / 13.5, 12 / 13.5, 11.5 / 13.5)
"""Sizes to try for the values of a row, as shares of the full size, the largest first."""

_BEFORE_GRID, _LAST = -2, -5
"""When it gives way: before the type of a grid gets small, or last."""

_NAMES = {FieldName.NAME, FieldName.PREFERRED_NAME}

Fields = tuple[Labelled, ...]


class _Widths(Struct, frozen=True):
    """Widths of a labelled value in points: its parts at full size, and its line for the pen."""

    label: float
    value: float
    choices: float
    blank: float


class _FieldRow(Struct, frozen=True):
    """Labelled values side by side, the widths of their cells, and the size of all values."""

    fields: Fields
    cells: list[float]
    size: float


class PanelBlock(Block):
    """Who the handout is for: labelled values in cells, in one row or more."""

    name, gap = "patient", 10.0
    level = False
    """Labels are beside their lines for the pen, not above."""

    def __init__(self, theme: Theme, block: PatientPanel) -> None:
        self.theme, self.block = theme, block
        self.pad = 7.0 * min(theme.scale, 1.2)
        self._step = STEP * theme.scale
        self._usual = int((_USUAL if theme.scale >= 1 else _USUAL_SMALL) // self._step)
        self._smallest = theme.type.value.size * _SHARES[-1]
        self.referred = False
        self.assumed: float | None = None
        """The assumed width of the roomy value, to test the layout with another patient's."""
        self._widths = {id(item): self._measured(item) for item in block.fields}
        self._roomy = next((item for item in block.fields if _is_name(item)), None)
        """The field that takes the space left by others: the patient's name, or its line."""
        self._named = self._roomy is not None and self._roomy.value.personal
        # Beside a name, full-size values matter more than long lines for the pen.
        self.narrow = self._named
        pens = block.note is None and all(x.choices or _has_pen(x) for x in block.fields)
        # A ruled sheet must be one page: this makes room before the type of its grid gets small.
        self._may_level = pens and theme.layout.grid.ruled
        self.gives_way = _BEFORE_GRID if self._may_level else _LAST

    def _value(self, item: Labelled, room: float, size: float) -> SetText:
        style = replace_size(self.theme.type.value, size)
        return self.theme.setter.fitted(item.value, style, room, self._smallest)

    # -- values of patients get their room in steps, so that patients share a layout

    def _measured(self, item: Labelled) -> _Widths:
        setter, style = self.theme.setter, self.theme.type
        value = setter.width(item.value, style.value)
        if item.value.personal:
            steps = math.ceil(value / self._step)
            value = self._step * (steps if _is_name(item) else max(steps, self._usual))
        choices = (setter.width(each, style.value) for each in item.choices)
        return _Widths(
            label=setter.width(item.label, style.label),
            value=value,
            choices=sum(width + self._choice for width in choices),
            blank=(_NAME_PEN if _is_name(item) else _PEN) if _has_pen(item) else 0.0,
        )

    @property
    def _box(self) -> float:
        """The side of the box to tick beside a choice, in points."""
        return max(LEAST_BOX, self.theme.type.value.size * 0.95)

    @property
    def _choice(self) -> float:
        """The width of the box of a choice, with its space, in points."""
        return self._box + 5 + 7.5 * self.theme.scale

    def _wide(self, item: Labelled) -> float:
        """Return the width reserved for a value at its full size, in points."""
        if self.assumed is not None and item is self._roomy:
            return self.assumed
        return self._widths[id(item)].value

    def _arranged(self, width: float, steps: int) -> list[_FieldRow]:
        """Return the rows that there would be if the roomy value had this width in steps."""
        return self.changed(assumed=steps * self._step)._rows(width)  # noqa: SLF001 - its like

    def _range(self, item: Labelled, width: float) -> tuple[float, float]:
        """Return the range of widths of a patient's value that leaves everything in place."""
        low = high = round(self._wide(item) / self._step)
        if item is self._roomy:
            arranged = self._rows(width)
            while low > 1 and self._arranged(width, low - 1) == arranged:
                low -= 1
            while high < _MOST_STEPS and self._arranged(width, high + 1) == arranged:
                high += 1
        fewest = 0 if low == self._usual and not _is_name(item) else low - 1
        return fewest * self._step, high * self._step

    # -- measures

    def _size(self, item: Labelled, room: float) -> float:
        """Return the largest size at which the widest value of the same step fits."""
        full = size = self.theme.type.value.size
        width = self._wide(item)
        while size > self._smallest and width * size / full > room:
            size = max(self._smallest, size - 0.25)
        return size

    def _row_size(self, row: Fields, width: float) -> float:
        """Return one size for all values of a row: the tightest; ignore blanks and choices."""
        full = self.theme.type.value.size
        if self._roomy in row:
            sizes = (full * share for share in _SHARES)
            fitting = (size for size in sizes if sum(self._at(row, size)) <= width)
            return next(fitting, self._smallest)
        cells = zip(row, self._cells(row, width), strict=True)
        sizes_of = [
            self._size(item, cell - 2 * self.pad)
            for item, cell in cells
            if item.value.runs and not _has_pen(item)
        ]
        return min(sizes_of, default=full)

    def _at(self, row: Fields, size: float) -> list[float]:
        """Return the least widths of a row's cells at a size of values."""
        return [self._least(item, size / self.theme.type.value.size) for item in row]

    def _parted(self, width: float, first: int = 0) -> list[Fields]:
        """Return the fields in as few rows as fit (values may shrink a little).

        ``first`` is the index of the first field. A field that fits in no row with others is alone.
        """
        fields = self.block.fields[first:]
        if not fields:
            return []
        for count in range(1, len(fields) + 1):
            across = -(-len(fields) // count)
            rows = [fields[i : i + across] for i in range(0, len(fields), across)]
            if all(sum(map(self._least, row)) <= width for row in rows):
                return rows
        return [fields[:1], *self._parted(width, first + 1)]

    def _least(self, item: Labelled, share: float = _SHARES[-1]) -> float:
        """Return the width of a cell with its value at a share of its size; pens do not scale."""
        widths = self._widths[id(item)]
        value = (self._wide(item) + widths.choices) * share
        short = self.narrow and item is not self._roomy
        pen = min(widths.blank, _NARROW) if short else widths.blank
        if self.level:
            return widths.label + self.pad + max(value, pen) + 2 * self.pad
        return max(widths.label, value, pen) + 2 * self.pad

    @override
    def _tighter(self) -> Block | None:
        """Shorten lines for the pen, then replace the note with a reference to the full handout.

        On a sheet that must be one page, lines without any value are first put beside their labels.
        """
        if self._may_level and not self.level:
            return self.changed(level=True, gives_way=_LAST)
        if not self.narrow:
            return self.changed(narrow=True)
        can = self.block.elsewhere is not None and not self.referred
        return self.changed(referred=True) if can else None

    def _reference(self, width: float) -> list[Placed]:
        """Return who wrote a note that has no room, and where to find it."""
        if not self.referred or self.block.note is None or self.block.elsewhere is None:
            return []
        style = self.theme.type.detail
        parts = [(self.block.note.label, bold(style)), (self.block.elsewhere, plain(style))]
        return run_in(self.theme, parts, width, style.leading)

    def _note(self, width: float) -> list[Placed]:
        note, setter, room = self.block.note, self.theme.setter, width - 2 * self.pad
        if note is None or self.referred:
            return []
        label = setter.fitted(note.label, self.theme.type.label, room, 9)
        lines = setter.set(note.value, plain(self.theme.type.detail), room, balance=False)
        return [
            Placed(self.pad, 6, label, "label"),
            Placed(self.pad, 6 + label.height, lines),
        ]

    @cached
    def _rows(self, width: float) -> list[_FieldRow]:
        return [
            _FieldRow(fields, self._cells(fields, width), self._row_size(fields, width))
            for fields in self._parted(width)
        ]

    def _row_height(self, row: _FieldRow) -> float:
        lines = max(
            len(self._value(item, cell - 2 * self.pad, self._smallest).lines)
            for item, cell in zip(row.fields, row.cells, strict=True)
        )
        label, value = self.theme.type.label.leading, self.theme.type.value.leading
        if self.level:
            return value + 10.0
        return label + value + 16.5 * min(self.theme.scale, 1.2) + (lines - 1) * value

    @override
    def _height_at(self, width: float) -> float:
        note, rows = self._note(width), sum(map(self._row_height, self._rows(width)))
        return rows + (height_of(note) + 8 if note else height_of(self._reference(width)))

    @override
    def split(self, width: float, room: float) -> list[Block]:
        if self.block.note is None or not self.block.fields:
            return []
        first = PanelBlock(self.theme, replace(self.block, note=None, elsewhere=None))
        rest = PanelBlock(self.theme, replace(self.block, fields=()))
        return [first, rest] if first.height_at(width) <= room else []

    def _cells(self, row: Fields, width: float) -> list[float]:
        if self._roomy in row:
            cells = self._at(row, self._row_size(row, width))
            place = row.index(self._roomy)
            cells = self._for_pens(row, cells, width)
            # Computed from the others alone: with a name's width the last digit could differ.
            cells[place] = width - sum(cells[:place]) - sum(cells[place + 1 :])
            return cells
        natural = self._for_pens(row, self._at(row, self.theme.type.value.size), width)
        spare = (width - sum(natural)) / len(row)
        if spare >= 0:
            return [each + spare for each in natural]
        # Values shrink, labels do not.
        least = [self._least(item) for item in row]
        part = max(0.0, width - sum(least)) / max(1.0, sum(natural) - sum(least))
        shrunk = [low + (high - low) * part for low, high in zip(least, natural, strict=True)]
        return [each * min(1.0, width / sum(shrunk)) for each in shrunk]

    def _for_pens(self, row: Fields, cells: list[float], width: float) -> list[float]:
        """Give the room left in a row to lines for the pen that are too short, before others grow.

        Not beside a name: its width would decide the length of the lines, so that each name would
        need its own layout.
        """
        if self._named:
            return cells
        left = max(0.0, width - sum(cells))
        pens = (self._widths[id(item)].blank + 2 * self.pad for item in row)
        more = [max(0.0, pen - cell) for pen, cell in zip(pens, cells, strict=True)]
        part = min(1.0, left / max(1.0, sum(more)))
        return [cell + part * each for cell, each in zip(cells, more, strict=True)]

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        rows = self._rows(width)
        panel = sum(map(self._row_height, rows)) if self.referred else height
        if panel:
            sheet.rect(x, y, width, panel, fill="panel", stroke="text", line=1.2, radius=6)
        for row in rows:
            if row is not rows[0]:
                sheet.line(x + self.pad, y, x + width - self.pad, y, "rule")
            self._draw_row(sheet, row, x, y, width)
            y += self._row_height(row)
        note = self._note(width)
        if note and rows:
            sheet.line(x + self.pad, y, x + width - self.pad, y, "rule")
        sheet.texts(x, y, note or self._reference(width))
        unsaid = self.block.note.value if self.referred and self.block.note else None
        if (leaf := unsaid or self.block.elsewhere) is not None:
            sheet.drop(leaf)

    def _draw_row(self, sheet: Sheet, row: _FieldRow, x: float, y: float, width: float) -> None:
        style, left, high = self.theme.type, x, self._row_height(row)
        for index, (item, cell) in enumerate(zip(row.fields, row.cells, strict=True)):
            if index:
                sheet.line(left, y + 8, left, y + high - 8, "rule")
            start, room = left + self.pad, cell - 2 * self.pad
            top = y + 7 * min(self.theme.scale, 1.2)
            label = self.theme.setter.line(item.label, style.label)
            if self.level:
                top, base = y + 5.0, y + 5.0 + baseline(style.value)
                sheet.text(start, base - label.first_baseline, label, "label")
                beside = label.width + self.pad
                start, room = start + beside, room - beside
            else:
                top += sheet.text(start, top, label, "label") + 1
            if item.choices:
                self._draw_choices(sheet, item, start, top)
            elif _has_pen(item):
                base = top + style.value.leading - 3
                sheet.writing_line(start, start + room, base)
                sheet.blank(start, base, room, item.value, style.value.size, item.label.plain)
            else:
                value = self._value(item, room, row.size)
                if item.value.personal and value.style.size == row.size:
                    scale = row.size / style.value.size
                    least, most = (each * scale for each in self._range(item, width))
                    value = value.within(least, min(room, most))
                sheet.text(start, top + baseline(style.value) - value.first_baseline, value)
            left += cell

    def _draw_choices(self, sheet: Sheet, item: Labelled, x: float, y: float) -> None:
        style, box = self.theme.type.value, self._box
        for choice in item.choices:
            line = self.theme.setter.line(choice, style)
            top = y + (style.leading - box) / 2
            sheet.tick_box(x, top, box, f"{item.label.plain}: {choice.plain}", choice, 1.0)
            sheet.text(x + box + 5, y, line)
            x += line.width + self._choice


def _has_pen(item: Labelled) -> bool:
    """Return whether it has a line for the pen in place of a value."""
    return any(run.blank for run in item.value.runs)


def _is_name(item: Labelled) -> bool:
    return any(run.field in _NAMES for run in item.value.runs)
