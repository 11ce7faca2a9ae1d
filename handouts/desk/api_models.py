"""Say in models what programs ask of the desk as JSON, and what it answers; OpenAPI shows them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from handouts.desk.reading import Reading
from handouts.desk.state import Desk
from handouts.errors import Problem
from handouts.load.roster.cells import DayOrder
from handouts.model.base import Id
from handouts.model.clinic import Mode, Paper, Pictures
from handouts.model.program import PrescribedSide

PDF, JSON = "application/pdf", "application/json"
Typed = Annotated[str, Field(max_length=5000)]
_MOST_ROWS = 20_000


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Prescribed(_Model):
    """An exercise. What is left out is as the program, else the exercise, has it."""

    exercise: Id = Field(examples=["bird-dog"])
    variant: Id | None = None
    side: PrescribedSide | None = None
    dose: Typed = Field("", examples=["2 x 8, hold 5 s"])
    note: Typed = ""


class PatientIn(_Model):
    """Who it is for. What is left out becomes a line to write on."""

    name: Typed = Field("", examples=["Maria Moss"])
    preferred_name: Typed = ""
    side: Typed = Field("", description="left, right or both", examples=["left"])
    start: Typed = Field("", description="the first day", examples=["2026-12-01"])
    next_visit: Typed = Field("", examples=["2026-12-15 14:30"])
    note: Typed = ""
    reference: Typed = Field("", description="your number for the patient")


class OrderIn(_Model):
    """A handout: a program, exercises, or exercises of a program."""

    program: Id | None = Field(None, examples=["si-joint-calm"])
    exercises: Annotated[list[Prescribed], Field(max_length=60)] = []
    patient: PatientIn = PatientIn()
    clinic: Id | None = Field(None, description="may be left out where there is one")
    clinician: Typed = Field("", description="id or name of one of the clinic's")
    layout: Id = "standard"
    mode: Mode = Mode.COLOUR
    paper: Paper | None = None
    pictures: Pictures | None = None
    language: Annotated[str, Field(max_length=35)] = ""
    weeks: Annotated[int, Field(ge=1, le=12)] | None = None


class Fault(BaseModel):
    """One thing that is wrong: in which field, and what to do."""

    field: str
    message: str
    hint: str = ""


class Faults(BaseModel):
    """All that is wrong."""

    problems: list[Fault]


class MadeOut(BaseModel):
    """A finished handout. `chart` is what was prescribed, for the patient's chart."""

    code: str
    pages: int
    draft: bool = Field(description="no clinician of the clinic has reviewed its texts")
    text: str
    chart: str
    warnings: list[Fault]
    pdf: str = Field(description="the file in base64")


class ExerciseOut(BaseModel):
    """An exercise to choose."""

    id: str
    name: str
    also_known_as: list[str]
    regions: list[str]
    position: str
    equipment: list[str]
    sides: str
    fits: bool = Field(description="false: only the variants are what was asked for")
    variants: dict[str, str] = Field(description="what those that fit are called, by id")


class PrescribedOut(BaseModel):
    """An exercise of a program."""

    exercise: str
    variant: str | None
    side: str | None
    phase: str | None


class ProgramOut(BaseModel):
    """A program to begin with; `choose`: at most so many of its exercises are for one patient."""

    id: str
    name: str
    title: str
    subtitle: str
    weeks: int
    choose: int | None
    exercises: list[PrescribedOut]


class ClinicOut(BaseModel):
    """A clinic. `clinicians` are names, by id."""

    id: str
    name: str
    language: str
    paper: str
    clinicians: dict[str, str]


class LayoutOut(BaseModel):
    """A layout, and what a full handout has that it leaves out."""

    id: str
    name: str
    description: str
    leaves_out: list[str]


class RowOut(BaseModel):
    """A row that is wrong: as a spreadsheet numbers it."""

    row: int
    problems: list[Fault]


class BatchOut(BaseModel):
    """A list of patients and what became of it.

    `state` is `waiting` (not begun), `making`, `stopped` (can go on), `finished` or `sending`.
    """

    id: str
    state: str
    total: int = 0
    made: int = 0
    failed: int = 0
    failures: list[RowOut] = []
    problems: list[Fault] = []
    files: list[str] = []


class Settings(_Model):
    """What a FHIR request does not say, in the address: nothing of it is a patient's."""

    clinic: Id | None = None
    program: Id | None = None
    clinician: Id | None = Field(None, description="one of the clinic's, by id")
    layout: Id = "standard"
    mode: Mode = Mode.COLOUR
    paper: Paper | None = None
    pictures: Pictures | None = None


class ListSettings(_Model):
    """How a list is to be read, and what rows get that say nothing themselves."""

    clinic: Id | None = None
    program: Id | None = None
    layout: Id | None = None
    mode: Mode = Mode.COLOUR
    clinician: Id | None = Field(None, description="one of the clinic's, by id")
    start: dt.date | None = Field(None, description="the first day of all")
    dates: DayOrder | None = Field(None, description="how 3/4/2026 is meant")
    encoding: Annotated[str, Field(max_length=40)] = ""
    sheet: Annotated[str, Field(max_length=100)] = ""
    sort: Annotated[str, Field(max_length=100)] = ""
    map: Annotated[list[Annotated[str, Field(pattern="=")]], Field(max_length=60)] = Field(
        [], description="which header a column has: `name=Full name`"
    )
    make: bool = Field(True, description="false: look only, and wait")

    def reading(self, clinic: str) -> Reading:
        """Return the same for who reads lists; ``clinic`` is the usual one."""
        given = self.model_dump(mode="json", exclude={"map", "make"}, exclude_none=True)
        mapping = dict(each.split("=", 1) for each in self.map)
        return Reading(**{"clinic": clinic, **given}, mapping=mapping)


class ListIn(_Model):
    """Patients as rows: columns as in a list, such as `reference`, `name`, `dose:bird-dog`."""

    rows: Annotated[
        list[dict[Annotated[str, Field(max_length=200)], Typed]],
        Field(min_length=1, max_length=_MOST_ROWS),
    ]


REFUSED: dict[int | str, dict[str, Any]] = {422: {"model": Faults, "description": "All problems"}}
"""How OpenAPI shows that something is refused."""


class Refused(Exception):
    """What was asked for cannot be made."""

    def __init__(self, faults: Sequence[Fault], status: int = 422) -> None:
        super().__init__()
        self.faults, self.status = list(faults), status


def faults_of(problems: Iterable[Problem]) -> list[Fault]:
    """Return problems as faults of no field."""
    return [Fault(field="", message=each.message, hint=as_asked(each.hint)) for each in problems]


_OPTION = re.compile(
    rf"""--({"|".join(ListSettings.model_fields)})\b( (?=\S*[\d"=#]|[dm][dm]y\b))?"""
)


def as_asked(hint: str) -> str:
    """Return a hint with parameters of the address in the place of options of the command line."""
    if "handouts " in hint:
        # It is a command.
        return hint
    return _OPTION.sub(lambda found: found[1] + ("=" if found[2] else ""), hint)


def only_clinic(desk: Desk) -> str:
    """Return the one clinic of the clinic's own folder; empty if it has several, or none."""
    own = desk.library.workspace.own_clinics()
    return own[0] if len(own) == 1 else ""
