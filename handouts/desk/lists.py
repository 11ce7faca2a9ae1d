"""Turn uploaded lists of patients into batches that ``handouts batch`` makes and ``send`` mails.

Each list has a folder, ``batches/ID/`` in the clinic's, with the uploaded list, how to read it
(``desk.json``), and its results. If a desk is killed, nothing is lost and the next one continues.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import secrets
import shutil
import threading
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from handouts.deliver.check_handouts import CheckedRow, check_rows
from handouts.deliver.manifest import MANIFEST, holds_batch, read_manifest
from handouts.desk.language import Words
from handouts.desk.task import Task
from handouts.errors import ContentError, HandoutError, Problem
from handouts.files import make_folder, refused, write_whole
from handouts.load.library import Library
from handouts.load.roster import (
    DayOrder,
    EncodingNeeded,
    FirstRows,
    RosterOptions,
    SheetNeeded,
    first_rows,
    is_failures,
    read_roster,
)
from handouts.model.roster import RosterRow

LEDGER = ".desk/ledger.sqlite3"
"""One ledger in the clinic's folder, for all lists, so that nothing is sent twice."""

_BATCHES, _SETTINGS, _CORRECTED, _DRAFTS = "batches", "desk.json", "corrected", "--send-drafts"
_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
_SECONDS_TO_STOP = 15
"""When the desk is closed, a batch has this long to stop; it continues the next time."""


class Reading(Struct):
    """How to read a list, and defaults for rows that give no value themselves."""

    clinic: str = ""
    program: str = ""
    layout: str = ""
    mode: str = "colour"
    paper: str = ""
    clinician: str = ""
    start: str = ""
    dates: str = ""
    encoding: str = ""
    sheet: str = ""
    sort: str = ""
    mapping: dict[str, str] = {}

    @property
    def options(self) -> RosterOptions:
        """The same, for `read_roster`."""
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
        """The same, as options that ``handouts batch`` and ``send`` share, without patient data."""
        names = ("clinic", "program", "layout", "clinician", "start", "dates", "encoding", "sheet")
        given = [f"--{name}={getattr(self, name)}" for name in names if getattr(self, name)]
        return given + [f"--map={column}={header}" for column, header in self.mapping.items()]


class Understood(Struct):
    """How a list was read, before anything is made of it.

    ``near_misses`` are headers of columns that are not read and that ``warnings`` name. ``rows``
    are the first rows, by column. ``wrong`` are all rows with problems. ``whole`` are
    problems that prevent reading the list at all. ``encodings`` has the names as each possible
    encoding reads them, if somebody has to choose one. ``sheets`` has those of a workbook,
    likewise.
    """

    total: int = 0
    rows: Sequence[dict[str, str]] = ()
    wrong: Sequence[CheckedRow] = ()
    warnings: Sequence[Problem] = ()
    near_misses: Collection[str] = ()
    whole: Sequence[Problem] = ()
    encodings: dict[str, tuple[str, ...]] = {}
    sheets: Sequence[str] = ()
    skipped: dict[str, int] = {}

    @property
    def good(self) -> int:
        """How many handouts can be made."""
        return self.total - len(self.wrong)


