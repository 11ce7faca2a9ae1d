"""Which exercises a patient gets: numbered anew, in phases that still say what is true."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from handouts import ContentError, OrderRequest, Patient, make_order
from handouts.check.lint_handout import order_warnings
from handouts.model.dosage import Dosage
from handouts.model.order import Order
from handouts.model.program import ALL_EXERCISES, Selection
from tests.conftest import LIBRARY

ANN = Patient(name="Ann Other")
TUESDAY = dt.date(2026, 12, 1)
LATER = """\
phases:
  - name: First
    exercises:
      - exercise: heel-glide
  - name: Second
    from_week: 2
    when: the first one feels easy
    exercises:
      - exercise: knee-drop
  - name: Third
    from_week: 4
    when: the second one feels easy
    exercises:
      - exercise: cobra
      - exercise: figure-four-supine
"""


def order(only: Any = None, program: str = "si-joint-mix", **choices: Any) -> Order:
    library = choices.pop("library", LIBRARY)
    clinic = "riverbend" if library is LIBRARY else "north"
    request = OrderRequest(program, clinic, exercises=only, **{"patient": ANN, **choices})
    return make_order(library, request)


def refused(only: Any = None, program: str = "si-joint-mix", **choices: Any) -> list[str]:
    with pytest.raises(ContentError) as caught:
        order(only, program, **choices)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "only", ["2, bird-dog", "5 and dead-bug", Selection.read("5,2"), "2 and 5"]
)
def test_the_chosen_are_in_the_programs_order_and_numbered_anew(only: Any) -> None:
    made = order(only)
    assert [(item.number, item.exercise.id) for item in made.exercises] == [
        (1, "dead-bug"), (2, "bird-dog"),
    ]  # fmt: skip
    assert not made.to_mark


@pytest.mark.parametrize(
    "patient", [ANN, Patient(reference="A-1"), Patient(preferred_name="Annie")], ids=str
)
def test_nobody_gets_all_of_a_list_to_choose_from_unasked(patient: Patient) -> None:
    (problem,) = refused(patient=patient)
    assert problem.startswith(
        "exercises: si-joint-mix is a list of 9 exercises to choose from, at most 6 for one patient"
    )
    program = LIBRARY.program("si-joint-mix")
    for number, prescription in enumerate(program.prescriptions, 1):
        assert f"{number} {prescription.exercise}" in problem
    assert len(order("all", patient=patient).exercises) == 9


def test_a_blank_has_boxes_to_mark_unless_somebody_chose() -> None:
    blank = Patient(affected_side="left", start_date=TUESDAY)
    assert order(patient=blank).to_mark
    assert len(order(patient=blank).exercises) == 9
    assert not order("all", patient=blank).to_mark
    assert not order("1", patient=blank).to_mark
    assert not order(program="si-joint-calm", patient=blank).to_mark


def test_what_the_program_has_not_is_said_with_what_it_has() -> None:
    problems = refused("1, 10, anna, bird-dgo")
    assert [problem.split("\n")[0] for problem in problems] == [
        "exercises: si-joint-mix has no exercise 10, only 9",
        "exercises: an exercise is chosen that si-joint-mix does not have",
        "exercises: an exercise is chosen that si-joint-mix does not have",
    ]
    assert all("5 bird-dog" in problem for problem in problems)
    assert 'did you mean "bird-dog"?' in problems[2]
    assert not any("anna" in problem for problem in problems)


def test_an_id_that_stands_there_twice_is_chosen_by_number() -> None:
    (problem,) = refused("glute-bridge", "si-joint-strength")
    assert problem == (
        "exercises: si-joint-strength has glute-bridge 2 times\n"
        "    hint: choose one by number: 1 or 2"
    )
    chosen = order("2", "si-joint-strength").exercises
    ball = LIBRARY.exercise("glute-bridge").variant("ball-squeeze")
    assert [item.exercise.name for item in chosen] == [ball.name]


def test_a_dose_of_an_exercise_that_is_not_chosen_is_refused() -> None:
    doses = {"bird-dog": Dosage.model_validate("2 x 8")}
    (problem,) = refused("1", doses=doses)
    assert problem.startswith("dose:bird-dog: a dose for bird-dog, which is not among")
    assert str(order("bird-dog", doses=doses).exercises[0].dosage.repetitions) == "8"


def test_a_choice_that_is_none_is_refused_by_the_request() -> None:
    assert refused("1/2")[0].startswith("OrderRequest: exercises must be numbers and ids")


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        (ALL_EXERCISES, [("First", 1, None), ("Second", 2, "the first one feels easy"),
               ("Third", 4, "the second one feels easy"), (None, 4, "the second one feels easy")]),
        # The third waits for what is left: the first.
        ("1, 3, 4", [("First", 1, None), ("Third", 4, "the first one feels easy"),
                     (None, 4, "the first one feels easy")]),
        ("2, 3", [("Second", 1, None), ("Third", 3, "the second one feels easy")]),
        # The first that is left of a phase has its name.
        ("4", [("Third", 1, None)]),
    ],
)  # fmt: skip
def test_phases_of_what_is_left(only: Any, expected: list[Any], folder: Any) -> None:
    text = (folder.path / "programs" / "heels.yaml").read_text("utf-8")
    start, end = text.index("phases:"), text.index("education:")
    folder.write("programs", "heels", text[:start] + LATER + text[end:])
    made = order(only, "heels", library=folder.library)
    assert [(item.phase, item.from_week, item.when) for item in made.exercises] == expected


def test_what_whoever_hands_it_out_may_not_have_meant_is_said() -> None:
    starting = Patient(name="Ann Other", start_date=TUESDAY)
    named = {"glute-bridge": Dosage.model_validate("2 x 8, mon wed")}

    def said(*only: Any, **choices: Any) -> list[str]:
        made = order(*only, **choices)
        return [problem.message for problem in order_warnings(LIBRARY, made)]

    assert said("all") == ["9 exercises, but si-joint-mix is for at most 6 per patient"]
    assert said("1-6") == []
    calm: dict[str, Any] = {"program": "si-joint-calm", "patient": starting, "doses": named}
    assert said("glute-bridge", **calm) == [
        "the first day is a rest day: no exercise is planned for a Tuesday"
    ]
    # The other exercises are for every day.
    assert said("all", **calm) == []
    assert said(patient=Patient()) == []


def test_a_text_that_names_what_was_not_chosen_is_said(folder: Any) -> None:
    drop = "- exercise: knee-drop"
    folder.edit("programs", "heels", (drop, f"{drop}\n        note: Do the heel slide before."))
    library = folder.library
    said = {
        only: [
            problem.message
            for problem in order_warnings(library, order(only, "heels", library=library))
        ]
        for only in ("all", "1-2", "2-3", "3")
    }
    assert said == {
        "all": [],
        "1-2": [],
        "2-3": ['note of knee-drop names "heel slide", which is not chosen'],
        "3": [],
    }
