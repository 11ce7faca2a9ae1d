"""Make invented patients from numbers, and what is asked for each: one program, or their own.

Programs of their own: each of four exercises, drawn by lot from twelve, 24 choices in all; how
often an exercise is repeated is drawn for each patient.
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
"""Benchmarks are made on one day, so that runs can be compared."""

PROGRAM, CLINIC = "si-joint-calm", "riverbend"
_CLINICIANS = ("dana-whitfield", "luis-herrera")
_FIRST_START = dt.date(2026, 12, 1)
STARTS = 28
"""Patients start on so many days in turn."""
REPEATS = 840
"""After so many patients come the same days, names and clinicians again."""

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
"""Exercises whose cards are small: peers set them in as many pages as we do."""


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
    """Return the id of a patient's clinician; both of the clinic take turns."""
    return _CLINICIANS[number % len(_CLINICIANS)]


def _token_of(number: int) -> str:
    """What stands for a patient's reference in the file and its 2-D code."""
    return hashlib.sha256(f"token {number}".encode()).hexdigest()[:16].upper()


def request_of(number: int) -> OrderRequest:
    """Return what is asked for a patient of the shared program."""
    return OrderRequest(
        program=PROGRAM,
        clinic=CLINIC,
        patient=patient_of(number),
        clinician=clinician_of(number),
        token=_token_of(number),
    )


def own_request(number: int) -> OrderRequest:
    """Return what is asked for a patient with doses of their own."""
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
"""The exercise whose dose is changed at the desk, of the first of the programs."""


def typed_dose(number: int) -> str:
    """Return a dose as it is typed, another for each number."""
    return f"{3 + number % 13} times, hold {3 + number // 13} s"


def desk_request(number: int) -> OrderRequest:
    """Return what is asked for one patient, of whose doses one is changed again and again."""
    return replace(own_request(0), doses={CHANGED: read_dose(typed_dose(number))})


def _chosen(program: int) -> list[str]:
    """The exercises of a program."""
    return random.Random(program).sample(_POOL, _EXERCISES)  # noqa: S311 - not a secret


@cache
def _usual_doses() -> dict[str, Dosage]:
    known = library()
    return {name: known.exercise(name).dosage for name in _POOL}


def write_clinic(folder: Path) -> None:
    """Write a clinic's folder of programs with exercises drawn by lot."""
    calm = library().program(PROGRAM).model_dump(
        mode="json", exclude_none=True, by_alias=True, exclude={"id"}
    )  # fmt: skip
    for kind in ("exercises", "programs", "clinics", "layouts"):
        (folder / kind).mkdir(parents=True)
    for number in range(PROGRAMS):
        exercises = [{"exercise": name} for name in _chosen(number)]
        program = {**calm, "code": "OWN", "name": f"Own {number}",
                   "phases": [{"exercises": exercises}]}  # fmt: skip
        # JSON is YAML.
        (folder / "programs" / f"own-{number}.yaml").write_text(json.dumps(program), "utf-8")
