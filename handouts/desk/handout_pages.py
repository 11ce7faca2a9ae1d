"""Answer what is asked while one handout is made: search, pick, change, look, print, save."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from babel import Locale
from msgspec.structs import asdict, replace
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handouts.check.search import Found
from handouts.desk import making, prescribing
from handouts.desk.lists import PatientList, Reading
from handouts.desk.making import Made
from handouts.desk.memory import changes
from handouts.desk.press import page_picture
from handouts.desk.state import Desk
from handouts.desk.views import desk_of, owner_of, shown, typed, wants_parts
from handouts.desk.worksheet import Item, Kept, Person, Worksheet
from handouts.errors import HandoutError
from handouts.figures.library import Drawings
from handouts.figures.style import Body, figure_palette
from handouts.figures.vector import svg
from handouts.files import write_whole
from handouts.logos import PhotoLook, read_photo
from handouts.model.clinic import Mode
from handouts.workspace import Kind

_SMALL = PhotoLook(box=(84.0, 84.0))
_SHOWN = 40
"""So many exercises are shown; more words find the others."""


# -- the start


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
    try:
        sheet = prescribing.begin(desk.library, form.get("program", ""), form.get("clinic", ""))
    except HandoutError as error:
        raise HTTPException(400, str(error)) from None
    if sheet.program:
        desk.memory.used(sheet.program)
    key = desk.worksheets.begin(sheet, owner=owner_of(request))
    return RedirectResponse(f"/handout/{key}", status_code=303)


# -- one handout


def _kept(request: Request) -> tuple[str, Kept]:
    key = request.path_params["key"]
    kept = desk_of(request).worksheets.get(key)
    if kept is None or kept.owner != owner_of(request):
        raise HTTPException(410, desk_of(request).words("gone"))
    return key, kept


async def handout(request: Request) -> Response:
    """Show a handout in the making."""
    key, kept = _kept(request)
    return await _page(request, key, kept)


async def _page(request: Request, key: str, kept: Kept, said: str = "", item: str = "") -> Response:
    """Show a handout, or what is new of it; ``item`` is the exercise that was changed."""
    desk = desk_of(request)
    made, good = await _both(desk, key, kept)
    values = {**_values(desk, kept, made, good), "key": key, "said": said}
    values["first"] = good.page_of.get(item, 0) if good else 0
    if not wants_parts(request):
        values["found"] = await run_in_threadpool(lambda: _found(desk, {}))
    return shown(request, "changed.html" if wants_parts(request) else "handout.html", **values)


async def _both(desk: Desk, key: str, kept: Kept) -> tuple[Made, Made | None]:
    """What a worksheet makes now, and the newest that could be made: it stays to be looked at."""
    sheet = kept.now
    made = await run_in_threadpool(desk.press.make, desk.library, sheet)
    if made.laid_out is not None:
        desk.worksheets.made(key, sheet)
        return made, made
    if any(each.field == "dose" for each in made.wrong):
        # The other doses are said all the same.
        rest = making.without_wrong_doses(sheet, made.wrong)
        others = await run_in_threadpool(desk.press.make, desk.library, rest)
        wrong = {each.key for each in made.wrong}
        doses = {key: said for key, said in others.doses.items() if key not in wrong}
        made = replace(made, doses={**dict.fromkeys(wrong, ""), **doses})
    if kept.good is None:
        return made, None
    return made, await run_in_threadpool(desk.press.make, desk.library, kept.good)


def _values(desk: Desk, kept: Kept, made: Made, good: Made | None) -> dict[str, Any]:
    sheet, library = kept.now, desk.library
    names = {}
    for item in sheet.items:
        exercise = library.exercise(item.exercise)
        names[item.key] = exercise.variant(item.variant or None)
    return {
        "sheet": sheet,
        "version": kept.version,
        "can_undo": len(kept.states) > 1,
        "made": made,
        "good": good,
        "doses": {**(good.doses if good else {}), **made.doses},
        "chart": making.chart_text(made),
        "changes": changes(kept.reopened, sheet, desk.catalogue.names) if kept.reopened else [],
        "reopened": kept.reopened is not None,
        "keeps": desk.folder is not None,
        "exercises": names,
        "clinics": desk.clinics,
        "chosen_clinic": desk.clinic(sheet.clinic),
        "layouts": library.workspace.ids(Kind.LAYOUTS),
        "languages": [("", desk.words("language_usual")), *_languages(desk)],
        "catalogue": desk.catalogue,
    }


def _languages(desk: Desk) -> list[tuple[str, str]]:
    """Languages that there are texts in, with what they are called."""
    spoken = Locale.parse(desk.words.language)
    tags = desk.library.workspace.ids(Kind.LOCALES)
    return [(tag, Locale.parse(tag, sep="-").get_display_name(spoken) or tag) for tag in tags]


def _found(desk: Desk, asked: dict[str, str]) -> list[Found]:
    return desk.catalogue.find(
        asked.get("q", ""), asked.get("region", ""), asked.get("place", ""),
        asked.get("equipment", ""),
    )  # fmt: skip


async def find(request: Request) -> Response:
    """Show the exercises that some words find."""
    key, _ = _kept(request)
    desk, asked = desk_of(request), dict(request.query_params)
    found = await run_in_threadpool(lambda: _found(desk, asked))
    return shown(request, "found.html", key=key, found=found, most=_SHOWN)


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


# -- changes

Change = Callable[[Worksheet, dict[str, str]], Worksheet]


def _add(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    return sheet.adding(form["exercise"], form.get("variant", ""))


def _remove(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    return sheet.without(form["item"])


def _move(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    keys = [item.key for item in sheet.items]
    if form["item"] not in keys:
        return sheet
    step = {"up": -1, "down": 1}.get(form.get("way", ""))
    place = keys.index(form["item"]) + step if step else int(form.get("place", "0"))
    return sheet.moved(form["item"], place)


def _item(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    names = ("dose", "side", "note", "variant")
    values = {name: form[name].strip() for name in names if name in form}
    return sheet.changed(form["item"], **values)


def _fields(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    """A dose in fields is the same as one that was typed."""
    pieces = []
    sets, repetitions = form.get("sets", "").strip(), form.get("repetitions", "").strip()
    if sets and repetitions:
        pieces.append(f"{sets} x {repetitions}")
    elif repetitions:
        pieces.append(f"{repetitions} times")
    elif sets:
        pieces.append(f"{sets} sets")
    for name, form_of in (
        ("hold", "hold {} s"),
        ("times", "{} x a day"),
        ("days", "{} days a week"),
    ):
        if form.get(name, "").strip():
            pieces.append(form_of.format(form[name].strip()))
    return sheet.changed(form["item"], dose=", ".join(pieces))


def _dose_all(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    return sheet.dosed(form["dose"].strip())


def _person(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    known = asdict(sheet.person)
    values = {name: form.get(name, value) for name, value in known.items()}
    return replace(sheet, person=Person(**values))


def _look(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    names = ("clinic", "clinician", "layout", "mode", "paper", "language")
    values: dict[str, Any] = {name: form[name] for name in names if name in form}
    if re.fullmatch(r"[1-9]|1[0-2]", form.get("weeks", "")):
        values["weeks"] = int(form["weeks"])
    if values.get("clinic", sheet.clinic) != sheet.clinic:
        values["clinician"] = ""
    return replace(sheet, **values)


_CHANGES: dict[str, Change] = {
    "add": _add, "remove": _remove, "move": _move, "item": _item, "fields": _fields,
    "dose-all": _dose_all, "person": _person, "look": _look,
}  # fmt: skip


async def change(request: Request) -> Response:
    """Change a handout."""
    desk, form = desk_of(request), await typed(request)
    key, before = _kept(request)
    old = before.now
    make = _CHANGES[request.url.path.rsplit("/", 1)[-1]]
    try:
        kept = desk.worksheets.change(key, lambda sheet: make(sheet, form))
    except (KeyError, ValueError):
        raise HTTPException(400, desk.words("error_title")) from None
    if kept is None:
        raise HTTPException(410, desk.words("gone"))
    item = form.get("item", "")
    return await _changed(request, key, kept, _told(desk, old, kept.now, item), item)


async def undo(request: Request) -> Response:
    """Take back the last change."""
    desk = desk_of(request)
    key, _ = _kept(request)
    kept = desk.worksheets.undo(key)
    if kept is None:
        raise HTTPException(410, desk.words("gone"))
    return await _changed(request, key, kept, desk.words("undone"))


async def _changed(request: Request, key: str, kept: Kept, said: str, item: str = "") -> Response:
    if wants_parts(request):
        return await _page(request, key, kept, said, item)
    return RedirectResponse(f"/handout/{key}", status_code=303)


def _told(desk: Desk, old: Worksheet, new: Worksheet, key: str) -> str:
    """What a change did, for who does not see it: what was added, moved or removed."""
    before, after = ([item.key for item in sheet.items] for sheet in (old, new))

    def name(item: Item | None) -> str:
        return desk.library.exercise(item.exercise).name if item else ""

    if len(after) > len(before):
        return desk.words("added", name=name(new.items[-1]), number=len(after))
    if len(after) < len(before):
        gone = next(key for key in before if key not in after)
        return desk.words("removed", name=name(old.item(gone)))
    if after != before:
        return desk.words("moved", name=name(new.item(key)), number=after.index(key) + 1)
    return ""


# -- pages and files


async def _made(request: Request) -> tuple[Kept, Made]:
    _, kept = _kept(request)
    desk = desk_of(request)
    return kept, await run_in_threadpool(desk.press.make, desk.library, kept.now)


async def page(request: Request) -> Response:
    """Return one page as a picture."""
    _, good = await _both(desk_of(request), *_kept(request))
    if good is None or good.laid_out is None:
        raise HTTPException(404)
    number = int(request.path_params["number"]) - 1
    try:
        drawn = await run_in_threadpool(page_picture, good.laid_out, number)
    except IndexError:
        raise HTTPException(404) from None
    return Response(drawn, media_type="image/jpeg")


async def pdf(request: Request) -> Response:
    """Return the PDF, to print or to keep; its name holds nothing of the patient."""
    kept, made = await _made(request)
    desk = desk_of(request)
    handout = await run_in_threadpool(desk.printed, kept.now, made)
    if handout is None:
        raise HTTPException(409, desk.words("wrong_title"))
    way = "attachment" if "download" in request.query_params else "inline"
    name = f"{kept.now.program or 'handout'}-{handout.code}.pdf"
    headers = {"Content-Disposition": f'{way}; filename="{name}"'}
    return Response(handout.pdf, media_type="application/pdf", headers=headers)


async def text(request: Request) -> Response:
    """Return the handout as plain text."""
    _, made = await _made(request)
    return Response(made.text, media_type="text/plain; charset=utf-8")


async def save_program(request: Request) -> Response:
    """Save the exercises as a program of the clinic's own, which the command line reads too."""
    desk, form = desk_of(request), await typed(request)
    key, kept = _kept(request)
    name = " ".join(form.get("name", "").split())
    made = "-".join(re.findall(r"[a-z0-9]+", name.casefold()))
    if desk.folder is None or not made:
        raise HTTPException(400, desk.words("save_program_nowhere"))
    if made in desk.library.workspace.ids(Kind.PROGRAMS):
        raise HTTPException(409, desk.words("save_program_taken", id=made))
    try:
        content = await run_in_threadpool(prescribing.program_file, desk.library, kept.now, name)
        target = desk.folder / Kind.PROGRAMS / f"{made}.yaml"
        target.parent.mkdir(exist_ok=True)
        write_whole(target, content, private=False)
    except HandoutError as error:
        raise HTTPException(400, str(error)) from None
    return await _changed(request, key, kept, desk.words("save_program_done", id=made))


