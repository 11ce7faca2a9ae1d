"""Answer requests of a clinic: the form of its file, and reviews of texts by its clinicians."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from handouts.check.photos import check_logo
from handouts.check.review import review_of, states, text_lines, texts_of_program, write_reviews
from handouts.check.translation_files import translation_file
from handouts.check.translations import Translation, translation_of
from handouts.desk.prescribing import YamlFile
from handouts.desk.state import Desk
from handouts.desk.views import FormState, desk_of, id_of, shown, typed, typed_with_file
from handouts.desk.words import language_called
from handouts.errors import HandoutError, Problem
from handouts.figures import colours
from handouts.files import make_folder, write_whole
from handouts.load.library import Library
from handouts.load.models import build_model
from handouts.load.source import KeyPath
from handouts.load.translation import faults, texts_in
from handouts.load.yaml import parse
from handouts.model.clinic import Clinic, Mode
from handouts.text.brand import Role, brand_of
from handouts.workspace import LOGO_BYTES, Kind, Workspace

_TEXTS = ("name", "kind", "phone", "emergency_number", "address", "website", "email", "hours",
          "code_link")  # fmt: skip
_LOGOS = {b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg"}
_ROWS = 3
"""Empty rows for further clinicians in the form."""


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
    desk, found, path = _own(request)
    return _form(request, desk, found, path, FormState(_values(desk, found, path)))


def _values(desk: Desk, clinic: Clinic, path: Path) -> dict[str, str]:
    values = {name: getattr(clinic, name) or "" for name in _TEXTS}
    for language, each in _spoken(desk, path):
        values |= {_field(place, language): each.given.get(place, "") for place in each.texts}
    values |= {"paper": clinic.paper, "locale": clinic.locale}
    values |= {"primary": clinic.brand.primary, "secondary": clinic.brand.secondary or ""}
    for number, person in enumerate(clinic.clinicians):
        values |= {
            f"clinician-{number}-id": person.id,
            f"clinician-{number}-name": person.name,
            f"clinician-{number}-short": person.short_name or "",
        }
    return values


def _spoken(desk: Desk, path: Path) -> Iterator[tuple[str, Translation]]:
    """Yield what of a clinic's file is said in each other language, and what it says there."""
    workspace = desk.library.workspace
    for language in workspace.ids(Kind.LOCALES):
        library = Library(workspace).in_language(language)
        if "-" not in language and (found := translation_of(library, Kind.CLINICS, path)):
            yield language, found


def _field(place: KeyPath, language: str) -> str:
    """Return the name of the field for a text in another language: ``kind-es``."""
    return f"{place[0]}-{language}"


def _form(
    request: Request, desk: Desk, clinic: Clinic, path: Path, tried: FormState, status: int = 200
) -> Response:
    count = len(clinic.clinicians) + _ROWS
    return shown(
        request, "clinic.html", status=status, clinic=clinic, tried=tried, rows=count,
        languages=desk.library.workspace.ids(Kind.LOCALES), colours=_colours(clinic),
        programs=desk.catalogue.programs,
        spoken=[
            (_field(place, language), place[0], language_called(language, desk.library.language))
            for language, each in _spoken(desk, path)
            for place in each.texts
        ],
    )  # fmt: skip


def _colours(clinic: Clinic) -> list[tuple[str, str, str, float]]:
    """Return colours that meet on a page: role, ink, ground and their contrast."""
    brand = brand_of(clinic, Mode.COLOUR)
    pairs = ((Role.HEADING, Role.WHITE), (Role.ON_FILL, Role.FILL), (Role.TEXT, Role.PANEL))
    return [
        (ink.value, brand.colour(ink), brand.colour(ground),
         colours.contrast(brand.colour(ink), brand.colour(ground)))
        for ink, ground in pairs
    ]  # fmt: skip


