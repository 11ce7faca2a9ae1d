"""Answer what is asked about the clinic: its file, who has reviewed what, exercises of its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

from msgspec import Struct, field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handouts.check.check import content_problems
from handouts.check.page import check_logo
from handouts.check.review import review_of, states, text_lines, texts_of_program, write_reviews
from handouts.desk.state import Desk
from handouts.desk.views import desk_of, shown, typed
from handouts.desk.yaml_file import YamlFile
from handouts.errors import HandoutError, Problem, Severity
from handouts.figures import colour
from handouts.figures.library import draw_now
from handouts.figures.style import Body, figure_palette
from handouts.figures.vector import svg
from handouts.files import write_whole
from handouts.load.library import Library
from handouts.load.models import build_model
from handouts.load.yaml import parse
from handouts.model.base import Region
from handouts.model.clinic import Clinic, Mode
from handouts.model.exercise import DoseKind, Exercise, Sides
from handouts.model.exercise import Kind as ExerciseKind
from handouts.model.photo import Consent, Shows
from handouts.text.brand import Role, brand_of
from handouts.workspace import LOGO_BYTES, Kind, Workspace

_TEXTS = ("name", "kind", "phone", "emergency_number", "address", "website", "email", "hours",
          "code_link")  # fmt: skip
_LOGOS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}
_PHOTOS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"RIFF": ".webp"}
_ROWS = 3
"""So many empty rows for clinicians more."""


class Tried(Struct):
    """What a form says, and what is wrong with it; nothing is written while anything is."""

    values: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    done: str = ""


# -- the clinic's file


async def clinics(request: Request) -> Response:
    """Show the clinics of the folder; with one, that one."""
    desk = desk_of(request)
    if desk.folder is not None and len(desk.clinics) == 1:
        return RedirectResponse(f"/clinic/{desk.clinics[0].id}", status_code=303)
    return shown(request, "clinics.html", clinics=desk.clinics, keeps=desk.folder is not None)


def _own(request: Request) -> tuple[Desk, Clinic, Path]:
    desk = desk_of(request)
    clinic = desk.clinic(request.path_params["clinic"])
    if clinic is None or desk.folder is None:
        raise HTTPException(404)
    return desk, clinic, desk.library.workspace.find(Kind.CLINICS, clinic.id)


async def clinic(request: Request) -> Response:
    """Show the form of a clinic."""
    desk, found, _ = _own(request)
    return _form(request, desk, found, Tried(_values(found)))


def _values(clinic: Clinic) -> dict[str, str]:
    values = {name: getattr(clinic, name) or "" for name in _TEXTS}
    values |= {"paper": clinic.paper, "locale": clinic.locale}
    values |= {"primary": clinic.brand.primary, "secondary": clinic.brand.secondary or ""}
    for number, person in enumerate(clinic.clinicians):
        values |= {
            f"clinician-{number}-id": person.id,
            f"clinician-{number}-name": person.name,
            f"clinician-{number}-short": person.short_name or "",
        }
    return values


def _form(
    request: Request, desk: Desk, clinic: Clinic, tried: Tried, status: int = 200
) -> Response:
    count = len(clinic.clinicians) + _ROWS
    return shown(
        request, "clinic.html", status=status, clinic=clinic, tried=tried, rows=count,
        languages=desk.library.workspace.ids(Kind.LOCALES), colours=_colours(clinic),
        programs=desk.catalogue.programs,
    )  # fmt: skip


def _colours(clinic: Clinic) -> list[tuple[str, str, str, float]]:
    """Pairs of colours that meet on a page, by their roles, with their contrast."""
    brand = brand_of(clinic, Mode.COLOUR)
    pairs = ((Role.HEADING, Role.WHITE), (Role.ON_FILL, Role.FILL), (Role.TEXT, Role.PANEL))
    return [
        (ink.value, brand.colour(ink), brand.colour(ground),
         colour.contrast(brand.colour(ink), brand.colour(ground)))
        for ink, ground in pairs
    ]  # fmt: skip


async def save_clinic(request: Request) -> Response:
    """Write a clinic's file: what was not changed stays as it is, comments too."""
    desk, found, path = _own(request)
    async with request.form(max_files=1, max_fields=200) as form:
        file = form.get("logo")
        logo = await file.read() if isinstance(file, UploadFile) else b""
        values = {name: value for name, value in form.items() if isinstance(value, str)}
    tried = await run_in_threadpool(_save_clinic, desk, found, path, values, logo)
    if tried.problems:
        return _form(request, desk, found, tried, status=400)
    again = desk.clinic(found.id) or found
    return _form(request, desk, again, Tried(_values(again), done=desk.words("clinic_saved")))


