"""A script: run a batch again and again, killed at random moments, until it comes to its end.

Arguments: roster, output folder, print run, number of kills, seed. One process that has everything
loaded forks for each run, so that a run is killed in its work and not while it starts.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import sys
import time
from pathlib import Path

from handouts import Library, Workspace
from handouts.deliver import batch
from handouts.deliver.crew import own_crew
from handouts.deliver.manifest import MANIFEST
from handouts.deliver.options import BatchOptions
from handouts.load.roster import read_roster
from tests.deliver.rosters import Told

LONGEST = 0.6
"""Seconds to a kill at any moment."""
MOST = 40
"""Rows to a kill in the middle of the work, and a moment."""
LIMIT = 60.0


def run(roster: Path, output: Path, printed: Path) -> None:
    """Run the batch to its end, in this process."""
    workspace = Workspace(roster.parent / "clinic", today=dt.date(2026, 11, 22))
    options = BatchOptions(
        str(output), output, 1, print_run=printed, rosters=(roster,), chunk=2, separators=True
    )
    batch.run_batch(read_roster(Library(workspace), [roster]), workspace, options, Told())


def lines(output: Path) -> int:
    """Return how many rows are recorded."""
    path = output / MANIFEST
    return path.read_bytes().count(b"\n") if path.exists() else 0


def wait(child: int, output: Path, chance: random.Random) -> None:
    """Wait for a random moment: of the whole run, or after some more rows."""
    if chance.random() < 0.5:
        time.sleep(chance.uniform(0.0, LONGEST))
        return
    rows = lines(output) + chance.randint(1, MOST)
    limit = time.monotonic() + LIMIT
    while lines(output) < rows and time.monotonic() < limit and not ended(child):
        time.sleep(0.002)
    time.sleep(chance.uniform(0.0, 0.05))


def ended(child: int) -> bool:
    """Return whether a child came to its end; it still waits to be looked after."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def main() -> None:
    """Kill, go on, kill; print after each kill how far it was."""
    roster, output, printed = map(Path, sys.argv[1:4])
    kills, chance = int(sys.argv[4]), random.Random(int(sys.argv[5]))  # noqa: S311 - moments, not secrets
    batch.local_crew = lambda setup, _: own_crew(setup)
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            run(roster, output, printed)
            os._exit(0)
        wait(child, output, chance)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print(lines(output), flush=True)  # noqa: T201 - a script
    run(roster, output, printed)


if __name__ == "__main__":
    main()
