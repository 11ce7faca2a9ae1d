"""Tokens stand for references and tell nothing; file names are safe and never shared."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handouts.deliver.manifest import STATE, BatchState
from handouts.deliver.tokens import Key, file_name, read_key
from handouts.errors import ContentError, DeliveryError

TOKEN = re.compile(r"[0-9A-HJKMNP-TV-Z]{16}")
KEY = Key(b"k" * 32)


def test_a_repeat_gives_the_same_token_and_another_key_another() -> None:
    assert KEY.token("R-17") == "BWG119ZHJBRPZEWT"
    assert TOKEN.fullmatch(KEY.token("R-17"))
    assert KEY.token("R-17") != KEY.token("R-18")
    assert KEY.token("R-17") != Key(b"l" * 32).token("R-17")


def test_a_passphrase_is_no_token() -> None:
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", KEY.passphrase("R-17"))
    assert KEY.passphrase("R-17")[:4] != KEY.token("R-17")[:4]


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "batch.key"
    first = read_key(path, make=True)
    assert len(first.secret) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key(path, make=True) == first
    assert "secret" not in repr(first)


def test_a_lost_or_damaged_key_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="there is no"):
        read_key(tmp_path / "batch.key", make=False)
    (tmp_path / "batch.key").write_text("not a key", "utf-8")
    with pytest.raises(ContentError, match="contains no key"):
        read_key(tmp_path / "batch.key", make=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    for name in ("batch.key", STATE):
        os.mkfifo(tmp_path / name)
    with pytest.raises(DeliveryError, match="not a regular file"):
        read_key(tmp_path / "batch.key", make=True)
    with pytest.raises(DeliveryError, match="not a regular file"):
        BatchState.read(tmp_path)


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("00031447-00", "00031447-00_SIJ-CALM-3F9A2C.pdf"),
        ("CT10002", "CT10002_SIJ-CALM-3F9A2C.pdf"),
        ("ct10002", "ct10002.7QK2_SIJ-CALM-3F9A2C.pdf"),
        ("../../etc/passwd", "7QK2M9XD4TRV0HBN_SIJ-CALM-3F9A2C.pdf"),
        ("A_B", "7QK2M9XD4TRV0HBN_SIJ-CALM-3F9A2C.pdf"),
        (".hidden", "7QK2M9XD4TRV0HBN_SIJ-CALM-3F9A2C.pdf"),
        ("con", "7QK2M9XD4TRV0HBN_SIJ-CALM-3F9A2C.pdf"),
        ("LPT1.a", "7QK2M9XD4TRV0HBN_SIJ-CALM-3F9A2C.pdf"),
        ("CONNIE-1", "CONNIE-1_SIJ-CALM-3F9A2C.pdf"),
        ("X" * 80, "7QK2M9XD4TRV0HBN_SIJ-CALM-3F9A2C.pdf"),
        ("Ж-1", "7QK2M9XD4TRV0HBN_SIJ-CALM-3F9A2C.pdf"),
    ],
)
def test_a_file_is_named_by_reference_and_code(reference: str, name: str) -> None:
    assert file_name(reference, "7QK2M9XD4TRV0HBN", "SIJ-CALM-3F9A2C") == name


@given(st.text(min_size=1, max_size=90))
def test_any_reference_gives_a_name_in_the_folder(reference: str) -> None:
    name = file_name(reference, KEY.token(reference), "SIJ-CALM-3F9A2C")
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*_SIJ-CALM-3F9A2C\.pdf", name)
    assert len(name) <= 90
    assert Path(name).name == name


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_two_references_never_share_a_file_whatever_the_case(one: str, other: str) -> None:
    names = [file_name(ref, KEY.token(ref), "A-3F9A2C").casefold() for ref in (one, other)]
    assert (names[0] == names[1]) == (one == other)
