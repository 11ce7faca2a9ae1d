"""Turn a worksheet into a handout: its program as a file would say it, the order, the pages."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pypdfium2
import yaml
from msgspec import Struct
from msgspec.structs import asdict, replace
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from handouts.check.check import program_problems
from handouts.check.choice import order_warnings
from handouts.check.order import make_order
from handouts.check.references import safety_for
from handouts.check.request import OrderRequest
from handouts.compose.document import Document, ExerciseCard, TrackingGrid
from handouts.compose.plain_text import plain_text
from handouts.desk.worksheet import Item, Person, Worksheet, items_of
from handouts.desk.yaml_file import YamlFile
from handouts.errors import ContentError, HandoutError, Location, Problem, Severity
from handouts.files import write_whole
from handouts.load.library import Library
from handouts.load.messages import Complaint, describe
from handouts.load.roster.cells import CellError, read_dose
from handouts.load.roster.row import read_value
from handouts.load.source import SourceFile
from handouts.load.yaml import parse
from handouts.model.base import Line
from handouts.model.clinic import Mode, Paper, Pictures
from handouts.model.dosage import Dosage
from handouts.model.order import Order, Patient
from handouts.model.program import Program
from handouts.model.selection import ALL, Selection
from handouts.stamp.build import Handout, build
from handouts.workspace import Kind

T = TypeVar("T")

COMPOSED = "own-choice"
"""The id of a program that stands in no file."""

_KEPT = 40
"""So many handouts are kept as they were made: a preview asks for page after page."""

_POINTS_PER_INCH = 72


class ComposedLibrary(Library):
    """A library with one program more, which stands in no file."""

    def __init__(self, library: Library, program: dict[str, Any]) -> None:
        super().__init__(library.workspace)
        self._behind, self._program = library, program

    def source(self, kind: str, name: str) -> SourceFile:
        """Return the tree of a file, or of the program."""
        if Kind(kind) is Kind.PROGRAMS and name == COMPOSED:
            # JSON is YAML: it is read and checked as a file is.
            return parse(json.dumps(self._program).encode(), "this handout")
        return self._behind.source(kind, name)

    def _once(self, kind: str, name: str, make: Callable[[], T]) -> T:
        """Keep the program here, and what has a file for all."""
        if name == COMPOSED:
            return super()._once(kind, name, make)
        return self._behind._once(kind, name, make)  # noqa: SLF001 - it is one library


class Wrong(Struct, frozen=True):
    """What is wrong with one field of a worksheet; ``key`` is that of an exercise, or empty."""

    field: str
    message: str
    hint: str = ""
    key: str = ""


class Made(Struct, frozen=True):
    """What became of a worksheet: a handout, or why there is none.

    ``doses`` are the doses of the exercises as they are printed, by the exercise's key; ``minutes``
    how long it takes on which days.
    """

    wrong: tuple[Wrong, ...] = ()
    warnings: tuple[Problem, ...] = ()
    order: Order | None = None
    handout: Handout | None = None
    doses: dict[str, str] = {}
    minutes: tuple[str, ...] = ()

    @property
    def document(self) -> Document | None:
        """What the handout says."""
        return self.handout.laid_out.document if self.handout else None

    @property
    def text(self) -> str:
        """The handout as plain text, for who cannot see its pages."""
        return plain_text(self.document) if self.document else ""


def write_usual_dose(folder: Path, item: Item) -> None:
    """Write a dose as the clinic's usual one of an exercise, or of one of its variants.

    The file extends the exercise and says nothing but the dose; one that is there is changed.

    Raises:
        ContentError: for a dose that is not understood.
        DeliveryError: if the folder cannot be written.
    """
    try:
        read_dose(item.dose)
    except CellError as error:
        raise ContentError(f"dose {error}", error.hint) from None
    target = folder / Kind.EXERCISES / f"{item.exercise}.yaml"
    if target.exists():
        file = YamlFile.read(target)
    else:
        file = YamlFile.new({"schema": 1, "extends": item.exercise})
    place = ("variants", item.variant, "dosage") if item.variant else ("dosage",)
    file.put(item.dose, *place)
    target.parent.mkdir(exist_ok=True)
    write_whole(target, file.content, private=False)


def chart_text(made: Made) -> str:
    """Return what was prescribed, for the patient's chart: the date, the code, each dose."""
    if made.order is None or made.handout is None:
        return ""
    items = made.order.exercises
    lines = [f"{made.order.date.isoformat()} {made.order.program.name} ({made.handout.code})"]
    for item, dose in zip(items, made.doses.values(), strict=False):
        lines.append(f"{item.number}. {item.exercise.name}: {dose}")
    return "\n".join(lines)