def _save_clinic(
    desk: Desk, clinic: Clinic, path: Path, values: dict[str, str], logo: bytes
) -> Tried:
    file = _written_over(YamlFile.read(path), clinic, values)
    written: list[tuple[Path, bytes]] = []
    if logo:
        suffix = next((end for mark, end in _LOGOS.items() if logo.startswith(mark)), ".svg")
        name = f"{clinic.id}-logo{suffix}"
        file.put(name, "brand", "logo")
        written.append((path.with_name(name), logo))
    problems = _wrong_clinic(desk, clinic.id, file.content, written)
    if problems:
        return Tried(values, problems)
    for target, content in (*written, (path, file.content)):
        write_whole(target, content, private=False)
    return Tried(values)


def _written_over(file: YamlFile, clinic: Clinic, values: dict[str, str]) -> YamlFile:
    """The file with what a form says: an empty field takes its key away."""
    for name in _TEXTS:
        if name in values:
            file.put(values[name].strip() or None, name)
    for name in ("paper", "locale"):
        if values.get(name):
            file.put(values[name], name)
    for name in ("primary", "secondary"):
        if name in values:
            file.put(values[name].strip().lower() or None, "brand", name)
    people = []
    for number in range(len(clinic.clinicians) + _ROWS):
        name = values.get(f"clinician-{number}-name", "").strip()
        if name:
            short = values.get(f"clinician-{number}-short", "").strip()
            known = values.get(f"clinician-{number}-id", "").strip() or id_of(name)
            people.append({"id": known, "name": name} | ({"short_name": short} if short else {}))
    if people and people != [person.model_dump(exclude_none=True) for person in clinic.clinicians]:
        file.put(people, "clinicians")
    return file


def _wrong_clinic(
    desk: Desk, name: str, content: bytes, logo: list[tuple[Path, bytes]]
) -> list[Problem]:
    """What would be wrong with a clinic's file and its logo, before they are written."""
    if any(len(picture) > LOGO_BYTES for _, picture in logo):
        return [Problem(desk.words("logo_large"), hint=desk.words("logo_enough"))]
    try:
        made = build_model(Clinic, parse(content, f"{name}.yaml"), name=name)
        brand_of(made, Mode.COLOUR)
    except HandoutError as error:
        return list(error.problems)
    return list(check_logo(_Over(desk.library.workspace, logo), made))


class _Over(Workspace):
    """A workspace in which some files would be other ones."""

    def __init__(self, workspace: Workspace, files: list[tuple[Path, bytes]]) -> None:
        super().__init__(workspace.folder, today=workspace.today)
        self._others = {path.resolve(): content for path, content in files}

    def read(self, path: Path, limit: int) -> bytes:
        """Return a file as it would be."""
        other = self._others.get(path.resolve())
        return super().read(path, limit) if other is None else other


