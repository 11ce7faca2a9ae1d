"""A peer's name and a patient's number → one PDF, in a process of its own: a cold start.

``python -m benchmarks.once PEER FOLDER NUMBER FILE``
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.inputs import PATIENTS, read_patients
from benchmarks.peers import BY_NAME


def main(name: str, folder: str, number: str, target: str) -> None:
    """Make one handout and write it."""
    (patient,) = read_patients(Path(folder) / PATIENTS, int(number), 1)
    Path(target).write_bytes(BY_NAME[name].prepare(Path(folder)).make(patient))


if __name__ == "__main__":
    main(*sys.argv[1:])
