"""Answer requests of the first page: programs to begin with, favourites, a code to reopen."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handouts.desk import prescribing
from handouts.desk.state import Desk
from handouts.desk.views import desk_of, owner_of, render, typed
from handouts.desk.worksheet import Worksheet
from handouts.workspace import Kind


async def home(request: Request) -> Response:
    """Show programs to begin with."""
    return await _home(request, dict(request.query_params))


async def _home(request: Request, form: dict[str, str], unknown: str | None = None) -> Response:
    """Show the first page with the clinic and programs that were asked for.

    ``unknown`` is a code that no handout has. It was typed, so it must not be in an address.
    """
    desk = desk_of(request)
    asked = form.get("q", "")
    found = await run_in_threadpool(desk.catalogue.find_programs, asked)
    liked, recent = desk.memory.favourites, desk.memory.recent
    by_id = {program.id: program for program in found}
    groups = [
        ("home_favourites", [by_id[name] for name in liked if name in by_id]),
        ("home_recent", [by_id[name] for name in recent if name in by_id and name not in liked]),
        ("home_program", [each for each in found if each.id not in {*liked, *recent}]),
    ]
    return render(
        request, "home.html", groups=groups, asked=asked, clinics=desk.clinics, liked=liked,
        catalogue=desk.catalogue,
        chosen=form.get("clinic", ""), unknown=unknown,
    )  # fmt: skip


async def reopen(request: Request) -> Response:
    """Reopen a handout by the code on the sheet."""
    desk, form = desk_of(request), await typed(request)
    # A scanner sends all words of the QR code; one of them is the handout's code.
    for code in map(_as_printed, form.get("code", "").split()):
        sheet = await run_in_threadpool(desk.of_code, code)
        if sheet is not None:
            since = await run_in_threadpool(_changed_since, desk, code, sheet)
            key = desk.worksheets.begin(sheet, reopened=True, since=since, owner=owner_of(request))
            return RedirectResponse(f"/handout/{key}", status_code=303)
    return await _home(request, form, unknown=form.get("code", ""))


def _as_printed(code: str) -> str:
    """Return a code with the letters that no code has replaced by the digits they look like."""
    name, dash, end = code.rpartition("-")
    return name + dash + end.upper().translate(_MISREAD)


_MISREAD = str.maketrans("OIL", "011")
"""Letters that Crockford's base 32 leaves out, and the digits that they look like."""


def _changed_since(desk: Desk, code: str, sheet: Worksheet) -> tuple[str, ...]:
    """Return the exercises whose usual dose has changed since a code was printed."""
    now = prescribing.usual_doses(desk.library, sheet)
    then = desk.memory.usual(code) or now
    return tuple(
        desk.catalogue.names.get(item.exercise, item.exercise)
        for item, old, new in zip(sheet.items, then, now, strict=True)
        if old and new and old != new and not item.dose
    )


async def favourite(request: Request) -> Response:
    """Add a program to the favourites, or remove it."""
    desk, form = desk_of(request), await typed(request)
    if form.get("program") in desk.library.workspace.ids(Kind.PROGRAMS):
        desk.memory.set_favourite(form["program"], liked=form.get("liked") == "1")
    # Back to the first page, with the clinic and the programs that were chosen there.
    kept = urlencode({name: form[name] for name in ("clinic", "q") if form.get(name)})
    return RedirectResponse(f"/?{kept}" if kept else "/", status_code=303)


async def begin(request: Request) -> Response:
    """Begin a handout, from a program or from nothing."""
    desk, form = desk_of(request), await typed(request)
    sheet = prescribing.begin(desk.library, form.get("program", ""), form.get("clinic", ""))
    if sheet.program:
        desk.memory.used(sheet.program)
    key = desk.worksheets.begin(sheet, owner=owner_of(request))
    return RedirectResponse(f"/handout/{key}", status_code=303)


ROUTES = [
    Route("/", home),
    Route("/handout", begin, methods=["POST"]),
    Route("/reopen", home),
    Route("/reopen", reopen, methods=["POST"]),
    Route("/favourite", favourite, methods=["POST"]),
]
