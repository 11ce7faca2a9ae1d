"""Answer the programs of a practice: the desk as JSON over HTTP, described by OpenAPI.

It holds nothing that the pages do not: an order becomes a worksheet, a list a batch.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Body, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from msgspec.structs import replace
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from handouts import __version__
from handouts.check.search import NOTHING, Place
from handouts.desk import api_batches, fhir, fhir_orders, making, prescribing
from handouts.desk.api_models import (
    JSON,
    PDF,
    REFUSED,
    ClinicOut,
    ExerciseOut,
    Fault,
    Faults,
    LayoutOut,
    ListSettings,
    MadeOut,
    OrderIn,
    PatientIn,
    Prescribed,
    PrescribedOut,
    ProgramOut,
    Refused,
    Settings,
    faults_of,
    only_clinic,
)
from handouts.desk.guard import TooLarge
from handouts.desk.making import Made
from handouts.desk.state import Desk
from handouts.desk.views import desk_of
from handouts.desk.worksheet import Item, Person, Worksheet, new_key
from handouts.errors import DeliveryError, HandoutError, did_you_mean
from handouts.load.messages import Complaint, describe
from handouts.model.base import Region
from handouts.model.exercise import Exercise
from handouts.workspace import Kind

_ABOUT = """Makes exercise handouts of what a practice system knows.

