"""Keep the handouts that people are working on, and remember programs between days.

Those in the making are never on the disk. What is remembered holds nothing of a patient:
``.desk/memory.json`` holds favourites, the programs that were used last, and what was prescribed
under each code, so that a sheet can be opened again by the code on it. Without a folder it is
remembered until the desk is closed.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from handouts.desk.worksheet import Person, Worksheet, new_key
from handouts.errors import DeliveryError
from handouts.files import make_folder, write_whole

FILE = ".desk/memory.json"
_RECENT, _CODES = 8, 5000
"""So many programs and codes are remembered; the oldest are forgotten."""

MOST = 200
"""So many handouts are worked on at once; the one that was left longest gives way."""

IDLE_SECONDS = 8 * 3600
"""What nobody touched for a working day is forgotten."""

CLOSING_SECONDS = 60
"""A page that is loaded again asks for its handout within this time."""

_UNDONE = 60
"""So many changes can be undone."""


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


# -- handouts in the making


class Kept(Struct):
    """A worksheet with its earlier states. ``version`` counts changes, of undoing too.

    ``owner`` is whose it is, where people sign in: nobody else sees it.
    ``good`` is the newest state of which a handout could be made; ``reopened`` the state in which
    it was opened again, if it was.
    """

    states: list[Worksheet]
    version: int = 0
    touched: float = 0.0
    good: Worksheet | None = None
    reopened: Worksheet | None = None
    owner: str = ""

    @property
    def now(self) -> Worksheet:
        """The state it is in."""
        return self.states[-1]


class Worksheets:
    """All handouts in the making, by keys that stand in addresses and say nothing of a patient.

    ``forgotten`` is called when one is forgotten: what was made of it has to go too.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        forgotten: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock, self._forgotten = clock, forgotten
        self._kept: dict[str, Kept] = {}
        self._lock = threading.Lock()

    def begin(self, worksheet: Worksheet, *, reopened: bool = False, owner: str = "") -> str:
        """Keep a new worksheet; return its key."""
        key = new_key()
        with self._lock:
            self._forget_idle()
            if len(self._kept) >= MOST:
                oldest = min(self._kept, key=lambda each: self._kept[each].touched)
                self._forget(lambda name, _: name == oldest)
            again = worksheet if reopened else None
            self._kept[key] = Kept([worksheet], touched=self._clock(), reopened=again, owner=owner)
        return key

    def get(self, key: str) -> Kept | None:
        """Return a worksheet as it is now; None if there is none of that key, or none any more."""
        with self._lock:
            self._forget_idle()
            kept = self._kept.get(key)
            if kept is None:
                return None
            kept.touched = self._clock()
            return replace(kept)

    def change(self, key: str, change: Callable[[Worksheet], Worksheet]) -> Kept | None:
        """Change a worksheet; a change that changes nothing cannot be undone."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            changed = change(kept.now)
            if changed != kept.now:
                kept.states = [*kept.states[-_UNDONE:], changed]
                kept.version += 1
            kept.touched = self._clock()
            return replace(kept)

    def undo(self, key: str) -> Kept | None:
        """Go back by one change."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            if len(kept.states) > 1:
                kept.states = kept.states[:-1]
                kept.version += 1
            return replace(kept)

    def made(self, key: str, sheet: Worksheet) -> None:
        """Note that a handout could be made of a state."""
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                kept.good = sheet

    def closing(self, key: str) -> None:
        """Forget a worksheet soon, unless it is asked for again: its page is closed or reloaded."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return
            kept.touched = self._clock() - IDLE_SECONDS + CLOSING_SECONDS
        # Nobody may ask for anything any more, and then nothing else would look.
        later = threading.Timer(CLOSING_SECONDS + 1, self.sweep)
        later.daemon = True
        later.start()

    def forget_of(self, owner: str) -> None:
        """Forget all worksheets of somebody who has signed out."""
        with self._lock:
            self._forget(lambda _, kept: kept.owner == owner)

    def sweep(self) -> None:
        """Forget what nobody has touched for long."""
        with self._lock:
            self._forget_idle()

    def _forget_idle(self) -> None:
        oldest = self._clock() - IDLE_SECONDS
        self._forget(lambda _, kept: kept.touched < oldest)

    def _forget(self, goes: Callable[[str, Kept], bool]) -> None:
        left = {key: kept for key, kept in self._kept.items() if not goes(key, kept)}
        if len(left) < len(self._kept):
            self._kept = left
            self._forgotten()
