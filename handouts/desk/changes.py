"""Turn forms into changes of a worksheet, and changes into the clinic's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import asdict, replace

from handouts.desk.language import Words
from handouts.desk.worksheet import LAST, Item, Person, SheetPhase, Worksheet, new_key
from handouts.model.clinic import Mode, Paper

Form = Mapping[str, str]


class Outdated(Exception):
    """A form is of a page that is older than its handout, which another tab has changed."""


def with_number(form: Form, phases: Sequence[SheetPhase]) -> Form:
    """Return a form that names a phase by its key, with the phase's number among ``phases``.

    The number alone would be that of another phase once an earlier one is removed.

    Raises:
        Outdated: if there is no such phase any more.
    """
    if "phase" not in form:
        return form
    numbers = {phase.key: number for number, phase in enumerate(phases)}
    if form["phase"] not in numbers:
        raise Outdated
    return {**form, "phase_number": str(numbers[form["phase"]])}


def _item(sheet: Worksheet, key: str) -> Item:
    found = sheet.item(key)
    if found is None:
        raise Outdated
    return found


def _add(sheet: Worksheet, form: Form) -> Worksheet:
    phase = sheet.items[-1].phase if sheet.items else 0
    added = Item(new_key(), form["exercise"], form.get("variant", ""), phase=phase)
    return replace(sheet, items=(*sheet.items, added))


def _remove(sheet: Worksheet, form: Form) -> Worksheet:
    removed = _item(sheet, form["item"])
    return replace(sheet, items=tuple(item for item in sheet.items if item is not removed))


def _move(sheet: Worksheet, form: Form) -> Worksheet:
    """Move an exercise ``up`` or ``down``, or to the place of another; it joins the phase there."""
    moved = _item(sheet, form["item"])
    if "onto" in form:
        place = sheet.items.index(_item(sheet, form["onto"]))
    else:
        place = sheet.items.index(moved) + {"up": -1, "down": 1}[form["way"]]
    rest = [item for item in sheet.items if item is not moved]
    place = min(max(place, 0), len(rest))
    near = rest[place - 1] if place else rest[0] if rest else moved
    rest.insert(place, replace(moved, phase=near.phase))
    return replace(sheet, items=tuple(rest))


def changed_item(sheet: Worksheet, form: Form) -> Worksheet:
    """Change dose, side, note, variant or phase of an exercise.

    Raises:
        Outdated: if the handout does not have it any more.
    """
    item = _item(sheet, form["item"])
    names = ("dose", "side", "note", "variant")
    changed = replace(item, **{name: form[name].strip() for name in names if name in form})
    if "phase" not in form or int(form["phase_number"]) == item.phase:
        items = tuple(changed if each is item else each for each in sheet.items)
        return replace(sheet, items=items)
    moved = replace(changed, phase=int(form["phase_number"]))
    rest = [each for each in sheet.items if each is not item]
    rest.insert(sum(each.phase <= moved.phase for each in rest), moved)
    return replace(sheet, items=tuple(rest))


def _part(sheet: Worksheet, form: Form) -> Worksheet:
    """Add a part that begins in a later week."""
    name = " ".join(form.get("name", "").split())
    return replace(sheet, parts=(*sheet.parts, SheetPhase(name, int(form["from_week"]))))


def _remove_part(sheet: Worksheet, form: Form) -> Worksheet:
    """Take away a part that was added; its exercises join the part before."""
    number = int(form["phase_number"])
    items = (
        replace(item, phase=max(0, item.phase - 1)) if item.phase >= number else item
        for item in sheet.items
    )
    parts = tuple(part for part in sheet.parts if part.key != form["phase"])
    return replace(sheet, items=tuple(items), parts=parts)


def _dose_all(sheet: Worksheet, form: Form) -> Worksheet:
    dose = form["dose"].strip()
    return replace(sheet, items=tuple(replace(item, dose=dose) for item in sheet.items))


def _person(sheet: Worksheet, form: Form) -> Worksheet:
    known = asdict(sheet.person)
    values = {name: form.get(name, value) for name, value in known.items()}
    return replace(sheet, person=Person(**values))


def _look(sheet: Worksheet, form: Form) -> Worksheet:
    names = ("clinic", "clinician", "layout", "mode", "paper", "language")
    values: dict[str, Any] = {name: form[name] for name in names if name in form}
    for name in LAST:
        # Store what is not a number as an impossible one, so that it is reported as wrong.
        if name in form:
            values[name] = int(form[name]) if re.fullmatch(r"[0-9]{1,3}", form[name]) else 0
    if "mode" in values:
        values["mode"] = Mode(values["mode"]).value
    if values.get("paper"):
        values["paper"] = Paper(values["paper"]).value
    if values.get("clinic", sheet.clinic) != sheet.clinic:
        values["clinician"] = ""
    return replace(sheet, **values)


CHANGES: dict[str, Callable[[Worksheet, Form], Worksheet]] = {
    "add": _add, "remove": _remove, "move": _move, "item": changed_item, "part": _part,
    "remove-part": _remove_part, "dose-all": _dose_all, "person": _person, "look": _look,
}  # fmt: skip


# -- a dose entered in fields


def written_dose(fields: Form, words: Words) -> str:
    """Return a dose entered in fields as it would be typed (``3 x 10, hold 5 s``).

    It is empty if all fields are.
    """
    given = {name: fields.get(name, "").strip() for name in _DOSE_FIELDS}
    pieces = []
    if given["sets"] and given["repetitions"]:
        pieces.append(f"{given.pop('sets')} x {given.pop('repetitions')}")
    pieces += [words(f"dose_text_{name}", number=value) for name, value in given.items() if value]
    return ", ".join(pieces)


_DOSE_FIELDS = ("sets", "repetitions", "hold", "times", "days")


# -- changes in words


def change_in_words(
    old: Worksheet, new: Worksheet, key: str, names: Mapping[str, str], words: Words
) -> str:
    """Return, for a screen reader, which exercise was added, moved or removed, or what to do next.

    ``key`` is the exercise that the form named. ``names`` maps ids of exercises to their names.
    """
    before, after = ([item.key for item in sheet.items] for sheet in (old, new))

    def name(item: Item | None) -> str:
        return _called(item, names) if item else ""

    if len(after) > len(before):
        return words("added", name=name(new.items[-1]), number=len(after))
    if len(after) < len(before):
        gone = next(key for key in before if key not in after)
        return words("removed", name=name(old.item(gone)))
    if after != before:
        return words("moved", name=name(new.item(key)), number=after.index(key) + 1)
    if len(new.parts) < len(old.parts):
        return words("phase_removed")
    return words("phase_hint") if new.parts != old.parts else ""


def _called(item: Item, names: Mapping[str, str]) -> str:
    """Return the name of an exercise; if it is gone, its id."""
    return names.get(item.exercise, item.exercise)


def differences(
    was: Worksheet, now: Worksheet, names: Mapping[str, str], words: Words
) -> list[str]:
    """Return the differences in a worksheet since it was reopened, a line for each.

    ``names`` maps ids of exercises to their names.
    """
    old = {item.key: item for item in was.items}
    new = {item.key: item for item in now.items}
    lines = [f"+ {_called(item, names)}" for key, item in new.items() if key not in old]
    lines += [f"− {_called(item, names)}" for key, item in old.items() if key not in new]
    lines += [
        f"{_called(item, names)}: {part}"
        for key, item in new.items()
        if key in old
        for part in _changes(old[key], item, words)
    ]
    weeks = ((name, getattr(was, name), getattr(now, name)) for name in LAST)
    return lines + [f"{words(name)}: {old} → {new}" for name, old, new in weeks if old != new]


def _changes(was: Item, now: Item, words: Words) -> list[str]:
    def said(item: Item) -> tuple[str, ...]:
        return (
            item.dose,
            item.side,
            item.variant,
            item.note,
            words("phase_number", number=item.phase + 1),
        )

    both = zip(said(was), said(now), strict=True)
    return [f"{old or '–'} → {new or '–'}" for old, new in both if old != new]
