"""Answer requests about one handout: search, change, look, print, e-mail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handouts.desk import making, prescribing
from handouts.desk.changes import (
    CHANGES,
    Form,
    Outdated,
    change_in_words,
    changed_item,
    differences,
    with_number,
    written_dose,
)
from handouts.desk.lists import PatientList, Reading
from handouts.desk.making import WIDTHS, Made, page_picture
from handouts.desk.program_file import ProgramFile
from handouts.desk.state import Desk
from handouts.desk.views import desk_of, language_names, owner_of, render, typed, wants_parts
from handouts.desk.worksheet import LAST, Item, StoredSheet, Worksheet
from handouts.errors import HandoutError
from handouts.load.library import Library
from handouts.model.exercise import Exercise
from handouts.model.program import Program
from handouts.workspace import Kind

_SHOWN = 40
"""At most this many exercises are shown; a longer search finds the others."""


# -- one handout


def stored_sheet(request: Request) -> StoredSheet:
    """Return the handout in the address, for its owner only."""
    return not_forgotten(request, desk_of(request).worksheets.get(request.path_params["key"]))


def not_forgotten(request: Request, stored: StoredSheet | None) -> StoredSheet:
    """Return a handout; answer 410 if it has been forgotten, or is somebody else's."""
    if stored is None or stored.owner != owner_of(request):
        raise HTTPException(410, desk_of(request).words("gone"))
    return stored


async def handout(request: Request) -> Response:
    """Show a handout in the making."""
    return await handout_page(request, stored_sheet(request))


class Replaced(Struct, frozen=True):
    """A program of the clinic's own that would be replaced, and the file that would replace it.

    ``typed`` is what was typed as its name, and ``digest`` that of its file as it is now.
    """

    typed: str
    digest: str
    name: str
    file: ProgramFile


async def handout_page(
    request: Request,
    stored: StoredSheet,
    said: str = "",
    item: str = "",
    *,
    outdated: bool = False,
    replaced: Replaced | None = None,
    asked: Mapping[str, str] | None = None,
) -> Response:
    """Show a handout, or only its parts that may have changed.

    ``said`` tells a screen reader what changed, and ``item`` is the exercise that was changed.
    ``outdated``: nothing was changed, because the page was older than the handout. ``replaced`` is
    a program that would be replaced, where that is asked. ``asked`` is what is searched for.
    """
    desk = desk_of(request)
    made, good = await _both(desk, stored)
    values = _values(desk, stored, made, good) | {"said": said}
    values |= {"first": good.page_of.get(item, 0) if good else 0}
    values |= {"outdated": outdated, "replaced": replaced}
    status = 409 if outdated else 200
    if wants_parts(request):
        return render(request, "changed.html", status=status, **values)
    values |= await run_in_threadpool(_found, desk, asked or {})
    page = render(request, "handout.html", status=status, **values)
    desk.worksheets.opened(stored.key)
    return page


async def show_newest(request: Request, _error: Exception) -> Response:
    """Answer an `Outdated` form with the handout as it is now."""
    said = desk_of(request).words("outdated")
    return await handout_page(request, stored_sheet(request), said, outdated=True)


async def _both(desk: Desk, stored: StoredSheet) -> tuple[Made, Made | None]:
    """Return the result of a worksheet, and the newest result with pages to show."""
    sheet = stored.now
    made = await run_in_threadpool(desk.press.make, desk.library, sheet)
    if made.laid_out is not None:
        usual = prescribing.doses_by_item(sheet, prescribing.usual_doses(desk.library, sheet))
        desk.worksheets.made(stored.key, sheet, usual)
        return made, made
    made = await run_in_threadpool(_with_other_doses, desk, sheet, made)
    if stored.good is None:
        return made, None
    return made, await run_in_threadpool(desk.press.make, desk.library, stored.good)


def _with_other_doses(desk: Desk, sheet: Worksheet, made: Made) -> Made:
    """Return what is wrong with exercises, all of it, and the doses of those that are right.

    Wrong entries are left out until a handout can be made. Only then is it known whether the other
    doses are within their limits, and how they are printed.
    """
    wrong, others = list(made.problems), made
    while others.problems:
        rest = sheet
        for each in others.problems:
            rest = rest.without(each.field, each.key)
        if rest == sheet:
            break
        sheet, others = rest, desk.press.make(desk.library, rest)
        wrong += [each for each in others.problems if each.key]
    unsaid = {each.key: "" for each in wrong if each.field == "dose"}
    return replace(made, problems=tuple(dict.fromkeys(wrong)), doses={**others.doses, **unsaid})


