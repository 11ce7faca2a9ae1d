"""Whole processes in turn, each making one handout → how long a cold start takes.

Ours is the command ``handouts build`` as a clinic runs it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.patients import PROGRAM, TODAY, clinician_of, patient_of
from benchmarks.peers import Peer
from benchmarks.processes import Usage, last_core, run

BUILD, NOTHING = "ours-build", "python"
NUMBER = 3
"""The patient that all make."""


def measure_cold(
    peers: Sequence[Peer], folder: Path, scratch: Path, rounds: int
) -> dict[str, list[Usage]]:
    """Return what the processes of each peer took, by name; also of Python doing nothing."""
    results: dict[str, list[Usage]] = {}
    target = scratch / "cold.pdf"
    core = last_core()
    build = [sys.executable, "-m", "handouts", *build_line(PROGRAM, target)]
    for number in range(rounds + 1):
        commands: list[tuple[str, list[str]]] = [
            (NOTHING, [sys.executable, "-c", "pass"]),
            *((peer.name, _once(peer, folder, target)) for peer in peers),
            (BUILD, build),
        ]
        for name, command in commands:
            used = run(command, core=core)
            # The first round only fills the disk cache with programs and fonts.
            if number:
                results.setdefault(name, []).append(used)
    return results


def _once(peer: Peer, folder: Path, target: Path) -> list[str]:
    module = [sys.executable, "-m", "benchmarks.once"]
    return [*module, peer.name, str(folder), str(NUMBER), str(target)]


def build_line(program: str, target: Path) -> list[str]:
    """Return the words of ``build`` for a handout of a program."""
    patient = patient_of(NUMBER)
    return [
        "build", program, "--clinic", "riverbend",
        "--name", str(patient.name), "--side", str(patient.affected_side),
        "--start", str(patient.start_date), "--clinician", clinician_of(NUMBER),
        "--next-visit", str(patient.next_visit), "--date", str(TODAY), "-o", str(target),
    ]  # fmt: skip
