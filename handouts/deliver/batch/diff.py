"""Turn two texts or two manifests into what changed, in the sentences that patients read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.compose import compose
from handouts.compose.document import Document, ExerciseCard
from handouts.compose.plain_text import dose_line, plain_text
from handouts.deliver.manifest import MANIFEST, Status, latest
from handouts.errors import MissingError
from handouts.model.order import Order, Patient

WORDS = "words"
"""The folder of what each code says, beside the manifest."""
_RULE = re.compile(r"=+|-+")
_NUMBER = re.compile(r"^\d+\. ")
_ANY_DAY = dt.date(2000, 1, 1)
"""Day of every text that is compared: the patient's start day must not count as a change."""


class WordChange(Struct, frozen=True):
    """A difference: the heading, the old text and the new text, one of which may be empty.

    ``dose`` is True if the line is the dose of an exercise. In a comparison of batches it is always
    False, because only the words are stored.
    """

    heading: str
    was: str
    now: str
    dose: bool = False


class CodeChange(Struct, frozen=True):
    """Handouts whose code has changed, and how their words differ.

    ``changes`` is None if the words of one of the two codes were not stored.
    """

    was: str
    now: str
    references: tuple[str, ...]
    changes: tuple[WordChange, ...] | None


class BatchDiff(Struct, frozen=True):
    """How two batches differ: new patients, patients who left, and changed handouts."""

    new: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[CodeChange, ...]
    same: int


Part = tuple[str, list[str]]


def _parts(text: str) -> list[Part]:
    """Return headings with the lines under them; a heading is underlined with = or -."""
    lines = text.splitlines()
    parts: list[Part] = [("", [])]
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        if line and _RULE.fullmatch(following) and len(following) == len(line):
            parts.append((line, []))
        elif line and not (_RULE.fullmatch(line) and line != "-"):
            parts[-1][1].append(line)
    return [part for part in parts if part[0] or part[1]]


_NOTHING: Mapping[str, str] = {}


def word_changes(
    was: str,
    now: str,
    doses: frozenset[str] = frozenset(),
    renamed: Mapping[str, str] = _NOTHING,
) -> list[WordChange]:
    """Return what changed between two plain texts, part by part in their order.

    A part is identified by its heading without the number, so that an exercise that moved does not
    count as new. ``doses`` are the lines that give a dose. ``renamed`` maps old headings to new
    ones.
    """
    before, after = _parts(was), _parts(now)
    names = [_name(heading) for heading, _ in before], [_name(heading) for heading, _ in after]
    names = [renamed.get(name, name) for name in names[0]], names[1]
    changes: list[WordChange] = []
    moved = {name for name in names[0] if name in names[1]}
    for number, (heading, lines) in enumerate(before):
        name = names[0][number]
        if name not in moved:
            changes.append(WordChange(heading, heading or lines[0], ""))
            continue
        count = names[0][: number + 1].count(name)
        places = [place for place, other in enumerate(names[1]) if other == name]
        if count <= len(places):
            place, others = after[places[count - 1]]
            if name == _name(heading):
                place = heading
            else:
                changes.append(WordChange(place, _name(heading), name))
            changes += _dose_changes(place, lines, others, doses)
            sides = [[line for line in each if line not in doses] for each in (lines, others)]
            changes += _line_changes(place, *sides)
    changes += [
        WordChange(heading, "", heading) for heading, _ in after if _name(heading) not in moved
    ]
    return changes


def _name(heading: str) -> str:
    return _NUMBER.sub("", heading)


def _dose_changes(
    heading: str, was: Sequence[str], now: Sequence[str], doses: frozenset[str]
) -> Iterator[WordChange]:
    said = ([line for line in lines if line in doses] for lines in (was, now))
    for old, new in zip_longest(*said, fillvalue=""):
        if old != new:
            yield WordChange(heading, old, new, dose=True)


