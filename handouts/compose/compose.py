"""Turn an order into a document: everything that the handout says, in reading order."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from string import digits as ascii_digits

from handouts.check.order import reworded_order
from handouts.compose.card import exercise_card
from handouts.compose.document import (
    BlockNode,
    Contact,
    Document,
    Letterhead,
    Notes,
    PainRule,
    PainZone,
    Pointer,
    Prose,
    Section,
    Zone,
)
from handouts.compose.grid import later_weeks, tracking_grid
from handouts.compose.patient import (
    draft,
    furniture,
    patient_note,
    patient_panel,
    stop_at,
    title,
    with_code,
)
from handouts.compose.runs import Text, Value, fill, leaf, plain, strong, text_for_all
from handouts.compose.wording import Wording, wording
from handouts.model.clinic import Clinic
from handouts.model.layout import BlockName, LayoutSection
from handouts.model.order import Order

_Maker = Callable[[Order, Wording, LayoutSection], Iterable[BlockNode]]
_WORST_PAIN = 10


def compose(order: Order) -> Document:
    """Return the document of an order; equal orders give equal documents.

    It has one section for each section of the layout. A section with nothing to say has no
    blocks.
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
    drafted = draft(order, words)
    nodes = (drafted, head, sections, foot)
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
        draft=drafted,
        rtl=words.rtl,
        digits=words.digits,
    )


def _blocks(order: Order, words: Wording, section: LayoutSection) -> Iterator[BlockNode]:
    for name in section.block_names:
        if name in _MAKERS:
            yield from _MAKERS[name](order, words, section)
        else:
            yield from _prose(name, order, words)


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that it can be read aloud."""
_CHARACTERS = 6


def handout_code(prefix: str, nodes: Iterable[object], *ids: str) -> str:
    """Return ``prefix`` and six characters computed from the words of nodes and ``ids``.

    The characters are 30 bits of the words' SHA-256. Per-patient strings are left out.
    """
    content = "\n".join((*ids, text_for_all(nodes)))
    number = int.from_bytes(hashlib.sha256(content.encode()).digest()[:4])
    return f"{prefix}-{base32(number, _CHARACTERS)}"


def base32(number: int, characters: int) -> str:
    """Return the lowest bits of a number as characters: five bits each, the lowest first."""
    return "".join([ALPHABET[number >> shift & 31] for shift in range(0, 5 * characters, 5)])


# -- the clinic and how to reach it


def letterhead(order: Order, words: Wording) -> Letterhead:
    """Return the clinic's letterhead."""
    clinic = order.clinic
    scan, said = _scan(clinic, words)
    return Letterhead(
        name=leaf(clinic.name),
        kind=leaf(clinic.kind) if clinic.kind else None,
        phone=leaf(clinic.phone, link=dial(clinic.phone)),
        ways=_ways(clinic, said),
        logo_alt=plain(fill(words.locale.furniture.logo, clinic=clinic.full_name)),
        scan=scan,
    )


def _scan(clinic: Clinic, words: Wording) -> tuple[str | None, Text | None]:
    """Return the link in the first page's QR code and its text; None and None without a code."""
    wanted, phrases = clinic.code_link, words.locale.furniture
    if wanted == "phone":
        number = dial(clinic.phone)
        said = fill(phrases.scan_phone, phone=clinic.phone)
        return number, leaf(said, spoken=clinic.phone, link=number) if number else None
    shown = wanted or clinic.website
    if shown in (None, "none") or not _WEB.fullmatch(shown):
        return None, None
    address = _web_address(shown)
    short = re.sub(r"^https?://|/$", "", shown)
    # A listener cannot scan the code, but can follow the link.
    return address, leaf(fill(phrases.scan_web, address=short), spoken=short, link=address)


_WEB = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?")
"""An address that a camera can open. Some clinics write "ask at the desk" as their website."""


