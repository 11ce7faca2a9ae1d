"""The bytes of a text file into the name of its encoding: known or asked for, never guessed."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path

from handouts.errors import ContentError, Location, Problem

CANDIDATES = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1257",
    "mac_roman",
    "shift_jis",
    "gb18030",
    "big5",
    "euc_kr",
)
"""What European and East Asian spreadsheets write where it is not UTF-8; the commonest first."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
START = 4096
"""Bytes at the start of a file that are looked at."""


class EncodingNeeded(ContentError):
    """A text file that is not UTF-8: somebody must say what it is.

    ``samples`` gives names of the file as each possible encoding reads them, for the terminal of
    whoever asked and nowhere else: they are no part of the error's text.
    """

    def __init__(
        self, problems: Problem | tuple[Problem, ...], samples: Mapping[str, tuple[str, ...]]
    ) -> None:
        super().__init__(problems)
        self.samples = dict(samples)

    def __reduce__(
        self,
    ) -> tuple[type[ContentError], tuple[tuple[Problem, ...]]]:
        # Names do not travel between processes.
        return ContentError, (self.problems,)


def encoding_of(path: Path, file: str, given: str | None) -> str | None:
    """Return the encoding of a text file; None if it must be asked for.

    A byte order mark at its start wins over ``given``, and so does UTF-8 with letters beyond
    ASCII: nothing else looks like it but by design, and of several files one may be another.

    Raises:
        ContentError: if ``given`` is no encoding or does not fit the file.
    """
    with path.open("rb") as stream:
        start = stream.read(START)
    for mark, name in _MARKS:
        if start.startswith(mark):
            _check(path, file, name)
            return name
    if given:
        _check_name(given)
        if decodes(path, "utf-8") and not decodes(path, "ascii"):
            return "utf-8"
        _check(path, file, given)
        return given
    if wide(start) or not decodes(path, "utf-8"):
        return None
    return "utf-8"


def wide(start: bytes) -> bool:
    """Return whether text looks like UTF-16 without its mark: every other byte of ASCII is 0."""
    return start.count(0) * 4 > len(start)


def decodes(path: Path, encoding: str) -> bool:
    """Return whether a whole file can be read in an encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _check_name(encoding: str) -> None:
    try:
        # Only text encodings encode text: rot13 and zip do not.
        "".encode(encoding)
    except LookupError:
        hint = f"such as {', '.join(CANDIDATES[:4])} or utf-16-le"
        raise ContentError(f'"{encoding}" is not an encoding', hint) from None


def _check(path: Path, file: str, encoding: str) -> None:
    if not decodes(path, encoding):
        raise ContentError(
            Problem(
                f"the file is not {encoding} text",
                Location(file),
                "leave --encoding out to see what else it may be",
            )
        )
