"""Draw the tracking grid: the plan beside boxes to tick, with some weeks side by side."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import nullcontext

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from handouts.compose.document import GridBand, TrackingGrid
from handouts.compose.runs import text
from handouts.layout import signs
from handouts.layout.block import Block, cached
from handouts.layout.grid_head import LEAST_HEADING, BandParts, WeekTop, heading_texts
from handouts.layout.grid_row import (
    FORMS,
    LEAST_BOX,
    RULED_FORMS,
    Columns,
    ExerciseRow,
    Form,
    PainRow,
)
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme
from handouts.model.layout import Grid
from handouts.text.setting import Placed, height_of

_STEP = 0.5
"""Rows grow by whole steps (points)."""

_BESIDE_WEEKS = 10.0
"""Space between the heading and the weeks beside it (points)."""

_BELOW_HEADING = 3.0
"""Space below the heading (points)."""

_HIGHEST_LINE = 34.0
"""A line of boxes grows to this height, or to that of a row, if the page has room (points)."""

_APART = 8.0
"""How much a row of a plan without boxes grows if there is room, at the standard size (points)."""

_HIGHEST_ROW = 75.0
"""The greatest height of a row of a fridge sheet, which fills its page; a phase above it is extra
(points)."""

_ABOVE_TOTALS = 5.0
"""Space between the last row and the totals (points)."""

_SMALL_TYPE = -3
"""A ``gives_way`` below that of the pain rule, which loses its box before this type shrinks."""


class _SetBand(Struct, frozen=True):
    """A band set at a width: its columns, and its parts from top to bottom.

    The heads of weeks begin at ``above`` and have the height ``head``. Rows begin at ``under``.
    ``totals`` says how long all exercises take, for each kind of day.
    """

    columns: Columns
    heading: list[Placed]
    above: float
    weeks: list[WeekTop]
    head: float
    under: float
    rows: list[ExerciseRow]
    pain: PainRow | None
    totals: list[Placed]

    @property
    def height(self) -> float:
        """Its least height, in points."""
        height = self.under + sum(row.height for row in self.rows)
        height += self.pain.height if self.pain else 0.0
        return height + (_ABOVE_TOTALS + height_of(self.totals) if self.totals else 0.0)

    @property
    def bar(self) -> float:
        """The height of the bars with the weeks' titles."""
        return self.weeks[0].bar(self.head)


