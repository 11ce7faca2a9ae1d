"""An exercise's figure and a side into the figure of a document: mirrored or not, and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handouts.compose import node
from handouts.model.figure import Figure, Works
from handouts.model.order import Side

_DRAWN = {Works.LEFT: Side.LEFT, Works.RIGHT: Side.RIGHT}


def compose_picture(
    figure: Figure,
    *,
    exercise: str,
    variant: str | None,
    side: Side,
    position: str,
    steps: Sequence[str],
    numbers: Mapping[int, int] | None = None,
) -> node.Figure:
    """Return the figure of a card.

    Args:
        figure: of the exercise, or of its variant.
        exercise: its id.
        variant: the id of the variant; None if it is the exercise itself.
        side: the side that the patient works.
        position: where the patient is, in words.
        steps: the steps as printed, with sides and doses filled in.
        numbers: the printed number of each step in the data, where they differ.
    """
    shown = tuple((numbers or {}).get(number, number) for number in figure.steps)
    return node.Figure(
        exercise=exercise,
        variant=variant,
        mirrored=is_mirrored(figure, side),
        alt=figure.alt or alternative_text(shown, position, steps),
        steps=shown,
    )


def is_mirrored(figure: Figure, side: Side) -> bool:
    """Return whether the patient works the side that is not drawn."""
    drawn = _DRAWN.get(figure.works)
    return drawn is not None and side in (Side.LEFT, Side.RIGHT) and side is not drawn


def alternative_text(shown: Sequence[int], position: str, steps: Sequence[str]) -> str:
    """Return what a picture shows, for those who do not see it.

    It is the position and the numbered steps that the frames show: in the language of the
    exercise, with the patient's side.
    """
    said = [f"{number}: {steps[number - 1]}" for number in shown if number <= len(steps)]
    where = position[:1].upper() + position[1:]
    return " ".join([f"{where.rstrip('.')}.", *said])
