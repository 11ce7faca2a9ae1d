"""Answer requests for pictures of exercises, and turn a form into an exercise of the clinic."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any, get_args

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from handouts.check.check import content_problems
from handouts.desk.language import id_of
from handouts.desk.program_file import written_language
from handouts.desk.state import Desk
from handouts.desk.views import FormState, desk_of, render, typed, typed_with_file
from handouts.errors import HandoutError, Problem, Severity
from handouts.figures.colours import Body, figure_palette
from handouts.figures.drawings import Drawings, draw_now, missing_tools
from handouts.figures.preview import svg
from handouts.files import make_folder, write_whole
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
from handouts.workspace import Kind, Workspace

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
    tried = await run_in_threadpool(_save_exercise, desk, form, photo)
    if tried.problems and photo and not tried.done:
        tried.values["photo"] = desk.words("file_again")
    return _exercise_form(request, tried, status=200 if tried.done else 400)


def _picture(form: dict[str, str], name: str) -> dict[str, Any]:
    """Return the mapping for a photograph in the file of an exercise."""
    picture: dict[str, Any] = {"file": name, "alt": form.get("photo_alt", "").strip()}
    if form.get("photo_who", "none") == "none":
        picture["people"] = "none"
    else:
        picture["consent"] = {"who": form["photo_who"], "until": form.get("photo_until", "")}
    if form.get("photo_shows"):
        picture["shows"] = form["photo_shows"]
    return picture


def _name_in_use(desk: Desk, what: str, name: str) -> Problem:
    return Problem(desk.words(f"{what}_taken", id=name), hint=desk.words("name_anew"))


def _hindrance(desk: Desk, form: dict[str, str], photo: bytes) -> Problem | None:
    """Return a problem that prevents saving, whatever else the form says."""
    words, name = desk.words, id_of(form.get("name", ""))
    if desk.folder is None:
        return Problem(words("save_program_nowhere"))
    if name in desk.library.workspace.ids(Kind.EXERCISES):
        return _name_in_use(desk, "exercise", name)
    if not photo and form.get("figure", "").split() == _EXAMPLE.split():
        # The example figure shows a different exercise from the one described.
        return Problem(words("exercise_example"), hint=words("exercise_example_hint"))
    return None


def _save_exercise(desk: Desk, form: dict[str, str], photo: bytes) -> FormState:
    hindrance, name = _hindrance(desk, form, photo), id_of(form.get("name", ""))
    if hindrance or desk.folder is None:
        return FormState(form, [hindrance] if hindrance else [])
    values = {
        **written_language(desk.library),
        **_values_of(form),
        "stage": 1,
        "family": name,
        "dosage_from": "conventional",
    }
    values["sources"] = [{"title": form.get("source", "").strip() or desk.words("own_practice")}]
    written = [desk.folder / Kind.EXERCISES / f"{name}.yaml"]
    figure = form
    if photo:
        photo = clean_photo(photo)
        written.append(desk.folder / "photos" / f"{name}.jpg")
        values["picture"] = _picture(form, written[1].name)
        figure = {**form, "figure": ""}
    content = _file(values, figure)
    try:
        made = build_model(Exercise, parse(content, written[0].name), name=name)
        doubts = _shown_wrongly(made.figure, form) if made.figure else []
    except HandoutError as error:
        return FormState(form, list(error.problems))
    if any(file.exists() for file in written):
        return FormState(form, [_name_in_use(desk, "photo", name)])
    try:
        for file, data in zip(written, (content, photo), strict=False):
            make_folder(file.parent, private=False)
            write_whole(file, data, private=False)
        # Some problems are found only in a file on the disk.
        now = Library(Workspace(desk.folder), language=desk.library.language)
        found = list(content_problems(now, Kind.EXERCISES, name))
    except HandoutError as error:
        found = list(error.problems)
    if any(each.severity is Severity.ERROR for each in found):
        # The file would prevent handouts, or is half written.
        for file in written:
            with contextlib.suppress(OSError):
                file.unlink()
        return FormState(form, found)
    said = desk.words("exercise_saved", id=name)
    return FormState({"figure": _EXAMPLE}, [*found, *doubts], said)


ROUTES = [
    Route("/picture/{exercise}", picture),
    Route("/clinic/exercise", new_exercise),
    Route("/clinic/exercise", save_exercise, methods=["POST"]),
    Route("/clinic/draw", draw, methods=["POST"]),
]
