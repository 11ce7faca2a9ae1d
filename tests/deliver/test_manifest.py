"""The manifest only grows, says nothing twice, and survives a crash in the middle of a line."""

from __future__ import annotations

import errno
import json
import shutil
import stat
import sys
from pathlib import Path

import pytest

from handouts.deliver import guards
from handouts.deliver.manifest import Listed, Manifest, ManifestEntry, Status, latest, read_manifest
from handouts.errors import ContentError, DeliveryError


def made(row: int = 2, token: str = "TA", file: str = "a.pdf") -> ManifestEntry:  # noqa: S107 - no password
    return ManifestEntry(
        "r.csv", row, f"R-{token}", token, Status.MADE, code="X-1", file=file, sha256="0", pages=1
    )


def failed(row: int = 2, token: str = "TA") -> ManifestEntry:  # noqa: S107 - no password
    return ManifestEntry("r.csv", row, "R", token, Status.FAILED)


def append(path: Path, *entries: ManifestEntry) -> None:
    with Manifest(path) as manifest:
        manifest.append(entries)


def test_a_line_has_what_is_known_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    append(path, made())
    assert json.loads(path.read_text("utf-8")) == {
        "roster": "r.csv",
        "row": 2,
        "reference": "R-TA",
        "token": "TA",
        "status": "made",
        "code": "X-1",
        "file": "a.pdf",
        "sha256": "0",
        "pages": 1,
        "encrypted": False,
        "draft": False,
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(read_manifest(path)) == [made()]


def test_what_is_known_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    append(path, made(), failed(3, "TB"))
    before = path.read_bytes()
    append(path, made(), failed(3, "TB"))
    assert path.read_bytes() == before


def test_a_later_line_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    append(path, made(file="a.pdf"), made(file="b.pdf"))
    assert len(path.read_text("utf-8").splitlines()) == 2
    with Manifest(path) as manifest:
        found = manifest.made("TA")
    assert found is not None
    assert found.file == "b.pdf"


def test_a_row_that_fails_takes_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    append(path, made(), failed())
    with Manifest(path) as manifest:
        assert manifest.made("TA") == made()
        manifest.append([failed()])
        assert list(manifest.now.made(Listed.WRONG)) == [made()]
        assert list(manifest.now.replaced()) == []
        manifest.append([made(row=7)])
        assert list(manifest.now.made(Listed.GOOD)) == [made(row=7)]
    with latest(path) as entries:
        assert list(entries) == [made(row=7)], "it is good now"


def test_only_what_another_file_took_the_place_of_may_go(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    append(path, made(file="a.pdf"), made(3, "TB", "b.pdf"), made(4, "TC", "c.pdf"))
    append(path, made(file="a2.pdf"), failed(3, "TB"), made(4, "TC", "c.pdf").removed())
    with latest(path) as entries:
        assert list(entries.replaced()) == ["a.pdf", "c.pdf"]
        assert [entry.file for entry in entries.made(Listed.NOT)] == ["a2.pdf", "b.pdf"]
        entries.note(made(5, "TD", "c.pdf"))
        assert list(entries.replaced()) == ["a.pdf"], "another patient has that file now"
        entries.note(made(file="a.pdf"))
        assert list(entries.replaced()) == ["a2.pdf"]


def test_a_patient_whose_handout_was_removed_may_come_back(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    append(path, made(), made().removed())
    with Manifest(path) as manifest:
        assert manifest.made("TA") is None
        manifest.append([made()])
    with latest(path) as entries:
        assert list(entries) == [made()]


def test_a_row_that_failed_without_a_reference_is_good_later(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    append(path, ManifestEntry("r.csv", 2, "", "", Status.FAILED), made(2))
    with latest(path) as entries:
        assert list(entries) == [made(2)]


@pytest.mark.parametrize("cut", [1, 20, 5000])
def test_a_line_cut_off_by_a_crash_is_dropped(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "m.jsonl"
    append(path, made(), made(3, "TB", "b" * 6000))
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    assert list(read_manifest(path)) == [made()]
    append(path, made(3, "TB", "b" * 6000))
    assert path.read_bytes() == whole


def test_a_manifest_with_only_a_torn_line_becomes_empty(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    path.write_bytes(b'{"roster":')
    append(path, made())
    assert list(read_manifest(path)) == [made()]


@pytest.mark.parametrize("line", ["[]", "{}", "not json", '{"status":"made"}', "\xff"])
def test_a_foreign_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "m.jsonl"
    append(path, made())
    with path.open("ab") as stream:
        stream.write(line.encode("latin-1") + b"\n")
    with pytest.raises(ContentError, match=r"m\.jsonl:2: is not a line of a manifest"):
        list(read_manifest(path))


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"m\.jsonl cannot be read: no such file"):
        list(read_manifest(tmp_path / "m.jsonl"))


@pytest.mark.skipif(sys.platform == "win32", reason="an open file stays where it is")
@pytest.mark.parametrize("instead", [None, b"", "a copy"])
def test_a_manifest_that_is_taken_away_meanwhile_is_missed(
    tmp_path: Path, instead: bytes | str | None
) -> None:
    path = tmp_path / "m.jsonl"
    with Manifest(path) as manifest:
        manifest.append([made()])
        path.rename(tmp_path / "elsewhere")
        if instead == "a copy":
            shutil.copy(tmp_path / "elsewhere", path)
        elif isinstance(instead, bytes):
            path.write_bytes(instead)
        with pytest.raises(DeliveryError, match=r"m\.jsonl cannot be written"):
            manifest.append([made(3, "TB")])
    assert list(read_manifest(tmp_path / "elsewhere")) == [made()]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.EAGAIN, "another batch is writing"),
        (errno.ENOLCK, "its disk does not support file locks"),
    ],
)
def test_a_disk_without_locks_is_no_other_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    def refuse(_: int) -> None:
        raise OSError(code, "no")

    monkeypatch.setattr(guards, "_lock", refuse)
    with pytest.raises(DeliveryError, match=said), guards.held(tmp_path / "lock"):
        pytest.fail("it is not held")
