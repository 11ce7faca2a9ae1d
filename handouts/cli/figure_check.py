"""Turn the figures of a clinic's own exercises into problems; which were right is remembered.

Built-in pictures are proven before they are shipped, so they are measured only where a path names
them. A figure is not measured again until it, the number of its steps, or a rule changes.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from handouts import Library, figures
from handouts.cli.figure_pick import Picked, findings
from handouts.cli.report import say
from handouts.errors import HandoutError, Problem, to_install
from handouts.figures.library import CACHE, missing_tools
from handouts.files import write_whole
from handouts.workspace import Kind, Workspace

RIGHT: Final = "right.txt"
"""Digests of the figures in which nothing was found, one a line, in the folder of drawings."""
_LIMIT: Final = 4 * 1024 * 1024


def figure_problems(library: Library, paths: Sequence[Path]) -> list[Problem]:
    """Return what is wrong with pictures: of a clinic's own exercises, or of those under ``paths``.

    Without numpy and shapely nothing is measured; a line on standard error says so once.
    """
    places = dict.fromkeys((library.workspace.over(path), path) for path in paths)
    if not paths and library.workspace.folder:
        places = dict.fromkeys([(library.workspace, library.workspace.folder)])
    chosen: dict[Path, tuple[Workspace, list[Picked]]] = {}
    for workspace, place in places:
        if workspace is not None:
            for picked in _pictures(workspace, place):
                chosen.setdefault(picked.file, (workspace, []))[1].append(picked)
    if not chosen:
        return []
    if missing := missing_tools():
        say(f"pictures were not checked, {missing} missing: {to_install('figures')}", err=True)
        return []
    problems: list[Problem] = []
    for workspace, pictures in chosen.values():
        # Nothing is left behind in folders that are only looked at.
        own = workspace is library.workspace
        problems += _checked(workspace, pictures, _right_file(workspace) if own else None)
    return problems


def _pictures(workspace: Workspace, place: Path) -> Iterator[Picked]:
    """Yield the figures of exercises under a place; what cannot be read is said elsewhere."""
    library = Library(workspace)
    for name in workspace.ids(Kind.EXERCISES):
        file = workspace.find(Kind.EXERCISES, name)
        if not file.resolve().is_relative_to(place.resolve()):
            continue
        with contextlib.suppress(HandoutError):
            exercise = library.exercise(name)
            if exercise.figure is not None:
                yield Picked(name, None, exercise.figure, file)
            for variant, change in exercise.variants.items():
                figure = exercise.variant(variant).figure
                if change.figure is not None and figure is not None:
                    yield Picked(name, variant, figure, file)


def _checked(
    workspace: Workspace, pictures: Iterable[Picked], memory: Path | None
) -> Iterator[Problem]:
    right = _remembered(workspace, memory)
    known = len(right)
    for picked in pictures:
        digest = _digest(picked)
        if digest in right:
            continue
        found = list(findings(workspace, picked))
        yield from found
        if not found:
            right.add(digest)
    if memory and len(right) > known and memory.parent.is_dir():
        # A folder that cannot be written is no harm.
        with contextlib.suppress(OSError, HandoutError):
            lines = "".join(f"{one}\n" for one in sorted(right))
            write_whole(memory, lines.encode("ascii"), private=False)


def _digest(picked: Picked) -> str:
    """Return a digest of all that a finding may come from: figure, file and rules."""
    parts = (picked.figure.model_dump_json().encode(), picked.file.read_bytes(), _rules())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:24]


@cache
def _rules() -> bytes:
    """Return a digest of the engine with its lint."""
    found = hashlib.sha256()
    for path in sorted(Path(next(iter(figures.__path__))).glob("*.py")):
        found.update(path.read_bytes())
    return found.digest()


def _remembered(workspace: Workspace, memory: Path | None) -> set[str]:
    if memory and memory.is_file():
        with contextlib.suppress(HandoutError):
            return set(workspace.read(memory, _LIMIT).decode("ascii", "ignore").split())
    return set()


def _right_file(workspace: Workspace) -> Path | None:
    return workspace.folder / CACHE / RIGHT if workspace.folder else None