def _values(desk: Desk, stored: StoredSheet, made: Made, good: Made | None) -> dict[str, Any]:
    sheet, catalogue, clinics = stored.now, desk.catalogue, desk.clinics
    library, was = catalogue.library, stored.reopened
    program = catalogue.program(sheet.program)
    # An earlier dose is shown only for an exercise that has not changed since.
    before = good.doses if good else {}
    same = stored.good.items if stored.good else ()
    doses = {item.key: before.get(item.key, "") for item in same if item in sheet.items}
    return {
        "key": stored.key,
        "sheet": sheet,
        "version": stored.version,
        "can_undo": len(stored.states) > 1,
        "made": made,
        "good": good,
        "doses": {**doses, **made.doses},
        "chart": making.chart_text(made),
        "changes": differences(was, sheet, catalogue.names, desk.words) if was else [],
        "reopened": was is not None,
        "since": prescribing.changed_since(library, stored),
        "keeps": desk.folder is not None,
        "mixed": prescribing.by_position(library, sheet) != sheet,
        "pictures": desk.pictures(sheet),
        "exercises": {item.key: _known(library, item) for item in sheet.items},
        "phases": sheet.all_phases,
        "own_program": own_program_name(desk, program),
        "mailable": bool(made.order) and prescribing.choice_of(library, sheet) is not None,
        "clinics": clinics,
        "chosen_clinic": next((each for each in clinics if each.id == sheet.clinic), None),
        "layouts": library.workspace.ids(Kind.LAYOUTS),
        "languages": [("", desk.words("language_usual")), *language_names(library)],
        "catalogue": catalogue,
        "widths": WIDTHS,
        "last": LAST,
    }


def own_program_name(desk: Desk, program: Program | None) -> str:
    """Return the name of a program of the clinic's own; empty for a built-in one, or none."""
    return program.name if program and desk.own_program(program.id) else ""


def _known(library: Library, item: Item) -> Exercise | dict[str, Any]:
    """Return an exercise of a handout; if it is gone, a stand-in that can be removed."""
    try:
        exercise = library.exercise(item.exercise)
    except HandoutError:
        return {"name": item.exercise, "variants": {}, "cautions": ()}
    return exercise.variant(item.variant if item.variant in exercise.variants else None)


def _found(desk: Desk, given: Mapping[str, str]) -> dict[str, Any]:
    """Return what a search asks for, and the exercises that match it."""
    asked = {name: given.get(name, "") for name in ("q", "region", "place", "equipment")}
    catalogue = desk.catalogue
    found, guessed = catalogue.find(*asked.values()), catalogue.guessed(asked["q"])
    return {"asked": asked, "found": found, "guessed": guessed, "most": _SHOWN}


async def find(request: Request) -> Response:
    """Show the exercises that match a search, alone or on the page of the handout."""
    stored, desk, asked = stored_sheet(request), desk_of(request), request.query_params
    if not wants_parts(request):
        return await handout_page(request, stored, asked=asked)
    values = await run_in_threadpool(_found, desk, asked)
    return render(request, "found.html", key=stored.key, catalogue=desk.catalogue, **values)


# -- changes


async def change(request: Request) -> Response:
    """Change a handout."""
    make = CHANGES[request.url.path.rsplit("/", 1)[-1]]
    return await _change_as_typed(request, make, await typed(request))


async def dose_of_fields(request: Request) -> Response:
    """Change a dose that is given in fields, as if it was typed."""
    form = await typed(request)
    dose = written_dose(form, desk_of(request).words)
    # With all fields empty nothing was meant.
    asked = {**form, "dose": dose} if dose else form
    return await _change_as_typed(request, changed_item, asked)


async def _change_as_typed(
    request: Request, make: Callable[[Worksheet, Form], Worksheet], form: Form
) -> Response:
    desk = desk_of(request)
    old, item = stored_sheet(request).now, form.get("item", "")
    if "exercise" in form and form["exercise"] not in desk.catalogue.names:
        raise HTTPException(400, desk.words("error_title"))
    stored = change_sheet(request, make, form)
    said = change_in_words(old, stored.now, item, desk.catalogue.names, desk.words)
    return await changed_page(request, stored, said, item)


def change_sheet(
    request: Request, make: Callable[[Worksheet, Form], Worksheet], form: Form
) -> StoredSheet:
    """Change a handout; refuse a form that is not from the page, or from an older one.

    Raises:
        Outdated: if the form is about something that another tab has changed.
    """
    desk, stored = desk_of(request), stored_sheet(request)
    refuse_older(stored, form)

    try:
        newest = desk.worksheets.change(
            stored.key, lambda sheet: make(sheet, with_number(form, sheet.all_phases))
        )
    except (KeyError, ValueError):
        raise HTTPException(400, desk.words("error_title")) from None
    return not_forgotten(request, newest)


def refuse_older(stored: StoredSheet, form: Form) -> None:
    """Refuse a form about the whole handout if its user has not seen the newest one.

    Other forms have no version: two tabs may each change what only one of them shows.

    Raises:
        Outdated: if the handout has changed since the form's page.
    """
    if form.get("version", str(stored.version)) != str(stored.version):
        raise Outdated


