"""Turn programs into worksheets, and worksheets into selections, lists and usual doses."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from handouts.check.lint_handout import position_in
from handouts.check.order import find_clinician
from handouts.desk.language import words_of
from handouts.desk.worksheet import (
    Item,
    Person,
    SheetPhase,
    StoredSheet,
    UsualDoses,
    Worksheet,
    new_key,
)
from handouts.errors import ContentError, HandoutError
from handouts.files import digest_of_data, make_folder, write_whole
from handouts.load.library import Library, loaded_or_none
from handouts.load.yaml import LIMIT_BYTES
from handouts.load.yaml_file import YamlFile
from handouts.model.dosage import Dosage
from handouts.model.program import ALL_EXERCISES, Program, Selection
from handouts.model.roster import DOSE, RosterRow
from handouts.workspace import Kind


def begin(library: Library, program: str, clinic: str) -> Worksheet:
    """Return a worksheet with what a program prescribes, or an empty one.

    Raises:
        HandoutError: if there is no such program, or it cannot be read.
    """
    if not program:
        return Worksheet(clinic=clinic)
    found = library.program(program)
    items = tuple(
        Item(
            new_key(), item.exercise, item.variant or "", str(item.side or ""),
            note=item.note or "", phase=number,
        )
        for number, phase in enumerate(found.phases)
        for item in phase.exercises
    )  # fmt: skip
    return Worksheet(
        program=program, items=items, phases=phases_of(found), clinic=clinic, weeks=found.weeks
    )


def phases_of(program: Program) -> tuple[SheetPhase, ...]:
    """Return the phases of a program, as a worksheet keeps them."""
    return tuple(
        SheetPhase(phase.name or "", phase.from_week, f"{program.id}-{number}", phase.when or "")
        for number, phase in enumerate(program.phases)
    )


def without_person(sheet: Worksheet, notes: Collection[str]) -> Worksheet:
    """Return a worksheet without anything about a patient.

    ``notes`` are those of its program. Other notes may be about the patient and are left out, as
    are the names of added parts. Keys become numbers: what prescribes the same is equal.
    """
    items = tuple(
        replace(item, key=str(number), note=item.note if item.note in notes else "")
        for number, item in enumerate(sheet.items, start=1)
    )
    parts = tuple(
        replace(part, key=str(number), name="") for number, part in enumerate(sheet.parts, start=1)
    )
    return replace(sheet, person=Person(), items=items, parts=parts)


def with_phases(library: Library, sheet: Worksheet) -> Worksheet:
    """Return a worksheet with the phases that its program has now, if it does not have any."""
    found = loaded_or_none(library.program, sheet.program)
    return replace(sheet, phases=phases_of(found)) if found and not sheet.phases else sheet


def of_program(library: Library, sheet: Worksheet, program: str) -> Worksheet:
    """Return a worksheet that was saved as a program, as if it had begun with that program.

    Raises:
        HandoutError: as `begin`.
    """
    begun = begin(library, program, sheet.clinic)
    pairs = zip(begun.items, sheet.items, strict=True)
    items = (replace(item, key=was.key) for item, was in pairs)
    return replace(sheet, program=program, items=tuple(items), phases=begun.phases, parts=())


def of_row(library: Library, row: RosterRow, mode: str, paper: str) -> Worksheet:
    """Return a worksheet with what a row of a list prescribes, without its patient.

    Raises:
        HandoutError: as `begin`.
    """
    begun = begin(library, row.program, row.clinic)
    known = find_clinician(library.clinic(row.clinic), row.request)
    chosen = row.exercises.items if row.exercises else ()
    items = tuple(
        replace(item, dose=row.cells.get(f"{DOSE}{item.exercise}", ""))
        for number, item in enumerate(begun.items, start=1)
        if not chosen or number in chosen or item.exercise in chosen
    )
    return replace(
        begun, items=items, layout=row.layout, language=row.language or "",
        clinician=known.id if known else "", from_week=row.from_week, mode=mode, paper=paper,
    )  # fmt: skip


def filled(library: Library, sheet: Worksheet) -> Worksheet:
    """Return a worksheet with what it leaves out filled in from the program.

    Without exercises it gets all of the program's; 0 weeks become the program's weeks.

    Raises:
        HandoutError: as `begin`.
    """
    begun = begin(library, sheet.program, sheet.clinic)
    items = _chosen(sheet.items, begun.items) if sheet.items else begun.items
    weeks = sheet.weeks or begun.weeks
    return replace(sheet, items=items, phases=begun.phases, weeks=weeks)


def _chosen(wanted: Iterable[Item], usual: Sequence[Item]) -> tuple[Item, ...]:
    """Return the wanted items, with what they leave out taken from the program's items."""
    chosen: list[Item] = []
    for item in wanted:
        phase = chosen[-1].phase if chosen else 0
        for each in usual:
            if each.exercise == item.exercise and item.variant in ("", each.variant):
                found = replace(
                    item,
                    variant=each.variant,
                    side=item.side or each.side,
                    note=item.note or each.note,
                    phase=each.phase,
                )
                break
        else:
            found = replace(item, phase=phase)
        chosen.append(found)
    return tuple(chosen)


def by_position(library: Library, sheet: Worksheet) -> Worksheet:
    """Return a worksheet with the exercises of each phase grouped by position.

    Positions keep the order of their first exercise.
    """
    words = library.words()
    places: dict[str, tuple[int, int]] = {}
    first: dict[tuple[int, str], int] = {}
    for number, item in enumerate(sheet.items):
        exercise = loaded_or_none(library.exercise, item.exercise)
        named = item.variant if exercise and item.variant in exercise.variants else None
        position = position_in(exercise.variant(named).position, words) if exercise else ""
        places[item.key] = item.phase, first.setdefault((item.phase, position), number)
    return replace(sheet, items=tuple(sorted(sheet.items, key=lambda item: places[item.key])))


