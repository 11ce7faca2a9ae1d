"""What `check` lets pass, `build` makes: built-in files of every kind, spoiled here and there.

``HANDOUTS_MUTATIONS=500`` tries so many of each kind; without it one of each is tried.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from handouts import HandoutError, Library, OrderRequest, Patient, Workspace, build, make_order
from handouts.deliver.check_handouts import check_content
from handouts.errors import Severity
from handouts.workspace import Kind
from tests.conftest import TODAY

PROGRAMS = ("hand-begin", "low-back-build", "si-joint-calm", "si-joint-mix", "walking-plan")
"""With pictures of three frames, with phases, short, to choose from, without repetitions."""


class FewPrograms(Workspace):
    """Content of which a check takes a moment: some of the built-in programs, and what they name.

    All of it is checked once, by tests of the content.
    """

    def ids(self, kind: str) -> tuple[str, ...]:
        """Return the ids of content of a kind."""
        kept = {Kind.PROGRAMS: PROGRAMS, Kind.EXERCISES: EXERCISES}.get(Kind(kind))
        return tuple(name for name in super().ids(kind) if kept is None or name in kept)


EXERCISES = {
    entry.exercise
    for name in PROGRAMS
    for entry in Library(Workspace()).program(name).prescriptions
}
BUILT_IN = FewPrograms(today=TODAY)
LIBRARY = Library(BUILT_IN)
TIMES = int(os.environ.get("HANDOUTS_MUTATIONS", "1"))
BUILDS = 4
"""Handouts that are built of a file in which nothing was found."""

Path_ = tuple[str | int, ...]

WORDS: tuple[Any, ...] = (
    "", " ", "x", "-", "{side}", "{hold}", "{n}", "{", "left", "right", "each", "both", "mobility",
    "bird-dog", "standard", "low-back", "en", "es-US", "en-QQ", "#fff", "#ffffff", "#00ff00",
    "0 pt", "1 pt", "2000 pt", "1/1 pt", "90/100 pt bold", "300 mm", "漢字", "ə", "Ω", "مرحبا",
    "a\u200bb", "W" * 60, "Wi " * 60, "W" * 399, "long words stand here " * 50, "3 x ?",
    "2026-12-01",
    "https://x.example", "letterhead", "none", "landscape",
)  # fmt: skip
NUMBERS: tuple[Any, ...] = (None, True, False, -1, 0, 1, 2, 3, 7, 12, 40, 0.5, 10**9, 10**30)
SHAPES: tuple[Any, ...] = ([], {}, ["x"], {"x": "y"}, [["x"]], ["stop"], ["exercises"], ["title"])


_CHANGES = ("remove", "word", "word", "number", "shape", "other", "again", "longer", "scaled")


def paths(tree: Any, above: Path_ = ()) -> Iterator[Path_]:
    """Yield the place of every value of a tree."""
    if above:
        yield above
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for step, value in steps:
        if isinstance(value, dict | list):
            yield from paths(value, (*above, step))
        else:
            yield (*above, step)


def at(tree: Any, path: Path_) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def spoiled(tree: Any, chance: random.Random) -> str:
    """Change one value of a tree, in place; return what was done."""
    path = chance.choice(list(paths(tree)))
    parent, last = at(tree, path[:-1]), path[-1]
    match chance.choice(_CHANGES):
        case "remove":
            del parent[last]
            return f"{path} removed"
        case "again" if isinstance(parent, list) and isinstance(last, int):
            parent.extend(parent[last : last + 1] * chance.choice((1, 1, 12)))
        case "again":
            parent[f"{last}_2"] = parent[last]
        case "scaled" if isinstance(parent[last], str) and re.search(r"\d", parent[last]):
            factor = chance.choice((0.0, 0.1, 0.5, 0.8, 1.3, 1.7, 2.5, 6.0))
            parent[last] = re.sub(
                r"\d+(\.\d+)?", lambda found: f"{float(found[0]) * factor:g}", parent[last]
            )
        case "scaled" if isinstance(parent[last], int | float):
            parent[last] += chance.choice((-1, 1, 3))
        case "longer" if isinstance(parent[last], str):
            parent[last] = " ".join([parent[last]] * chance.choice((2, 5, 20)))
        case "number":
            parent[last] = chance.choice(NUMBERS)
        case "shape":
            parent[last] = chance.choice(SHAPES)
        case "other":
            parent[last] = json.loads(json.dumps(at(tree, chance.choice(list(paths(tree))))))
        case _:
            parent[last] = chance.choice(WORDS)
    return f"{path} changed"


def mutated(kind: str, folder: Path, chance: random.Random) -> str:
    """Write a spoiled built-in file into a clinic's folder; return what was done to it."""
    if kind in set(Kind):
        source = BUILT_IN.find(kind, chance.choice(BUILT_IN.ids(kind)))
        target = folder / kind / source.name
    else:
        source = BUILT_IN.builtin("data/words/en.yaml" if kind == "words" else f"data/{kind}.yaml")
        target = folder / source.name
    tree = yaml.safe_load(source.read_text("utf-8"))
    if kind == Kind.LAYOUTS and chance.random() < 0.7:
        # All there is to spoil, also what it takes from the standard layout.
        whole = LIBRARY.layout(source.stem)
        tree |= whole.model_dump(mode="json", exclude={"id", "schema_", "lint"})
    done = [spoiled(tree, chance) for _ in range(chance.choice((1, 1, 2)))]
    target.parent.mkdir(exist_ok=True)
    target.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), "utf-8")
    if kind == Kind.CLINICS:
        for logo in source.parent.glob("*.svg"):
            shutil.copy(logo, target.parent)
    return f"{source.name}: {'; '.join(done)}"


def handouts(workspace: Workspace, chance: random.Random) -> Iterator[OrderRequest]:
    """Yield requests for some of all handouts that can be asked for."""
    clinics = workspace.own_clinics() or workspace.ids(Kind.CLINICS)
    asked = list(product(workspace.ids(Kind.PROGRAMS), clinics, workspace.ids(Kind.LAYOUTS)))
    for program, clinic, layout in chance.sample(asked, BUILDS):
        side = chance.choice(("left", "right"))
        yield OrderRequest(program, clinic, layout, Patient(affected_side=side))


@pytest.mark.parametrize("number", range(TIMES))
@pytest.mark.parametrize("kind", [*Kind, "limits", "words"])
def test_what_check_lets_pass_is_built(
    kind: str, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(f"{kind} {number}")  # noqa: S311 - no secret
    done = mutated(kind, tmp_path, chance)
    workspace = FewPrograms(tmp_path, today=TODAY)
    if kind == "words":
        monkeypatch.setattr(workspace, "words", lambda _language: tmp_path / "en.yaml")
    # Shown where the test fails.
    print(done)  # noqa: T201
    problems = check_content(Library(workspace))
    assert all(problem.location.file for problem in problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return
    library = Library(workspace)
    for request in handouts(workspace, chance):
        try:
            assert build(make_order(library, request), workspace).pages
        except HandoutError as error:
            pytest.fail(f"{request.program} in {request.layout} for {request.clinic}: {error}")
