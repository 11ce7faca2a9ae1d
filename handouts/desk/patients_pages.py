"""Answer what is asked about a list of patients: look, correct, make, watch, stop, fetch, send."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from typing_extensions import override

from handouts.desk.lists import PatientList, Reading
from handouts.desk.views import desk_of, shown, typed, wants_parts
from handouts.errors import HandoutError
from handouts.model.roster import Column
from handouts.workspace import Kind

_SHOWN = 100
"""So many rows that are wrong are shown; the file of failures has all."""

_MAP = "means-"
"""What a field is called that says which column of ours a column of the list is."""


async def lists(request: Request) -> Response:
    """Show all lists, and where to drop one."""
    desk = desk_of(request)
    return shown(request, "lists.html", lists=desk.lists.all, keeps=desk.folder is not None,
                 **_choices(request))  # fmt: skip


def _choices(request: Request) -> dict[str, Any]:
    desk = desk_of(request)
    return {
        "clinics": desk.clinics,
        "programs": desk.catalogue.programs,
        "layouts": desk.library.workspace.ids(Kind.LAYOUTS),
    }


async def add(request: Request) -> Response:
    """Take a list."""
    desk = desk_of(request)
    async with request.form(max_files=1, max_fields=20) as form:
        file = form.get("list")
        content = await file.read() if isinstance(file, UploadFile) else b""
        fields = {key: str(value) for key, value in form.items() if isinstance(value, str)}
    if not content:
        raise HTTPException(400, desk.words("lists_no_file"))
    try:
        added = await run_in_threadpool(desk.lists.add, content, _reading(Reading(), fields))
    except HandoutError as error:
        raise HTTPException(400, str(error)) from None
    return RedirectResponse(f"/patients/{added.id}", status_code=303)


def _reading(known: Reading, form: dict[str, str]) -> Reading:
    names = ("clinic", "program", "layout", "mode", "clinician", "start", "dates", "encoding",
             "sheet", "sort")  # fmt: skip
    values = {name: form.get(name, getattr(known, name)).strip() for name in names}
    mapping = dict(known.mapping)
    if any(name.startswith(_MAP) for name in form):
        mapping = {
            column: form[f"header-{name.removeprefix(_MAP)}"]
            for name, column in form.items()
            if name.startswith(_MAP) and column in list(Column)
        }
    return Reading(**values, mapping=mapping)


def _list(request: Request) -> PatientList:
    found = desk_of(request).lists.get(request.path_params["list"])
    if found is None:
        raise HTTPException(404)
    return found


async def one(request: Request) -> Response:
    """Show a list: how it is understood, or how far its batch is."""
    found, desk = _list(request), desk_of(request)
    if wants_parts(request):
        return shown(request, "batch.html", list=found, events=found.events, most=_SHOWN)
    values: dict[str, Any] = {
        "list": found,
        "reading": found.reading,
        "events": found.events,
        "most": _SHOWN,
    }
    if not (found.begun or found.running):
        looked = await run_in_threadpool(found.look, desk.library)
        raw = await run_in_threadpool(found.raw_rows, desk.library)
        values |= {"looked": looked, "raw": raw, "means": _means(looked.columns, raw),
                   "columns": list(Column)}  # fmt: skip
    return shown(request, "list.html", **values, **_choices(request))


def _means(columns: list[tuple[str, str]], raw: list[tuple[str, ...]]) -> list[str]:
    """What each column of the list is, in its order; empty for one that is not read."""
    by_header = {header: name for name, header in columns}
    return [by_header.get(header.strip(), "") for header in (raw[0] if raw else ())]


async def read_as(request: Request) -> Response:
    """Keep how a list is to be read."""
    found = _list(request)
    found.read_as(_reading(found.reading, await typed(request)))
    return _back(found)


def _back(found: PatientList) -> Response:
    return RedirectResponse(f"/patients/{found.id}", status_code=303)


async def make(request: Request) -> Response:
    """Make all handouts of a list, or go on with them."""
    found = _list(request)
    await run_in_threadpool(found.make)
    return _back(found)


async def stop(request: Request) -> Response:
    """Stop what runs; it can go on later."""
    found = _list(request)
    found.stop()
    return _back(found)


async def mails(request: Request) -> Response:
    """Say what would be sent."""
    found, form = _list(request), await typed(request)
    await run_in_threadpool(lambda: found.look_at_mails(drafts=form.get("drafts") == "yes"))
    return _back(found)


async def send(request: Request) -> Response:
    """Send the handouts, if it is said twice."""
    found, form = _list(request), await typed(request)
    if form.get("sure") != "yes":
        raise HTTPException(400, desk_of(request).words("send_sure"))
    await run_in_threadpool(lambda: found.send(drafts=form.get("drafts") == "yes"))
    return _back(found)


async def remove(request: Request) -> Response:
    """Remove a list with all that was made of it."""
    await run_in_threadpool(desk_of(request).lists.remove, _list(request).id)
    return RedirectResponse("/patients", status_code=303)


async def fetch(request: Request) -> Response:
    """Return the print run, the list of failures, or all handouts in a zip."""
    found, what = _list(request), request.path_params["what"]
    if what == "handouts.zip":
        headers = {"Content-Disposition": f'attachment; filename="handouts-{found.id}.zip"'}
        return StreamingResponse(_zipped(found), media_type="application/zip", headers=headers)
    path = {"print.pdf": found.print_run, "failed.csv": found.failures}.get(what)
    if path is None or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, filename=f"{path.stem}-{found.id}{path.suffix}")


class _Sink(io.RawIOBase):
    """What a zip is written into: taken away piece by piece, never whole."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    @override
    def writable(self) -> bool:
        return True

    @override
    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def _zipped(found: PatientList) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for file in found.files():
            archive.write(file, file.name)
            yield sink.taken()
    yield sink.taken()


ROUTES = [
    Route("/patients", lists),
    Route("/patients", add, methods=["POST"]),
    Route("/patients/{list}", one),
    Route("/patients/{list}/reading", read_as, methods=["POST"]),
    Route("/patients/{list}/make", make, methods=["POST"]),
    Route("/patients/{list}/stop", stop, methods=["POST"]),
    Route("/patients/{list}/mails", mails, methods=["POST"]),
    Route("/patients/{list}/send", send, methods=["POST"]),
    Route("/patients/{list}/remove", remove, methods=["POST"]),
    Route("/patients/{list}/{what}", fetch),
]
