"""The parent's memory does not grow with the roster."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.deliver.rosters import people, write_csv, write_folder

ROOT = Path(__file__).parents[2]
MEASURE = """
import datetime as dt, resource, sys
from pathlib import Path
from handouts import Library, Workspace
from handouts.deliver.batch import workers
from handouts.deliver.batch import run_batch as batch
from handouts.deliver.batch.jobs import MadeFile
from handouts.deliver.batch.run_batch import BatchOptions
from handouts.deliver.manifest import ManifestEntry, Status
from handouts.files import sha256_of
from handouts.load.roster import read_roster
from tests.deliver.rosters import Told

DIGEST = sha256_of(b"%PDF")

def pretend(setup, jobs):
    outcomes = []
    for job in jobs:
        name = f"{job.token}.pdf"
        Path(setup.output, name).write_bytes(b"%PDF")
        entry = ManifestEntry(
            job.row.file, job.row.row, job.row.reference, job.token, Status.MADE,
            code="X-3F9A2C", language="en", file=name, sha256=DIGEST, pages=2, bytes=4,
        )
        outcomes.append(MadeFile(entry, None, False))
    return tuple(outcomes)

workers.run_jobs = pretend
batch.local_workers = lambda setup, _: workers.thread_worker(setup)
roster, out = Path(sys.argv[1]), Path(sys.argv[2])
workspace = Workspace(roster.parent / "clinic", today=dt.date(2026, 11, 22))
found = read_roster(Library(workspace), [roster])
summary = batch.run_batch(found, workspace, BatchOptions(str(out), out, 2, chunk=100), Told())
print(summary.made, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
def test_ten_thousand_rows_take_no_more_memory_than_one_thousand(tmp_path: Path) -> None:
    write_folder(tmp_path / "clinic")
    peaks = []
    for count in (1000, 10_000):
        roster = write_csv(tmp_path / f"{count}.csv", people(count))
        command = [sys.executable, "-c", MEASURE, str(roster), str(tmp_path / f"out{count}")]
        done = subprocess.run(
            command, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
        )
        made, peak = map(int, done.stdout.split())
        assert made == count
        peaks.append(peak)
    assert peaks[1] <= 1.2 * peaks[0]
