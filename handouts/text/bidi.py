"""Turn runs in scripts other than Latin into words, with their order and line breaks.

The order follows the Unicode bidirectional algorithm (UAX 9). Lines break by the rules of the
script (UAX 14), or between the words of a dictionary if the script has no spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from msgspec.structs import replace

from handouts.compose.runs import Run
from handouts.errors import ContentError
from handouts.text.faces import Face, Fonts
from handouts.text.scripts import HAN, script_face
from handouts.text.words import Piece, Word, piece_of, word_of

_MARKS = (
    "\u0300-\u036f\u061c\u200b-\u200f\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\U000e0100-\U000e01ef"
)
_COMPLEX = (
    "\u0530-\u1cff\u2d00-\u2ddf\u2e80-\ua4cf\ua800-\uabff\uac00-\ud7ff\uf900-\ufaff"
    "\ufb13-\ufdff\ufe30-\ufefe\uff00-\uffef\U00010800-\U0001efff\U00020000-\U0003ffff"
)
_PART = re.compile(f"[{_COMPLEX}][{_COMPLEX}{_MARKS}]*|[^{_COMPLEX}]+")
"""Letters of other scripts with their marks, or letters that the handout's family may have."""

_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u200b\u2e80-\ua4cf"
    "\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)
"""Letters next to which a line may break without a space; elsewhere it breaks only at spaces."""

_PHONE = re.compile(r"[+(]?(?:[0-9][().\- ]{0,2}){6,}[0-9]")
"""A telephone number, or a date in digits."""

_STRONG = {"L": 0, "R": 1, "AL": 1}
_RIGHT_TO_LEFT = frozenset(("R", "AL", "AN"))
"""Letters that are read from right to left, and Arabic digits."""

_UNSEEN = "\u061c\u200b\u200c\u200d\u200e\u200f\u2060"
_OPENING, _CLOSING = "([{「『（［｛【〈《", ")]}」』）］｝】〉》"


def script_words(runs: Iterable[Run], fonts: Fonts, size: float, *, bold: bool) -> tuple[Word, ...]:
    """Return the words of runs, measured, each with the levels of its pieces.

    In a language that is read from right to left, so is a paragraph with letters of both
    directions.

    Raises:
        ContentError: for a letter that no font has.
    """
    runs = tuple(runs)
    base, levels = _levels(runs, rtl=fonts.rtl)
    space = Piece(" ", (face := fonts.face(" ", bold=bold)), face.width(" ", size))
    words: list[Word] = []
    start = 0
    for end in _breaks("".join(run.text for run in runs)):
        pieces: list[Piece] = []
        spaced = False
        for run, part, places in _within(runs, start, end):
            spaced = part.endswith(" ") and not run.blank
            pieces += _pieces(run, part, levels[places], fonts, size, bold=bold)
        if pieces:
            gap = replace(space, level=levels[end - 1]) if spaced else None
            before = words[-1] if words else None
            if before and before.gap and _is_counted(before, pieces[0]):
                pieces = [*before.pieces, before.gap, *pieces]
                words.pop()
            words.append(word_of(pieces, gap, base))
        start = end
    return tuple(words)


def _is_counted(number: Word, piece: Piece) -> bool:
    """Return whether a number stays on one line with the word that it counts."""
    last = number.pieces[-1]
    return (last.blank or last.text[-1].isnumeric()) and piece.text[0].isalpha()


def _within(runs: Sequence[Run], start: int, end: int) -> Iterator[tuple[Run, str, slice]]:
    """Yield the parts of runs between two places of a text, each with its places."""
    at = 0
    for run in runs:
        first, last = max(start, at), min(end, at + len(run.text))
        if first < last:
            yield run, run.text[first - at : last - at], slice(first, last)
        at += len(run.text)


# -- where lines may break


def _breaks(text: str) -> Iterator[int]:
    """Yield the places between characters where a line may break, and the end."""
    from icu4py.breakers import LineBreaker  # noqa: PLC0415 - only where a text needs it

    spaces = {found.end() for found in re.finditer(" +", text)}
    ruled = (end for _, end in LineBreaker(text, "und").segments())
    beside = {end for end in ruled if _SPACELESS.search(text, end - 1, end + 1)}
    yield from sorted(spaces | beside | {len(text)})


def clusters(text: str) -> list[str]:
    """Return the parts that readers see as one character: a letter with marks, a syllable."""
    from icu4py.breakers import CharacterBreaker  # noqa: PLC0415 - only where a text needs it

    return list(CharacterBreaker(text, "und"))


# -- pieces, each of one run, one face and one level


def _pieces(
    run: Run, text: str, levels: Sequence[int], fonts: Fonts, size: float, *, bold: bool
) -> Iterator[Piece]:
    """Yield the pieces of a part of a run, without spaces and invisible characters."""
    strong = run.strong or bold
    if run.blank:
        yield piece_of(text, run, fonts.face(text, bold=strong), size)
        return
    faces = _faces(text.rstrip(" "), run.text, fonts, bold=strong)
    place = 0
    for (level, face), group in groupby(zip(levels, faces, strict=False)):
        part = text[place : (place := place + len(list(group)))]
        if part.strip(_UNSEEN):
            turned = script_face(f"{face.name}_rtl") if level % 2 else face
            yield Piece(
                part,
                turned,
                turned.width(part, size),
                lang=run.lang,
                level=level,
                spoken=run.spoken,
            )


