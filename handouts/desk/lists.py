"""Turn lists of patients into batches: each in a folder of its own, made by ``handouts batch``.

``batches/ID/`` in the clinic's folder holds the list as it came, how it is to be read, and what
``handouts batch`` makes of it. A desk that is killed loses nothing: what is there is offered again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from handouts.deliver.check_content import CheckedRow, check_rows
from handouts.deliver.manifest import MANIFEST, holds_batch
from handouts.errors import ContentError, HandoutError, Problem
from handouts.files import make_folder, write_whole
from handouts.load.library import Library
from handouts.load.roster import EncodingNeeded, Roster, RosterOptions, read_roster
from handouts.load.roster.dates import DayOrder
from handouts.load.roster.reading import first_records

BATCHES, LEDGER = "batches", ".desk/ledger.sqlite3"
_SETTINGS, _HANDOUTS, _PRINT, _FINISHED = "desk.json", "handouts", "print.pdf", "finished"
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_KINDS = {b"PK\x03\x04": "list.xlsx"}
_TOLD = 12
"""So many last lines of what a command says are shown where it fails; none is of a patient."""

_TIMES_OUT = 15
"""Seconds that a batch has to end when the desk is closed; it goes on the next time."""


class Reading(Struct):
    """How a list is to be read, and what its rows get that name nothing themselves."""

    clinic: str = ""
    program: str = ""
    layout: str = ""
    mode: str = "colour"
    clinician: str = ""
    start: str = ""
    dates: str = ""
    encoding: str = ""
    sheet: str = ""
    sort: str = ""
    mapping: dict[str, str] = field(default_factory=dict)

    @property
    def options(self) -> RosterOptions:
        """The same for who reads lists."""
        defaults = {
            "clinic": self.clinic, "program": self.program, "layout": self.layout,
            "clinician": self.clinician, "start_date": self.start,
        }  # fmt: skip
        return RosterOptions(
            mapping=self.mapping,
            encoding=self.encoding or None,
            defaults={name: value for name, value in defaults.items() if value},
            sheet=self.sheet or None,
            dates=DayOrder(self.dates) if self.dates else None,
        )

    @property
    def arguments(self) -> list[str]:
        """The same on a command line: nothing of it is a patient's."""
        given = {
            "--clinic": self.clinic, "--program": self.program, "--layout": self.layout,
            "--clinician": self.clinician, "--start": self.start, "--dates": self.dates,
            "--encoding": self.encoding, "--sheet": self.sheet,
        }  # fmt: skip
        pairs = [f"{name}={value}" for name, value in given.items() if value]
        return pairs + [f"--map={column}={header}" for column, header in self.mapping.items()]


class Looked(Struct):
    """A list as it is understood, before anything is made.

    ``columns``: what each column that is read means, and its header; ``rows``: the first ones, by
    column; ``wrong``: all rows that are wrong. ``whole``: what is wrong with all of it.
    ``encodings``: names as each possible encoding reads them, where one has to be chosen.
    """

    total: int = 0
    columns: list[tuple[str, str]] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)
    wrong: list[CheckedRow] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    whole: list[Problem] = field(default_factory=list)
    encodings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def good(self) -> int:
        """How many handouts can be made."""
        return self.total - len(self.wrong)


