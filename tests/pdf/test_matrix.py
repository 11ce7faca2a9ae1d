"""Codes for cameras: those found by exclusive or are those the library makes."""

from __future__ import annotations

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from handouts.pdf.matrix import bits_of, code_of, composed

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["SIJ-CALM-7XK2M9 ", "SIJ-CALM-7XK2M ", "OWN-000000 ", "A ", "12 ", "1", ""]),
    st.text(LETTERS, min_size=16, max_size=16).filter(lambda token: not token.isdecimal()),
)
def test_a_code_put_together_is_the_code_made_anew(prefix: str, token: str) -> None:
    assert composed(prefix, token) == bits_of(prefix + token)


@pytest.mark.parametrize("token", ["0" * 16, "A", "AB", "abcdefgh", "ABC DEF€"])
def test_what_is_encoded_otherwise_is_not_put_together(token: str) -> None:
    with pytest.raises(ValueError, match=r"codes of digits|substring"):
        composed("", token)


def test_many_codes_in_turn_are_each_that_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handouts.pdf.matrix._WORTH", 0)
    for content in ("SIJ-CALM-7XK2M9 ", "OWN-7XK2M9 ", "0000000 "):
        for token in ("0123456789ABCDEF", "ZYXWVTSRQPNMKJHG", "0000000000000000", "abcdefgh"):
            assert code_of(content, token) == bits_of(content + token)


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
