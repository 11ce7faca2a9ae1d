"""Turn a form into the change of a worksheet that it asks for, and say what a change did."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec.structs import asdict, replace

from handouts.desk.state import Desk
from handouts.desk.worksheet import Item, Person, Worksheet

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


def told(desk: Desk, old: Worksheet, new: Worksheet, key: str) -> str:
    """What a change did, for who does not see it: what was added, moved or removed."""
    before, after = ([item.key for item in sheet.items] for sheet in (old, new))

    def name(item: Item | None) -> str:
        return desk.library.exercise(item.exercise).name if item else ""

    if len(after) > len(before):
        return desk.words("added", name=name(new.items[-1]), number=len(after))
    if len(after) < len(before):
        gone = next(key for key in before if key not in after)
        return desk.words("removed", name=name(old.item(gone)))
    if after != before:
        return desk.words("moved", name=name(new.item(key)), number=after.index(key) + 1)
    return ""


def differences(was: Worksheet, now: Worksheet, names: dict[str, str]) -> list[str]:
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
