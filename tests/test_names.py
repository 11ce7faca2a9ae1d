"""Names are told apart: one name for one thing, and a first line that says what a module does."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "handouts"
MODULES = sorted(PACKAGE.rglob("*.py"))

SAME = {
    "card": "the card of an exercise: said in compose, drawn in layout",
    "compose": "the stage, and the module that does all of it",
    "grid": "the tracking grid: said in compose, drawn in layout",
    "layout": "a layout: as data, and the stage that lays out by it",
    "mail": "e-mail: its settings, and the package that sends it",
    "order": "an order: as data, and what makes it of a request",
    "photo": "a clinic's photograph: as data, and its pixels",
    "roster": "a roster: a row as data, what reads it, and its options",
    "translation": "a translation: read in load, counted and exchanged in cli",
}
"""Names of several modules, and the one thing that they are about."""

VERBS = set(
    "Answer Arrange Choose Define Draw Embed Guard Hold Keep Lay Open Plan Refuse Run Serve Set "
    "Shape Split Stamp Turn".split()
)


def _name(module: Path) -> str:
    return module.parent.name if module.stem == "__init__" else module.stem


def test_no_module_has_the_name_of_another() -> None:
    """A module of the command line has the name of its command, which is that of what it runs."""
    found = defaultdict(list)
    for module in MODULES:
        if module.parent.name != "cli":
            found[_name(module)].append(module)
    twice = {name for name, modules in found.items() if len(modules) > 1}
    commands = {_name(module) for module in MODULES if module.parent.name == "cli"}
    assert twice - SAME.keys() - commands == set()
    assert SAME.keys() <= twice | commands


def test_no_class_has_the_name_of_another() -> None:
    found = defaultdict(list)
    for module in MODULES:
        for node in ast.parse(module.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                found[node.name].append(module.name)
    assert {name: modules for name, modules in found.items() if len(modules) > 1} == {}


def test_a_module_says_first_what_it_does() -> None:
    """In the imperative, as Python's style guide asks: with one of a few verbs."""
    lines = [(ast.get_docstring(ast.parse(each.read_text("utf-8"))) or "") for each in MODULES]
    assert {line.split(" ")[0] for line in lines} == VERBS
