"""Turn clinic and patient into letterhead, title, patient panel, and heads and feet of pages."""

from __future__ import annotations

import re

from msgspec.structs import replace

from handouts.compose.document import Contact, Draft, Furniture, Letterhead, PatientPanel, Title
from handouts.compose.fields import (
    SHORT_CLINICIAN,
    clinician_names,
    next_visit,
    start_words,
    stop_at,
)
from handouts.compose.text import (
    BLANK,
    NOTHING,
    FieldName,
    Labelled,
    Runs,
    Text,
    Value,
    fill,
    folded,
    leaf,
    marked,
    plain,
    runs_of,
    spaced,
    variable,
)
from handouts.compose.wording import Wording, medium_date
from handouts.model.base import Region
from handouts.model.clinic import AffectedSide, Clinic
from handouts.model.order import Order, Side, first_name
from handouts.model.program import Safety


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
    signed = _note_label(clinician_names(order.patient, order.clinician)[1], words)
    label = Text(marked(signed.runs, FieldName.NOTE))
    return Labelled(label, leaf(variable(order.patient.note, FieldName.NOTE)))


def _note_label(clinician: str | None, words: Wording) -> Text:
    """``Note from Dana:``; the name is a per-patient string."""
    panel = words.locale.panel
    name = marked(panel.your_clinician, FieldName.CLINICIAN)
    if clinician:
        name = runs_of(variable(clinician, FieldName.CLINICIAN, SHORT_CLINICIAN))
    return leaf(fill(panel.note_from, name=name))


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
    return Labelled(label, leaf(marked(getattr(phrases, side.value), field)))


def dial(phone: str) -> str | None:
    """Return the ``tel:`` address of a number as it is dialled at home; None without digits.

    RFC 3966 wants a country for a number without ``+``; telephones dial it as it is.
    """
    number = re.sub(r"[^\d+]", "", phone)
    return f"tel:{number}" if any(char.isdigit() for char in number) else None


# -- what repeats on pages


def furniture(order: Order, words: Wording, code: str) -> Furniture:
    """Return the running heads and feet of the handout."""
    patient = order.patient
    clinic, safety = order.clinic, order.safety
    phrases = words.locale.furniture
    return Furniture(
        clinic=leaf(clinic.full_name),
        clinic_name=leaf(clinic.name),
        patient=leaf(variable(patient.name, FieldName.NAME)) if patient.name else None,
        phone=leaf(clinic.phone),
        stop_rule=leaf(stop_at(safety.stop_rule, order, words)),
        call=leaf(fill(words.locale.stop.call, phone=clinic.phone)),
        disclaimer=_disclaimer(patient.name, safety, words),
        disclaimer_short=leaf(safety.disclaimer_short),
        made=_made(order, words),
        code=_code(code, words),
        page=phrases.page,
        continued=leaf(phrases.continued),
        heading=_heading(first_name(patient.name, patient.preferred_name), words),
        side=_side(patient.affected_side, words),
        dates=_dates(order, words),
    )


def with_code(foot: Furniture, code: str, words: Wording) -> Furniture:
    """Return furniture with another code."""
    return replace(foot, code=_code(code, words))


def _code(code: Value, words: Wording) -> Text:
    return leaf(fill(words.locale.furniture.code, code=code))


def draft(order: Order, words: Wording) -> Draft | None:
    """Return what marks a handout whose texts the clinic has not reviewed; None once it has."""
    if order.checked is not None:
        return None
    phrases = words.locale.furniture
    return Draft(leaf(phrases.draft), leaf(fill(phrases.draft_why, clinic=order.clinic.name)))


def _disclaimer(name: str | None, safety: Safety, words: Wording) -> Text:
    if name is None:
        return leaf(safety.disclaimer)
    sentence = fill(words.locale.furniture.made_for, name=variable(name, FieldName.NAME))
    # The space is the patient's too: without a name there is none.
    return leaf((*marked(fill("{a} ", a=sentence), FieldName.NAME), *runs_of(safety.disclaimer)))


def _checked(order: Order, words: Wording) -> Runs:
    """Who has reviewed all texts, and the day of the last review; nothing in a draft."""
    checked = order.checked
    if checked is None:
        return ()
    names, date = words.conjoined(checked.names), medium_date(checked.date, words)
    return fill(words.locale.furniture.checked, names=names, date=date)


def _made(order: Order, words: Wording) -> Text:
    """When it was made, and who has reviewed it."""
    date, checked = order.date, _checked(order, words)
    made = marked(fill(words.locale.furniture.made, date=medium_date(date, words)), FieldName.MADE)
    return leaf(spaced(made, checked) if checked else made)


def _heading(name: str | None, words: Wording) -> Text:
    phrases = words.locale.furniture
    heading = phrases.heading_named if name else phrases.heading
    whose = variable(name or "", FieldName.PREFERRED_NAME)
    return leaf(marked(fill(heading, name=whose), FieldName.PREFERRED_NAME))


def _side(side: AffectedSide | None, words: Wording) -> Text | None:
    if side is None:
        return None
    phrases = words.locale.furniture
    said = fill(phrases.sore_side, side=getattr(phrases, side.value))
    return leaf(marked(said, FieldName.AFFECTED_SIDE))


def _dates(order: Order, words: Wording) -> Text | None:
    """``Start Mon, Mar 2 · next visit Mon, Mar 30 · Dana Whitfield, PT``: what is known of it."""
    phrases, patient = words.locale.furniture, order.patient
    parts: list[Runs] = []
    first = start_words(patient.start_date, words)
    if first:
        start = fill(phrases.start, date=variable(first, FieldName.START))
        parts.append(marked(start, FieldName.START))
    date = next_visit(patient, words)
    if date:
        visit = fill(phrases.next_visit, date=variable(date, FieldName.NEXT_VISIT))
        parts.append(marked(visit, FieldName.NEXT_VISIT))
    name, _ = clinician_names(patient, order.clinician)
    if name:
        parts.append((variable(name, FieldName.CLINICIAN),))
    if not parts:
        return None
    # The joints are per-patient too: how many there are depends on what is known.
    joined = folded(phrases.join, parts)
    return leaf(tuple(replace(run, field=run.field or FieldName.START) for run in joined))
