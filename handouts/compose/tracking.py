"""The tracking grid as part of a document: the plan beside rows of boxes, week by week."""

from __future__ import annotations

from msgspec import Struct

from handouts.compose.text import Labelled, Picture, Text


class DayHead(Struct, frozen=True):
    """One column of the grid: "Mo" over "2" (None without a start date); ``label`` in full.

    ``variable`` names ``label`` where another patient has another in its place.
    """

    weekday: Text
    date: Text | None
    label: str
    variable: str = ""


class WeekHead(Struct, frozen=True):
    """The columns of one week."""

    title: Text
    days: tuple[DayHead, ...]


class GridLine(Struct, frozen=True):
    """One line of boxes: a side and/or a time of day.

    ``boxes`` is False on rest days, and None where an exercise has not begun. For a screen reader
    ``summary`` says which days have boxes, so that nobody has to hear box after box. It does not
    say of which exercise: lines of several exercises may be the same. ``to_write``: a number is
    written in its boxes, those of other lines are ticked.
    """

    label: Text | None
    boxes: tuple[bool | None, ...]
    summary: str = ""
    to_write: bool = False


class GridRow(Struct, frozen=True, kw_only=True):
    """One exercise in the grid, with one or more lines of boxes.

    In the first weeks it is its plan too: ``phase`` is what begins with it, and when; ``dose`` in
    words, ``when`` days and minutes. In later weeks ``when`` is the dose, if it has changed.
    ``mark``: what a screen reader says for a box in which the clinician marks it. ``summary`` says
    days and boxes in words, for the plain-text twin.
    """

    phase: Text | None = None
    number: Text
    figure: Picture | None = None
    name: Text
    dose: Text | None = None
    when: Text | None = None
    mark: str = ""
    lines: tuple[GridLine, ...]
    summary: str = ""


class GridBand(Struct, frozen=True):
    """A table of some weeks side by side: one header, all exercises, the pain row.

    For a screen reader ``circles`` says what the pain row asks for, and ``joint`` joins exercise,
    line and day to a box's name: "{a}, {b}".
    """

    weeks: tuple[WeekHead, ...]
    rows: tuple[GridRow, ...]
    pain: Labelled | None
    circles: str = ""
    joint: str = "{a}, {b}"

    def line(self, row: GridRow, line: GridLine) -> str:
        """Return the name of a line of a row: "Bird dog, left"."""
        name, label = row.name.plain, line.label
        return self.joint.format(a=name, b=label.spoken or label.plain) if label else name

    def entry(self, line: str, week: WeekHead, day: DayHead) -> str:
        """Return the name of a line's box on a day: "Bird dog, left, Monday, Week 1"."""
        name = self.joint.format(a=line, b=day.label)
        return name if day.date else self.joint.format(a=name, b=week.title.plain)


class TrackingGrid(Struct, frozen=True):
    """The plan with boxes to tick, week by week.

    ``totals`` is the time that all exercises take together, a line for each kind of day; it stands
    below the first weeks. Later weeks that stand apart have a heading and nothing else to say.
    """

    heading: Text
    lead: Text | None
    bands: tuple[GridBand, ...]
    totals: tuple[Text, ...] = ()
