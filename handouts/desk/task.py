"""Run a command of handouts in its own process, and read its progress from its files.

The command writes into files of a list's folder, not to the desk. It goes on if the desk is killed,
and the next desk finds it running or reads its results. It holds a lock while it runs, so that no
second command runs in that folder.
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
from handouts.errors import DeliveryError
from handouts.files import OWNER_ONLY, refused, write_whole

if sys.platform == "win32":
    _OWN_GROUP: dict[str, Any] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    _STOP = signal.CTRL_BREAK_EVENT
else:
    _OWN_GROUP: dict[str, Any] = {"start_new_session": True}
    _STOP = signal.SIGINT

_LOCK, _STATE = "task.lock", "task.json"
_LAST_LINES = 12
"""Last lines of standard error to show when a command fails; none names a patient."""
_FAILED = frozenset({"failed", "row"})


class Task:
    """The command that is running in a folder, or ran there last.

    A kind of work (``doing``: make, mails, send) has two files: ``make.jsonl`` has its events, and
    ``make.txt`` what it wrote to standard error.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether a command is running, even if an earlier desk started it."""
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
        """The kind of work that is running, or ran last; empty before the first."""
        return str(self._state().get("doing", ""))

    @property
    def was_stopped(self) -> bool:
        """Whether somebody stopped the last command."""
        return bool(self._state().get("stopping"))

    @property
    def command(self) -> list[str]:
        """The arguments of the command, without patient data."""
        return [str(each) for each in self._state().get("command", ())]

    def start(self, doing: str, command: Sequence[str]) -> bool:
        """Start a command, unless one is running in this folder; return whether it was started.

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
                # The command has inherited the lock, and holds it until it ends.
                os.close(handle)
        return True

    def _start(self, doing: str, command: Sequence[str], handle: int) -> None:
        # Before it starts: on a full disk it must not send what the desk says it could not begin.
        state = {"doing": doing, "command": list(command)}
        self._write(state)
        with self._private(f"{doing}.jsonl") as out, self._private(f"{doing}.txt") as errors:
            inherited: dict[str, Any] = {"pass_fds": () if sys.platform == "win32" else (handle,)}
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "handouts", *command],
                stdout=out,
                stderr=errors,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
                **inherited,
                **_OWN_GROUP,
            )
        try:
            self._write({**state, "process": self._process.pid})
        except DeliveryError:
            # Nobody could stop it later.
            self._process.kill()
            self._process.wait()
            raise

    def _write(self, state: dict[str, Any]) -> None:
        write_whole(self._folder / _STATE, json.dumps(state).encode())

    def _private(self, name: str) -> Any:
        handle = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        return os.fdopen(handle, "wb")

    def stop(self) -> None:
        """Stop the running command as Ctrl-C does; it can continue later.

        The signal is sent only once, because a second Ctrl-C would not wait for the answer of a
        mail server that has a message.
        """
        state = self._state()
        number = state.get("process")
        if self.running and isinstance(number, int) and not state.get("stopping"):
            # On a full disk stopping matters even more.
            with contextlib.suppress(DeliveryError):
                self._write({**state, "stopping": True})
            with contextlib.suppress(OSError):
                os.kill(number, _STOP)

    def wait(self, seconds: float) -> None:
        """Wait until nothing is running, at most this many seconds."""
        end = time.monotonic() + seconds
        while self.running and time.monotonic() < end:
            time.sleep(0.05)

    def events(self, doing: str = "") -> dict[str, Any]:
        """Return the newest event of each name, and all events of rows.

        ``rows`` are rows that failed, ``doubts`` e-mails that need another look. ``doing`` is the
        kind of work; by default the one that is running or ran last.
        """
        name = doing or self.doing
        found: dict[str, Any] = {}
        rows: list[dict[str, Any]] = []
        doubts: list[dict[str, Any]] = []
        for line in self._lines(f"{name}.jsonl"):
            with contextlib.suppress(ValueError):
                event = json.loads(line)
                kind = str(event.get("event", ""))
                found[kind] = event
                if kind in _FAILED:
                    rows.append(event)
                elif kind == "warning":
                    doubts.append(event)
        return {**found, "rows": rows, "doubts": doubts}

    def finished(self, doing: str) -> bool:
        """Return whether a kind of work ended by itself, neither stopped nor killed."""
        summary = self.events(doing).get("summary") or {}
        return bool(summary) and not (summary.get("interrupted") or summary.get("stopped"))

    def last_lines(self) -> str:
        """Return the last lines that the command wrote to standard error."""
        return "\n".join(self._lines(f"{self.doing}.txt")[-_LAST_LINES:]).strip()

    def _lines(self, name: str) -> list[str]:
        try:
            return (self._folder / name).read_text("utf-8", "replace").splitlines()
        except OSError:
            return []
