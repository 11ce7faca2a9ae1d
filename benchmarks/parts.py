"""Turn each part of a document into blocks: front, exercise cards, tracking grid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from benchmarks.blocks import BODY_WIDTH, Block, Blocks, runs_of, space
from handouts.compose import document as doc
from handouts.compose.document import Document, ExerciseCard, GridBand, GridRow, TrackingGrid
from handouts.compose.runs import leaves
from handouts.model.layout import BlockName

_ZONES = {doc.Zone.GO_ON: "white", doc.Zone.DO_LESS: "rest-day", doc.Zone.STOP: "safety"}
_NAMES, _LABELS, _TICK = 220.0, 14.0, 15.0
"""Widths of the first columns of the grid, and the height of a line of its cells, in points."""

_GAP = 14.0
"""Space between columns, in points."""


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


def foot(
    b: Blocks, document: Document, parts: list[doc.BlockNode], number: int, count: int
) -> list[Block]:
    """Return the foot: disclaimer, date and page; codes and all words on a page with boxes."""
    f = document.furniture
    page = [[f.page.format(page=number, pages=count), True]]
    folio = [b.text(page, 11.5, 14, align="right")]
    filed = any(isinstance(part, TrackingGrid) and not part.later for part in parts)
    words = [*runs_of(f.disclaimer if filed else f.disclaimer_short), [" ", False],
             *runs_of(f.made)]  # fmt: skip
    row = [[b.text(words, 9, 10.6, color="label")], folio]
    if not filed:
        return [b.table([BODY_WIDTH - 90, 90], [row])]
    folio += [b.text(f.code, 9, 12, align="right", color="label")]
    code = {"k": "picture", "id": "qr", "width": 29, "height": 29}
    return [b.table([BODY_WIDTH - 179, 140, 10, 29], [[*row, [], [code]]])]


def body(b: Blocks, document: Document, parts: list[doc.BlockNode], *, first: bool) -> list[Block]:
    """Return the blocks of a page between its head and its foot."""
    found = [*_draft(b, document), *_letterhead(b, document)] if first else []
    for kind, group in groupby(parts, key=_kind):
        together = list(group)
        blocks = [block for part in together for block in _MAKERS[type(part)](b, part)]
        found += _columns(b, together) if kind == "columns" else blocks
        if kind == "cards":
            found.append(_strip(b, document))
    kinds = {type(part) for part in parts}
    if TrackingGrid in kinds and doc.PainRule not in kinds:
        found.append(_strip(b, document))
    return found


def _kind(part: doc.BlockNode) -> str:
    """Return the kind of neighbours: cards above a stop strip, or advice in two columns."""
    if isinstance(part, ExerciseCard):
        return "cards"
    alone = (BlockName.EXPECT, BlockName.RED_FLAGS)
    advice = isinstance(part, doc.Prose) and part.name not in alone
    return "columns" if advice else ""


def _columns(b: Blocks, parts: list[doc.BlockNode]) -> list[Block]:
    """Put parts in two columns, each in the one with fewer words; a single one may run on."""
    if len(parts) == 1 and (alone := list(_run_on(b, parts[0]))):
        return alone
    wide = (BODY_WIDTH - _GAP) / 2
    columns: tuple[list[Block], list[Block]] = ([], [])
    lengths = [0, 0]
    for part in parts:
        shorter = lengths.index(min(lengths))
        columns[shorter].extend(_MAKERS[type(part)](b, part))
        lengths[shorter] += sum(len(leaf.plain) for leaf in leaves(part))
    return [b.table([wide, _GAP, wide], [[columns[0], [], columns[1]]])]


def _run_on(b: Blocks, part: doc.BlockNode) -> Iterator[Block]:
    """Yield sentences on the line of their heading, as on a page with little room left."""
    heading, *sentences = leaves(part)
    if all(leaf.plain.endswith(".") for leaf in sentences):
        said = [run for leaf in sentences for run in ([" ", False], *runs_of(leaf))]
        yield space(8)
        yield {**b.text([*runs_of(heading, bold=True), *said], 11, 13.5), "level": 2}


# --- the front ---------------------------------------------------------------------------------


def _draft(b: Blocks, document: Document) -> Iterator[Block]:
    if document.draft:
        said = [*runs_of(document.draft.mark, bold=True), ["  ", False],
                *runs_of(document.draft.why, size=11)]  # fmt: skip
        yield b.box([b.text(said, 14, 16)], border="text", pad=3)
        yield space(6)


def _letterhead(b: Blocks, document: Document) -> Iterator[Block]:
    letterhead = document.letterhead
    if letterhead is None:
        return
    name = [b.text(letterhead.name, 19, 22, bold=True, color="heading")]
    name += [b.text(letterhead.kind, 13, 16)] if letterhead.kind else []
    ways = [b.text(letterhead.phone, 17, 20, bold=True, align="right"),
            *(b.text(way, align="right") for way in letterhead.ways)]  # fmt: skip
    scan = [b.code("scan", letterhead.scan, 46)] if letterhead.scan else []
    row = [[b.logo(letterhead.logo_alt, 44)], name, ways, [], scan]
    yield b.table([54, 200, BODY_WIDTH - 310, 10, 46], [row], pad=2, rule="line")
    yield space(8)


def _strip(b: Blocks, document: Document) -> Block:
    """Return the stop rule at the foot of a page with exercises."""
    f = document.furniture
    rule = b.text(f.stop_rule, 11, 14, bold=True)
    call = b.text(f.call, 11, 14, bold=True, align="right")
    row = [[b.mark("dot", 14, "safety")], [rule], [call]]
    inside = b.table([22, 380, BODY_WIDTH - 412], [row])
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
    next_day = [*runs_of(part.next_day), [" ", False], *runs_of(part.call, bold=True)]
    rule = [b.text(part.rule, 12, 15, bold=True), b.text(next_day)]
    feel = [run for line in part.lines for run in ([" ", False], *runs_of(line))]
    lines = [
        b.text([*runs_of(part.heading, bold=True), *feel], 11.5, 14.5, color="heading", level=3),
        space(4),
        b.table([inside / count] * count, [numbers]),
        b.table([inside * share / count for share in shares], [advice]),
        b.table([52, inside - 52], [[[sign], rule]], pad=3),
    ]
    yield b.box(lines, border="safety", pad=5)


def _pointer(b: Blocks, part: doc.Pointer) -> Iterator[Block]:
    yield space(4)
    yield b.text(part.text, 11, 13, bold=True)


def _prose(b: Blocks, part: doc.Prose) -> Iterator[Block]:
    if part.name is BlockName.RED_FLAGS:
        yield from _red_flags(b, part)
        return
    yield b.heading(part.heading)
    if part.bulleted:
        wide = (BODY_WIDTH - _GAP) / 2
        yield from (b.signed(item, width=wide) for item in part.parts)
    else:
        yield from (b.text(paragraph, 11, 13.5) for paragraph in part.parts)
    yield space(8)


def _red_flags(b: Blocks, part: doc.Prose) -> Iterator[Block]:
    half = (BODY_WIDTH - 24) / 2
    items = [b.signed(item, "safety", half - 6) for item in part.parts]
    middle = (len(items) + 1) // 2
    lead = b.text(part.heading, 14, 17, bold=True, color="white", level=3)
    yield b.box([lead], fill="safety", border="safety", pad=4)
    columns = b.table([half, half], [[items[:middle], items[middle:]]])
    yield b.box([columns], fill="safety-panel", border="safety", pad=8)


def _notes(b: Blocks, part: doc.Notes) -> Iterator[Block]:
    yield b.heading(part.heading, part.prompt)
    yield from [b.line(20)] * 8


# --- exercise cards ----------------------------------------------------------------------------


def _card(b: Blocks, part: ExerciseCard) -> Iterator[Block]:
    """Yield an exercise: head, dose, pictures side by side over steps, facts in two columns."""
    asides = [leaf for leaf in (part.equipment, part.side) if leaf]
    side = [run for leaf in asides for run in (["  ", False], *runs_of(leaf))]
    row = [[b.badge(part.number, 24)], [], [b.heading(part.name)],
           [b.text(side, 11, 13.5, align="right")]]  # fmt: skip
    yield b.table([24, 8, BODY_WIDTH - 262, 230], [row])
    yield space(2)
    dose = [run for phrase in part.dose for run in (*runs_of(phrase), ["  ", False])]
    yield b.box([b.text(dose, 13, 16)], fill="panel", border="line", pad=2)
    yield space(6)
    yield _storyboard(b, part)
    yield space(4)
    middle = (len(part.facts) + 1) // 2
    wide = (BODY_WIDTH - _GAP) / 2
    facts = [[b.text(fact.text, 11, 13.5) for fact in half]
             for half in (part.facts[:middle], (), part.facts[middle:])]  # fmt: skip
    yield b.table([wide, _GAP, wide], [facts])
    yield space(2)


def _storyboard(b: Blocks, part: ExerciseCard) -> Block:
    """Return each picture over its steps: from the one that it shows to the next picture's."""
    figure = part.figure
    starts = [0, *(step - 1 for step in figure.steps[1:])] if figure else [0]
    wide = (BODY_WIDTH - _GAP * (len(starts) - 1)) / len(starts)
    frames = b.frames(figure, (wide - 20) * len(starts), 80) or [space(0)]
    ends = [*starts[1:], len(part.steps)]
    pictures: list[list[Block]] = []
    steps: list[list[Block]] = []
    shown: list[list[Block]] = [[] for _ in frames]
    if part.figure and part.number.plain in b.numbered:
        numbers = [part.steps[step - 1].number for step in part.figure.steps]
        shown = [[b.table([18, wide - 18], [[[b.badge(number, 17)], []]])] for number in numbers]
    for frame, below, start, end in zip(frames, shown, starts, ends, strict=True):
        rows = [[[b.badge(step.number, 17)], [], [b.text(step.text, 12.5, 15.5)]]
                for step in part.steps[start:end]]  # fmt: skip
        pictures += [[frame, *below], []]
        steps += [[b.table([18, 6, wide - 24], rows, pad=1)], []]
    widths = [wide, _GAP] * len(starts)
    return b.table(widths[:-1], [pictures[:-1], steps[:-1]], pad=2)


