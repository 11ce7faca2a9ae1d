"""The fonts that every handout has: the same codes, names and bytes whatever else is in it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from handouts.pdf.fonts import FontBook
from handouts.pdf.slot import BASE, BASE_FONTS, as_strings, base_codes, shown_in_base
from handouts.stamp.build import write_pdf
from handouts.text.faces import face_named
from tests.conftest import Builder

DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize("face", BASE_FONTS)
def test_a_face_has_all_letters_of_its_base(face: str) -> None:
    assert face_named(face).has("".join(BASE))
    assert len(base_codes(face)) == 217


REGULAR, BOLD = BASE_FONTS["Handout-Regular"], BASE_FONTS["Handout-Bold"]


@pytest.mark.parametrize(
    ("face", "text", "shown"),
    [
        ("Handout-Regular", "Hold", [(REGULAR, "(Hold)Tj")]),
        ("Handout-Bold", "Stop (now)\\", [(BOLD, "(Stop \\(now\\)\\\\)Tj")]),
        ("Handout-Regular", "Nuñez – ’…", [(REGULAR, "(Nu\xf1ez \x96 \x92\x85)Tj")]),
        ("Handout-Regular", "", [(REGULAR, "()Tj")]),
    ],
)
def test_codes_are_those_of_windows_latin_1(
    face: str, text: str, shown: list[tuple[str, str]]
) -> None:
    book = FontBook()
    assert book.encode(face, text) == shown
    assert book.encode(face, text) == shown, "again"
    assert shown_in_base(face, text) == shown


@pytest.mark.parametrize(
    ("face", "text", "rare"),
    [
        ("Handout-Regular", "≤ Łuł", "≤Łł"),
        ("Handout-Regular", "Łuk\u00a0Ra", "Ł"),
        ("HandoutFallback-Bold", "Ияя", "Ия"),
    ],
)
def test_other_letters_are_in_fonts_beside_the_base(face: str, text: str, rare: str) -> None:
    book = FontBook()
    shown = book.encode(face, text)
    assert book.encode(face, text) == shown, "again"
    assert shown_in_base(face, text) is None
    known = {**base_codes(face), **book.codes[face]}
    assert as_strings(known[char] for char in text) == shown
    assert set(rare) <= set(book.codes[face])
    assert not {known[char][0] for char in rare} & {REGULAR, BOLD}
    assert len({known[char] for char in text}) == len(set(text))


def test_each_letter_of_a_face_has_a_code_of_its_own() -> None:
    letters = "".join(sorted(face_named("HandoutFallback-Regular").advances))
    book = FontBook()
    book.encode("HandoutFallback-Regular", letters)
    codes = book.codes["HandoutFallback-Regular"]
    assert set(codes) == set(letters)
    # A no-break space is shown, and measured, as a space.
    assert codes.pop("\u00a0") == codes[" "]
    assert len(set(codes.values())) == len(codes) > 1024


def test_built_in_content_is_set_in_the_base() -> None:
    # Languages of other scripts have fonts of their own; the headers of lists are not printed.
    others = {"ar", "roster"}
    paths = [path for path in DATA.rglob("*.yaml") if not others & {path.parent.name, path.stem}]
    texts = [path.read_text(encoding="utf-8") for path in paths]
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
    twin = _fonts(write_pdf(handout_for(layout="fridge").laid_out, tagged=False).pdf)
    base = f"/{REGULAR}"
    assert sorted(twin) == sorted(f"/{name}" for name in BASE_FONTS.values())
    assert {name: calm[name] for name in twin} == twin
    assert len(calm) > len(twin)
    assert calm[base]["/FirstChar"] == 32
    assert len(calm[base]["/Widths"]) == 224
    zero = face_named("Handout-Regular").width("0", 1000)
    assert calm[base]["/Widths"][ord("0") - 32] == zero
