"""Keep all handouts that are in the making, and forget each in time.

A handout in the making is a `Worksheet`, which is never written to the disk.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from handouts.model.base import Sealed
from handouts.model.dosage import LAST_WEEK
from handouts.model.order import LAST_BEGINNING

MOST = 200
"""How many handouts are kept at most; a new one replaces the one due to be forgotten first."""

IDLE_SECONDS = 8 * 3600
"""A handout that nobody touches for this long, a working day, is forgotten."""

LEFT_SECONDS = 2 * 3600
"""How long a handout is kept after its page was left for another page of the desk.

Somebody may come back to it after lunch.
"""

CLOSING_SECONDS = 60
"""How long a handout is kept after its page was closed, which may only be a reload."""

_SWEEPING_SECONDS = 20
"""How often to look for handouts to forget, because there may be no further request."""

LAST = {"weeks": LAST_WEEK, "from_week": LAST_BEGINNING}
"""Limits for the weeks of a program, and for the week in which a handout may begin."""

_UNDONE = 60
"""How many changes can be undone."""


def new_key() -> str:
    """Return a random key that cannot be guessed."""
    return secrets.token_urlsafe(9)


class Item(Sealed, frozen=True):
    """An exercise of a handout, as it was typed: an empty dose or side is the usual one.

    ``key`` stays the same when the exercise moves; ``phase`` is the number of its phase, from 0.
    """

    key: str
    exercise: str
    variant: str = ""
    side: str = ""
    dose: str = ""
    note: str = ""
    phase: int = 0


class SheetPhase(Sealed, frozen=True):
    """A part of a handout, which begins in a week of its program; it may have no name.

    ``key`` stays the same when an earlier part is removed. ``when`` is what must be true before it
    begins.
    """

    name: str = ""
    from_week: int = 1
    key: str = field(default_factory=new_key)
    when: str = ""


class Person(Sealed, frozen=True):
    """The patient, as typed. It is never written anywhere but into the handout."""

    name: str = ""
    preferred_name: str = ""
    side: str = ""
    start: str = ""
    next_visit: str = ""
    note: str = ""
    reference: str = ""


class Worksheet(Struct, frozen=True):
    """One handout in the making. ``program`` is what it began with, empty for nothing.

    ``phases`` are those that the program had then: its file may be replaced meanwhile. ``parts``
    were added, and come after them. ``weeks`` are the weeks of its program, and ``from_week`` is
    the one in which the handout begins.
    """

    program: str = ""
    items: tuple[Item, ...] = ()
    phases: tuple[SheetPhase, ...] = ()
    parts: tuple[SheetPhase, ...] = ()
    person: Person = field(default_factory=Person)
    clinic: str = ""
    clinician: str = ""
    layout: str = "standard"
    mode: str = "colour"
    paper: str = ""
    language: str = ""
    pictures: str = ""
    weeks: int = 4
    from_week: int = 1

    @classmethod
    def with_values(cls, **given: Any) -> Worksheet:
        """Return a worksheet with these values; `prescribing.filled` adds what they leave out."""
        return cls(**{"weeks": 0} | {name: value for name, value in given.items() if value})

    def changed(self, key: str, **values: str) -> Worksheet:
        """Return a worksheet in which one exercise has other values."""
        items = tuple(replace(item, **values) if item.key == key else item for item in self.items)
        return replace(self, items=items)

    def without(self, field: str, key: str) -> Worksheet:
        """Return a worksheet in which a field is as if nothing was typed there.

        ``key`` is that of the exercise whose field it is; it is empty for one of the patient or the
        sheet.
        """
        if key:
            return self.changed(key, **{field: ""})
        if field in LAST:
            return replace(self, **{field: min(max(getattr(self, field), 1), LAST[field])})
        if field in Person.__struct_fields__:
            return replace(self, person=replace(self.person, **{field: ""}))
        return self

    @property
    def all_phases(self) -> tuple[SheetPhase, ...]:
        """The phases that exercises may be in; without a program there is a first one."""
        return (*(self.phases or (SheetPhase(key="first"),)), *self.parts)

    def item(self, key: str) -> Item | None:
        """Return the exercise with this key; None if there is none."""
        return next((item for item in self.items if item.key == key), None)


# -- all handouts in the making

Change = Callable[[Worksheet], Worksheet]


UsualDoses = Mapping[tuple[str, str, str], str]
"""Digests of usual doses, by program, key of an exercise and its variant."""


class StoredSheet(Struct):
    """A worksheet with its earlier states, the newest last; ``key`` is in its page's address.

    ``version`` counts changes and undone changes. ``good`` is the newest state of which a handout
    could be made. ``reopened`` is the first state if it was opened by its code. ``usual`` is what
    an empty dose of an exercise meant when it was first shown here, or when the code was printed.
    ``owner`` is its session, where people sign in: nobody else sees it. ``pages`` is how many pages
    show it now. ``until`` is when it will be forgotten. If its page closes before ``leaves``, that
    page was left for another page of the desk.
    """

    key: str
    states: list[Worksheet]
    version: int = 0
    until: float = 0.0
    good: Worksheet | None = None
    reopened: Worksheet | None = None
    usual: UsualDoses = {}
    owner: str = ""
    pages: int = 0
    leaves: float = 0.0

    @property
    def now(self) -> Worksheet:
        """The newest state."""
        return self.states[-1]

    def change(self, change: Change) -> None:
        """Change it, and store its earlier state if the change made a difference."""
        changed = change(self.now)
        if changed != self.now:
            self.states = [*self.states[-_UNDONE:], changed]
            self.version += 1

    def undo(self) -> None:
        """Go back by one change."""
        if len(self.states) > 1:
            self.states = self.states[:-1]
            self.version += 1


class Worksheets:
    """All handouts in the making, by random keys, which are in the pages' addresses.

    ``forgotten`` is called when one is forgotten, so that everything made from it is forgotten too.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        forgotten: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock, self._forgotten = clock, forgotten
        self._kept: dict[str, StoredSheet] = {}
        self._lock = threading.Lock()
        self._sweeping = False

    def begin(
        self,
        worksheet: Worksheet,
        *,
        reopened: bool = False,
        usual: UsualDoses | None = None,
        owner: str = "",
    ) -> str:
        """Store a new worksheet; return its key. The rest is as in `StoredSheet`."""
        key = new_key()
        with self._lock:
            self._forget_idle()
            if len(self._kept) >= MOST:
                first = min(self._kept, key=lambda each: self._kept[each].until)
                self._forget(lambda name, _: name == first)
            self._kept[key] = StoredSheet(
                key, [worksheet], until=self._in(IDLE_SECONDS), usual=usual or {}, owner=owner,
                reopened=worksheet if reopened else None,
            )  # fmt: skip
            self._sweep_later()
        return key

    def get(self, key: str) -> StoredSheet | None:
        """Return a copy of a worksheet; None if there is none with that key (any more)."""
        return self._with(key, lambda kept: setattr(kept, "until", self._in(IDLE_SECONDS)))

    def change(self, key: str, change: Change) -> StoredSheet | None:
        """Change a worksheet; return it as `get` does."""
        return self._with(key, lambda kept: kept.change(change))

    def undo(self, key: str) -> StoredSheet | None:
        """Go back by one change; return the worksheet as `get` does."""
        return self._with(key, StoredSheet.undo)

    def forget_earlier(self, key: str) -> StoredSheet | None:
        """Forget earlier states and doses of a worksheet; return it as `get` does."""

        def forget(kept: StoredSheet) -> None:
            kept.states, kept.usual = kept.states[-1:], {}

        return self._with(key, forget)

    def made(self, key: str, sheet: Worksheet, usual: UsualDoses) -> None:
        """Note that a handout could be made of a state, and what its empty doses mean."""

        def note(kept: StoredSheet) -> None:
            kept.good, kept.usual = sheet, {**usual, **kept.usual}

        self._with(key, note)

    def opened(self, key: str) -> None:
        """Note that one more page shows a worksheet."""

        def open_(kept: StoredSheet) -> None:
            kept.pages, kept.leaves = kept.pages + 1, 0.0

        self._with(key, open_)

    def closing(self, key: str) -> None:
        """Forget a worksheet soon, because its page was closed, unless it only reloads.

        If another page shows it too, it is kept.
        """

        def close(kept: StoredSheet) -> None:
            kept.pages = max(0, kept.pages - 1)
            self._shorten(kept)

        self._with(key, close)

    def left(self, key: str) -> None:
        """Note that the page of a worksheet was left for another of the desk.

        The browser may report that it was closed, before or soon after. If it does not, the other
        page was opened in addition.
        """

        def leave(kept: StoredSheet) -> None:
            kept.leaves = self._in(CLOSING_SECONDS)
            self._shorten(kept)

        self._with(key, leave)

    def _shorten(self, kept: StoredSheet) -> None:
        if not kept.pages:
            left = kept.leaves > self._clock()
            kept.until = self._in(LEFT_SECONDS if left else CLOSING_SECONDS)

    def _with(self, key: str, work: Callable[[StoredSheet], None]) -> StoredSheet | None:
        with self._lock:
            self._forget_idle()
            kept = self._kept.get(key)
            if kept is None:
                return None
            work(kept)
            return replace(kept)

    def forget_of(self, owner: str) -> None:
        """Forget all worksheets of a session that has ended."""
        with self._lock:
            self._forget(lambda _, kept: kept.owner == owner)

    def sweep(self) -> None:
        """Forget worksheets whose time is over."""
        with self._lock:
            self._forget_idle()
            self._sweeping = False
            self._sweep_later()

    def _sweep_later(self) -> None:
        if self._kept and not self._sweeping:
            self._sweeping = True
            later = threading.Timer(_SWEEPING_SECONDS, self.sweep)
            later.daemon = True
            later.start()

    def _in(self, seconds: float) -> float:
        return self._clock() + seconds

    def _forget_idle(self) -> None:
        now = self._clock()
        self._forget(lambda _, kept: kept.until < now)

    def _forget(self, goes: Callable[[str, StoredSheet], bool]) -> None:
        left = {key: kept for key, kept in self._kept.items() if not goes(key, kept)}
        if len(left) < len(self._kept):
            self._kept = left
            self._forgotten()