def list_of_one(library: Library, sheet: Worksheet, email: str, agreed: dt.date) -> bytes:
    """Return a worksheet as a list of one patient, to be made and sent as every list is.

    Raises:
        ContentError: for exercises that no saved program has: a list names a program.
    """
    choice, person = _choice(library, sheet), sheet.person
    if choice is None:
        raise ContentError(
            Problem(
                "a handout that is mailed needs a program that is saved",
                hint="save it as a program of your own, and begin with that",
            )
        )
    row = {
        "reference": person.reference, "name": person.name,
        "preferred_name": person.preferred_name, "affected_side": person.side,
        "start_date": person.start, "next_visit": person.next_visit, "note": person.note,
        "program": sheet.program, "exercises": str(choice), "clinic": sheet.clinic,
        "clinician": sheet.clinician, "layout": sheet.layout, "language": sheet.language,
        "email": email, "email_consent": f"yes {agreed.isoformat()}",
    }  # fmt: skip
    row |= {f"dose:{item.exercise}": item.dose for item in sheet.items if item.dose}
    stream = io.StringIO()
    writer = csv.DictWriter(stream, row)
    writer.writeheader()
    writer.writerow(row)
    return stream.getvalue().encode()


def without_wrong_doses(sheet: Worksheet, wrong: Sequence[Wrong]) -> Worksheet:
    """Return a worksheet without the doses that are not understood."""
    keys = {each.key for each in wrong if each.field == "dose"}
    items = (replace(item, dose="") if item.key in keys else item for item in sheet.items)
    return replace(sheet, items=tuple(items))


def begin(library: Library, program: str, clinic: str) -> Worksheet:
    """Return a worksheet with what a program prescribes, or with nothing.

    Raises:
        HandoutError: if there is no such program, or it cannot be read.
    """
    if not program:
        return Worksheet(clinic=clinic)
    found = library.program(program)
    items = items_of(
        (number, item.exercise, item.variant or "", item.side or "", "", item.note or "")
        for number, phase in enumerate(found.phases)
        for item in phase.exercises
    )
    return Worksheet(program=program, items=items, clinic=clinic, weeks=found.weeks)


def filled(library: Library, sheet: Worksheet) -> Worksheet:
    """Return a worksheet with what its program says, where it says nothing itself.

    Without exercises it gets all of the program, and for 0 weeks those of the program.

    Raises:
        HandoutError: as `begin`.
    """
    begun = begin(library, sheet.program, sheet.clinic)
    items = begun.choosing(sheet.items).items if sheet.items else begun.items
    return replace(sheet, items=items, weeks=sheet.weeks or begun.weeks)


def make(library: Library, sheet: Worksheet) -> Made:
    """Return the handout of a worksheet, or all that is wrong with it."""
    patient, wrong = _patient(library, sheet.person)
    doses, wrong_doses = _doses(sheet.items)
    wrong += [*wrong_doses, *_wrong_notes(sheet.items)]
    if not sheet.items:
        wrong.append(Wrong("items", "no exercise is chosen yet", "search, and add some"))
    if wrong or patient is None:
        return Made(tuple(wrong))
    try:
        asked, request = _request(library, sheet, patient, doses)
        order = make_order(asked, request)
        handout = build(order, library.workspace)
    except HandoutError as error:
        problems = [each for each in error.problems if each.message]
        return Made(tuple(Wrong("handout", each.message, each.hint) for each in problems))
    document = handout.laid_out.document
    printed = [
        ", ".join(phrase.plain for phrase in node.dose)
        for section in document.sections
        for node in section.blocks
        if isinstance(node, ExerciseCard)
    ]
    said = dict(zip((item.key for item in sheet.items), printed, strict=False))
    warnings = [*order_warnings(asked, order), *_program_warnings(asked, request)]
    return Made((), tuple(warnings), order, handout, said, _minutes(document))


def _program_warnings(library: Library, request: OrderRequest) -> Iterator[Problem]:
    """What `handouts check` warns of in a program that stands in no file: order, number, words."""
    if request.program == COMPOSED:
        for problem in program_problems(library, library.program(COMPOSED)):
            if problem.severity is Severity.WARNING:
                yield problem._replace(location=Location())


