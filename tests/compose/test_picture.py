"""The figure of a card: which way round, which steps, and in words."""

from __future__ import annotations

from typing import Any

import pytest

from handouts import Library, Workspace
from handouts.compose.card import alternative_text, compose_picture, is_mirrored
from handouts.compose.runs import Picture
from handouts.compose.wording import wording
from handouts.model.figure import Figure
from handouts.model.order import Side

WORDS = wording(Library(Workspace()).locale("en"), "en-US")


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


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "Lying. Picture of step 3.", "Lying. Pictures of steps 1 and 3."),
        ("es", "Lying. Imagen del paso 3.", "Lying. Imágenes de los pasos 1 y 3."),
    ],
)
def test_alternative_text_says_position_and_which_steps(language: str, one: str, two: str) -> None:
    words = wording(Library(Workspace()).locale(language), language)
    assert alternative_text((3,), "lying", words) == one
    assert alternative_text((1, 3, 3), "lying", words) == two


def compose(**changes: object) -> Picture:
    given = {"side": Side.LEFT, "position": "on your back", "words": WORDS, **changes}
    return compose_picture(given.pop("figure", figure()), exercise="slide", variant=None, **given)  # type: ignore[arg-type]


def _composed(**more: Any) -> Picture:
    return compose_picture(
        figure(**more),
        exercise="heel-slide",
        variant="strap",
        side=Side.LEFT,
        position="on your back",
        words=WORDS,
    )


def test_an_authors_alternative_text_is_taken() -> None:
    assert _composed(alt="A person lies.").alt == "A person lies."


def test_steps_are_numbered_as_printed() -> None:
    found = compose_picture(
        figure(),
        exercise="heel-slide",
        variant=None,
        side=Side.LEFT,
        position="on your back",
        words=WORDS,
        numbers={1: 1, 2: 1},
    )
    assert found.steps == (1, 1)


def test_a_picture_names_its_drawing_and_steps() -> None:
    found = compose_picture(
        figure(),
        exercise="heel-slide",
        variant="strap",
        side=Side.LEFT,
        position="on your back",
        words=WORDS,
    )
    assert (found.exercise, found.variant) == ("heel-slide", "strap")
    assert (found.mirrored, found.steps) == (True, (1, 2))
