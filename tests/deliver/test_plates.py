"""Plates on the disk: the same bytes again, and never a stale, damaged or foreign plate."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from handouts.cli.main import cli
from handouts.deliver import plates

MARIA = ["--name", "Maria Nuñez-O'Brien", "--side", "left", "--start", "2026-12-01"]
DAY = ["--date", "2026-11-22"]

Build = Callable[..., bytes]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that plates go to."""
    folder = tmp_path / "plates"
    monkeypatch.setenv(plates.FOLDER, str(folder))
    return folder


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Return a maker of handouts from the command line; ``laid_out`` is whether that was needed."""

    def make(*options: str, laid_out: bool, folder: Path | None = None) -> bytes:
        target = tmp_path / "made.pdf"
        target.unlink(missing_ok=True)
        called: list[int] = []
        import handouts.cli.making as making  # noqa: PLC0415, PLR0402 - patched as a module

        right = making.lay_out
        with monkeypatch.context() as patch:
            patch.setattr(making, "lay_out", lambda *args: called.append(1) or right(*args))
            place = ["--folder", str(folder)] if folder else []
            arguments = [*place, "build", "si-joint-calm", "--clinic", "riverbend", *DAY, *options]
            done = CliRunner().invoke(cli, [*arguments, "-o", str(target)])
        assert done.exit_code == 0, done.output
        assert bool(called) is laid_out
        return target.read_bytes()

    return make


def test_the_second_is_stamped_and_the_same(cache: Path, build: Build) -> None:
    first = build(*MARIA, laid_out=True)
    assert build(*MARIA, laid_out=False) == first
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("name", ["Ирина Петрова", "Łukasz Żółć-Bąk", "Nguyễn Thị Hương"])
def test_rare_letters_are_stamped(cache: Path, build: Build, name: str) -> None:
    turned = " ".join(reversed(name.split()))
    build("--name", turned, "--side", "left", laid_out=True)
    stamped = build("--name", name, "--side", "left", laid_out=False)
    for file in cache.iterdir():
        file.unlink()
    assert build("--name", name, "--side", "left", laid_out=True) == stamped


def test_other_options_and_other_days_are_laid_out(cache: Path, build: Build) -> None:
    build(*MARIA, laid_out=True)
    build(*MARIA, "--mode", "gray", laid_out=True)
    build(*MARIA, "--layout", "fridge", laid_out=True)
    build("--name", "Maria Nuñez-O'Brien", laid_out=True)
    build(*MARIA, "--date", "2026-11-23", laid_out=True)
    build(*MARIA, "--fillable", laid_out=True)
    build(*MARIA, "--fillable", laid_out=True)
    assert len(list(cache.iterdir())) == 5


def test_a_wider_name_gets_a_plate_beside_the_first(cache: Path, build: Build) -> None:
    wide = ["--name", "Bartholomew Featherstonehaugh", *MARIA[2:]]
    build(*MARIA, laid_out=True)
    build(*wide, laid_out=True)
    build(*wide, laid_out=False)
    build(*MARIA, laid_out=False)
    assert sorted(file.name[-2:] for file in cache.iterdir()) == [".0", ".1"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-100],
        lambda data: data[:5000] + bytes([data[5000] ^ 1]) + data[5001:],
        lambda data: data.replace(b"plate 3", b"plate 2", 1),
        lambda _: b"",
        lambda _: b"handouts plate 3 ",
        lambda _: b"\x80\x04\x95cos\nsystem\n",
    ],
)
def test_a_damaged_plate_is_made_anew(
    cache: Path, build: Build, spoil: Callable[[bytes], bytes]
) -> None:
    first = build(*MARIA, laid_out=True)
    (file,) = cache.iterdir()
    file.write_bytes(spoil(file.read_bytes()))
    assert build(*MARIA, laid_out=True) == first
    assert build(*MARIA, laid_out=False) == first
    assert len(list(cache.iterdir())) == 1


def test_a_plate_with_a_right_digest_and_wrong_content_is_made_anew(
    cache: Path, build: Build
) -> None:
    first = build(*MARIA, laid_out=True)
    (file,) = cache.iterdir()
    right = file.read_bytes().partition(b"\n")[2]
    for told in (
        {},
        [],
        {"sources": {}},
        {"plate": {"base": {"rows": 1}}, "visits": {}, "sources": {}},
        {**msgspec.msgpack.decode(right), "sources": [1, 2]},
        {**msgspec.msgpack.decode(right), "plate": {}},
    ):
        content = msgspec.msgpack.encode(told)
        digest = plates.digest_of(content).encode()
        file.write_bytes(b"handouts plate 3 " + digest + b"\n" + content)
        assert build(*MARIA, laid_out=True) == first
        assert len(list(cache.iterdir())) == 1


@pytest.mark.usefixtures("cache")
def test_changed_content_is_laid_out(build: Build, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "clinics").mkdir(parents=True)
    first = build(*MARIA, laid_out=True, folder=own)
    assert build(*MARIA, laid_out=False, folder=own) == first
    # A file of the clinic's own comes before the built-in one.
    (own / "safety").mkdir()
    builtin = Path(__file__).parents[2] / "data" / "safety" / "low-back.yaml"
    text = builtin.read_text("utf-8")
    (own / "safety" / "low-back.yaml").write_text(text, "utf-8")
    assert build(*MARIA, laid_out=True, folder=own) == first
    assert build(*MARIA, laid_out=False, folder=own) == first
    edited = text.replace("is sharp", "is very sharp", 1)
    assert edited != text
    (own / "safety" / "low-back.yaml").write_text(edited, "utf-8")
    assert build(*MARIA, laid_out=True, folder=own) != first
    (own / "safety" / "low-back.yaml").unlink()
    assert build(*MARIA, laid_out=False, folder=own) == first


def test_a_plate_holds_nothing_of_the_patient(cache: Path, build: Build) -> None:
    note = "Zaphod takes the zeppelin to Zanzibar."
    build(*MARIA[2:], "--name", "Quxley Vwzortz", "--note", note, "--reference", "QX-77",
          laid_out=True)  # fmt: skip
    build(*MARIA[2:], "--name", "Quxley Vwzortz", "--note", note, "--reference", "QX-77",
          laid_out=False)  # fmt: skip
    (file,) = cache.iterdir()
    data = file.read_bytes()
    parts = [data]
    for found in re.finditer(rb"stream\n(.*?)\r\nendstream", data, re.DOTALL):
        try:
            parts.append(zlib.decompress(found[1]))
        except zlib.error:
            continue
    assert len(parts) > 20
    whole = b"\n".join(parts)
    for secret in ("Quxley", "Vwzortz", "Zaphod", "Zanzibar", "QX-77"):
        assert secret.encode() not in whole
        assert secret.encode("utf-16-be") not in whole
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("cache")
def test_a_text_the_models_would_refuse_or_change_is_not_stamped(
    build: Build, tmp_path: Path
) -> None:
    first = build(*MARIA, laid_out=True)
    spaced = ["--name", "Maria  Nuñez-O'Brien ", *MARIA[2:]]
    assert build(*spaced, laid_out=True) == first
    decomposed = ["--name", "Maria Nun\u0303ez-O'Brien", *MARIA[2:]]
    assert build(*decomposed, laid_out=True) == first
    for name in ("Maria\u200fNuñez-O'Bri", "M" * 401, "محمد"):
        done = CliRunner().invoke(
            cli,
            ["build", "si-joint-calm", "--clinic", "riverbend", *DAY, "--name", name, *MARIA[2:],
             "-o", str(tmp_path / "x.pdf")],
        )  # fmt: skip
        assert done.exit_code == 1
        assert not (tmp_path / "x.pdf").exists()


def test_no_plates_are_kept_where_they_are_switched_off(
    cache: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(plates.FOLDER, "off")
    build(*MARIA, laid_out=True)
    build(*MARIA, laid_out=True)
    assert not cache.exists()


def test_a_folder_that_cannot_be_written_is_no_harm(cache: Path, build: Build) -> None:
    cache.write_text("a file is in the way")
    build(*MARIA, laid_out=True)
    build(*MARIA, laid_out=True)


def test_the_oldest_plates_go(cache: Path, build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plates, "_KEPT", 2)
    for mode in ("colour", "gray", "saver"):
        build(*MARIA, "--mode", mode, "--layout", "fridge", laid_out=True)
    assert len(list(cache.iterdir())) == 2
    build(*MARIA, "--mode", "saver", "--layout", "fridge", laid_out=False)


@pytest.mark.usefixtures("cache")
def test_a_repeated_build_needs_none_of_the_machinery(tmp_path: Path) -> None:
    """Neither YAML, models, dates nor layout are imported for a handout of a known kind."""
    code = (
        "import sys; from handouts.cli.main import cli\n"
        "try: cli()\n"
        "except SystemExit as done: assert not done.code\n"
        "heavy = 'pydantic', 'babel', 'yaml', 'qrcodegen', 'tinycss2',"
        " 'handouts.layout.engine', 'handouts.load.library', 'handouts.compose.compose'\n"
        "print(*[name for name in heavy if name in sys.modules])"
    )
    arguments = ["build", "si-joint-calm", "--clinic", "riverbend", *DAY, *MARIA, "-o"]
    told = [
        subprocess.run(
            [sys.executable, "-c", code, *arguments, str(tmp_path / f"{index}.pdf")],
            capture_output=True, text=True, check=True,
        ).stdout.splitlines()[-1]
        for index in range(2)
    ]  # fmt: skip
    assert "handouts.layout.engine" in told[0]
    assert told[1] == ""
    assert (tmp_path / "0.pdf").read_bytes() == (tmp_path / "1.pdf").read_bytes()


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("visit", ["2026-12-29 10:30", "2026-12-29", "2027-01-05 00:00"])
def test_a_visit_is_put_into_words_without_calendar_data(build: Build, visit: str) -> None:
    other = build(*MARIA, "--next-visit", "2026-12-30 11:15", laid_out=True)
    timed = visit == "2026-12-29 10:30"
    first = build(*MARIA, "--next-visit", visit, laid_out=not timed)
    assert build(*MARIA, "--next-visit", visit, laid_out=False) == first != other


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("visit", ["2027-12-29 10:30", "2026-12-29 10:31", "2026-12-29T10:30:30"])
def test_a_visit_far_away_or_at_an_odd_time_is_laid_out(build: Build, visit: str) -> None:
    first = build(*MARIA, "--next-visit", visit, laid_out=True)
    assert build(*MARIA, "--next-visit", visit, laid_out=True) == first


@pytest.mark.usefixtures("cache")
def test_a_patients_file_is_read_each_time(build: Build, tmp_path: Path) -> None:
    file = tmp_path / "maria.yaml"
    file.write_text("schema: 1\nname: Maria Nuñez-O'Brien\naffected_side: left\n", "utf-8")
    build("--patient", str(file), laid_out=True)
    build("--patient", str(file), laid_out=True)


def test_where_nobody_has_a_home_no_plates_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (plates.FOLDER, "LOCALAPPDATA", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)

    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert plates.cache_folder() is None
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert plates.cache_folder() == Path("/caches/handouts/plates")
