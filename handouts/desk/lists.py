"""Turn lists of patients into batches: each in a folder of its own, made by ``handouts batch``.

``batches/ID/`` in the clinic's folder holds the list as it came, how it is to be read, and what
``handouts batch`` makes of it. A desk that is killed loses nothing: what is there is offered again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import secrets
import shutil
import threading
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from pathlib import Path

import msgspec

from handouts.deliver.check_handouts import check_rows
from handouts.deliver.mail.writing import FOLDER as PREVIEWS
from handouts.deliver.manifest import MANIFEST, holds_batch
from handouts.desk.reading import Looked, Mail, Reading
from handouts.desk.task import Task
from handouts.desk.words import Words
from handouts.errors import ContentError, HandoutError
from handouts.files import make_folder, write_whole
from handouts.load.library import Library
from handouts.load.roster import EncodingNeeded, FirstRows, first_rows, is_failures, read_roster

BATCHES, LEDGER = "batches", ".desk/ledger.sqlite3"
_SETTINGS, _HANDOUTS, _PRINT, _CORRECTED = "desk.json", "handouts", "print.pdf", "corrected"
_DRAFTS = "--send-drafts"
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_KINDS = {b"PK\x03\x04": "list.xlsx"}
_TIMES_OUT = 15
"""Seconds that a batch has to end when the desk is closed; it goes on the next time."""


class PatientList:
    """One list and its batch."""

    def __init__(self, folder: Path, clinic_folder: Path) -> None:
        self.folder, self._clinic_folder = folder, clinic_folder
        self.task = Task(folder)

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
    def files(self) -> list[Path]:
        """The list, and then the corrected rows that came since: the later ones count."""
        return [self.list_file, *sorted(self.folder.glob(f"{_CORRECTED}-*"))]

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
        """The rows that failed in the last run; None without any."""
        return next(iter(sorted(self.handouts.glob("failed*.csv"), key=_age)), None)

    @property
    def unsent(self) -> Path | None:
        """The rows that could not be sent; None without any."""
        return next(iter(sorted(self.handouts.glob("send-failed*.csv"), key=_age)), None)

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

    def look(self, library: Library) -> Looked:
        """Return how it is understood, and all that is wrong with it."""
        try:
            roster = read_roster(library, self.files, self.reading.options)
            shown = [dict(cells) for cells in roster.preview(3)]
            found = Looked(
                total=roster.total,
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

    def first_rows(self, library: Library) -> FirstRows:
        """Return the first rows as they stand, and what their header is understood to mean."""
        with contextlib.suppress(HandoutError):
            return first_rows(library, self.list_file, self.reading.options, 3)
        return FirstRows()

    def correct(self, library: Library, content: bytes, words: Words) -> None:
        """Keep rows that failed and were corrected since: they take the place of those in the list.

        Raises:
            HandoutError: if they are no such rows, or cannot be kept.
        """
        count = len(self.files)
        kind = Path(_KINDS.get(content[:4], "list.csv")).suffix
        path = self.folder / f"{_CORRECTED}-{count:03}{kind}"
        write_whole(path, content)
        try:
            read_roster(library, self.files, self.reading.options)
            if not is_failures(library, path, self.reading.options):
                raise ContentError(words("correct_not"), hint=words("correct_fetch"))
        except HandoutError:
            path.unlink(missing_ok=True)
            raise

    # -- made by a process of its own

    @property
    def begun(self) -> bool:
        """Whether there is a batch, though it may not be whole."""
        return holds_batch(self.handouts)

    @property
    def running(self) -> bool:
        """Whether something is being done with it now."""
        return self.task.running

    @property
    def finished(self) -> bool:
        """Whether the batch came to its end."""
        return self.begun and self.task.finished("make")

    def make(self) -> None:
        """Begin the batch, or go on with it."""
        arguments = ["batch", *map(str, self.files), "--output", str(self.handouts),
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
        more = [*self.reading.arguments, *([_DRAFTS] if drafts else [])]
        # One ledger for all lists and single handouts: what was sent is never sent again.
        ledger = f"--ledger={self._clinic_folder / LEDGER}"
        lists = [f"--roster={file}" for file in self.files]
        return ["send", str(self.handouts), *lists, ledger, *more]

    @property
    def drafts(self) -> bool:
        """Whether the last look at the mails, or the last sending, was of drafts too."""
        return _DRAFTS in self.task.command

    def _start(self, doing: str, arguments: Sequence[str]) -> None:
        make_folder((self._clinic_folder / LEDGER).parent)
        self.task.start(doing, ["--folder", str(self._clinic_folder), *arguments, "--json"])

    def first_mails(self) -> list[Mail]:
        """Return the first message of each sender in the last dry run, to be looked at."""
        found: dict[str, Mail] = {}
        for path in sorted((self.handouts / PREVIEWS).glob("*.eml")):
            with contextlib.suppress(OSError):
                message = message_from_bytes(path.read_bytes(), policy=policy.default)
                body = message.get_body(("plain",))
                text = body.get_content() if body is not None else ""
                names = [part.get_filename() or "" for part in message.iter_attachments()]
                sender, to, subject = (str(message[key] or "") for key in ("From", "To", "Subject"))
                found.setdefault(sender, Mail(sender, to, subject, text, names))
        return list(found.values())

    def close(self) -> None:
        """Stop what runs, and wait a little."""
        self.task.stop()
        self.task.wait(_TIMES_OUT)

    def pdfs(self) -> Iterator[Path]:
        """Yield the finished handouts, as the manifest has them."""
        if (self.handouts / MANIFEST).exists():
            yield from sorted(self.handouts.glob("*.pdf"))


def _age(path: Path) -> float:
    return -path.stat().st_mtime


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

    def add(self, content: bytes, reading: Reading, words: Words) -> PatientList:
        """Keep a list that came.

        Raises:
            ContentError: without a folder to keep it in.
            DeliveryError: if the folder cannot be written.
        """
        if self._clinic_folder is None:
            raise ContentError(words("lists_nowhere"))
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
        known = [each for each in list(self._known.values()) if each.running]
        for each in known:
            each.task.stop()
        for each in known:
            each.task.wait(_TIMES_OUT)
