"""Placeholders of sides are filled grammatically, and labels say which side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handouts.compose.side import filled, side_label
from handouts.compose.templates import plain, tidied
from handouts.compose.wording import Wording
from handouts.model.order import Side

Make = Callable[..., Any]
TEXT = (
    "Bring {your_side} knee up. {side} hand holds it. Move {your_other_side} or {other_side} leg."
)


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        (Side.EACH, "Bring one knee up. One hand holds it. Move your other or other leg."),
        (Side.ALTERNATE, "Bring one knee up. One hand holds it. Move your other or other leg."),
        (Side.TOGETHER, "Bring one knee up. One hand holds it. Move your other or other leg."),
        (Side.LEFT, "Bring your left knee up. Left hand holds it. Move your right or right leg."),
        (Side.RIGHT, "Bring your right knee up. Right hand holds it. Move your left or left leg."),
        (Side.SORE, "Bring your sore knee up. Sore hand holds it. Move your good or good leg."),
    ],
)
def test_filled(side: Side, expected: str, words: Wording) -> None:
    assert plain(filled(TEXT, side, words)) == expected


@pytest.mark.parametrize(
    ("text", "capital", "expected"),
    [
        ("{your_side} leg first.", True, "Your left leg first."),
        ("{your_side} buttock working.", False, "your left buttock working."),
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


@pytest.mark.parametrize(
    ("side", "limb", "expected"),
    [
        (Side.EACH, "leg", "Each side"),
        (Side.ALTERNATE, "leg", "Change sides each time"),
        (Side.TOGETHER, "leg", "Both sides together"),
        (Side.TOGETHER, "arm", "Both sides together"),
        (Side.TOGETHER, "side", "Both sides together"),
        (Side.LEFT, "leg", "Left side only"),
        (Side.RIGHT, "arm", "Right side only"),
        (Side.SORE, "leg", "Sore side only"),
    ],
)
def test_side_label(side: Side, limb: str, expected: str, make_item: Make, words: Wording) -> None:
    assert side_label(make_item(None, side, limb=limb), words) == expected
