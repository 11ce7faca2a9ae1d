"""Encrypted files open with their password only; passphrases stand in one private file."""

from __future__ import annotations

import csv
import io
import stat
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pytest

from handouts import Handout
from handouts.deliver.finished_pdf import encrypt, open_pdf
from handouts.deliver.tokens import Passphrases
from handouts.errors import ContentError, DeliveryError

Builder = Callable[..., Handout]
PASSWORD = "Grüße-an-Łukasz"  # noqa: S105 - invented


@pytest.fixture(scope="module")
def handout(handout_for: Builder) -> Handout:
    return handout_for(layout="fridge")


def test_aes_256_opens_with_the_password_only(handout: Handout) -> None:
    pdf = encrypt(handout.pdf, PASSWORD)
    assert b"Handout SIJ" not in pdf
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(pdf))
    with open_pdf(pdf, PASSWORD, "x") as opened:
        assert opened.encryption.R == 6
        assert opened.encryption.stream_method.name == "aesv3"
        assert opened.allow.accessibility
        assert len(opened.pages) == handout.pages


def test_an_encrypted_file_keeps_its_tags_and_claims_no_archive(handout: Handout) -> None:
    with open_pdf(encrypt(handout.pdf, PASSWORD), PASSWORD, "x") as opened:
        assert "/StructTreeRoot" in opened.Root
        about = opened.Root.Metadata.read_bytes()
    assert b"pdfuaid:part" in about
    assert b"pdfaid:part>2" not in about
    assert b"pdfaid:conformance>A" not in about


def test_another_reader_opens_it_too(handout: Handout) -> None:
    pytest.importorskip("cryptography", reason="pypdf reads AES with cryptography only")
    reader = pypdf.PdfReader(io.BytesIO(encrypt(handout.pdf, PASSWORD)), password=PASSWORD)
    assert "Maria" in reader.pages[0].extract_text()


def test_a_wrong_password_is_an_answer_without_the_password(handout: Handout) -> None:
    pdf = encrypt(handout.pdf, PASSWORD)
    with pytest.raises(ContentError, match="does not open with the password of its row") as caught:
        open_pdf(pdf, "wrong-wrong", "R-1")
    assert "wrong-wrong" not in str(caught.value)
    with pytest.raises(ContentError, match="is not a PDF, or is damaged"):
        open_pdf(b"%PDF-1.7 nothing", None, "R-1")


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_passphrases_are_written_once_and_come_again(tmp_path: Path) -> None:
    path = tmp_path / "pass.csv"
    with Passphrases(path) as first:
        one, two = first.of("R-1"), first.of("=R-2")
        assert first.of("R-1") == one != two
    with Passphrases(path) as again:
        assert again.of("R-1") == one
        assert again.of("=R-2") == two
        three = again.of("R-3")
    written = [["R-1", one], ["'=R-2", two], ["R-3", three]]
    assert lines(path) == [["reference", "passphrase"], *written]
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_passphrase_cut_off_by_a_crash_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "pass.csv"
    with Passphrases(path) as book:
        one, two = book.of("R-1"), book.of("R-2")
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(two.encode()) + 3])
    with Passphrases(path) as book:
        assert (book.of("R-1"), book.of("R-2")) == (one, two)
    assert path.read_bytes() == whole


def test_a_list_without_its_key_gets_no_other(tmp_path: Path) -> None:
    """With another key its references would get passphrases that stand nowhere."""
    path, key = tmp_path / "pass.csv", tmp_path / "pass.csv.key"
    with Passphrases(path) as book:
        book.of("R-1")
    kept = key.read_bytes()
    key.unlink()
    with pytest.raises(DeliveryError, match=r"there is no .*pass\.csv\.key"):
        Passphrases(path)
    assert not key.exists()
    key.write_bytes(kept)
    with Passphrases(path) as book:
        book.of("R-2")
    assert len(lines(path)) == 3


def test_two_batches_do_not_write_into_one_list_at_once(tmp_path: Path) -> None:
    path = tmp_path / "pass.csv"
    with Passphrases(path), pytest.raises(DeliveryError, match=r"writing to .*pass\.csv"):
        Passphrases(path)
    with Passphrases(path) as book:
        assert book.of("R-1")
