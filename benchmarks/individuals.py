"""Numbers → patients with doses of their own, for one of 24 choices of four exercises."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path

from benchmarks.patients import TODAY, clinician_of, patient_of, token_of
from handouts import Library, OrderRequest, Workspace
from handouts.model.dosage import Dosage, Quantity

_PROGRAMS = 24
_EXERCISES = 4
_POOL = (
    "knee-drop", "figure-four-supine", "single-knee-to-chest", "glute-bridge", "clamshell",
    "butterfly-supine", "figure-four-seated", "single-leg-bridge-knee-press",
    "side-lying-hip-abduction", "good-morning", "reverse-lunge", "kickstand-rdl",
)  # fmt: skip
"""Exercises whose cards are small: peers set them in as many pages as we do."""

_KINDS = ("exercises", "programs", "clinics", "layouts")


def write_clinic(folder: Path) -> Workspace:
    """Write a clinic's folder of programs with exercises drawn by lot; return its workspace."""
    built_in = Workspace(today=TODAY)
    known = Library(built_in)
    calm = known.program("si-joint-calm").model_dump(
        mode="json", exclude_none=True, by_alias=True, exclude={"id"}
    )
    for kind in _KINDS:
        (folder / kind).mkdir(parents=True)
    for number in range(_PROGRAMS):
        program = calm | {
            "code": "OWN",
            "name": f"Own {number}",
            "phases": [{"exercises": [{"exercise": name} for name in _chosen(number)]}],
        }
        # JSON is YAML.
        path = folder / "programs" / f"own-{number}.yaml"
        path.write_text(json.dumps(program), "utf-8")
    return Workspace(folder, today=TODAY)


@cache
def _built_in() -> dict[str, Dosage]:
    """The usual doses of the exercises."""
    library = Library(Workspace(today=TODAY))
    return {name: library.exercise(name).dosage for name in _POOL}


def _chosen(number: int) -> list[str]:
    """The exercises of a program."""
    return random.Random(number).sample(_POOL, _EXERCISES)  # noqa: S311 - a choice, not a secret


def individual_request(number: int) -> OrderRequest:
    """Return what is asked for a patient; how often they do each exercise is theirs alone."""
    program = number % _PROGRAMS
    doses = {}
    lot = random.Random(number)  # noqa: S311 - a choice, not a secret
    for exercise in _chosen(program):
        if _built_in()[exercise].repetitions is not None:
            amount = lot.randint(3, 15)
            doses[exercise] = Dosage(repetitions=Quantity(amount, amount))
    return OrderRequest(
        program=f"own-{program}",
        clinic="riverbend",
        patient=patient_of(number),
        clinician=clinician_of(number),
        doses=doses,
        token=token_of(number),
    )
