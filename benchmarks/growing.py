"""A peer → a folder of handouts, in a process of its own that tells how long 1, 10, 100 … took.

``python -m benchmarks.growing PEER FOLDER TARGET SECONDS COUNT...``. It stops before a count that
would take longer than SECONDS. Reading patients and emptying what was written are not on the clock.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.emptied import empty_files
from benchmarks.inputs import INDIVIDUALS, PATIENTS, read_patients
from benchmarks.peers import BY_NAME, writer
from benchmarks.processes import peak_memory

_CHUNK = 500
_KNOWN, _KNOWN_OWN = 1000, 24
"""Patients whose words are told; after them they come again, under new numbers.

Those with programs of their own are told the whole content each: here we make them from a number.
"""


def main(name: str, folder: str, target: str, seconds: str, *counts: str) -> None:
    """Make handouts until the last count; print a line of JSON at each."""
    peer = BY_NAME[name]
    write = writer(peer.prepare(Path(folder)))
    print(json.dumps({"ready": time.process_time()}), flush=True)
    file = Path(folder) / (INDIVIDUALS if peer.individual else PATIENTS)
    most = _KNOWN_OWN if peer.individual else _KNOWN
    known = read_patients(file, 0, min(most, int(counts[-1])))
    wall = cpu = 0.0
    done = 0
    for count in map(int, counts):
        if done and wall / done * count > float(seconds):
            break
        while done < count:
            end = min(count, done + _CHUNK)
            patients = [known[n % len(known)] | {"number": n} for n in range(done, end)]
            place = Path(target) / f"{done}"
            place.mkdir(parents=True)
            begin_wall, begin_cpu = time.perf_counter(), time.process_time()
            for patient in patients:
                write(patient, place)
            wall += time.perf_counter() - begin_wall
            cpu += time.process_time() - begin_cpu
            done = end
            empty_files(place)
        told = {"count": count, "wall": wall, "cpu": cpu, "peak": peak_memory()}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
