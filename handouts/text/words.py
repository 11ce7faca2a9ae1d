"""Turn runs of text into words in faces, and words into lines."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from handouts.compose.text import Run
from handouts.text.fonts import Face

_STROKE = 11.0
"""A line for the pen inside a line of text is as long for each "_" (points, at 12 of type)."""

_NUMBER = re.compile(r"(?:^| )[\d_¼½¾]")
_SHORT = 4
"""Letters of a word that is kept with a number after it."""

_SPACE = " "

_ENDS = ".?!…。？！؟۔।"
"""Ends of sentences, in any script."""

_OTHER_SCRIPTS = (
    "\u0530\u1d00\u200b\u2010\u2d00\u2de0\u2e80\ua4d0\ua800\uac00\uac00\ud800"
    "\uf900\ufb00\ufb13\ufeff\uff00\ufff0\U00010800\U0001f000\U00020000\U00040000"
)
"""Letters of scripts that have an order, or breaks between words, of their own: by turns the first
of some, and the first that is none of them. (As a pattern it takes long to compile.)"""

_UNIT = re.compile(r"[^\W\d_]{4}|[^\W\d_aeiou]{1,3}\W*$")
"""How a word begins that is kept with a number before it: "minute" and "kg", not "and"."""


FaceOf = Callable[[str, bool], Face]
"""Gives the face for a word, regular or bold."""


class Piece(Struct, frozen=True):
    """Characters of one run in one face; a blank piece is a line for the pen.

    ``level`` is odd for what is read from right to left: see `handouts.text.order`.
    """

    text: str
    face: Face
    width: float
    blank: bool = False
    lang: str | None = None
    level: int = 0


class Word(Struct, frozen=True):
    """Pieces that are not parted at a line end; ``ends`` is True at the end of a sentence.

    ``space`` is the width of a space after the word, in its last face.
    """

    pieces: tuple[Piece, ...]
    width: float
    space: float
    ends: bool


class ScriptWord(Word, frozen=True):
    """A word of a text in other scripts than Latin: see `handouts.text.order`.

    ``gap`` is the space after it, None where a line may break without one; ``base`` is odd in a
    paragraph that is read from right to left.
    """

    gap: Piece | None
    base: int


class SetLine(Struct, frozen=True):
    """One line: pieces with their offset from the line's left end, in the order of reading.

    Lengths are points. ``joined``: what follows on another line follows without a space.
    """

    pieces: tuple[tuple[float, Piece], ...]
    width: float
    joined: bool = False

    def ending_at(self, width: float) -> SetLine:
        """Return it as a wider line, with room at its left."""
        more = width - self.width
        moved = tuple((offset + more, piece) for offset, piece in self.pieces)
        return SetLine(moved, width, self.joined)


def needs_order(text: str) -> bool:
    """Whether a text has letters whose order or breaks are not those of Latin."""
    return any(bisect(_OTHER_SCRIPTS, char) % 2 for char in set(text))


def words_of(
    runs: Sequence[Run], face_of: FaceOf, size: float, *, bold: bool, rtl: bool = False
) -> tuple[Word, ...]:
    """Return the words of runs, measured at a size; short words are glued to their number.

    ``rtl``: the language of the document is read from right to left.
    """
    if any(not run.text.isascii() and needs_order(run.text) for run in runs):
        from handouts.text import order, scripts  # noqa: PLC0415 - only for other scripts

        if scripts.has_tools():
            return order.script_words(runs, face_of, size, bold=bold, rtl=rtl)
        # No face has such letters then, and the first is refused below.
    words = tuple(_split(runs, face_of, size, bold=bold))
    return _glued(words, size) if any(_NUMBER.search(run.text) for run in runs) else words


def _split(runs: Iterable[Run], face_of: FaceOf, size: float, *, bold: bool) -> list[Word]:
    words: list[Word] = []
    pieces: list[Piece] = []
    for run in runs:
        first, *others = run.text.split(" ", 1)
        strong = run.strong or bold
        if first:
            pieces.append(piece_of(first, run, face_of(first, strong), size))
        if not others:
            continue
        if pieces:
            words.append(word_of(pieces, size))
            pieces = []
        rest, _, last = others[0].rpartition(" ")
        if run.blank or run.lang is not None:
            parts = filter(None, rest.split(" "))
            words += [word_of([piece_of(p, run, face_of(p, strong), size)], size) for p in parts]
        elif rest:
            words += _between(rest, face_of, size, strong)
        if last:
            pieces.append(piece_of(last, run, face_of(last, strong), size))
    if pieces:
        words.append(word_of(pieces, size))
    return words


@lru_cache(maxsize=2048)
def _between(text: str, face_of: FaceOf, size: float, bold: bool) -> tuple[Word, ...]:  # noqa: FBT001 - a key
    """The words inside a run, each between two spaces: most runs are used again."""
    faces = ((part, face_of(part, bold)) for part in text.split(_SPACE) if part)
    return tuple(word_of([Piece(part, face, face.width(part, size))], size) for part, face in faces)


def piece_of(part: str, run: Run, face: Face, size: float) -> Piece:
    """Return a part of a run as it is set in a face."""
    width = _STROKE * len(part) * size / 12 if run.blank else face.width(part, size)
    return Piece(part, face, width, run.blank, run.lang)


def word_of(pieces: Sequence[Piece], size: float) -> Word:
    """Return the word that some pieces make."""
    last = pieces[-1]
    width = sum(piece.width for piece in pieces)
    return Word(tuple(pieces), width, last.face.width(" ", size), last.text[-1] in _ENDS)


def script_word_of(pieces: Sequence[Piece], gap: Piece | None, base: int) -> ScriptWord:
    """Return the word that some pieces make in a paragraph of level ``base``."""
    width, after = sum(piece.width for piece in pieces), gap.width if gap else 0.0
    ends = pieces[-1].text[-1] in _ENDS
    return ScriptWord(tuple(pieces), width, after, ends, gap, base)


def _glued(words: tuple[Word, ...], size: float) -> tuple[Word, ...]:
    """Numbers stay on the line of what leads to them and of what they count: "for 10 seconds"."""
    glued: list[Word] = []
    counted = False
    for word in words:
        first, last = word.pieces[0], word.pieces[-1]
        leads = bool(glued) and first.text[:1].isdigit() and _leads(glued[-1])
        if leads or (counted and not first.blank and _is_counted(word)):
            before = glued[-1]
            end = before.pieces[-1]
            of = first if end.blank else end
            space = replace(of, text=_SPACE, width=of.face.width(_SPACE, size))
            glued[-1] = word_of([*before.pieces, space, *word.pieces], size)
        else:
            glued.append(word)
        counted = last.blank or last.text[-1].isnumeric()
    return tuple(glued)


def _leads(word: Word) -> bool:
    """Whether a number after a word stays with it."""
    text = "".join([piece.text for piece in word.pieces])
    return text.isalpha() and len(text) <= _SHORT


def _is_counted(word: Word) -> bool:
    """Whether a word stays with the number before it."""
    return _UNIT.match("".join([piece.text for piece in word.pieces])) is not None


def unglued(word: Word, size: float) -> Iterator[Word]:
    """Yield the parts of a word between the spaces in it: where no line holds it whole."""
    spaces = [n for n, piece in enumerate(word.pieces) if piece.text == _SPACE and not piece.blank]
    start = 0
    for end in (*spaces, len(word.pieces)):
        parts = word.pieces[start:end]
        if isinstance(word, ScriptWord):
            gap = word.pieces[end] if end < len(word.pieces) else word.gap
            yield script_word_of(parts, gap, word.base)
        else:
            yield word_of(parts, size)
        start = end + 1


def width_of(words: Sequence[Word]) -> float:
    """Width of words on one line."""
    return sum(word.width + word.space for word in words) - words[-1].space if words else 0.0


def broken(words: Iterable[Word], width: float) -> list[tuple[Word, ...]]:
    """First-fit lines no wider than ``width`` points."""
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


def line_count(words: Iterable[Word], width: float) -> int:
    """Number of lines that `broken` gives, in half its time: balancing tries many widths."""
    count, used = 0, 0.0
    for word in words:
        wanted = used + word.width
        if not count or wanted > width + 0.01:
            count, wanted = count + 1, word.width
        used = wanted + word.space
    return count


def lines_of(lines: Sequence[Sequence[Word]], size: float) -> tuple[SetLine, ...]:
    """Place the words of a paragraph's lines, even at the side where its reading begins."""
    made = tuple(line_of(line, size) for line in lines)
    if lines and lines[0] and isinstance(lines[0][0], ScriptWord) and lines[0][0].base % 2:
        widest = max(line.width for line in made)
        return tuple(line.ending_at(widest) for line in made)
    return made


