"""Answer programs that make a handout for each patient of a list: the batches of the desk."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from handouts.desk import patients_pages
from handouts.desk.api_models import (
    JSON,
    PDF,
    REFUSED,
    BatchOut,
    Fault,
    ListIn,
    ListSettings,
    Refused,
    RowOut,
    as_asked,
    faults_of,
    only_clinic,
)
from handouts.desk.lists import PatientList
from handouts.desk.reading import Reading
from handouts.desk.state import Desk
from handouts.desk.views import desk_of

router = APIRouter()


@router.post(
    "/batches",
    summary="Make a handout for each patient of a list",
    status_code=201,
    responses=REFUSED,
    openapi_extra={"requestBody": {"required": True, "content": {
        "text/csv": {"schema": {"type": "string"}},
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
            "schema": {"type": "string", "format": "binary"}},
        JSON: {"schema": ListIn.model_json_schema()},
    }}},
)  # fmt: skip
async def add_batch(
    request: Request, response: Response, settings: Annotated[ListSettings, Query()]
) -> BatchOut:
    """Take a list and begin. Rows that are wrong are told; the others are made.

    A row may name what it gets itself; what stands in the address is for rows that do not.
    """
    content = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == JSON:
        try:
            content = _as_csv(ListIn.model_validate_json(content))
        except ValidationError as error:
            raise RequestValidationError(
                error.errors(include_url=False, include_input=False)
            ) from None
    if not content:
        raise Refused([Fault(field="", message="there is no list", hint="send CSV, XLSX or JSON")])
    desk = desk_of(request)
    reading = settings.reading(only_clinic(desk))
    added = await run_in_threadpool(_add, desk, content, reading, begins=settings.make)
    response.headers["Location"] = request.url.path.rstrip("/") + f"/{added.id}"
    return added


def _as_csv(rows: ListIn) -> bytes:
    columns = dict.fromkeys(name for row in rows.rows for name in row)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(columns))
    writer.writeheader()
    writer.writerows(rows.rows)
    return stream.getvalue().encode()


def _add(desk: Desk, content: bytes, reading: Reading, *, begins: bool) -> BatchOut:
    added = desk.lists.add(content, reading, desk.words)
    looked = added.look(desk.library)
    if looked.whole:
        desk.lists.remove(added.id)
        raise Refused(faults_of(looked.whole))
    if begins and looked.good:
        added.make()
    wrong = [RowOut(row=each.row, problems=faults_of(each.problems)) for each in looked.wrong]
    told = _told(added)
    return told.model_copy(
        update={"total": looked.total, "failures": wrong, "problems": faults_of(looked.warnings)}
    )


def _batch(request: Request, name: str) -> PatientList:
    found = desk_of(request).lists.get(name)
    if found is None:
        raise HTTPException(404)
    return found


def _told(found: PatientList) -> BatchOut:
    # Of sending the page tells: here it is only known that it goes on.
    task = found.task
    events = task.events("make")
    busy = task.running
    state = "waiting" if not found.begun else "finished" if found.finished else "stopped"
    if busy:
        state = "making" if task.doing == "make" else "sending"
    progress: Mapping[str, int] = events.get("progress", events.get("begun", {}))
    made = progress.get("made", 0) + progress.get("kept", 0)
    if not busy and not progress:
        # What was made before the desk was opened again is what stands in the folder.
        made = sum(1 for _ in found.pdfs())
    failures = [
        RowOut(
            row=row.get("row", 0),
            problems=[
                Fault(field="", message=each["message"], hint=as_asked(each.get("hint", "")))
                for each in row.get("problems", [])
            ],
        )
        for row in events.get("rows", [])
    ]
    problems = []
    if task.doing == "make" and not busy and "summary" not in events:
        problems = [Fault(field="", message=task.told())]
    there = {"print.pdf": found.print_run.is_file(), "failed.csv": found.failures is not None,
             "handouts.zip": found.begun}  # fmt: skip
    return BatchOut(
        id=found.id,
        state=state,
        total=progress.get("total", 0),
        made=made,
        failed=progress.get("failed", 0),
        failures=failures,
        problems=problems,
        files=[] if busy else [name for name, is_there in there.items() if is_there],
    )


@router.get("/batches", summary="All lists, the newest first")
def batches(request: Request) -> list[BatchOut]:
    """Return all lists."""
    return [_told(each) for each in desk_of(request).lists.all]


@router.get("/batches/{batch}", summary="How far a list is")
def batch(request: Request, batch: str) -> BatchOut:
    """Return what became of a list."""
    return _told(_batch(request, batch))


@router.post("/batches/{batch}/make", summary="Begin, or go on", status_code=202)
def go_on(request: Request, batch: str) -> BatchOut:
    """Make what is not made yet: after a stop, or after the desk was closed."""
    found = _batch(request, batch)
    found.make()
    return _told(found)


@router.post("/batches/{batch}/stop", summary="Stop", status_code=202)
def stop(request: Request, batch: str) -> BatchOut:
    """Stop; it can go on later."""
    found = _batch(request, batch)
    found.task.stop()
    return _told(found)


@router.get(
    "/batches/{list}/{what}",
    summary="print.pdf, failed.csv or handouts.zip",
    response_class=Response,
    responses={200: {"content": {PDF: {}, "text/csv": {}, "application/zip": {}}}},
)
async def file(request: Request, list: str, what: str) -> Response:  # noqa: A002, ARG001 - as `fetch`
    """Return a file of a list."""
    return await patients_pages.fetch(request)


@router.delete("/batches/{batch}", summary="Remove a list and its handouts", status_code=204)
def remove(request: Request, batch: str) -> None:
    """Stop what runs, and remove all of it."""
    desk_of(request).lists.remove(_batch(request, batch).id)
