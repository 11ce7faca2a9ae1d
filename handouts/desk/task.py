"""Run a command of handouts beside the desk, and say how far it is.

It writes into files of a list's folder, not to the desk: it comes to its end though the desk is
killed, and the next desk finds it running, or what became of it. A lock that it holds as long as it
lives says that it runs, so there is never a second one in that folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from handouts.deliver.guards import take_lock
from handouts.files import OWNER_ONLY, refused, write_whole

if sys.platform == "win32":
    _OWN_GROUP: dict[str, Any] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    _STOP = signal.CTRL_BREAK_EVENT
else:
    _OWN_GROUP: dict[str, Any] = {"start_new_session": True}
    _STOP = signal.SIGINT

_LOCK, _STATE = "task.lock", "task.json"
_TOLD = 12
"""So many last lines of what a command says are shown where it fails; none is of a patient."""
_FAILED = frozenset({"failed", "row"})


class Task:
    """What is done with a list now, or was done last. Each kind of work has its own files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether it runs now, whoever has started it."""
        if self._process is not None:
            self._process.poll()
        if not (self._folder / _LOCK).exists():
            return False
        handle = take_lock(self._folder / _LOCK)
        if handle is None:
            return True
        os.close(handle)
        return False

    def _state(self) -> dict[str, Any]:
        with contextlib.suppress(OSError, ValueError):
            found = json.loads((self._folder / _STATE).read_bytes())
            if isinstance(found, dict):
                return found
        return {}

    @property
    def doing(self) -> str:
        """What it does, or did last; empty before anything was done."""
        return str(self._state().get("doing", ""))

    @property
    def command(self) -> list[str]:
        """What it was told: nothing of it is a patient's."""
        return [str(each) for each in self._state().get("command", ())]

    def start(self, doing: str, command: Sequence[str]) -> bool:
        """Start a command, unless one runs in this folder; return whether it was started.

        Raises:
            DeliveryError: if the folder cannot be written.
        """
        with self._starting:
            handle = take_lock(self._folder / _LOCK)
            if handle is None:
                return False
            try:
                self._start(doing, command, handle)
            except OSError as error:
                raise refused(self._folder, error) from None
            finally:
                # From here on the command alone holds it.
                os.close(handle)
        return True

    def _start(self, doing: str, command: Sequence[str], handle: int) -> None:
        with self._private(f"{doing}.jsonl") as out, self._private(f"{doing}.txt") as told:
            inherited: dict[str, Any] = {"pass_fds": () if sys.platform == "win32" else (handle,)}
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "handouts", *command],
                stdout=out,
                stderr=told,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
                **inherited,
                **_OWN_GROUP,
            )
        state = {"doing": doing, "process": self._process.pid, "command": list(command)}
        write_whole(self._folder / _STATE, json.dumps(state).encode())

    def _private(self, name: str) -> Any:
        handle = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        return os.fdopen(handle, "wb")

    def stop(self) -> None:
        """Let what runs come to an end as with Ctrl-C: it can go on later."""
        number = self._state().get("process")
        if self.running and isinstance(number, int):
            with contextlib.suppress(OSError):
                os.kill(number, _STOP)

    def wait(self, seconds: float) -> None:
        """Wait until nothing runs any more, but not for ever."""
        end = time.monotonic() + seconds
        while self.running and time.monotonic() < end:
            time.sleep(0.05)

    def events(self, doing: str = "") -> dict[str, Any]:
        """Return what a kind of work has said; without ``doing`` what is done now, or was last.

        The newest event of each name, and ``rows``: those of rows that failed.
        """
        name = doing or self.doing
        found: dict[str, Any] = {}
        rows: list[dict[str, Any]] = []
        for line in self._lines(f"{name}.jsonl"):
            with contextlib.suppress(ValueError):
                event = json.loads(line)
                kind = str(event.get("event", ""))
                found[kind] = event
                if kind in _FAILED:
                    rows.append(event)
        return {**found, "rows": rows}

    def finished(self, doing: str) -> bool:
        """Whether a kind of work came to its end by itself."""
        summary = self.events(doing).get("summary") or {}
        return bool(summary) and not (summary.get("interrupted") or summary.get("stopped"))

    def told(self) -> str:
        """Return the last lines of what it said beside its events."""
        return "\n".join(self._lines(f"{self.doing}.txt")[-_TOLD:]).strip()

    def _lines(self, name: str) -> list[str]:
        try:
            return (self._folder / name).read_text("utf-8", "replace").splitlines()
        except OSError:
            return []
