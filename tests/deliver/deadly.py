"""Workers that die of some patients: put in place of `handouts.deliver.batch.jobs.run_jobs`."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from handouts.deliver.batch import jobs
from handouts.deliver.batch.jobs import Job, Outcome, Setup

ALWAYS, ONCE = "KILLS-ALWAYS", "KILLS-ONCE"


def run_jobs(setup: Setup, chunk: tuple[Job, ...]) -> tuple[Outcome, ...]:
    """Do the work, but die of one patient each time and of another the first time."""
    for job in chunk:
        marker = Path(setup.output).parent / f"died-{job.row.reference}"
        if job.row.reference == ALWAYS or (job.row.reference == ONCE and not marker.exists()):
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return jobs.run_jobs(setup, chunk)
