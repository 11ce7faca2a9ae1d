"""Codes for cameras are those that another library makes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode import QRCode, constants

from handouts.pdf.pictures import modules_of, qr_image

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
"""Without digits: libraries differ in how many in a row they encode apart."""


def _of_another_library(content: str, mask: int) -> list[bytes]:
    code: QRCode[Any] = QRCode(None, constants.ERROR_CORRECT_M, mask_pattern=mask)
    code.add_data(content, optimize=0)
    code.make(fit=True)
    return [bytes(map(bool, row)) for row in code.modules]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(["SIJ-CALM-7XK2M9 ", "SIJ-CALM-7XK2M ", "OWN-7XK2M9 ", "A "]),
    st.text(LETTERS, min_size=16, max_size=16),
)
def test_modules_are_those_of_another_library(prefix: str, token: str) -> None:
    assert modules_of(prefix + token) == _of_another_library(prefix + token, 3)


@pytest.mark.parametrize("length", [7, 10, 23, 26, 39, 42])
def test_nothing_is_filled_in_where_words_end_with_a_codeword(length: int) -> None:
    # ISO/IEC 18004, 7.4.10: bits of nothing are added up to a whole codeword only. With one too
    # many some readers refuse the code (https://github.com/heuer/segno/issues/123).
    content = "SIJ-CALM-7XK2M9 AZBYCXDWEVFUGTHSJRKQMPNABCDEFGHJKMNPQRSTVWXYZ"[:length]
    assert modules_of(content) == _of_another_library(content, 3)


def test_an_image_has_a_bit_for_each_module() -> None:
    rows = modules_of("SIJ-CALM-7XK2M9")
    head, data = qr_image("SIJ-CALM-7XK2M9").split(b"\nstream\n")
    assert b"/Width %d/Height %d" % (len(rows), len(rows)) in head
    bits = bytes.fromhex(io.BytesIO(data).readline().partition(b">")[0].decode())
    wide = len(bits) // len(rows)
    for number, row in enumerate(rows):
        drawn = "".join(f"{byte:08b}" for byte in bits[number * wide : (number + 1) * wide])
        assert drawn.rstrip("0") == "".join(map(str, row)).rstrip("0")


def test_more_than_any_code_holds_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Invalid|too|Too|Data"):
        modules_of("A" * 5000)
