"""Turn safety content into the pain rule, emergency and same-day signs, and education."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.compose.document import (
    Bulleted,
    Notes,
    PainRule,
    PainZone,
    Pointer,
    Prose,
    RedFlags,
    Zone,
)
from handouts.compose.fields import stop_at
from handouts.compose.panel import dial
from handouts.compose.templates import fill, leaf, strong
from handouts.compose.wording import Wording
from handouts.model.layout import BlockName
from handouts.model.order import Order

_WORST_PAIN = 10


def pain_rule(order: Order, words: Wording) -> PainRule:
    """Return how exercise should feel and when to stop; the clinic sets the scale's limits."""
    effort, stop, safety = words.locale.effort, words.locale.stop, order.safety
    limits, phone = order.clinic.pain_limits, order.clinic.phone
    zones = (
        (Zone.GO_ON, range(limits.go_on + 1), effort.go_on),
        (Zone.DO_LESS, range(limits.go_on + 1, limits.stop), effort.do_less),
        (Zone.STOP, range(limits.stop, _WORST_PAIN + 1), effort.stop),
    )
    return PainRule(
        leaf(effort.heading),
        tuple(leaf(line) for line in safety.feeling),
        tuple(
            PainZone(zone, tuple(leaf(words.number(number)) for number in numbers), leaf(advice))
            for zone, numbers, advice in zones
        ),
        leaf(stop.sign),
        leaf(stop_at(safety.stop_rule, order, words)),
        leaf(safety.next_day),
        leaf(fill(stop.call_us, phone=phone), link=dial(phone)),
    )


def pointer(order: Order, words: Wording) -> Pointer:
    """Return where the emergency signs are: on the second page, until the pages are known."""
    phrases = words.locale.stop
    if BlockName.RED_FLAGS not in order.layout.block_names:
        return Pointer(leaf(strong(phrases.elsewhere)))
    second = fill(phrases.pointer, page=words.number(2))
    return Pointer(leaf(strong(second)), phrases.pointer)


def red_flags(order: Order) -> RedFlags:
    """Return the emergency signs."""
    safety, number = order.safety, order.clinic.emergency_number
    signs = tuple(leaf(sign) for sign in safety.emergency)
    return RedFlags(leaf(fill(safety.emergency_lead, number=number)), signs)


def same_day(order: Order) -> Bulleted:
    """Return the signs for a doctor the same day."""
    safety, number = order.safety, order.clinic.emergency_number
    lead = fill(safety.same_day_lead, number=number)
    return Bulleted(BlockName.SAME_DAY, leaf(lead), tuple(map(leaf, safety.same_day)))


def expect(order: Order, words: Wording) -> Iterator[Prose]:
    """Yield what to expect, if the program says it."""
    if order.program.expect:
        lines = tuple(map(leaf, order.program.expect))
        yield Prose(BlockName.EXPECT, leaf(words.locale.furniture.expect), lines)


def precautions(order: Order, words: Wording) -> Iterator[Bulleted]:
    """Yield the program's precautions, if it has any."""
    if order.program.precautions:
        heading = words.locale.furniture.precautions
        yield _bulleted(BlockName.PRECAUTIONS, heading, order.program.precautions)


def visit(order: Order) -> Bulleted:
    """Return when to book a visit."""
    return _bulleted(BlockName.VISIT, order.safety.visit_lead, order.safety.visit)


def _bulleted(name: BlockName, heading: str, items: tuple[str, ...]) -> Bulleted:
    return Bulleted(name, leaf(heading), tuple(map(leaf, items)))


def education(order: Order) -> Iterator[Prose]:
    """Yield the sections a patient reads, if the program has any."""
    for part in order.program.education:
        yield Prose(BlockName.EDUCATION, leaf(part.heading), tuple(map(leaf, part.text)))


def notes(words: Wording) -> Notes:
    """Return the heading of the patient's own notes."""
    return Notes(leaf(words.locale.notes.heading), leaf(words.locale.notes.prompt))
