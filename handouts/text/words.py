"""Turn runs of text into words in faces, and words into lines."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.runs import Run
from handouts.text.faces import Face, Fonts

_STROKE = 11.0
"""The length of a line for the pen for each "_", in points at a type size of 12."""

_NUMBER = re.compile(r"(?:^| )[\d_¼½¾]")
_SHORT = 4
"""The most letters of a word that stays with a number after it."""

_ENDS = ".?!…。？！؟۔।"
"""Ends of sentences, in any script."""

_OTHER_SCRIPTS = (
    "\u0530\u1d00\u200b\u2010\u2d00\u2de0\u2e80\ua4d0\ua800\uac00\uac00\ud800"
    "\uf900\ufb00\ufb13\ufeff\uff00\ufff0\U00010800\U0001f000\U00020000\U00040000"
)
"""Ranges of letters in scripts with their own order or breaks: by turns the first letter of a
range, and the first letter after it. (A pattern would take long to compile.)"""

_UNIT = re.compile(r"[^\W\d_]{4}|[^\W\d_aeiou]{1,3}\W*$|[A-Z]")
"""The start of a word that stays with a number before it: "minute", "kg" and "Mal", not "and"."""

_GROUP = re.compile(r"(?:^|[ +(])\d+\)?$")
"""The end of a word that stays with a number after it: "(555)" and "01632", not "1."."""

_EXTENSION = re.compile(
    r"(?i)(?:x|extn?\.?|int\.|dw|ramal|anexo|durchwahl|extensión|extension)(?:\d+)?$"
)
"""A word between a telephone number and its extension, with which it may be one: "ext." "x12".
Not of one language: a clinic writes its number once, for its handouts in all languages."""


class Piece(Struct, frozen=True):
    """Characters of one run in one face; a blank piece is a line for the pen.

    ``level`` is odd for text that is read from right to left: see `handouts.text.bidi`. ``spoken``
    is what a screen reader says for an abbreviation.
    """

    text: str
    face: Face
    width: float
    blank: bool = False
    lang: str | None = None
    level: int = 0
    spoken: str = ""


class Word(Struct, frozen=True):
    """Pieces that stay on one line; ``ends`` is True at the end of a sentence.

    ``gap`` is the space after it, None if the line may break without one; ``space`` is its width.
    ``base`` is odd in a paragraph that is read from right to left.
    """

    pieces: tuple[Piece, ...]
    width: float
    space: float
    ends: bool
    gap: Piece | None
    base: int = 0


class SetLine(Struct, frozen=True):
    """One line: pieces with their offset from the line's left end, in reading order.

    Lengths are in points. ``goes_on`` is True if the next line continues it without a space.
    """

    pieces: tuple[tuple[float, Piece], ...]
    width: float
    goes_on: bool = False

    def ending_at(self, width: float) -> SetLine:
        """Return the line at a larger width, with the room at its left."""
        more = width - self.width
        moved = tuple((offset + more, piece) for offset, piece in self.pieces)
        return SetLine(moved, width, self.goes_on)


def needs_order(text: str) -> bool:
    """Return whether a text has letters whose order or breaks differ from those of Latin."""
    if max(text, default="") < _OTHER_SCRIPTS[0]:
        return False  # Latin, Greek or Cyrillic, as most texts are
    return any(bisect(_OTHER_SCRIPTS, char) % 2 for char in set(text))


def words_of(runs: Sequence[Run], fonts: Fonts, size: float, *, bold: bool) -> tuple[Word, ...]:
    """Return the words of runs, measured at a size; short words are glued to their number."""
    if any(not run.text.isascii() and needs_order(run.text) for run in runs):
        from handouts.text import bidi, scripts  # noqa: PLC0415 - only for other scripts

        if scripts.has_tools():
            return bidi.script_words(runs, fonts, size, bold=bold)
        # Without the tools no face has such letters, so the first one is refused below.
    words = tuple(_split(runs, fonts, size, bold=bold))
    has_number = any(_NUMBER.search(run.text) for run in runs)
    return _glued(words, size, fonts.numbered) if has_number else words


def _split(runs: Iterable[Run], fonts: Fonts, size: float, *, bold: bool) -> list[Word]:
    words: list[Word] = []
    pieces: list[Piece] = []
    for run in runs:
        first, *others = run.text.split(" ", 1)
        strong = run.strong or bold
        if first:
            pieces.append(piece_of(first, run, fonts.face(first, bold=strong), size))
        if not others:
            continue
        if pieces:
            words.append(word_of(pieces, gap_after(pieces[-1], size)))
            pieces = []
        rest, _, last = others[0].rpartition(" ")
        if run.blank or run.lang is not None or run.spoken:
            alone = (
                piece_of(p, run, fonts.face(p, bold=strong), size) for p in rest.split(" ") if p
            )
            words += [word_of([piece], gap_after(piece, size)) for piece in alone]
        elif rest:
            words += _between(rest, fonts, size, strong)
        if last:
            pieces.append(piece_of(last, run, fonts.face(last, bold=strong), size))
    if pieces:
        words.append(word_of(pieces, gap_after(pieces[-1], size)))
    return words


@lru_cache(maxsize=2048)
def _between(text: str, fonts: Fonts, size: float, bold: bool) -> tuple[Word, ...]:  # noqa: FBT001 - a key
    """Return the words between two spaces inside a run; cached, since most runs come again."""
    faces = ((part, fonts.face(part, bold=bold)) for part in text.split(" ") if part)
    pieces = (Piece(part, face, face.width(part, size)) for part, face in faces)
    return tuple(word_of([piece], gap_after(piece, size)) for piece in pieces)


def piece_of(part: str, run: Run, face: Face, size: float) -> Piece:
    """Return a part of a run, set in a face."""
    width = _STROKE * len(part) * size / 12 if run.blank else face.width(part, size)
    return Piece(part, face, width, run.blank, run.lang, spoken=run.spoken)


@lru_cache(maxsize=256)
def _space(face: Face, size: float, lang: str | None) -> Piece:
    return Piece(" ", face, face.width(" ", size), lang=lang)


def gap_after(piece: Piece, size: float) -> Piece:
    """Return the space after a piece, in its face."""
    return _space(piece.face, size, piece.lang)


def word_of(pieces: Sequence[Piece], gap: Piece | None, base: int = 0) -> Word:
    """Return the word that pieces form, with the space after it."""
    width = pieces[0].width if len(pieces) == 1 else sum(piece.width for piece in pieces)
    ends, space = pieces[-1].text[-1] in _ENDS, gap.width if gap else 0.0
    return Word(tuple(pieces), width, space, ends, gap, base)


def _glued(words: tuple[Word, ...], size: float, numbered: Collection[str]) -> tuple[Word, ...]:
    """Glue numbers to the short word before and to what they count: "for 10 seconds".

    ``numbered`` are longer words that stay with the number after them. Both ends of a range stay
    together too ("5 to 6"), and the groups of a telephone number.
    """
    glued: list[Word] = []
    counted = extends = False
    for word in words:
        first = word.pieces[0]
        leads = bool(glued) and first.text[:1].isdigit() and _leads(glued[-1], numbered)
        if leads and len(glued) > 1 and _is_number(glued[-2]):
            glued[-2:] = [_as_one(glued[-2], glued[-1], size)]
        before = _text(glued[-1]) if glued else ""
        grouped = first.text[:1].isdigit() and (_GROUP.search(before) or extends)
        extends = before.rstrip(",")[-1:].isdigit() and _EXTENSION.match(_text(word)) is not None
        if leads or grouped or extends or (counted and not first.blank and _is_counted(word)):
            glued[-1] = _as_one(glued[-1], word, size)
        else:
            glued.append(word)
        counted = _is_number(word) and not (leads and before.casefold() in numbered)
    return tuple(glued)


def _as_one(before: Word, word: Word, size: float) -> Word:
    """Return two words that are not parted, with a space between them."""
    first, end = word.pieces[0], before.pieces[-1]
    space = gap_after(first if end.blank else end, size)
    return word_of([*before.pieces, space, *word.pieces], word.gap)


def _is_number(word: Word) -> bool:
    """Whether a word ends in a number, or is the line for one."""
    last = word.pieces[-1]
    return last.blank or last.text[-1].isnumeric()


def _leads(word: Word, numbered: Collection[str]) -> bool:
    """Return whether a number stays with the word before it."""
    text = _text(word)
    return text.isalpha() and (len(text) <= _SHORT or text.casefold() in numbered)


def _is_counted(word: Word) -> bool:
    """Return whether a word stays with the number before it."""
    return _UNIT.match(_text(word)) is not None


def _text(word: Word) -> str:
    return "".join([piece.text for piece in word.pieces])


def unglued(word: Word) -> Iterator[Word]:
    """Yield the parts of a glued word between its spaces, for lines too narrow for the whole."""
    spaces = [n for n, piece in enumerate(word.pieces) if piece.text == " " and not piece.blank]
    start = 0
    for end in (*spaces, len(word.pieces)):
        gap = word.pieces[end] if end < len(word.pieces) else word.gap
        yield word_of(word.pieces[start:end], gap, word.base)
        start = end + 1


def parted(word: Word, size: float, width: float) -> Iterator[Word]:
    """Split a word that is wider than a measure into parts of at least one letter."""
    part: list[Piece] = []
    for piece in word.pieces:
        for one in signs_of(piece.text):
            longer = _with_letters(part, piece, one, size)
            if part and sum(each.width for each in longer) > width:
                yield replace(word_of(part, None, word.base), ends=False)
                longer = _with_letters([], piece, one, size)
            part = longer
    yield replace(word_of(part, word.gap, word.base), ends=word.ends)


def _with_letters(part: Sequence[Piece], piece: Piece, more: str, size: float) -> list[Piece]:
    """Return pieces with more letters of a piece added at the end."""
    before, text = list(part), more
    if before and replace(before[-1], text="", width=0.0) == replace(piece, text="", width=0.0):
        text = before.pop().text + more
    return [*before, replace(piece, text=text, width=piece.face.width(text, size))]


def signs_of(text: str) -> list[str]:
    """Return the parts between which a text may be split: letters, or syllables."""
    if needs_order(text):
        from handouts.text import bidi, scripts  # noqa: PLC0415 - only for other scripts

        return bidi.clusters(text) if scripts.has_tools() else list(text)
    return list(text)


def width_of(words: Sequence[Word]) -> float:
    """Return the width of words on one line, in points."""
    return sum(word.width + word.space for word in words) - words[-1].space if words else 0.0


def broken(words: Iterable[Word], width: float) -> list[tuple[Word, ...]]:
    """Return the words in first-fit lines no wider than ``width`` points."""
    lines: list[list[Word]] = [[]]
    used = 0.0
    for word in words:
        wanted = used + word.width
        if lines[-1] and wanted > width + 0.01:
            lines.append([])
            wanted = word.width
        lines[-1].append(word)
        used = wanted + word.space
    return [tuple(line) for line in lines if line]


def lines_of(lines: Sequence[Sequence[Word]]) -> tuple[SetLine, ...]:
    """Place the words of a paragraph's lines, aligned at the side where reading begins."""
    made = tuple(map(line_of, lines))
    if lines and lines[0] and lines[0][0].base % 2:
        widest = max(line.width for line in made)
        return tuple(line.ending_at(widest) for line in made)
    return made


