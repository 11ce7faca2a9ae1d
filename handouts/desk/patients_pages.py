"""Answer requests about a list of patients: look, correct, make, watch, stop, fetch, send."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from typing_extensions import override

from handouts.deliver.mail.send_batch import PREVIEW_FOLDER
from handouts.desk.language import Words
from handouts.desk.lists import PatientList, Reading
from handouts.desk.views import desk_of, on_page, render, typed, typed_with_file, wants_parts
from handouts.errors import ContentError
from handouts.load.roster import DayOrder
from handouts.model.roster import Column
from handouts.workspace import Kind

_SHOWN = 100
"""At most this many wrong rows are shown; the file of failures has all of them."""

_MAP = "means-"
"""Prefix of the form fields that map a column of the list to one of ours."""


async def lists(request: Request) -> Response:
    """Show all lists, and where to drop a new one."""
    desk = desk_of(request)
    return render(request, "lists.html", lists=desk.lists.all, keeps=desk.folder is not None,
                 **_choices(request))  # fmt: skip


def _choices(request: Request) -> dict[str, Any]:
    desk = desk_of(request)
    return {
        "clinics": desk.clinics,
        "programs": desk.catalogue.programs,
        "layouts": desk.library.workspace.ids(Kind.LAYOUTS),
    }


async def add(request: Request) -> Response:
    """Store an uploaded list."""
    desk = desk_of(request)
    fields, content = await typed_with_file(request, "list")
    if not content:
        raise HTTPException(400, desk.words("lists_no_file"))
    if len(desk.clinics) == 1:
        fields["clinic"] = fields.get("clinic") or desk.clinics[0].id
    reading = _reading(Reading(), fields, desk.words)
    added = await run_in_threadpool(desk.lists.add_once, content, reading, desk.words)
    return RedirectResponse(f"/patients/{added.id}", status_code=303)


def _reading(known: Reading, form: dict[str, str], words: Words) -> Reading:
    values = {name: value.strip() for name, value in form.items() if name in _READING}
    if values.get("dates", "") not in ("", *DayOrder):
        raise HTTPException(400, words("error_title"))
    if any(name.startswith(_MAP) for name in form):
        mapping = _mapping(form, words)
        return replace(known, **values, mapping={**_unread(known, form, mapping), **mapping})
    return replace(known, **values)


_READING = frozenset(Reading.__struct_fields__) - {"mapping"}


def _mapping(form: dict[str, str], words: Words) -> dict[str, str]:
    """Return the header for each of our columns that the form names.

    Raises:
        ContentError: if one would be read from two columns.
    """
    mapping: dict[str, str] = {}
    for name, column in form.items():
        if not name.startswith(_MAP) or column not in list(Column):
            continue
        header = form.get(f"header-{name.removeprefix(_MAP)}", "")
        if column in mapping:
            called, one = words.named("column", column), mapping[column]
            message = words("list_twice", column=called, one=one, other=header)
            raise ContentError(message, hint=words("list_twice_hint"))
        mapping[column] = header
    return mapping


def _unread(known: Reading, form: dict[str, str], mapping: dict[str, str]) -> dict[str, str]:
    """Return our columns that must not be read: they get no header, whatever the list has."""
    were = {form[f"was-{name.removeprefix(_MAP)}"] for name in form
            if name.startswith(_MAP) and f"was-{name.removeprefix(_MAP)}" in form}  # fmt: skip
    before = {column for column, header in known.mapping.items() if not header}
    return dict.fromkeys((were & set(Column) | before) - mapping.keys(), "")


def _list(request: Request) -> PatientList:
    found = desk_of(request).lists.get(request.path_params["list"])
    if found is None:
        raise HTTPException(404)
    return found


async def one(request: Request) -> Response:
    """Show a list: how it was read, or the progress of its batch."""
    found, desk = _list(request), desk_of(request)
    values = _progress(found, desk.words)
    if wants_parts(request):
        return render(request, "batch.html", **values)
    values["reading"] = found.reading
    if not (found.begun or found.task.running):
        looked = await run_in_threadpool(found.look, desk.library)
        first = await run_in_threadpool(found.first_rows, desk.library)
        values |= {"looked": looked, "first": first, "columns": list(Column)}
        values["unread"] = [
            header.strip()
            for header, column in zip(first.header, first.means, strict=True)
            if not column and header.strip() not in ("", *looked.near_misses)
        ]
        values["anew"] = "anew" in request.query_params
    return render(request, "list.html", **values, **_choices(request))


def _progress(found: PatientList, words: Words) -> dict[str, Any]:
    """Return the progress of a list, read once: the work may end while the page is written."""
    running, doing = found.task.running, found.task.doing
    events = found.task.events()
    stopped = doing and not running and "summary" not in events and not found.task.was_stopped
    return {
        "list": found,
        "running": running,
        "doing": doing,
        "events": events,
        "explanation": _explanation(found.task.last_lines(), words) if stopped else "",
        "broke": bool(stopped),
        "made": found.task.events("make").get("summary", {}),
        "drafts": found.drafts,
        "mails": _first_mails(found) if doing == "mails" and not running else [],
        "most": _SHOWN,
    }


def _explanation(lines: str, words: Words) -> Markup:
    """Return a failed command's own words about the reason, for the page."""
    said = (line.strip().removeprefix("hint: ") for line in lines.splitlines())
    on_pages = (on_page(line, words) for line in said if not _COUNTED.match(line))
    return Markup("\n").join(filter(None, on_pages))


_COUNTED = re.compile(r"\d+ problems?\b")
"""The last line of a command that failed: the problems that it counts are all shown."""


