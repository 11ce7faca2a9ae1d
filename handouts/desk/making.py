"""Turn a worksheet into a handout, or into all its problems; draw its pages."""

from __future__ import annotations

import contextlib
import io
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any

import pypdfium2
from msgspec import Struct
from msgspec.structs import asdict, replace
from pydantic import TypeAdapter, ValidationError

from handouts.check.check import program_problems
from handouts.check.lint_dose import lint_dose
from handouts.check.lint_handout import order_warnings, unlikely_days
from handouts.check.order import make_order
from handouts.check.prescription import OWN_DOSE, patient_dose_place
from handouts.compose.compose import compose
from handouts.compose.document import Document, ExerciseCard, TrackingGrid
from handouts.compose.plain_text import plain_text
from handouts.desk.language import Words, words_of
from handouts.desk.prescribing import choice_of
from handouts.desk.program_file import program_of
from handouts.desk.worksheet import LAST, Item, Person, Worksheet
from handouts.errors import ContentError, HandoutError, Problem, Severity
from handouts.layout.card import Card
from handouts.layout.doc import LaidOut, lay_out
from handouts.load.library import Library
from handouts.load.messages import describe_private
from handouts.load.roster.cells import CellError, read_dose
from handouts.load.roster.row import read_value
from handouts.load.translation import base_language
from handouts.model.base import Line
from handouts.model.clinic import Mode, Paper, Pictures
from handouts.model.dosage import Dosage
from handouts.model.order import Order, OrderRequest, Patient
from handouts.stamp.build import Handout, write_page, write_pdf
from handouts.workspace import Kind

COMPOSED = "own-choice"
"""The id of a program that has no file."""


class Wrong(Struct, frozen=True):
    """A problem of one field of a worksheet; ``key`` is that of an exercise, or empty."""

    field: str
    message: str
    hint: str = ""
    key: str = ""


class Made(Struct, frozen=True, dict=True):
    """The result of a worksheet: a handout, or why there is none.

    ``doses`` are the exercises' doses as printed, by the exercise's key. ``minutes`` says how long
    it takes on which days. Both are in the desk's language, like ``desk_order``, whatever the
    language of the handout.
    """

    problems: tuple[Wrong, ...] = ()
    warnings: tuple[Problem, ...] = ()
    order: Order | None = None
    desk_order: Order | None = None
    laid_out: LaidOut | None = None
    doses: dict[str, str] = {}
    minutes: tuple[str, ...] = ()

    @cached_property
    def handout(self) -> Handout | None:
        """The file, written only on request: while somebody types, only pages are shown."""
        return write_pdf(self.laid_out) if self.laid_out else None

    @property
    def document(self) -> Document | None:
        """The document of the handout."""
        return self.laid_out.document if self.laid_out else None

    @property
    def pages(self) -> int:
        """How many pages it has."""
        return len(self.laid_out.planned) if self.laid_out else 0

    @cached_property
    def page_of(self) -> dict[str, int]:
        """The page, from 1, on which each exercise begins, by its key."""
        found: dict[str, int] = {}
        for number, page in enumerate(self.laid_out.planned if self.laid_out else (), start=1):
            for placed in (placed for plan in page.frames for placed in plan):
                if isinstance(placed, Card):
                    found.setdefault(placed.name, number)
        return dict(zip(self.doses, found.values(), strict=False))

    @property
    def text(self) -> str:
        """The handout as plain text, for people who cannot see its pages."""
        return plain_text(self.document) if self.document else ""


def chart_text(made: Made) -> str:
    """Return what was prescribed, for the patient's chart: the date, the code, each dose."""
    order = made.desk_order
    if order is None or made.document is None:
        return ""
    lines = [f"{order.date.isoformat()} {order.program.name} ({made.document.code})"]
    for item, dose in zip(order.exercises, made.doses.values(), strict=True):
        lines.append(f"{item.number}. {item.exercise.name}: {dose}")
    return "\n".join(lines)