class PatientList:
    """One uploaded list and its batch.

    ``task`` runs ``handouts batch`` or ``send`` for it. ``handouts`` is the folder of the batch and
    ``print_run`` its one file for the printer.
    """

    def __init__(self, folder: Path, clinic_folder: Path) -> None:
        self.folder, self._clinic_folder, self.task = folder, clinic_folder, Task(folder)
        self.handouts, self.print_run = folder / "handouts", folder / "print.pdf"

    @property
    def id(self) -> str:
        """Its name in addresses, which begins with the time of the upload."""
        return self.folder.name

    @property
    def uploaded_at(self) -> dt.datetime:
        """The time of the upload."""
        return dt.datetime.strptime(self.id[:15], "%Y%m%d-%H%M%S")  # noqa: DTZ007 - local, as named

    @property
    def list_file(self) -> Path:
        """The uploaded list."""
        return next(self.folder.glob("list.*"), self.folder / "list.csv")

    @property
    def _files(self) -> list[Path]:
        """The list, then the corrected rows that were uploaded since; later files win."""
        return [self.list_file, *sorted(self.folder.glob(f"{_CORRECTED}-*"))]

    @property
    def failures(self) -> Path | None:
        """The file of rows that failed in the last run; None if there are none."""
        return self._newest("failed*.csv")

    @property
    def unsent(self) -> Path | None:
        """The file of rows that could not be sent; None if there are none."""
        return self._newest("send-failed*.csv")

    def _newest(self, pattern: str) -> Path | None:
        files = self.handouts.glob(pattern)
        return max(files, key=lambda file: file.stat().st_mtime, default=None)

    @property
    def reading(self) -> Reading:
        """How to read the list; nothing is known of it if that is lost."""
        return self._stored_reading() or Reading()

    @property
    def reading_lost(self) -> bool:
        """Whether the file that says how to read the list is damaged or gone."""
        return self._stored_reading() is None

    def _stored_reading(self) -> Reading | None:
        with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return msgspec.json.decode((self.folder / _SETTINGS).read_bytes(), type=Reading)
        return None

    def read_as(self, reading: Reading) -> None:
        """Store how to read the list.

        Raises:
            DeliveryError: if the folder cannot be written.
        """
        write_whole(self.folder / _SETTINGS, msgspec.json.encode(reading))

    def look(self, library: Library) -> Understood:
        """Return how the list was read, and all its problems."""
        try:
            roster = read_roster(library, self._files, self.reading.options)
            return Understood(
                total=roster.total,
                rows=roster.preview(3),
                wrong=[row for row in check_rows(library, roster.rows()) if row.problems],
                warnings=roster.warnings,
                near_misses=roster.near_misses,
                skipped=dict(roster.skipped),
            )
        except HandoutError as error:
            encodings = error.samples if isinstance(error, EncodingNeeded) else {}
            sheets = error.sheets if isinstance(error, SheetNeeded) else ()
            return Understood(whole=error.problems, encodings=encodings, sheets=sheets)

    def first_rows(self, library: Library) -> FirstRows:
        """Return the first rows as they are in the file, and what their header means."""
        with contextlib.suppress(HandoutError):
            return first_rows(library, self.list_file, self.reading.options, 3)
        return FirstRows()

    def correct(self, library: Library, content: bytes, words: Words) -> None:
        """Store corrected rows of the file of failures, which replace those of the list.

        Raises:
            HandoutError: if they are not such rows, or cannot be stored.
        """
        path = self.folder / f"{_CORRECTED}-{len(self._files):03}{_suffix(content)}"
        write_whole(path, content)
        try:
            read_roster(library, self._files, self.reading.options)
            if not is_failures(library, path, self.reading.options):
                raise ContentError(words("correct_not"), hint=words("correct_fetch"))
        except HandoutError:
            path.unlink(missing_ok=True)
            raise

    # -- made and sent by a process of its own

    @property
    def begun(self) -> bool:
        """Whether there is a batch, complete or not."""
        return holds_batch(self.handouts)

    @property
    def finished(self) -> bool:
        """Whether the batch ran to its end."""
        return self.begun and self.task.finished("make")

    def make(self, words: Words) -> None:
        """Begin the batch, or continue it.

        Raises:
            HandoutError: if it is not known any more how the list is read, or the folder cannot be
                written.
        """
        self._check_reading(words)
        made = {name: getattr(self.reading, name) for name in ("mode", "paper", "sort")}
        looks = [f"--{name}={value}" for name, value in made.items() if value]
        resume = ["--resume"] if self.begun else []
        self._start("make", [
            "batch", *map(str, self._files), "--output", str(self.handouts),
            "--print-run", str(self.print_run), *looks, *self.reading.arguments, *resume,
        ])  # fmt: skip

    def look_at_mails(self, words: Words, *, drafts: bool = False) -> None:
        """Begin a dry run of sending; with ``drafts`` also for handouts that are not reviewed.

        Raises:
            HandoutError: as `make`.
        """
        self._check_reading(words)
        self._start("mails", self._send_arguments(drafts=drafts))

    def send(self, words: Words, *, drafts: bool = False) -> None:
        """Begin to send the handouts, each once.

        Raises:
            HandoutError: as `make`.
        """
        self._check_reading(words)
        self._start("send", [*self._send_arguments(drafts=drafts), "--send"])

    def _check_reading(self, words: Words) -> None:
        if self.reading_lost:
            raise ContentError(words("list_lost_begun"))

    def _send_arguments(self, *, drafts: bool) -> list[str]:
        lists = [f"--roster={file}" for file in self._files]
        ledger = f"--ledger={self._clinic_folder / LEDGER}"
        more = [_DRAFTS] if drafts else []
        return ["send", str(self.handouts), *lists, ledger, *self.reading.arguments, *more]

    @property
    def drafts(self) -> bool:
        """Whether the last dry run, or the last sending, included drafts."""
        return _DRAFTS in self.task.command

    def _start(self, doing: str, arguments: Sequence[str]) -> None:
        make_folder((self._clinic_folder / LEDGER).parent)
        # No argument can contain a NUL. With another sign, the command refuses the same value.
        given = [each.replace("\0", "\ufffd") for each in arguments]
        self.task.start(doing, ["--folder", str(self._clinic_folder), *given, "--json"])

    def row_of(self, library: Library, code: str) -> RosterRow | None:
        """Return the current row of a handout with this code; None if there is none."""
        with contextlib.suppress(HandoutError):
            entries = read_manifest(self.handouts / MANIFEST) if self.begun else ()
            places = {(Path(each.roster).name, each.row) for each in entries if each.code == code}
            rows = read_roster(library, self._files, self.reading.options).rows() if places else ()
            for row in rows:
                if isinstance(row, RosterRow) and (Path(row.file).name, row.row) in places:
                    return row
        return None

    def pdfs(self) -> Iterator[Path]:
        """Yield the finished handouts of the batch."""
        if (self.handouts / MANIFEST).exists():
            yield from sorted(self.handouts.glob("*.pdf"))


