"""Files are whole or absent, private, and refused in time."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
from contextlib import nullcontext
from pathlib import Path

import pytest

from handouts import files
from handouts.errors import DeliveryError
from handouts.files import PDF, check_target, make_folder, write_whole


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_content_arrives_whole_and_private(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    write_whole(target, b"%PDF")
    assert target.read_bytes() == b"%PDF"
    assert mode(target) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_public_file_is_readable_by_all(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.json", b"{}", private=False)
    assert mode(tmp_path / "a.json") == 0o644


def test_old_file_is_replaced_and_becomes_private(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    target.chmod(0o644)
    write_whole(target, b"new")
    assert target.read_bytes() == b"new"
    assert mode(target) == 0o600


def test_a_link_keeps_pointing_at_its_file(tmp_path: Path) -> None:
    real, link = tmp_path / "real.pdf", tmp_path / "link.pdf"
    real.write_bytes(b"old")
    link.symlink_to(real)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_failure_keeps_the_old_file_and_leaves_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    monkeypatch.setattr(os, step, full)
    with pytest.raises(DeliveryError, match="cannot be written: no space left on device") as caught:
        write_whole(target, b"new")
    assert caught.value.retry
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_a_system_that_takes_little_at_a_time_gets_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:3]))
    write_whole(tmp_path / "a.pdf", b"%PDF-1.7", b"", b"%%EOF")
    assert (tmp_path / "a.pdf").read_bytes() == b"%PDF-1.7%%EOF"


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of a file's size")
def test_a_disk_that_fills_up_while_it_is_written(tmp_path: Path) -> None:
    """A limit of the file's size: the system takes some of the bytes and refuses the rest."""
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    script = textwrap.dedent("""
        import resource, sys
        from pathlib import Path
        from handouts.files import write_whole
        from handouts.errors import DeliveryError
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
        try:
            write_whole(Path(sys.argv[1]), b"n" * 3000, b"m" * 3000, flush=False)
        except DeliveryError as error:
            print(error)
    """)
    done = subprocess.run(
        [sys.executable, "-c", script, str(target)], capture_output=True, text=True, check=True
    )
    assert "a.pdf cannot be written: file too large" in done.stdout
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


@pytest.mark.parametrize("step", ["write", "fsync", "close", "replace"])
def test_a_killed_process_leaves_the_old_file(tmp_path: Path, step: str) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(b"old")
    script = textwrap.dedent("""
        import os, sys, time
        from pathlib import Path
        from handouts import files
        def stop(*_):
            print("writing", flush=True)
            time.sleep(60)
        setattr(files.os, sys.argv[2], stop)
        files.write_whole(Path(sys.argv[1]), b"n" * 1_000_000, flush=sys.argv[2] == "fsync")
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(target), step], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "writing\n"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert target.read_bytes() == b"old"
    (beside,) = tmp_path.glob(f".*{files.PART}")
    assert mode(beside) == 0o600
    files.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_target_in_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="does not exist"):
        check_target(tmp_path / "gone" / "a.pdf")


def test_target_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DeliveryError, match="is not a folder"):
        check_target(tmp_path / "file" / "a.pdf")


def test_target_that_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="is a folder") as caught:
        check_target(tmp_path)
    assert "handout.pdf" in caught.value.problems[0].hint


def test_target_that_is_a_device() -> None:
    with pytest.raises(DeliveryError, match="is not a regular file"):
        check_target(Path(os.devnull))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_target_in_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(DeliveryError, match="cannot be written: permission denied"):
        check_target(tmp_path / "a.pdf")


def test_checking_leaves_nothing_behind(tmp_path: Path) -> None:
    check_target(tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


def test_folder_with_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DeliveryError, match="cannot be written"):
        make_folder(tmp_path / "file" / "deeper")


@pytest.mark.parametrize(
    ("content", "refused"), [(b"reference,name\n", True), (b"%PDF-1.7\n", False), (b"", False)]
)
def test_what_is_of_another_kind_is_not_overwritten(
    tmp_path: Path, content: bytes, refused: bool
) -> None:
    """It may be the list of patients, given by mistake as the name of the new file."""
    target = tmp_path / "monday.csv"
    check_target(target, PDF)
    target.write_bytes(content)
    wrong = pytest.raises(DeliveryError, match="contains something else; it was not overwritten")
    with wrong if refused else nullcontext():
        check_target(target, PDF)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [content]
