"""Turn Python values into the bytes of PDF objects (ISO 32000-1, 7.3)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

_ESCAPES = {"(": "\\(", ")": "\\)", "\\": "\\\\", "\r": "\\r", "\n": "\\n"}
_SPECIAL = re.compile(r"[()\\\r\n]")
_LEVEL = 4
"""The compression level: 5 takes half as long again and makes a handout only 3% smaller."""

_SHORT = 100
"""Data of up to this many bytes is not compressed: its dictionary would grow by as much."""

_DIGITS = 2
"""Decimals of a number: a hundredth of a point is 0.0035 mm."""


_END = b"\r\nendstream"
DEFLATED = b"/Filter /FlateDecode"
"""The entries of a stream that is only deflated, without its length."""


class Name(str):
    """A PDF name, without its slash; letters, digits, dots, hyphens and plus signs only."""

    __slots__ = ()


class Raw(bytes):
    """An object that is already in PDF's notation."""

    __slots__ = ()


class Encoded(bytes):
    """A stream with its dictionary, already in PDF's notation, for many files."""

    __slots__ = ()


class Ref(Struct, frozen=True):
    """A reference to an indirect object."""

    number: int


class Stream(Struct, frozen=True):
    """A dictionary with data, compressed on writing unless it has a filter or is ``plain``."""

    data: bytes
    entries: Mapping[str, Value] = field(default_factory=dict)
    plain: bool = False

    def encoded(self) -> bytes:
        """Return dictionary and data.

        The data may itself end in a carriage return, so only both line end characters before
        ``endstream`` are safe (PDF/A-2, 6.1.7.1).
        """
        data, entries = self.data, self.entries
        if "Filter" not in entries and not self.plain and len(data) > _SHORT:
            data, entries = zlib.compress(data, _LEVEL), {**entries, "Filter": Name("FlateDecode")}
        head = encode({**entries, "Length": len(data)})
        return b"%s\nstream\n%s\r\nendstream" % (head, data)


def plain_stream(data: bytes, entries: bytes = b"") -> bytes:
    """Return a stream without compression, for short data of a single file."""
    return b"<<%s/Length %d>>\nstream\n%s\r\nendstream" % (entries, len(data), data)


def split_stream(stream: bytes) -> tuple[bytes, bytes]:
    """Return the dictionary and the data of a stream that `plain_stream` wrote.

    Raises:
        ValueError: if it is not such a stream.
    """
    entries, begin, rest = stream.partition(b">>\nstream\n")
    if not begin or not rest.endswith(_END):
        raise ValueError("not a stream")
    return entries + b">>", rest.removesuffix(_END)


def compressed(data: bytes, entries: Mapping[str, Value]) -> Encoded:
    """Return a stream that is compressed now, so that many files share one compression."""
    return Encoded(Stream(data, entries).encoded())


Value = (
    None
    | bool
    | int
    | float
    | str
    | bytes
    | Ref
    | Stream
    | Sequence["Value"]
    | Mapping[str, "Value"]
)
"""The types of PDF objects. ``str`` is text, `Name` a name, ``bytes`` a string of bytes."""


def number(value: float, digits: int = _DIGITS) -> str:
    """Return a number with only the decimals that matter on paper."""
    rounded = round(value, digits)
    whole = int(rounded)
    return str(whole) if whole == rounded else repr(rounded)


def escaped(characters: str) -> str:
    """Return the inside of a literal string of characters 0 to 255, with special ones escaped."""
    return _SPECIAL.sub(lambda found: _ESCAPES[found[0]], characters)


def text_string(text: str) -> bytes:
    """Return text as a literal string: ASCII as it is, other text in UTF-16 with a BOM (7.9.2.2).

    Some codes below 32 mean other characters in PDF's encoding, so they need UTF-16 too.
    """
    if text.isascii() and text.isprintable():
        return b"(%s)" % escaped(text).encode("ascii")
    return b"(%s)" % escaped((b"\xfe\xff" + text.encode("utf-16-be")).decode("latin-1")).encode(
        "latin-1"
    )


def encode(value: Value) -> bytes:  # noqa: C901, PLR0911 - one line for each kind of object
    """Return a value in PDF's notation.

    Raises:
        TypeError: for a value that is not a PDF object.
    """
    match value:
        case Raw() | Encoded():
            return value
        case None:
            return b"null"
        case bool():
            return b"true" if value else b"false"
        case int() | float():
            return number(value, 4).encode("ascii")
        case Name():
            return b"/%s" % value.encode("ascii")
        case str():
            return text_string(value)
        case bytes():
            return b"<%s>" % value.hex().encode("ascii")
        case Ref():
            return b"%d 0 R" % value.number
        case Stream():
            return value.encoded()
        case Mapping():
            pairs = (b"/%s %s" % (key.encode("ascii"), encode(one)) for key, one in value.items())
            return b"<<%s>>" % b"".join(pairs)
        case Sequence():
            return b"[%s]" % b" ".join(map(encode, value))
    raise TypeError(f"{type(value).__name__} is not a PDF object")


_MAP_BLOCK = 100
"""The most rows in a block of a map (9.10.3)."""


def unicode_map(codes: Iterable[tuple[int, str]], digits: int) -> bytes:
    """Return the map from a font's codes to characters, with ``digits`` hexadecimal digits a code.

    The missing glyph, whose character is U+0000, is left out.
    """
    rows = [
        f"<{code:0{digits}X}> <{said.encode('utf-16-be').hex().upper()}>"
        for code, said in codes
        if said != "\0"
    ]
    blocks = [rows[start : start + _MAP_BLOCK] for start in range(0, len(rows), _MAP_BLOCK)]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        f"1 begincodespacerange <{'0' * digits}> <{'F' * digits}> endcodespacerange",
        *(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks),
        "endcmap CMapName currentdict /CMap defineresource pop end end",
    ]
    return "\n".join(lines).encode("ascii")
