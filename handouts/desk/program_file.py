"""Turn worksheets into the clinic's own files: programs, and the usual doses of exercises."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from handouts.check.references import program_references, safety_for
from handouts.desk.language import USUAL, words_of
from handouts.desk.prescribing import as_written, begin
from handouts.desk.worksheet import Item, SheetPhase, Worksheet
from handouts.errors import ContentError, HandoutError, Problem
from handouts.files import make_folder, sha256_of, write_whole
from handouts.load.library import Library, loaded_or_none
from handouts.load.roster.cells import read_dose
from handouts.load.yaml import LIMIT_BYTES, parse
from handouts.load.yaml_file import NotInLines, YamlFile, with_items
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
    written = _written_phases(base) if base else []
    phases = _phases(library, spoken.language, sheet, base, written)
    return {"schema": 1, **texts, "weeks": sheet.weeks, "phases": phases}


class ProgramFile(Struct, frozen=True):
    """The file of a program that is to be saved, and what would be lost with the one it replaces.

    ``whole``: nothing of the old file stays. ``comments``: some of its comments do not.
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
        HandoutError: as `program_of`; or if the file would not be a program, or another one that
            extends it would be broken.
    """
    known = program in library.workspace.ids(Kind.PROGRAMS)
    if known and sheet.program == program:
        made = _changed_file(library, sheet, name)
    else:
        spoken = library.in_language(_language_of(library, sheet))
        file = YamlFile({**written_language(spoken), **program_of(library, spoken, sheet, name)})
        made = ProgramFile(file.content, whole=known)
    if library.workspace.folder is not None:
        target = _path(library.workspace.folder, program)
        unsaved = Unsaved(library.workspace, {target: made.content})
        later = Library(unsaved, language=library.language)
        later.program(program)
        if broken := list(_broken(library, later)):
            words = words_of(library.language)
            raise ContentError([*broken, Problem(words("save_program_breaks_hint"))])
    return made


def _broken(library: Library, later: Library) -> Iterator[Problem]:
    """Yield what would become wrong with programs that extend another one."""
    words = words_of(library.language)
    for name in library.workspace.ids(Kind.PROGRAMS):
        before = loaded_or_none(library.program, name)
        if before is None or before.extends is None:
            continue
        known = {each.message for each in program_references(library, before)}
        try:
            wrong = list(program_references(later, later.program(name)))
        except HandoutError as error:
            wrong = list(error.problems)
        if wrong := [each for each in wrong if each.message not in known]:
            yield Problem(words("save_program_breaks", name=before.name))
            yield from wrong


def _path(folder: Path, program: str) -> Path:
    return folder / Kind.PROGRAMS / f"{program}.yaml"


def digest_of_file(library: Library, program: str) -> str:
    """Return the digest of a program's file as it is now.

    Raises:
        HandoutError: if it cannot be read.
    """
    path = library.workspace.find(Kind.PROGRAMS, program)
    return sha256_of(library.workspace.read(path, LIMIT_BYTES))


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
    stated, shown = parse(before, path.name), library.program(sheet.program)
    content, original = before, ""
    if not _prescribes_the_same(sheet, begin(library, sheet.program, sheet.clinic)):
        language = str(stated.get("language") or WRITTEN_IN)
        base = library.in_language(language).program(sheet.program)
        if stated.has("phases"):
            was: list[dict[str, Any]] = stated.get("phases")
            content = _with_phases(
                before, path.name, was, _phases(library, language, sheet, base, was)
            )
        else:
            original = _name_of(library, str(stated.extends))
            file = YamlFile.of(before, path.name)
            for key in ProgramChanges.model_fields:
                file.put(None, key)
            phases = _phases(library, language, sheet, base, _written_phases(base))
            file.put(phases, "phases")
            content = file.content
    changed = {"name": (name, shown.name), "weeks": (sheet.weeks, shown.weeks)}
    if any(now != shown_now for now, shown_now in changed.values()):
        file = YamlFile.of(content, path.name)
        for key, (now, shown_now) in changed.items():
            if now != shown_now:
                file.put(now, key)
        content = file.content
    comments = bool(_comments(before) - _comments(content))
    return ProgramFile(content, comments=comments, original=original)


def _with_phases(
    content: bytes, file: str, was: Sequence[dict[str, Any]], now: Sequence[dict[str, Any]]
) -> bytes:
    """Return a file with other phases: where only exercises differ, their lines are changed."""
    heads = [[{**phase, "exercises": ()} for phase in phases] for phases in (was, now)]
    if heads[0] == heads[1]:
        with contextlib.suppress(NotInLines):
            for number, phase in enumerate(now):
                place = ("phases", number, "exercises")
                content = with_items(content, file, phase["exercises"], "exercise", *place)
            return content
    changed = YamlFile.of(content, file)
    changed.put(list(now), "phases")
    return changed.content


def _prescribes_the_same(one: Worksheet, other: Worksheet) -> bool:
    mine, others = ([replace(item, key="") for item in each.items] for each in (one, other))
    return mine == others and one.phases == other.phases


def _name_of(library: Library, program: str) -> str:
    found = loaded_or_none(library.program, program)
    return found.name if found else program


_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$", re.MULTILINE)


def _comments(content: bytes) -> Counter[str]:
    return Counter(_COMMENT.findall(content.decode("utf-8-sig")))


# -- its phases and exercises


def _phases(
    library: Library,
    language: str,
    sheet: Worksheet,
    base: Program | None,
    written: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return the phases of a worksheet as mappings of a file in a language.

    ``written`` are the phases of its program ``base`` in a file, of which only what the worksheet
    has changed becomes different.

    Raises:
        ContentError: if the program no longer has a phase that the worksheet kept, in the language.
    """
    begun = begin(library, sheet.program, sheet.clinic)
    if language != library.language:
        _check_spoken(library, sheet.phases, begun.phases)
    prescribed = [node for phase in written for node in phase["exercises"]]
    free = set(range(len(begun.items)))
    phases: list[dict[str, Any]] = []
    number = None
    for item in sheet.items:
        if item.phase != number:
            number = item.phase
            phases.append({**_phase(sheet, number, begun, written), "exercises": []})
        place = _place(item, begun.items, free)
        if base is None or place is None:
            node = _changed(
                {"exercise": item.exercise}, item, Item("", item.exercise), None, library.language
            )
        else:
            free.discard(place)
            dosage = base.prescriptions[place].dosage
            node = _changed(prescribed[place], item, begun.items[place], dosage, library.language)
        phases[-1]["exercises"].append(node)
    # Weeks count from the first remaining phase, as they do where a list chooses exercises.
    earlier = phases[0].get("from_week", 1) - 1 if phases else 0
    for phase in phases if earlier else ():
        phase["from_week"] = max(1, phase.get("from_week", 1) - earlier)
    return phases


