"""Questions on standard input → handouts of one peer, and how long each took.

``python -m benchmarks.worker PEER FOLDER``; each question and answer is a line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.inputs import INDIVIDUALS, PATIENTS, read_patients
from benchmarks.peers import BY_NAME, write_plainly, writer
from benchmarks.processes import peak_memory
from handouts.files import flush_disks

Taken = list[tuple[int, int, int]]
"""Nanoseconds of wall clock and of CPU, and bytes, for each handout."""


class _Clock:
    """Measures from its making on."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter_ns(), time.process_time_ns()

    def taken(self, size: int) -> tuple[int, int, int]:
        return time.perf_counter_ns() - self._wall, time.process_time_ns() - self._cpu, size


class _Peer:
    """A peer that answers questions."""

    def __init__(self, name: str, folder: Path) -> None:
        peer = BY_NAME[name]
        self._file = folder / (INDIVIDUALS if peer.individual else PATIENTS)
        self._maker = peer.prepare(folder)

    def make(self, first: int, count: int) -> Taken:
        """Make handouts."""
        taken = []
        for patient in read_patients(self._file, first, count):
            clock = _Clock()
            taken.append(clock.taken(len(self._maker.make(patient))))
        return taken

    def write(self, first: int, count: int, target: str) -> Taken:
        """Make handouts, each into a new file of a new folder."""
        place, write = _new(target), writer(self._maker)
        taken = []
        for patient in read_patients(self._file, first, count):
            clock = _Clock()
            taken.append(clock.taken(write(patient, place)))
        return taken

    def floor(self, first: int, count: int, target: str) -> Taken:
        """Write the same bytes into as many new files: making them is not on the clock."""
        place = _new(target)
        patients = read_patients(self._file, first, count)
        made = [(patient, self._maker.make(patient)) for patient in patients]
        taken = []
        for patient, pdf in made:
            clock = _Clock()
            taken.append(clock.taken(write_plainly(pdf, patient, place)))
        return taken

    @staticmethod
    def flush() -> int:
        """Wait until all that was written is on the disk; return the nanoseconds it takes."""
        begin = time.perf_counter_ns()
        flush_disks()
        return time.perf_counter_ns() - begin

    def save(self, number: int, target: str) -> str:
        """Write one handout for others to look at."""
        (patient,) = read_patients(self._file, number, 1)
        Path(target).write_bytes(self._maker.make(patient))
        return target

    @staticmethod
    def peak() -> int:
        """Return the peak memory of this process in bytes."""
        return peak_memory()


def _new(target: str) -> Path:
    place = Path(target)
    place.mkdir()
    return place


def main(name: str, folder: str) -> None:
    """Answer until the questions end."""
    peer = _Peer(name, Path(folder))
    for line in sys.stdin:
        question = json.loads(line)
        answer = getattr(peer, question.pop("do"))(**question)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
