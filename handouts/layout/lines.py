"""Runs of text and a width → words and lines: parted, broken, balanced.

What all patients read is kept for all handouts of a process: a page asks for the width and the
lines of the same text many times while it is filled. What is a patient's own is not kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from msgspec.structs import replace

from handouts.compose.text import Run
from handouts.layout.fonts import Fonts
from handouts.layout.words import (
    Piece,
    SetLine,
    Word,
    broken,
    line_of,
    width_of,
    word_of,
    words_of,
)

_KEPT = 4096
_BALANCED = 4
"""Text of up to so many lines is balanced."""

Runs = tuple[Run, ...]
Measured = tuple[tuple[Word, ...], float]
"""Words, and their width on one line in points."""


def measured(fonts: Fonts, runs: Runs, size: float, *, bold: bool) -> Measured:
    """Return the words of runs at a size, with their width."""
    if any(run.own for run in runs):
        return _measure(fonts, runs, size, bold)
    return _remembered_words(fonts, runs, size, bold)


def lines_of(
    fonts: Fonts, runs: Runs, size: float, width: float, *, bold: bool, balance: bool
) -> tuple[SetLine, ...]:
    """Return runs in lines no wider than ``width``, ragged right; see `Setter.set`."""
    if any(run.own for run in runs):
        return _set(fonts, runs, size, width, bold, balance)
    return _remembered_lines(fonts, runs, size, width, bold, balance)


def _measure(fonts: Fonts, runs: Runs, size: float, bold: bool) -> Measured:  # noqa: FBT001 - a key
    words = words_of(runs, fonts.face, size, bold=bold)
    return words, width_of(words)


_remembered_words = lru_cache(maxsize=_KEPT)(_measure)


def _set(
    fonts: Fonts,
    runs: Runs,
    size: float,
    width: float,
    bold: bool,  # noqa: FBT001 - a key
    balance: bool,  # noqa: FBT001 - a key
) -> tuple[SetLine, ...]:
    whole, _ = measured(fonts, runs, size, bold=bold)
    words = tuple(part for word in whole for part in _parted(word, size, width))
    lines = broken(words, width)
    if balance and len(lines) == 2:
        lines = _by_sentence(words, width) or lines
    if balance and 2 <= len(lines) <= _BALANCED and not _sentence_ends(lines):
        lines = _balanced(words, width, len(lines))
    return tuple(line_of(line, size) for line in lines)


_remembered_lines = lru_cache(maxsize=_KEPT)(_set)


def _by_sentence(words: tuple[Word, ...], width: float) -> list[tuple[Word, ...]] | None:
    """Two lines parted at the end of a sentence, the most even; None if none fit."""
    best: tuple[float, tuple[tuple[Word, ...], tuple[Word, ...]]] | None = None
    for index in range(1, len(words)):
        if not words[index - 1].ends:
            continue
        halves = (words[:index], words[index:])
        widest = max(map(width_of, halves))
        if widest <= width and (best is None or widest < best[0]):
            best = (widest, halves)
    return list(best[1]) if best else None


def _balanced(words: tuple[Word, ...], width: float, count: int) -> list[tuple[Word, ...]]:
    """The narrowest measure that still gives ``count`` lines (bisection)."""
    low, high = width * 0.5, width
    for _ in range(7):
        middle = (low + high) / 2
        if len(broken(words, middle)) <= count:
            high = middle
        else:
            low = middle
    return broken(words, high)


def _parted(word: Word, size: float, width: float) -> Iterator[Word]:
    """A word wider than the measure is parted between characters, the rest is left whole."""
    if word.width <= width or any(piece.blank for piece in word.pieces):
        yield word
        return
    part: list[Piece] = []
    used = 0.0
    for piece in word.pieces:
        for char in piece.text:
            advance = piece.face.width(char, size)
            if part and used + advance > width:
                yield replace(word_of(part, size), ends=False)
                part, used = [], 0.0
            part.append(replace(piece, text=char, width=advance))
            used += advance
    yield replace(word_of(part, size), ends=word.ends)


def _sentence_ends(lines: list[tuple[Word, ...]]) -> bool:
    return len(lines) == 2 and lines[0][-1].ends
