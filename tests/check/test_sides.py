"""Every side a prescription can come down to, and the ones that cannot be."""

from __future__ import annotations

import pytest

from handouts.check.prescription import resolve_side
from handouts.check.references import cannot_have_side
from handouts.model.clinic import AffectedSide
from handouts.model.exercise import Exercise, Sides
from handouts.model.order import Side
from handouts.model.program import PrescribedSide, Prescription
from tests.conftest import LIBRARY

BASE = LIBRARY.exercise("knee-drop")


def exercise(sides: str) -> Exercise:
    return BASE.model_copy(update={"sides": Sides(sides)})


def prescription(side: str | None) -> Prescription:
    return Prescription(exercise="knee-drop", side=PrescribedSide(side) if side else None)


@pytest.mark.parametrize(
    ("sides", "prescribed", "patient", "expected"),
    [
        ("both", None, None, "together"),
        ("both", None, "left", "together"),
        ("each", None, None, "each"),
        ("each", None, "left", "each"),
        ("each", "left", None, "left"),
        ("each", "right", "left", "right"),
        ("each", "affected", "left", "left"),
        ("each", "affected", None, "sore"),
        ("each", "affected", "both", "each"),
        ("alternate", None, "right", "alternate"),
        ("alternate", "each", None, "each"),
        ("affected", None, "left", "left"),
        ("affected", None, "right", "right"),
        ("affected", None, "both", "each"),
        ("affected", None, None, "sore"),
        ("affected", "each", None, "each"),
        ("affected", "left", "right", "left"),
    ],
)
def test_the_side_of_a_handout(
    sides: str, prescribed: str | None, patient: str | None, expected: str
) -> None:
    affected = AffectedSide(patient) if patient else None
    side = resolve_side(exercise(sides), prescription(prescribed), affected)
    assert side is Side(expected)
    assert cannot_have_side(exercise(sides), prescription(prescribed)) == ""


@pytest.mark.parametrize("prescribed", ["left", "right", "affected"])
def test_sides_in_turn_cannot_be_one_side(prescribed: str) -> None:
    """Its steps say "then go to the other side": the sheet would contradict itself."""
    reason = cannot_have_side(exercise("alternate"), prescription(prescribed))
    assert reason == (
        f'knee-drop swaps sides at each repetition and cannot be done on side "{prescribed}"'
    )


@pytest.mark.parametrize("prescribed", ["left", "right", "each", "affected"])
def test_both_sides_together_have_no_side(prescribed: str) -> None:
    reason = cannot_have_side(exercise("both"), prescription(prescribed))
    assert reason == (
        f'knee-drop works both sides together and cannot be done on side "{prescribed}"'
    )
