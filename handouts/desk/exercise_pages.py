"""Answer requests for pictures of exercises, and turn a form into an exercise of the clinic."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handouts.check.check import content_problems
from handouts.desk.clinic_file import write_together
from handouts.desk.language import id_of
from handouts.desk.program_file import written_language
from handouts.desk.state import Desk
from handouts.desk.views import FormState, desk_of, render, typed, typed_with_file
from handouts.errors import HandoutError, Location, Problem, Severity
from handouts.figures.colours import Body, figure_palette
from handouts.figures.drawings import Drawings, draw_now, missing_tools
from handouts.figures.preview import svg
from handouts.load.library import Library
from handouts.load.models import build_model
from handouts.load.yaml import parse
from handouts.load.yaml_file import YamlFile
from handouts.logos import PhotoLook, clean_photo, read_photo
from handouts.model.base import Region
from handouts.model.clinic import Mode
from handouts.model.exercise import DoseKind, Exercise, ExerciseKind, Sides
from handouts.model.figure import Figure
from handouts.model.photo import PhotoConsent, Shows
from handouts.workspace import PHOTOS, Kind, Unsaved

_LISTS = ("steps", "short_steps", "cautions", "equipment", "also_known_as")
_LINES = ("name", "kind", "dose_kind", "position", "purpose", "feel_it", "watch_out", "sides",
          "limb")  # fmt: skip
_EXAMPLE = """\
works: both
props: [mat]
start: {step: 1, base: hooklying}
end: {step: 2, lean: 20, keep: [upper_back, feet], neck: 34}
"""


_SMALL = PhotoLook(box=(84.0, 84.0))


# -- pictures


async def picture(request: Request) -> Response:
    """Show the last frame of an exercise's picture; the browser keeps a drawing that is right."""
    desk = desk_of(request)
    name, variant = request.path_params["exercise"], request.query_params.get("variant") or None
    newest = desk.catalogue.picture(name, variant or "")

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
    if request.query_params.get("v") and newest.endswith(f"&v={request.query_params['v']}"):
        drawn.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return drawn


# -- an exercise of the clinic's own


async def new_exercise(request: Request) -> Response:
    """Show the form of a new exercise."""
    return _exercise_form(request, FormState({"figure": _EXAMPLE}))


def _exercise_form(request: Request, tried: FormState, status: int = 200) -> Response:
    return render(
        request, "exercise.html", status=status, tried=tried, kinds=list(ExerciseKind),
        dose_kinds=list(DoseKind), sides=list(Sides), shows=list(Shows),
        whos=get_args(PhotoConsent.model_fields["who"].annotation), regions=list(Region),
        keeps=desk_of(request).folder is not None,
    )  # fmt: skip


async def draw(request: Request) -> Response:
    """Draw the figure in the form."""
    form = await typed(request)
    try:
        drawn, problems = await run_in_threadpool(_drawn, form)
    except HandoutError as error:
        drawn, problems = "", error.problems
    return render(request, "drawn.html", drawn=drawn, problems=problems)


def _drawn(form: dict[str, str]) -> tuple[str, Sequence[Problem]]:
    """Return the picture of the figure in the form, and its problems."""
    typed_figure = form.get("figure", "")
    if not typed_figure.strip():
        return "", ()
    figure = build_model(Figure, parse(typed_figure.encode(), "picture"))
    frames = draw_now(figure, "picture").frames
    drawn = svg(frames, figure_palette("#2f6f8f", Mode.COLOUR, Body()), "picture")
    return drawn, _shown_wrongly(figure, form)


def _shown_wrongly(figure: Figure, form: dict[str, str]) -> list[Problem]:
    if missing_tools():
        return []
    # Imported here, because it needs them.
    from handouts.figures.lint import lint_figure  # noqa: PLC0415

    steps = len(_list_of(form, "steps")) or None
    return [each.problem() for each in lint_figure(figure, steps)]