def _line_changes(heading: str, was: Sequence[str], now: Sequence[str]) -> Iterator[WordChange]:
    # A step or exercise whose number changed is still the same.
    before, after = ([_name(line) for line in lines] for lines in (was, now))
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            for old, new in zip_longest(was[a:b], now[c:d], fillvalue=""):
                yield WordChange(heading, old, new)


def batch_diff(was: Path, now: Path) -> BatchDiff:
    """Return how two batches differ. Each is a folder with a manifest, or the manifest itself.

    Patients are matched by reference, because each folder makes tokens with a key of its own.

    Raises:
        MissingError: if there is no manifest.
        ContentError: if a line is not a line of a manifest.
    """
    before, after = _codes(was), _codes(now)
    groups: dict[tuple[str, str], list[str]] = {}
    for reference in before.keys() & after.keys():
        pair = before[reference], after[reference]
        if pair[0] != pair[1]:
            groups.setdefault(pair, []).append(reference)
    changed = []
    for (old, new), references in sorted(groups.items()):
        said, says = _text(was, old), _text(now, new)
        changes = None if said is None or says is None else tuple(word_changes(said, says))
        changed.append(CodeChange(old, new, tuple(sorted(references)), changes))
    both = len(before.keys() & after.keys())
    return BatchDiff(
        new=tuple(sorted(after.keys() - before.keys())),
        gone=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(changed),
        same=both - sum(map(len, groups.values())),
    )


def manifest_of(path: Path) -> Path:
    """Return the manifest in a folder, or ``path`` itself if it is a file.

    Raises:
        MissingError: if there is none.
    """
    found = path / MANIFEST if path.is_dir() else path
    if not found.is_file():
        raise MissingError(
            f"there is no manifest in {path}", hint="give a folder that handouts batch made"
        )
    return found


def _codes(path: Path) -> dict[str, str]:
    """Return the current code of each patient's handout."""
    with latest(manifest_of(path)) as entries:
        return {
            entry.reference: entry.code
            for entry in entries
            if entry.status is Status.MADE and entry.code
        }


def _text(path: Path, code: str) -> str | None:
    try:
        return (manifest_of(path).parent / WORDS / f"{code}.txt").read_text("utf-8")
    except OSError:
        return None


def order_changes(was: Order, now: Order) -> list[WordChange]:
    """Return the changes between two orders, without their patients; dose changes are marked."""
    cards = [_cards(order) for order in (was, now)]
    doses = frozenset(dose_line(card) for listed in cards for card in listed.values())
    renamed = {}
    if all(len({name for name, _ in listed}) == 1 for listed in cards):
        # These are two exercises, not two programs: compare their forms even if the names differ.
        names = [{form: card.name.plain for (_, form), card in each.items()} for each in cards]
        renamed = {name: names[1][form] for form, name in names[0].items() if form in names[1]}
        renamed[was.program.title] = now.program.title
    return word_changes(words_of(was), words_of(now), doses, renamed)


def _cards(order: Order) -> dict[tuple[str, str | None], ExerciseCard]:
    """Return the cards of an order by exercise and variant."""
    cards = (
        block
        for section in _for_anybody(order).sections
        for block in section.blocks
        if isinstance(block, ExerciseCard)
    )
    forms = (
        (item.exercise.id, None if variant == item.exercise.default_variant else variant)
        for item in order.exercises
        for variant in [item.prescription.variant]
    )
    # A layout may have no cards.
    return dict(zip(forms, cards, strict=False))


def words_of(order: Order) -> str:
    """Return the plain text of a handout without patient data, with lines to write on instead."""
    document = _for_anybody(order)
    # The code changes with the words: that is not another change.
    return plain_text(document).replace(document.code, order.program.code)


def _for_anybody(order: Order) -> Document:
    anybody = replace(order, patient=Patient(), clinician=None, date=_ANY_DAY, reference_token=None)
    return compose(anybody)
