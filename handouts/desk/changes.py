"""Turn changes of a handout, and doses that are given in fields, into the clinic's language."""

from __future__ import annotations

from collections.abc import Mapping

from handouts.desk.language import Words
from handouts.desk.worksheet import Item, Worksheet


def change_in_words(
    old: Worksheet, new: Worksheet, key: str, names: Mapping[str, str], words: Words
) -> str:
    """Say which exercise was added, moved or removed, for a screen reader, or what to do next.

    ``key`` is that of the exercise a form named; ``names``: what exercises are called, by id.
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
    return words("phase_hint") if new.parts != old.parts else ""


def _called(item: Item, names: Mapping[str, str]) -> str:
    """Return what an exercise is called; one that is gone since has its id."""
    return names.get(item.exercise, item.exercise)


def differences(
    was: Worksheet, now: Worksheet, names: Mapping[str, str], words: Words
) -> list[str]:
    """Return what is different in a worksheet that was opened again, an exercise at a time.

    ``names``: what exercises are called, by id.
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
    return lines


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


# -- a dose that is given in fields


def written_dose(fields: Mapping[str, str], words: Words) -> str:
    """Return a dose that is given in fields as it is typed: ``3 x 10, hold 5 s``.

    Empty if all fields are.
    """
    given = {name: fields.get(name, "").strip() for name in _DOSE_FIELDS}
    pieces = []
    if given["sets"] and given["repetitions"]:
        pieces.append(f"{given.pop('sets')} x {given.pop('repetitions')}")
    pieces += [words(f"dose_text_{name}", number=value) for name, value in given.items() if value]
    return ", ".join(pieces)


_DOSE_FIELDS = ("sets", "repetitions", "hold", "times", "days")
