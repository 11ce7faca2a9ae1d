"""Turn requests of programs for a list of patients into batches of the desk, as JSON."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from handouts.desk import patients_pages
from handouts.desk.api_handouts import BODY_REFUSED, JSON, PDF, Answers, Typed
from handouts.desk.lists import PatientList, Reading
from handouts.desk.state import Desk
from handouts.desk.views import Fault, Faults, RequestRefused, desk_of, faults_of, in_address
from handouts.load.roster.cells import DayOrder
from handouts.model.base import Id
from handouts.model.clinic import Mode, Paper

router = APIRouter()
_MOST_ROWS = 20_000


class RowOut(BaseModel):
    """A row that is wrong, with its number in a spreadsheet."""

    row: int
    problems: list[Fault]


class BatchOut(BaseModel):
    """A list of patients and the state of its batch.

    `state` is `waiting` (not begun), `making`, `stopped` (can continue), `finished` or `sending`.
    """

    id: str
    state: str
    total: int = 0
    made: int = 0
    failed: int = 0
    failures: list[RowOut] = []
    problems: list[Fault] = []
    files: list[str] = []


class ListSettings(BaseModel, extra="forbid"):
    """How to read a list, and defaults for rows that give no value themselves."""

    clinic: Id | None = None
    program: Id | None = None
    layout: Id | None = None
    mode: Mode = Mode.COLOUR
    paper: Paper | None = None
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
        """Return these settings as the desk's own; ``clinic`` is the default."""
        given = self.model_dump(mode="json", exclude={"map", "make"}, exclude_none=True)
        mapping = dict(each.split("=", 1) for each in self.map)
        return Reading(**{"clinic": clinic, **given}, mapping=mapping)


class ListIn(BaseModel, extra="forbid"):
    """Patients as rows: columns as in a list, such as `reference`, `name`, `dose:bird-dog`."""

    rows: Annotated[
        list[dict[Annotated[str, Field(max_length=200)], Typed]],
        Field(min_length=1, max_length=_MOST_ROWS),
    ]


@router.post(
    "/batches",
    summary="Make a handout for each patient of a list",
    status_code=201,
    responses=BODY_REFUSED,
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
    """Take a list and begin. The answer lists wrong rows; handouts are made for the others.

    Values in a row come before those in the address.
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
        raise RequestRefused(
            [Fault(field="", message="there is no list", hint="send CSV, XLSX or JSON")]
        )
    desk = desk_of(request)
    reading = settings.reading(desk.only_clinic)
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
        raise RequestRefused(faults_of(looked.whole))
    if begins and looked.good:
        added.make(desk.words)
    wrong = [RowOut(row=each.row, problems=faults_of(each.problems)) for each in looked.wrong]
    out = _batch_out(added)
    return out.model_copy(
        update={"total": looked.total, "failures": wrong, "problems": faults_of(looked.warnings)}
    )


def _batch(request: Request, name: str) -> PatientList:
    found = desk_of(request).lists.get(name)
    if found is None:
        raise HTTPException(404)
    return found


def _batch_out(found: PatientList) -> BatchOut:
    # The desk's page shows the progress of sending; programs only learn that it is running.
    task = found.task
    events = task.events("make")
    busy = task.running
    state = "waiting" if not found.begun else "finished" if found.finished else "stopped"
    if busy:
        state = "making" if task.doing == "make" else "sending"
    progress: Mapping[str, int] = events.get("progress", events.get("begun", {}))
    made = progress.get("made", 0) + progress.get("unchanged", 0)
    if not busy and not progress:
        # The events of a batch from before the desk was reopened may be gone: count its files.
        made = sum(1 for _ in found.pdfs())
    failures = [
        RowOut(
            row=row.get("row", 0),
            problems=[
                Fault(field="", message=each["message"], hint=in_address(each.get("hint", "")))
                for each in row.get("problems", [])
            ],
        )
        for row in events.get("rows", [])
    ]
    problems = []
    if task.doing == "make" and not busy and "summary" not in events:
        problems = [Fault(field="", message=task.last_lines())]
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
    return [_batch_out(each) for each in desk_of(request).lists.all]


_UNKNOWN: Answers = {404: {"model": Faults, "description": "There is no such list or file"}}


@router.get("/batches/{batch}", summary="How far a list is", responses=_UNKNOWN)
def batch(request: Request, batch: str) -> BatchOut:
    """Return the state of a list."""
    return _batch_out(_batch(request, batch))


@router.post(
    "/batches/{batch}/make", summary="Begin, or go on", status_code=202, responses=_UNKNOWN
)
def go_on(request: Request, batch: str) -> BatchOut:
    """Make the handouts that are still missing, after a stop or after the desk was closed."""
    found = _batch(request, batch)
    found.make(desk_of(request).words)
    return _batch_out(found)


@router.post("/batches/{batch}/stop", summary="Stop", status_code=202, responses=_UNKNOWN)
def stop(request: Request, batch: str) -> BatchOut:
    """Stop the batch, which can continue later."""
    found = _batch(request, batch)
    found.task.stop()
    return _batch_out(found)


@router.get(
    "/batches/{list}/{what}",
    summary="print.pdf, failed.csv or handouts.zip",
    response_class=Response,
    responses={**_UNKNOWN, 200: {"content": {PDF: {}, "text/csv": {}, "application/zip": {}}}},
)
async def file(request: Request, list: str, what: str) -> Response:  # noqa: A002, ARG001 - as `fetch`
    """Return a file of a list."""
    return await patients_pages.fetch(request)


@router.delete(
    "/batches/{batch}",
    summary="Remove a list and its handouts",
    status_code=204,
    responses=_UNKNOWN,
)
def remove(request: Request, batch: str) -> None:
    """Stop what is running, then remove the list and its handouts."""
    desk_of(request).lists.remove(_batch(request, batch).id)
