"""What handouts say alike is one object in all of them, and nothing of a patient is remembered."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from handouts import Library, OrderRequest, Workspace, make_order
from handouts.compose.cards import CardBody, CardTop, ExerciseCard
from handouts.compose.checklist import GridLine, GridName, GridRow, LegendItem, WeekHead
from handouts.compose.compose import compose
from handouts.compose.document import (
    Bulleted,
    Document,
    EffortGuide,
    Letterhead,
    Notes,
    PlanRow,
    PlanTotals,
    Prose,
    RedFlags,
    StopRule,
    Title,
)
from handouts.compose.node import SharedNode
from handouts.compose.shared import is_shared
from handouts.compose.text import NOTHING, Run, Text
from handouts.model.choices import Paper
from handouts.model.dosage import Dosage
from handouts.model.memory import all_remembered, forget
from handouts.model.order import Order
from handouts.model.patient import Patient

TODAY = dt.date(2026, 11, 22)
WORKSPACE = Workspace(today=TODAY)
LIBRARY = Library(WORKSPACE)
LAYOUTS = WORKSPACE.ids("layouts")
PLACES = list(product(WORKSPACE.ids("programs"), WORKSPACE.ids("clinics")))
MARIA = Patient(
    name="Maria Quagmirez",
    preferred_name="Mimi",
    affected_side="left",
    start_date=dt.date(2026, 12, 1),
    next_visit=dt.datetime(2026, 12, 29, 10, 35),  # noqa: DTZ001 - a clock on the wall
    note="Begin with the zither.",
)
PAUL = Patient(name="Paul Vex", affected_side="left", start_date=dt.date(2026, 12, 1))
WHOLE = {
    "sections": [
        {"head": "letterhead", "blocks": ["title", "patient", "note", "plan", "effort", "stop"]},
        {"blocks": ["red-flags", "exercises", "stop", "stop", "plan"]},
        {"blocks": ["exercises", "tracking", "notes", "precautions", "visit", "education"]},
        {"blocks": ["tracking", "notes", "patient", "title", "precautions", "visit", "education"]},
        {"blocks": ["effort", "red-flags"]},
    ],
}


def _order(program: str, clinic: str, layout: str, patient: Patient, **more: Any) -> Order:
    return make_order(LIBRARY, OrderRequest(program, clinic, layout, patient, **more))


def _nodes(node: object) -> Iterator[Struct]:
    """Every node below a node but runs and what is no place."""
    if isinstance(node, tuple):
        for child in node:
            yield from _nodes(child)
    elif isinstance(node, Struct) and not isinstance(node, Run) and node is not NOTHING:
        yield node
        for name in node.__struct_fields__:
            yield from _nodes(getattr(node, name))


def _parts(document: Document) -> list[SharedNode]:
    return [node for node in _nodes(document) if isinstance(node, SharedNode)]


def _assert_each_place_has_its_own(document: Document) -> None:
    places = Counter(id(node) for node in _nodes(document))
    named = {id(node): type(node).__name__ for node in _nodes(document)}
    assert {named[key]: count for key, count in places.items() if count > 1} == {}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_built_in_document(layout: str) -> None:
    kinds: set[type[SharedNode]] = set()
    for program, clinic in PLACES:
        maria, paul = (_order(program, clinic, layout, patient) for patient in (MARIA, PAUL))
        forget()
        plain = compose(maria)
        forget()
        first, second = compose(paul), compose(maria)
        assert second == plain
        assert second.code == first.code
        for document in (first, second):
            _assert_each_place_has_its_own(document)
        # They have the same exercises, side, start and clinician: so all parts are the same.
        parts = _parts(first)
        assert list(map(id, parts)) == list(map(id, _parts(second)))
        assert not {id(part) for part in parts} & {id(part) for part in _parts(plain)}
        kinds |= {type(part) for part in parts}
    assert {ExerciseCard, GridName} & kinds


def test_all_kinds_of_parts_are_shared(make_order: Callable[..., Order]) -> None:
    order = make_order(layout=WHOLE, start_date=MARIA.start_date)
    document = compose(order)
    parts = {
        Title, PlanRow, PlanTotals, EffortGuide, StopRule, RedFlags, Bulleted, Prose, ExerciseCard,
        CardTop, CardBody, WeekHead, GridName, GridLine, GridRow, LegendItem, Notes, Letterhead,
    }  # fmt: skip
    assert {type(part) for part in _parts(document)} == parts


def test_a_block_that_stands_twice_has_leaves_of_its_own_in_each_place(
    make_order: Callable[..., Order],
) -> None:
    order = make_order(layout=WHOLE, name="Maria", note="Hello.", start_date=MARIA.start_date)
    for _ in range(2):
        document = compose(order)
        _assert_each_place_has_its_own(document)
        rules = [part for part in _parts(document) if isinstance(part, StopRule)]
        assert len(rules) == 3
        assert rules[0] == rules[1] == rules[2]


def test_the_same_exercise_twice_is_two_cards(
    make_item: Callable[..., Any], make_order: Callable[..., Order]
) -> None:
    first = make_item()
    document = compose(make_order(first, replace(first, number=2)))
    _assert_each_place_has_its_own(document)


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"start_date": dt.date(2026, 12, 8)}, {WeekHead}),
        ({"start_date": dt.date(2026, 12, 2)}, {WeekHead, GridLine, GridRow}),
        (
            {"affected_side": "right"},
            {ExerciseCard, CardTop, CardBody, PlanRow, GridName, GridLine, GridRow},
        ),
    ],
)
def test_only_what_differs_is_another_object(
    change: dict[str, Any], kinds: set[type[SharedNode]]
) -> None:
    other = Patient(**{**PAUL.model_dump(), **change})
    one, two = (
        compose(_order("si-joint-calm", "riverbend", "standard", patient))
        for patient in (PAUL, other)
    )
    known = {id(part) for part in _parts(one)}
    new = [part for part in _parts(two) if id(part) not in known]
    assert {type(part) for part in new} == kinds
    pairs = zip(_parts(one), _parts(two), strict=True)
    assert [part for known_one, part in pairs if part == known_one and part is not known_one] == []


def test_programs_share_an_exercise_with_the_same_dose(
    own_folder: Workspace, write_program: Callable[..., str]
) -> None:
    name = write_program({"exercise": "glute-bridge"}, {"exercise": "clamshell"})
    again = own_folder.folder
    assert again is not None
    text = (again / "programs" / f"{name}.yaml").read_text("utf-8")
    (again / "programs" / "other.yaml").write_text(text.replace("name: Own", "name: Other"))
    library = Library(own_folder)
    one, two = (
        make_order(library, OrderRequest(program, "riverbend", patient=patient))
        for program, patient in ((name, MARIA), ("other", PAUL))
    )
    assert one.program is not two.program
    assert list(map(id, one.exercises)) == list(map(id, two.exercises))


# -- doses of their own


def _card(dose: Dosage, patient: Patient) -> ExerciseCard:
    order = _order("si-joint-calm", "riverbend", "standard", patient, doses={"knee-drop": dose})
    return next(
        part
        for part in _parts(compose(order))
        if isinstance(part, ExerciseCard) and part.figure and part.figure.exercise == "knee-drop"
    )


@pytest.mark.parametrize(
    "dose", ["7 reps", "2 x 7, load 2.5 kg", "7 reps, load 5 lbs", "7 reps, tempo 3-1-3"]
)
def test_a_dose_of_numbers_is_shared(dose: str) -> None:
    maria, paul = (_card(Dosage.model_validate(dose), who) for who in (MARIA, PAUL))
    assert maria is paul
    assert is_shared(maria)


@pytest.mark.parametrize("dose", ["7 reps, load Aunt Zelda's jar", "7 reps, tempo 555-0142"])
def test_a_dose_in_words_is_a_patients_own(dose: str) -> None:
    maria, paul = (_card(Dosage.model_validate(dose), who) for who in (MARIA, PAUL))
    assert maria == paul
    assert maria is not paul
    assert not is_shared(maria)


@pytest.mark.parametrize("dose", ["9 reps", "9 reps, load Aunt Zelda's jar"])
def test_a_dose_changes_the_head_of_its_row_and_no_boxes(dose: str) -> None:
    one, two = (
        compose(
            _order(
                "si-joint-calm", "riverbend", "fridge", PAUL,
                doses={"knee-drop": Dosage.model_validate(each)},
            )
        )
        for each in ("7 reps", dose)
    )  # fmt: skip
    known = {id(part) for part in _parts(one)}
    new = [part for part in _parts(two) if id(part) not in known]
    heads = [part for part in new if isinstance(part, GridName)]
    assert {part.name.plain for part in heads} == {"Knee drop"}
    assert len(heads) == len({id(part.dose) for part in heads})
    assert not any(isinstance(part, GridLine) for part in new)
    assert all(is_shared(part) for part in _parts(two) if isinstance(part, GridLine))
    assert all(is_shared(head) for head in heads) is ("Zelda" not in dose)


def test_doses_that_differ_in_what_they_leave_alone_are_two() -> None:
    held = _card(Dosage.model_validate({"repetitions": 7}), PAUL)
    bare = _card(Dosage.model_validate({"repetitions": 7, "hold": None}), PAUL)
    assert [cell.kind for cell in held.top.dose] != [cell.kind for cell in bare.top.dose]


# -- what is remembered


def _texts(thing: object, seen: set[int]) -> Iterator[str]:
    """Every text in all that a thing holds."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dt.datetime):
        yield thing.isoformat()
    elif isinstance(thing, dict):
        yield from _texts((*thing, *thing.values()), seen)
    elif isinstance(thing, tuple | list | set | frozenset):
        for one in thing:
            yield from _texts(one, seen)
    elif isinstance(thing, Struct):
        yield from _texts(getattr(thing, "__dict__", None), seen)
        for name in thing.__struct_fields__:
            yield from _texts(getattr(thing, name), seen)
    elif isinstance(thing, BaseModel):
        yield from _texts(thing.__dict__, seen)


