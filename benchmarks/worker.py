"""Make handouts of one peer in a separate process, and measure how long each takes.

``python -m benchmarks.worker PEER FOLDER`` answers questions, each a line of JSON.
``python -m benchmarks.worker PEER FOLDER COUNT`` makes the first patients' handouts and ends.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.inputs import DESK, OWN_PATIENTS, PATIENTS, read_patients
from benchmarks.peers import BY_NAME, Maker, Patient
from benchmarks.processes import answer

Taken = list[tuple[int, int, int]]
"""Nanoseconds of wall clock and of CPU, and bytes, for each handout."""


class _Peer:
    """A peer that answers questions."""

    def __init__(self, name: str, folder: Path) -> None:
        peer = BY_NAME[name]
        self._file = folder / (DESK if peer.drawn else OWN_PATIENTS if peer.own else PATIENTS)
        self._maker: Maker = peer.prepare(folder)
        # Otherwise garbage from loading might be collected during the first measured handout.
        gc.collect()

    def make(self, first: int, count: int) -> Taken:
        """Make handouts; return the time and the size of each."""
        taken = []
        for patient in read_patients(self._file, first, count):
            wall, cpu = time.perf_counter_ns(), time.process_time_ns()
            size = len(self._maker.make(patient))
            taken.append((time.perf_counter_ns() - wall, time.process_time_ns() - cpu, size))
        return taken

    def write(self, first: int, count: int, target: str) -> float:
        """Make handouts and write each as a batch does: whole or not at all, for its owner only."""
        # Only the peer that stamps does this, so only that one loads the modules of a batch.
        from benchmarks.peers.ours import Stamped  # noqa: PLC0415
        from handouts.deliver.output import open_output  # noqa: PLC0415

        maker = self._maker
        if not isinstance(maker, Stamped):
            raise TypeError("only stamped handouts are written as a batch does")
        output = open_output(target, make=True)

        def write(patient: Patient) -> None:
            output.write(f"{patient['number']:07d}.pdf", *maker.parts(patient))

        return _stored(list(read_patients(self._file, first, count)), Path(target), write)

    def floor(self, first: int, count: int, target: str) -> float:
        """Write the same bytes into as many new files, without measuring how they are made."""
        patients = list(read_patients(self._file, first, count))
        made = {patient["number"]: self._maker.make(patient) for patient in patients}

        def write(patient: Patient) -> None:
            Path(target, f"{patient['number']:07d}.pdf").write_bytes(made[patient["number"]])

        return _stored(patients, Path(target), write)


def _stored(patients: list[Patient], place: Path, do: Callable[[Patient], None]) -> float:
    """Return the seconds of wall clock a handout until all are on the disk, in a new folder."""
    place.mkdir(exist_ok=True)
    os.sync()
    begin = time.perf_counter()
    for patient in patients:
        do(patient)
    os.sync()
    return (time.perf_counter() - begin) / len(patients)


def main(name: str, folder: str, count: str = "") -> None:
    """Make handouts, or answer questions until they end."""
    peer = _Peer(name, Path(folder))
    if count:
        peer.make(0, int(count))
    else:
        answer({"make": peer.make, "write": peer.write, "floor": peer.floor})


if __name__ == "__main__":
    main(*sys.argv[1:])
