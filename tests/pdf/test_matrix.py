"""Codes for cameras: those found by exclusive or are those the library makes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode import QRCode, constants
from qrcode.exceptions import DataOverflowError

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


def _of_another_library(content: str) -> list[str]:
    """The modules as another library makes them: level M, or a higher one if that fits too."""
    found: QRCode[Any] | None = None
    for level in (
        constants.ERROR_CORRECT_M, constants.ERROR_CORRECT_Q, constants.ERROR_CORRECT_H,
    ):  # fmt: skip
        version = found.version if found else None
        code: QRCode[Any] = QRCode(version, level, mask_pattern=3)
        code.add_data(content, optimize=0)
        try:
            code.make(fit=found is None)
        except DataOverflowError:
            break
        found = code
    assert found is not None
    return ["".join(str(int(bool(module))) for module in row) for row in found.modules]


def _rows(content: str) -> list[str]:
    bits = bits_of(content)
    width = -(-bits.side // 8)
    rows = [bits.rows[start : start + width] for start in range(0, len(bits.rows), width)]
    return ["".join(f"{byte:08b}" for byte in row)[: bits.side] for row in rows]


@settings(max_examples=60, deadline=None)
@given(st.text("ABC123 -xyzé点", min_size=1, max_size=80))
def test_bits_are_the_modules_that_another_library_makes(content: str) -> None:
    assert _rows(content) == _of_another_library(content)


@pytest.mark.parametrize("length", [7, 10, 23, 26, 39, 42])
def test_nothing_is_filled_in_where_words_end_with_a_codeword(length: int) -> None:
    # ISO/IEC 18004, 7.4.10: bits of nothing are added up to a whole codeword only. With one too
    # many some readers refuse the code (https://github.com/heuer/segno/issues/123).
    content = "SIJ-CALM-7XK2M9 0123456789ABCDEFGHJKMNPQRSTVWXYZ"[:length]
    assert _rows(content) == _of_another_library(content)


def test_more_than_any_code_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="Data length"):
        bits_of("A" * 4000)
