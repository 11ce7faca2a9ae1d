"""Whole processes in turn, each making one handout → how long a cold start takes.

Ours is the command ``handouts build`` as a clinic runs it: the first time with an empty cache, then
with what that run kept. A process that only loads what the first one loads tells how much of that
is its start.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.patients import TODAY, clinician_of, patient_of
from benchmarks.peers import Peer
from benchmarks.processes import Usage, environment, last_core, run

FIRST, AGAIN, NOTHING = "ours-build-first", "ours-build-again", "python"
LOADED = "ours-loaded"
NUMBER = 3
"""The patient that all make."""
_HANDOUTS = (sys.executable, "-m", "handouts")
_STARTED = (sys.executable, "-m", "benchmarks.started")


def measure_cold(
    peers: Sequence[Peer], folder: Path, scratch: Path, rounds: int
) -> dict[str, list[Usage]]:
    """Return what the processes of each peer took, by name; also of Python doing nothing."""
    results: dict[str, list[Usage]] = {}
    cache = scratch / "cache"
    target = scratch / "cold.pdf"
    core = last_core()
    load = [*_STARTED, "load", *_loaded(_build(target))]
    for number in range(rounds + 1):
        shutil.rmtree(cache, ignore_errors=True)
        cache.mkdir()
        commands: list[tuple[str, list[str]]] = [
            (NOTHING, [sys.executable, "-c", "pass"]),
            *((peer.name, _once(peer, folder, target)) for peer in peers),
            (LOADED, load),
            (FIRST, [*_HANDOUTS, *_build(target)]),
            (AGAIN, [*_HANDOUTS, *_build(target)]),
        ]
        for name, command in commands:
            used = run(command, core=core, HANDOUTS_CACHE=str(cache))
            # The first round only fills the disk cache with programs and fonts.
            if number:
                results.setdefault(name, []).append(used)
    return results


def _once(peer: Peer, folder: Path, target: Path) -> list[str]:
    module = [sys.executable, "-m", "benchmarks.once"]
    return [*module, peer.name, str(folder), str(NUMBER), str(target)]


def _build(target: Path) -> list[str]:
    patient = patient_of(NUMBER)
    return [
        "build", "si-joint-calm", "--clinic", "riverbend",
        "--name", str(patient.name), "--side", str(patient.affected_side),
        "--start", str(patient.start_date), "--clinician", clinician_of(NUMBER),
        "--next-visit", str(patient.next_visit), "--date", str(TODAY), "-o", str(target),
    ]  # fmt: skip


def _loaded(command: Sequence[str]) -> list[str]:
    """Return the modules that a command line of ours has loaded when it ends, in their order."""
    done = subprocess.run(  # noqa: S603 - our own command
        [*_STARTED, "run", *command],
        check=True, capture_output=True, text=True, env=environment(HANDOUTS_CACHE="off"),
    )  # fmt: skip
    return done.stderr.split()
