"""Faces are measured as fontTools measures them."""

from __future__ import annotations

import pytest
from fontTools.ttLib import TTFont

from handouts import Workspace
from handouts.text.faces import face_named

FACES = (
    "Handout-Regular",
    "Handout-Bold",
    "HandoutFallback-Regular",
    "HandoutFallback-Bold",
)


@pytest.mark.parametrize("face", FACES)
def test_characters_advances_and_name(face: str) -> None:
    known = TTFont(Workspace().font(f"{face}.ttf"))
    scale = 1000 / known["head"].unitsPerEm
    widths = {chr(c): known["hmtx"][name][0] * scale for c, name in known.getBestCmap().items()}
    assert face_named(face).advances == pytest.approx(widths)
    assert face_named(face).postscript_name == known["name"].getDebugName(6)


def test_a_face_measures_in_points_and_knows_what_it_lacks() -> None:
    face = face_named("Handout-Regular")
    assert face.width("AA", 10) == pytest.approx(2 * 626 * 10 / 1000)
    assert face.has("Añ")
    assert not face.has("A\u0416")
    assert not face.has("\uffff")
    with pytest.raises(KeyError):
        face.width("\u0416", 10)
