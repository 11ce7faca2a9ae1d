"""Draw the tracking grid: the plan beside boxes to tick, some weeks side by side."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

from msgspec import Struct
from msgspec.structs import replace
from typing_extensions import override

from handouts.compose.document import GridBand, TrackingGrid
from handouts.compose.text import Text, text
from handouts.compose.wording import DAYS_PER_WEEK
from handouts.errors import DoesNotFit
from handouts.layout import marks
from handouts.layout.block import Block
from handouts.layout.grid_name import Form, least_names, natural_names
from handouts.layout.grid_row import (
    LEAST_BOX,
    Columns,
    GridRowBlock,
    PainBlock,
    WeekBlock,
    least_pitch,
)
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, plain, run_in
from handouts.model.layout import POINTS_PER_MM, Grid
from handouts.text.setting import SetText, replace_size

_EASY_PITCH = 22.2
"""Days of this width have circles of 7 mm, in which a shaky hand writes "10" (points)."""

_STEP = 0.5
"""Rows grow by whole steps (points)."""

_WIDEST_NAMES, _LEAST_PITCH = 330.0, 17.4
"""The name column takes what days of this width leave, up to its own limit (points)."""

_BESIDE_WEEKS, _LEAST_HEADING = 10.0, 170.0
"""Space between the heading and the weeks beside it, and the least width it has there (points)."""

_HIGHEST_LINE = 34.0
"""A line of boxes grows to this height where a page has room, or to that of a row (points)."""

_HIGHEST_ROW = 75.0
"""The same for a row of a fridge sheet, which fills its page (points)."""

_FORMS = (
    Form(pictured=True, low=False, line=1.0, least=LEAST_BOX + 1),
    Form(pictured=True, low=True, line=0.9, least=LEAST_BOX + 1),
    Form(pictured=True, low=True, line=0.0, least=LEAST_BOX + 0.4),
    Form(pictured=False, low=True, line=0.0, least=LEAST_BOX + 0.4),
)
_RULED = tuple(
    Form(pictured=False, low=True, line=0.0, least=least, size=size)
    for least, size in ((15.0, 1.0), (13.0, 0.92), (11.0, 0.84), (11.0, 0.78))
)
"""Cells that touch may be lower than boxes: a fridge sheet is one page."""

_SMALL_TYPE = -2
"""Before its type gets smaller than the layout says, the pain rule gives up its box."""


class _Set(Struct, frozen=True):
    """What a band is made of at a width: its columns, the heads of its weeks, its rows."""

    columns: Columns
    weeks: list[WeekBlock]
    rows: list[GridRowBlock]


class GridTable(Block):
    """One band of weeks, below the heading of the grid if it is the first.

    It is never torn but where no page holds it; then its head is repeated. ``headed``: whether it
    stands below the heading; ``on_top``: it goes on at the top of a page, and says of what.
    """

    gap, whole = 14.0, True

    def __init__(self, theme: Theme, block: TrackingGrid, band: GridBand) -> None:
        self.theme, self.block, self.band, self.form = theme, block, band, 0
        self.grid: Grid = theme.layout.grid
        self.headed = band is block.bands[0]
        self.on_top = False
        self.rows, self.ends = band.rows, True
        self.plan = self.boxes = True
        self.pinned = self.headed and bool(band.rows[0].dose)
        self.apart = False
        self.name = f"grid {band.weeks[0].title.plain}"
        self.bookmark = block.heading.plain if self.headed else ""
        self._known: dict[float, _Set] = {}

    def _changed(self, **values: object) -> GridTable:
        return self.changed(_known={}, **values)

    @override
    def later(self) -> Block:
        return self if self.band.rows[0].dose else self._changed(apart=True)

    # -- measures

    @property
    def _forms(self) -> tuple[Form, ...]:
        pictured = all(self.theme.frames(row.figure) for row in self.band.rows)
        forms = tuple(form for form in _FORMS if pictured or not form.pictured)
        forms = (*forms, *(_RULED if self.grid.ruled else ()))
        return tuple(replace(form, plan=self.plan, boxes=self.boxes) for form in forms)

    def _set(self, width: float) -> _Set:
        """Columns, heads and rows; they are asked for often while a page is filled."""
        if width not in self._known:
            columns, form = self._fitted_columns(width), self._forms[self.form]
            weeks = [WeekBlock(self.theme, week, columns.pitch) for week in self.band.weeks]
            rows = [GridRowBlock(self.theme, row, columns, form) for row in self.rows]
            self._known[width] = _Set(columns, weeks, rows)
        return self._known[width]

    def _columns(self, width: float) -> Columns:
        return self._set(width).columns

    def _fitted_columns(self, width: float) -> Columns:
        # Later weeks that stand apart have the columns of the first, though they be fewer.
        known = self.grid.weeks_across if self.block.later else len(self.block.bands[0].weeks)
        days = DAYS_PER_WEEK * known
        if not self.boxes:
            return Columns(width, 0.0, 0)
        names = max(self.grid.name_width, min(_WIDEST_NAMES, width - days * _LEAST_PITCH))
        if self.apart:
            # With names alone there is room for larger boxes and circles.
            natural = (natural_names(self.theme, row) for row in self.band.rows)
            least = _LEAST_HEADING * max(1.0, self.theme.scale)
            names = min(names, max(least, min(max(natural), width - days * _EASY_PITCH)))
        pitch = (width - names) / days
        least = max(LEAST_BOX, *(least_pitch(self.theme, week) for week in self.band.weeks))
        if pitch < least:
            names, pitch = self._narrow(width, days, least), least
        return Columns(names, pitch, sum(len(week.days) for week in self.band.weeks))

    def _narrow(self, width: float, days: int, pitch: float) -> float:
        """The name column where days are as narrow as they may be: it gives way.

        Raises:
            DoesNotFit: if names have no room left.
        """
        names = max(least_names(self.theme, row) for row in self.band.rows)
        if (needed := names + days * pitch) > width:
            raise DoesNotFit(
                f"tracking: weeks side by side ({len(self.band.weeks)}) need "
                f"{needed / POINTS_PER_MM:.0f} mm of width, the page has "
                f"{width / POINTS_PER_MM:.0f} mm",
                hint="give the layout's grid fewer weeks_across, or its section landscape pages",
            )
        return width - days * pitch

    def _head(self, width: float) -> float:
        weeks = self._set(width).weeks if self.boxes else ()
        return max((week.height_at(width) for week in weeks), default=0.0)

    def _pain(self, width: float) -> PainBlock | None:
        if self.band.pain is None or not self.ends or not self.boxes:
            return None
        return PainBlock(self.theme, self.band.pain, self._columns(width))

    def _heading(self) -> _Heading | None:
        if self.headed:
            size = self._forms[self.form].size
            return _Heading(self.theme, self.block.heading, self.block.lead, size)
        if not self.on_top:
            return None
        words = f"{self.block.heading.plain} {self.theme.continued.plain}"
        known = self.block.heading if self.block.later else text(words)
        return _Heading(self.theme, known, None)

    def _top(self, width: float) -> tuple[float, float]:
        """Where the heads of weeks begin, and where they end.

        The heading stands beside them, above the names, if that is not higher than above them.
        """
        heading, head = self._heading(), self._head(width)
        if heading is None:
            return 0.0, head
        above = heading.height_at(width)
        names = self._columns(width).names - _BESIDE_WEEKS
        if not self.boxes or names < _LEAST_HEADING * max(1.0, self.theme.scale):
            return above, above + head
        beside = max(heading.height_at(names), head)
        return (beside - head, beside) if beside <= above + head else (above, above + head)

    def _totals(self) -> _Totals | None:
        first = self.band is self.block.bands[0]
        totals = self.block.totals if first and self.plan and self.ends else ()
        return _Totals(self.theme, totals) if totals else None

    @override
    def _height_at(self, width: float) -> float:
        rows = sum(row.height_at(width) for row in self._set(width).rows)
        parts = (self._pain(width), self._totals())
        return self._top(width)[1] + rows + sum(part.height_at(width) for part in parts if part)

    @override
    def stretch(self, width: float) -> float:
        return sum(self._limits(width))

    def _limits(self, width: float) -> list[float]:
        """How much higher each row may be, until its lines are as high as a pen can use."""
        if not self.boxes:
            return [0.0 for _ in self.rows]
        most = max(_HIGHEST_LINE, self.grid.row)
        rows = self._set(width).rows
        if self.grid.ruled:
            return [max(0.0, _HIGHEST_ROW - row.height_at(width)) for row in rows]
        return [row.stretch_to(width, most) for row in rows]

    def _extra(self, width: float, height: float) -> list[float]:
        """What each row gets of a height above the least: lines come to be of like height."""
        limits, left = self._limits(width), max(0.0, height - self.height_at(width))
        part = min(1.0, left / max(sum(limits), 1.0))
        return [limit * part // _STEP * _STEP for limit in limits]

    @override
    def at_top(self) -> Block:
        return self if self.headed else self._changed(on_top=True)

    @override
    def _tighter(self) -> Block | None:
        form, forms = self.form + 1, self._forms
        # Small type comes after what other blocks can do without.
        small = any(each.size < 1 for each in forms[form + 1 : form + 2])
        gives_way = _SMALL_TYPE if small else 0
        return self._changed(form=form, gives_way=gives_way) if form < len(forms) else None

    @override
    def split(self, width: float, room: float) -> list[Block]:
        if self.plan and self.boxes and self.rows[0].dose:
            # Rather the plan on one page and the boxes on the next than a week on two.
            form: Block | None = self._changed(boxes=False)
            while form and form.height_at(width) > room:
                form = form.tighter()
            if form:
                return [form, self._changed(plan=False, form=0, headed=False, bookmark="")]
        used = self._top(width)[1]
        count = 0
        for row in self._set(width).rows:
            used += row.height_at(width)
            if used > room:
                break
            count += 1
        if not 0 < count < len(self.rows):
            return []
        rest = self._changed(rows=self.rows[count:], headed=False, bookmark="", on_top=True)
        return [self._changed(rows=self.rows[:count], ends=False), rest]

    # -- drawing

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        rows = self._set(width).rows
        heading, (above, under) = self._heading(), self._top(width)
        if heading:
            beside = above < heading.height_at(width)
            room = self._columns(width).names - _BESIDE_WEEKS if beside else width
            with nullcontext() if self.headed else sheet.furniture():
                heading.paint(sheet, x, y, room, under if beside else above)
        y += above
        top = y
        with nullcontext() if self.rows[0] is self.band.rows[0] else sheet.furniture():
            y += self._draw_head(sheet, x, y, width) if self.boxes else 0.0
        for row, extra in zip(rows, self._extra(width, height), strict=True):
            high, above = row.height_at(width) + extra, row.above(width)
            row.paint(sheet, x, y, width, high)
            if above and self.boxes:
                # What begins here is said across the line between two weeks.
                self._draw_week_lines(sheet, x, top, y, width)
                top = y + above - self._bar(width) - 1
            y += high
        pain = self._pain(width)
        if pain:
            pain.paint(sheet, x, y, width, pain.height_at(width))
            y += pain.height_at(width)
        sheet.line(x, y, x + width, y, "box", 1)
        if self.boxes:
            self._draw_week_lines(sheet, x, top, y, width)
        totals = self._totals()
        if totals:
            totals.paint(sheet, x, y, width, totals.height_at(width))

    def _lefts(self, x: float, width: float) -> Iterator[tuple[WeekBlock, float, float]]:
        """Each week with its left edge and its width."""
        columns = self._columns(width)
        left = x + columns.names
        for week in self._set(width).weeks:
            wide = columns.pitch * len(week.week.days)
            yield week, left, wide
            left += wide

    def _draw_head(self, sheet: Sheet, x: float, y: float, width: float) -> float:
        high = self._head(width)
        for week, left, wide in self._lefts(x, width):
            week.paint(sheet, left, y, wide, high)
        return high

    def _draw_week_lines(
        self, sheet: Sheet, x: float, top: float, bottom: float, width: float
    ) -> None:
        under = top + self._bar(width) + 1
        for _, left, _ in list(self._lefts(x, width))[1:]:
            sheet.line(left, under, left, bottom, "sign", 1.4)

    def _bar(self, width: float) -> float:
        """Height of the bars of the weeks' titles."""
        return self._set(width).weeks[0].bar(self._head(width))


