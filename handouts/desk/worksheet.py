"""Keep the handouts that people are working on, each with what can be undone; nothing on disk."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

MOST = 200
"""So many handouts are worked on at once; the one that was left longest gives way."""

IDLE_SECONDS = 8 * 3600
"""What nobody touched for a working day is forgotten."""

CLOSING_SECONDS = 60
"""A page that is loaded again asks for its handout within this time."""

_UNDONE = 60
"""So many changes can be undone."""


class Item(Struct, frozen=True):
    """An exercise of a handout, as it was typed: an empty dose or side is the usual one.

    ``key`` stays the same while it is moved; ``phase`` is the number of its phase, from 0.
    """

    key: str
    exercise: str
    variant: str = ""
    side: str = ""
    dose: str = ""
    note: str = ""
    phase: int = 0


class Person(Struct, frozen=True):
    """The patient, as typed. It is never written anywhere but into the handout."""

    name: str = ""
    preferred_name: str = ""
    side: str = ""
    start: str = ""
    next_visit: str = ""
    note: str = ""
    reference: str = ""


class Worksheet(Struct, frozen=True):
    """One handout in the making. ``program`` is what it began with, empty for nothing."""

    program: str = ""
    items: tuple[Item, ...] = ()
    person: Person = field(default_factory=Person)
    clinic: str = ""
    clinician: str = ""
    layout: str = "standard"
    mode: str = "colour"
    paper: str = ""
    language: str = ""
    pictures: str = ""
    weeks: int = 4

    @classmethod
    def asked(cls, **given: Any) -> Worksheet:
        """Return one that says what is given, of which its program says the rest."""
        return cls(**{name: value for name, value in given.items() if value}, weeks=0)

    # -- changes: each returns another worksheet

    def adding(self, exercise: str, variant: str = "") -> Worksheet:
        """Return it with an exercise after the last."""
        phase = self.items[-1].phase if self.items else 0
        return replace(self, items=(*self.items, Item(new_key(), exercise, variant, phase=phase)))

    def without(self, key: str) -> Worksheet:
        """Return it without an exercise."""
        return replace(self, items=tuple(item for item in self.items if item.key != key))

    def moved(self, key: str, place: int) -> Worksheet:
        """Return it with an exercise at another place, from 0; it joins the phase there."""
        rest = [item for item in self.items if item.key != key]
        found = self.item(key)
        if found is None:
            return self
        place = min(max(place, 0), len(rest))
        near = rest[place - 1] if place else rest[0] if rest else found
        rest.insert(place, replace(found, phase=near.phase))
        return replace(self, items=tuple(rest))

    def changed(self, key: str, **values: str) -> Worksheet:
        """Return it with other values of one exercise."""
        items = tuple(replace(item, **values) if item.key == key else item for item in self.items)
        return replace(self, items=items)

    def dosed(self, dose: str) -> Worksheet:
        """Return it with one dose for all exercises."""
        return replace(self, items=tuple(replace(item, dose=dose) for item in self.items))

    def choosing(self, items: Iterable[Item]) -> Worksheet:
        """Return it with these exercises alone; what they do not say is as it stands here."""
        chosen: list[Item] = []
        for item in items:
            phase = chosen[-1].phase if chosen else 0
            for each in self.items:
                if each.exercise == item.exercise and item.variant in ("", each.variant):
                    found = replace(
                        item,
                        variant=each.variant,
                        side=item.side or each.side,
                        note=item.note or each.note,
                        phase=each.phase,
                    )
                    break
            else:
                found = replace(item, phase=phase)
            chosen.append(found)
        return replace(self, items=tuple(chosen))

    def item(self, key: str) -> Item | None:
        """Return an exercise of it."""
        return next((item for item in self.items if item.key == key), None)


def new_key() -> str:
    """Return a key that nobody can guess."""
    return secrets.token_urlsafe(9)


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


def items_of(prescribed: Iterable[tuple[int, str, str, str, str, str]]) -> tuple[Item, ...]:
    """Return items from phase, exercise, variant, side, dose and note."""
    return tuple(
        Item(new_key(), exercise, variant, side, dose, note, phase)
        for phase, exercise, variant, side, dose, note in prescribed
    )
