"""Rows that failed can be corrected and read again, and run nothing in a spreadsheet."""

from __future__ import annotations

import csv
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from handouts.deliver.batch import record
from handouts.deliver.batch.record import Failures, failures_file
from handouts.errors import DeliveryError, Problem

NASTY = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", 'say "hi", ok', "Line\nbreak", "Ωß"]


def test_cells_come_back_guarded_and_in_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "failed.csv"
    failures = Failures(tmp_path, [], ("reference", "name"))
    for number, name in enumerate(NASTY, 2):
        failures.add("r.csv", number, {"reference": "R", "name": name}, [Problem("no", hint="h")])
    failures.put()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"\xef\xbb\xbfroster,row,reference,name,problem,what to do")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["row"] for row in rows] == [str(number) for number in range(2, 2 + len(NASTY))]
    assert [row["name"].removeprefix("'") for row in rows] == NASTY
    assert not any(row["name"][0] in "=+-@\t\r\n" for row in rows)
    assert (rows[0]["problem"], rows[0]["what to do"]) == ("no", "h")


def put(folder: Path, *names: str) -> Path | None:
    """Put the list of a run in which rows of these names failed."""
    return failures_of(folder, *names).put()


def failures_of(folder: Path, *names: str) -> Failures:
    """Return the failures of a run that goes on."""
    failures = Failures(folder, [], ("name",))
    for name in names:
        failures.add("r.csv", 2, {"name": name}, [Problem("no")])
    return failures


def test_without_failures_the_old_list_goes(tmp_path: Path) -> None:
    path = tmp_path / "failed.csv"
    assert put(tmp_path, "x") == path
    assert path.exists()
    assert put(tmp_path) is None
    assert not path.exists()


def test_a_list_that_is_being_corrected_is_not_written_over(tmp_path: Path) -> None:
    """Hours of somebody's typing: another run writes beside it."""
    path = tmp_path / "failed.csv"
    for name in ("x", "y"):
        put(tmp_path, name)
    corrected = path.read_text("utf-8").replace("y", "Yan")
    path.write_text(corrected, "utf-8")
    put(tmp_path, "z")
    assert path.read_text("utf-8") == corrected
    assert "z" in (tmp_path / "failed-2.csv").read_text("utf-8")
    put(tmp_path)
    assert sorted(each.name for each in tmp_path.glob("*.csv")) == ["failed.csv"]
    assert path.read_text("utf-8") == corrected


@pytest.mark.parametrize("failed", [(), ("z",)])
def test_a_list_that_is_corrected_during_a_run_is_not_written_over(
    tmp_path: Path, failed: tuple[str, ...]
) -> None:
    path = put(tmp_path, "x")
    assert path is not None
    going = failures_of(tmp_path, *failed)
    corrected = path.read_text("utf-8").replace("x", "Xan")
    path.write_text(corrected, "utf-8")
    assert going.put() == (tmp_path / "failed-2.csv" if failed else None)
    assert path.read_text("utf-8") == corrected
    assert len(list(tmp_path.glob("*.csv"))) == 1 + len(failed)


def test_a_list_that_was_never_replaced_stays_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often a full disk refused another in its place."""
    path = put(tmp_path, "x")

    def refuse(to: Path, *_: bytes) -> None:
        raise DeliveryError(f"{to} cannot be written: no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(record, "write_whole", refuse)
        for name in ("y", "z"):
            with pytest.raises(DeliveryError):
                put(tmp_path, name)
    assert put(tmp_path, "w") == path
    assert [each.name for each in tmp_path.glob("*.csv")] == ["failed.csv"]


def test_a_file_of_that_name_that_is_somebodys_own_stays(tmp_path: Path) -> None:
    own = tmp_path / "failed.csv"
    own.write_text("test,mark\nanatomy,D\n", "utf-8")
    path = failures_file(tmp_path, [])
    assert path == tmp_path / "failed-2.csv"
    put(tmp_path)
    assert own.exists()


def test_a_password_is_not_repeated_and_not_forgotten(tmp_path: Path) -> None:
    """An empty cell would make the handout for everybody to open."""
    path = tmp_path / "failed.csv"
    failures = Failures(tmp_path, [], ("reference", "password"))
    for cell in ("correct horse", ""):
        failures.add("r.csv", 2, {"reference": "R", "password": cell}, [Problem("no")])
    failures.put()
    assert "horse" not in path.read_text("utf-8")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        first, second = csv.DictReader(stream)
    assert (first["password"], second["password"]) == ("?", "")
    assert first["what to do"] == "type the password again: it is not repeated here"
    assert second["what to do"] == ""


def test_a_run_that_did_not_end_keeps_the_old_list(tmp_path: Path) -> None:
    path = tmp_path / "failed.csv"
    path.write_text("old", "utf-8")
    failures_of(tmp_path, "x")
    assert path.read_text("utf-8") == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["failed.csv"]


@contextmanager
def small_files() -> Iterator[None]:
    """Let no file grow beyond some bytes, as a full disk does; also not what pytest prints to."""
    resource = pytest.importorskip("resource", reason="this system limits no files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_of_a_run_that_ended(tmp_path: Path) -> None:
    failures = failures_of(tmp_path, "x")
    with small_files(), pytest.raises(DeliveryError, match="cannot be written: file too large"):
        failures.put()
    assert list(tmp_path.iterdir()) == []


def test_the_list_that_is_read_is_not_written_over(tmp_path: Path) -> None:
    assert failures_file(tmp_path, [tmp_path / "today.csv"]) == tmp_path / "failed.csv"
    read = [tmp_path / "failed.csv", tmp_path / "x" / ".." / "failed-2.csv"]
    (tmp_path / "x").mkdir()
    assert failures_file(tmp_path, read) == tmp_path / "failed-3.csv"