class _Heading(Block):
    """The heading of the grid, and beside or below it what to do."""

    def __init__(self, theme: Theme, heading: Text, lead: Text | None, size: float = 1.0) -> None:
        self.theme, self.heading, self.lead, self.size = theme, heading, lead, size

    def _set(self, width: float) -> list[SetText]:
        setter, style = self.theme.setter, self.theme.type
        made = [setter.set(self.heading, bold(style.section), width)]
        if self.lead is not None:
            small = replace_size(plain(style.detail), style.detail.size * self.size)
            lead = setter.fitted(self.lead, small, width, small.size * 0.92)
            one = len(lead.lines) == 1
            made.append(lead if one else setter.set(self.lead, small, width))
        return made

    def _beside(self, width: float) -> bool:
        return sum(block.width + 14 for block in self._set(width)) <= width

    @override
    def _height_at(self, width: float) -> float:
        heading, *below = self._set(width)
        if below and self._beside(width):
            lead = heading.first_baseline - below[0].first_baseline + below[0].height
            return max(heading.height, lead) + 3
        return heading.height + sum(block.height for block in below) + 3

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        heading, *below = self._set(width)
        if below and self._beside(width):
            sheet.text(x, y, heading, "heading")
            base = y + heading.first_baseline
            sheet.on_baseline(x + heading.width + 14, base, below[0])
            return
        for block in (heading, *below):
            colour = "heading" if block.source is self.heading else "text"
            y += sheet.text(x, y, block, colour)


class _Totals(Block):
    """The time that all exercises take, for each kind of day."""

    def __init__(self, theme: Theme, totals: tuple[Text, ...]) -> None:
        self.theme, self.totals = theme, totals
        self.indent = 22 * max(1.0, theme.scale * 0.95)

    def _placed(self, width: float) -> list[tuple[float, float, SetText]]:
        style = plain(self.theme.type.detail)
        parts = [(total, style) for total in self.totals]
        return run_in(self.theme, parts, width - self.indent, style.leading)

    @override
    def _height_at(self, width: float) -> float:
        return 5 + max(down + block.height for _, down, block in self._placed(width))

    @override
    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        size = self.theme.type.detail.size
        marks.clock(sheet, x + self.indent * 0.4, y + 5 + size * 0.62, size * 0.62)
        for across, down, block in self._placed(width):
            sheet.text(x + self.indent + across, y + 5 + down, block)
