"""Built-in programs → what share of a first ``handouts build`` its start-up takes.

Start-up is what a process takes that only loads the modules which that command has loaded when it
ends, with the start of Python itself; it ends at once, for to clear up is no start. Both are whole
processes, in turn.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cold import build_line
from benchmarks.patients import workspace
from benchmarks.processes import environment, last_core, run
from benchmarks.warm import Ratio, ratio

_BUILD = "from handouts.__main__ import main; main()"
"""What the command ``handouts`` does."""
_NAME = (
    f"import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); {_BUILD}"
)
"""The same, and then it names the modules that are loaded, in their order."""
_LOAD = """
import os, sys
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
for name in sys.argv[1:]:
    __import__(name)
os._exit(0)
"""
"""Loads modules as that command does, and nothing else."""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds of CPU of the processes of each round: all of a first build, and its start-up."""

    whole: list[float]
    start: list[float]

    @property
    def share(self) -> Ratio:
        """The share of the start-up, with the extremes of the rounds."""
        return ratio(self.start, self.whole)


def measure_starts(scratch: Path, rounds: int) -> dict[str, Start]:
    """Return what handouts of all built-in programs took to start, by program."""
    return {
        program: _measured(build_line(program, scratch / "cold.pdf"), rounds)
        for program in workspace().ids("programs")
    }


def _measured(line: list[str], rounds: int) -> Start:
    found, core = Start([], []), last_core()
    build = [sys.executable, "-c", _BUILD, *line]
    load = [sys.executable, "-c", _LOAD, *_loaded(line)]
    # The first round only fills the disk cache.
    for number in range(rounds + 1):
        start, whole = run(load, core=core), run(build, core=core)
        if number:
            found.start.append(start.cpu)
            found.whole.append(whole.cpu)
    return found


def middle(starts: dict[str, Start]) -> Ratio:
    """Return the share in the middle of all programs, with the least and the largest."""
    shares = [start.share.median for start in starts.values()]
    return Ratio(statistics.median(shares), min(shares), max(shares))


def _loaded(line: list[str]) -> list[str]:
    """Return the modules that a command line of ours has loaded when it ends, in their order."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", _NAME, *line],
        check=True, capture_output=True, text=True, env=environment(),
    )  # fmt: skip
    return [name for name in done.stderr.split() if name != "__main__"]
