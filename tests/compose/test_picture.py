"""The figure of a card: which way round, which steps, and in words."""

from __future__ import annotations

import pytest

from handouts.compose.picture import alternative_text, compose_picture, is_mirrored
from handouts.model.figure import Figure
from handouts.model.order import Side

STEPS = ("Lie down.", "Bend your left knee.", "Hold for 5 seconds.")


def figure(works: str = "right", **more: object) -> Figure:
    frames = {"start": {"step": 1, "base": "supine"}, "end": {"step": 2, "knees": 40}}
    return Figure.model_validate({"works": works, **frames, **more}, strict=False)


@pytest.mark.parametrize(
    ("works", "side", "mirrored"),
    [
        ("right", Side.RIGHT, False),
        ("right", Side.LEFT, True),
        ("left", Side.LEFT, False),
        ("left", Side.RIGHT, True),
        ("right", Side.EACH, False),
        ("right", Side.SORE, False),
        ("both", Side.LEFT, False),
        ("alternate", Side.ALTERNATE, False),
    ],
)
def test_a_picture_is_mirrored_for_the_side_that_is_not_drawn(
    works: str, side: Side, *, mirrored: bool
) -> None:
    assert is_mirrored(figure(works), side) is mirrored


def test_alternative_text_says_position_and_shown_steps() -> None:
    text = alternative_text(figure(), "on your back", STEPS)
    assert text == "On your back. 1: Lie down. 2: Bend your left knee."


def test_an_authors_alternative_text_is_taken() -> None:
    assert alternative_text(figure(alt="A person lies."), "on your back", STEPS) == "A person lies."


def test_a_picture_names_its_drawing_and_steps() -> None:
    found = compose_picture(
        figure(),
        exercise="heel-slide",
        variant="strap",
        side=Side.LEFT,
        position="on your back",
        steps=STEPS,
    )
    assert (found.exercise, found.variant) == ("heel-slide", "strap")
    assert (found.mirrored, found.steps) == (True, (1, 2))
