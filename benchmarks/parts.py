"""Turn each part of a document into blocks: its front, its exercise cards, its tracking grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.blocks import BODY_WIDTH, Block, Blocks, runs_of, space
from handouts.compose import document as doc
from handouts.compose.cards import ExerciseCard, Fact
from handouts.compose.document import Document
from handouts.compose.tracking import GridBand, GridRow, TrackingGrid

_HALF = (BODY_WIDTH - 12) / 2
_ZONES = {doc.Zone.GO_ON: "white", doc.Zone.DO_LESS: "rest-day", doc.Zone.STOP: "safety"}
_NAMES, _LABELS, _TICK = 170.0, 16.0, 17.5
"""Widths of the first columns of the grid, and the size of its boxes, in points."""

_SHORT = 48
"""Facts of fewer characters stand in pairs."""


def head(b: Blocks, document: Document) -> list[Block]:
    """Return the running head: logo, clinic, and whose handout it is."""
    f = document.furniture
    clinic = b.text(f.clinic, 11, 14, bold=True, color="heading")
    right = [
        run for leaf in (f.patient, f.phone) if leaf for run in [["  ", False], *runs_of(leaf)]
    ]
    words = b.text(right, 11, 14, align="right")
    row = [[b.logo("", 15)], [clinic], [words]]
    return [b.table([22, 250, BODY_WIDTH - 272], [row], pad=3, rule="rule")]


def foot(b: Blocks, document: Document, number: int, count: int) -> list[Block]:
    """Return the foot: 2-D code, disclaimer, the page's number and the handout's code."""
    f = document.furniture
    small = [b.text(leaf, 9, 10.6, color="label") for leaf in (f.disclaimer, f.made)]
    page = [[f.page.format(page=number, pages=count), True]]
    folio = [b.text(page, 11.5, 14, align="right"),
             b.text(f.code, 10, 12, align="right", color="label")]  # fmt: skip
    code = {"k": "picture", "id": "qr", "width": 29, "height": 29}
    return [b.table([39, 380, BODY_WIDTH - 419], [[[code], small, folio]])]


def body(b: Blocks, document: Document, parts: list[doc.Block], *, first: bool) -> list[Block]:
    """Return what stands on a page between its head and its foot."""
    found = list(_letterhead(b, document)) if first else []
    cards = [part for part in parts if isinstance(part, ExerciseCard)]
    for part in parts:
        if isinstance(part, ExerciseCard):
            found += _card(b, part, alone=len(cards) == 1)
            if part is cards[-1]:
                found.append(_strip(b, document))
        else:
            found += _MAKERS[type(part)](b, part)
    return found


# --- the front ---------------------------------------------------------------------------------


def _letterhead(b: Blocks, document: Document) -> Iterator[Block]:
    letterhead = document.letterhead
    if letterhead is None:
        return
    name = [b.text(letterhead.name, 19, 22, bold=True, color="heading")]
    name += [b.text(letterhead.kind, 13, 16)] if letterhead.kind else []
    ways = [b.text(letterhead.phone, 17, 20, bold=True, align="right"),
            *(b.text(way, align="right") for way in letterhead.ways)]  # fmt: skip
    row = [[b.logo(letterhead.logo_alt, 44)], name, ways]
    yield b.table([54, 230, BODY_WIDTH - 284], [row], pad=2, rule="line")
    yield space(8)


def _strip(b: Blocks, document: Document) -> Block:
    """The stop rule at the foot of a page with exercises."""
    f = document.furniture
    rule = b.text(f.stop_rule, 12, 15, bold=True)
    call = b.text(f.call, 12, 15, bold=True, align="right")
    row = [[b.mark("dot", 14, "safety")], [rule], [call]]
    inside = b.table([22, 345, BODY_WIDTH - 379], [row])
    return b.box([inside], fill="safety-panel", border="safety", pad=4)


def _title(b: Blocks, part: doc.Title) -> Iterator[Block]:
    line = b.heading(part.title, part.subtitle)
    yield {**line, "size": 25, "leading": 29, "level": 1}
    yield space(8)


def _panel(b: Blocks, part: doc.PatientPanel) -> Iterator[Block]:
    row = [
        [b.text(item.label, 11, 13.5, color="label"), b.text(item.value, 12, 15, bold=True)]
        for item in part.fields
    ]
    table = b.table([150.0, 62.0, 118.0, 72.0, 112.0][: len(row)], [row])
    yield b.box([table], fill="panel", border="line")
    yield space(8)


def _pain_rule(b: Blocks, part: doc.PainRule) -> Iterator[Block]:
    count = sum(len(zone.numbers) for zone in part.zones)
    inside = BODY_WIDTH - 18
    numbers = [
        [b.text(number, 11, 13, bold=True, align="center", fill=_ZONES[zone.zone], border="box",
                color="white" if zone.zone is doc.Zone.STOP else "text")]
        for zone in part.zones for number in zone.numbers
    ]  # fmt: skip
    advice = [[b.text(zone.advice, 10.5, 13, bold=True, align="center")] for zone in part.zones]
    shares = [len(zone.numbers) for zone in part.zones]
    sign = b.text(part.sign, 12, 30, bold=True, color="white", fill="safety", align="center")
    rule = [b.text(part.rule, 12, 15, bold=True), b.text(part.next_day), b.text(part.call)]
    lines = [
        b.text(part.heading, 14, 17, bold=True, color="heading", level=3),
        *(b.text(line, 11.5, 14.5) for line in part.lines),
        space(4),
        b.table([inside / count] * count, [numbers]),
        b.table([inside * share / count for share in shares], [advice]),
        b.table([52, inside - 52], [[[sign], rule]], pad=3),
    ]
    yield b.box(lines, border="safety", pad=8)


def _pointer(b: Blocks, part: doc.Pointer) -> Iterator[Block]:
    yield b.text(part.text, bold=True)


def _red_flags(b: Blocks, part: doc.RedFlags) -> Iterator[Block]:
    half = (BODY_WIDTH - 24) / 2
    items = [b.signed(item, "safety", half - 6) for item in part.emergency]
    middle = (len(items) + 1) // 2
    lead = b.text(part.lead, 14, 17, bold=True, color="white", level=3)
    yield b.box([lead], fill="safety", border="safety", pad=4)
    columns = b.table([half, half], [[items[:middle], items[middle:]]])
    yield b.box([columns], fill="safety-panel", border="safety", pad=8)


def _bulleted(b: Blocks, part: doc.Bulleted) -> Iterator[Block]:
    yield b.heading(part.heading)
    yield from (b.signed(item) for item in part.items)
    yield space(8)


def _prose(b: Blocks, part: doc.Prose) -> Iterator[Block]:
    yield b.heading(part.heading)
    yield from (b.text(paragraph) for paragraph in part.paragraphs)
    yield space(12)


def _notes(b: Blocks, part: doc.Notes) -> Iterator[Block]:
    yield b.heading(part.heading, part.prompt)
    yield from [b.line(20)] * 8


# --- exercise cards ----------------------------------------------------------------------------


def _card(b: Blocks, part: ExerciseCard, *, alone: bool) -> Iterator[Block]:
    """One exercise: head, dose, pictures above or beside steps, facts."""
    names = [b.heading(part.name)]
    side = [b.text(leaf, align="right") for leaf in (part.equipment, part.side) if leaf]
    row = [[b.badge(part.number, 26)], [], names, side]
    yield b.table([26, 8, BODY_WIDTH - 154, 120], [row])
    yield space(2)
    dose = [run for phrase in part.dose for run in (*runs_of(phrase), ["  ", False])]
    yield b.box([b.text(dose, 15, 18)], fill="panel", border="line", pad=2)
    yield space(2)
    shown = _numbered_frames(b, part, 360 if alone else 150, 120 if alone else 85)
    left = sum(shown["widths"]) + 8 if shown and not alone else 0.0
    steps = b.table(
        [18, 6, BODY_WIDTH - left - 24],
        [[[b.badge(step.number, 17)], [], [b.text(step.text, 12.5, 15.5)]] for step in part.steps],
    )
    if left and shown:
        yield b.table([left, BODY_WIDTH - left], [[[shown], [steps]]])
    else:
        yield from (shown, space(4), steps) if shown else (steps,)
    yield from _facts(b, part.facts)
    yield space(2)


def _numbered_frames(b: Blocks, part: ExerciseCard, width: float, height: float) -> Block | None:
    """The pictures of a card side by side, each behind the number of its step."""
    if part.figure is None:
        return None
    numbers = [part.steps[step - 1].number for step in part.figure.steps]
    widths, row = [], []
    for number, frame in zip(numbers, b.frames(part.figure, width, height), strict=True):
        widths += [18.0, frame["width"] + 6]
        row += [[b.badge(number, 17)], [frame]]
    return b.table(widths, [row])


def _facts(b: Blocks, facts: tuple[Fact, ...]) -> Iterator[Block]:
    """Facts below each other, short ones in pairs."""
    while facts:
        count = 2 if all(len(fact.text.plain) < _SHORT for fact in facts[:2]) else 1
        width = BODY_WIDTH / count
        yield b.table(
            [width] * count, [[[b.signed(one.text, width=width)] for one in facts[:count]]]
        )
        facts = facts[count:]


# --- the tracking grid -------------------------------------------------------------------------


def _grid(b: Blocks, part: TrackingGrid) -> Iterator[Block]:
    """Heading, and a table for each band of weeks."""
    yield b.heading(part.heading, part.lead)
    yield space(6)
    for band in part.bands:
        yield from _band(b, band)
        yield space(8)
    yield from (b.signed(total) for total in part.totals)


def _band(b: Blocks, band: GridBand) -> Iterator[Block]:
    days = [day for week in band.weeks for day in week.days]
    room = BODY_WIDTH - _NAMES - _LABELS
    titles = [
        [b.text(week.title, 12, 16, bold=True, color="white", fill="fill", align="center")]
        for week in band.weeks
    ]
    weeks = [room * len(week.days) / len(days) for week in band.weeks]
    yield b.table([_NAMES + _LABELS, *weeks], [[[], *titles]])
    heads = [
        [b.text(day.weekday, 11, 13, color="label", align="center"),
         *([b.text(day.date, 11, 13, bold=True, align="center")] if day.date else [])]
        for day in days
    ]  # fmt: skip
    rows = [[[], [], *heads], *(_row(b, row) for row in band.rows)]
    if band.pain:
        label = [*runs_of(band.pain.label, bold=True), [" ", False],
                 *runs_of(band.pain.value)]  # fmt: skip
        rows.append([[b.text(label)], [], *([b.mark("circle", _TICK, "box")] for _ in days)])
    widths = [_NAMES, _LABELS, *[room / len(days)] * len(days)]
    yield b.table(widths, rows, pad=1.2, data=True)


def _row(b: Blocks, row: GridRow) -> list[list[Block]]:
    """The boxes of an exercise: a cell for each day, with a box for each of its lines."""
    name = [*runs_of(row.number, bold=True), [" ", True],
            *runs_of(row.name, bold=True)]  # fmt: skip
    labels = [b.text(line.label, 12, _TICK, bold=True) for line in row.lines if line.label]
    days = zip(*(line.boxes for line in row.lines), strict=True)
    ticks = [
        [b.mark("box" if boxed else "rest", _TICK, "box" if boxed else "rest-day") for boxed in day]
        for day in days
    ]
    plan = [b.text(leaf, 11, 12.5) for leaf in (row.dose, row.when) if leaf]
    return [[b.text(name, 12, 13.5), *plan], labels, *ticks]


_MAKERS: dict[type, Callable[[Blocks, Any], Iterator[Block]]] = {
    doc.Title: _title,
    doc.PatientPanel: _panel,
    doc.PainRule: _pain_rule,
    doc.Pointer: _pointer,
    doc.RedFlags: _red_flags,
    doc.Bulleted: _bulleted,
    doc.Prose: _prose,
    TrackingGrid: _grid,
    doc.Notes: _notes,
}