async def save_clinic(request: Request) -> Response:
    """Change a clinic's file as the form says; what is not in the form, and comments, stay."""
    desk, found, path = _own(request)
    values, logo = await typed_with_file(request, "logo")
    tried = await run_in_threadpool(_save_clinic, desk, found, path, values, logo)
    if tried.problems:
        return _form(request, desk, found, path, tried, status=400)
    again = desk.clinic(found.id) or found
    done = FormState(_values(desk, again, path), done=desk.words("clinic_saved"))
    return _form(request, desk, again, path, done)


def _save_clinic(
    desk: Desk, clinic: Clinic, path: Path, values: dict[str, str], logo: bytes
) -> FormState:
    file = _changed_file(YamlFile.read(path), clinic, values)
    written: list[tuple[Path, bytes]] = []
    if logo:
        suffix = next((end for mark, end in _LOGOS.items() if logo.startswith(mark)), ".svg")
        name = f"{clinic.id}-logo{suffix}"
        file.put(name, "brand", "logo")
        written.append((path.with_name(name), logo))
    problems = _wrong_clinic(desk, clinic.id, file.content, written)
    if not problems:
        spoken, problems = _spoken_files(desk, path, file.content, values)
        written += spoken
    if problems:
        return FormState(values, problems)
    for target, content in (*written, (path, file.content)):
        make_folder(target.parent, private=False)
        write_whole(target, content, private=False)
    return FormState(values)


def _spoken_files(
    desk: Desk, path: Path, content: bytes, values: dict[str, str]
) -> tuple[list[tuple[Path, bytes]], list[Problem]]:
    """Return the files with a clinic's texts in other languages, and what is wrong with them."""
    original = parse(content, f"{Kind.CLINICS}/{path.name}")
    texts = texts_in(Kind.CLINICS, original)
    files, problems = [], []
    for language, each in _spoken(desk, path):
        typed_in = {place: values.get(_field(place, language), "").strip() for place in texts}
        given = {place: text for place, text in typed_in.items() if text}
        # A text that nobody touched is not taken for checked: its digest stays that of the old one.
        if texts and given != each.given:
            now = replace(each, original=original, texts=texts, given=given)
            target = path.parent / language / path.name
            file = translation_file(now, language)
            files.append((target, file))
            found = faults(original, parse(file, f"{language}/{path.name}"), texts)
            problems += [problem for _, problem in found]
    return files, problems


def _changed_file(file: YamlFile, clinic: Clinic, values: dict[str, str]) -> YamlFile:
    """Return the file with what a form says; an empty field removes its key."""
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
    """Return what is wrong with a clinic's new file and logo, before they are written."""
    if any(len(picture) > LOGO_BYTES for _, picture in logo):
        return [Problem(desk.words("logo_large"), hint=desk.words("logo_enough"))]
    try:
        made = build_model(Clinic, parse(content, f"{name}.yaml"), name=name)
        brand_of(made, Mode.COLOUR)
    except HandoutError as error:
        return list(error.problems)
    return list(check_logo(_WithFiles(desk.library.workspace, logo), made))


class _WithFiles(Workspace):
    """A workspace in which some files have other content than on the disk."""

    def __init__(self, workspace: Workspace, files: list[tuple[Path, bytes]]) -> None:
        super().__init__(workspace.folder, today=workspace.today)
        self._others = {path.resolve(): content for path, content in files}

    def read(self, path: Path, limit: int) -> bytes:
        """Return the content of a file, else that on the disk."""
        other = self._others.get(path.resolve())
        return super().read(path, limit) if other is None else other


# -- what is reviewed


async def review(request: Request) -> Response:
    """Show the texts of a program, and who has reviewed each."""
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
    """Record that a clinician has reviewed the ticked texts of a program."""
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


ROUTES = [
    Route("/clinic", clinics),
    Route("/clinic/{clinic}", clinic),
    Route("/clinic/{clinic}", save_clinic, methods=["POST"]),
    Route("/clinic/{clinic}/review", review),
    Route("/clinic/{clinic}/review", record_review, methods=["POST"]),
]
