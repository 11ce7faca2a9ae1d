"""Order: everything one handout is made from, validated and resolved."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from msgspec import Struct

from handouts.model.choices import Mode, Paper
from handouts.model.clinic import Clinic, Clinician
from handouts.model.dosage import Dosage
from handouts.model.exercise import Exercise
from handouts.model.layout import Layout
from handouts.model.locale import Locale
from handouts.model.patient import Patient
from handouts.model.program import Prescription, Program
from handouts.model.safety import Safety


class Side(StrEnum):
    """What a prescription comes down to for this patient.

    SORE is the affected side of a patient whose affected side is not known: the handout says
    "sore side" and leaves boxes to mark which.
    """

    TOGETHER = "together"
    EACH = "each"
    ALTERNATE = "alternate"
    LEFT = "left"
    RIGHT = "right"
    SORE = "sore"


PAPER_SIZES = {Paper.LETTER: (612.0, 792.0), Paper.A4: (595.28, 841.89)}
"""Width and height in points (ANSI/ASME Y14.1; ISO 216)."""


class OrderedExercise(Struct, frozen=True):
    """One exercise as prescribed: variant applied, dose overridden, side resolved.

    ``number`` is the exercise's number on the sheet, from 1; ``phase`` is the name of the phase
    that starts with this exercise, if it has one.
    """

    number: int
    exercise: Exercise
    prescription: Prescription
    dosage: Dosage
    side: Side
    phase: str | None = None


class Order(Struct, frozen=True):
    """A complete order for one handout. ``date`` is the day it is made.

    ``reference_token`` stands for the patient's reference where nobody may read that: in the
    file's metadata and the code that a camera reads (see `handouts.deliver.tokens`).
    """

    program: Program
    exercises: tuple[OrderedExercise, ...]
    patient: Patient
    clinic: Clinic
    clinician: Clinician | None
    safety: Safety
    layout: Layout
    locale: Locale
    paper: Paper
    mode: Mode
    date: dt.date
    language: str
    reference_token: str | None = None