def id_of(name: str) -> str:
    """Return the id that a name gives: letters, digits and hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", name.casefold()))[:60] or "new"


# -- what is reviewed


async def review(request: Request) -> Response:
    """Show what a program needs to be reviewed, and who has reviewed it."""
    desk, found, _ = _own(request)
    program = request.query_params.get("program") or _first(desk)
    return await _reviewed(request, desk, found, program)


def _first(desk: Desk) -> str:
    return desk.catalogue.programs[0].id if desk.catalogue.programs else ""


async def _reviewed(
    request: Request, desk: Desk, clinic: Clinic, program: str, done: str = ""
) -> Response:
    def look() -> list[dict[str, Any]]:
        library = Library(desk.library.workspace).in_language(clinic.locale)
        return [
            {"state": state, "lines": list(text_lines(state.text.words))}
            for state in states(library, clinic.id, texts_of_program(library, program))
        ]

    try:
        found = await run_in_threadpool(look)
    except HandoutError as error:
        raise HTTPException(404, str(error)) from None
    return shown(
        request, "review.html", clinic=clinic, program=program, found=found, done=done,
        left=sum(not each["state"].current for each in found), programs=desk.catalogue.programs,
    )  # fmt: skip


async def record_review(request: Request) -> Response:
    """Record that a clinician has read texts and found them right."""
    desk, found, _ = _own(request)
    form = await typed(request)
    program, by = form.get("program", ""), form.get("by", "")
    person = next((each for each in found.clinicians if each.id == by), None)
    if person is None or form.get("read") != "yes":
        raise HTTPException(400, desk.words("review_needs"))

    def record() -> None:
        library = Library(desk.library.workspace).in_language(found.locale)
        wanted = {name.removeprefix("text-") for name in form if name.startswith("text-")}
        today = library.workspace.today
        write_reviews(
            library,
            [
                review_of(text, found.id, person.name, today)
                for text in texts_of_program(library, program)
                if text.digest in wanted
            ],
        )

    await run_in_threadpool(record)
    return await _reviewed(request, desk, found, program, desk.words("review_done"))


# -- an exercise of the clinic's own

_LISTS = ("steps", "short_steps", "cautions", "equipment", "also_known_as")
_LINES = ("name", "kind", "dose_kind", "position", "purpose", "feel_it", "watch_out", "sides",
          "limb")  # fmt: skip
_EXAMPLE = """\
works: both
props: [mat]
start: {step: 1, base: hooklying}
end: {step: 2, lean: 20, keep: [upper_back, feet]}
"""


async def new_exercise(request: Request) -> Response:
    """Show the form of a new exercise."""
    return _exercise_form(request, Tried({"figure": _EXAMPLE}))


def _exercise_form(request: Request, tried: Tried, status: int = 200) -> Response:
    return shown(
        request, "exercise.html", status=status, tried=tried, kinds=list(ExerciseKind),
        dose_kinds=list(DoseKind), sides=list(Sides), shows=list(Shows),
        whos=get_args(Consent.model_fields["who"].annotation), regions=list(Region),
        keeps=desk_of(request).folder is not None,
    )  # fmt: skip


async def draw(request: Request) -> Response:
    """Draw the picture of a pose that is being written."""
    form = await typed(request)
    try:
        drawn = await run_in_threadpool(_drawn, form)
    except HandoutError as error:
        problems = error.problems
        return shown(request, "drawn.html", drawn="", problems=problems)
    return shown(request, "drawn.html", drawn=drawn, problems=[])


def _drawn(form: dict[str, str]) -> str:
    steps = len(form.get("steps", "").split("\n"))
    said = {**_said(form), "name": "x", "steps": ["Move."] * max(steps, 1)}
    content = _file({**_LEAST, **{key: value for key, value in said.items() if value}}, form)
    exercise = build_model(Exercise, parse(content, "picture"), name="picture")
    if exercise.figure is None:
        return ""
    frames = draw_now(exercise.figure, "picture").frames
    return svg(frames, figure_palette("#2f6f8f", Mode.COLOUR, Body()), "picture")


_LEAST: dict[str, Any] = {
    "name": "x", "kind": "mobility", "dose_kind": "mobility", "stage": 1, "family": "own",
    "regions": ["low-back"], "position": "standing", "purpose": "x.", "steps": ["Move."],
    "feel_it": "x.", "watch_out": "x.", "sides": "both", "dosage": "5 times",
    "dosage_from": "conventional", "sources": [{"title": "x"}],
}  # fmt: skip
"""An exercise of which only the picture is looked at."""


def _said(form: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {name: form.get(name, "").strip() for name in _LINES}
    for name in _LISTS:
        said[name] = [line.strip() for line in form.get(name, "").split("\n") if line.strip()]
    said["regions"] = [each.value for each in Region if form.get(f"region-{each.value}")]
    said["dosage"] = form.get("dosage", "").strip()
    return {name: value for name, value in said.items() if value}


def _file(said: dict[str, Any], form: dict[str, str]) -> bytes:
    """The YAML file of an exercise: what is said, and the picture as it was written."""
    file = YamlFile.new({"schema": 1, **said})
    figure = form.get("figure", "").strip("\n")
    if not figure.strip():
        return file.content
    indented = "\n".join(f"  {line}" for line in figure.split("\n"))
    return file.content + f"figure:\n{indented}\n".encode()


async def save_exercise(request: Request) -> Response:
    """Write an exercise of the clinic's own, with the picture that was drawn or a photograph."""
    desk = desk_of(request)
    async with request.form(max_files=1, max_fields=100) as fields:
        file = fields.get("photo")
        photo = await file.read() if isinstance(file, UploadFile) else b""
        form = {
            name: value.replace("\r\n", "\n")
            for name, value in fields.items()
            if isinstance(value, str)
        }
    tried = await run_in_threadpool(_save_exercise, desk, form, photo)
    return _exercise_form(request, tried, status=200 if tried.done else 400)


