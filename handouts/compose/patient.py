"""Turn a patient into panel, note, page heads and feet, and the values that differ by patient."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from msgspec.structs import replace

from handouts.compose.document import Draft, Furniture, PatientPanel, Title
from handouts.compose.runs import (
    BLANK,
    NOTHING,
    SHORT_CLINICIAN,
    SPOKEN_START,
    SPOKEN_VISIT,
    FieldName,
    Labelled,
    Runs,
    Text,
    Value,
    fill,
    grid_day,
    grid_week,
    joined_by,
    leaf,
    marked,
    plain,
    runs_of,
    spaced,
    variable,
)
from handouts.compose.wording import (
    DAYS_PER_WEEK,
    Wording,
    appointment,
    day_and_date,
    full_date,
    medium_date,
    week_of,
)
from handouts.model.base import Region
from handouts.model.clinic import AffectedSide, Clinician
from handouts.model.locale import SpokenSign
from handouts.model.order import Order, Patient, Side, first_name


def title(order: Order) -> Title:
    """Return the title of the handout."""
    return Title(leaf(order.program.title), leaf(order.program.subtitle))


def patient_panel(order: Order, words: Wording) -> PatientPanel:
    """Return who the handout is for; an unknown value is a line for the pen."""
    patient, phrases = order.patient, words.locale.panel
    begin, visit = start_words(patient.start_date, words), next_visit(patient, words)
    spoken_begin = start_words(patient.start_date, words, in_full=True)
    spoken_visit = next_visit(patient, words, in_full=True)
    clinician = clinician_names(patient, order.clinician)[0]
    fields = (
        _field(phrases.name, patient.name, FieldName.NAME),
        *((_sore_side(patient.affected_side, words),) if _asks_side(order) else ()),
        _field(phrases.clinician, clinician, FieldName.CLINICIAN),
        _field(phrases.start, begin, FieldName.START, (SPOKEN_START, spoken_begin)),
        _field(phrases.next_visit, visit, FieldName.NEXT_VISIT, (SPOKEN_VISIT, spoken_visit)),
    )
    return PatientPanel(fields, _note(order, words))


def patient_note(order: Order, words: Wording) -> tuple[PatientPanel, ...]:
    """Return the clinician's note, for a sheet that other people may see.

    Name and sore side are there only while they are unknown: to write and to tick. If the note has
    no room, the sheet says that it is in the full handout.
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
    """Return the clinician's note with its label; None if the patient has none."""
    if not order.patient.note:
        return None
    signed = _note_label(clinician_names(order.patient, order.clinician)[1], words)
    label = Text(marked(signed.runs, FieldName.NOTE))
    return Labelled(label, leaf(variable(order.patient.note, FieldName.NOTE)))


def _note_label(clinician: str | None, words: Wording) -> Text:
    """Return ``Note from Dana:``; the name is a per-patient string."""
    panel = words.locale.panel
    name = marked(panel.your_clinician, FieldName.CLINICIAN)
    if clinician:
        name = runs_of(variable(clinician, FieldName.CLINICIAN, SHORT_CLINICIAN))
    return leaf(fill(panel.note_from, name=name))


def _field(
    label: str, value: str | None, field: FieldName, in_full: tuple[str, str | None] = ("", None)
) -> Labelled:
    """Return a label with a value of the patient, or with a line for the pen.

    ``in_full`` is what a screen reader says for an abbreviated date: the value's name and words.
    """
    if not value:
        return Labelled(leaf(label), leaf(marked(BLANK, field)))
    name, spoken = in_full
    return Labelled(leaf(label), leaf(variable(value, field), spoken=spoken, spoken_variable=name))


def _choice(choice: str, side: SpokenSign, field: FieldName, words: Wording) -> Text:
    """Return a word beside a box to tick; the box itself is drawn."""
    spoken = plain(fill(words.locale.spoken.choice, choice=side.spoken))
    return leaf(marked(choice, field), spoken=spoken)


def _asks_side(order: Order) -> bool:
    """Return whether to show the sore side: for balance, only if it is known or used."""
    known = order.patient.affected_side is not None
    asked = any(item.side is Side.SORE for item in order.exercises)
    return known or asked or set(order.safety.regions) != {Region.BALANCE}


