"""Draw the head of a tracking grid: its heading, weeks with weekdays and dates, its columns."""

from __future__ import annotations

from functools import cached_property

from handouts.compose.document import GridBand, TrackingGrid, WeekHead
from handouts.compose.runs import Text
from handouts.compose.wording import DAYS_PER_WEEK
from handouts.errors import DoesNotFit
from handouts.layout import signs
from handouts.layout.block import cached
from handouts.layout.grid_row import LEAST_BOX, Columns, ExerciseRow
from handouts.layout.sheet import Sheet
from handouts.layout.theme import Theme, bold, plain, run_in
from handouts.model.layout import POINTS_PER_MM, TypeStyle
from handouts.text.setting import Placed, SetText, beside, replace_size, roomy

_BAR, _WEEK_GAP = 18.0, 3.0
_WIDEST_TITLE = 11.4
"""Width of a week's title with the widest dates, as a multiple of its type size."""

_DAY_LEAST, _DAY_SPACE = 0.8, 2.6
"""The least size of weekdays and dates, as a share of their usual size; the least space between
days (points)."""

_EASY_PITCH = 22.2
"""Days of this width have circles of 7 mm, in which a shaky hand can write "10" (points)."""

_WIDEST_NAMES, _LEAST_PITCH = 330.0, 17.4
"""The name column gets the room that days of this width leave, up to its own limit (points)."""

LEAST_HEADING = 170.0
"""The least width of the heading beside the weeks, above the names (points)."""

_BESIDE = 14.0
"""Space between the heading and the text beside it, in points."""


def heading_texts(
    theme: Theme, heading: Text, lead: Text | None, width: float, size: float = 1.0
) -> list[Placed]:
    """Return the heading of the grid, with ``lead``, which says what to do, beside or below it."""
    setter, style = theme.setter, plain(theme.type.detail)
    first = Placed(0.0, 0.0, setter.set(heading, bold(theme.type.section), width), "heading")
    if lead is None:
        return [first]
    small = replace_size(style, style.size * size)
    block = setter.fitted(lead, small, width, small.size * 0.92)
    if len(block.lines) > 1:
        block = setter.set(lead, small, width)
    below = Placed(0.0, first.block.height, block)
    fits = first.block.width + block.width + 2 * _BESIDE <= width
    return beside(first, below, _BESIDE) if fits else [first, below]


def _days_at(theme: Theme, week: WeekHead, least: float) -> list[tuple[float, TypeStyle]]:
    """Return the widths of the widest weekday and the widest date, each with its style.

    ``least`` is their size as a share of the usual one. All days of a week have the same size.
    """
    grid, width = theme.type.grid, theme.setter.width
    styles = (plain(theme.type.grid_detail), bold(grid, grid.size * 12 / 12.5))
    weekday, date = (replace_size(style, style.size * least) for style in styles)
    widest = max(width(day.weekday, weekday) for day in week.days)
    # With the widest digits in place of their own, most dates become equal.
    dates = {each.plain: each for day in week.days if day.date for each in [roomy(day.date)]}
    widths = (width(each, date) for each in dates.values())
    return [(widest, weekday), (max(widths, default=0.0), date)]


def _least_pitch(theme: Theme, week: WeekHead) -> float:
    """Return the least width of a day that has room for weekday and date, in points."""
    return max(wide for wide, _ in _days_at(theme, week, _DAY_LEAST)) + _DAY_SPACE


