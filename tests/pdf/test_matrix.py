"""Codes for cameras: those found by exclusive or are those the library makes."""

from __future__ import annotations

import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from handouts.pdf.matrix import bits_of, codes_of

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["SIJ-CALM-7XK2M9 ", "SIJ-CALM-7XK2M ", "A "]),
    st.text(LETTERS, min_size=16, max_size=16),
)
def test_a_code_from_its_parts_is_the_code_made_anew(prefix: str, token: str) -> None:
    assert codes_of(prefix, 16).bits(token) == bits_of(prefix + token)


@settings(max_examples=20, deadline=None)
@given(st.text("ABC123 -xyz", min_size=1, max_size=40))
def test_bits_are_the_modules_of_the_library(content: str) -> None:
    bits = bits_of(content)
    rows = segno.make(content, error="m", micro=False, mask=3).matrix
    width = -(-bits.side // 8)
    for index, row in enumerate(rows):
        packed = bits.rows[index * width : (index + 1) * width]
        shown = "".join(f"{byte:08b}" for byte in packed)[: bits.side]
        assert shown == "".join(str(module) for module in row)
