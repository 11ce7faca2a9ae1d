"""Batches made by the installed command in processes of its own, and what disturbs them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from handouts.deliver.manifest import MANIFEST, Status, latest
from tests import command
from tests.deliver.rosters import GOOD, people, write_csv, write_folder

COMMAND = Path(sys.executable).with_name("handouts")
LIMIT = 300.0
"""Seconds after which a run hangs."""
BAD = {**GOOD, "reference": "BAD", "program": "no-such"}
PRINTED = "print.pdf"


def unignored() -> None:
    """Let a child hear Ctrl-C and a closed terminal also where the tests' shell ignores them."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@dataclass(frozen=True)
class Ward:
    """A list of patients and the folder its batch goes to; ``beside`` holds all of it."""

    beside: Path
    rows: int
    jobs: int = 1
    printed: bool = False

    @classmethod
    def make(cls, beside: Path, rows: int, jobs: int = 1, *, printed: bool = False) -> Ward:
        """Write the list: all rows are good but the last, if there are several."""
        write_folder(beside / "clinic")
        bad = [BAD] if rows > 1 else []
        good = people(rows - len(bad), layout="slip")
        write_csv(beside / "today.csv", [*good, *bad])
        return cls(beside, rows, jobs, printed)

    @property
    def code(self) -> int:
        """How an undisturbed run exits."""
        return 3 if self.rows > 1 else 0

    def words(self, out: str, *more: str) -> list[str]:
        """Return the words of the command."""
        words = ["batch", "today.csv", "-o", out, "--date", "2026-11-22", "--jobs", str(self.jobs)]
        if self.printed:
            words += ["--print-run", f"{out}-{PRINTED}", "--separators"]
        return [*words, *more]

    def start(self, out: str = "out", *more: str) -> subprocess.Popen[str]:
        """Start the installed command, as the first process of a group."""
        return subprocess.Popen(
            [COMMAND, *self.words(out, *more)],
            cwd=self.beside,
            env={**os.environ, "HANDOUTS_FOLDER": str(self.beside / "clinic")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=unignored,  # noqa: PLW1509 - sets one signal
        )

    def run(self, out: str = "out", *more: str) -> Said:
        """Run the command to its end: nobody disturbs it, so it starts as most tests' commands."""
        done = command.run(self.beside, *self.words(out, *more), folder=self.beside / "clinic")
        return Said(done.returncode, done.stdout, done.stderr)

    def lines(self) -> int:
        """Return how many rows are recorded."""
        path = self.beside / "out" / MANIFEST
        return path.read_bytes().count(b"\n") if path.exists() else 0

    def stage(self) -> str:
        """Return how far a run came."""
        lines = self.lines()
        if not (self.beside / "out" / MANIFEST).exists():
            return "before anything"
        if lines == 0:
            return "nothing recorded"
        return "some recorded" if lines < self.rows else "all recorded"

    def pdfs(self) -> list[str]:
        """Return the handouts in the folder."""
        return sorted(path.name for path in (self.beside / "out").glob("*.pdf"))

    def equals_undisturbed(self) -> None:
        """Compare the folder with that of a run under the same key that nobody disturbed."""
        calm, out = self.beside / "calm", self.beside / "out"
        if not _same_key(calm, out):
            copy_key(out, calm)
            done = replace(self, jobs=1).run("calm")
            assert done.code == self.code, done
        assert files(out) == files(calm)
        if self.printed:
            run = [(self.beside / f"{name}-{PRINTED}").read_bytes() for name in ("out", "calm")]
            assert run[0] == run[1]
        assert list(self.beside.rglob(".*.part")) == []
        self.is_as_told()

    def is_as_told(self) -> None:
        """Compare the folder with its manifest: the same files, whole, and no other."""
        out = self.beside / "out"
        with latest(out / MANIFEST) as now:
            made = {entry.file: entry.sha256 for entry in now if entry.status is Status.MADE}
        assert self.pdfs() == sorted(map(str, made))
        for name, digest in made.items():
            assert hashlib.sha256((out / str(name)).read_bytes()).hexdigest() == digest


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def counts(self) -> dict[str, str]:
        """The table at the end: how many of what."""
        cells = [line.split() for line in self.out.splitlines()]
        return {each[0]: each[1] for each in cells if len(each) > 1}


def _same_key(one: Path, other: Path) -> bool:
    keys = [folder / "batch.key" for folder in (one, other)]
    return all(key.exists() for key in keys) and keys[0].read_bytes() == keys[1].read_bytes()


def copy_key(source: Path, target: Path) -> None:
    """Begin a folder with nothing but the key of another: references get the same tokens."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    target.chmod(0o700)
    shutil.copy(source / "batch.key", target / "batch.key")
    (target / "batch.key").chmod(0o600)


def ended(process: subprocess.Popen[str]) -> Said:
    """Wait for a command."""
    try:
        out, err = process.communicate(timeout=LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return Said(process.returncode, out, err)


def kill(process: subprocess.Popen[str], *, all_of_it: bool) -> Said:
    """Kill a command for real: it alone, or its workers with it."""
    with contextlib.suppress(ProcessLookupError):
        if all_of_it:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    return ended(process)


def until(process: subprocess.Popen[str], so: Iterator[bool]) -> bool:
    """Wait until something is so; False if the command came to its end before."""
    limit = time.monotonic() + LIMIT
    for there in so:
        if there:
            return True
        if process.poll() is not None or time.monotonic() > limit:
            return False
        time.sleep(0.001)
    return False


def recorded(ward: Ward, rows: int) -> Iterator[bool]:
    """Yield whether so many rows are recorded."""
    while True:
        yield ward.lines() >= rows


def written(ward: Ward) -> Iterator[bool]:
    """Yield whether the first handout is there."""
    while True:
        yield any((ward.beside / "out").glob("*.pdf"))


def wait(ward: Ward, process: subprocess.Popen[str], chance: random.Random, longest: float) -> None:
    """Wait for a random moment: of the whole run, of the first handout, or after more rows."""
    kind = chance.random()
    if kind < 0.6:
        time.sleep(chance.uniform(0.001, longest))
        return
    if kind < 0.8:
        until(process, written(ward))
    else:
        until(process, recorded(ward, ward.lines() + chance.randint(1, max(1, ward.rows // 3))))
    time.sleep(chance.uniform(0.0, 0.02))


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file of a folder by name, with its mode; the lock is empty for ever."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in [folder, *folder.rglob("*")]
    }