def _minutes(document: Document) -> tuple[str, ...]:
    """How long it takes on which days, as the plan says it."""
    return tuple(
        total.plain
        for section in document.sections
        for node in section.blocks
        if isinstance(node, TrackingGrid)
        for total in node.totals
    )


def _request(
    library: Library, sheet: Worksheet, patient: Patient, doses: dict[str, Dosage]
) -> tuple[Library, OrderRequest]:
    """Return what is asked for, and the library that has it.

    A choice from a program, in its order, is that program's: a review of it holds. All else is a
    program of its own.
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
        pictures=Pictures(sheet.pictures) if sheet.pictures else None,
    )
    choice = _choice(library, sheet)
    if choice is not None:
        by_exercise = {item.exercise: doses[item.key] for item in sheet.items if item.key in doses}
        return library, replace(request, exercises=choice, doses=by_exercise)
    composed = ComposedLibrary(library, program_of(library, sheet))
    return composed, replace(request, program=COMPOSED, composed_from=sheet.program)


def _choice(library: Library, sheet: Worksheet) -> Selection | None:
    """The worksheet as a choice from its program; None where it says something else."""
    if not sheet.program:
        return None
    program = library.program(sheet.program)
    listed = [
        (item.exercise, item.variant or "", item.side or "", item.note or "")
        for item in program.prescriptions
    ]
    wanted = [(item.exercise, item.variant, item.side, item.note) for item in sheet.items]
    ids = [exercise for exercise, *_ in listed]
    if program.weeks != sheet.weeks or len(set(ids)) < len(ids):
        return None
    places = [listed.index(each) for each in wanted if each in listed]
    if len(places) < len(wanted) or places != sorted(set(places)):
        return None
    return ALL if len(places) == len(listed) else Selection(tuple(place + 1 for place in places))


def program_of(library: Library, sheet: Worksheet, name: str = "") -> dict[str, Any]:
    """Return the program of a worksheet, as its file would say it.

    Raises:
        HandoutError: if an exercise cannot be read, or no safety text is for all of them.
    """
    base = library.program(sheet.program) if sheet.program else None
    said = _text_of(base) if base else _own_text(library, sheet.items)
    if name:
        said["name"] = name
    phases: list[dict[str, Any]] = []
    last = None
    for item in sheet.items:
        if item.phase != last:
            phase = base.phases[item.phase] if base and item.phase < len(base.phases) else None
            about = phase.model_dump(mode="json", exclude_defaults=True) if phase else {}
            phases.append({**about, "exercises": []})
            last = item.phase
        phases[-1]["exercises"].append(_prescription(base, item))
    if phases:
        # The first phase begins at once, whatever stood before it.
        phases[0] = {key: value for key, value in phases[0].items() if key != "from_week"}
    return {"schema": 1, **said, "weeks": sheet.weeks, "phases": phases}


def program_file(library: Library, sheet: Worksheet, name: str) -> bytes:
    """Return the YAML file of a worksheet's program; nothing of a patient is in it.

    Raises:
        HandoutError: as `program_of`.
    """
    said = program_of(library, sheet, name)
    text = yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=96)
    return text.encode()


def _text_of(program: Program) -> dict[str, Any]:
    left_out = {"id", "phases", "weeks", "choose", "extends", "copied_from"}
    return program.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True,
                              exclude=left_out)  # fmt: skip


def _own_text(library: Library, items: Sequence[Item]) -> dict[str, Any]:
    """The words of a program that began from nothing."""
    exercises = [library.exercise(item.exercise) for item in items]
    safety = safety_for(library, [exercise.regions for exercise in exercises])
    if safety is None:
        raise ContentError(
            Problem(
                "no safety text is for all of these exercises",
                hint="make two handouts, one for each part of the body",
            )
        )
    return {
        "name": "Own choice",
        "title": "Your home exercises",
        "subtitle": "chosen for you",
        "code": "OWN",
        "safety": safety,
        "sources": [{"title": "Exercises chosen by the clinic"}],
    }


def _prescription(base: Program | None, item: Item) -> dict[str, Any]:
    said: dict[str, Any] = {"exercise": item.exercise}
    if item.variant:
        said["variant"] = item.variant
    if item.side:
        said["side"] = item.side
    usual = _prescribed(base, item)
    dosage = usual
    if item.dose:
        typed = read_dose(item.dose)
        dosage = usual.override(typed) if usual else typed
    if dosage is not None:
        said["dosage"] = _as_written(dosage)
    if item.note:
        said["note"] = item.note
    return said


def _as_written(dosage: Dosage) -> dict[str, Any]:
    """Return a dose as its file says it: a time has its unit there."""
    said = dosage.model_dump(mode="json", exclude_defaults=True)
    for name in ("hold", "rest", "rest_between_sides"):
        time = getattr(dosage, name)
        if time is not None and not time.blank:
            seconds = 60 if time.unit == "min" else 1
            low, high = time.low // seconds, time.high // seconds
            said[name] = f"{low}-{high} {time.unit}" if time.is_range else f"{low} {time.unit}"
    if dosage.from_week:
        said["from_week"] = {week: _as_written(dose) for week, dose in dosage.from_week.items()}
    return said


def _prescribed(base: Program | None, item: Item) -> Dosage | None:
    """The dose that the program of a worksheet gives an exercise."""
    found = base.prescriptions if base else ()
    same = (each for each in found if each.exercise == item.exercise)
    return next((each.dosage for each in same if (each.variant or "") == item.variant), None)


def _doses(items: Sequence[Item]) -> tuple[dict[str, Dosage], list[Wrong]]:
    doses, wrong = {}, []
    for item in items:
        if not item.dose:
            continue
        try:
            doses[item.key] = read_dose(item.dose)
        except CellError as error:
            wrong.append(Wrong("dose", f"dose {error}", error.hint, item.key))
    return doses, wrong


def _wrong_notes(items: Sequence[Item]) -> Iterator[Wrong]:
    """Say which notes cannot be printed: they may be a patient's, and are not repeated."""
    for item in items:
        try:
            _LINE.validate_python(item.note or "-")
        except ValidationError as error:
            yield Wrong("note", *_said(error.errors(include_url=False)[0], "note"), item.key)


