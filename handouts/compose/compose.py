"""Turn an order into a document: all that the handout says, in reading order."""

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
    """Return ``prefix`` and six characters that stand for the words of nodes and ``ids``.

    They are 30 bits of the SHA-256 of the words; per-patient strings do not count.
    """
    content = "\n".join((*ids, text_for_all(nodes)))
    number = int.from_bytes(hashlib.sha256(content.encode()).digest()[:4])
    return f"{prefix}-{base32(number, _CHARACTERS)}"


def base32(number: int, characters: int) -> str:
    """Return the last bits of a number, five a character, the last ones first."""
    return "".join([ALPHABET[number >> shift & 31] for shift in range(0, 5 * characters, 5)])


# -- the clinic and the ways to it


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
    """Return where the code on the first page leads, and its text; None and None without one."""
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
    # Who hears it has no code to scan, but a link to follow.
    return address, leaf(fill(phrases.scan_web, address=short), spoken=short, link=address)


_WEB = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?")
"""An address that a camera can open; some clinics write "ask at the desk" for a website."""


def _ways(clinic: Clinic, scan: Text | None = None) -> tuple[Text, ...]:
    """Return address, website, e-mail and hours, those that are known, with links.

    ``scan`` says where a code leads: it takes the place of the website if that is the same.
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
    """Return the clinic's name and addresses; nothing if it has only a telephone."""
    clinic = order.clinic
    ways = _ways(clinic)
    if not ways:
        return ()
    return (Contact(leaf(clinic.full_name), leaf(clinic.phone, link=dial(clinic.phone)), ways),)


def dial(phone: str) -> str | None:
    """Return the ``tel:`` address of a number as it is dialled at home; None without digits.

    RFC 3966 wants a country for a number without ``+``; telephones dial it as it is.
    """
    number = re.sub(r"[^\d+]", "", phone)
    return f"tel:{number}" if any(char.isdigit() for char in number) else None


# -- blocks: what safety text and program say


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


def _prose(name: BlockName, order: Order, words: Wording) -> Iterator[Prose]:
    """Yield a heading with its paragraphs or bullets, where safety text or program have any."""
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
"""Makers of blocks; of those that are not here `_prose` makes a heading with its parts."""