def test_nothing_of_a_patient_is_remembered() -> None:
    forget()
    doses = {
        "knee-drop": Dosage.model_validate("9 reps, load Zelda's jar"),
        "glute-bridge": Dosage.model_validate("9 reps, tempo as Zelda likes"),
    }
    patient, said = MARIA.model_copy(update={"clinician": "Dana Whitfield, PT"}), ""
    for layout, clinic in product(LAYOUTS, WORKSPACE.ids("clinics")):
        order = _order("si-joint-calm", clinic, layout, patient, doses=doses, paper=Paper.A4)
        said += repr(compose(order))
    own = ("Quagmirez", "Mimi", "Dec 29", "29 Dec", "10:35", "zither", "Zelda")
    assert [word for word in own if word not in said] == []
    texts = set(_texts(tuple(all_remembered()), set()))
    assert [text for text in texts if any(word in text for word in own)] == []
    # What many patients have is there.
    assert any("Dana Whitfield" in text for text in texts)
    assert any("Dec 8" in text for text in texts)


def test_all_that_is_remembered_is_shared() -> None:
    compose(_order("si-joint-calm", "riverbend", "standard", MARIA))
    made = [made for _key, (_things, made) in all_remembered()]  # type: ignore[misc]
    assert sum(isinstance(one, Text | SharedNode) for one in made) > 20
    assert all(map(is_shared, made))


def test_a_name_is_not_shared() -> None:
    document = compose(_order("si-joint-calm", "riverbend", "standard", MARIA))
    assert document.furniture.patient is not None
    assert not is_shared(document.furniture.patient)
    assert not is_shared(document.furniture)
    assert document.letterhead is not None
    assert is_shared(document.letterhead)
