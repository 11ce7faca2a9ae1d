"""Whatever is killed, and when: nothing is lost, doubled or half-written."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from handouts import Library, Workspace
from handouts.deliver.batch import workers
from handouts.deliver.batch.run_batch import BatchOptions, run_batch
from handouts.deliver.guards import (
    interrupts_blocked,
    interrupts_deferred,
    terminated_as_interrupted,
)
from handouts.deliver.manifest import Status, read_manifest
from handouts.load.roster import read_roster
from tests.deliver.conftest import TODAY
from tests.deliver.deadly import ALWAYS, ONCE, run_jobs
from tests.deliver.disturbed import unignored
from tests.deliver.rosters import GOOD, Told, people, write_csv, write_folder

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def start(tmp_path: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    """Start the real command with two processes, as a group of its own."""
    words = [sys.executable, "-m", "handouts", "batch", tmp_path / "roster.csv", "-o", out]
    command = [*words, "--jobs", "2", "--date", "2026-11-22", "--resume", *options]
    return subprocess.Popen(
        list(map(str, command)),
        env={**ENVIRONMENT, "HANDOUTS_FOLDER": str(tmp_path / "clinic")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=unignored,  # noqa: PLW1509 - sets one signal
    )


def wait_for_lines(out: Path, process: subprocess.Popen[str], count: int = 1) -> None:
    """Wait until some rows are recorded."""
    path = out / "manifest.jsonl"
    limit = time.monotonic() + 60
    while time.monotonic() < limit and process.poll() is None:
        if path.exists() and path.read_bytes().count(b"\n") >= count:
            return
        time.sleep(0.02)
    pytest.fail("nothing was recorded")


def children(group: int) -> list[int]:
    """Return the processes of a group that are alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of_group = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of_group) == group and state != "Z":
            found.append(int(path.parent.name))
    return found


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_workers_go_when_their_parent_is_killed(tmp_path: Path) -> None:
    write_folder(tmp_path / "clinic")
    write_csv(tmp_path / "roster.csv", people(2000))
    out = tmp_path / "out"
    process = start(tmp_path, out)
    wait_for_lines(out, process)
    group = process.pid
    assert len(children(group)) >= 3
    process.kill()
    process.communicate()
    limit = time.monotonic() + 10
    while children(group) and time.monotonic() < limit:
        time.sleep(0.05)
    assert children(group) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no groups of processes")
def test_a_terminal_that_closes_stops_a_batch_as_ctrl_c_does(tmp_path: Path) -> None:
    """It tells all its processes; for Ctrl-C, and what goes on after it, see `test_disturbed`."""
    write_folder(tmp_path / "clinic")
    write_csv(tmp_path / "roster.csv", people(600))
    out = tmp_path / "out"
    process = start(tmp_path, out)
    wait_for_lines(out, process)
    os.killpg(process.pid, signal.SIGHUP)
    said, complained = process.communicate(timeout=60)
    assert process.returncode == 130, complained
    assert "Traceback" not in complained
    assert "to continue, run the same command with --resume" in complained
    recorded = sum(1 for _ in read_manifest(out / "manifest.jsonl"))
    assert f"made       {recorded}" in said or f"made      {recorded}" in said
    assert 0 < recorded < 600


@pytest.fixture
def heard() -> Iterator[None]:
    """Hear Ctrl-C also where the shell that started the tests ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals cannot be held back")
@pytest.mark.parametrize("name", ["SIGINT", "SIGHUP"])
@pytest.mark.usefixtures("heard")
def test_ctrl_c_while_work_is_handed_out_is_not_lost(name: str) -> None:
    """It was, in the time that a worker took to start."""
    told: list[str] = []
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - what is done meanwhile is the test
        with terminated_as_interrupted(), interrupts_blocked():
            signal.raise_signal(getattr(signal, name))
            told.append("handed out")
        told.append("never reached")
    assert told == ["handed out"]


def test_a_signal_to_end_is_ctrl_c() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), terminated_as_interrupted():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="terminals do not say that they close")
@pytest.mark.parametrize("ignored", [True, False])
def test_a_terminal_that_closes_is_ctrl_c_unless_nohup_said_so(*, ignored: bool) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)
    ends = contextlib.nullcontext() if ignored else pytest.raises(KeyboardInterrupt)
    with ends, terminated_as_interrupted(), interrupts_deferred() as came:
        signal.raise_signal(signal.SIGHUP)
        assert bool(came) is not ignored
    signal.signal(signal.SIGHUP, before)


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced_and_only_its_killer_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "run_jobs", run_jobs)
    rows = people(14)
    rows = [*rows[:3], {**GOOD, "reference": ONCE}, *rows[3:9], {**GOOD, "reference": ALWAYS}]
    rows += people(14)[9:]
    roster = write_csv(tmp_path / "roster.csv", rows)
    workspace, told = Workspace(write_folder(tmp_path / "clinic"), today=TODAY), Told()
    options = BatchOptions(str(tmp_path / "out"), tmp_path / "out", 2, chunk=3)
    summary = run_batch(read_roster(Library(workspace), [roster]), workspace, options, told)
    assert (summary.made, summary.failed) == (15, 1)
    assert [failure[1] for failure in told.failures] == [ALWAYS]
    assert told.failures[0][2] == "the worker died each time it made this handout"
    entries = list(read_manifest(tmp_path / "out" / "manifest.jsonl"))
    assert [entry.reference for entry in entries] == [row["reference"] for row in rows]
    assert [entry.reference for entry in entries if entry.status is Status.FAILED] == [ALWAYS]


_DIES = """import os, sys
if any("spawn_main" in word for word in sys.orig_argv):
    os._exit(9)
"""


def test_workers_that_die_at_their_start_fail_no_rows(tmp_path: Path) -> None:
    """Every row was told to have killed its worker, and was one of a list to correct."""
    write_folder(tmp_path / "clinic")
    write_csv(tmp_path / "roster.csv", people(20))
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(_DIES, "utf-8")
    out = tmp_path / "out"
    words = [sys.executable, "-m", "handouts", "batch", tmp_path / "roster.csv", "-o", out]
    words += ["--date", "2026-11-22"]
    clinic = {"HANDOUTS_FOLDER": str(tmp_path / "clinic")}
    dying = {"PYTHONPATH": f"{tmp_path / 'site'}{os.pathsep}{ROOT}"}
    stopped = subprocess.run(
        [*map(str, words), "--jobs", "2"],
        env=ENVIRONMENT | clinic | dying, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert stopped.returncode == 1
    assert "worker processes die" in stopped.stderr
    assert not (out / "failed.csv").exists()
    assert (out / "manifest.jsonl").read_bytes() == b""
    subprocess.run(
        [*map(str, words), "--jobs", "1", "--resume"],
        env=ENVIRONMENT | clinic, capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    assert len(list(out.glob("*.pdf"))) == 20
