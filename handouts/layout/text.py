"""A `Text` leaf and a width → set lines: words in faces, broken, balanced and measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from handouts.compose.document import FieldName, Run, Text
from handouts.layout.fonts import Face, Fonts
from handouts.model.layout import TypeStyle

BLANK_WIDTH = 44.0
"""Length of a line for the pen inside a line of text, in points."""

_SHORT = 4
"""Letters of a word that is kept with a number after it."""

_ASCENT, _DESCENT = 0.95, 0.29


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one run in one face; a blank piece is a line for the pen."""

    text: str
    face: Face
    width: float
    field: FieldName | None = None
    blank: bool = False
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """Pieces that are not parted at a line end; ``ends`` is True at the end of a sentence.

    ``space`` is the width of a space after the word, in its last face.
    """

    pieces: tuple[Piece, ...]
    width: float
    space: float
    ends: bool


@dataclass(frozen=True, slots=True)
class SetLine:
    """One line: pieces with their offset from the line's left end; points."""

    pieces: tuple[tuple[float, Piece], ...]
    width: float


@dataclass(frozen=True, slots=True)
class SetText:
    """A leaf set in lines. ``style`` gives size and leading; ``source`` is the leaf."""

    lines: tuple[SetLine, ...]
    style: TypeStyle
    source: Text

    @property
    def height(self) -> float:
        """Number of lines times leading."""
        return len(self.lines) * self.style.leading

    @property
    def width(self) -> float:
        """Width of the longest line."""
        return max((line.width for line in self.lines), default=0.0)

    @property
    def first_baseline(self) -> float:
        """From the top of the text to the first baseline."""
        return baseline(self.style)


def baseline(style: TypeStyle) -> float:
    """Distance from the top of a line to its baseline: half of the extra leading, then ascent."""
    return (style.leading - (_ASCENT + _DESCENT) * style.size) / 2 + _ASCENT * style.size


