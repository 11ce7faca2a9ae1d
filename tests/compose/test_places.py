"""Each place of a document is a node of its own: layout and tags find their way by identity."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace

from handouts import Library, OrderRequest, Workspace, make_order
from handouts.compose.compose import compose
from handouts.compose.document import Document, ExerciseCard, PainRule
from handouts.compose.runs import NOTHING, Run
from handouts.model.dosage import Dosage
from handouts.model.order import Order, Patient
from handouts.model.program import ALL_EXERCISES
from tests.conftest import LAYOUTS, PROGRAMS

WORKSPACE = Workspace(today=dt.date(2026, 11, 22))
LIBRARY = Library(WORKSPACE)
MARIA = Patient(
    name="Maria Quagmirez",
    affected_side="left",
    start_date=dt.date(2026, 12, 1),
    note="Begin with the zither.",
)
WHOLE = {
    "sections": [
        {"head": "letterhead", "blocks": ["title", "patient", "note", "tracking", "pain-rule"]},
        {"blocks": ["red-flags", "exercises", "pain-rule", "pain-rule", "tracking"]},
        {"blocks": ["exercises", "tracking", "notes", "precautions", "visit", "education"]},
        {"blocks": ["tracking", "notes", "patient", "title", "precautions", "visit", "education"]},
        {"blocks": ["same-day", "red-flags", "pointer"]},
    ],
}


def _nodes(node: object) -> Iterator[Struct]:
    """Every node below a node but runs and what is no place."""
    if isinstance(node, tuple):
        for child in node:
            yield from _nodes(child)
    elif isinstance(node, Struct) and not isinstance(node, Run) and node is not NOTHING:
        yield node
        for name in node.__struct_fields__:
            yield from _nodes(getattr(node, name))


def _assert_each_place_has_its_own(document: Document) -> None:
    nodes = list(_nodes(document))
    places = Counter(map(id, nodes))
    assert [type(node).__name__ for node in nodes if places[id(node)] > 1] == []


@pytest.mark.parametrize(("program", "layout"), [*zip(PROGRAMS, cycle(LAYOUTS), strict=False)])
def test_every_built_in_document(program: str, layout: str) -> None:
    request = OrderRequest(program, "riverbend", layout, MARIA, exercises=ALL_EXERCISES)
    _assert_each_place_has_its_own(compose(make_order(LIBRARY, request)))


def test_blocks_that_stand_twice(make_order: Callable[..., Order]) -> None:
    order = make_order(layout=WHOLE, name="Maria", note="Hello.", start_date=MARIA.start_date)
    document = compose(order)
    _assert_each_place_has_its_own(document)
    rules = [node for node in _nodes(document) if isinstance(node, PainRule)]
    assert len(rules) == 3
    assert rules[0] == rules[1] == rules[2]


def test_an_exercise_that_stands_twice(
    make_item: Callable[..., Any], make_order: Callable[..., Order]
) -> None:
    first = make_item()
    _assert_each_place_has_its_own(compose(make_order(first, replace(first, number=2))))


def _card(dose: Dosage) -> ExerciseCard:
    doses = {"knee-drop": dose}
    order = make_order(LIBRARY, OrderRequest("si-joint-calm", "riverbend", doses=doses))
    return next(
        node
        for node in _nodes(compose(order))
        if isinstance(node, ExerciseCard) and node.figure and node.figure.exercise == "knee-drop"
    )


def test_doses_that_differ_in_what_they_leave_alone_are_two() -> None:
    held = _card(Dosage.model_validate({"repetitions": 7}))
    bare = _card(Dosage.model_validate({"repetitions": 7, "hold": None}))
    assert held.dose != bare.dose
