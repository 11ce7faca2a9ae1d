"""Whatever disturbs the installed command, and when: nothing is lost, doubled or half-written.

The long form is ``make soak``: lists of 1 to 1,000 rows, and eighty kills.
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.deliver.disturbed import (
    BAD,
    COMMAND,
    PRINTED,
    Said,
    Ward,
    copy_key,
    ended,
    kill,
    recorded,
    until,
    wait,
    written,
)
from tests.deliver.rosters import people, write_csv

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="kills with signals"),
    pytest.mark.skipif(not COMMAND.exists(), reason=f"{COMMAND} is not installed"),
]
SOAK = os.environ.get("HANDOUTS_SOAK") == "1"
SHORT = [(14, 2, False, 2), (150, 1, True, 2)]
"""Rows, jobs, with a print run or not, kills."""
LONG = [
    (rows, jobs, printed, 5)
    for rows, jobs, printed in itertools.product((1, 14, 150, 1000), (1, 2), (False, True))
]
STAGES: collections.Counter[str] = collections.Counter()


@pytest.fixture(scope="module", autouse=True)
def figures() -> Iterator[None]:
    """Say after the long form where the kills fell."""
    yield
    if SOAK:
        told = ", ".join(f"{count} {stage}" for stage, count in sorted(STAGES.items()))
        print(f"\nkills: {sum(STAGES.values())} ({told})")  # noqa: T201 - for who waits


def alone(ward: Ward) -> Ward:
    """Return the same with one process: who goes on may have fewer, which take time to start."""
    return ward if SOAK else replace(ward, jobs=1)


@pytest.mark.parametrize(("rows", "jobs", "printed", "kills"), LONG if SOAK else SHORT)
def test_killed_at_any_moment(
    tmp_path: Path, rows: int, jobs: int, printed: bool, kills: int
) -> None:
    chance = random.Random(f"{rows} {jobs} {printed}")  # noqa: S311 - moments, not secrets
    ward = Ward.make(tmp_path, rows, jobs, printed=printed)
    begin = time.monotonic()
    assert ended(ward.start("calm")).code == ward.code
    longest = time.monotonic() - begin
    if not SOAK or chance.random() < 0.5:
        copy_key(tmp_path / "calm", tmp_path / "out")
    for _ in range(kills):
        before = ward.lines()
        process = ward.start("out", "--resume")
        wait(ward, process, chance, longest)
        killed = kill(process, all_of_it=chance.random() < 0.5)
        if killed.code != -signal.SIGKILL:
            assert killed.code == ward.code, killed
        STAGES[ward.stage() if killed.code < 0 else "after the end"] += 1
        assert ward.lines() >= before, "what was recorded stays"
    assert alone(ward).run("out", "--resume").code == ward.code
    ward.equals_undisturbed()


@pytest.mark.parametrize("jobs", [1, 2] if SOAK else [1])
def test_killed_before_anything_is_recorded(tmp_path: Path, jobs: int) -> None:
    """The next run once took the folder for new and then for an old one, and emptied it."""
    ward = Ward.make(tmp_path, 14, jobs)
    process = ward.start()
    assert until(process, written(ward))
    assert kill(process, all_of_it=True).code == -signal.SIGKILL
    assert ward.stage() == "nothing recorded"
    done = ward.run("out", "--resume")
    assert (done.code, done.counts["made"]) == (3, "13"), done
    assert len(ward.pdfs()) == 13
    ward.equals_undisturbed()


def test_a_print_run_of_files_that_are_there_has_the_same_bytes(tmp_path: Path) -> None:
    ward = Ward.make(tmp_path, 6, printed=True)
    assert ward.run().code == 3
    first = (tmp_path / f"out-{PRINTED}").read_bytes()
    assert ward.run("out", "--resume").counts["made"] == "0"
    assert (tmp_path / f"out-{PRINTED}").read_bytes() == first


# -- Ctrl-C


def interrupted(process: subprocess.Popen[str]) -> Said:
    os.killpg(process.pid, signal.SIGINT)
    return ended(process)


@pytest.mark.parametrize("share", [k / 10 for k in range(10)] if SOAK else [0.5])
def test_ctrl_c_at_any_moment(tmp_path: Path, share: float) -> None:
    ward = Ward.make(tmp_path, 150, 2)
    begin = time.monotonic()
    assert ended(ward.start("calm")).code == ward.code
    longest = time.monotonic() - begin
    if not SOAK:
        copy_key(tmp_path / "calm", tmp_path / "out")
    process = ward.start()
    time.sleep(share * longest)
    said = interrupted(process)
    assert "Aborted" not in said.err
    # The interpreter itself may be interrupted before it has come to us: then it says so.
    assert said.code in (130, -signal.SIGINT, ward.code), said
    if said.code == 130:
        assert "Traceback" not in said.err
        assert not said.err or "stopped" in said.err
    assert alone(ward).run("out", "--resume").code == ward.code
    ward.equals_undisturbed()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for open files in /proc")
def test_ctrl_c_while_the_list_is_read_is_exit_130(tmp_path: Path) -> None:
    """Long before the batch begins: it said "Aborted!" with exit code 1."""
    ward = Ward.make(tmp_path, 40_000)
    process = ward.start()
    assert until(process, opened(process.pid, "today.csv"))
    said = interrupted(process)
    assert (said.code, said.err.strip()) == (130, "stopped")
    assert not (tmp_path / "out").exists()


def opened(pid: int, name: str) -> Iterator[bool]:
    """Yield whether a process has a file open."""
    while True:
        held = Path(f"/proc/{pid}/fd").glob("*")
        with contextlib.suppress(OSError):
            yield any(link.readlink().name == name for link in held)


# -- disks


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of some forty handouts where the batch is to go."""
    out = tmp_path / "out"
    out.mkdir(mode=0o700)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1600k,mode=700", "tmpfs", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted: {mounted.stderr.strip()}")
    yield out
    subprocess.run(["umount", str(out)], check=True)