class Setter:
    """Sets text in the handout's fonts; each leaf is set once for a style and a width.

    What was set is kept by the leaf's identity, and keeps the leaf alive with it.
    """

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self._words: dict[tuple[int, float, bool], tuple[Text, tuple[Word, ...]]] = {}
        self._set: dict[tuple[int, float, float, bool, float, bool], SetText] = {}

    def width(self, text: Text, style: TypeStyle) -> float:
        """Width of a leaf on one line, in points."""
        return _width(self.words(text, style))

    def measure(self, string: str, style: TypeStyle) -> float:
        """Width of a plain string, in points."""
        return self.width(Text((Run(string),)), style)

    def line(self, text: Text, style: TypeStyle) -> SetText:
        """Return a leaf set on one line, however wide."""
        return SetText((self._line(self.words(text, style), style),), style, text)

    def fitted(self, text: Text, style: TypeStyle, width: float, smallest: float) -> SetText:
        """Return a leaf on one line, smaller by quarter points (to ``smallest``) until it fits.

        If it does not fit ``width`` at its smallest, it is set on several lines.
        """
        size = style.size
        while size > smallest and self.width(text, replace_size(style, size)) > width:
            size = max(smallest, size - 0.25)
        fitted = replace_size(style, size)
        if self.width(text, fitted) <= width:
            return self.line(text, fitted)
        return self.set(text, fitted, width)

    def clipped(self, text: Text, style: TypeStyle, width: float, smallest: float) -> SetText:
        """Return a leaf on one line, smaller until it fits, then cut short with an ellipsis.

        For what repeats on pages and stands in full elsewhere.
        """
        block = self.fitted(text, style, width, smallest)
        if len(block.lines) == 1:
            return block
        words = text.plain
        while words and self.measure(f"{words.rstrip()}…", block.style) > width:
            words = words[:-1]
        run = replace(text.runs[0], text=f"{words.rstrip()}…")
        return replace(self.line(Text((run,)), block.style), source=text)

    def set(self, text: Text, style: TypeStyle, width: float, *, balance: bool = True) -> SetText:
        """Return a leaf broken into lines no wider than ``width`` points, ragged right.

        Two lines break between sentences where both halves fit, else lines of up to four are
        balanced, so that no single word stands on the last line.
        """
        key = (id(text), style.size, style.leading, style.bold, width, balance)
        if key not in self._set:
            self._set[key] = self._make(text, style, width, balance=balance)
        return self._set[key]

    def _make(self, text: Text, style: TypeStyle, width: float, *, balance: bool) -> SetText:
        words = self.words(text, style)
        words = tuple(part for word in words for part in self._parted(word, style, width))
        lines = self._broken(words, width)
        if balance and len(lines) == 2:
            lines = self._by_sentence(words, width) or lines
        if balance and 2 <= len(lines) <= 4 and not _sentence_ends(lines):
            lines = self._balanced(words, width, len(lines))
        return SetText(tuple(self._line(line, style) for line in lines), style, text)

    def words(self, text: Text, style: TypeStyle) -> tuple[Word, ...]:
        """Return the words of a leaf, measured at a size."""
        key = (id(text), style.size, style.bold)
        if key not in self._words:
            self._words[key] = (text, _glued(tuple(self._split(text, style)), style))
        return self._words[key][1]

    def _split(self, text: Text, style: TypeStyle) -> Iterator[Word]:
        pieces: list[Piece] = []
        for run in text.runs:
            for index, part in enumerate(run.text.split(" ")):
                if index and pieces:
                    yield _word(pieces, style)
                    pieces = []
                if part:
                    pieces.append(self._piece(part, run, style))
        if pieces:
            yield _word(pieces, style)

    def _piece(self, part: str, run: Run, style: TypeStyle) -> Piece:
        face = self.fonts.face(part, bold=run.strong or style.bold)
        if run.blank:
            return Piece(part, face, BLANK_WIDTH * style.size / 12, run.field, True, run.lang)
        return Piece(part, face, face.width(part, style.size), run.field, False, run.lang)

    @staticmethod
    def _broken(words: tuple[Word, ...], width: float) -> list[tuple[Word, ...]]:
        """First-fit lines."""
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

    @staticmethod
    def _by_sentence(words: tuple[Word, ...], width: float) -> list[tuple[Word, ...]] | None:
        """Two lines parted at the end of a sentence, the most even; None if none fit."""
        best: tuple[float, tuple[tuple[Word, ...], tuple[Word, ...]]] | None = None
        for index in range(1, len(words)):
            if not words[index - 1].ends:
                continue
            halves = (words[:index], words[index:])
            widest = max(map(_width, halves))
            if widest <= width and (best is None or widest < best[0]):
                best = (widest, halves)
        return list(best[1]) if best else None

    def _balanced(
        self, words: tuple[Word, ...], width: float, count: int
    ) -> list[tuple[Word, ...]]:
        """The narrowest measure that still gives ``count`` lines (bisection)."""
        low, high = width * 0.5, width
        for _ in range(7):
            middle = (low + high) / 2
            if len(self._broken(words, middle)) <= count:
                high = middle
            else:
                low = middle
        return self._broken(words, high)

    def _parted(self, word: Word, style: TypeStyle, width: float) -> Iterator[Word]:
        """A word wider than the measure is parted between characters, the rest is left whole."""
        if word.width <= width or any(piece.blank for piece in word.pieces):
            yield word
            return
        part: list[Piece] = []
        used = 0.0
        for piece in word.pieces:
            for char in piece.text:
                advance = piece.face.width(char, style.size)
                if part and used + advance > width:
                    yield replace(_word(part, style), ends=False)
                    part, used = [], 0.0
                part.append(replace(piece, text=char, width=advance))
                used += advance
        yield replace(_word(part, style), ends=word.ends)

    def _line(self, words: tuple[Word, ...], style: TypeStyle) -> SetLine:
        """Place words on a line; neighbours in one face and field become one piece.

        A space stays with the piece before it, so that text read back from the page has it.
        """
        placed: list[tuple[float, Piece]] = []
        x = 0.0
        for index, word in enumerate(words):
            for part, piece in enumerate(word.pieces):
                if placed and index and not part:
                    start, last = placed[-1]
                    gap = last.face.width(" ", style.size)
                    if not last.blank:
                        placed[-1] = (start, replace(last, text=last.text + " "))
                    x += gap
                if placed and _alike(placed[-1][1], piece):
                    start, last = placed[-1]
                    width = x + piece.width - start
                    placed[-1] = (start, replace(last, text=last.text + piece.text, width=width))
                else:
                    placed.append((x, piece))
                x += piece.width
        return SetLine(tuple(placed), x)


def _alike(one: Piece, other: Piece) -> bool:
    blank = one.blank or other.blank
    alike = one.face is other.face and one.field is other.field and one.lang == other.lang
    return alike and not blank


def _word(pieces: list[Piece], style: TypeStyle) -> Word:
    last = pieces[-1]
    width = sum(piece.width for piece in pieces)
    return Word(tuple(pieces), width, last.face.width(" ", style.size), last.text[-1] in ".?!…")


def _glued(words: tuple[Word, ...], style: TypeStyle) -> tuple[Word, ...]:
    """Short words stay on the line of the number they lead to: "Do 6", "for 10"."""
    glued: list[Word] = []
    for word in words:
        before = glued[-1] if glued else None
        if before and word.pieces[0].text[:1].isdigit() and _leads(before):
            last = before.pieces[-1]
            space = replace(last, text=" ", width=last.face.width(" ", style.size))
            glued[-1] = _word([*before.pieces, space, *word.pieces], style)
        else:
            glued.append(word)
    return tuple(glued)


def _leads(word: Word) -> bool:
    text = "".join(piece.text for piece in word.pieces)
    return text.isalpha() and len(text) <= _SHORT


def _width(words: tuple[Word, ...]) -> float:
    """Width of words on one line."""
    return sum(word.width + word.space for word in words) - words[-1].space if words else 0.0


def _sentence_ends(lines: list[tuple[Word, ...]]) -> bool:
    return len(lines) == 2 and lines[0][-1].ends


def replace_size(style: TypeStyle, size: float) -> TypeStyle:
    """Return the style at another size, leading in proportion."""
    if size == style.size:
        return style
    return TypeStyle(size=size, leading=style.leading * size / style.size, bold=style.bold)
