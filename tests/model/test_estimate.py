"""Minutes: sets, repetitions, sides, holds and rests counted as the formula says."""

from __future__ import annotations

import pytest

from handouts.model.dosage import Dosage
from handouts.model.exercise import DoseKind, Exercise
from handouts.model.order import OrderedExercise, Side, program_minutes, seconds
from handouts.model.program import Prescription
from tests.conftest import LIBRARY

BASE = LIBRARY.exercise("knee-drop")


def exercise(kind: str) -> Exercise:
    return BASE.model_copy(update={"dose_kind": DoseKind(kind)})


@pytest.mark.parametrize(
    ("kind", "dose", "side", "expected"),
    [
        ("reps", "2 x 10, hold 5 s, rest 1 min", "together", 2 * 10 * 9 + 60),
        ("reps", "2 x 10, rest 1 min", "together", 2 * 10 * 4 + 60),
        ("reps", "3 x 10, rest 30 s", "each", 3 * 10 * 2 * 4 + 2 * 30),
        ("reps", "2 x 6, hold 5 s", "alternate", 2 * 6 * 2 * 9),
        ("reps", "2 x 6, hold 5 s", "left", 2 * 6 * 9),
        ("reps", "2 x 6, hold 5 s", "sore", 2 * 6 * 9),
        ("stretch", "3 x 20 s", "each", 3 * 2 * 25),
        ("stretch", "3 x 20 s", "right", 3 * 25),
        ("mobility", "3 x 10 s", "alternate", 3 * 2 * 14),
        ("mobility", "5 reps, hold 1 breath", "together", 5 * 8),
        ("reps", "8 reps, no hold", "together", 8 * 4),
        ("reps", "10-15 reps, 2-3 sets", "together", 2 * 10 * 4),
        ("reps", "10 reps, twice a day", "together", 10 * 4),
        ("activity", "20 min", "together", 20 * 60),
        ("activity", "3 x 10 min walk, rest 5 min", "together", 3 * 600 + 2 * 300),
        ("activity", "2000 steps", "together", 1200),
        ("activity", "500 m", "together", 500),
        ("activity", "2 min", "each", 240),
        ("activity", "? min", "together", None),
        ("activity", "3 laps", "together", None),
        ("activity", "as long as is comfortable", "together", None),
        ("reps", "3 x 10, tempo 3-1-3", "together", 3 * 10 * 7),
        ("reps", "10 reps, tempo 4-0-2-1", "each", 2 * 10 * 7),
        ("reps", "2 x 8, rest 30 s between sides, rest 1 min", "each", 2 * 8 * 2 * 4 + 60 + 60),
        ("reps", "as many as is comfortable", "together", None),
        ("reps", "1 x 8, from week 2: 2 x 8", "together", 32),
        ("reps", "2 x ?", "together", None),
        ("stretch", "3 reps, hold ?", "each", None),
        ("reps", "? sets, 8 reps", "each", None),
    ],
)
def test_seconds_of_one_session(kind: str, dose: str, side: str, expected: float | None) -> None:
    dosage = Dosage.model_validate(dose)
    assert seconds(exercise(kind), dosage, Side(side)) == expected


def test_a_dose_that_is_not_per_side_is_not_doubled() -> None:
    dosage = Dosage.model_validate({"repetitions": 8, "per_side": False})
    assert seconds(exercise("reps"), dosage, Side.EACH) == 32


def ordered(dose: str) -> OrderedExercise:
    prescription = Prescription(exercise="knee-drop")
    dosage = Dosage.model_validate(dose)
    return OrderedExercise(1, exercise("reps"), prescription, dosage, Side.TOGETHER)


def test_minutes_of_a_program() -> None:
    assert program_minutes([ordered("15 reps"), ordered("2 x 15")]) == pytest.approx(3.0)
    assert program_minutes([ordered("15 reps"), ordered("?")]) is None
    assert program_minutes([]) == 0
