"""Run commands as processes held to one core, and tell what they took: time, CPU, peak memory.

A new process begins with the peak memory of the one that starts it. So commands are started by a
small process, ``python -m benchmarks.processes``, which also counts to learn what a core can do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parent.parent
_PEAK_UNIT = 1024 if sys.platform != "darwin" else 1
"""Linux tells peak memory in kilobytes, macOS in bytes."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process and its children took: seconds of wall clock and CPU, bytes of peak memory."""

    wall: float
    cpu: float
    peak: int


def last_core() -> int | None:
    """Return the core that measured processes are held to: the last one, if any can be chosen."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def _holder(core: int | None) -> Callable[[], None] | None:
    """What holds a new process to a core, where the system can; None leaves it free."""
    if core is None or not hasattr(os, "sched_setaffinity"):
        return None
    return lambda: os.sched_setaffinity(0, {core})


def _environment() -> dict[str, str]:
    """The environment of measured processes: the same hashes in each."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}


def run(command: Sequence[str], *, core: int | None = None) -> Usage:
    """Run a command to its end and return what it took.

    Raises:
        RuntimeError: if it fails; its words come after.
    """
    with Worker("benchmarks.processes") as starter:
        told = starter.ask(do="start", command=list(command), core=core)
    if "failed" in told:
        raise RuntimeError(f"{' '.join(command[:4])} failed:\n{told['failed']}")
    return Usage(**told)


class Worker:
    """A process that stays and does what it is asked, one line of JSON at a time."""

    def __init__(self, module: str, *arguments: str, core: int | None = None) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=_environment(),
            preexec_fn=_holder(core),  # noqa: PLW1509 - there are no threads here
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
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._process.communicate()


def answer(does: dict[str, Callable[..., Any]]) -> None:
    """Answer questions from standard input until they end: ``do`` names what is to be done."""
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(does[question.pop("do")](**question)), flush=True)


def _start(command: list[str], core: int | None) -> dict[str, Any]:
    """Run a command to its end; return what it took, or its words if it failed."""
    begin = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_environment(),
        preexec_fn=_holder(core),  # noqa: PLW1509 - there are no threads here
    )  # fmt: skip
    words = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stderr:
        process.stderr.close()
    if process.returncode:
        return {"failed": words.decode(errors="replace")}
    cpu = used.ru_utime + used.ru_stime
    return {"wall": wall, "cpu": cpu, "peak": used.ru_maxrss * _PEAK_UNIT}


def _count(seconds: float) -> int:
    """Count until the time is over."""
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        done += 1
    return done


if __name__ == "__main__":
    answer({"start": _start, "count": _count})
