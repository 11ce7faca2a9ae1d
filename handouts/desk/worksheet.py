"""Turn forms into changes of a handout in the making, and keep all that are worked on.

A handout in the making is a `Worksheet`; none is ever written to the disk.
"""

from __future__ import annotations

import re
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from handouts.model.clinic import Mode, Paper
from handouts.model.dosage import LAST_WEEK
from handouts.model.order import LAST_BEGINNING

MOST = 200
"""At most this many handouts are kept; the one untouched for longest is dropped for a new one."""

IDLE_SECONDS = 8 * 3600
"""A handout that nobody has touched for this long, a working day, is forgotten."""

CLOSING_SECONDS = 60
"""A handout is kept this long after its page was closed: it may only be loaded again."""

LAST = {"weeks": LAST_WEEK, "from_week": LAST_BEGINNING}
"""What a program may have of weeks, and the last in which a handout may begin."""

_UNDONE = 60
"""At most this many changes can be undone."""


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
    """One handout in the making. ``program`` is what it began with, empty for nothing.

    ``weeks`` are those of its program, ``from_week`` the one of them in which the handout begins.
    """

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
    from_week: int = 1

    @classmethod
    def asked(cls, **given: Any) -> Worksheet:
        """Return a worksheet with these values; `prescribing.filled` adds what they leave out."""
        return cls(**{"weeks": 0} | {name: value for name, value in given.items() if value})

    def changed(self, key: str, **values: str) -> Worksheet:
        """Return a worksheet in which one exercise has other values."""
        items = tuple(replace(item, **values) if item.key == key else item for item in self.items)
        return replace(self, items=items)

    def item(self, key: str) -> Item | None:
        """Return the exercise with this key."""
        return next((item for item in self.items if item.key == key), None)


def new_key() -> str:
    """Return a random key that cannot be guessed."""
    return secrets.token_urlsafe(9)


# -- what a form changes

Change = Callable[[Worksheet, dict[str, str]], Worksheet]


def _add(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    phase = sheet.items[-1].phase if sheet.items else 0
    added = Item(new_key(), form["exercise"], form.get("variant", ""), phase=phase)
    return replace(sheet, items=(*sheet.items, added))


def _remove(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    return replace(sheet, items=tuple(item for item in sheet.items if item.key != form["item"]))


def _move(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    """Move an exercise ``up`` or ``down``, or to a place from 0; it joins the phase there."""
    moved = sheet.item(form["item"])
    if moved is None:
        return sheet
    step = {"up": -1, "down": 1}.get(form.get("way", ""))
    place = sheet.items.index(moved) + step if step else int(form.get("place", "0"))
    rest = [item for item in sheet.items if item is not moved]
    place = min(max(place, 0), len(rest))
    near = rest[place - 1] if place else rest[0] if rest else moved
    rest.insert(place, replace(moved, phase=near.phase))
    return replace(sheet, items=tuple(rest))


def item(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    """Change dose, side, note or variant of an exercise."""
    names = ("dose", "side", "note", "variant")
    values = {name: form[name].strip() for name in names if name in form}
    return sheet.changed(form["item"], **values)


def _dose_of_fields(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    """Write a dose that was given in fields as it is typed: ``3 x 10, hold 5 s``."""
    pieces = []
    sets, repetitions = form.get("sets", "").strip(), form.get("repetitions", "").strip()
    if sets and repetitions:
        pieces.append(f"{sets} x {repetitions}")
    elif repetitions:
        pieces.append(f"{repetitions} times")
    elif sets:
        pieces.append(f"{sets} sets")
    for name, form_of in (
        ("hold", "hold {} s"),
        ("times", "{} x a day"),
        ("days", "{} days a week"),
    ):
        if form.get(name, "").strip():
            pieces.append(form_of.format(form[name].strip()))
    # With all fields empty nothing was meant.
    return sheet.changed(form["item"], dose=", ".join(pieces)) if pieces else sheet


def _dose_all(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    dose = form["dose"].strip()
    return replace(sheet, items=tuple(replace(item, dose=dose) for item in sheet.items))


def _person(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    known = asdict(sheet.person)
    values = {name: form.get(name, value) for name, value in known.items()}
    return replace(sheet, person=Person(**values))


def _look(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    names = ("clinic", "clinician", "layout", "mode", "paper", "language")
    values: dict[str, Any] = {name: form[name] for name in names if name in form}
    for name in LAST:
        # A number that is none is kept as one that cannot be: it is said to be wrong.
        if name in form:
            values[name] = int(form[name]) if re.fullmatch(r"[0-9]{1,3}", form[name]) else 0
    if "mode" in values:
        values["mode"] = Mode(values["mode"]).value
    if values.get("paper"):
        values["paper"] = Paper(values["paper"]).value
    if values.get("clinic", sheet.clinic) != sheet.clinic:
        values["clinician"] = ""
    return replace(sheet, **values)


CHANGES: dict[str, Change] = {
    "add": _add, "remove": _remove, "move": _move, "item": item, "fields": _dose_of_fields,
    "dose-all": _dose_all, "person": _person, "look": _look,
}  # fmt: skip


# -- all handouts in the making


class Kept(Struct):
    """A worksheet with its earlier states, the newest last.

    ``version`` counts changes and undone changes. ``good`` is the newest state that a handout could
    be made of. ``reopened`` is the state it was opened in by its code, if it was. ``owner`` is the
    session it belongs to, where people sign in: nobody else sees it. ``pages``: how many pages
    show it now.
    """

    states: list[Worksheet]
    version: int = 0
    touched: float = 0.0
    good: Worksheet | None = None
    reopened: Worksheet | None = None
    owner: str = ""
    pages: int = 0

    @property
    def now(self) -> Worksheet:
        """The newest state."""
        return self.states[-1]


class Worksheets:
    """All handouts in the making, by random keys, which stand in addresses.

    ``forgotten`` is called when one is forgotten, so that what was made of it is forgotten too.
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
        """Return a copy of a worksheet; None if there is none of that key, or it was forgotten."""
        with self._lock:
            self._forget_idle()
            kept = self._kept.get(key)
            if kept is None:
                return None
            kept.touched = self._clock()
            return replace(kept)

    def change(self, key: str, change: Callable[[Worksheet], Worksheet]) -> Kept | None:
        """Change a worksheet, and keep its earlier state if the change made a difference."""
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

    def opened(self, key: str) -> None:
        """Note that one more page shows a worksheet."""
        with self._lock:
            if (kept := self._kept.get(key)) is not None:
                kept.pages += 1

    def closing(self, key: str) -> None:
        """Forget a worksheet soon, unless its page, which was closed, was only loaded again.

        Where another page shows it too, it is kept.
        """
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return
            kept.pages = max(0, kept.pages - 1)
            if kept.pages:
                return
            kept.touched = self._clock() - IDLE_SECONDS + CLOSING_SECONDS
        # Idle worksheets are forgotten at the next request, which may never come.
        later = threading.Timer(CLOSING_SECONDS + 1, self.sweep)
        later.daemon = True
        later.start()

    def forget_of(self, owner: str) -> None:
        """Forget all worksheets of a session that has ended."""
        with self._lock:
            self._forget(lambda _, kept: kept.owner == owner)

    def sweep(self) -> None:
        """Forget worksheets that nobody has touched for `IDLE_SECONDS`."""
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
