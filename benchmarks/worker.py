"""Questions on standard input → handouts of one peer, and how long each took.

``python -m benchmarks.worker PEER FOLDER``; each question and answer is a line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.inputs import INDIVIDUALS, PATIENTS, read_patients
from benchmarks.peers import BY_NAME
from benchmarks.processes import peak_memory

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

    def make(self, first: int, count: int, target: str | None = None) -> Taken:
        """Make handouts; each into a new file of a new folder, if one is named."""
        place = self._place(target)
        taken = []
        for patient in read_patients(self._file, first, count):
            clock = _Clock()
            pdf = self._maker.make(patient)
            if place is not None:
                self._write(place, patient, pdf)
            taken.append(clock.taken(len(pdf)))
        return taken

    def floor(self, first: int, count: int, target: str) -> Taken:
        """Write the same bytes into as many new files: making them is not on the clock."""
        place = self._place(target)
        patients = read_patients(self._file, first, count)
        made = [(patient, self._maker.make(patient)) for patient in patients]
        taken = []
        for patient, pdf in made:
            clock = _Clock()
            if place is not None:
                self._write(place, patient, pdf)
            taken.append(clock.taken(len(pdf)))
        return taken

    def save(self, number: int, target: str) -> str:
        """Write one handout for others to look at."""
        (patient,) = read_patients(self._file, number, 1)
        Path(target).write_bytes(self._maker.make(patient))
        return target

    @staticmethod
    def peak() -> int:
        """Return the peak memory of this process in bytes."""
        return peak_memory()

    @staticmethod
    def _place(target: str | None) -> Path | None:
        if target is None:
            return None
        place = Path(target)
        place.mkdir()
        return place

    @staticmethod
    def _write(place: Path, patient: dict[str, Any], pdf: bytes) -> None:
        with (place / f"{patient['number']:07d}.pdf").open("wb") as file:
            file.write(pdf)


def main(name: str, folder: str) -> None:
    """Answer until the questions end."""
    peer = _Peer(name, Path(folder))
    for line in sys.stdin:
        question = json.loads(line)
        answer = getattr(peer, question.pop("do"))(**question)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