def _place(item: Item, begun: Sequence[Item], free: Collection[int]) -> int | None:
    """Return the number of the prescription that an item came from, or has the dose of.

    An exercise may be there twice, in two variants.
    """
    same = [number for number, each in enumerate(begun) if each.exercise == item.exercise]
    return min(
        same, key=lambda each: (begun[each].variant != item.variant, each not in free), default=None
    )


def _phase(
    sheet: Worksheet, number: int, begun: Worksheet, written: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the mapping of a phase without its exercises: as ``written`` if it is still that.

    If only its place or week is another one now, its words are those of the language of the file.
    """
    part = dict(enumerate(sheet.all_phases)).get(number, SheetPhase())
    if part in begun.phases[number : number + 1]:
        return {name: value for name, value in written[number].items() if name != "exercises"}
    alike = (each for was, each in zip(begun.phases, written, strict=False) if _alike(part, was))
    said = next(alike, {"name": part.name, "when": part.when})
    texts = {name: said[name] for name in ("name", "when") if said.get(name)}
    return texts | {"from_week": part.from_week}


def _alike(one: SheetPhase, other: SheetPhase) -> bool:
    return (one.name, one.when) == (other.name, other.when)


def _check_spoken(library: Library, kept: Iterable[SheetPhase], now: Sequence[SheetPhase]) -> None:
    """Refuse phases with words in the desk's language that nobody has translated."""
    words = words_of(library.language)
    for part in kept:
        if (part.name or part.when) and not any(_alike(part, each) for each in now):
            said = words("phase_unspoken", name=part.name or part.when)
            raise ContentError(said, hint=words("phase_spoken_hint"))


def _changed(
    node: dict[str, Any], item: Item, was: Item, dosage: Dosage | None, language: str
) -> dict[str, Any]:
    """Return the mapping of a prescription, with what an item has changed.

    ``was`` is the item when the worksheet began, and ``dosage`` what its program prescribes.
    Doses are written in ``language``.
    """
    changes: dict[str, Any] = {
        name: getattr(item, name)
        for name in ("variant", "side", "note")
        if getattr(item, name) != getattr(was, name)
    }
    if "variant" in changes:
        # The dose was that of another variant.
        dosage, changes["dosage"] = None, None
    if item.dose:
        typed = read_dose(item.dose, language)
        changes["dosage"] = as_written(dosage.override(typed) if dosage else typed)
    if not changes:
        return node
    return {name: value for name, value in {**node, **changes}.items() if value}


def _written_phases(program: Program) -> list[dict[str, Any]]:
    """Return the phases of a program as mappings of a file."""
    return [
        phase.model_dump(mode="json", exclude_defaults=True)
        | {"exercises": [_written(item) for item in phase.exercises]}
        for phase in program.phases
    ]


def _written(item: Prescription) -> dict[str, Any]:
    written = item.model_dump(mode="json", exclude_defaults=True)
    return written | ({"dosage": as_written(item.dosage)} if item.dosage else {})


# -- its texts


def written_language(library: Library) -> dict[str, str]:
    """Return the key ``language`` for a file with texts of a library, if they need it."""
    return {} if library.language == WRITTEN_IN else {"language": library.language}


def _text_of(program: Program) -> dict[str, Any]:
    left_out = {"id", "phases", "weeks", "choose", "extends", "copied_from", "language"}
    return program.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True,
                              exclude=left_out)  # fmt: skip


def _own_text(library: Library, sheet: Worksheet) -> dict[str, Any]:
    """Return the texts of a program that began from nothing, in the library's language."""
    words = words_of(library.language)
    exercises = [library.exercise(item.exercise) for item in sheet.items]
    safety = safety_for(library, [exercise.regions for exercise in exercises])
    if safety is None:
        raise ContentError(words("own_no_safety"), hint=words("own_in_two"))
    return {
        **{name: words(f"own_{name}") for name in ("name", "title", "subtitle")},
        "code": "OWN",
        "safety": safety,
        "sources": [{"title": words("own_source")}],
    }


def _language_of(library: Library, sheet: Worksheet) -> str:
    """Return the language for texts of a new program: the handout's, if the desk has it."""
    known = sheet.clinic in library.workspace.ids(Kind.CLINICS)
    tag = sheet.language or (library.clinic(sheet.clinic).locale if known else USUAL)
    return words_of(tag).language