# --- the tracking grid -------------------------------------------------------------------------


def _grid(b: Blocks, part: TrackingGrid) -> Iterator[Block]:
    """Yield a table for each band of weeks, with the heading beside the first."""
    lead = [b.text(part.lead, 11, 13)] if part.lead else []
    beside = ([b.heading(part.heading)], lead)
    for band in part.bands:
        yield from _band(b, band, beside)
        yield space(8)
        beside = ([], [])
    yield from (b.signed(total) for total in part.totals)


def _band(b: Blocks, band: GridBand, beside: tuple[list[Block], list[Block]]) -> Iterator[Block]:
    """Yield weeks, days and rows; ``beside`` has the blocks left of the weeks and of the days."""
    days = [day for week in band.weeks for day in week.days]
    room = BODY_WIDTH - _NAMES - _LABELS
    titles = [
        [b.text(week.title, 12, 16, bold=True, color="white", fill="fill", align="center")]
        for week in band.weeks
    ]
    weeks = [room * len(week.days) / len(days) for week in band.weeks]
    yield b.table([_NAMES + _LABELS, *weeks], [[beside[0], *titles]])
    planned = any(row.figure for row in band.rows)
    heads = [
        [b.text(day.weekday, 11, 13, color="label", align="center"),
         *([b.text(day.date, 11, 13, bold=True, align="center")] if day.date else [])]
        for day in days
    ]  # fmt: skip
    rows = [[beside[1], [], *heads], *(_row(b, row, planned=planned) for row in band.rows)]
    if band.pain:
        label = [*runs_of(band.pain.label, bold=True), [" ", False],
                 *runs_of(band.pain.value)]  # fmt: skip
        rows.append([[b.text(label)], [], *([b.mark("circle", _TICK, "box")] for _ in days)])
    widths = [_NAMES, _LABELS, *[room / len(days)] * len(days)]
    yield b.table(widths, rows, pad=1.2, rule="box", data=True)