def make(library: Library, sheet: Worksheet) -> Made:
    """Return the handout of a worksheet, or all its problems."""
    patient, wrong = _patient(library, sheet.person)
    doses, wrong_doses = _doses(sheet.items, library.language)
    wrong += [*wrong_doses, *_wrong_notes(sheet.items)]
    words = words_of(library.language)
    for name, last in LAST.items():
        if not 1 <= getattr(sheet, name) <= last:
            wrong.append(Wrong(name, words("from_to", last=last)))
    if not sheet.items:
        wrong.append(Wrong("items", words("list_empty"), words("list_search")))
    if wrong or patient is None:
        return Made(tuple(wrong))
    try:
        asked, request = _request(library, sheet, patient, doses)
        order = make_order(asked, request)
        laid_out = lay_out(compose(order), order, library.workspace)
    except HandoutError as error:
        placed = (_placed(each, sheet, words) for each in error.problems if each.message)
        return Made(tuple(dict.fromkeys(placed)))
    desk_order = _in_desk_language(asked, request, order, library.language)
    document = laid_out.document if desk_order is order else compose(desk_order)
    blocks = [node for section in document.sections for node in section.blocks]
    cards = (node for node in blocks if isinstance(node, ExerciseCard))
    printed = (", ".join(phrase.plain for phrase in card.dose) for card in cards)
    said = dict(zip((item.key for item in sheet.items), printed, strict=True))
    grids = (node for node in blocks if isinstance(node, TrackingGrid))
    minutes = tuple(total.plain for grid in grids for total in grid.totals)
    found = [*order_warnings(asked, order), *_warnings(asked, request, order)]
    named = (_named(each, order) for each in found if each.severity is Severity.WARNING)
    return Made((), tuple(dict.fromkeys(named)), order, desk_order, laid_out, said, minutes)


def _in_desk_language(
    library: Library, request: OrderRequest, order: Order, language: str
) -> Order:
    """Return an order in the desk's language; unchanged if not all texts are in that language."""
    if base_language(order.language) == language:
        return order
    spoken = order.clinic.locale if base_language(order.clinic.locale) == language else language
    with contextlib.suppress(HandoutError):
        return make_order(library, replace(request, language=spoken))
    return order


def _warnings(library: Library, request: OrderRequest, order: Order) -> Iterator[Problem]:
    """Yield what `handouts check` finds in typed doses, or in a program without a file."""
    if request.program == COMPOSED:
        found = program_problems(library, library.program(COMPOSED))
        yield from (each for each in found if each.code not in _NO_FIELD)
    for item in order.exercises:
        if item.exercise.id in request.doses:
            place, limits = patient_dose_place(item), library.limits()
            yield from lint_dose(item.dosage, item.exercise.dose_kind, limits, place)


_NO_FIELD = frozenset({"education-missing", "precautions-missing"})
"""Codes of problems for which the page has no field."""


_OF_EXERCISE = re.compile(rf"(?:{OWN_DOSE.format('')})?([a-z0-9-]+)(?:, [a-z0-9-]+)?: (.+)")


def _named(problem: Problem, order: Order) -> Problem:
    """Return a problem as the page shows it: with the name of an exercise, and without a file."""
    names = {item.exercise.id: item.exercise.name for item in order.exercises}
    of = _OF_EXERCISE.fullmatch(problem.message)
    message = f"{names[of[1]]}: {of[2]}" if of and of[1] in names else problem.message
    return Problem(message, hint=problem.hint, severity=problem.severity)


def _placed(problem: Problem, sheet: Worksheet, words: Words) -> Wrong:
    """Return a problem, with the field that it was typed into if that is a dose."""
    file = problem.location.file
    if file.startswith(f"{Kind.CLINICS}/") and (
        problem.code == "translation-missing" or file.count("/") > 1
    ):
        return Wrong("handout", words("clinic_unspoken"), words("clinic_spoken_hint"))
    of = _OF_EXERCISE.fullmatch(problem.message)
    same = [item for item in sheet.items if of and item.dose and item.exercise == of[1]]
    if of and same:
        return Wrong("dose", f"dose: {of[2]}", problem.hint, same[0].key)
    # A problem in the clinic's own file is for the person who looks after the file.
    place = f"{problem.location}: " if file.partition("/")[0] in list(Kind) else ""
    return Wrong("handout", place + problem.message, problem.hint)


