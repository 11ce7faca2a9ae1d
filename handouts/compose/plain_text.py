"""Turn a document into plain text, to read it without its pages and to compare handouts.

It adds no words: all of them come from the document, as printed or as spoken.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from handouts.compose.document import (
    Document,
    ExerciseCard,
    GridRow,
    Notes,
    PainRule,
    PatientPanel,
    Prose,
    Title,
    TrackingGrid,
)
from handouts.compose.runs import Labelled, Text, leaves

_RULES = "=-"
"""Underlines of headings: for a block, and for one exercise."""


def plain_text(document: Document) -> str:
    """Return the whole document as plain text in reading order; it ends with a line break."""
    foot = document.furniture
    head = document.letterhead
    draft = document.draft
    parts = [
        [
            *([f"{draft.mark.plain}: {draft.why.plain}"] if draft is not None else []),
            *(_lines(head) if head is not None else (foot.clinic.plain, foot.phone.plain)),
        ],
        *([*_lines(block)] for section in document.sections for block in section.blocks),
        [foot.disclaimer.plain, foot.made.plain, foot.code.plain],
    ]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def _spoken(leaf: Text) -> str:
    return leaf.spoken or leaf.plain


def _heading(text: str, level: int = 0) -> Iterator[str]:
    yield text
    yield _RULES[level] * len(text)


def _labelled(item: Labelled) -> str:
    label = item.label.plain.removesuffix(":")
    if item.choices:
        return f"{label}: " + " ".join(f"[ ] {choice.plain}" for choice in item.choices)
    return f"{label}: {item.value.plain}"


def dose_line(card: ExerciseCard) -> str:
    """Return the line that says the dose of an exercise on its card."""
    return " · ".join(phrase.plain for phrase in card.dose)


@singledispatch
def _lines(node: object) -> Iterator[str]:
    """Yield a line for each text, which is all that letterhead, pointer and contact need."""
    yield from map(_spoken, leaves(node))


@_lines.register
def _(node: Title) -> Iterator[str]:
    yield from _heading(node.title.plain)
    yield node.subtitle.plain


@_lines.register
def _(node: PatientPanel) -> Iterator[str]:
    yield from map(_labelled, node.fields)
    if node.note is not None:
        yield _labelled(node.note)


@_lines.register
def _(node: PainRule) -> Iterator[str]:
    yield from _heading(node.heading.plain)
    yield from (line.plain for line in node.lines)
    for zone in node.zones:
        numbers = ", ".join(number.plain for number in zone.numbers)
        yield f"- {numbers}: {zone.advice.plain}"
    yield f"{node.sign.plain}: {node.rule.plain}"
    yield node.next_day.plain
    yield node.call.plain


@_lines.register
def _(node: Prose) -> Iterator[str]:
    yield from _heading(node.heading.plain)
    yield from (f"- {_spoken(item)}" if node.bulleted else item.plain for item in node.parts)


@_lines.register
def _(node: ExerciseCard) -> Iterator[str]:
    yield from _heading(f"{node.number.plain}. {node.name.plain}", level=1)
    if node.box_label:
        yield f"[ ] {node.box_label}"
    for item in (node.equipment, node.side):
        if item is not None:
            yield item.plain
    yield dose_line(node)
    if node.other_side is not None:
        yield node.other_side.plain
    if node.figure is not None:
        yield from (caption.plain for caption in node.figure.captions if caption is not None)
    yield from (f"{step.number.plain}. {step.text.plain}" for step in node.steps)
    yield from (fact.text.plain for fact in node.facts)
    if node.video is not None:
        yield node.video.plain
    if node.stop is not None:
        yield node.stop.plain


@_lines.register
def _(node: TrackingGrid) -> Iterator[str]:
    yield from _heading(node.heading.plain)
    if node.lead is not None:
        yield _spoken(node.lead)
    yield from (week.title.plain for band in node.bands for week in band.weeks)
    for row in node.bands[0].rows:
        yield from _planned(row)
    yield from (total.plain for total in node.totals)
    if node.bands[0].pain is not None:
        yield f"{_labelled(node.bands[0].pain)} ____"


def _planned(row: GridRow) -> Iterator[str]:
    """Yield an exercise of the plan; later weeks do not repeat it."""
    if row.dose is None or row.when is None:
        return
    if row.phase is not None:
        yield row.phase.plain
    box = "[ ] " if row.box_label else ""
    said = f"{row.dose.plain}; {row.when.plain}. {row.summary}"
    yield f"{box}{row.number.plain}. {row.name.plain}: {said}"


@_lines.register
def _(node: Notes) -> Iterator[str]:
    yield from _heading(node.heading.plain)
    yield node.prompt.plain
    yield "____"