def _row(b: Blocks, row: GridRow, *, planned: bool) -> list[list[Block]]:
    """Return the row of an exercise: its plan, and a cell for each day, ruled between lines."""
    plan = [b.text(row.phase, 12, 15)] if row.phase else []
    plan += [b.text([*runs_of(row.number, bold=True), [" ", True], *runs_of(row.name, bold=True)],
                    12, 13.5)]  # fmt: skip
    plan += [b.text(leaf, 11, 12.5) for leaf in (row.dose, row.when) if leaf]
    if planned:
        # The column of the picture has the same width, whatever it shows.
        picture = b.frames(row.figure, 44, 26, only=0)
        plan = [b.table([48, _NAMES - 52], [[picture, plan]])]
    labels = [b.text(line.label, 12, _TICK, bold=True) for line in row.lines if line.label]
    days = zip(*(line.boxes for line in row.lines), strict=True)
    return [plan, labels, *(_cell(b, day) for day in days)]


def _cell(b: Blocks, day: tuple[bool | None, ...]) -> list[Block]:
    """Return one day of an exercise, with each of its lines empty or crossed out."""
    marks = [b.mark("rest" if boxed is False else "open", _TICK - 1, "text") for boxed in day]
    return [block for mark in marks for block in (b.line(1), mark)][1:]


_MAKERS: dict[type, Callable[[Blocks, Any], Iterator[Block]]] = {
    ExerciseCard: _card,
    doc.Title: _title,
    doc.PatientPanel: _panel,
    doc.PainRule: _pain_rule,
    doc.Pointer: _pointer,
    doc.Prose: _prose,
    TrackingGrid: _grid,
    doc.Notes: _notes,
}
