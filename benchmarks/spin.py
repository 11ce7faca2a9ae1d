"""Seconds → how far a loop counts in them: what a core has to give."""

from __future__ import annotations

import json
import sys
import time


def count(seconds: float) -> int:
    """Count until the time is over."""
    done, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        done += 1
    return done


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(count(**json.loads(line))), flush=True)
