"""Peers in turn, each from its start to its last handout → time for 1, 10, 100, 1,000 patients."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers import Peer
from benchmarks.processes import environment, holder, last_core


@dataclass(frozen=True, slots=True)
class Point:
    """What ``count`` handouts took in one process, with its start, each written to a file.

    Seconds of wall clock and CPU; ``peak`` in bytes.
    """

    count: int
    wall: float
    cpu: float
    peak: int


def measure_growth(
    peer: Peer, folder: Path, scratch: Path, counts: Sequence[int], seconds: float
) -> list[Point]:
    """Return the points that a peer reaches; it stops before one that takes ``seconds``."""
    target = scratch / f"growth-{peer.name}"
    begin = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "benchmarks.growing", peer.name, str(folder), str(target),
         str(seconds), *map(str, counts)],
        stdout=subprocess.PIPE, text=True, env=environment(),
        preexec_fn=holder(last_core()),  # noqa: PLW1509 - there are no threads here
    )  # fmt: skip
    points: list[Point] = []
    start, ready = 0.0, 0.0
    with process:
        for line in process.stdout or ():
            told = json.loads(line)
            if "ready" in told:
                start, ready = time.perf_counter() - begin, told["ready"]
            else:
                wall, cpu = start + told["wall"], ready + told["cpu"]
                points.append(Point(told["count"], wall, cpu, told["peak"]))
    if process.returncode:
        raise RuntimeError(f"{peer.name} failed; its words are above")
    return points


def more(points: Sequence[Point]) -> float:
    """Return the seconds of one more handout: between the last two points, or from the start."""
    if len(points) < 2:
        return points[-1].wall / points[-1].count
    before, last = points[-2:]
    return (last.wall - before.wall) / (last.count - before.count)


def extrapolated(points: Sequence[Point], count: int) -> float:
    """Return the seconds that ``count`` would take if each one more takes as long as the last."""
    return points[-1].wall + more(points) * (count - points[-1].count)
