"""What somebody asks for to make one handout, with every field of its type."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from handouts.errors import ContentError, Location, Problem, did_you_mean
from handouts.model.clinic import Mode, Paper, Pictures
from handouts.model.dosage import Dosage
from handouts.model.order import Patient
from handouts.model.selection import EXPECTED, Selection, parse_selection


class OrderRequest(Struct, frozen=True):
    """What somebody asks for: ids, the patient, and what differs from the clinic's habits.

    ``language`` and ``paper`` are the clinic's unless given; ``clinician`` is an id or name.
    ``exercises`` are those of the program that this patient gets, as ``"1, 3, bird-dog"``, or
    ``"all"``; without them all, but of a program to choose from only for a blank handout.
    ``doses`` change the dose of exercises of the program for this patient, field by field.
    ``token`` stands for the patient's reference in the PDF. ``pictures`` are those of the layout,
    else of the clinic, unless given.
    ``composed_from``: the program is a list that a clinician has put together for this patient,
    from the program of this id or, if it is empty, from nothing. Its texts are then those of that
    program, and the list itself needs no review.
    """

    program: str
    clinic: str
    layout: str = "standard"
    patient: Patient = field(default_factory=Patient)
    language: str | None = None
    paper: Paper | None = None
    mode: Mode = Mode.COLOUR
    clinician: str | None = None
    exercises: Selection | str | None = None
    doses: Mapping[str, Dosage] = field(default_factory=dict)
    token: str | None = None
    composed_from: str | None = None
    pictures: Pictures | None = None


_REQUEST = Location("OrderRequest")
"""Where a wrong field of a request is: it stands in no file."""


def checked_request(request: OrderRequest) -> OrderRequest:
    """Return a request with every field of its type: ``paper="a4"`` is `Paper.A4`.

    Raises:
        ContentError: with a problem for each field that is of another type, or no such choice.
            None shows what the patient is called.
    """
    problems: list[Problem] = []

    def wrong(name: str, what: str, hint: str) -> None:
        problems.append(Problem(f"{name} must be {what}", _REQUEST, hint))

    for name in ("program", "clinic", "layout", "language", "clinician", "token"):
        value = getattr(request, name)
        if not isinstance(value, str) and (value is not None or name in _NEEDED):
            wrong(name, "text", "give an id, such as si-joint-calm" if name in _NEEDED else "")
    choices: dict[str, StrEnum | None] = {}
    for name, choice in (("paper", Paper), ("mode", Mode), ("pictures", Pictures)):
        value = getattr(request, name)
        known = tuple(choice)
        if value is None and name != "mode":
            choices[name] = None
        elif isinstance(value, str) and value in known:
            choices[name] = choice(value)
        else:
            shown = f', not "{value}"' if isinstance(value, str) else ""
            wrong(name, f"one of {', '.join(known)}{shown}", did_you_mean(str(value), known))
    given: Any = request
    exercises = _selection(given.exercises)
    for name, is_right, what, hint in (
        ("exercises", (exercises is None) is (given.exercises is None), EXPECTED, ""),
        (
            "patient",
            isinstance(given.patient, Patient),
            "a Patient",
            'write patient=Patient(name="...")',
        ),
        ("doses", _are_doses(given.doses), "a mapping of ids of exercises to Dosage", ""),
    ):
        if not is_right:
            wrong(name, what, hint)
    if problems:
        raise ContentError(problems)
    return replace(request, **choices, exercises=exercises)


def _selection(value: Any) -> Selection | None:
    """Return a choice of exercises; None for none, and for what is no choice."""
    try:
        return None if value is None else parse_selection(value)
    except ValueError:
        return None


def _are_doses(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and isinstance(dose, Dosage) for name, dose in value.items()
    )


_NEEDED = ("program", "clinic", "layout")
