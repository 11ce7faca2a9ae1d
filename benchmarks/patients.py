"""Numbers → invented patients: as orders for us, as finished words for every peer.

A peer gets dates in words and the modules of the 2-D code as gifts: we make them while measured.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache
from typing import Any

from benchmarks.pictures import qr
from benchmarks.svg import svg
from handouts import Library, OrderRequest, Workspace, make_order
from handouts.compose.dates import appointment, day_and_date, day_letters, week_of
from handouts.compose.wording import wording
from handouts.model.choices import AffectedSide
from handouts.model.order import Order
from handouts.model.patient import Patient
from handouts.pdf.matrix import modules_of

TODAY = dt.date(2026, 11, 22)
"""Benchmarks are made on one day, so that runs can be compared."""

PROGRAM, CLINIC = "si-joint-calm", "riverbend"
_CLINICIANS = ("dana-whitfield", "luis-herrera")
_FIRST_START = dt.date(2026, 12, 1)
STARTS = 28
"""Patients start on so many days in turn."""
REPEATS = 840
"""After so many patients come the same days, names and clinicians again."""

_WEEKS = 4

_GIVEN = (
    "Maria", "Žofia", "Tom", "Šebnem", "Gáspár", "Zoë", "Li", "Łukasz", "Anna", "Jürgen", "Priya",
    "Owen", "Inés", "Søren", "Grace", "Pavel", "Chloé", "Amara", "Hugo", "Nadia",
)  # fmt: skip
_FAMILY = (
    "Nuñez-O'Brien", "Kowalska", "Reed", "Yıldız", "Őry", "Marsh", "Wong", "Dąbrowski", "Berg",
    "Müller", "Raman", "Price", "Ortega", "Holm", "Adeyemi", "Novák", "Dubois", "Okafor", "Castel",
    "Haddad", "Quinn", "Sato", "Lindqvist", "Ferrara", "Bishop", "Cole", "Drake", "Ellis", "Frost",
    "Gould", "Hale", "Iqbal", "Jensen", "Kerr", "Lowe", "Moss", "Nash", "Olsen", "Pike", "Rhodes",
)  # fmt: skip


@cache
def workspace() -> Workspace:
    """Return the built-in content on the fixed day."""
    return Workspace(today=TODAY)


@cache
def library() -> Library:
    """Return the library of the built-in content."""
    return Library(workspace())


def patient_of(number: int) -> Patient:
    """Return an invented patient; starts fall on every day of the week."""
    start = _FIRST_START + dt.timedelta(days=number % STARTS)
    visit = start + dt.timedelta(days=28 + number % 5)
    name = f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[number * 7 // 3 % len(_FAMILY)]}"
    return Patient(
        reference=f"P-{number:07d}",
        name=name,
        affected_side=AffectedSide.LEFT,
        start_date=start,
        next_visit=visit,
    )


def token_of(number: int) -> str:
    """Return what stands for a patient's reference in file and 2-D code."""
    return hashlib.sha256(f"token {number}".encode()).hexdigest()[:16].upper()


def request_of(number: int) -> OrderRequest:
    """Return what is asked for a patient."""
    return OrderRequest(
        program=PROGRAM,
        clinic=CLINIC,
        patient=patient_of(number),
        clinician=clinician_of(number),
        token=token_of(number),
    )


def clinician_of(number: int) -> str:
    """Return the id of a patient's clinician; both of the clinic take turns."""
    return _CLINICIANS[number % len(_CLINICIANS)]


def order_of(number: int) -> Order:
    """Return the order of a patient."""
    return make_order(library(), request_of(number))


def words_for(order: Order, number: int, code: str) -> dict[str, Any]:
    """Return what a peer is told of a patient: words by key, weeks, the 2-D code as a picture.

    ``code`` is that of the handout.
    """
    patient, clinician = order.patient, order.clinician
    start, visit = patient.start_date, patient.next_visit
    if start is None or visit is None or clinician is None:
        raise ValueError("patients of the benchmark have dates and a clinician")
    words = wording(order.locale, order.language)
    weeks = [start + dt.timedelta(days=7 * week) for week in range(_WEEKS)]
    days = [[first + dt.timedelta(days=day) for day in range(7)] for first in weeks]
    code_picture = qr(modules_of(f"{code} {order.reference_token}"))
    return {
        "number": number,
        "words": {
            "name": patient.name,
            "clinician": clinician.name,
            "clinician_short": clinician.short_name,
            "start": day_and_date(start, words),
            "next_visit": appointment(visit, words),
            **{f"week_{n}": f": {week_of(first, words)}" for n, first in enumerate(weeks, 1)},
        },
        "weeks": [
            [[day_letters(day.weekday(), words), str(day.day), day.weekday()] for day in week]
            for week in days
        ],
        "qr": code_picture,
        "qr_svg": svg(code_picture),
    }
