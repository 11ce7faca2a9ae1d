"""Turn paths that were named into the content folders they lie in, and the files to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from handouts.load.library import Library, sound
from handouts.model.exercise import Exercise
from handouts.model.layout import Layout
from handouts.model.locale import Locale
from handouts.workspace import SHARED, Kind

Extending = Exercise | Layout | Locale


def folders_of(library: Library, paths: Iterable[Path]) -> list[tuple[Library, list[Path]]]:
    """Return the content folders that paths lie in, each once, with those of the paths in it."""
    found: dict[Path | None, tuple[Library, list[Path]]] = {}
    for path in dict.fromkeys(paths):
        workspace = library.workspace.over(path)
        if workspace is None:
            continue
        folder = None if workspace is library.workspace else workspace.folder
        if folder not in found:
            other = library if folder is None else Library(workspace).in_language(library.language)
            found[folder] = other, []
        found[folder][1].append(path)
    return list(found.values())


def within(places: Iterable[Path]) -> Callable[[Path], bool]:
    """Return whether a file is one of some places, or lies in one."""
    roots = {place.resolve() for place in places}

    @cache
    def inside(file: Path) -> bool:
        path = file.resolve()
        return path in roots or not roots.isdisjoint(path.parents)

    return inside


def picked_files(library: Library, places: Sequence[Path]) -> list[tuple[Kind, str]]:
    """Return the files that must be looked at to know what is wrong in some places."""
    workspace, inside = library.workspace, within(places)
    files = {
        (kind, name): workspace.find(kind, name) for kind in Kind for name in workspace.ids(kind)
    }
    picked = {each for each, file in files.items() if inside(file)}
    known = {file.resolve() for file in files.values()}
    # What is no content of its own, as a logo or a base that others extend, is known by those.
    beside = {place.parent.name for place in map(Path.resolve, places) if place not in known}
    beside |= {kind for kind, name in SHARED.items() if inside(workspace.find(kind, name))}
    picked |= {each for each in files if each[0] in beside}
    named = {name for kind, name in picked if kind is Kind.EXERCISES}
    programs = workspace.ids(Kind.PROGRAMS) if named else ()
    # A dose of the exercise's own may not suit the weeks of a program.
    picked |= {(Kind.PROGRAMS, name) for name in programs if _uses(library, name, named)}
    return [each for each in files if each in picked]


def _uses(library: Library, name: str, exercises: set[str]) -> bool:
    """Return whether a program prescribes one of some exercises, or what extends one."""
    program = sound(library.program, name)
    prescribed = {item.exercise for item in program.prescriptions} if program else set[str]()
    with_all = (set(with_bases(library.exercise, each)) for each in prescribed)
    return any(not exercises.isdisjoint(found) for found in with_all)


def with_bases(load: Callable[[str], Extending], name: str) -> Iterator[str]:
    """Yield the id of a file and those of all that it extends, as far as they can be loaded."""
    seen: set[str] = set()
    base: str | None = name
    while base and base not in seen:
        seen.add(base)
        yield base
        content = sound(load, base)
        base = content.extends if content else None
