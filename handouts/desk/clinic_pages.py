"""Answer requests about a clinic: the form of its file, and reviews of texts by its clinicians."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handouts.check.review import (
    ELSEWHERE,
    review_of,
    states,
    text_lines,
    texts_of_program,
    write_reviews,
)
from handouts.desk import clinic_file
from handouts.desk.language import language_called
from handouts.desk.state import Desk
from handouts.desk.views import FormState, desk_of, language_names, render, typed, typed_with_file
from handouts.errors import HandoutError, MissingError, Problem
from handouts.figures import colours
from handouts.load.library import Library
from handouts.load.translation import base_language
from handouts.model.clinic import BrandColours, Clinic, Mode, language_tag
from handouts.text.brand import Role, brand_of
from handouts.workspace import Kind

# -- the clinic's file


async def clinics(request: Request) -> Response:
    """Show the clinics of the folder, or the only one."""
    desk = desk_of(request)
    own = [each for each in desk.clinics if each.id in desk.library.workspace.own_clinics()]
    if len(own) == 1:
        return RedirectResponse(f"/clinic/{own[0].id}", status_code=303)
    return render(request, "clinics.html", clinics=own, left_out=_left_out(desk))


def _left_out(desk: Desk) -> list[Problem]:
    """Return the problems of the clinic's files that cannot be read."""
    return desk.catalogue.unread(Kind.CLINICS, Kind.PROGRAMS, Kind.EXERCISES)


def _clinic_of(request: Request) -> tuple[Desk, Clinic, Path]:
    desk = desk_of(request)
    clinic = desk.clinic(request.path_params["clinic"])
    workspace = desk.library.workspace
    # The example clinics cannot be changed.
    if clinic is None or clinic.id not in workspace.own_clinics():
        raise HTTPException(404)
    return desk, clinic, workspace.find(Kind.CLINICS, clinic.id)


async def clinic(request: Request) -> Response:
    """Show the form of a clinic."""
    desk, found, path = _clinic_of(request)
    return _form(request, desk, found, path, FormState(clinic_file.values_of(desk, found, path)))


def _form(
    request: Request, desk: Desk, clinic: Clinic, path: Path, tried: FormState, status: int = 200
) -> Response:
    count = len(clinic.clinicians) + clinic_file.ROWS
    return render(
        request, "clinic.html", status=status, clinic=clinic, tried=tried, rows=count,
        languages=language_names(desk.library), colours=_colours(clinic, tried.values),
        disclaimers=_disclaimers(desk, clinic), programs=desk.catalogue.programs,
        translated=clinic_file.translated_texts(desk, path), left_out=_left_out(desk),
    )  # fmt: skip


def _disclaimers(desk: Desk, clinic: Clinic) -> dict[str, str]:
    """Return the texts at the foot of pages for a clinic without its own."""
    library = Library(desk.library.workspace).in_language(base_language(clinic.locale))
    safety = library.source(Kind.SAFETY, "base")
    return {name: str(safety.get(name) or "") for name in ("disclaimer", "disclaimer_short")}


def _colours(clinic: Clinic, typed_in: Mapping[str, str]) -> list[tuple[str, str, str, float]]:
    """Return colours that meet on a page: role, ink, ground and their contrast.

    They come from the form if its colours are valid, else from the clinic.
    """
    wanted = {name: typed_in.get(name, "").strip() or None for name in ("primary", "secondary")}
    with contextlib.suppress(ValidationError):
        clinic = clinic.model_copy(update={"brand": BrandColours.model_validate(wanted)})
    brand = brand_of(clinic, Mode.COLOUR)
    pairs = ((Role.HEADING, Role.WHITE), (Role.ON_FILL, Role.FILL), (Role.TEXT, Role.PANEL))
    return [
        (ink.value, brand.colour(ink), brand.colour(ground),
         colours.contrast(brand.colour(ink), brand.colour(ground)))
        for ink, ground in pairs
    ]  # fmt: skip


async def show_colours(request: Request) -> Response:
    """Show the result of the colours in the form."""
    _, found, _ = _clinic_of(request)
    return render(request, "colours.html", colours=_colours(found, await typed(request)))


