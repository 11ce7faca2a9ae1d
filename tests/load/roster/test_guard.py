"""No cell that we write is a formula, and reading gives back what was written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handouts.load.roster.table import guard, unguard


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", " =1", "\r", "\nx", "＝1", "＋1", "|x", "'=1", "''-"]
)
def test_what_may_run_gets_an_apostrophe(text: str) -> None:
    assert guard(text) == f"'{text}"
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["", "Anna", "O'Brien", "'s-Gravenhage", "'", "2 x 10", "a=b"])
def test_what_cannot_run_is_left_alone(text: str) -> None:
    assert guard(text) == text
    assert unguard(text) == text


@settings(deadline=None)
@given(st.text(alphabet="'=+-@|\t\r\n aＡ＝"))
def test_guard_is_undone_whatever_the_text(text: str) -> None:
    written = guard(text)
    assert unguard(written) == text
    assert written.lstrip()[:1] not in ("=", "+", "-", "@", "|", "＝")