def _suffix(content: bytes) -> str:
    return ".xlsx" if content.startswith(b"PK\x03\x04") else ".csv"


class PatientLists:
    """All lists of a clinic's folder; without a folder there are none, and none can be added."""

    def __init__(self, clinic_folder: Path | None) -> None:
        self._clinic_folder = clinic_folder
        self._known: dict[str, PatientList] = {}
        self._lock, self._adding = threading.Lock(), threading.Lock()

    @property
    def all(self) -> list[PatientList]:
        """All lists, the newest first."""
        if self._clinic_folder is None:
            return []
        folders = (self._clinic_folder / _BATCHES).glob("*")
        names = sorted((each.name for each in folders), reverse=True)
        return [found for name in names if (found := self.get(name)) is not None]

    def get(self, name: str) -> PatientList | None:
        """Return a list by id; None if there is none."""
        if self._clinic_folder is None or not _ID.fullmatch(name):
            return None
        folder = self._clinic_folder / _BATCHES / name
        if not folder.is_dir():
            return None
        with self._lock:
            return self._known.setdefault(name, PatientList(folder, self._clinic_folder))

    def add(self, content: bytes, reading: Reading, words: Words) -> PatientList:
        """Store an uploaded list.

        Raises:
            ContentError: if there is no folder to store it in.
            DeliveryError: if the folder cannot be written.
        """
        if self._clinic_folder is None:
            raise ContentError(words("lists_nowhere"))
        now = dt.datetime.now().astimezone()
        name = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        folder = self._clinic_folder / _BATCHES / name
        make_folder(folder)
        added = PatientList(folder, self._clinic_folder)
        try:
            write_whole(folder / f"list{_suffix(content)}", content)
            added.read_as(reading)
        except HandoutError:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        with self._lock:
            self._known[name] = added
        return added

    def add_once(self, content: bytes, reading: Reading, words: Words) -> PatientList:
        """Store an uploaded list as `add` does; a second click on the button adds nothing."""
        with self._adding:
            newest = next(iter(self.all), None)
            if newest and not newest.task.doing and newest.reading == reading:
                with contextlib.suppress(OSError):
                    if newest.list_file.read_bytes() == content:
                        return newest
            return self.add(content, reading, words)

    def remove(self, name: str) -> None:
        """Remove a list and everything made from it.

        Raises:
            DeliveryError: if something of it is left, because the folder cannot be written.
        """
        found = self.get(name)
        if found is not None:
            found.task.stop()
            found.task.wait(_SECONDS_TO_STOP)
            shutil.rmtree(found.folder, ignore_errors=True)
            try:
                if found.folder.exists():
                    shutil.rmtree(found.folder)
            except OSError as error:
                raise refused(found.folder, error) from None
            with self._lock:
                self._known.pop(name, None)

    def close(self) -> None:
        """Stop all running commands."""
        known = [each.task for each in list(self._known.values()) if each.task.running]
        for task in known:
            task.stop()
        for task in known:
            task.wait(_SECONDS_TO_STOP)