def line_of(words: Sequence[Word]) -> SetLine:
    """Place words on a line in visual order; the list keeps their reading order.

    Neighbours in one face become one piece. A space stays with the piece before it, so that text
    extracted from the page has it.
    """
    placed, x = _side_by_side(words)
    levels = [piece.level for _, piece in placed]
    if any(levels):
        from handouts.text.bidi import visual  # noqa: PLC0415 - only for other scripts

        moved, x = list(placed), 0.0
        for place in visual(levels):
            moved[place] = x, placed[place][1]
            x += placed[place][1].width
        placed = moved
    goes_on = bool(words) and words[-1].gap is None
    return SetLine(tuple(placed), x, goes_on=goes_on)


def _side_by_side(words: Iterable[Word]) -> tuple[list[tuple[float, Piece]], float]:
    """Place words from left to right, with equal neighbours as one piece; return the width too."""
    made: list[tuple[float, Piece]] = []
    parts: list[str] = []
    first: Piece | None = None
    gap: Piece | None = None
    start = x = 0.0
    face, lang, level, alone = None, None, 0, True  # of the first of neighbours
    for word in words:
        for piece in (gap, *word.pieces) if gap else word.pieces:
            if (
                alone
                or piece.face is not face
                or piece.lang != lang
                or piece.level != level
                or piece.blank
                or piece.spoken
            ):
                if first is not None:
                    made.append((start, _whole(first, parts, x - start)))
                first, parts, start = piece, [], x
                face, lang, level = piece.face, piece.lang, piece.level
                alone = piece.blank or bool(piece.spoken) or bool(level % 2)
            parts.append(piece.text)
            x += piece.width
        gap = word.gap
    if first is not None:
        made.append((start, _whole(first, parts, x - start)))
    return made, x


def _whole(first: Piece, parts: Sequence[str], width: float) -> Piece:
    if len(parts) == 1:
        return first
    return Piece("".join(parts), first.face, width, lang=first.lang, level=first.level)