async def save_clinic(request: Request) -> Response:
    """Change a clinic's file to match the form; everything else in it, and comments, stay."""
    desk, found, path = _clinic_of(request)
    values, logo = await typed_with_file(request, "logo")
    problems = await run_in_threadpool(clinic_file.save, desk, found, path, values, logo)
    if problems:
        values["logo"] = desk.words("file_again") if logo else ""
        return _form(request, desk, found, path, FormState(values, problems), status=400)
    again = desk.clinic(found.id) or found
    stale = any(each.stale or each.unsaid for each in clinic_file.translated_texts(desk, path))
    said = desk.words("clinic_saved_stale" if stale else "clinic_saved")
    return _form(
        request, desk, again, path, FormState(clinic_file.values_of(desk, again, path), done=said)
    )


# -- what is reviewed


async def review(request: Request) -> Response:
    """Show the texts of a program in a language, and who has reviewed each."""
    _, found, _ = _clinic_of(request)
    return await _reviewed(request, found, request.query_params)


def _first(desk: Desk) -> str:
    return desk.catalogue.programs[0].id if desk.catalogue.programs else ""


def _in_language(desk: Desk, clinic: Clinic, asked: Mapping[str, str]) -> Library:
    """Return the content in the language of the texts to review, usually the clinic's."""
    language = language_tag(asked.get("language") or clinic.locale)
    return Library(desk.library.workspace).in_language(language)


async def _reviewed(
    request: Request, clinic: Clinic, asked: Mapping[str, str], done: str = "", needs: str = ""
) -> Response:
    desk = desk_of(request)
    program = asked.get("program") or _first(desk)
    library = _in_language(desk, clinic, asked)

    def look() -> list[dict[str, Any]]:
        return [
            {"state": state, "lines": list(text_lines(_in_words(state.text.words, desk)))}
            for state in states(library, clinic.id, texts_of_program(library, program))
        ]

    wrong: Sequence[Problem] = ()
    found: list[dict[str, Any]] = []
    try:
        found = await run_in_threadpool(look)
    except MissingError as error:
        raise HTTPException(404) from error
    except HandoutError as error:
        # A text is missing in the language, or its original has changed.
        wrong = error.problems
    tags = clinic_file.base_languages(desk.library.workspace)
    return render(
        request, "review.html", status=400 if needs else 200, clinic=clinic, program=program,
        found=found, done=done, needs=needs, wrong=wrong, by=asked.get("by"),
        left=sum(not each["state"].current for each in found), programs=desk.catalogue.programs,
        catalogue=desk.catalogue, language=library.language,
        languages=[(tag, language_called(tag, desk.library.language)) for tag in tags],
    )  # fmt: skip


def _in_words(text: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    """Return a text with names instead of its file's keys and ids.

    The exercise comes first, before how it is prescribed.
    """
    ordered = sorted(text.items(), key=lambda entry: entry[0] != "exercise")
    return {
        desk.words.named("text", str(key)): _content(str(key), content, desk)
        for key, content in ordered
        if key not in ELSEWHERE
    }


def _content(key: str, content: Any, desk: Desk) -> Any:
    if isinstance(content, dict):
        return _in_words(content, desk)
    if isinstance(content, list):
        return [_content(key, each, desk) for each in content]
    if key in _EXERCISES:
        return desk.catalogue.names.get(content, content)
    if key in _CHOICES:
        return desk.words.named(key, content)
    return desk.words("text_yes") if content is True else content


_EXERCISES = frozenset({"exercise", "exercises"})
_CHOICES = frozenset({"dose_kind", "sides", "side", "limb", "days", "first_move"})
"""Keys whose values have names in the desk's words."""


async def record_review(request: Request) -> Response:
    """Record that a clinician has reviewed the ticked texts of a program."""
    desk, found, _ = _clinic_of(request)
    form = await typed(request)
    program, by = form.get("program", ""), form.get("by", "")
    person = next((each for each in found.clinicians if each.id == by), None)
    # Only texts that the page has shown: one that has changed since is another text.
    mark = "shown-" if form.get("all") == "yes" else "text-"
    wanted = {name.removeprefix(mark) for name in form if name.startswith(mark)}
    if person is None or not wanted:
        return await _reviewed(request, found, form, needs=desk.words("review_needs"))

    def record() -> None:
        library = _in_language(desk, found, form)
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
    return await _reviewed(request, found, form, desk.words("review_done"))


ROUTES = [
    Route("/clinic", clinics),
    Route("/clinic/{clinic}", clinic),
    Route("/clinic/{clinic}", save_clinic, methods=["POST"]),
    Route("/clinic/{clinic}/colours", show_colours, methods=["POST"]),
    Route("/clinic/{clinic}/review", review),
    Route("/clinic/{clinic}/review", record_review, methods=["POST"]),
]
