"""Say what a handout in the making is, change it as a form asks, and say what a change did."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import asdict, replace

from handouts.desk.words import Words


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


def items_of(prescribed: Iterable[tuple[int, str, str, str, str, str]]) -> tuple[Item, ...]:
    """Return items from phase, exercise, variant, side, dose and note."""
    return tuple(
        Item(new_key(), exercise, variant, side, dose, note, phase)
        for phase, exercise, variant, side, dose, note in prescribed
    )


# -- what a form changes

Change = Callable[[Worksheet, dict[str, str]], Worksheet]


def _add(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    return sheet.adding(form["exercise"], form.get("variant", ""))


def _remove(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    return sheet.without(form["item"])


def _move(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    keys = [item.key for item in sheet.items]
    if form["item"] not in keys:
        return sheet
    step = {"up": -1, "down": 1}.get(form.get("way", ""))
    place = keys.index(form["item"]) + step if step else int(form.get("place", "0"))
    return sheet.moved(form["item"], place)


def item(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    """Change dose, side, note or variant of an exercise."""
    names = ("dose", "side", "note", "variant")
    values = {name: form[name].strip() for name in names if name in form}
    return sheet.changed(form["item"], **values)


def _fields(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    """A dose in fields is the same as one that was typed."""
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
    return sheet.changed(form["item"], dose=", ".join(pieces))


def _dose_all(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    return sheet.dosed(form["dose"].strip())


def _person(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    known = asdict(sheet.person)
    values = {name: form.get(name, value) for name, value in known.items()}
    return replace(sheet, person=Person(**values))


def _look(sheet: Worksheet, form: dict[str, str]) -> Worksheet:
    names = ("clinic", "clinician", "layout", "mode", "paper", "language")
    values: dict[str, Any] = {name: form[name] for name in names if name in form}
    if re.fullmatch(r"[1-9]|1[0-2]", form.get("weeks", "")):
        values["weeks"] = int(form["weeks"])
    if values.get("clinic", sheet.clinic) != sheet.clinic:
        values["clinician"] = ""
    return replace(sheet, **values)


CHANGES: dict[str, Change] = {
    "add": _add, "remove": _remove, "move": _move, "item": item, "fields": _fields,
    "dose-all": _dose_all, "person": _person, "look": _look,
}  # fmt: skip


def told(old: Worksheet, new: Worksheet, key: str, names: Mapping[str, str], words: Words) -> str:
    """What a change did, for who does not see it: what was added, moved or removed."""
    before, after = ([item.key for item in sheet.items] for sheet in (old, new))

    def name(item: Item | None) -> str:
        return names[item.exercise] if item else ""

    if len(after) > len(before):
        return words("added", name=name(new.items[-1]), number=len(after))
    if len(after) < len(before):
        gone = next(key for key in before if key not in after)
        return words("removed", name=name(old.item(gone)))
    if after != before:
        return words("moved", name=name(new.item(key)), number=after.index(key) + 1)
    return ""


def differences(was: Worksheet, now: Worksheet, names: Mapping[str, str]) -> list[str]:
    """Return what is different in a worksheet that was opened again, an exercise at a time.

    ``names``: what exercises are called, by id.
    """
    old = {item.key: item for item in was.items}
    new = {item.key: item for item in now.items}
    told = [f"+ {names[item.exercise]}" for key, item in new.items() if key not in old]
    told += [f"− {names[item.exercise]}" for key, item in old.items() if key not in new]
    told += [
        f"{names[item.exercise]}: {part}"
        for key, item in new.items()
        if key in old
        for part in _parts(old[key], item)
    ]
    return told


def _parts(was: Item, now: Item) -> list[str]:
    fields = ("dose", "side", "variant", "note")
    return [
        f"{getattr(was, name) or '–'} → {getattr(now, name) or '–'}"
        for name in fields
        if getattr(was, name) != getattr(now, name)
    ]