def _ways(clinic: Clinic, scan: Text | None = None) -> tuple[Text, ...]:
    """Return address, website, e-mail and hours with their links, as far as they are known.

    ``scan`` says where the QR code leads. It replaces the website if that has the same link or
    is missing.
    """
    site = clinic.website
    link = _web_address(site) if site else None
    website = leaf(site, link=link) if site else None
    if scan is not None and (website is None or scan.link == link):
        website, scan = scan, None
    ways = (
        leaf(clinic.address) if clinic.address else None,
        website,
        scan,
        leaf(clinic.email, link=f"mailto:{clinic.email}") if clinic.email else None,
        leaf(clinic.hours) if clinic.hours else None,
    )
    return tuple(way for way in ways if way is not None)


def _web_address(website: str) -> str:
    return website if "://" in website else f"https://{website}"


def contact(order: Order) -> tuple[Contact, ...]:
    """Return the clinic's name, telephone and addresses; empty if it has only a telephone."""
    clinic = order.clinic
    ways = _ways(clinic)
    if not ways:
        return ()
    return (Contact(leaf(clinic.full_name), leaf(clinic.phone, link=dial(clinic.phone)), ways),)


def dial(phone: str) -> str | None:
    """Return the ``tel:`` address of a number as people dial it locally; None without digits.

    RFC 3966 requires a country for a number without ``+``, but telephones dial it as it is.
    """
    number = re.sub(r"[^\d+]", "", phone)
    return f"tel:{number}" if any(char.isdigit() for char in number) else None


# -- blocks from the safety text and the program


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
    """Return the pointer to the emergency signs; it says page 2 until the pages are known."""
    phrases = words.locale.stop
    if BlockName.RED_FLAGS not in order.layout.block_names:
        return Pointer(leaf(strong(phrases.elsewhere)))
    second = fill(phrases.pointer, page=words.number(2))
    return Pointer(leaf(strong(second)), phrases.pointer)


def _prose(name: BlockName, order: Order, words: Wording) -> Iterator[Prose]:
    """Yield each heading with its paragraphs or bullets, if safety text or program have any."""
    safety, program, phrases = order.safety, order.program, words.locale.furniture
    number = order.clinic.emergency_number
    said: dict[BlockName, list[tuple[Value, Iterable[Value]]]] = {
        BlockName.RED_FLAGS: [(fill(safety.emergency_lead, number=number), safety.emergency)],
        BlockName.SAME_DAY: [(fill(safety.same_day_lead, number=number), safety.same_day)],
        BlockName.VISIT: [(safety.visit_lead, safety.visit)],
        BlockName.EXPECT: [(phrases.expect, program.expect)],
        BlockName.PRECAUTIONS: [(phrases.precautions, program.precautions)],
        BlockName.EDUCATION: [(part.heading, part.text) for part in program.education],
    }
    for heading, parts in said[name]:
        if parts:
            yield Prose(name, leaf(heading), tuple(map(leaf, parts)))


def notes(words: Wording) -> Notes:
    """Return the heading of the patient's own notes."""
    return Notes(leaf(words.locale.notes.heading), leaf(words.locale.notes.prompt))


def _cards(order: Order, words: Wording, section: LayoutSection) -> Iterator[BlockNode]:
    for item in order.exercises:
        yield exercise_card(item, order, words, section.cards)


_MAKERS: dict[BlockName, _Maker] = {
    BlockName.TITLE: lambda order, _words, _section: [title(order)],
    BlockName.PATIENT: lambda order, words, _section: [patient_panel(order, words)],
    BlockName.NOTE: lambda order, words, _section: patient_note(order, words),
    BlockName.TRACKING: tracking_grid,
    BlockName.PAIN_RULE: lambda order, words, _section: [pain_rule(order, words)],
    BlockName.POINTER: lambda order, words, _section: [pointer(order, words)],
    BlockName.LATER_WEEKS: later_weeks,
    BlockName.EXERCISES: _cards,
    BlockName.NOTES: lambda _order, words, _section: [notes(words)],
    BlockName.CONTACT: lambda order, _words, _section: contact(order),
}
"""Functions that make blocks, by name. `_prose` makes the blocks that are not listed."""
