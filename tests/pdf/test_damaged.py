"""`handouts inspect` on damaged files and on files that are no PDF: one problem, nothing else."""

from __future__ import annotations

import io
import os
import random
import re
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

from handouts.cli.main import cli
from handouts.deliver import inspect as conformance
from handouts.stamp.build import write_pdf
from tests.command import run
from tests.conftest import Builder

TIMES = int(os.environ.get("HANDOUTS_MUTATIONS", "12"))
"""Files of each kind of damage."""
OBJECT = re.compile(rb"\n\d+ 0 obj\b.*?endobj", re.DOTALL)
TOKEN = re.compile(rb"/[A-Za-z0-9]+|-?\d+(?:\.\d+)?|<[0-9A-Fa-f]*>|\b(?:true|false|null|R|obj)\b")


@pytest.fixture(scope="session")
def files(handout_for: Builder) -> tuple[bytes, ...]:
    """Return a print handout and a form, as they are and with nothing compressed: one page each."""
    story = handout_for(layout="fridge", program="si-joint-move").laid_out
    made = (write_pdf(story).pdf, write_pdf(story, fillable=True).pdf)
    return (*made, *map(plain, made))


def plain(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue()


def truncated(pdf: bytes, chance: random.Random) -> bytes:
    return pdf[: chance.randrange(len(pdf))]


def flipped(pdf: bytes, chance: random.Random) -> bytes:
    data = bytearray(pdf)
    for _ in range(chance.choice((1, 10, 100, 1000))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def without_objects(pdf: bytes, chance: random.Random) -> bytes:
    objects = list(OBJECT.finditer(pdf))
    for gone in sorted(
        chance.sample(objects, min(chance.randint(1, 5), len(objects))),
        key=lambda match: -match.start(),
    ):
        pdf = pdf[: gone.start()] + b" " * len(gone[0]) + pdf[gone.end() :]
    return pdf


def with_other_tokens(pdf: bytes, chance: random.Random) -> bytes:
    """Exchange words of the file's own, with what follows moved: as a bad editor leaves it."""
    tokens = list(TOKEN.finditer(pdf))
    for changed in sorted(
        chance.sample(tokens, chance.randint(1, 12)), key=lambda match: -match.start()
    ):
        other = chance.choice(tokens)[0]
        pdf = pdf[: changed.start()] + other + pdf[changed.end() :]
    return pdf


def random_bytes(_pdf: bytes, chance: random.Random) -> bytes:
    start = chance.choice((b"", b"%PDF-1.7\n", b"%PDF-1.7\n1 0 obj\n<<"))
    return start + chance.randbytes(chance.randrange(4000))


DAMAGE = (truncated, flipped, without_objects, with_other_tokens, random_bytes)


def judge(code: int, out: str, err: str) -> None:
    """Either the file can be read, and is; or one problem of it is said, with a hint."""
    if code == 0:
        assert out.startswith("pages")
        assert not err
        return
    assert code == 1, out + err
    assert not out
    first, hint, last = err.splitlines()
    assert re.search(r"x\.pdf: (is not a PDF, or is damaged|needs a password)$", first)
    assert hint.startswith("    hint: ")
    assert last.startswith("1 problem in 1 file")


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_read_or_refused(
    damage: object, files: tuple[bytes, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_name: str) -> str:
        raise PackageNotFoundError

    # The validator has tests of its own, and takes most of the time.
    monkeypatch.setattr(conformance, "version", missing)
    assert callable(damage)
    path = tmp_path / "x.pdf"
    for number in range(TIMES):
        chance = random.Random(f"{damage} {number}")  # noqa: S311 - no secret
        path.write_bytes(damage(files[number % len(files)], chance))
        done = CliRunner().invoke(cli, ["inspect", str(path), "--text", "--reading"])
        judge(done.exit_code, done.stdout, done.stderr)


@pytest.mark.parametrize("damage", DAMAGE)
def test_nothing_else_reaches_the_terminal(
    damage: object, files: tuple[bytes, ...], tmp_path: Path
) -> None:
    """As somebody types it: what libraries say on their own would stand on standard error."""
    assert callable(damage)
    path = tmp_path / "x.pdf"
    for number in range(2):
        chance = random.Random(number)  # noqa: S311 - no secret
        path.write_bytes(damage(files[2 + number], chance))
        done = run(tmp_path, "inspect", str(path))
        judge(done.returncode, done.stdout, done.stderr)
