"""Turn worksheets into the clinic's own files: programs, and the usual doses of exercises."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from handouts.check.references import safety_for
from handouts.desk.language import USUAL, Words, words_of
from handouts.desk.prescribing import begin, parts_of
from handouts.desk.worksheet import Item, SheetPhase, Worksheet
from handouts.errors import ContentError, HandoutError
from handouts.files import digest_of_data, make_folder, write_whole
from handouts.load.library import Library
from handouts.load.roster.cells import read_dose
from handouts.load.yaml import LIMIT_BYTES, YamlFile, parse
from handouts.model.base import WRITTEN_IN
from handouts.model.dosage import Dosage
from handouts.model.program import Prescription, Program, ProgramChanges
from handouts.workspace import Kind, Unsaved


def program_of(
    library: Library, spoken: Library, sheet: Worksheet, name: str = ""
) -> dict[str, Any]:
    """Return the program of a worksheet as the mapping of its YAML file.

    ``library`` is the one that the worksheet was begun from, and ``spoken`` the same in the
    language of the file.

    Raises:
        HandoutError: if an exercise cannot be read, or no safety text covers all of them.
    """
    base = spoken.program(sheet.program) if sheet.program else None
    texts = _text_of(base) if base else _own_text(spoken, sheet)
    if name:
        texts["name"] = name
    phases = _changed_phases(library, sheet, base, _written_phases(base) if base else [])
    return {"schema": 1, **texts, "weeks": sheet.weeks, "phases": phases}


class ProgramFile(Struct, frozen=True):
    """The file of a program that is to be saved, and what would be lost with the one it replaces.

    ``original`` is the name of the program whose exercises it would no longer follow, if it extends
    one.
    """

    content: bytes
    whole: bool = False
    comments: bool = False
    original: str = ""


def program_file(library: Library, sheet: Worksheet, name: str, program: str) -> ProgramFile:
    """Return the YAML file of a worksheet's program, without patient data.

    ``program`` is its id. If the worksheet began with the clinic's own program of that id, the file
    is changed in what differs. A new one has its texts in the language of the worksheet, which it
    names.

    Raises:
        HandoutError: as `program_of`; or if the file would not be a program.
    """
    known = program in library.workspace.ids(Kind.PROGRAMS)
    if known and sheet.program == program:
        made = _changed_file(library, sheet, name)
    else:
        spoken = library.in_language(words_of_sheet(library, sheet).language)
        file = YamlFile(
            {**written_language(spoken), **program_of(library, spoken, sheet, name)}
        )
        made = ProgramFile(file.content, whole=known)
    if library.workspace.folder is not None:
        target = _path(library.workspace.folder, program)
        later = Unsaved(library.workspace, {target: made.content})
        Library(later, language=library.language).program(program)
    return made


def _path(folder: Path, program: str) -> Path:
    return folder / Kind.PROGRAMS / f"{program}.yaml"


def save_program(folder: Path, program: str, file: ProgramFile) -> None:
    """Write a program of the clinic's own, which the command line reads too.

    Raises:
        DeliveryError: if the folder cannot be written.
    """
    target = _path(folder, program)
    make_folder(target.parent, private=False)
    write_whole(target, file.content, private=False)


def _changed_file(library: Library, sheet: Worksheet, name: str) -> ProgramFile:
    """Return the file of a worksheet's program with what the worksheet has changed."""
    path = library.workspace.find(Kind.PROGRAMS, sheet.program)
    before = library.workspace.read(path, LIMIT_BYTES)
    stated, file = parse(before, path.name), YamlFile.of(before, path.name)
    shown = library.program(sheet.program)
    if name != shown.name:
        file.put(name, "name")
    if sheet.weeks != shown.weeks:
        file.put(sheet.weeks, "weeks")
    original = ""
    if _prescribed_otherwise(library, sheet):
        base = library.in_language(str(stated.get("language") or WRITTEN_IN)).program(sheet.program)
        if stated.has("phases"):
            written = file.at("phases")
        else:
            written = _written_phases(base)
            original = _name_of(library, str(stated.get("extends")))
            for key in ProgramChanges.model_fields:
                file.put(None, key)
        file.put(_changed_phases(library, sheet, base, written), "phases")
    after = file.content
    return ProgramFile(after, comments=bool(_comments(before) - _comments(after)), original=original)


def _prescribed_otherwise(library: Library, sheet: Worksheet) -> bool:
    begun = begin(library, sheet.program, sheet.clinic).items
    return _without_keys(sheet.items) != _without_keys(begun)


def _without_keys(items: Sequence[Item]) -> list[tuple[Any, ...]]:
    return [
        (item.exercise, item.variant, item.side, item.dose, item.note, item.phase) for item in items
    ]


def _name_of(library: Library, program: str) -> str:
    try:
        return library.program(program).name
    except HandoutError:
        return program


_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)


def _comments(content: bytes) -> Counter[str]:
    return Counter(_COMMENT.findall(content.decode("utf-8-sig")))


# -- its phases and exercises


def _changed_phases(
    library: Library, sheet: Worksheet, base: Program | None, written: Sequence[Any]
) -> list[Any]:
    """Return the phases of a worksheet as a file has them.

    ``written`` are the phases of its program ``base`` in a file. What the worksheet leaves as it
    is, is the very object that stands there, with its comments.
    """
    begun = begin(library, sheet.program, sheet.clinic).items
    nodes = [node for phase in written for node in phase["exercises"]]
    prescriptions = base.prescriptions if base else ()
    left = list(range(len(begun)))
    phases: list[Any] = []
    number = None
    for item in sheet.items:
        if item.phase != number:
            number = item.phase
            phases.append((_phase(base, sheet, number, written, len(phases)), []))
        same = [place for place in left if begun[place].exercise == item.exercise]
        place = min(same, key=lambda place: begun[place].variant != item.variant, default=None)
        if place is None:
            node = _changed({}, item, Item("", item.exercise), None)
        else:
            left.remove(place)
            node = _changed(nodes[place], item, begun[place], prescriptions[place])
        phases[-1][1].append(node)
    for phase, exercises in phases:
        there = phase.get("exercises", ())
        if [id(node) for node in there] != [id(node) for node in exercises]:
            phase["exercises"] = exercises
    # Weeks count from the first remaining phase, as they do where a list chooses exercises.
    earlier = phases[0][0].get("from_week", 1) - 1 if phases else 0
    for phase, _ in phases if earlier else ():
        phase["from_week"] = max(1, phase.get("from_week", 1) - earlier)
    return [phase for phase, _ in phases]
