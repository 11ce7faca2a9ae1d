"""Turn an order into a document: all that the handout says, in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from handouts.compose.card import exercise_card
from handouts.compose.document import Block, Document, Section
from handouts.compose.furniture import draft, furniture, handout_code, with_code
from handouts.compose.grid import tracking_grid
from handouts.compose.guidance import (
    education,
    effort_guide,
    notes,
    precautions,
    red_flags,
    stop_rule,
    visit,
)
from handouts.compose.panel import contact, letterhead, patient_note, patient_panel, title
from handouts.compose.plan import plan
from handouts.compose.wording import Wording, wording
from handouts.model.layout import BlockName
from handouts.model.layout import Section as LayoutSection
from handouts.model.order import Order

_Maker = Callable[[Order, Wording, LayoutSection], Iterable[Block]]


def compose(order: Order) -> Document:
    """Return the document of an order: the same order gives an equal document.

    It has one section for each section of the layout; a section for which there is nothing to
    say has no blocks.
    """
    words = wording(order.locale, order.language)
    headed = any(section.head == "letterhead" for section in order.layout.sections)
    head = letterhead(order, words) if headed else None
    sections = tuple(
        Section(tuple(_blocks(order, words, section))) for section in order.layout.sections
    )
    foot = furniture(order, words, code=order.program.code)
    mark = draft(order, words)
    nodes = (mark, head, sections, foot)
    code = handout_code(order.program.code, nodes, order.clinic.id, order.layout.id, words.language)
    return Document(
        language=words.language,
        title=order.program.title,
        author=order.clinic.full_name,
        code=code,
        blank=order.locale.spoken.blank,
        letterhead=head,
        sections=sections,
        furniture=with_code(foot, code, words),
        token=order.reference_token,
        draft=mark,
    )


def _blocks(order: Order, words: Wording, section: LayoutSection) -> Iterator[Block]:
    for name in section.block_names:
        yield from _MAKERS[name](order, words, section)


def _cards(order: Order, words: Wording, section: LayoutSection) -> Iterator[Block]:
    for item in order.exercises:
        yield exercise_card(item, order, words, section.cards)


_MAKERS: dict[BlockName, _Maker] = {
    BlockName.TITLE: lambda order, _words, _section: [title(order)],
    BlockName.PATIENT: lambda order, words, _section: [patient_panel(order, words)],
    BlockName.NOTE: lambda order, words, _section: patient_note(order, words),
    BlockName.PLAN: lambda order, words, _section: [plan(order, words)],
    BlockName.EFFORT: lambda order, words, _section: [effort_guide(order, words)],
    BlockName.STOP: lambda order, words, _section: [stop_rule(order, words)],
    BlockName.RED_FLAGS: lambda order, words, _section: [red_flags(order, words)],
    BlockName.EXERCISES: _cards,
    BlockName.TRACKING: lambda order, words, _section: [tracking_grid(order, words)],
    BlockName.PRECAUTIONS: lambda order, words, _section: precautions(order, words),
    BlockName.VISIT: lambda order, _words, _section: [visit(order)],
    BlockName.EDUCATION: lambda order, _words, _section: education(order),
    BlockName.NOTES: lambda _order, words, _section: [notes(words)],
    BlockName.CONTACT: lambda order, _words, _section: contact(order),
}
