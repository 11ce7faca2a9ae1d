"""Turn changes of a handout, and doses entered in fields, into the clinic's language."""

from __future__ import annotations

from collections.abc import Mapping

from handouts.desk.language import Words
from handouts.desk.worksheet import LAST, Item, Worksheet


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


# -- a dose entered in fields


def written_dose(fields: Mapping[str, str], words: Words) -> str:
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
