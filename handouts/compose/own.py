"""A patient becomes what is the patient's own in the words of a handout, by field."""

from __future__ import annotations

from collections.abc import Mapping

from handouts.compose.dates import appointment
from handouts.compose.document import FieldName
from handouts.compose.wording import Wording
from handouts.model.patient import Patient


def own_words(patient: Patient, words: Wording) -> Mapping[str, str]:
    """Return the texts of all runs that are ``own`` in the document of a patient.

    A field the patient has nothing for is not among them.
    """
    texts = {
        FieldName.NAME: patient.name,
        FieldName.PREFERRED_NAME: patient.preferred_name or patient.name,
        FieldName.NEXT_VISIT: next_visit(patient, words),
        FieldName.NOTE: patient.note,
    }
    return {str(field): text for field, text in texts.items() if text}


def next_visit(patient: Patient, words: Wording) -> str | None:
    """The next visit in words: ``Mon, Mar 30, 10:30 AM``."""
    return appointment(patient.next_visit, words) if patient.next_visit else None
