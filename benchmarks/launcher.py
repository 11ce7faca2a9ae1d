"""Commands → processes, started by a process that is small itself.

A new process begins with the peak memory of the one that starts it; this one has read nothing that
needs memory, so that what is told of its children is their own. It answers like a worker.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

from benchmarks.processes import BYTES, environment, holder


def run(command: list[str], core: int | None, more: dict[str, str]) -> dict[str, Any]:
    """Run a command to its end; return what it took, or what it said if it failed."""
    begin = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own commands
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment(**more),
        preexec_fn=holder(core),  # noqa: PLW1509 - there are no threads here
    )  # fmt: skip
    words = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stderr:
        process.stderr.close()
    if process.returncode:
        return {"failed": words.decode(errors="replace")}
    cpu = used.ru_utime + used.ru_stime
    return {"wall": wall, "cpu": cpu, "peak": used.ru_maxrss * BYTES}


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(run(**json.loads(line))), flush=True)