def _request(
    library: Library, sheet: Worksheet, patient: Patient, doses: dict[str, Dosage]
) -> tuple[Library, OrderRequest]:
    """Return the request, and the library that contains its program.

    Exercises of a program, in its order, are an order for that program, so that its reviews hold.
    Everything else is a program of its own.
    """
    request = OrderRequest(
        program=sheet.program,
        clinic=sheet.clinic,
        layout=sheet.layout,
        patient=patient,
        language=sheet.language or None,
        paper=Paper(sheet.paper) if sheet.paper else None,
        mode=Mode(sheet.mode),
        clinician=sheet.clinician or None,
        from_week=sheet.from_week,
        pictures=Pictures(sheet.pictures) if sheet.pictures else None,
    )
    choice = choice_of(library, sheet)
    if choice is not None:
        by_exercise = {item.exercise: doses[item.key] for item in sheet.items if item.key in doses}
        return library, replace(request, exercises=choice, doses=by_exercise)
    composed = library.with_program(COMPOSED, lambda spoken: program_of(library, spoken, sheet))
    return composed, replace(request, program=COMPOSED, composed_from=sheet.program)


def _doses(items: Sequence[Item], language: str) -> tuple[dict[str, Dosage], list[Wrong]]:
    doses, wrong = {}, []
    for item in items:
        if not item.dose:
            continue
        try:
            doses[item.key] = read_dose(item.dose, language)
        except CellError as error:
            wrong.append(Wrong("dose", f"dose {error}", error.hint, item.key))
    return doses, wrong


def _wrong_notes(items: Sequence[Item]) -> Iterator[Wrong]:
    """Yield the notes that cannot be printed, without their text, which may be a patient's."""
    for item in items:
        try:
            _LINE.validate_python(item.note or "-")
        except ValidationError as error:
            message, hint = describe_private(error.errors(include_url=False)[0], "note")
            yield Wrong("note", message, hint, item.key)


_LINE: TypeAdapter[str] = TypeAdapter(Line)

_READ = {"side": "affected_side", "start": "start_date", "next_visit": "next_visit"}
"""Fields of a worksheet that are read like these columns of a list."""


def _patient(library: Library, person: Person) -> tuple[Patient | None, list[Wrong]]:
    """Return the patient as typed, and the problems; no message repeats what was typed."""
    values: dict[str, Any] = {}
    wrong = []
    for name, typed in asdict(person).items():
        text = typed.strip()
        if not text:
            continue
        column = _READ.get(name, name)
        try:
            values[column] = read_value(library, column, text) if name in _READ else text
        except ContentError as error:
            # A form has one field for it, and no option for the order of day and month.
            hint = error.problems[0].hint.rpartition("mdy, or ")[2]
            wrong.append(Wrong(name, error.problems[0].message, hint))
    names = {column: name for name, column in _READ.items()}
    today = library.workspace.today
    for each in unlikely_days(values.get("start_date"), values.get("next_visit"), today):
        column = each.message.partition(" ")[0]
        wrong.append(Wrong(names[column], each.message, each.hint))
    try:
        patient = Patient.model_validate(values)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            column = str(detail["loc"][0])
            message, hint = describe_private(detail, column)
            wrong.append(Wrong(names.get(column, column), message, hint))
        return None, wrong
    return (None if wrong else patient), wrong


# -- kept, and drawn for the browser

_CACHE_SIZE = 40
"""How many handouts are cached, because pages are requested one after the other."""

WIDTHS = (408, 612, 816, 1224, 1632, 2448)
"""Widths of pages as pictures, in dots: the browser requests the one that fits its window."""

_QUALITY = 85
"""Quality of pages as JPEG; PNG would take ten times as long."""


class HandoutMaker:
    """Makes handouts of worksheets, each state once, as long as the content stays the same.

    ``forget`` clears everything that was made, with its patients; it is made again when needed.
    """

    def __init__(self) -> None:
        known = lru_cache(maxsize=_CACHE_SIZE)(make)
        self.make: Callable[[Library, Worksheet], Made] = known
        self.forget = known.cache_clear


_PAGES = threading.Lock()
"""PDFium draws for one thread at a time."""


def page_picture(laid_out: LaidOut, number: int, width: int) -> bytes:
    """Return a page, from 0, as JPEG, ``width`` dots wide.

    It is drawn alone, without waiting for the other pages.

    Raises:
        IndexError: if there is no such page.
    """
    pdf = write_page(laid_out, number)
    with _PAGES, contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        page = document[0]
        # Pillow reads RGBX where PDFium drew it; RGB would be copied.
        scale = width / page.get_width()
        drawn = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
    stream = io.BytesIO()
    drawn.to_pil().save(stream, "JPEG", quality=_QUALITY)
    return stream.getvalue()