def choice_of(library: Library, sheet: Worksheet) -> Selection | None:
    """Return the worksheet's selection from its program; None if a selection cannot describe it.

    It cannot if the weeks, the order, a phase, a side, a variant or a note differ, also because the
    program has changed meanwhile, or if the program prescribes an exercise twice and the worksheet
    has a dose for it.
    """
    if not sheet.program:
        return None
    program = library.program(sheet.program)
    listed = [
        (number, item.exercise, item.variant or "", item.side or "", item.note or "")
        for number, phase in enumerate(program.phases)
        for item in phase.exercises
    ]
    wanted = [
        (item.phase, item.exercise, item.variant, item.side, item.note) for item in sheet.items
    ]
    count = Counter(exercise for _, exercise, *_ in listed)
    by_dose = any(item.dose and count[item.exercise] > 1 for item in sheet.items)
    differs = program.weeks != sheet.weeks or phases_of(program) != sheet.phases
    if differs or by_dose or len(set(listed)) < len(listed):
        return None
    places = [listed.index(each) for each in wanted if each in listed]
    if len(places) < len(wanted) or places != sorted(set(places)):
        return None
    every = len(places) == len(listed)
    return ALL_EXERCISES if every else Selection(tuple(place + 1 for place in places))


def list_of_one(library: Library, sheet: Worksheet, email: str, agreed: dt.date) -> bytes:
    """Return a worksheet as a list of one patient, to make and send like every list.

    Raises:
        ContentError: if the exercises are not from a saved program, because a list needs one.
    """
    choice, person = choice_of(library, sheet), sheet.person
    if choice is None:
        words = words_of(library.language)
        raise ContentError(words("email_no_program"), hint=words("email_save_program"))
    row = {
        "reference": person.reference, "name": person.name,
        "preferred_name": person.preferred_name, "affected_side": person.side,
        "start_date": person.start, "next_visit": person.next_visit, "note": person.note,
        "program": sheet.program, "exercises": str(choice),
        "from_week": str(sheet.from_week), "clinic": sheet.clinic,
        "clinician": sheet.clinician, "layout": sheet.layout, "language": sheet.language,
        "email": email, "email_consent": f"yes {agreed.isoformat()}",
    }  # fmt: skip
    row |= {f"dose:{item.exercise}": item.dose for item in sheet.items if item.dose}
    stream = io.StringIO()
    writer = csv.DictWriter(stream, row)
    writer.writeheader()
    writer.writerow(row)
    return stream.getvalue().encode()


def as_written(dosage: Dosage) -> dict[str, Any]:
    """Return a dose as the mapping of a file, in which numbers such as sets are numbers."""
    dumped = dosage.model_dump(mode="json", exclude_defaults=True)
    written = {
        name: int(value) if str(value).isdigit() else value for name, value in dumped.items()
    }
    if dosage.from_week:
        written["from_week"] = {week: as_written(dose) for week, dose in dosage.from_week.items()}
    return written


# -- usual doses


def usual_doses(library: Library, sheet: Worksheet) -> tuple[str, ...]:
    """Return a digest of each exercise's usual dose, which an empty dose of a worksheet means.

    It is empty for an exercise or a variant that is missing or cannot be read.
    """

    def usual(item: Item) -> str:
        try:
            base = library.program(sheet.program) if sheet.program else None
            exercise = library.exercise(item.exercise).variant(item.variant or None)
        except (HandoutError, KeyError):
            return ""
        return digest_of_data(as_written(exercise.dosage.override(_prescribed(base, item))), 12)

    return tuple(map(usual, sheet.items))


def doses_by_item(sheet: Worksheet, doses: Iterable[str]) -> UsualDoses:
    """Return the `usual_doses` of a worksheet that are known, as a stored one has them."""
    return {
        (sheet.program, item.key, item.variant): dose
        for item, dose in zip(sheet.items, doses, strict=False)
        if dose
    }


def changed_since(library: Library, stored: StoredSheet) -> list[str]:
    """Return the names of exercises whose usual dose is not what a handout was begun with."""
    sheet, then = stored.now, stored.usual
    now = doses_by_item(sheet, usual_doses(library, sheet))
    places = {item: (sheet.program, item.key, item.variant) for item in sheet.items}
    return [
        library.exercise(item.exercise).name
        for item, place in places.items()
        if not item.dose and place in now and then.get(place, now[place]) != now[place]
    ]


def _prescribed(base: Program | None, item: Item) -> Dosage | None:
    """Return the dose that the program of a worksheet prescribes for an exercise."""
    found = base.prescriptions if base else ()
    same = (each for each in found if each.exercise == item.exercise)
    return next((each.dosage for each in same if (each.variant or "") == item.variant), None)


def write_usual_dose(library: Library, folder: Path, item: Item) -> None:
    """Write a dose as the clinic's usual one for an exercise, or for one of its variants.

    A new file extends the exercise and gives only the dose; an existing file is changed.

    Raises:
        ContentError: if the existing file cannot be read.
        DeliveryError: if the folder cannot be written.
    """
    target = folder / Kind.EXERCISES / f"{item.exercise}.yaml"
    if target.exists():
        content = library.workspace.read(target, LIMIT_BYTES)
        file = YamlFile.of(content, target.name)
    else:
        file = YamlFile({"schema": 1, "extends": item.exercise})
    place = ("variants", item.variant, "dosage") if item.variant else ("dosage",)
    file.put(item.dose, *place)
    make_folder(target.parent, private=False)
    write_whole(target, file.content, private=False)
