"""Turn clinic and patient into the top of the first page: letterhead, title, patient panel."""

from __future__ import annotations

import re

from handouts.compose.card import note_label
from handouts.compose.document import Contact, Letterhead, PatientPanel, Title
from handouts.compose.fields import clinician_names, next_visit, start_words
from handouts.compose.templates import BLANK, fill, leaf, marked, plain, variable
from handouts.compose.text import NOTHING, FieldName, Labelled, Text
from handouts.compose.wording import Wording
from handouts.model.base import Region
from handouts.model.clinic import AffectedSide, Clinic
from handouts.model.order import Order, Side, first_name


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
    """Where the code on the first page leads, and what is said beside it; nothing without one."""
    wanted, phrases = clinic.code_link, words.locale.furniture
    if wanted == "phone":
        number = dial(clinic.phone)
        said = fill(phrases.scan_phone, phone=clinic.phone)
        return number, leaf(said, link=number) if number else None
    shown = wanted or clinic.website
    if shown in (None, "none") or not _WEB.fullmatch(shown):
        return None, None
    address = _web_address(shown)
    said = fill(phrases.scan_web, address=re.sub(r"^https?://|/$", "", shown))
    return address, leaf(said, link=address)


_WEB = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?")
"""What a camera can open: "ask at the desk" in the place of a website is none."""


def _ways(clinic: Clinic, scan: Text | None = None) -> tuple[Text, ...]:
    """Address, website, e-mail and hours: what of them is known, as links where they lead on.

    ``scan``, which says where a code leads, takes the website's place if it says it too.
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
    """Return who the clinic is and the ways to it; nothing if it has none but its telephone."""
    clinic = order.clinic
    ways = _ways(clinic)
    if not ways:
        return ()
    return (Contact(leaf(clinic.full_name), leaf(clinic.phone, link=dial(clinic.phone)), ways),)


def title(order: Order) -> Title:
    """Return the title of the handout."""
    return Title(leaf(order.program.title), leaf(order.program.subtitle))


def patient_panel(order: Order, words: Wording) -> PatientPanel:
    """Return who the handout is for; what is not known is a line for the pen."""
    patient, phrases = order.patient, words.locale.panel
    start = start_words(patient.start_date, words)
    clinician = clinician_names(patient, order.clinician)[0]
    fields = (
        _field(phrases.name, patient.name, FieldName.NAME),
        *((_sore_side(patient.affected_side, words),) if _asks_side(order) else ()),
        _field(phrases.clinician, clinician, FieldName.CLINICIAN),
        _field(phrases.start, start, FieldName.START),
        _field(phrases.next_visit, next_visit(patient, words), FieldName.NEXT_VISIT),
    )
    return PatientPanel(fields, _note(order, words))


def patient_note(order: Order, words: Wording) -> tuple[PatientPanel, ...]:
    """Return the clinician's note, for a sheet on which others may read who it is for.

    Name and sore side are lines for the pen there, as long as they are not known. The full handout
    has the note too: where it has no room, the sheet says so.
    """
    note, patient, phrases = _note(order, words), order.patient, words.locale.panel
    fields: list[Labelled] = []
    if first_name(patient.name, patient.preferred_name) is None:
        fields.append(_field(phrases.name, None, FieldName.NAME))
    if patient.affected_side is None and _asks_side(order):
        fields.append(_sore_side(None, words))
    elsewhere = leaf(marked(phrases.note_elsewhere, FieldName.NOTE)) if note else None
    return (PatientPanel(tuple(fields), note, elsewhere),) if note or fields else ()


def _note(order: Order, words: Wording) -> Labelled | None:
    """The clinician's note; its label goes with it: a patient without one has neither."""
    if not order.patient.note:
        return None
    signed = note_label(clinician_names(order.patient, order.clinician)[1], words)
    label = Text(marked(signed.runs, FieldName.NOTE))
    return Labelled(label, leaf(variable(order.patient.note, FieldName.NOTE)))


def _field(label: str, value: str | None, field: FieldName) -> Labelled:
    """A value that is the patient's own, after a label that is not."""
    return Labelled(leaf(label), leaf(variable(value, field) if value else marked(BLANK, field)))


def _choice(choice: str, field: FieldName, words: Wording) -> Text:
    """A word beside a box to tick; the box itself is drawn."""
    spoken = plain(fill(words.locale.spoken.choice, choice=choice))
    return leaf(marked(choice, field), spoken=spoken)


def _asks_side(order: Order) -> bool:
    """Whether a side can hurt: not in balance, unless it is known or an exercise asks."""
    known = order.patient.affected_side is not None
    asked = any(item.side is Side.SORE for item in order.exercises)
    return known or asked or set(order.safety.regions) != {Region.BALANCE}


def _sore_side(side: AffectedSide | None, words: Wording) -> Labelled:
    phrases, field = words.locale.panel, FieldName.AFFECTED_SIDE
    label = leaf(phrases.sore_side)
    if side is None:
        choices = (phrases.choose_left, phrases.choose_right)
        return Labelled(label, NOTHING, tuple(_choice(choice, field, words) for choice in choices))
    named = {
        AffectedSide.LEFT: phrases.left,
        AffectedSide.RIGHT: phrases.right,
        AffectedSide.BOTH: phrases.both,
    }
    return Labelled(label, leaf(marked(named[side], field)))


def dial(phone: str) -> str | None:
    """Return the ``tel:`` address of a number as it is dialled at home; None without digits.

    RFC 3966 wants a country for a number without ``+``; telephones dial it as it is.
    """
    number = re.sub(r"[^\d+]", "", phone)
    return f"tel:{number}" if any(char.isdigit() for char in number) else None
