"""Files arrive whole in folders and in other storage."""

from __future__ import annotations

import stat
import uuid
from hashlib import sha256
from pathlib import Path

import fsspec
import pytest

from handouts import files
from handouts.deliver.output import is_url, open_output
from handouts.errors import DeliveryError
from handouts.files import sweep, write_whole


@pytest.fixture(params=["folder", "bucket", "file"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    kinds = {
        "folder": str(tmp_path / "out"),
        "bucket": f"gs://{uuid.uuid4().hex}",
        "file": f"file://{tmp_path}/other",
    }
    return kinds[request.param]


def test_what_is_written_is_there(place: str) -> None:
    output = open_output(place, make=True)
    output.write("a.pdf", b"old")
    output.write("a.pdf", b"%PDF")
    assert output.read("a.pdf") == b"%PDF"
    digest = sha256(b"%PDF").hexdigest()
    assert output.holds("a.pdf", digest, 4)
    assert not output.holds("a.pdf", digest, 5)
    assert not output.holds("b.pdf", digest, 4)
    output.remove("a.pdf")
    output.remove("a.pdf")
    with pytest.raises(DeliveryError, match=r"a\.pdf cannot be read"):
        output.read("a.pdf")


def test_a_folder_that_is_only_read_or_was_removed_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="there is no folder"):
        open_output(str(tmp_path / "out"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_private_and_keeps_no_halves(tmp_path: Path) -> None:
    output = open_output(str(tmp_path / "out"), make=True)
    output.write("a.pdf", b"%PDF")
    assert stat.S_IMODE((tmp_path / "out" / "a.pdf").stat().st_mode) == 0o600
    (tmp_path / "out" / ".b.pdf.0123456789abcdef.part").write_bytes(b"%P")
    output.sweep()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.pdf"]


def test_what_others_left_or_are_writing_is_not_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder may be somebody's own, and another run may write into it."""
    for name in (".film.mkv.part", ".b.pdf.part", "b.pdf.0123456789abcdef.part"):
        (tmp_path / name).touch()
    before = {path.name for path in tmp_path.iterdir()}

    def sweep_meanwhile(handle: int, data: bytes) -> None:
        write_all(handle, data)
        sweep(tmp_path)
        assert len(list(tmp_path.iterdir())) == len(before) + 1

    write_all = files.write_all
    monkeypatch.setattr(files, "write_all", sweep_meanwhile)
    write_whole(tmp_path / "a.pdf", b"%P")
    assert {path.name for path in tmp_path.iterdir()} == {*before, "a.pdf"}


def test_a_changed_file_is_not_the_one_that_was_written(tmp_path: Path) -> None:
    output = open_output(str(tmp_path))
    output.write("a.pdf", b"abcd")
    assert not output.holds("a.pdf", sha256(b"abce").hexdigest(), 4)


def test_only_halves_of_one_file_are_swept(tmp_path: Path) -> None:
    for name in (".a[1].pdf.0123456789abcdef.part", ".b.pdf.0123456789abcdef.part"):
        (tmp_path / name).touch()
    sweep(tmp_path, "a[1].pdf")
    assert [path.name for path in tmp_path.iterdir()] == [".b.pdf.0123456789abcdef.part"]


def test_storage_without_whole_objects_gets_a_rename(tmp_path: Path) -> None:
    place = f"file://{tmp_path}/other"
    open_output(place, make=True).write("a.pdf", b"%PDF")
    storage, root = fsspec.core.url_to_fs(place)
    assert [name.rpartition("/")[2] for name in storage.ls(root, detail=False)] == ["a.pdf"]


@pytest.mark.parametrize("kind", ["nosuchkind", "memory"])
def test_storage_that_keeps_nothing_is_refused(kind: str) -> None:
    """What is in the memory of a process is gone with it."""
    with pytest.raises(DeliveryError, match="this kind of storage is not known"):
        open_output(f"{kind}://bucket/folder")


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("s3://bucket/a", True),
        ("gs://a", True),
        ("out", False),
        ("C:\\x", False),
    ],
)
def test_urls_are_told_from_folders(target: str, url: bool) -> None:
    assert is_url(target) is url