@pytest.mark.parametrize("jobs", [1, 2] if SOAK else [2])
def test_a_full_disk(tmp_path: Path, small_disk: Path, jobs: int) -> None:
    ward = Ward.make(tmp_path, 60, jobs)
    # The list of failures is longer than what waits in memory for the disk.
    rows = [{**BAD, "reference": f"BAD-{number}", "note": "x" * 1000} for number in range(40)]
    write_csv(tmp_path / "today.csv", [*rows, *people(59, layout="slip")])
    ward = replace(ward, rows=99)
    said = ward.run()
    recorded_rows = ward.lines()
    finished = recorded_rows - 40
    assert 0 < finished < 59
    assert said.code == 1
    assert "no space left on device" in said.err
    assert (
        f"stopped: {finished} of 99 are finished; to continue, run the same command with --resume"
        in (said.err)
    )
    assert "nothing was written" not in said.err
    assert said.counts["made"] == str(finished)
    assert not (small_disk / "failed.csv").exists()
    full = alone(ward).run("out", "--resume")
    assert full.code == 1, "it is full still"
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    done = alone(ward).run("out", "--resume")
    assert done.code == 3, done
    assert int(done.counts["made"]) + int(done.counts["unchanged"]) == 59
    assert len(ward.pdfs()) == 59
    ward.equals_undisturbed()


def test_a_manifest_that_may_not_grow(tmp_path: Path) -> None:
    """What a quota does to the file of the manifest, for who may not mount a disk."""
    ward = Ward.make(tmp_path, 250)
    most = 48 * 1024
    script = f"ulimit -f {most // 1024} && exec '{COMMAND}' batch today.csv -o out --jobs 1"
    done = subprocess.run(
        ["bash", "-c", f"{script} --date 2026-11-22"],
        cwd=tmp_path,
        env={**os.environ, "HANDOUTS_FOLDER": str(tmp_path / "clinic")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done
    assert "manifest.jsonl cannot be written: file too large" in done.stderr
    finished = ward.lines()
    assert 0 < finished < 250
    assert f"stopped: {finished} of 250 are finished" in done.stderr
    assert (tmp_path / "out" / "manifest.jsonl").stat().st_size <= most
    assert ward.run("out", "--resume").code == 3
    ward.equals_undisturbed()


@pytest.mark.parametrize("jobs", [1, 2] if SOAK else [1])
def test_a_folder_that_becomes_read_only(tmp_path: Path, jobs: int) -> None:
    ward = Ward.make(tmp_path, 250, jobs)
    process = ward.start()
    assert until(process, recorded(ward, 64))
    out = tmp_path / "out"
    lock, unlock = ("chmod", "0500"), ("chmod", "0700")
    if os.geteuid() == 0:
        # The modes of a folder do not stop root.
        lock, unlock = ("chattr", "+i"), ("chattr", "-i")
    if subprocess.run([*lock, str(out)], capture_output=True, check=False).returncode:
        kill(process, all_of_it=True)
        pytest.skip("this disk has no folder that root may not write to")
    try:
        said = ended(process)
        again = ward.run("out", "--resume")
    finally:
        subprocess.run([*unlock, str(out)], check=True)
    finished = ward.lines()
    assert said.code == 1, said
    assert (
        f"stopped: {finished} of 250 are finished; to continue, run the same command with --resume"
        in said.err
    )
    assert "cannot be written" in said.err
    assert again.code == 1, again
    assert "cannot be written" in again.err
    assert ward.run("out", "--resume").code == 3
    ward.equals_undisturbed()


def test_two_at_once(tmp_path: Path) -> None:
    ward = Ward.make(tmp_path, 150)
    first = ward.start()
    assert until(first, recorded(ward, 1))
    os.killpg(first.pid, signal.SIGSTOP)  # so that it is at work still, however slow the other is
    second = ward.run("out", "--resume")
    os.killpg(first.pid, signal.SIGCONT)
    assert second.code == 1
    assert "another batch is writing to out" in second.err
    assert ended(first).code == 3
    ward.equals_undisturbed()


# -- who may look


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_only_the_owner_may_look(tmp_path: Path, umask: int) -> None:
    ward = Ward.make(tmp_path, 3)
    script = f"umask {umask:03o} && exec '{COMMAND}' batch today.csv -o a/out --date 2026-11-22"
    environment = {**os.environ, "HANDOUTS_FOLDER": str(tmp_path / "clinic")}
    subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    del ward
    found = [tmp_path / "a", *(tmp_path / "a").rglob("*")]
    assert len(found) >= 9
    for path in found:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
