"""A script: send a batch again and again, killed at random moments, then until nothing is left.

Arguments: the folder with ``clinic/``, ``roster.csv`` and ``out/``, number of kills, seed. One
process that has everything loaded forks for each run, so that a run is killed in its work.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import time
from pathlib import Path

from handouts import Library, Workspace
from handouts.deliver.mail.ledger import LEDGER
from handouts.deliver.mail.office import Offices
from handouts.deliver.mail.request import Clock, SendOptions, Services
from handouts.deliver.mail.send_batch import send_batch
from handouts.load.roster import read_roster
from tests.deliver.mail.sending.world import TODAY, Told

FAST = 1_000_000
"""Messages a minute."""
MOST = 12
"""Messages to a kill, and a moment."""
LAST_RUNS = 4
LIMIT = 60.0


class HastyClock(Clock):
    """A clock that never waits long."""

    def sleep(self, seconds: float) -> None:
        """Wait for a moment at most."""
        super().sleep(min(seconds, 0.02))


def run(root: Path) -> None:
    """Send in this process."""
    library = Library(Workspace(root / "clinic", today=TODAY))
    roster = read_roster(library, [root / "roster.csv"])
    with Offices(library, root / "out") as offices:
        around = Services(library, offices, Told(), clock=HastyClock(), delays=(0.05, 0.1))
        options = SendOptions(
            root / "out",
            str(root / "out"),
            root / "out" / LEDGER,
            (root / "roster.csv",),
            send=True,
            rate=FAST,
        )
        stopped = send_batch(roster, options, around).stopped
    if stopped is not None:
        print(stopped, file=sys.stderr)  # noqa: T201 - a script


def rows(root: Path) -> int:
    """Return how many rows the ledger has."""
    path = root / "out" / LEDGER
    if not path.exists():
        return 0
    try:
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        count: int = database.execute("SELECT COUNT(*) FROM events").fetchone()[0]
        database.close()
    except sqlite3.OperationalError:
        # It is being made.
        return 0
    return count


def ended(child: int) -> bool:
    """Return whether a child came to its end; it still waits to be looked after."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def wait(child: int, root: Path, chance: random.Random) -> None:
    """Wait for a random moment after some more rows."""
    wanted = rows(root) + chance.randint(1, 2 * MOST)
    limit = time.monotonic() + LIMIT
    while rows(root) < wanted and time.monotonic() < limit and not ended(child):
        time.sleep(0.001)
    time.sleep(chance.uniform(0.0, 0.05))


def main() -> None:
    """Kill, go on, kill; print the rows after each kill, then what is left at the end."""
    root, kills = Path(sys.argv[1]), int(sys.argv[2])
    chance = random.Random(int(sys.argv[3]))  # noqa: S311 - moments, not secrets
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            run(root)
            os._exit(0)
        wait(child, root, chance)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        print(rows(root), flush=True)  # noqa: T201 - a script
    for _ in range(LAST_RUNS):
        run(root)


if __name__ == "__main__":
    main()