class WeekTop:
    """The head of one week: its title in a bar, weekdays, and dates if there are any."""

    def __init__(self, theme: Theme, week: WeekHead, pitch: float) -> None:
        self.theme, self.week, self.pitch = theme, week, pitch
        dates = theme.type.grid.leading if week.days[0].date is not None else 0.0
        self._days = theme.type.grid_detail.leading + 1 + dates
        """The height of weekdays and dates."""

    def bar(self, height: float) -> float:
        """Return the height of the title's bar in a head of some height, in points."""
        return height - self._days - 4

    @cached_property
    def _title(self) -> SetText:
        style, room = self.theme.type.detail, self.pitch * len(self.week.days) - 5
        least = style.size * 0.8
        # One size for all dates, so that patients who start on other days share a plate.
        size = max(least, min(style.size, room / _WIDEST_TITLE))
        return self.theme.setter.fitted(self.week.title, bold(style, size), room, least, free=True)

    @property
    def height(self) -> float:
        """Its least height, in points."""
        more = (len(self._title.lines) - 1) * self._title.style.leading
        return _BAR * max(1.0, self.theme.scale * 0.95) + more + self._days + 4

    def paint(self, sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
        """Draw with the top left corner at ``x, y``."""
        bar, title = self.bar(height), self._title
        sheet.rect(
            x + _WEEK_GAP / 2, y, width - _WEEK_GAP, bar,
            fill="tile", stroke="fill-edge", radius=5, corners="top",
        )  # fmt: skip
        base = (len(title.lines) - 1) * title.style.leading / 2
        signs.centred(sheet, x + width / 2, y + bar / 2 - base, title, "on-tile")
        weekday, date = self._day_styles()
        setter = self.theme.setter
        for number, day in enumerate(self.week.days):
            middle, top = x + (number + 0.5) * self.pitch, y + bar + 2
            sheet.text(middle, top, setter.line(day.weekday, weekday), "label", align="centre")
            if day.date:
                top += self.theme.type.grid_detail.leading
                sheet.text(middle, top, setter.line(day.date, date), align="centre")

    def _day_styles(self) -> list[TypeStyle]:
        """Return the type of all weekdays and of all dates, as large as the widest allows."""
        room = self.pitch - _DAY_SPACE + 0.01
        return [
            replace_size(style, style.size * min(1.0, room / wide) if wide else style.size)
            for wide, style in _days_at(self.theme, self.week, 1.0)
        ]


class BandParts:
    """The parts of a band that all its forms share: columns, heads of weeks, totals."""

    def __init__(self, theme: Theme, block: TrackingGrid, band: GridBand) -> None:
        self.theme, self.block, self.band = theme, block, band

    @cached
    def columns(self, width: float, apart: bool) -> Columns:  # noqa: FBT001 - a key
        """Return the columns; with ``apart`` the first has only names, so boxes may be larger.

        Raises:
            DoesNotFit: if names have no room beside days of their least width.
        """
        # Later weeks on other pages have the same columns as the first, even if they are fewer.
        grid, first, weeks = self.theme.layout.grid, self.block.bands[0], self.band.weeks
        days = DAYS_PER_WEEK * (grid.weeks_across if self.block.later else len(first.weeks))
        names = max(grid.name_width, min(_WIDEST_NAMES, width - days * _LEAST_PITCH))
        if apart:
            # With only names in the first column there is room for larger boxes and circles.
            natural = (ExerciseRow(self.theme, row).natural_names for row in self.band.rows)
            least = LEAST_HEADING * max(1.0, self.theme.scale)
            names = min(names, max(least, min(max(natural), width - days * _EASY_PITCH)))
        pitch = (width - names) / days
        least = max(LEAST_BOX, *(_least_pitch(self.theme, week) for week in weeks))
        if pitch < least:
            names, pitch = self._narrow(width, days, least), least
        return Columns(names, pitch, sum(len(week.days) for week in weeks))

    def _narrow(self, width: float, days: int, pitch: float) -> float:
        """Return the width left for names beside days of their least width."""
        names = max(ExerciseRow(self.theme, row).least_names for row in self.band.rows)
        if (needed := names + days * pitch) > width:
            raise DoesNotFit(
                f"tracking: weeks side by side ({len(self.band.weeks)}) need "
                f"{needed / POINTS_PER_MM:.0f} mm of width, the page has "
                f"{width / POINTS_PER_MM:.0f} mm",
                hint="give the layout's grid fewer weeks_across, or its section landscape pages",
            )
        return width - days * pitch

    @cached
    def weeks(self, pitch: float) -> list[WeekTop]:
        """Return the heads of weeks with days of a width."""
        return [WeekTop(self.theme, week, pitch) for week in self.band.weeks]

    @cached
    def totals(self, width: float) -> list[Placed]:
        """Return how long all exercises take, on lines of a width."""
        style = plain(self.theme.type.detail)
        parts = [(total, style) for total in self.block.totals]
        return run_in(self.theme, parts, width, style.leading)
