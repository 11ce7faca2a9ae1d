"""Turn safety content into the effort guide, the stop rule, red flags and education."""

from __future__ import annotations

from collections.abc import Iterator

from handouts.compose.document import (
    Bulleted,
    EffortGuide,
    Notes,
    PainZone,
    Prose,
    RedFlags,
    StopRule,
    Zone,
)
from handouts.compose.panel import dial
from handouts.compose.templates import ended, fill, leaf, spaced, strong, tidied
from handouts.compose.wording import Wording
from handouts.model.layout import BlockName
from handouts.model.order import Order

_WORST_PAIN = 10


def effort_guide(order: Order, words: Wording) -> EffortGuide:
    """Return how exercise should feel; the clinic sets where the pain scale changes."""
    phrases, limits = words.locale.effort, order.clinic.pain_limits
    zones = (
        (Zone.GO_ON, range(limits.go_on + 1), phrases.go_on),
        (Zone.DO_LESS, range(limits.go_on + 1, limits.do_less + 1), phrases.do_less),
        (Zone.STOP, range(limits.do_less + 1, _WORST_PAIN + 1), phrases.stop),
    )
    return EffortGuide(
        leaf(phrases.heading),
        tuple(leaf(line) for line in order.safety.feeling),
        tuple(
            PainZone(zone, tuple(leaf(words.number(number)) for number in numbers), leaf(advice))
            for zone, numbers, advice in zones
        ),
    )


def stop_rule(order: Order, words: Wording) -> StopRule:
    """Return when to stop, and whom to call."""
    phrases, phone = words.locale.stop, order.clinic.phone
    call = leaf(fill(phrases.call_us, phone=phone), link=dial(phone))
    return StopRule(leaf(phrases.sign), leaf(order.safety.stop_rule), call)


def red_flags(order: Order, words: Wording) -> RedFlags:
    """Return the emergency signs, and in one sentence those for a doctor the same day."""
    safety, number = order.safety, order.clinic.emergency_number
    signs = ended(tidied(words.alternatives(safety.same_day)))
    return RedFlags(
        leaf(fill(safety.emergency_lead, number=number)),
        tuple(leaf(sign) for sign in safety.emergency),
        leaf(spaced(strong(fill(safety.same_day_lead, number=number)), signs)),
    )


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
        yield Prose(leaf(part.heading), tuple(map(leaf, part.text)))


def notes(words: Wording) -> Notes:
    """Return the heading of the patient's own notes."""
    return Notes(leaf(words.locale.notes.heading), leaf(words.locale.notes.prompt))
