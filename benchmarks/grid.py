"""The tracking grid → blocks; its boxes are told by the days of the week that have them."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import blocks as b
from benchmarks.blocks import Block
from benchmarks.runs import week_runs
from benchmarks.teller import Teller
from handouts.compose.checklist import GridBand, TrackingGrid


def grid(t: Teller, part: TrackingGrid) -> Iterator[Block]:
    """Heading, legend, and a table for each band of weeks."""
    yield t.beside(t.heading(part.heading), part.lead, bold=True)
    widths, row = [], []
    for item in part.legend:
        first = ([b.text(t.runs(item.sign, strong=True), 12, 14.5)] if item.sign
                 else [t.sign(item.kind.value, 12)])  # fmt: skip
        widths += [16.0, 8.0 + 5.4 * len(item.meaning.plain)]
        row += [first, [b.text(t.runs(item.meaning), 11, 14)]]
    yield b.table(widths, [row])
    yield b.space(6)
    first_week = 1
    for band in part.bands:
        yield _band(t, band, first_week)
        yield b.space(8)
        first_week += len(band.weeks)


def _band(t: Teller, band: GridBand, first_week: int) -> Block:
    start = t.order.patient.start_date
    assert start is not None, "the grid of the benchmark has dates"  # noqa: S101
    weeks = [week_runs(week.title, number) for number, week in enumerate(band.weeks, first_week)]
    rows = [
        {
            "number": t.runs(row.number, strong=True),
            "name": t.runs(row.name, strong=True),
            "dose": t.runs(row.dose),
            "lines": [
                {
                    "label": t.runs(line.label, strong=True) if line.label else [],
                    "days": sorted(
                        {(start.weekday() + day) % 7
                         for day, boxed in enumerate(line.boxes) if boxed}
                    ),
                }
                for line in row.lines
            ],
        }
        for row in band.rows
    ]  # fmt: skip
    pain = band.pain
    scale = [*t.runs(pain.label, strong=True), [" ", None, "", False],
             *t.runs(pain.value)] if pain else []  # fmt: skip
    return {
        "k": "grid", "first_week": first_week, "weeks": weeks, "rows": rows, "pain": scale,
        "names": 186.0, "box": 17.5,
    }  # fmt: skip