def _list_of(form: dict[str, str], name: str) -> list[str]:
    return [line.strip() for line in form.get(name, "").split("\n") if line.strip()]


def _values_of(form: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: form.get(name, "").strip() for name in _LINES}
    for name in _LISTS:
        values[name] = _list_of(form, name)
    values["regions"] = [each.value for each in Region if form.get(f"region-{each.value}")]
    values["dosage"] = form.get("dosage", "").strip()
    return {name: value for name, value in values.items() if value}


def _file(values: dict[str, Any], form: dict[str, str]) -> bytes:
    """Return the YAML file of an exercise: the values of the form, and its figure as typed."""
    file = YamlFile({"schema": 1, **values})
    figure = form.get("figure", "").strip("\n")
    if not figure.strip():
        return file.content
    indented = "\n".join(f"  {line}" for line in figure.split("\n"))
    return file.content + f"figure:\n{indented}\n".encode()


async def save_exercise(request: Request) -> Response:
    """Write an exercise of the clinic, with the figure of the form or a photograph."""
    desk = desk_of(request)
    form, photo = await typed_with_file(request, "photo")

    def save() -> FormState:
        with desk.saving:
            return _save_exercise(desk, form, photo)

    tried = await run_in_threadpool(save)
    if photo and not tried.done:
        tried.values["photo"] = desk.words("file_again")
    return _exercise_form(request, tried, status=200 if tried.done else 400)


def _picture(form: dict[str, str], name: str) -> dict[str, Any]:
    """Return the mapping for a photograph in the file of an exercise."""
    alt = form.get("photo_alt", "").strip() or _MISSING["photo_alt"]
    picture: dict[str, Any] = {"file": name, "alt": alt}
    if form.get("photo_who", "none") == "none":
        picture["people"] = "none"
    else:
        until = form.get("photo_until", "") or _MISSING["photo_until"]
        picture["consent"] = {"who": form["photo_who"], "until": until}
    if form.get("photo_shows"):
        picture["shows"] = form["photo_shows"]
    return picture


def _save_exercise(desk: Desk, form: dict[str, str], photo: bytes) -> FormState:
    """Write an exercise of the clinic; if its form has errors, return all of them instead."""
    if desk.folder is None:
        return FormState(form, [Problem(desk.words("save_program_nowhere"))])
    name = id_of(form.get("name", ""))
    file = desk.folder / Kind.EXERCISES / f"{name}.yaml"
    picture = desk.folder / PHOTOS / f"{name}.jpg"
    missing = _missing(form, has_photo=bool(photo))
    wrong, clean = _wrong_form(desk, form, photo, missing)
    if "name" not in missing and (taken := _taken(desk, name, picture)):
        wrong["name"].append(taken)
    values = {**written_language(desk.library), **_values_of(form)}
    values |= {field: _MISSING[field] for field in missing if not field.startswith("photo_")}
    values |= {"stage": 1, "family": name, "dosage_from": "conventional"}
    values["sources"] = [{"title": form.get("source", "").strip() or desk.words("own_practice")}]
    if clean:
        values["picture"] = _picture(form, picture.name)
    content = _file(values, {} if photo or "figure" in wrong else form)
    # The photograph comes first: a kill between the two leaves no exercise without its picture.
    written = ({picture: clean} if clean else {}) | {file: content}
    later = Library(Unsaved(desk.library.workspace, written), language=desk.library.language)
    for each in dict.fromkeys(_wrong_content(later, form, name, file, content)):
        field = _field_at(content, each.location, file)
        if field not in missing:
            wrong[field].append(each)
    found = [each for problems in wrong.values() for each in problems]
    if any(each.severity is Severity.ERROR for each in found):
        return FormState(form, wrong.pop("", []), fields=wrong)
    if refused := write_together(desk.library.workspace, [*written.items()]):
        return FormState(form, refused)
    return FormState({"figure": _EXAMPLE}, found, desk.words("exercise_saved", id=name))


