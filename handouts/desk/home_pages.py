"""Answer where a handout begins: programs, favourites, the code on a sheet, pictures."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handouts.desk import prescribing
from handouts.desk.views import desk_of, owner_of, shown, typed
from handouts.errors import HandoutError
from handouts.figures.colours import Body, figure_palette
from handouts.figures.library import Drawings
from handouts.figures.preview import svg
from handouts.logos import PhotoLook, read_photo
from handouts.model.clinic import Mode
from handouts.workspace import Kind

_SMALL = PhotoLook(box=(84.0, 84.0))


async def home(request: Request) -> Response:
    """Show programs to begin with."""
    desk = desk_of(request)
    asked = request.query_params.get("q", "")
    found = await run_in_threadpool(lambda: desk.catalogue.find_programs(asked))
    liked, recent = desk.memory.favourites, desk.memory.recent
    by_id = {program.id: program for program in found}
    groups = [
        ("home_favourites", [by_id[name] for name in liked if name in by_id]),
        ("home_recent", [by_id[name] for name in recent if name in by_id and name not in liked]),
    ]
    first = {program.id for _, programs in groups for program in programs}
    groups.append(("home_program", [each for each in found if each.id not in first]))
    return shown(
        request, "home.html", groups=groups, asked=asked, clinics=desk.clinics, liked=liked,
        unknown="unknown" in request.query_params,
    )  # fmt: skip


async def reopen(request: Request) -> Response:
    """Open a handout again by the code on the sheet."""
    desk, form = desk_of(request), await typed(request)
    # A scanner reads what the square says: the code is one of its words.
    found = filter(None, map(desk.memory.behind, form.get("code", "").split()))
    sheet = next(found, None)
    if sheet is None:
        return RedirectResponse("/?unknown", status_code=303)
    key = desk.worksheets.begin(sheet, reopened=True, owner=owner_of(request))
    return RedirectResponse(f"/handout/{key}", status_code=303)


async def favourite(request: Request) -> Response:
    """Put a program among the favourites, or take it out."""
    desk, form = desk_of(request), await typed(request)
    if form.get("program") in desk.library.workspace.ids(Kind.PROGRAMS):
        desk.memory.like(form["program"], liked=form.get("liked") == "1")
    return RedirectResponse("/", status_code=303)


async def begin(request: Request) -> Response:
    """Begin a handout, from a program or from nothing."""
    desk, form = desk_of(request), await typed(request)
    sheet = prescribing.begin(desk.library, form.get("program", ""), form.get("clinic", ""))
    if sheet.program:
        desk.memory.used(sheet.program)
    key = desk.worksheets.begin(sheet, owner=owner_of(request))
    return RedirectResponse(f"/handout/{key}", status_code=303)


async def picture(request: Request) -> Response:
    """Show the last frame of an exercise's picture."""
    desk = desk_of(request)
    name, variant = request.path_params["exercise"], request.query_params.get("variant") or None

    def draw() -> Response:
        exercise = desk.library.exercise(name).variant(variant)
        if exercise.picture is not None:
            last = read_photo(exercise.picture, desk.library.workspace, _SMALL)[-1]
            return Response(last.data, media_type="image/jpeg")
        if exercise.figure is None:
            raise HTTPException(404)
        frames = Drawings(desk.library.workspace).frames(name, variant, exercise.figure)
        drawn = svg(frames[-1:], figure_palette("#2f6f8f", Mode.COLOUR, Body()), exercise.name)
        return Response(drawn, media_type="image/svg+xml")

    try:
        drawn = await run_in_threadpool(draw)
    except (HandoutError, KeyError):
        raise HTTPException(404) from None
    drawn.headers["Cache-Control"] = "private"
    return drawn


ROUTES = [
    Route("/", home),
    Route("/handout", begin, methods=["POST"]),
    Route("/reopen", reopen, methods=["POST"]),
    Route("/favourite", favourite, methods=["POST"]),
    Route("/picture/{exercise}", picture),
]
