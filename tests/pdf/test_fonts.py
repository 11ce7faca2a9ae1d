"""The fonts in a file show the outlines of the letters that they were asked for."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from handouts import Workspace
from handouts.pdf.fonts import FontBook, UnknownGlyph
from handouts.pdf.objects import Name
from handouts.pdf.slot import BASE_FONTS, as_strings, shown_in_base
from handouts.stamp.update import block_of, shared_base


def drawn(font: Any, glyph: str) -> list[Any]:
    """Return the outline of a glyph, its parts in place."""
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[glyph].draw(pen)
    outline: list[Any] = pen.value
    return outline


def whole_file(book: FontBook) -> bytes:
    """A file of one empty page with all fonts of a book."""
    document = book.document
    resources = document.add({"Font": book.resources()})
    pages, info = document.reserve(), document.reserve()
    page = document.add({"Type": Name("Page"), "Parent": pages, "Resources": resources,
                         "MediaBox": (0, 0, 99, 99)})  # fmt: skip
    document.fill(pages, {"Type": Name("Pages"), "Kids": [page], "Count": 1})
    root = document.add({"Type": Name("Catalog"), "Pages": pages})
    shared = shared_base(document.bodies({info.number}), {info.number}, root.number, info.number)
    return shared.complete([block_of([(info.number, b"<<>>")])]).pdf


@pytest.mark.parametrize("prefix", ["F", "P"])
@pytest.mark.parametrize(
    ("face", "text"),
    [
        ("Handout-Regular", "Hold for 10 seconds — breathe: éñüå½ ≤Ł"),
        ("Handout-Bold", "A≥"),
        ("HandoutFallback-Regular", "Nguyễn Thị Hương, Łukasz, Ирина, Ελένη ẽẽ"),
        ("HandoutFallback-Bold", "".join(map(chr, range(0x1EA0, 0x1EFA)))),
        ("HandoutFallback-Regular", "".join(map(chr, range(0x400, 0x460)))
         + "".join(map(chr, range(0x1E00, 0x1F00)))),
    ],
)  # fmt: skip
def test_codes_show_the_outlines_of_their_letters(face: str, text: str, prefix: str) -> None:
    book = FontBook(prefix=prefix)
    if prefix != "F":  # such fonts are added to a handout, which has the base
        text = "".join(char for char in text if shown_in_base(face, char) is None)
    known = TTFont(Workspace().font(f"{face}.ttf"))
    shown = {char: book.code(face, char) for char in text}
    assert book.encode(face, text), "the same codes again, however they are asked for"
    assert {char: book.encode(face, char) for char in text} == {
        char: as_strings([code]) for char, code in shown.items()
    }
    programs: dict[str, TTFont] = {}
    with pikepdf.open(io.BytesIO(whole_file(book))) as pdf:
        fonts = pdf.pages[0].Resources.Font
        for char, (resource, literal) in shown.items():
            font = fonts[f"/{resource}"]
            code = ord(literal.removeprefix("\\").replace("n", "\n").replace("r", "\r")
                       if literal.startswith("\\") else literal)  # fmt: skip
            program = font.FontDescriptor.FontFile2
            data = program.read_bytes()
            assert int(program.Length1) == len(data)
            made = programs.setdefault(resource, TTFont(io.BytesIO(data)))
            (codes,) = (table.cmap for table in made["cmap"].tables)
            outline = drawn(known, known.getBestCmap()[ord(char)])
            assert drawn(made, codes.get(code, ".notdef")) == outline, char
            width = known["hmtx"][known.getBestCmap()[ord(char)]][0]
            assert font.Widths[code - int(font.FirstChar)] == width
            assert len(font.Widths) == font.LastChar - font.FirstChar + 1
            assert f"<{code:02X}> <{ord(char):04X}>" in font.ToUnicode.read_bytes().decode()


def test_all_subsets_of_a_file_have_names_of_their_own() -> None:
    book = FontBook()
    letters = "".join(
        map(chr, (*range(0x391, 0x3A2), *range(0x400, 0x460), *range(0x1E00, 0x1F00)))
    )
    for face in ("HandoutFallback-Regular", "HandoutFallback-Bold"):
        book.encode(face, letters)
    book.encode("Handout-Regular", "≤")
    with pikepdf.open(io.BytesIO(whole_file(book))) as pdf:
        names = [str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()]
    assert len(names) == len(set(names)) > len(BASE_FONTS) + 4


def test_a_letter_that_the_face_lacks_is_named() -> None:
    with pytest.raises(UnknownGlyph, match=r"^Handout-Regular has no U\+0416$"):
        FontBook().encode("Handout-Regular", "AЖ")