class PatientList:
    """One list and its batch."""

    def __init__(self, folder: Path, clinic_folder: Path) -> None:
        self.folder, self._clinic_folder = folder, clinic_folder
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self.events: dict[str, Any] = {}
        self.doing = ""

    @property
    def id(self) -> str:
        """What it is called in addresses: the moment it came."""
        return self.folder.name

    @property
    def came(self) -> dt.datetime:
        """When it came."""
        return dt.datetime.strptime(self.id[:15], "%Y%m%d-%H%M%S")  # noqa: DTZ007 - local, as named

    @property
    def list_file(self) -> Path:
        """The list as it came."""
        return next(self.folder.glob("list.*"), self.folder / "list.csv")

    @property
    def handouts(self) -> Path:
        """The folder of the batch."""
        return self.folder / _HANDOUTS

    @property
    def print_run(self) -> Path:
        """One file for the printer."""
        return self.folder / _PRINT

    @property
    def failures(self) -> Path | None:
        """The rows that failed; None without any."""
        return next(iter(sorted(self.handouts.glob("failed*.csv"))), None)

    @property
    def reading(self) -> Reading:
        """How it is to be read."""
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            return msgspec.json.decode((self.folder / _SETTINGS).read_bytes(), type=Reading)
        return Reading()

    def read_as(self, reading: Reading) -> None:
        """Keep how it is to be read.

        Raises:
            DeliveryError: if the folder cannot be written.
        """
        write_whole(self.folder / _SETTINGS, msgspec.json.encode(reading))

    def _roster(self, library: Library) -> Roster:
        return read_roster(library, [self.list_file], self.reading.options)

    def look(self, library: Library) -> Looked:
        """Return how it is understood, and all that is wrong with it."""
        try:
            roster = self._roster(library)
            shown = [dict(cells) for cells in roster.preview(3)]
            found = Looked(
                total=roster.total,
                columns=[(column.name, column.header) for column in roster.columns],
                rows=shown,
                warnings=list(roster.warnings),
            )
            found.wrong = [row for row in check_rows(library, roster.rows()) if row.problems]
            found.skipped = dict(roster.skipped)
        except EncodingNeeded as error:
            return Looked(whole=list(error.problems), encodings=dict(error.samples))
        except HandoutError as error:
            return Looked(whole=list(error.problems))
        return found

    def raw_rows(self, library: Library) -> list[tuple[str, ...]]:
        """Return the first rows as they stand, the header first: to say what its columns mean."""
        with contextlib.suppress(HandoutError):
            return first_records(library, self.list_file, self.reading.options, 4)
        return []

    # -- made by a process of its own

    @property
    def begun(self) -> bool:
        """Whether there is a batch, though it may not be whole."""
        return holds_batch(self.handouts)

    @property
    def running(self) -> bool:
        """Whether something is being done with it now."""
        return self._process is not None and self._process.poll() is None

    @property
    def finished(self) -> bool:
        """Whether the batch came to its end."""
        return self.begun and (self.folder / _FINISHED).exists()

    def make(self) -> None:
        """Begin the batch, or go on with it."""
        arguments = ["batch", str(self.list_file), "--output", str(self.handouts),
                     "--print-run", str(self.print_run), f"--mode={self.reading.mode}",
                     *self.reading.arguments]  # fmt: skip
        if self.reading.sort:
            arguments.append(f"--sort={self.reading.sort}")
        if self.begun:
            arguments.append("--resume")
        self._start("make", arguments)

    def look_at_mails(self, *, drafts: bool = False) -> None:
        """Say what would be sent; nothing is. ``drafts``: what is not reviewed too."""
        self._start("mails", self._send(drafts=drafts))

    def send(self, *, drafts: bool = False) -> None:
        """Send the handouts, each once: what was sent stands in the ledger."""
        self._start("send", [*self._send(drafts=drafts), "--send"])

    def _send(self, *, drafts: bool) -> list[str]:
        more = [*self.reading.arguments, *(["--send-drafts"] if drafts else [])]
        # One ledger for all lists and single handouts: what was sent is never sent again.
        ledger = f"--ledger={self._clinic_folder / LEDGER}"
        return ["send", str(self.handouts), "--roster", str(self.list_file), ledger, *more]

    def _start(self, doing: str, arguments: Sequence[str]) -> None:
        with self._lock:
            if self.running:
                return
            self.doing, self.events = doing, {}
            (self._clinic_folder / LEDGER).parent.mkdir(exist_ok=True)
            if doing == "make":
                (self.folder / _FINISHED).unlink(missing_ok=True)
            command = [sys.executable, "-m", "handouts", "--folder", str(self._clinic_folder),
                       *arguments, "--json"]  # fmt: skip
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL,
                text=True,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
            )
        told: deque[str] = deque(maxlen=_TOLD)
        errors = threading.Thread(target=told.extend, args=(self._process.stderr,), daemon=True)
        errors.start()
        following = (self._process, doing, errors, told)
        threading.Thread(target=self._follow, args=following, daemon=True).start()

    def _follow(
        self,
        process: subprocess.Popen[str],
        doing: str,
        errors: threading.Thread,
        told: deque[str],
    ) -> None:
        """Keep the newest event of each kind, those of rows that failed, and the last words."""
        failed: list[dict[str, Any]] = []
        for line in process.stdout or ():
            with contextlib.suppress(ValueError):
                event = json.loads(line)
                name = str(event.get("event", ""))
                if name in ("failed", "row"):
                    failed.append(event)
                self.events = {**self.events, name: event, "rows": failed}
        code = process.wait()
        errors.join(1)
        if doing == "make" and code in (0, 3):
            write_whole(self.folder / _FINISHED, b"")
        self.events = {**self.events, "ended": code, "told": "".join(told).strip()}

    def stop(self) -> None:
        """Let what runs come to an end as with Ctrl-C: it can go on later."""
        if self.running and self._process is not None:
            self._process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """Stop, and wait a little."""
        self.stop()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_TIMES_OUT)

    def files(self) -> Iterator[Path]:
        """Yield the finished handouts, as the manifest has them."""
        if (self.handouts / MANIFEST).exists():
            yield from sorted(self.handouts.glob("*.pdf"))


class PatientLists:
    """All lists of a clinic's folder."""

    def __init__(self, clinic_folder: Path | None) -> None:
        self._clinic_folder = clinic_folder
        self._known: dict[str, PatientList] = {}
        self._lock = threading.Lock()

    @property
    def all(self) -> list[PatientList]:
        """Lists, the newest first."""
        if self._clinic_folder is None:
            return []
        folders = (self._clinic_folder / BATCHES).glob("*")
        names = sorted((each.name for each in folders if _ID.fullmatch(each.name)), reverse=True)
        return [found for name in names if (found := self.get(name)) is not None]

    def get(self, name: str) -> PatientList | None:
        """Return a list by id; None if there is none."""
        if self._clinic_folder is None or not _ID.fullmatch(name):
            return None
        folder = self._clinic_folder / BATCHES / name
        if not folder.is_dir():
            return None
        with self._lock:
            return self._known.setdefault(name, PatientList(folder, self._clinic_folder))

    def add(self, content: bytes, reading: Reading) -> PatientList:
        """Keep a list that came.

        Raises:
            ContentError: without a folder to keep it in.
            DeliveryError: if the folder cannot be written.
        """
        if self._clinic_folder is None:
            raise ContentError(
                "a list of patients needs the clinic's folder",
                hint="start the desk with it: handouts --folder FOLDER desk",
            )
        now = dt.datetime.now().astimezone()
        name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        folder = self._clinic_folder / BATCHES / name
        make_folder(folder)
        write_whole(folder / _KINDS.get(content[:4], "list.csv"), content)
        added = PatientList(folder, self._clinic_folder)
        added.read_as(reading)
        with self._lock:
            self._known[name] = added
        return added

    def remove(self, name: str) -> None:
        """Remove a list with all that was made of it."""
        found = self.get(name)
        if found is not None:
            found.close()
            shutil.rmtree(found.folder, ignore_errors=True)
            with self._lock:
                self._known.pop(name, None)

    def close(self) -> None:
        """Stop what runs."""
        for each in list(self._known.values()):
            each.close()
