"""The fonts that every handout has: the same codes, names and bytes whatever else is in it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from handouts.layout.fonts import face_named
from handouts.pdf.fonts import FontBook
from handouts.pdf.letters import BASE, BASE_FONTS, base_codes, in_base
from handouts.pdf.write import write_pdf
from tests.conftest import Builder

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize("face", BASE_FONTS)
def test_a_face_has_all_letters_of_its_base(face: str) -> None:
    assert face_named(face).has("".join(BASE))
    assert len(base_codes(face)) == 217


@pytest.mark.parametrize(
    ("face", "text", "shown"),
    [
        ("Handout-Regular", "Hold", [("F1", "Hold")]),
        ("Handout-Bold", "Stop (now)\\", [("F2", "Stop \\(now\\)\\\\")]),
        ("Handout-Regular", "Nuñez – ’…", [("F1", "Nu\xf1ez \x96 \x92\x85")]),
        ("Handout-Regular", "", [("F1", "")]),
        ("Handout-Regular", "≤ Łuł", [("F3", "\1"), ("F1", " "), ("F3", "\2"), ("F1", "u"),
                                      ("F3", "\3")]),
        ("HandoutFallback-Bold", "Ияя", [("F3", "\1\2\2")]),
    ],
)  # fmt: skip
def test_codes_are_those_of_windows_latin_1(
    face: str, text: str, shown: list[tuple[str, str]]
) -> None:
    book = FontBook()
    assert book.encode(face, text) == shown
    assert book.encode(face, text) == shown, "again"
    assert in_base(face, text) == ({resource for resource, _ in shown} <= {"F1", "F2"})
    assert face not in BASE_FONTS or book.encode(face, "Hold")[0][1] == "Hold"


def test_a_font_is_full_after_255_characters() -> None:
    letters = sorted(face_named("HandoutFallback-Regular").advances)
    book = FontBook()
    shown = book.encode("HandoutFallback-Regular", "".join(letters[:256]))
    assert [resource for resource, _ in shown] == ["F3", "F4"]
    assert shown[1] == ("F4", "\1")
    assert book.encode("HandoutFallback-Bold", letters[0]) == [("F5", "\1")]
    assert book.encode("HandoutFallback-Regular", letters[256]) == [("F4", "\2")]


def test_built_in_content_is_set_in_the_base() -> None:
    texts = [path.read_text(encoding="utf-8") for path in DATA.rglob("*.yaml")]
    assert len(texts) > 40
    assert {char for text in texts for char in text} - set(BASE) == {"\n"}


def _fonts(pdf: bytes) -> dict[str, Any]:
    page = PdfReader(io.BytesIO(pdf), strict=True).pages[0]
    found: Mapping[str, Any] = page["/Resources"]["/Font"]  # type: ignore[index]
    return {name: _plain(font.get_object()) for name, font in found.items()}


def _plain(value: Any) -> Any:
    """An object with all that it refers to, streams by their data."""
    value = value.get_object()
    if hasattr(value, "get_data"):
        return bytes(value.get_data())
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in value}
    return list(map(_plain, value)) if isinstance(value, list) else value


def test_every_handout_has_the_same_fonts(handout_for: Builder) -> None:
    calm = _fonts(handout_for(patient={"name": "Ирина"}).pdf)
    twin = _fonts(write_pdf(handout_for(layout="fridge").story, tagged=False).pdf)
    assert sorted(twin) == ["/F1", "/F2"]
    assert {name: calm[name] for name in twin} == twin
    assert len(calm) > 2
    assert calm["/F1"]["/FirstChar"] == 32
    assert len(calm["/F1"]["/Widths"]) == 224
    zero = round(face_named("Handout-Regular").width("0", 1000))
    assert calm["/F1"]["/Widths"][ord("0") - 32] == zero