def _faces(text: str, whole: str, fonts: Fonts, *, bold: bool) -> list[Face]:
    """Return the face of each character; characters that belong together get the same face.

    All Han characters of a run get one face if possible, since the whole run shows which country's
    forms are meant.
    """
    faces: list[Face] = []
    for part in _PART.findall(text):
        if not part.strip(_UNSEEN):
            faces += [fonts.face(" ", bold=bold)] * len(part)
            continue
        han = "".join(HAN.findall(whole)) if HAN.search(part) else ""
        face = _face_of_all(han + part, fonts, bold=bold) or _face_of_all(part, fonts, bold=bold)
        if face is not None:
            faces += [face] * len(part)
        else:
            faces += [fonts.face(one, bold=bold) for one in clusters(part) for _ in one]
    return faces


def _face_of_all(text: str, fonts: Fonts, *, bold: bool) -> Face | None:
    try:
        return fonts.face(text, bold=bold)
    except ContentError:
        return None


# -- the order of letters


def _levels(runs: Sequence[Run], *, rtl: bool) -> tuple[int, list[int]]:
    """Return the level of a paragraph and the levels of its characters.

    The first letter gives a paragraph its direction. With ``rtl`` any letter that is read from
    right to left does, because a term in Latin letters may come first.

    Values of the patient are ordered by themselves and do not affect the text around them. They
    decide the paragraph's level only if there are no other letters.
    """
    outer = "".join("\ufffc" if run.is_variable else run.text for run in runs)
    kinds = map(unicodedata.bidirectional, outer)
    shared = 1 if rtl and not _RIGHT_TO_LEFT.isdisjoint(kinds) else _first_strong(outer)
    base = shared if shared is not None else _first_strong("".join(r.text for r in runs)) or 0
    around = iter(_resolved(outer, base))
    levels: list[int] = []
    for run in runs:
        if not run.is_variable:
            levels += [next(around) for _ in run.text]
            continue
        level = next(around)
        inner = _first_strong(run.text)
        own = level % 2 if inner is None else inner
        levels += [one + level + level % 2 for one in _resolved(run.text, own)]
    return base, levels


def _first_strong(text: str) -> int | None:
    kinds = map(unicodedata.bidirectional, text)
    return next((_STRONG[kind] for kind in kinds if kind in _STRONG), None)


def _resolved(text: str, base: int) -> list[int]:
    """Return the level of each character: even for left to right, odd for right to left."""
    from bidi import algorithm as bidi  # noqa: PLC0415 - only where a text needs it

    storage = bidi.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "LR"[base]
    bidi.get_embedding_levels(text, storage)
    for char in storage["chars"]:
        if char["type"] == "BN":
            # The algorithm skips these characters: they stay with the character before.
            char["type"] = "NSM"
    for number in _PHONE.finditer(text):
        # Next to Arabic letters the groups of digits would change places.
        for char in storage["chars"][number.start() : number.end()]:
            char["type"] = "EN"
    bidi.explicit_embed_and_overrides(storage)
    bidi.resolve_weak_types(storage)
    _resolve_brackets(storage["chars"], base)
    bidi.resolve_neutral_types(storage, False)
    bidi.resolve_implicit_levels(storage, False)
    return [char["level"] for char in storage["chars"]]


def _resolve_brackets(chars: list[dict[str, str]], base: int) -> None:
    """Give both brackets of a pair one direction (rule N0), which the library does not do.

    The paragraph has no inner levels here, because characters that open them are refused.
    """
    embedding = "LR"[base]
    kinds = ["R" if char["type"] in {"EN", "AN"} else char["type"] for char in chars]
    for start, end in _pairs(chars):
        inside = {kind for kind in kinds[start + 1 : end] if kind in {"L", "R"}}
        if not inside:
            continue
        found = embedding
        if embedding not in inside:
            before = next((k for k in reversed(kinds[:start]) if k in {"L", "R"}), embedding)
            found = before
        for place in (start, end):
            chars[place]["type"] = kinds[place] = found


def _pairs(chars: Sequence[dict[str, str]]) -> list[tuple[int, int]]:
    """Return the places of matching brackets, in the order of the opening ones."""
    waiting: list[tuple[str, int]] = []
    found: list[tuple[int, int]] = []
    for place, char in enumerate(chars):
        sign = char["ch"] if char["type"] == "ON" else ""
        if sign and sign in _OPENING:
            waiting.append((_CLOSING[_OPENING.index(sign)], place))
        depths = [depth for depth, (closing, _) in enumerate(waiting) if closing == sign]
        if depths:
            found.append((waiting[depths[-1]][1], place))
            del waiting[depths[-1] :]
    return sorted(found)


# -- lines


def visual(levels: Sequence[int]) -> list[int]:
    """Return the places in their order from left to right (rule L2)."""
    order = list(range(len(levels)))
    for level in range(max(levels, default=0), 0, -1):
        high = [levels[place] >= level for place in order]
        turned: list[int] = []
        for is_high, group in groupby(zip(high, order, strict=True), itemgetter(0)):
            places = [place for _, place in group]
            turned += reversed(places) if is_high else places
        order = turned
    return order
