"""Clinic and patient become the top of the first page: letterhead, title, patient panel."""

from __future__ import annotations

from handouts.compose.card import note_label
from handouts.compose.dial import dial
from handouts.compose.document import (
    NOTHING,
    FieldName,
    Labelled,
    Letterhead,
    PatientPanel,
    Run,
    Text,
    Title,
)
from handouts.compose.own import clinician_names, next_visit, start_words
from handouts.compose.runs import BLANK, Value, fill, leaf, marked, own, plain
from handouts.compose.wording import Wording
from handouts.model.choices import AffectedSide
from handouts.model.order import Order


def letterhead(order: Order, words: Wording) -> Letterhead:
    """Return the clinic's letterhead."""
    clinic = order.clinic
    return Letterhead(
        name=leaf(clinic.name),
        kind=leaf(clinic.kind) if clinic.kind else None,
        phone=leaf(clinic.phone, link=dial(clinic.phone)),
        address=leaf(clinic.address) if clinic.address else None,
        logo_alt=plain(fill(words.locale.furniture.logo, clinic=clinic.full_name)),
    )


def title(order: Order) -> Title:
    """Return the title of the handout."""
    return Title(leaf(order.program.title), leaf(order.program.subtitle))


def patient_panel(order: Order, words: Wording) -> PatientPanel:
    """Return who the handout is for; what is not known is a line for the pen."""
    patient, phrases = order.patient, words.locale.panel
    start = _own(start_words(patient.start_date, words), FieldName.START)
    visit = _own(next_visit(patient, words), FieldName.NEXT_VISIT)
    clinician = _own(clinician_names(patient, order.clinician)[0], FieldName.CLINICIAN)
    fields = (
        _field(phrases.name, _own(patient.name, FieldName.NAME), FieldName.NAME),
        _sore_side(patient.affected_side, words),
        _field(phrases.clinician, clinician, FieldName.CLINICIAN),
        _field(phrases.start, start, FieldName.START),
        _field(phrases.next_visit, visit, FieldName.NEXT_VISIT),
    )
    return PatientPanel(fields, _note(order, words))


def patient_note(order: Order, words: Wording) -> tuple[PatientPanel, ...]:
    """Return the clinician's note alone, for a layout without a panel; nothing without a note."""
    note = _note(order, words)
    return (PatientPanel((), note),) if note else ()


def _note(order: Order, words: Wording) -> Labelled | None:
    """The clinician's note; its label goes with it: a patient without one has neither."""
    if not order.patient.note:
        return None
    label = Text(marked(note_label(order, words).runs, FieldName.NOTE))
    return Labelled(label, leaf(own(order.patient.note, FieldName.NOTE)))


def _own(text: str | None, field: FieldName) -> Run | None:
    return own(text, field) if text else None


def _field(label: str, value: Value | None, field: FieldName) -> Labelled:
    return Labelled(leaf(label), leaf(marked(value or BLANK, field)))


def _choice(choice: str, field: FieldName, words: Wording) -> Text:
    """A word beside a box to tick; the box itself is drawn."""
    spoken = plain(fill(words.locale.spoken.choice, choice=choice))
    return leaf(marked(choice, field), spoken=spoken)


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