async def undo(request: Request) -> Response:
    """Undo the last change."""
    desk, form = desk_of(request), await typed(request)
    stored = stored_sheet(request)
    refuse_older(stored, form)
    stored = not_forgotten(request, desk.worksheets.undo(stored.key))
    return await changed_page(request, stored, desk.words("undone"))


async def changed_page(
    request: Request, stored: StoredSheet, said: str, item: str = ""
) -> Response:
    """Show what may have changed; ``said`` and ``item`` are those of `handout_page`."""
    if wants_parts(request):
        return await handout_page(request, stored, said, item)
    return RedirectResponse(f"/handout/{stored.key}", status_code=303)


# -- pages and files


async def _made(request: Request) -> tuple[StoredSheet, Made]:
    stored, desk = stored_sheet(request), desk_of(request)
    return stored, await run_in_threadpool(desk.press.make, desk.library, stored.now)


async def page(request: Request) -> Response:
    """Return one page as a picture."""
    _, good = await _both(desk_of(request), stored_sheet(request))
    if good is None or good.laid_out is None:
        raise HTTPException(404)
    number = request.path_params["number"] - 1
    asked = request.query_params.get("w")
    try:
        width = next(each for each in WIDTHS if asked in (None, str(each)))
        drawn = await run_in_threadpool(page_picture, good.laid_out, number, width)
    except (IndexError, StopIteration):
        raise HTTPException(404) from None
    return Response(drawn, media_type="image/jpeg")


async def pdf(request: Request) -> Response:
    """Return the PDF, to print or to save; its name contains no patient data.

    ``code`` and ``pictures`` in the address are those of the handout which the page shows: what is
    printed is never another one, such as that of a program which was replaced meanwhile.

    Raises:
        Outdated: if the handout has others now.
    """
    stored, made = await _made(request)
    desk = desk_of(request)
    if made.document:
        now = {"code": made.document.code, "pictures": desk.pictures(stored.now)}
        if any(request.query_params.get(name, value) != value for name, value in now.items()):
            raise Outdated
    handout = await run_in_threadpool(desk.printed, stored.now, made)
    if handout is None:
        raise HTTPException(409, desk.words("wrong_title"))
    way = "attachment" if "download" in request.query_params else "inline"
    name = f"{stored.now.program or 'handout'}-{handout.code}.pdf"
    headers = {"Content-Disposition": f'{way}; filename="{name}"'}
    return Response(handout.pdf, media_type="application/pdf", headers=headers)


async def text(request: Request) -> Response:
    """Return the handout as plain text."""
    _, made = await _made(request)
    return Response(made.text, media_type="text/plain; charset=utf-8")


async def by_position(request: Request) -> Response:
    """Group the exercises by position."""
    desk, form = desk_of(request), await typed(request)

    def ordered(sheet: Worksheet, _: Form) -> Worksheet:
        return prescribing.by_position(desk.library, sheet)

    return await changed_page(
        request, change_sheet(request, ordered, form), desk.words("by_position_done")
    )


async def email(request: Request) -> Response:
    """Make a list of this one patient; the handout is mailed from there, after a last look."""
    desk, form = desk_of(request), await typed(request)
    sheet = stored_sheet(request).now
    if form.get("agreed") != "yes" or not sheet.person.reference.strip():
        raise HTTPException(400, desk.words("email_needs"))

    def add() -> PatientList:
        today = desk.library.workspace.today
        content = prescribing.list_of_one(desk.library, sheet, form.get("email", "").strip(), today)
        reading = Reading(
            clinic=sheet.clinic, layout=sheet.layout, mode=sheet.mode, paper=sheet.paper
        )
        return desk.lists.add_once(content, reading, desk.words)

    added = await run_in_threadpool(add)
    return RedirectResponse(f"/patients/{added.id}", status_code=303)


async def closing(request: Request) -> Response:
    """Forget a handout soon, because its page was closed or is being reloaded."""
    desk_of(request).worksheets.closing(stored_sheet(request).key)
    return Response(status_code=204)


ROUTES = [
    Route("/handout/{key}", handout),
    Route("/handout/{key}/find", find),
    Route("/handout/{key}/page/{number:int}", page),
    Route("/handout/{key}/handout.pdf", pdf),
    Route("/handout/{key}/text", text),
    Route("/handout/{key}/undo", undo, methods=["POST"]),
    Route("/handout/{key}/by-position", by_position, methods=["POST"]),
    Route("/handout/{key}/email", email, methods=["POST"]),
    Route("/handout/{key}/closing", closing, methods=["POST"]),
    *(Route(f"/handout/{{key}}/{name}", change, methods=["POST"], name=name) for name in CHANGES),
    Route("/handout/{key}/fields", dose_of_fields, methods=["POST"]),
]
