"""Run commands as processes bound to one core, and measure their time, CPU and peak memory.

A new process begins with the peak memory of the one that starts it. So a small process, ``python
-m benchmarks.processes``, starts the commands. It also counts, to measure how fast a core is.
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
"""Linux gives peak memory in kilobytes, macOS in bytes."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The usage of a process with its children: seconds of wall clock and CPU, peak bytes."""

    wall: float
    cpu: float
    peak: int


def last_core() -> int | None:
    """Return the core to bind measured processes to: the last one; None if it cannot be chosen."""
    return max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def _holder(core: int | None) -> Callable[[], None] | None:
    """Return a function that binds a new process to a core; None if the system cannot."""
    if core is None or not hasattr(os, "sched_setaffinity"):
        return None
    return lambda: os.sched_setaffinity(0, {core})


def _environment() -> dict[str, str]:
    """Return the environment of measured processes, with the same hash seed for all."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}


def run(command: Sequence[str], *, core: int | None = None) -> Usage:
    """Run a command to its end and return its usage.

    Raises:
        RuntimeError: if it fails, with its error output.
    """
    with Worker("benchmarks.processes") as starter:
        told = starter.ask(do="start", command=list(command), core=core)
    if "failed" in told:
        raise RuntimeError(f"{' '.join(command[:4])} failed:\n{told['failed']}")
    return Usage(**told)


class Worker:
    """A process that stays and answers questions, each a line of JSON."""

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
        """Send a question without waiting for the answer, so that other workers can work too."""
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
    """Answer questions from standard input until they end; their ``do`` names the function."""
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(does[question.pop("do")](**question)), flush=True)


def _start(command: list[str], core: int | None) -> dict[str, Any]:
    """Run a command to its end; return its usage, or its error output if it failed."""
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
    """Return how far a loop counts in this time."""
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        done += 1
    return done


if __name__ == "__main__":
    answer({"start": _start, "count": _count})