def _wrong_form(
    desk: Desk, form: dict[str, str], photo: bytes, missing: Sequence[str]
) -> tuple[defaultdict[str, list[Problem]], bytes]:
    """Return problems of the form itself, by field, and its photograph if that can be used."""
    words = desk.words
    wrong: defaultdict[str, list[Problem]] = defaultdict(list)
    for field in missing:
        wrong[field].append(Problem(words("exercise_missing")))
    if not photo:
        if form.get("figure", "").split() == _EXAMPLE.split():
            # The example figure shows a different exercise from the one described.
            hint = words("exercise_example_hint")
            wrong["figure"].append(Problem(words("exercise_example"), hint=hint))
        return wrong, b""
    try:
        return wrong, clean_photo(photo)
    except HandoutError as error:
        wrong["photo"] += error.problems
        return wrong, b""


_MISSING: dict[str, Any] = {
    "name": "–", "position": "–", "purpose": "–", "feel_it": "–", "watch_out": "–",
    "dosage": "1 x 1", "steps": ["– {repeat}"], "regions": [Region.LOW_BACK.value],
    "photo_alt": "–", "photo_until": "9999-01-01",
}  # fmt: skip
"""The fields that must be filled in, and what stands for one that is not: the rest is checked."""


def _missing(form: dict[str, str], *, has_photo: bool) -> list[str]:
    """Return the fields that must be filled in and are not."""
    given = {name for name, value in form.items() if value.strip()} | _values_of(form).keys()
    needless = set[str]()
    if not has_photo:
        needless |= {"photo_alt", "photo_until"}
    if form.get("photo_who", "none") == "none":
        needless.add("photo_until")
    return [field for field in _MISSING if field not in given | needless]


def _taken(desk: Desk, name: str, picture: Path) -> Problem | None:
    """Return the problem of a name that another exercise or photograph has."""
    for what, is_taken in (
        ("exercise", name in desk.library.workspace.ids(Kind.EXERCISES)),
        ("photo", picture.exists()),
    ):
        if is_taken:
            hint = desk.words("name_anew")
            return Problem(desk.words(f"{what}_taken", id=name), hint=hint)
    return None


def _wrong_content(
    later: Library, form: dict[str, str], name: str, file: Path, content: bytes
) -> Iterator[Problem]:
    """Yield the problems of the exercise's file, as it would be written."""
    try:
        made = build_model(Exercise, parse(content, later.workspace.display(file)), name=name)
    except HandoutError as error:
        yield from error.problems
        return
    if _list_of(form, "steps"):
        yield from content_problems(later, Kind.EXERCISES, name)
        if made.figure:
            yield from _shown_wrongly(made.figure, form)


def _field_at(content: bytes, place: Location, file: Path) -> str:
    """Return the form's field for a place in the exercise's file; empty if none is for it."""
    if Path(place.file).name == file.with_suffix(".jpg").name:
        return "photo"
    if not place.line or Path(place.file).name != file.name:
        return ""
    lines = content.decode().splitlines()[: place.line]
    keys = [found for line in lines if (found := _KEY.match(line))]
    key = next(found[2] for found in reversed(keys) if not found[1])
    if key == "picture":
        return _PHOTO_FIELDS.get(keys[-1][2], "photo")
    field = "source" if key == "sources" else key
    return field if field in {*_LINES, *_LISTS, *_MISSING, "figure", "source"} else ""


_KEY = re.compile("( *)([a-z_]+):")
_PHOTO_FIELDS = {
    "alt": "photo_alt", "people": "photo_who", "who": "photo_who", "until": "photo_until",
    "shows": "photo_shows",
}  # fmt: skip


ROUTES = [
    Route("/picture/{exercise}", picture),
    Route("/clinic/exercise", new_exercise),
    Route("/clinic/exercise", save_exercise, methods=["POST"]),
    Route("/clinic/draw", draw, methods=["POST"]),
]