class GridTable(Block):
    """One band of weeks, below the heading of the grid if it is the first.

    It is split only if no page has room for it, and then repeats its head. ``headed``: it is below
    the heading. ``on_top``: it continues at the top of a page, and says what it continues.
    """

    gap, whole = 14.0, True

    def __init__(self, theme: Theme, block: TrackingGrid, band: GridBand) -> None:
        self.theme, self.block, self.band, self.form = theme, block, band, 0
        self.grid: Grid = theme.layout.grid
        self._parts = BandParts(theme, block, band)
        self.headed = band is block.bands[0]
        self.on_top = False
        self.rows, self.ends = band.rows, True
        self.plan = self.boxes = True
        self.pinned = self.headed and bool(band.rows[0].dose)
        self.apart = False
        self.name = f"grid {band.weeks[0].title.plain}"
        self.bookmark = block.heading.plain if self.headed else ""

    @override
    @cached
    def later(self) -> Block:
        return self if self.band.rows[0].dose else self.changed(apart=True)

    # -- measures

    @property
    def _forms(self) -> tuple[Form, ...]:
        pictured = all(self.theme.frames(row.figure) for row in self.band.rows)
        forms = tuple(form for form in FORMS if pictured or not form.pictured)
        forms = (*forms, *(RULED_FORMS if self.grid.ruled else ()))
        return tuple(replace(form, plan=self.plan, boxes=self.boxes) for form in forms)

    @cached
    def _set(self, width: float) -> _SetBand:
        """Return the band set at a width."""
        band, theme, form = self.band, self.theme, self._forms[self.form]
        columns, weeks = Columns(width, 0.0, 0), list[WeekTop]()
        if self.boxes:
            columns = self._parts.columns(width, self.apart)
            weeks = self._parts.weeks(columns.pitch)
        head = max((week.height for week in weeks), default=0.0)
        has_pain = band.pain is not None and self.ends and self.boxes
        has_totals = band is self.block.bands[0] and self.plan and self.ends
        above, heading = self._above(form, columns, head, width)
        return _SetBand(
            columns,
            heading,
            above,
            weeks,
            head,
            above + head,
            [ExerciseRow(theme, row, form, columns, width) for row in self.rows],
            PainRow(theme, band.pain, columns) if band.pain and has_pain else None,
            self._parts.totals(width - self._clock) if has_totals else [],
        )

    def _heading(self, form: Form, width: float) -> list[Placed]:
        block, leaf = self.block, self.block.heading
        if self.headed:
            return heading_texts(self.theme, leaf, block.lead, width, form.size)
        if not self.on_top:
            return []
        known = leaf if block.later else text(f"{leaf.plain} {self.theme.continued.plain}")
        return heading_texts(self.theme, known, None, width)

    def _above(
        self, form: Form, columns: Columns, head: float, width: float
    ) -> tuple[float, list[Placed]]:
        """Return where the heads of weeks begin, and the heading.

        The heading is beside them, above the names, unless that needs more height than above them.
        """
        heading, names = self._heading(form, width), columns.names - _BESIDE_WEEKS
        above = height_of(heading) + _BELOW_HEADING if heading else 0.0
        wide = names >= LEAST_HEADING * max(1.0, self.theme.scale)
        if heading and self.boxes and wide:
            narrow = self._heading(form, names)
            beside = max(height_of(narrow) + _BELOW_HEADING, head)
            if beside <= above + head:
                return beside - head, narrow
        return above, heading

    @property
    def _clock(self) -> float:
        """The width of the sign beside the totals."""
        return 22 * max(1.0, self.theme.scale * 0.95)

    @override
    def _height_at(self, width: float) -> float:
        return self._set(width).height

    @override
    def stretch(self, width: float) -> float:
        return sum(self._limits(width))

    def _limits(self, width: float) -> list[float]:
        """Return how much each row may grow, until its lines are as high as a pen can use."""
        most = max(_HIGHEST_LINE, self.grid.row)
        rows = self._set(width).rows
        if not self.boxes:
            return [_APART * self.theme.scale for _ in rows]
        if self.grid.ruled:
            return [max(0.0, _HIGHEST_ROW + row.above - row.height) for row in rows]
        return [row.stretch_to(most) for row in rows]

    def _extra(self, width: float, height: float) -> list[float]:
        """Return how much of the extra height each row gets.

        Lines too low for a pen come first; what is left makes lines equally high.
        """
        limits, left = self._limits(width), max(0.0, height - self.height_at(width))
        first = self._raised(limits, left, width) if self.boxes else [0.0] * len(limits)
        more = [limit - given for limit, given in zip(limits, first, strict=True)]
        part = min(1.0, (left - sum(first)) / max(sum(more), 1.0))
        return [
            given + limit * part // _STEP * _STEP for given, limit in zip(first, more, strict=True)
        ]

    def _raised(self, limits: list[float], left: float, width: float) -> list[float]:
        """Return how much each row grows until its lines are 6 mm, or as high as there is room."""
        rows = self._set(width).rows

        def needs(steps: int) -> list[float]:
            return [
                min(limit, row.stretch_to(steps * _STEP))
                for row, limit in zip(rows, limits, strict=True)
            ]

        all_steps = range(int(LEAST_BOX / _STEP) + 1)
        steps = bisect_right(all_steps, left, key=lambda steps: sum(needs(steps)))
        return needs(steps - 1)

    @override
    @cached
    def at_top(self) -> Block:
        return self if self.headed else self.changed(on_top=True)

    @override
    def _tighter(self) -> Block | None:
        form, forms = self.form + 1, self._forms
        # Small type comes only after other blocks have been tightened.
        small = any(each.size < 1 for each in forms[form + 1 : form + 2])
        gives_way = _SMALL_TYPE if small else 0
        return self.changed(form=form, gives_way=gives_way) if form < len(forms) else None

    @override
    def split(self, width: float, room: float) -> list[Block]:
        if self.plan and self.boxes and self.rows[0].dose:
            # The plan on one page and the boxes on the next are better than a week on two pages.
            form: Block | None = self.changed(boxes=False)
            while form and form.height_at(width) > room:
                form = form.tighter()
            if form:
                return [form, self.changed(plan=False, form=0, headed=False, bookmark="")]
        used = self._set(width).under
        count = 0
        for row in self._set(width).rows:
            used += row.height
            if used > room:
                break
            count += 1
        # The last row stays with what is below the rows.
        count = min(count, len(self.rows) - 1)
        if len(self.rows) - count < count / 2:
            # Do not leave a few rows alone: with half on each page, all are higher for the pen.
            count = -(-len(self.rows) // 2)
        if not count:
            return []
        rest = self.changed(rows=self.rows[count:], headed=False, bookmark="", on_top=True)
        return [self.changed(rows=self.rows[:count], ends=False), rest]

    # -- drawing

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        grid = self._set(width)
        with nullcontext() if self.headed else sheet.furniture():
            sheet.texts(x, y, grid.heading)
        top = y + grid.above
        with nullcontext() if self.rows[0] is self.band.rows[0] else sheet.furniture():
            for week, left, wide in _places(grid, x):
                week.paint(sheet, left, top, wide, grid.head)
        y = top + grid.head
        for row, extra in zip(grid.rows, self._extra(width, height), strict=True):
            row.paint(sheet, x, y, row.height + extra)
            if row.above and self.boxes:
                # The phase that begins here is printed across the line between two weeks.
                _draw_week_lines(grid, sheet, x, top, y)
                top = y + row.above - grid.bar - 1
            y += row.height + extra
        if grid.pain:
            grid.pain.paint(sheet, x, y, width)
            y += grid.pain.height
        sheet.line(x, y, x + width, y, "box", 1)
        _draw_week_lines(grid, sheet, x, top, y)
        y, size = y + _ABOVE_TOTALS, self.theme.type.detail.size
        if grid.totals:
            signs.clock(sheet, x + self._clock * 0.4, y + size * 0.62, size * 0.62)
        sheet.texts(x + self._clock, y, grid.totals)


def _places(grid: _SetBand, x: float) -> Iterator[tuple[WeekTop, float, float]]:
    """Yield each week with its left edge and its width."""
    left = x + grid.columns.names
    for week in grid.weeks:
        wide = grid.columns.pitch * len(week.week.days)
        yield week, left, wide
        left += wide


def _draw_week_lines(grid: _SetBand, sheet: Sheet, x: float, top: float, bottom: float) -> None:
    for _, left, _ in list(_places(grid, x))[1:]:
        sheet.line(left, top + grid.bar + 1, left, bottom, "sign", 1.4)
