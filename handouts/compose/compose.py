"""Turn an order into a document: all that the handout says, in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from string import digits as ascii_digits

from handouts.check.order import reworded_order
from handouts.compose.card import exercise_card
from handouts.compose.document import Block, Document, Section
from handouts.compose.furniture import draft, furniture, handout_code, with_code
from handouts.compose.grid import later_weeks, tracking_grid
from handouts.compose.guidance import (
    education,
    expect,
    notes,
    pain_rule,
    pointer,
    precautions,
    red_flags,
    same_day,
    visit,
)
from handouts.compose.panel import contact, letterhead, patient_note, patient_panel, title
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
    words = wording(order.locale, order.language, order.clinic.locale)
    if words.digits != ascii_digits:
        order = reworded_order(order, words.in_digits)
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
        rtl=words.rtl,
        digits=words.digits,
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
    BlockName.EXPECT: lambda order, words, _section: expect(order, words),
    BlockName.TRACKING: tracking_grid,
    BlockName.PAIN_RULE: lambda order, words, _section: [pain_rule(order, words)],
    BlockName.POINTER: lambda order, words, _section: [pointer(order, words)],
    BlockName.LATER_WEEKS: later_weeks,
    BlockName.RED_FLAGS: lambda order, _words, _section: [red_flags(order)],
    BlockName.SAME_DAY: lambda order, _words, _section: [same_day(order)],
    BlockName.EXERCISES: _cards,
    BlockName.PRECAUTIONS: lambda order, words, _section: precautions(order, words),
    BlockName.VISIT: lambda order, _words, _section: [visit(order)],
    BlockName.EDUCATION: lambda order, _words, _section: education(order),
    BlockName.NOTES: lambda _order, words, _section: [notes(words)],
    BlockName.CONTACT: lambda order, _words, _section: contact(order),
}
