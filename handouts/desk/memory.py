"""Remember programs between days, in the clinic's folder: never anything of a patient.

``.desk/memory.json`` holds favourites, the programs that were used last, and what was prescribed
under each code, so that a sheet can be opened again by the code on it. Without a folder it is
remembered until the desk is closed.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from handouts.desk.worksheet import Person, Worksheet
from handouts.errors import DeliveryError
from handouts.files import make_folder, write_whole

FILE = ".desk/memory.json"
_RECENT, _CODES = 8, 5000
"""So many programs and codes are remembered; the oldest are forgotten."""


class Remembered(Struct):
    """What is remembered. ``codes`` are worksheets without a person, by the code on the sheet."""

    favourites: list[str] = field(default_factory=list)
    recent: list[str] = field(default_factory=list)
    codes: dict[str, Worksheet] = field(default_factory=dict)


class Memory:
    """Favourites, programs used last, and what stands behind each code."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / FILE if folder else None
        self._lock = threading.Lock()
        self._known = self._read()

    @property
    def favourites(self) -> list[str]:
        """Ids of programs, the newest first."""
        return list(self._known.favourites)

    @property
    def recent(self) -> list[str]:
        """Ids of programs, the one used last first."""
        return list(self._known.recent)

    def used(self, program: str) -> None:
        """Note that a program was begun with; a folder that cannot be written costs only that."""
        with self._lock:
            others = [each for each in self._known.recent if each != program]
            self._known.recent = [program, *others][:_RECENT]
            with contextlib.suppress(DeliveryError):
                self._write()

    def like(self, program: str, *, liked: bool) -> None:
        """Put a program among the favourites, or take it out.

        Raises:
            DeliveryError: if the folder cannot be written.
        """
        with self._lock:
            others = [each for each in self._known.favourites if each != program]
            self._known.favourites = [program, *others] if liked else others
            self._write()

    def made(self, code: str, sheet: Worksheet, notes: frozenset[str]) -> None:
        """Note what a code stands for. Of notes only those in ``notes`` are kept: content's own.

        A folder that cannot be written costs only that: the handout is made.
        """
        # Numbered: the same exercises and doses are then the same, and are not written again.
        items = tuple(
            replace(item, key=str(number), note=item.note if item.note in notes else "")
            for number, item in enumerate(sheet.items, start=1)
        )
        kept = replace(sheet, person=Person(), items=items)
        with self._lock:
            if self._known.codes.get(code) == kept:
                return
            self._known.codes.pop(code, None)
            self._known.codes[code] = kept
            while len(self._known.codes) > _CODES:
                del self._known.codes[next(iter(self._known.codes))]
            with contextlib.suppress(DeliveryError):
                self._write()

    def behind(self, code: str) -> Worksheet | None:
        """Return what a code stands for, however it was typed; None if it is not known."""
        return self._known.codes.get(code.strip().upper())

    def _read(self) -> Remembered:
        if self._file is not None:
            # A file that cannot be read costs favourites, not a handout.
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                return msgspec.json.decode(self._file.read_bytes(), type=Remembered)
        return Remembered()

    def _write(self) -> None:
        if self._file is not None:
            make_folder(self._file.parent)
            write_whole(self._file, msgspec.json.encode(self._known))
