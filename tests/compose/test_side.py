"""Placeholders of sides are filled grammatically, and labels say which side."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from handouts import Library
from handouts.compose.exercise_words import filled, side_label
from handouts.compose.runs import plain, tidied
from handouts.compose.wording import Wording
from handouts.model.base import Region
from handouts.model.exercise import Sides
from handouts.model.order import Side
from handouts.model.phrases import SIDE_WORDS, SideFillings
from handouts.workspace import Kind

Make = Callable[..., Any]
TEXT = (
    "Bring {knee:your_side} up. {hand:side} holds it. "
    "Move {leg:your_other_side} or {leg:other_side}."
)


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        (Side.EACH, "Bring one knee up. One hand holds it. Move your other leg or other leg."),
        (Side.ALTERNATE, "Bring one knee up. One hand holds it. Move your other leg or other leg."),
        (Side.TOGETHER, "Bring one knee up. One hand holds it. Move your other leg or other leg."),
        (
            Side.LEFT,
            "Bring your left knee up. Left hand holds it. Move your right leg or right leg.",
        ),
        (
            Side.RIGHT,
            "Bring your right knee up. Right hand holds it. Move your left leg or left leg.",
        ),
        (Side.SORE, "Bring your sore knee up. Sore hand holds it. Move your good leg or good leg."),
    ],
)
def test_filled(side: Side, expected: str, words: Wording) -> None:
    assert plain(filled(TEXT, side, words)) == expected


@pytest.mark.parametrize(
    ("text", "capital", "expected"),
    [
        ("{leg:your_side} first.", True, "Your left leg first."),
        ("{buttock:your_side} working.", False, "your left buttock working."),
        ("{hold} Keep breathing.", True, "Keep breathing."),
        ("Lift. {hold} Then lower.", True, "Lift. Then lower."),
        ("Lower slowly. {repeat}", True, "Lower slowly. Do 3."),
        ("{hold}", True, ""),
    ],
)
def test_filled_keeps_sentences_whole(
    text: str, capital: bool, expected: str, words: Wording
) -> None:
    runs = filled(text, Side.LEFT, words, capital=capital, hold=(), repeat="Do 3.")
    assert plain(tidied(runs)) == expected


AGREEING = {
    "one": {"f": "una {noun}", "m": "un {noun}"},
    "left": {"f": "la {noun} izquierda", "m": "el {noun} izquierdo"},
    "right": {"f": "la {noun} derecha", "m": "el {noun} derecho"},
    "sore": "la {noun} con dolor",
}


@pytest.mark.parametrize(
    ("text", "side", "expected"),
    [
        ("{pierna:your_side} arriba.", Side.LEFT, "La pierna izquierda arriba."),
        ("Suba {pie descalzo:your_side}.", Side.LEFT, "Suba el pie descalzo izquierdo."),
        ("Al lado de {pie:your_side}.", Side.RIGHT, "Al lado del pie derecho."),
        ("A {pie:your_side} le toca.", Side.RIGHT, "Al pie derecho le toca."),
        ("Al lado de {pie:your_side}.", Side.EACH, "Al lado de un pie."),
        ("Al lado de {pierna:your_side}.", Side.RIGHT, "Al lado de la pierna derecha."),
    ],
)
def test_words_agree_with_the_noun(text: str, side: Side, expected: str, words: Wording) -> None:
    values = {
        name: dict.fromkeys(SIDE_WORDS, AGREEING[name]) for name in ("one", "left", "right", "sore")
    }
    locale = words.locale.model_copy(
        update={
            "side": words.locale.side.model_copy(
                update={
                    "words": SideFillings.model_validate(values),
                    "nouns": {"pierna": "f", "pie": "m"},
                    "contractions": {"de el": "del", "a el": "al"},
                }
            )
        }
    )
    assert not locale.side.knows("mano")
    assert plain(filled(text, side, replace(words, locale=locale))) == expected


@pytest.mark.parametrize(
    ("side", "limb", "expected"),
    [
        (Side.EACH, "leg", "Each side"),
        (Side.ALTERNATE, "leg", "Change sides each time"),
        (Side.TOGETHER, "leg", "Both sides together"),
        (Side.TOGETHER, "arm", "Both sides together"),
        (Side.TOGETHER, "side", ""),
        (Side.LEFT, "leg", "Left side only"),
        (Side.RIGHT, "arm", "Right side only"),
        (Side.SORE, "leg", "Sore side only"),
    ],
)
def test_side_label(side: Side, limb: str, expected: str, make_item: Make, words: Wording) -> None:
    assert side_label(make_item(None, side, limb=limb), words) == expected


_REGIONS = {"hand": Region.ELBOW_WRIST_HAND, "foot": Region.ANKLE_FOOT}
_REST = {"hand": r"arm|elbow|shoulder|wrist", "foot": r"leg|knee|thigh|hip|calf|calves|stand|step"}


@pytest.mark.parametrize("part", _REGIONS)
def test_what_only_hands_or_feet_do_is_counted_by_them(part: str, library: Library) -> None:
    """Nobody changes arms to close a hand."""
    made = [library.exercise(name) for name in library.workspace.ids(Kind.EXERCISES)]
    limbs = {
        each.limb
        for each in made
        if each.regions == (_REGIONS[part],)
        and each.sides is not Sides.BOTH
        and not re.search(_REST[part], " ".join(each.steps).lower())
    }
    assert limbs == {part}