class MailPreview(Struct, frozen=True):
    """A message of a dry run, as its reader will see it."""

    sender: str
    to: str
    subject: str
    text: str
    files: list[str]


def _first_mails(found: PatientList) -> list[MailPreview]:
    """Return the first message of each sender in the last dry run."""
    mails: dict[str, MailPreview] = {}
    for path in sorted((found.handouts / PREVIEW_FOLDER).glob("*.eml")):
        with contextlib.suppress(OSError):
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            text = body.get_content() if body is not None else ""
            names = [part.get_filename() or "" for part in message.iter_attachments()]
            sender, to, subject = (str(message[key] or "") for key in ("From", "To", "Subject"))
            mails.setdefault(sender, MailPreview(sender, to, subject, text, names))
    return list(mails.values())


async def read_as(request: Request) -> Response:
    """Store how to read a list, unless handouts were already made of it."""
    found, desk, form = _list(request), desk_of(request), await typed(request)

    def store() -> None:
        with desk.saving:
            # Otherwise the page is outdated: the batch was already read in another way.
            if not (found.begun or found.task.running):
                found.read_as(_reading(found.reading, form, desk.words))

    await run_in_threadpool(store)
    return _back(found)


def _back(found: PatientList) -> Response:
    return RedirectResponse(f"/patients/{found.id}", status_code=303)


async def make(request: Request) -> Response:
    """Make all handouts of a list, or continue with them.

    If the form changes how the list is read, show the list in the new way first.
    """
    found, desk, form = _list(request), desk_of(request), await typed(request)

    def begin() -> bool:
        with desk.saving:
            if form and not (found.begun or found.task.running):
                first = found.first_rows(desk.library)
                pairs = zip(first.means, map(str.strip, first.header), strict=True)
                known = {column: header for column, header in pairs if column in list(Column)}
                was = found.reading
                before = {column: "" for column, header in was.mapping.items() if not header}
                asked = _reading(was, form, desk.words)
                if found.reading_lost or asked != replace(was, mapping={**before, **known}):
                    found.read_as(asked)
                    return False
            found.make(desk.words)
            return True

    begun = await run_in_threadpool(begin)
    return _back(found) if begun else RedirectResponse(f"/patients/{found.id}?anew=1", 303)


async def correct(request: Request) -> Response:
    """Store uploaded rows that failed and were corrected, and make their handouts."""
    found, desk = _list(request), desk_of(request)
    _, content = await typed_with_file(request, "corrected")
    if not content:
        raise HTTPException(400, desk.words("lists_no_file"))

    def add_and_make() -> None:
        with desk.saving:
            if found.task.running:
                raise HTTPException(409, desk.words("batch_busy"))
            found.correct(desk.library, content, desk.words)
            found.make(desk.words)

    await run_in_threadpool(add_and_make)
    return _back(found)


async def stop(request: Request) -> Response:
    """Stop the running command, which can continue later."""
    found = _list(request)
    await run_in_threadpool(found.task.stop)
    return _back(found)


async def mails(request: Request) -> Response:
    """Begin a dry run of the e-mails."""
    found, form, words = _list(request), await typed(request), desk_of(request).words
    await run_in_threadpool(lambda: found.look_at_mails(words, drafts=form.get("drafts") == "yes"))
    return _back(found)


async def send(request: Request) -> Response:
    """Send the handouts, if the confirmation box is ticked."""
    found, form, words = _list(request), await typed(request), desk_of(request).words
    if form.get("sure") != "yes":
        raise HTTPException(400, words("send_sure"))
    await run_in_threadpool(lambda: found.send(words, drafts=form.get("drafts") == "yes"))
    return _back(found)


async def remove(request: Request) -> Response:
    """Remove a list and everything made from it."""
    await run_in_threadpool(desk_of(request).lists.remove, _list(request).id)
    return RedirectResponse("/patients", status_code=303)


async def fetch(request: Request) -> Response:
    """Return the print run, a list of failures, or all handouts in a zip."""
    found, what = _list(request), request.path_params["what"]
    if what == "handouts.zip" and found.begun:
        headers = {"Content-Disposition": f'attachment; filename="handouts-{found.id}.zip"'}
        return StreamingResponse(_zipped(found), media_type="application/zip", headers=headers)
    files = {"print.pdf": found.print_run, "failed.csv": found.failures,
             "send-failed.csv": found.unsent}  # fmt: skip
    path = files.get(what)
    if path is None or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, filename=f"{Path(what).stem}-{found.id}{path.suffix}")


class _Sink(io.RawIOBase):
    """Receives a zip piece by piece: each is taken away, so that the whole is never in memory."""

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
        for file in found.pdfs():
            try:
                archive.write(file, file.name)
            except FileNotFoundError:
                # The list was removed in the meantime: nobody must get a zip that looks complete.
                raise ClientDisconnect from None
            yield sink.taken()
    yield sink.taken()


ROUTES = [
    Route("/patients", lists),
    Route("/patients", add, methods=["POST"]),
    Route("/patients/{list}", one),
    Route("/patients/{list}/reading", read_as, methods=["POST"]),
    Route("/patients/{list}/make", make, methods=["POST"]),
    Route("/patients/{list}/corrected", correct, methods=["POST"]),
    Route("/patients/{list}/stop", stop, methods=["POST"]),
    Route("/patients/{list}/mails", mails, methods=["POST"]),
    Route("/patients/{list}/send", send, methods=["POST"]),
    Route("/patients/{list}/remove", remove, methods=["POST"]),
    Route("/patients/{list}/{what}", fetch),
]
