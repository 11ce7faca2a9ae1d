"""Answer a practice's programs with JSON, described by OpenAPI, at ``/api`` of the desk.

It can do what the pages can: an order becomes a worksheet, a list of patients becomes a batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from handouts import __version__
from handouts.check.search import NOTHING, Place
from handouts.desk import api_batches, api_handouts
from handouts.desk.api_batches import ListIn, ListSettings
from handouts.desk.api_handouts import REFUSED, OrderIn, PatientIn, Prescribed, Settings
from handouts.desk.fhir import path_of
from handouts.desk.guard import TooLarge
from handouts.desk.state import Desk
from handouts.desk.views import Fault, Faults, RequestRefused, desk_of, faults_of
from handouts.errors import DeliveryError, HandoutError
from handouts.load.messages import Complaint, describe
from handouts.model.base import Region
from handouts.model.exercise import Exercise
from handouts.workspace import Kind

_ABOUT = """Makes exercise handouts of what a practice system knows.

Send the secret of the desk with every request: `Authorization: Bearer SECRET`. No answer that says
what is wrong repeats anything of a patient."""


_SECRET = HTTPBearer(auto_error=False, description="The secret of the desk")
"""What the description says of the secret; the desk's guard asks for it."""


def create_api(desk: Desk) -> FastAPI:
    """Return the application of the API, to mount behind the desk's guard."""
    # FastAPI's documentation pages load their code from the internet, so there are none here.
    api = FastAPI(
        title="handouts", version=__version__, description=_ABOUT, docs_url=None, redoc_url=None,
        openapi_url="/openapi.json", responses=REFUSED, dependencies=[Security(_SECRET)],
    )  # fmt: skip
    api.state.desk = desk
    for each in (api_handouts.router, router, api_batches.router):
        api.include_router(each)
    api.add_exception_handler(RequestRefused, _refused)
    api.add_exception_handler(HandoutError, _refused)
    api.add_exception_handler(RequestValidationError, _misread)
    api.add_exception_handler(HTTPException, _failed)
    api.add_exception_handler(TooLarge, _failed)
    return api


def _answer(status: int, faults: Sequence[Fault]) -> Response:
    return JSONResponse(Faults(problems=list(faults)).model_dump(), status_code=status)


def _refused(_request: Request, error: Exception) -> Response:
    if isinstance(error, RequestRefused):
        return _answer(422, error.faults)
    problems = error.problems if isinstance(error, HandoutError) else ()
    return _answer(500 if isinstance(error, DeliveryError) else 422, faults_of(problems))


def _misread(request: Request, error: Exception) -> Response:
    """Answer with what is not as described: no values, and no keys but near misses of ours."""
    details = error.errors() if isinstance(error, RequestValidationError) else ()
    body = ListIn if request.url.path.rstrip("/").endswith("/batches") else OrderIn
    return _answer(422, [_described(each, body) for each in details])


def _described(detail: Mapping[str, Any], body: type[BaseModel]) -> Fault:
    steps = [each for each in detail["loc"] if each not in ("body", "query", "path")]
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "json_invalid" or not steps:
        hint = "send a JSON object as application/json"
        return Fault(field="", message="the body is not what is described", hint=hint)
    key = str(steps[-1])
    if kind == "missing":
        return Fault(field=path_of("", steps).removeprefix("."), message=f"{key} is missing")
    if kind == "extra_forbidden":
        steps = steps[:-1]
    complaint = Complaint(
        kind, tuple(steps), context, None, key, _known(detail["loc"], body), private=True
    )
    message, hint = describe(complaint)
    # For an unknown key the hint is the key that was meant, not a list of all keys. A hint about
    # writing lists in YAML is useless in JSON.
    wanted = kind != "too_short" and (kind != "extra_forbidden" or hint.startswith("did"))
    hint = hint if wanted else ""
    return Fault(field=path_of("", steps).removeprefix("."), message=message, hint=hint)


def _known(steps: Sequence[int | str], body: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys that are allowed at the place of an unknown one."""
    models: dict[str, type[BaseModel]] = {"patient": PatientIn, "exercises": Prescribed}
    inside = next((models[str(each)] for each in steps[1:-1] if each in models), body)
    asked = (Settings, ListSettings) if steps[0] == "query" else (inside,)
    return tuple(name for model in asked for name in model.model_fields)


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


# -- what there is

router = APIRouter()


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
    """A program to begin with; `choose`: one patient gets at most this many of its exercises."""

    id: str
    name: str
    title: str
    subtitle: str
    weeks: int
    choose: int | None
    exercises: list[PrescribedOut]


class ClinicOut(BaseModel):
    """A clinic. `clinicians` maps ids to names."""

    id: str
    name: str
    language: str
    paper: str
    clinicians: dict[str, str]


class LayoutOut(BaseModel):
    """A layout, and which parts of a full handout it leaves out."""

    id: str
    name: str
    description: str
    leaves_out: list[str]


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
    """Return the exercises that match all words, the closest first."""
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
    """Return the programs that match all words."""
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
    """Return the clinics of the folder; if there are none, the invented ones to try it with."""
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