Send the secret of the desk with every request: `Authorization: Bearer SECRET`. No answer that says
what is wrong repeats anything of a patient."""

FHIR = "application/fhir+json"

router = APIRouter()


# -- one handout


@router.post(
    "/handouts",
    summary="Make a handout",
    response_class=Response,
    responses={
        **REFUSED,
        200: {
            "description": "The PDF; with `Accept: application/json` the same with its texts",
            "content": {PDF: {}, JSON: {"schema": MadeOut.model_json_schema()}},
            "headers": {
                "X-Handout-Code": {"schema": {"type": "string"}},
                "X-Handout-Pages": {"schema": {"type": "integer"}},
            },
        },
    },
)
def make_handout(request: Request, asked: Annotated[OrderIn, Body()]) -> Response:
    """Return the PDF of an order, or all that is wrong with it."""
    desk = desk_of(request)
    sheet, faults = _worksheet(desk, asked)
    # Without a program that is known, what is wrong with the patient is said all the same.
    made = making.make(desk.library, sheet)
    places = {item.key: f"exercises[{number}]" for number, item in enumerate(sheet.items)}
    for each in made.wrong:
        if each.field == "items" or (each.field == "handout" and faults):
            continue
        place = f"{places[each.key]}.{each.field}" if each.key else _FIELDS.get(each.field, "")
        faults.append(Fault(field=place, message=each.message, hint=each.hint))
    if not sheet.items and not faults:
        hint = "name a program, or list exercises"
        faults.append(Fault(field="exercises", message="no exercise is chosen", hint=hint))
    if faults or made.handout is None:
        raise Refused(faults)
    desk.printed(sheet, made)
    return _handed_out(request, made, sheet)


_FIELDS = {name: f"patient.{name}" for name in Person.__struct_fields__}
"""Where the fields of a worksheet stand in an order."""


def _worksheet(desk: Desk, asked: OrderIn) -> tuple[Worksheet, list[Fault]]:
    """Return the worksheet of an order, and which ids in it are unknown."""
    library = desk.library
    clinic = asked.clinic or only_clinic(desk)
    faults = [
        fault
        for name, kind, value in (
            ("clinic", Kind.CLINICS, clinic),
            ("program", Kind.PROGRAMS, asked.program or ""),
            ("layout", Kind.LAYOUTS, asked.layout),
        )
        for fault in _unknown(desk, name, kind, value)
    ]
    items = []
    for number, each in enumerate(asked.exercises):
        place = f"exercises[{number}]"
        wrong = list(_unknown(desk, f"{place}.exercise", Kind.EXERCISES, each.exercise))
        if not wrong and each.variant:
            exercise = library.exercise(each.exercise)
            if each.variant not in (exercise.default_variant, *exercise.variants):
                hint = did_you_mean(each.variant, exercise.variants)
                said = "there is no variant of this id"
                wrong.append(Fault(field=f"{place}.variant", message=said, hint=hint))
        faults += wrong
        items.append(
            Item(new_key(), each.exercise, each.variant or "", each.side or "", each.dose,
                 each.note)
        )  # fmt: skip
    sheet = Worksheet(
        program=asked.program or "",
        items=tuple(items),
        person=Person(**asked.patient.model_dump()),
        clinic=clinic,
        clinician=asked.clinician,
        layout=asked.layout,
        mode=asked.mode,
        paper=asked.paper or "",
        pictures=asked.pictures or "",
        language=asked.language,
        weeks=asked.weeks or 0,
    )
    if any(each.field == "program" for each in faults):
        return replace(sheet, program="", weeks=4), faults
    return prescribing.filled(library, sheet), faults


def _unknown(desk: Desk, field: str, kind: Kind, value: str) -> Iterator[Fault]:
    """Say that there is nothing of an id, which may be anything: it is not repeated."""
    known = desk.library.workspace.ids(kind)
    if value in known or (not value and kind is Kind.PROGRAMS):
        return
    noun = field.rpartition(".")[2]
    if value:
        said, hint = f"there is no {noun} of this id", did_you_mean(value, known)
    else:
        said, hint = f"which {noun} is not said", f"known: {', '.join(known)}"
    yield Fault(field=field, message=said, hint=hint)


def _handed_out(request: Request, made: Made, sheet: Worksheet) -> Response:
    handout = made.handout
    if handout is None or made.order is None:
        raise HTTPException(500)
    headers = {"X-Handout-Code": handout.code, "X-Handout-Pages": str(handout.pages)}
    accepted = request.headers.get("accept", "")
    if JSON in accepted and PDF not in accepted:
        told = MadeOut(
            code=handout.code,
            pages=handout.pages,
            draft=made.order.checked is None,
            text=made.text,
            chart=making.chart_text(made),
            warnings=faults_of(made.warnings),
            pdf=base64.b64encode(handout.pdf).decode(),
        )
        return JSONResponse(told.model_dump(), headers=headers)
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
        200: {"description": "Bundle with a DocumentReference", "content": {FHIR: {}}},
        422: {"description": "OperationOutcome with all problems", "content": {FHIR: {}}},
    },
)  # fmt: skip
async def make_of_fhir(request: Request, settings: Annotated[Settings, Query()]) -> Response:
    """Return a DocumentReference that holds the handout, and what of the request was left out."""
    body = await request.body()
    desk = desk_of(request)
    given = {**settings.model_dump(), "clinic": settings.clinic or only_clinic(desk)}
    start = Worksheet.asked(**given)
    status, told = await run_in_threadpool(_of_fhir, desk, body, start)
    return JSONResponse(told, status_code=status, media_type=FHIR)


def _of_fhir(desk: Desk, body: bytes, start: Worksheet) -> tuple[int, dict[str, Any]]:
    if len(body) > fhir.LARGEST:
        issue = fhir.Issue("", "the body is too large", "send the patient and one request only",
                           "too-long")  # fmt: skip
        return 413, fhir.outcome([issue])
    asked = fhir_orders.read(desk.library, body, start)
    named = (("clinic", Kind.CLINICS, start.clinic), ("layout", Kind.LAYOUTS, start.layout),
             ("program", Kind.PROGRAMS, start.program))  # fmt: skip
    asked.issues += [
        fhir.Issue("", fault.message, fault.hint, "not-found")
        for name, kind, value in named
        for fault in _unknown(desk, name, kind, value)
    ]
    made = fhir_orders.make(desk.library, asked)
    if made.handout is None:
        return 422, fhir.outcome(asked.issues)
    desk.printed(prescribing.filled(desk.library, asked.sheet), made)
    return 200, fhir.document(asked, made, now=dt.datetime.now().astimezone())


# -- what there is


@router.get("/exercises", summary="Search exercises")
def exercises(
    request: Request,
    q: Annotated[str, Query(max_length=200)] = "",
    region: Region | None = None,
    place: Annotated[Place | None, Query(description="where it is done")] = None,
    equipment: Annotated[
        str, Query(max_length=100, description=f"`{NOTHING}`: those that need nothing")
    ] = "",
) -> list[ExerciseOut]:
    """Return exercises that have all words, the closest first."""
    found = desk_of(request).catalogue.find(q, region or "", place or "", equipment)
    return [_exercise(each.exercise, itself=each.itself, fitting=each.variants) for each in found]


def _exercise(exercise: Exercise, *, itself: bool, fitting: Sequence[str]) -> ExerciseOut:
    return ExerciseOut(
        id=exercise.id,
        name=exercise.name,
        also_known_as=list(exercise.also_known_as),
        regions=[region.value for region in exercise.regions],
        position=exercise.position,
        equipment=list(exercise.equipment),
        sides=exercise.sides,
        fits=itself,
        variants={name: exercise.variant(name).name for name in fitting},
    )


@router.get("/programs", summary="Search programs")
def programs(request: Request, q: Annotated[str, Query(max_length=200)] = "") -> list[ProgramOut]:
    """Return programs that have all words."""
    return [
        ProgramOut(
            **program.model_dump(include={"id", "name", "title", "subtitle", "weeks", "choose"}),
            exercises=[
                PrescribedOut(
                    exercise=item.exercise, variant=item.variant, side=item.side, phase=phase.name
                )
                for phase in program.phases
                for item in phase.exercises
            ],
        )
        for program in desk_of(request).catalogue.find_programs(q)
    ]


@router.get("/clinics", summary="The clinics")
def clinics(request: Request) -> list[ClinicOut]:
    """Return the clinics of the folder, or the invented ones to try it with."""
    return [
        ClinicOut(
            id=clinic.id,
            name=clinic.full_name,
            language=clinic.locale,
            paper=clinic.paper,
            clinicians={person.id: person.name for person in clinic.clinicians},
        )
        for clinic in desk_of(request).clinics
    ]


@router.get("/layouts", summary="The layouts")
def layouts(request: Request) -> list[LayoutOut]:
    """Return the layouts."""
    library = desk_of(request).library
    found = [library.layout(name) for name in library.workspace.ids(Kind.LAYOUTS)]
    return [
        LayoutOut(
            id=layout.id,
            name=layout.name,
            description=layout.description,
            leaves_out=[str(each) for each in layout.leaves_out],
        )
        for layout in found
    ]


# -- the application


def create_api(desk: Desk) -> FastAPI:
    """Return the interface of a desk, to be mounted behind its guard."""
    # The pages that show a description load their code from elsewhere: there are none.
    api = FastAPI(
        title="handouts", version=__version__, description=_ABOUT, docs_url=None, redoc_url=None,
        openapi_url="/openapi.json",
    )  # fmt: skip
    api.state.desk = desk
    api.include_router(router)
    api.include_router(api_batches.router)
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(HandoutError, _refused)
    api.add_exception_handler(RequestValidationError, _misread)
    api.add_exception_handler(HTTPException, _failed)
    api.add_exception_handler(TooLarge, _failed)
    return api


def _answer(status: int, faults: Sequence[Fault]) -> Response:
    return JSONResponse(Faults(problems=list(faults)).model_dump(), status_code=status)


def _refused(_request: Request, error: Exception) -> Response:
    if isinstance(error, Refused):
        return _answer(error.status, error.faults)
    problems = error.problems if isinstance(error, HandoutError) else ()
    return _answer(500 if isinstance(error, DeliveryError) else 422, faults_of(problems))


def _misread(_request: Request, error: Exception) -> Response:
    """Say what is not as described; no value is repeated, nor a key that is not ours."""
    details = error.errors() if isinstance(error, RequestValidationError) else ()
    return _answer(422, [_described(each) for each in details])


def _described(detail: Mapping[str, Any]) -> Fault:
    steps = [each for each in detail["loc"] if each not in ("body", "query", "path")]
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "json_invalid" or not steps:
        hint = "send a JSON object as application/json"
        return Fault(field="", message="the body is not what is described", hint=hint)
    key = str(steps[-1])
    if kind == "missing":
        return Fault(field=_path(steps), message=f"{key} is missing")
    if kind == "extra_forbidden":
        steps = steps[:-1]
    complaint = Complaint(
        kind, tuple(steps), context, None, key, _known(detail["loc"]), private=True
    )
    message, hint = describe(complaint)
    # Of keys that are known only the one is told that is meant.
    hint = hint if kind != "extra_forbidden" or hint.startswith("did") else ""
    return Fault(field=_path(steps), message=message, hint=hint)


def _known(steps: Sequence[int | str]) -> tuple[str, ...]:
    """Return the keys that there may be where an unknown one stands."""
    models: dict[str, type[BaseModel]] = {"patient": PatientIn, "exercises": Prescribed}
    inside = next((models[str(each)] for each in steps[1:-1] if each in models), OrderIn)
    asked = (Settings, ListSettings) if steps[0] == "query" else (inside,)
    return tuple(name for model in asked for name in model.model_fields)


def _path(steps: Sequence[int | str]) -> str:
    path = ""
    for step in steps:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.removeprefix(".")


def _failed(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 413
    if isinstance(error.__cause__, TooLarge):
        status = 413
    return _answer(status, [Fault(field="", message=_SAID.get(status, "this cannot be answered"))])


_SAID = {
    400: "the body cannot be read",
    404: "there is nothing at this address",
    405: "this cannot be done at this address",
    413: "the body is too large",
}
