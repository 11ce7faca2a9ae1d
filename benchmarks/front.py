"""Everything on a handout but its cards and its grid → blocks."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import blocks as b
from benchmarks.blocks import BODY_WIDTH, Block
from benchmarks.drawn import grouped
from benchmarks.pictures import picture
from benchmarks.teller import Teller
from handouts.compose.document import (
    Bulleted,
    EffortGuide,
    Notes,
    PatientPanel,
    Plan,
    PlanRow,
    Prose,
    RedFlags,
    StopRule,
    Title,
    Zone,
)
from handouts.figures.vector import Path
from handouts.layout.items import Drawing

_ZONE = {Zone.GO_ON: "white", Zone.DO_LESS: "rest-day", Zone.STOP: "safety"}


def letterhead(t: Teller) -> Iterator[Block]:
    """The clinic at the top of the first page."""
    head = t.document.letterhead
    if head is None:
        return
    logo, *_ = t.drawn[id(head)]
    t.pictures["logo"] = picture(logo.vector, t.brand, head.logo_alt)
    wide, high = (side * logo.scale for side in logo.vector.size)
    name = [b.text(t.runs(head.name, strong=True), 19, 22, color="heading")]
    name += [b.text(t.runs(head.kind), 13, 16)] if head.kind else []
    phone = [b.text(t.runs(head.phone, strong=True), 17, 20, align="right")]
    phone += [t.detail(way, align="right") for way in head.ways]
    yield b.table(
        [wide + 10, 230, BODY_WIDTH - wide - 10 - 230 - 20 - 160, 20, 160],
        [[[b.shown("logo", wide, high)], name, [], [t.sign("phone", 14)], phone]],
        pad=2,
        rule="line",
    )
    yield b.space(8)


def strip(t: Teller) -> Iterator[Block]:
    """The stop rule at the foot of a page with exercises."""
    furniture = t.document.furniture
    rule = b.text(t.runs(furniture.stop_rule, strong=True), 12, 15)
    call = b.text(t.runs(furniture.call, strong=True), 12, 15, align="right")
    row = [[t.sign("stop", 15)], [rule], [call]]
    inside = b.table([22, 360, BODY_WIDTH - 22 - 360 - 12], [row])
    yield b.box([inside], fill="safety-panel", stroke="safety", pad=4)


def title(t: Teller, part: Title) -> Iterator[Block]:
    """Title and subtitle on one line."""
    heading = b.text(t.runs(part.title, strong=True), 25, 29, color="heading", level=1)
    yield t.beside(heading, part.subtitle)
    yield b.space(8)


def panel(t: Teller, part: PatientPanel) -> Iterator[Block]:
    """Who it is for: labels over values, in a box."""
    widths = [150.0, 62.0, 118.0, 72.0, 112.0]
    row = [
        [
            b.text(t.runs(item.label), 11, 13.5, color="label"),
            b.text(t.runs(item.value, strong=True), 12, 15),
        ]
        for item in part.fields
    ]
    yield b.box([b.table(widths[: len(row)], [row])], fill="panel", stroke="line")
    yield b.space(8)


def plan(t: Teller, part: Plan) -> Iterator[Block]:
    """The plan: number, picture, name and dose, when; and the totals."""
    yield t.beside(t.heading(part.heading), part.lead)
    small = iter(_small_pictures(t, part))
    rows = [list(_plan_row(t, row, next(small, None))) for row in part.rows]
    yield b.table([32, 88, 296, 110], rows, pad=0.5, rule="rule")
    for total in part.totals.lines:
        yield b.space(2)
        yield b.table([20, BODY_WIDTH - 20], [[[t.sign("clock", 13)], [t.detail(total)]]])
    yield b.space(4)


def _small_pictures(t: Teller, part: Plan) -> list[Block]:
    """One picture a row, or none: here they only decorate and do not name their row."""
    page = t.story.pages[t.page_of[id(part.heading)]]
    drawn = [i for i in page.items if isinstance(i, Drawing) and i.source is None]
    figures = [row.figure for row in part.rows if row.figure]
    whole = [[item, *more] for item, more in grouped(drawn)]
    return [
        block
        for figure, items in zip(figures, whole, strict=False)
        for _, block in t.frames(figure, items)
    ]


def _plan_row(t: Teller, row: PlanRow, small: Block | None) -> Iterator[list[Block]]:
    yield [b.badge(t.runs(row.number, strong=True), 21, square=True)]
    yield [small] if small else []
    yield [b.text(t.runs(row.name, strong=True), 12.5, 14.5), t.detail(row.dose)]
    when = [b.text(t.runs(row.when, strong=True), 12, 14.5, align="right")]
    yield when + ([t.detail(row.minutes, align="right")] if row.minutes else [])


def effort(t: Teller, part: EffortGuide) -> Iterator[Block]:
    """How it should feel, over the pain scale."""
    count = sum(len(zone.numbers) for zone in part.zones)
    wide = round(((BODY_WIDTH - 12) / 2 - 16) / count, 2)
    numbers = [
        [b.box([b.text(t.runs(number, strong=True), 11, 13, align="center",
                       color="white" if zone.zone is Zone.STOP else "text")],
               fill=_ZONE[zone.zone], stroke="box", pad=2)]
        for zone in part.zones for number in zone.numbers
    ]  # fmt: skip
    advice = [[b.text(t.runs(zone.advice, strong=True), 10.5, 13, align="center")]
              for zone in part.zones]  # fmt: skip
    shares = [max(len(zone.numbers), 2.6) for zone in part.zones]
    yield {
        **b.box(
            [
                b.text(t.runs(part.heading, strong=True), 14, 17, color="heading", level=3),
                *(b.text(t.runs(line), 11.5, 14.5) for line in part.lines),
                b.space(4),
                b.table([wide] * count, [numbers]),
                b.table([wide * count * share / sum(shares) for share in shares], [advice]),
            ],
            stroke="line",
            pad=8,
        ),
        "half": True,
    }


def stop(t: Teller, part: StopRule) -> Iterator[Block]:
    """The stop rule beside its sign."""
    word = b.text(t.runs(part.sign, strong=True), 12, 15, color="safety", align="center")
    rule = b.text(t.runs(part.rule, strong=True), 14, 17)
    call = b.text(t.runs(part.call, strong=True), 14, 17)
    signs = [t.sign("octagon", 36), word]
    rows = [[signs, [rule]], [[t.sign("phone", 18)], [call]]]
    inside = b.table([48, (BODY_WIDTH - 12) / 2 - 16 - 48], rows, pad=3)
    yield {**b.box([inside], fill="safety-panel", stroke="safety", pad=6), "half": True}


def red_flags(t: Teller, part: RedFlags) -> Iterator[Block]:
    """Emergency signs in two columns, and signs for the same day."""
    half = (BODY_WIDTH - 24) / 2
    items = [
        b.table([16, half - 22], [[[t.sign("red-dot", 12)], [t.detail(item)]]], pad=1)
        for item in part.emergency
    ]
    middle = (len(items) + 1) // 2
    lead = b.text(t.runs(part.lead, strong=True), 14, 17, color="white", level=3)
    yield b.box([lead], fill="safety", stroke="safety", pad=4)
    yield b.box(
        [b.table([half, half], [[items[:middle], items[middle:]]]), b.space(4),
         t.detail(part.same_day)],
        fill="safety-panel", stroke="safety", pad=8,
    )  # fmt: skip


def bulleted(t: Teller, part: Bulleted) -> Iterator[Block]:
    """A heading with bullets; precautions run on in the line."""
    if part.name == "precautions":
        lead = [[*run[:3], True] for run in t.runs(part.heading)]
        first, *rest = part.items
        yield b.text([*lead, [" ", None, "", False], *t.runs(first)], 11.5, 14)
        yield from (b.text(t.runs(item), 11.5, 14) for item in rest)
        yield b.space(8)
        return
    yield t.heading(part.heading)
    yield b.table(
        [16, BODY_WIDTH - 16],
        [[[t.sign("dot", 12)], [t.detail(item)]] for item in part.items],
        pad=2,
    )
    yield b.space(8)


def prose(t: Teller, part: Prose) -> Iterator[Block]:
    """A heading with paragraphs."""
    yield t.heading(part.heading)
    yield from (t.detail(paragraph) for paragraph in part.paragraphs)
    yield b.space(12)


def notes(t: Teller, part: Notes) -> Iterator[Block]:
    """Lines for notes, as many as we draw."""
    yield t.beside(t.heading(part.heading), part.prompt)
    page = t.story.pages[t.page_of[id(part.heading)]]
    drawn = [item for item in page.items if isinstance(item, Path) and item.dash]
    yield b.lines(len(drawn), 20)
