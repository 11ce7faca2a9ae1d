"""Answer requests about programs: begin with one, or a code; save one's own, and usual doses."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handouts.desk import prescribing
from handouts.desk.changes import changed_item
from handouts.desk.handout_pages import (
    Replaced,
    change_sheet,
    changed_page,
    handout_page,
    not_forgotten,
    own_program_name,
    refuse_older,
    stored_sheet,
)
from handouts.desk.language import id_of
from handouts.desk.program_file import digest_of_file, program_file, save_program
from handouts.desk.state import Desk
from handouts.desk.views import as_one_line, desk_of, owner_of, render, typed
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
            usual = prescribing.doses_by_item(sheet, desk.memory.usual(code))
            owner = owner_of(request)
            key = desk.worksheets.begin(sheet, reopened=True, usual=usual, owner=owner)
            return RedirectResponse(f"/handout/{key}", status_code=303)
    return await _home(request, form, unknown=form.get("code", ""))


def _as_printed(code: str) -> str:
    """Return a code with the letters that no code has replaced by the digits they look like."""
    name, dash, end = code.rpartition("-")
    return name + dash + end.upper().translate(_MISREAD)


_MISREAD = str.maketrans("OIL", "011")
"""Letters that Crockford's base 32 leaves out, and the digits that they look like."""


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


async def save_as_program(request: Request) -> Response:
    """Save the exercises as a program of the clinic's own, which the command line reads too.

    If the clinic has one of that name, ask before it is replaced.
    """
    desk, form = desk_of(request), await typed(request)
    stored = stored_sheet(request)
    refuse_older(stored, form)
    name = " ".join(form.get("name", "").split())
    agreed = request.query_params.get("replace", "")
    saved = await run_in_threadpool(_save, desk, stored.now, name, agreed)
    if isinstance(saved, Replaced):
        return await handout_page(request, stored, replaced=saved)
    # The handout is one of that program now: it can be mailed, and has its reviews.
    changed = desk.worksheets.change(stored.key, lambda now: saved if now == stored.now else now)
    if agreed:
        # An empty dose of earlier states meant that of the program that is replaced.
        changed = desk.worksheets.forget_earlier(stored.key)
    stored = not_forgotten(request, changed)
    return await changed_page(request, stored, desk.words("save_program_done", id=saved.program))


def _save(desk: Desk, sheet: Worksheet, name: str, agreed: str) -> Worksheet | Replaced:
    """Save a worksheet as a program; return it as that of the program, or what would be replaced.

    ``agreed`` is the digest of the file that may be replaced. Who agreed to replace a file has not
    seen what somebody else has written into it since.
    """
    if desk.folder is None or not name:
        why = "save_program_unnamed" if desk.folder else "save_program_nowhere"
        raise HTTPException(400, desk.words(why))
    with desk.saving:
        # A file of the clinic's own may have another name than its program.
        same = name == own_program_name(desk, desk.catalogue.program(sheet.program))
        program = sheet.program if same else id_of(name)
        known = program in desk.library.workspace.ids(Kind.PROGRAMS)
        if known and not desk.own_program(program):
            raise HTTPException(409, desk.words("save_program_taken", id=program))
        if desk.press.make(desk.library, sheet).order is None:
            raise HTTPException(409, desk.words("wrong_title"))
        file = program_file(desk.library, sheet, name, program)
        digest = digest_of_file(desk.library, program) if known else ""
        if digest not in ("", agreed):
            # Other letters or another case may make the same id.
            there = desk.catalogue.program(program)
            return Replaced(name, digest, there.name if there else program, file)
        save_program(desk.folder, program, file)
        return prescribing.of_program(desk.library, sheet, program)


async def usual(request: Request) -> Response:
    """Make a dose the clinic's usual one, in a file that extends the exercise."""
    desk, form = desk_of(request), await typed(request)
    stored = change_sheet(request, changed_item, form)
    item, folder = stored.now.item(form["item"]), desk.folder
    if item is None or folder is None or not item.dose:
        raise HTTPException(400, desk.words("usual_needs"))
    made = await run_in_threadpool(desk.press.make, desk.library, stored.now)
    for each in made.problems:
        if each.key == item.key:
            raise HTTPException(400, as_one_line(each, desk.words))
    if made.order is None:
        # Limits of doses are checked only in a handout that can be made.
        raise HTTPException(409, desk.words("wrong_title"))

    def write() -> None:
        with desk.saving:
            prescribing.write_usual_dose(desk.library, folder, item)

    await run_in_threadpool(write)
    name = desk.library.exercise(item.exercise).name
    return await changed_page(request, stored, desk.words("usual_done", dose=item.dose, name=name))


ROUTES = [
    Route("/", home),
    Route("/handout", begin, methods=["POST"]),
    Route("/reopen", home),
    Route("/reopen", reopen, methods=["POST"]),
    Route("/favourite", favourite, methods=["POST"]),
    Route("/handout/{key}/program", save_as_program, methods=["POST"]),
    Route("/handout/{key}/usual", usual, methods=["POST"]),
]
