"""Turn requests of programs for one handout, as JSON or FHIR, into its PDF or its problems."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import JSONResponse
from msgspec.structs import replace
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from handouts.desk import fhir, fhir_orders, making, prescribing
from handouts.desk.making import Made
from handouts.desk.state import Desk
from handouts.desk.views import Fault, Faults, RequestRefused, desk_of, faults_of
from handouts.desk.worksheet import Item, Person, Worksheet, new_key
from handouts.errors import did_you_mean
from handouts.model.base import Id
from handouts.model.clinic import Mode, Paper, Pictures
from handouts.model.dosage import LAST_WEEK
from handouts.model.order import FirstWeek
from handouts.model.program import PrescribedSide
from handouts.workspace import Kind

FHIR, PDF, JSON = "application/fhir+json", "application/pdf", "application/json"
Typed = Annotated[str, Field(max_length=5000)]
Answers = dict[int | str, dict[str, Any]]
"""OpenAPI's descriptions of answers, by status."""
REFUSED: Answers = {
    401: {"description": "The same as 403, at a desk with accounts", "content": {"text/plain": {}}},
    403: {"description": "The secret is missing or wrong", "content": {"text/plain": {}}},
    421: {"description": "The address is not the desk's", "content": {"text/plain": {}}},
    422: {"model": Faults, "description": "All problems"},
    500: {"model": Faults, "description": "A file of the desk cannot be written"},
}
"""Any request may be refused so."""
BODY_REFUSED: Answers = {
    400: {"model": Faults, "description": "The body cannot be read"},
    413: {"model": Faults, "description": "The body is too large", "content": {"text/plain": {}}},
}
"""Any request with a body may be refused so too."""

router = APIRouter()


class Prescribed(BaseModel, extra="forbid"):
    """An exercise. The program, else the exercise, supplies what is left out."""

    exercise: Id = Field(examples=["bird-dog"])
    variant: Id | None = None
    side: PrescribedSide | None = None
    dose: Typed = Field("", examples=["2 x 8, hold 5 s"])
    note: Typed = ""


class PatientIn(BaseModel, extra="forbid"):
    """The patient. What is left out becomes a line to write on."""

    name: Typed = Field("", examples=["Maria Moss"])
    preferred_name: Typed = ""
    side: Typed = Field("", description="left, right or both", examples=["left"])
    start: Typed = Field("", description="the first day", examples=["2026-12-01"])
    next_visit: Typed = Field("", examples=["2026-12-15 14:30"])
    note: Typed = ""
    reference: Typed = Field("", description="your number for the patient")


class Settings(BaseModel, extra="forbid"):
    """Settings in the address, for what a FHIR request does not say; none is patient data."""

    clinic: Id | None = Field(None, description="may be left out where there is one")
    program: Id | None = Field(None, examples=["si-joint-calm"])
    clinician: Typed = Field("", description="id or name of one of the clinic's")
    layout: Id = "standard"
    mode: Mode = Mode.COLOUR
    paper: Paper | None = None
    pictures: Pictures | None = None


class OrderIn(Settings):
    """A handout: a program, exercises, or exercises of a program."""

    exercises: Annotated[list[Prescribed], Field(max_length=60)] = []
    patient: PatientIn = PatientIn()
    language: Annotated[str, Field(max_length=35)] = ""
    weeks: Annotated[int, Field(ge=1, le=LAST_WEEK)] | None = None
    from_week: FirstWeek = Field(1, description="the week of the program in which it begins")


class MadeOut(BaseModel):
    """A finished handout. `chart` says what was prescribed, for the patient's chart."""

    code: str
    pages: int
    draft: bool = Field(description="no clinician of the clinic has reviewed its texts")
    text: str
    chart: str
    warnings: list[Fault]
    pdf: str = Field(description="the file in base64")


@router.post(
    "/handouts",
    summary="Make a handout",
    response_class=Response,
    responses={
        **BODY_REFUSED,
        200: {
            "model": MadeOut,
            "description": "The PDF; with `Accept: application/json` the same with its texts",
            "content": {PDF: {}},
            "headers": {
                "X-Handout-Code": {"schema": {"type": "string"}},
                "X-Handout-Pages": {"schema": {"type": "integer"}},
            },
        },
    },
)
def make_handout(request: Request, asked: Annotated[OrderIn, Body()]) -> Response:
    """Return the PDF of an order, or all its problems."""
    desk = desk_of(request)
    sheet, faults = _worksheet(desk, asked)
    # Even if the program is unknown, so that all problems of the patient are reported at once.
    made = making.make(desk.library, sheet)
    places = {item.key: f"exercises[{number}]" for number, item in enumerate(sheet.items)}
    for each in made.problems:
        if each.field == "items" or (each.field == "handout" and faults):
            continue
        place = f"{places[each.key]}.{each.field}" if each.key else _FIELDS.get(each.field, "")
        faults.append(Fault(field=place, message=each.message, hint=each.hint))
    if not sheet.items and not faults:
        hint = "name a program, or list exercises"
        faults.append(Fault(field="exercises", message="no exercise is chosen", hint=hint))
    if faults or made.handout is None:
        raise RequestRefused(faults)
    desk.printed(sheet, made)
    return _answer(request, made, sheet)


_FIELDS = {name: f"patient.{name}" for name in Person.__struct_fields__}
"""The place in an order of each field of a worksheet's person."""