def _picture(form: dict[str, str], name: str) -> dict[str, Any]:
    """What the file says of a photograph."""
    said: dict[str, Any] = {"file": name, "alt": form.get("photo_alt", "").strip()}
    if form.get("photo_who", "none") == "none":
        said["people"] = "none"
    else:
        said["consent"] = {"who": form["photo_who"], "until": form.get("photo_until", "")}
    if form.get("photo_shows"):
        said["shows"] = form["photo_shows"]
    return said


def _taken(desk: Desk, what: str, name: str) -> Problem:
    return Problem(desk.words(f"{what}_taken", id=name), hint=desk.words("name_anew"))


def _save_exercise(desk: Desk, form: dict[str, str], photo: bytes) -> Tried:
    if desk.folder is None:
        return Tried(form, [Problem(desk.words("save_program_nowhere"))])
    name = id_of(form.get("name", ""))
    if name in desk.library.workspace.ids(Kind.EXERCISES):
        return Tried(form, [_taken(desk, "exercise", name)])
    said = {**_said(form), "stage": 1, "family": name, "dosage_from": "conventional"}
    said["sources"] = [{"title": form.get("source", "").strip() or desk.words("own_practice")}]
    written = [desk.folder / Kind.EXERCISES / f"{name}.yaml"]
    if photo:
        suffix = next((end for mark, end in _PHOTOS.items() if photo.startswith(mark)), ".jpg")
        written.append(desk.folder / "photos" / f"{name}{suffix}")
        said["picture"] = _picture(form, written[1].name)
        form = {**form, "figure": ""}
    content = _file(said, form)
    try:
        build_model(Exercise, parse(content, written[0].name), name=name)
    except HandoutError as error:
        return Tried(form, list(error.problems))
    if any(file.exists() for file in written):
        return Tried(form, [_taken(desk, "photo", name)])
    for file, data in zip(written, (content, photo), strict=False):
        file.parent.mkdir(exist_ok=True)
        write_whole(file, data, private=False)
    found = list(content_problems(Library(Workspace(desk.folder)), Kind.EXERCISES, name))
    if any(each.severity is Severity.ERROR for each in found):
        # It is read as a clinic reads its own, and taken back where that would stop a handout.
        for file in written:
            file.unlink()
        return Tried(form, found)
    return Tried({"figure": _EXAMPLE}, found, desk.words("exercise_saved", id=name))


ROUTES = [
    Route("/clinic", clinics),
    Route("/clinic/exercise", new_exercise),
    Route("/clinic/exercise", save_exercise, methods=["POST"]),
    Route("/clinic/draw", draw, methods=["POST"]),
    Route("/clinic/{clinic}", clinic),
    Route("/clinic/{clinic}", save_clinic, methods=["POST"]),
    Route("/clinic/{clinic}/review", review),
    Route("/clinic/{clinic}/review", record_review, methods=["POST"]),
]
