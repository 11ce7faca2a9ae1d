"""Letters of a pasted text: those that nobody sees go, those that are drawn are read."""

from __future__ import annotations

import unicodedata

import pytest

from handouts.errors import ContentError
from handouts.model.base import normalized, printable
from handouts.text.faces import load_fonts
from tests.load.roster.conftest import Reader, only, wrong


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("Maria\u00ad\u200b Nu\u00f1ez\ufeff", "Maria Nu\u00f1ez"),
        ("Sto\ufb00el Gri\ufb03n \ufb01ne", "Stoffel Griffin fine"),
        ("\uff2d\uff41\uff52\uff49\uff41", "Maria"),
        ("\U0001d4dc\U0001d4ea\U0001d4fb\U0001d4f2\U0001d4ea", "Maria"),
        ("e\u0301va", "\u00e9va"),
        ("\u00bd\u2122 \u2460 \u0133 \u017f", "\u00bd\u2122 \u2460 \u0133 \u017f"),
    ],
)
def test_what_is_pasted_is_read_as_it_is_meant(read: Reader, pasted: str, meant: str) -> None:
    row = only(read(f"id,name,note\n1,{pasted},{pasted}\n"))
    assert (row.name, row.note) == (meant, meant)


def test_every_ligature_of_latin_becomes_letters_that_a_font_has() -> None:
    face = load_fonts().face
    for code in range(0xFB00, 0xFB07):
        text = printable(chr(code))
        assert len(text) > 1
        assert face(text, bold=False).has(text)


def test_what_is_only_unseen_is_no_text() -> None:
    with pytest.raises(ValueError, match="has no character"):
        printable("\u00ad\u200b")


def test_references_that_only_look_different_are_one(read: Reader) -> None:
    roster = read("id,name\nA\u00ad1,Anna\nA1,Bo\ne\u0301,Cy\n\u00e9,Di\n")
    assert sorted(wrong(roster)) == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("\U00012000", "write it in Latin, Greek or Cyrillic letters"),
        ("q\U0001d165", "no single letter combines this mark"),
        ("\U0001f600", "write it in words, or leave it out"),
    ],
)
def test_what_no_font_has_is_told_truly(name: str, hint: str) -> None:
    """Not even with the fonts of more scripts, which are extras."""
    with pytest.raises(ContentError) as caught:
        load_fonts().face(name, bold=True)
    assert caught.value.problems[0].hint.startswith(hint)


def test_letters_of_alphabets_in_latin_are_printed() -> None:
    """All of Latin but what is for phonetics, medieval texts and transcription of old scripts."""
    fonts = load_fonts()
    letters = [
        chr(code)
        for code in (*range(0x00C0, 0x0250), *range(0x0250, 0x02B0), *range(0x1E00, 0x1F00))
        if unicodedata.category(chr(code)).startswith("L")
    ]
    assert letters
    assert [normalized(char) for char in letters] == letters
    for char in letters:
        assert fonts.face(char, bold=True).has(char)
        assert fonts.face(char, bold=False).has(char)