def _worksheet(desk: Desk, asked: OrderIn) -> tuple[Worksheet, list[Fault]]:
    """Return the worksheet of an order, and the problems of unknown ids."""
    library = desk.library
    clinic = asked.clinic or desk.only_clinic
    faults = _unknown_names(desk, clinic, asked.program or "", asked.layout)
    items = []
    for number, each in enumerate(asked.exercises):
        place = f"exercises[{number}]"
        wrong = list(_unknown(desk, f"{place}.exercise", Kind.EXERCISES, each.exercise))
        if not wrong and each.variant:
            exercise = library.exercise(each.exercise)
            if each.variant not in (exercise.default_variant, *exercise.variants):
                hint = did_you_mean(each.variant, exercise.variants)
                message = "there is no variant of this id"
                wrong.append(Fault(field=f"{place}.variant", message=message, hint=hint))
        faults += wrong
        items.append(
            Item(new_key(), each.exercise, each.variant or "", each.side or "", each.dose,
                 each.note)
        )  # fmt: skip
    person = Person(**asked.patient.model_dump())
    given = {**asked.model_dump(exclude={"exercises", "patient"}), "clinic": clinic}
    sheet = Worksheet.with_values(**given, items=tuple(items), person=person)
    if any(each.field == "program" for each in faults):
        return replace(sheet, program="", weeks=4), faults
    return prescribing.filled(library, sheet), faults


def _unknown_names(desk: Desk, clinic: str, program: str, layout: str) -> list[Fault]:
    return [
        *_unknown(desk, "clinic", Kind.CLINICS, clinic),
        *_unknown(desk, "program", Kind.PROGRAMS, program),
        *_unknown(desk, "layout", Kind.LAYOUTS, layout),
    ]


def _unknown(desk: Desk, field: str, kind: Kind, value: str) -> Iterator[Fault]:
    """Yield the problem of an unknown id, which is not repeated, because it may be anything."""
    known = desk.library.workspace.ids(kind)
    if value in known or (not value and kind is Kind.PROGRAMS):
        return
    noun = field.rpartition(".")[2]
    if value:
        message, hint = f"there is no {noun} of this id", did_you_mean(value, known)
    else:
        message, hint = f"which {noun} is not said", f"known: {', '.join(known)}"
    yield Fault(field=field, message=message, hint=hint)


def _answer(request: Request, made: Made, sheet: Worksheet) -> Response:
    handout = made.handout
    if handout is None or made.order is None:
        raise HTTPException(500)
    headers = {"X-Handout-Code": handout.code, "X-Handout-Pages": str(handout.pages)}
    accepted = request.headers.get("accept", "")
    if JSON in accepted and PDF not in accepted:
        out = MadeOut(
            code=handout.code,
            pages=handout.pages,
            draft=made.order.checked is None,
            text=made.text,
            chart=making.chart_text(made),
            warnings=faults_of(made.warnings),
            pdf=base64.b64encode(handout.pdf).decode(),
        )
        return JSONResponse(out.model_dump(), headers=headers)
    name = f"{sheet.program or 'handout'}-{handout.code}.pdf"
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(handout.pdf, media_type=PDF, headers=headers)


# -- FHIR


@router.post(
    "/fhir",
    summary="Make a handout of a FHIR R4 request",
    response_class=Response,
    openapi_extra={"requestBody": {"required": True, "content": {FHIR: {"schema": {
        "type": "object",
        "description": "Bundle of a Patient and ServiceRequest or CarePlan; or one of these, "
        "which contains the Patient",
    }}}}},
    responses={
        **BODY_REFUSED,
        413: {**BODY_REFUSED[413], "content": {FHIR: {}, "text/plain": {}}},
        200: {"description": "Bundle with a DocumentReference", "content": {FHIR: {}}},
        422: {
            "model": Faults,
            "description": "OperationOutcome with all problems; Faults for what the address asks",
            "content": {FHIR: {}},
        },
    },
)  # fmt: skip
async def make_of_fhir(request: Request, settings: Annotated[Settings, Query()]) -> Response:
    """Return a DocumentReference with the handout, and notes on what was left out."""
    body = await request.body()
    desk = desk_of(request)
    given = {**settings.model_dump(), "clinic": settings.clinic or desk.only_clinic}
    start = Worksheet.with_values(**given)
    status, resource = await run_in_threadpool(_answer_fhir, desk, body, start)
    return JSONResponse(resource, status_code=status, media_type=FHIR)


def _answer_fhir(desk: Desk, body: bytes, start: Worksheet) -> tuple[int, dict[str, Any]]:
    if len(body) > fhir.LARGEST:
        issue = fhir.Issue("", "the body is too large", "send the patient and one request only",
                           "too-long")  # fmt: skip
        return 413, fhir.outcome([issue])
    asked = fhir_orders.read(desk.library, body, start)
    asked.issues += [
        fhir.Issue("", fault.message, fault.hint, "not-found")
        for fault in _unknown_names(desk, start.clinic, start.program, start.layout)
    ]
    made = fhir_orders.make(desk.library, asked)
    if made.handout is None:
        return 422, fhir.outcome(asked.issues)
    desk.printed(prescribing.filled(desk.library, asked.sheet), made)
    return 200, fhir.document(asked, made, now=dt.datetime.now().astimezone())
