"""A prescribed side and a patient's affected side into the side that the handout shows."""

from __future__ import annotations

from handouts.model.clinic import AffectedSide
from handouts.model.exercise import Exercise, Sides
from handouts.model.order import Side
from handouts.model.program import PrescribedSide, Prescription

_BY_EXERCISE = {
    Sides.BOTH: Side.TOGETHER,
    Sides.EACH: Side.EACH,
    Sides.ALTERNATE: Side.ALTERNATE,
}
_BY_PRESCRIPTION = {
    PrescribedSide.LEFT: Side.LEFT,
    PrescribedSide.RIGHT: Side.RIGHT,
    PrescribedSide.EACH: Side.EACH,
}
_BY_PATIENT = {
    AffectedSide.LEFT: Side.LEFT,
    AffectedSide.RIGHT: Side.RIGHT,
    AffectedSide.BOTH: Side.EACH,
    None: Side.SORE,
}


def resolve_side(
    exercise: Exercise, prescription: Prescription, affected: AffectedSide | None
) -> Side:
    """Return the side of one exercise for one patient.

    The prescription decides over the exercise; ``affected`` becomes the patient's side, both
    sides if both are sore, and SORE if it is not known.
    """
    prescribed = prescription.side
    if prescribed is PrescribedSide.AFFECTED:
        return _BY_PATIENT[affected]
    if prescribed is not None:
        return _BY_PRESCRIPTION[prescribed]
    if exercise.sides is Sides.AFFECTED:
        return _BY_PATIENT[affected]
    return _BY_EXERCISE[exercise.sides]


def cannot_have_side(exercise: Exercise, prescription: Prescription) -> str:
    """Return why a side cannot be prescribed for an exercise; empty if it can."""
    side = prescription.side
    if side is None or (exercise.sides is Sides.ALTERNATE and side is PrescribedSide.EACH):
        return ""
    ways = {
        Sides.BOTH: "works both sides together",
        Sides.ALTERNATE: "swaps sides at each repetition",
    }
    if exercise.sides not in ways:
        return ""
    return f'{exercise.id} {ways[exercise.sides]} and cannot be done on side "{side.value}"'
