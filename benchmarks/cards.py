"""Exercise cards → blocks."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import blocks as b
from benchmarks.blocks import BODY_WIDTH, Block
from benchmarks.teller import Teller
from handouts.compose.cards import ExerciseCard, Fact

_SHORT = 48
"""Facts of fewer characters stand in pairs."""

_PICTURES = 190.0
"""Least width of the column of pictures beside the steps, in points."""


def card(t: Teller, part: ExerciseCard) -> Iterator[Block]:
    """One exercise: head, dose, pictures beside or above steps, facts, a line for a note."""
    yield from _card_head(t, part)
    yield _dose(t, part)
    yield b.space(4)
    pictures, wide = _card_pictures(t, part)
    cards = [p for p in t.on(t.page_of[id(part.name)]) if isinstance(p, ExerciseCard)]
    alone = len(cards) == 1
    room = BODY_WIDTH if alone else BODY_WIDTH - max(wide + 8, _PICTURES)
    steps = b.table(
        [26, room - 26],
        [
            [
                [b.badge(t.runs(step.number, strong=True), 17, filled=step.pictured)],
                [b.text(t.runs(step.text), 12.5, 15.5)],
            ]
            for step in part.steps
        ],
        pad=0.5,
    )
    if alone:
        yield from (*pictures, b.space(6), steps)
    else:
        yield b.table([BODY_WIDTH - room, room], [[pictures, [steps]]])
    yield b.space(2)
    yield from _facts(t, part.facts)
    if part.note_label is not None:
        note = b.table([20, 150, BODY_WIDTH - 170],
                       [[[t.sign("pen", 12)], [t.detail(part.note_label)],
                         [b.lines(1, 14)]]])  # fmt: skip
        yield note
    yield b.space(5)


def _facts(t: Teller, facts: tuple[Fact, ...]) -> Iterator[Block]:
    """Facts below each other, short ones in pairs."""
    cells = [[[t.sign(fact.kind.value, 12)], [t.detail(fact.text)]] for fact in facts]
    while cells:
        count = 2 if all(len(f.text.plain) < _SHORT for f in facts[:2]) else 1
        row = [cell for pair in cells[:count] for cell in pair]
        each = BODY_WIDTH / (len(row) // 2)
        yield b.table([20, each - 20] * (len(row) // 2), [row])
        cells, facts = cells[count:], facts[count:]


def _card_head(t: Teller, part: ExerciseCard) -> Iterator[Block]:
    name = b.text(t.runs(part.name, strong=True), 18, 21, color="heading", level=2)
    if part.top.also_known_as is not None and t.shown(part.top.also_known_as):
        name = t.beside(name, part.top.also_known_as)
    words = [name] + ([t.detail(part.top.purpose)] if part.top.purpose else [])
    side = (
        [b.text(t.runs(part.top.side, strong=True), 12, 14.5, align="right")]
        if part.top.side
        else []
    )
    above = t.detail(part.top.equipment, align="right") if part.top.equipment else b.space(20)
    row = [[b.badge(t.runs(part.number, strong=True), 26, square=True)], words,
           [above, *side]]  # fmt: skip
    yield b.table([34, BODY_WIDTH - 34 - 150, 150], [row])
    yield b.space(2)


def _dose(t: Teller, part: ExerciseCard) -> Block:
    widths: list[float] = []
    row: list[list[Block]] = []
    each = (BODY_WIDTH - 12) / len(part.top.dose)
    for cell in part.top.dose:
        first = max(22.0, 16.0 * len(cell.numeral.plain)) + 6
        widths += [first, each - first]
        row.append([b.text(t.runs(cell.numeral, strong=True), 26, 29, color="heading")])
        words = [b.text(t.runs(cell.unit, strong=True), 13, 15)]
        row.append(words + ([t.detail(cell.qualifier)] if cell.qualifier else []))
    return b.box([b.table(widths, [row])], fill="panel", stroke="line", pad=4)


def _card_pictures(t: Teller, part: ExerciseCard) -> tuple[list[Block], float]:
    """The pictures of a card, and how wide they are beside or below each other."""
    if part.figure is None:
        return [], 0.0
    numbers = [part.steps[step - 1].number for step in part.figure.steps]
    frames = t.frames(part.figure, t.drawn.get(id(part.figure), []))
    cells = [
        ([b.badge(t.runs(number, strong=True), 17)], [block])
        for number, (_, block) in zip(numbers, frames, strict=False)
    ]
    widths = [float(block["width"]) for _, block in frames]
    if len({round(item.x) for item, _ in frames}) < len(frames):
        rows = [list(pair) for pair in cells]
        return [b.table([22, max(widths) + 4], rows, pad=2)], max(widths) + 26
    row = [cell for pair in cells for cell in pair]
    columns = [column for width in widths for column in (22, width + 6)]
    return [b.table(columns, [row])], sum(columns)
