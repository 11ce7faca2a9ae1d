"""Answer the programs of a practice: the desk as JSON over HTTP, described by OpenAPI.

It holds nothing that the pages do not: an order becomes a worksheet, a list a batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from handouts import __version__
from handouts.desk import api_batches, api_catalogue, api_handouts
from handouts.desk.api_models import (
    Fault,
    Faults,
    ListSettings,
    OrderIn,
    PatientIn,
    Prescribed,
    Refused,
    Settings,
    faults_of,
)
from handouts.desk.guard import TooLarge
from handouts.desk.state import Desk
from handouts.errors import DeliveryError, HandoutError
from handouts.load.messages import Complaint, describe

_ABOUT = """Makes exercise handouts of what a practice system knows.

Send the secret of the desk with every request: `Authorization: Bearer SECRET`. No answer that says
what is wrong repeats anything of a patient."""


def create_api(desk: Desk) -> FastAPI:
    """Return the interface of a desk, to be mounted behind its guard."""
    # The pages that show a description load their code from elsewhere: there are none.
    api = FastAPI(
        title="handouts", version=__version__, description=_ABOUT, docs_url=None, redoc_url=None,
        openapi_url="/openapi.json",
    )  # fmt: skip
    api.state.desk = desk
    for each in (api_handouts, api_catalogue, api_batches):
        api.include_router(each.router)
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
