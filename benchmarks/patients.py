"""Make invented patients from numbers, with a request for a shared program or their own.

There are 24 own programs, each with four exercises drawn at random from twelve. The repetitions of
an exercise are drawn for each patient.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from handouts import Library, OrderRequest, Patient, Workspace
from handouts.load.roster.cells import read_dose
from handouts.model.clinic import AffectedSide
from handouts.model.dosage import Dosage
from handouts.model.quantity import Quantity

TODAY = dt.date(2026, 11, 22)
"""The fixed day of all benchmarks, so that runs can be compared."""

PROGRAM, CLINIC = "si-joint-calm", "riverbend"
_CLINICIANS = ("dana-whitfield", "luis-herrera")
_FIRST_START = dt.date(2026, 12, 1)
STARTS = 28
"""Patients start on this many days in turn."""
REPEATS = 840
"""After this many patients the same days, names and clinicians come again."""

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

PROGRAMS, _EXERCISES = 24, 4
_POOL = (
    "knee-drop", "figure-four-supine", "single-knee-to-chest", "glute-bridge", "clamshell",
    "butterfly-supine", "figure-four-seated", "single-leg-bridge-knee-press",
    "side-lying-hip-abduction", "good-morning", "reverse-lunge", "kickstand-rdl",
)  # fmt: skip
"""Exercises with small cards, which peers set on as many pages as we do."""


def library() -> Library:
    """Return the built-in content on the fixed day."""
    return Library(Workspace(today=TODAY))


def own_library(folder: Path) -> Library:
    """Return the content of a clinic's folder that `write_clinic` wrote."""
    return Library(Workspace(folder, today=TODAY))


def patient_of(number: int) -> Patient:
    """Return an invented patient; starts fall on every day of the week."""
    start = _FIRST_START + dt.timedelta(days=number % STARTS)
    return Patient(
        reference=f"P-{number:07d}",
        name=f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[number * 7 // 3 % len(_FAMILY)]}",
        affected_side=AffectedSide.LEFT,
        start_date=start,
        next_visit=start + dt.timedelta(days=28 + number % 5),
    )


def clinician_of(number: int) -> str:
    """Return the id of a patient's clinician; the clinic's two take turns."""
    return _CLINICIANS[number % len(_CLINICIANS)]


def _token_of(number: int) -> str:
    """Return the token that stands for a patient's reference in the file and its QR code."""
    return hashlib.sha256(f"token {number}".encode()).hexdigest()[:16].upper()


def request_of(number: int) -> OrderRequest:
    """Return the request for a patient with the shared program."""
    return OrderRequest(
        program=PROGRAM,
        clinic=CLINIC,
        patient=patient_of(number),
        clinician=clinician_of(number),
        token=_token_of(number),
    )


def own_request(number: int) -> OrderRequest:
    """Return the request for a patient with their own program and doses."""
    program, doses = number % PROGRAMS, {}
    lot = random.Random(number)  # noqa: S311 - a choice, not a secret
    for exercise in _chosen(program):
        if _usual_doses()[exercise].repetitions is not None:
            amount = lot.randint(3, 15)
            doses[exercise] = Dosage(repetitions=Quantity(amount, amount))
    return OrderRequest(
        program=f"own-{program}",
        clinic=CLINIC,
        patient=patient_of(number),
        clinician=clinician_of(number),
        doses=doses,
        token=_token_of(number),
    )


CHANGED = "clamshell"
"""The exercise of the first own program whose dose is changed at the desk."""


def typed_dose(number: int) -> str:
    """Return a different dose, as typed, for each number."""
    return f"{3 + number % 13} times, hold {3 + number // 13} s"


def desk_request(number: int) -> OrderRequest:
    """Return the request for one patient, with one dose that differs by number."""
    return replace(own_request(0), doses={CHANGED: read_dose(typed_dose(number))})


def _chosen(program: int) -> list[str]:
    """Return the exercises of an own program."""
    return random.Random(program).sample(_POOL, _EXERCISES)  # noqa: S311 - not a secret


@cache
def _usual_doses() -> dict[str, Dosage]:
    known = library()
    return {name: known.exercise(name).dosage for name in _POOL}


def write_clinic(folder: Path) -> None:
    """Write a clinic's folder with programs of exercises drawn at random."""
    calm = library().program(PROGRAM).model_dump(
        mode="json", exclude_none=True, by_alias=True, exclude={"id"}
    )  # fmt: skip
    for kind in ("exercises", "programs", "clinics", "layouts"):
        (folder / kind).mkdir(parents=True)
    for number in range(PROGRAMS):
        exercises = [{"exercise": name} for name in _chosen(number)]
        program = {**calm, "code": "OWN", "name": f"Own {number}",
                   "phases": [{"exercises": exercises}]}  # fmt: skip
        # JSON is valid YAML.
        (folder / "programs" / f"own-{number}.yaml").write_text(json.dumps(program), "utf-8")
