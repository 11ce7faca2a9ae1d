"""Commands → processes held to one core, with what they took: time, CPU, peak memory."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parent.parent
BYTES = 1024 if sys.platform != "darwin" else 1
"""Unit of the peak memory that the system tells: kilobytes on Linux, bytes on macOS."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process took: seconds of wall clock and CPU, peak memory in bytes."""

    wall: float
    cpu: float
    peak: int


def holder(core: int | None) -> Callable[[], None] | None:
    """Return what holds a new process to a core, where the system can; None leaves it free."""
    if core is None or not hasattr(os, "sched_setaffinity"):
        return None
    return lambda: os.sched_setaffinity(0, {core})


def last_core() -> int | None:
    """Return the core that measured processes are held to: the last one, if any can be chosen."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def environment(**more: str) -> dict[str, str]:
    """Return the environment of measured processes: the same hashes in each."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", **more}


def peak_memory() -> int:
    """Return the peak memory of this process in bytes, without that of the one that started it."""
    status = Path("/proc/self/status")
    found = re.search(r"VmHWM:\s*(\d+) kB", status.read_text("ascii")) if status.exists() else None
    if found:
        return int(found.group(1)) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES


def run(command: Sequence[str], *, core: int | None = None, **more: str) -> Usage:
    """Run a command to its end and return what it took, with its children.

    ``more`` is added to its environment.

    Raises:
        RuntimeError: if it fails; its words come after.
    """
    with Worker("benchmarks.launcher") as launcher:
        told = launcher.ask(command=list(command), core=core, more=more)
    if "failed" in told:
        raise RuntimeError(f"{' '.join(command[:4])} failed:\n{told['failed']}")
    return Usage(**told)


class Worker:
    """A process that stays and does what it is asked, one line of JSON at a time."""

    def __init__(self, module: str, *arguments: str, core: int | None = None) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(),
            preexec_fn=holder(core),  # noqa: PLW1509 - there are no threads here
        )  # fmt: skip

    def ask(self, **question: Any) -> Any:
        """Send a question and return the answer.

        Raises:
            RuntimeError: if the process has ended.
        """
        self.send(**question)
        return self.receive()

    def send(self, **question: Any) -> None:
        """Send a question, to be answered while others work."""
        print(json.dumps(question), file=self._process.stdin, flush=True)

    def receive(self) -> Any:
        """Return the next answer.

        Raises:
            RuntimeError: if the process has ended.
        """
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise RuntimeError("a worker ended; its words are above")
        return json.loads(line)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