def line_of(words: Iterable[Word], size: float) -> SetLine:
    """Place words on a line; neighbours in one face become one piece.

    A space stays with the piece before it, so that text read back from the page has it.
    """
    words = tuple(words)
    if words and isinstance(words[0], ScriptWord):
        from handouts.text.order import ordered_line  # noqa: PLC0415 - only where a text needs it

        return ordered_line(word for word in words if isinstance(word, ScriptWord))
    return _uniform_line(words) or _mixed_line(words, size)


def _uniform_line(words: tuple[Word, ...]) -> SetLine | None:
    """A line all in one face is one piece; None for any other."""
    if not words:
        return None
    face, parts = words[0].pieces[0].face, []
    x = space = 0.0
    for word in words:
        x += space
        for piece in word.pieces:
            if piece.face is not face or piece.blank or piece.lang is not None:
                return None
            parts.append(piece.text)
            x += piece.width
        parts.append(" ")
        space = word.space
    parts.pop()
    return SetLine(((0.0, Piece("".join(parts), face, x)),), x)


def _mixed_line(words: tuple[Word, ...], size: float) -> SetLine:
    placed: list[tuple[float, Piece]] = []
    parts: list[str] = []
    start = x = 0.0
    open_piece: Piece | None = None

    def close(piece: Piece) -> None:
        width = piece.width if piece.blank else x - start
        whole = Piece("".join(parts), piece.face, width, piece.blank, piece.lang)
        placed.append((start, whole))
        parts.clear()

    for index, word in enumerate(words):
        for part, piece in enumerate(word.pieces):
            gap = 0.0
            if open_piece is not None and index and not part:
                gap = open_piece.face.width(" ", size)
                if not open_piece.blank:
                    parts.append(" ")
            if open_piece is not None and not _is_same_kind(open_piece, piece):
                close(open_piece)
                open_piece = None
            x += gap
            if open_piece is None:
                start = x
            open_piece = piece
            parts.append(piece.text)
            x += piece.width
    if open_piece is not None:
        close(open_piece)
    return SetLine(tuple(placed), x)


def _is_same_kind(one: Piece, other: Piece) -> bool:
    blank = one.blank or other.blank
    return one.face is other.face and one.lang == other.lang and not blank