def _sore_side(side: AffectedSide | None, words: Wording) -> Labelled:
    phrases, field = words.locale.panel, FieldName.AFFECTED_SIDE
    label, signs = leaf(phrases.sore_side), words.locale.grid
    if side is None:
        left = _choice(phrases.choose_left, signs.left, field, words)
        right = _choice(phrases.choose_right, signs.right, field, words)
        return Labelled(label, NOTHING, (left, right))
    return Labelled(label, leaf(marked(getattr(phrases, side.value), field)))


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
        disclaimer=_disclaimer(patient.name, clinic.disclaimer or safety.disclaimer, words),
        disclaimer_short=leaf(clinic.disclaimer_short or safety.disclaimer_short),
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


def _disclaimer(name: str | None, disclaimer: str, words: Wording) -> Text:
    if name is None:
        return leaf(disclaimer)
    sentence = fill(words.locale.furniture.made_for, name=variable(name, FieldName.NAME))
    # The space belongs to the sentence with the name: without a name there is none.
    return leaf((*marked(fill("{a} ", a=sentence), FieldName.NAME), *runs_of(disclaimer)))


def _checked(order: Order, words: Wording) -> Runs:
    """Return who has reviewed all texts, and the day of the last review; empty in a draft."""
    checked = order.checked
    if checked is None:
        return ()
    names, date = words.conjoined(checked.names), medium_date(checked.date, words)
    return fill(words.locale.furniture.checked, names=names, date=date)


def _made(order: Order, words: Wording) -> Text:
    """Return when the handout was made, and who has reviewed it."""
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
    """Return what is known: ``Start Mon, Mar 2 · next visit Mon, Mar 30 · Dana Whitfield, PT``."""
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
    # The separators are per-patient too: how many there are depends on what is known.
    joined, known = joined_by(phrases.join, parts), parts[0][0].field
    return leaf(tuple(replace(run, field=run.field or known) for run in joined))


# -- the values that differ by patient, as printed


def personal_values(patient: Patient, words: Wording) -> Mapping[str, str]:
    """Return the values that may identify a patient, by name; empty ones are left out."""
    texts = {
        FieldName.NAME: patient.name,
        FieldName.PREFERRED_NAME: first_name(patient.name, patient.preferred_name),
        FieldName.NEXT_VISIT: next_visit(patient, words),
        FieldName.NOTE: patient.note,
        SPOKEN_VISIT: next_visit(patient, words, in_full=True),
    }
    return {str(field): text for field, text in texts.items() if text}


def shared_values(
    patient: Patient, clinician: Clinician | None, days: int, words: Wording
) -> Mapping[str, str]:
    """Return the values that many patients share, by name: clinician, start and dates of the grid.

    ``days`` is the number of days in the tracking grid.
    """
    full, short = clinician_names(patient, clinician)
    start = start_words(patient.start_date, words)
    texts = {
        FieldName.CLINICIAN: full,
        SHORT_CLINICIAN: short,
        FieldName.START: start,
        SPOKEN_START: start_words(patient.start_date, words, in_full=True),
    }
    dates = grid_dates(patient.start_date, range(days), words) if patient.start_date else {}
    return {**{name: text for name, text in texts.items() if text}, **dates}


def clinician_names(
    patient: Patient, clinician: Clinician | None
) -> tuple[str, str] | tuple[None, None]:
    """Return the clinician's name in full and as signed under notes; None and None if unknown.

    It comes from the clinic's file, or as typed for the patient.
    """
    if clinician is not None:
        return clinician.name, clinician.short_name or clinician.name
    return (patient.clinician, patient.clinician) if patient.clinician else (None, None)


def start_words(start: dt.date | None, words: Wording, *, in_full: bool = False) -> str | None:
    """Return the first day in words: ``Mon, Mar 2``, or ``in_full``: ``Monday, March 2``."""
    if start is None:
        return None
    return full_date(start, words) if in_full else day_and_date(start, words)


def grid_dates(start: dt.date, days: range, words: Wording) -> Mapping[str, str]:
    """Return the dates that the grid prints for ``days``, counted from ``start``, by name."""
    dates: dict[str, str] = {}
    for number in days:
        date = start + dt.timedelta(days=number)
        if number % DAYS_PER_WEEK == 0:
            dates[grid_week(number // DAYS_PER_WEEK)] = week_of(date, words)
        dates[grid_day(number)] = words.number(date.day)
    return dates


def next_visit(patient: Patient, words: Wording, *, in_full: bool = False) -> str | None:
    """Return the next visit in words: ``Mon, Mar 30, 10:30 AM``; days and months ``in_full``."""
    visit = patient.next_visit
    return appointment(visit, words, in_full=in_full) if visit else None


def stop_at(rule: str, order: Order, words: Wording) -> Runs:
    """Return a stop rule with the number on the pain scale at which the patient stops."""
    return fill(rule, stop=words.number(order.clinic.pain_limits.stop))