async def usual(request: Request) -> Response:
    """Make a dose the clinic's usual one: a file of its own that extends the exercise."""
    desk, form = desk_of(request), await typed(request)
    key, _ = _kept(request)
    kept = desk.worksheets.change(key, lambda sheet: _item(sheet, form))
    item = kept.now.item(form.get("item", "")) if kept else None
    if kept is None or item is None or desk.folder is None or not item.dose:
        raise HTTPException(400, desk.words("usual_needs"))
    try:
        await run_in_threadpool(prescribing.write_usual_dose, desk.folder, item)
    except HandoutError as error:
        raise HTTPException(400, str(error)) from None
    name = desk.library.exercise(item.exercise).name
    return await _changed(request, key, kept, desk.words("usual_done", dose=item.dose, name=name))


async def email(request: Request) -> Response:
    """Make a list of this one patient, from which the handout is mailed after a last look."""
    desk, form = desk_of(request), await typed(request)
    _, kept = _kept(request)
    sheet = kept.now
    if form.get("agreed") != "yes" or not sheet.person.reference.strip():
        raise HTTPException(400, desk.words("email_needs"))

    def add() -> PatientList:
        today = desk.library.workspace.today
        content = prescribing.list_of_one(desk.library, sheet, form.get("email", "").strip(), today)
        reading = Reading(clinic=sheet.clinic, layout=sheet.layout, mode=sheet.mode)
        return desk.lists.add(content, reading, desk.words)

    try:
        added = await run_in_threadpool(add)
    except HandoutError as error:
        raise HTTPException(400, str(error)) from None
    return RedirectResponse(f"/patients/{added.id}", status_code=303)


async def closing(request: Request) -> Response:
    """Forget a handout soon: its page was closed, or is loaded again."""
    key, _ = _kept(request)
    desk_of(request).worksheets.closing(key)
    return Response(status_code=204)


ROUTES = [
    Route("/", home),
    Route("/handout", begin, methods=["POST"]),
    Route("/reopen", reopen, methods=["POST"]),
    Route("/favourite", favourite, methods=["POST"]),
    Route("/picture/{exercise}", picture),
    Route("/handout/{key}", handout),
    Route("/handout/{key}/find", find),
    Route("/handout/{key}/page/{number:int}", page),
    Route("/handout/{key}/handout.pdf", pdf),
    Route("/handout/{key}/text", text),
    Route("/handout/{key}/undo", undo, methods=["POST"]),
    Route("/handout/{key}/program", save_program, methods=["POST"]),
    Route("/handout/{key}/usual", usual, methods=["POST"]),
    Route("/handout/{key}/email", email, methods=["POST"]),
    Route("/handout/{key}/closing", closing, methods=["POST"]),
    *(Route(f"/handout/{{key}}/{name}", change, methods=["POST"], name=name) for name in _CHANGES),
]