_LINE: TypeAdapter[str] = TypeAdapter(Line)


def _said(detail: ErrorDetails, column: str) -> tuple[str, str]:
    """Return message and hint of an error of pydantic, without the value."""
    kind, context = detail["type"], detail.get("ctx", {})
    return describe(Complaint(kind, (column,), context, None, column, (), private=True))


_READ = {"side": "affected_side", "start": "start_date", "next_visit": "next_visit"}
"""Fields of a worksheet that are read as those columns of a list are."""


def _patient(library: Library, person: Person) -> tuple[Patient | None, list[Wrong]]:
    """The patient as typed, or what is wrong; no message repeats it."""
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
            wrong.append(Wrong(name, error.problems[0].message, error.problems[0].hint))
    try:
        patient = Patient.model_validate(values)
    except ValidationError as error:
        names = {column: name for name, column in _READ.items()}
        for detail in error.errors(include_url=False):
            column = str(detail["loc"][0])
            message, hint = _said(detail, column)
            wrong.append(Wrong(names.get(column, column), message, hint))
        return None, wrong
    return (None if wrong else patient), wrong


# -- pages


class Press:
    """Makes handouts of worksheets, each state once, as long as the content stays the same."""

    def __init__(self) -> None:
        self._made: OrderedDict[Worksheet, tuple[Library, Made]] = OrderedDict()
        self._lock = threading.Lock()

    def make(self, library: Library, sheet: Worksheet) -> Made:
        """Return what a worksheet makes."""
        with self._lock:
            known = self._made.get(sheet)
        if known is not None and known[0] is library:
            return known[1]
        made = make(library, sheet)
        with self._lock:
            self._made[sheet] = library, made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return made

    def forget(self) -> None:
        """Forget all that was made, and the patients in it; what is asked for is made again."""
        with self._lock:
            self._made.clear()


_PAGES = threading.Lock()
"""PDFium draws for one thread at a time."""


def page_picture(pdf: bytes, page: int, dots_per_inch: int = 96) -> bytes:
    """Return a page, from 0, as PNG.

    Raises:
        IndexError: if there is no such page.
    """
    with _PAGES, contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        if not 0 <= page < len(document):
            raise IndexError(page)
        drawn = document[page].render(scale=dots_per_inch / _POINTS_PER_INCH).to_pil()
    stream = io.BytesIO()
    # Quick to write: it is shown once, on this machine.
    drawn.convert("RGB").save(stream, "PNG", compress_level=1)
    return stream.getvalue()
