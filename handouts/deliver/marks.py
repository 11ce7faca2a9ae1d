"""The content of a PDF page → the text inside each of its marks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from pypdf import PageObject
from pypdf.generic import ContentStream, DictionaryObject

Decoder = Callable[[bytes], str]

_SINGLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_MOST_CODES = 0xFFFF
_SHOWS = {b"Tj", b"'", b'"', b"TJ"}


def marked_text(page: PageObject) -> dict[int, str]:
    """Return the text of a page by the number of the mark (MCID) that it stands in."""
    decoders = dict(_decoders(page))
    decode: Decoder = _latin
    found: dict[int, list[str]] = defaultdict(list)
    open_marks: list[int | None] = []
    contents = page.get_contents()
    operations = ContentStream(contents, page.pdf).operations if contents is not None else []
    for operands, operator in operations:
        match operator:
            case b"BDC":
                open_marks.append(_number(operands[1]))
            case b"BMC":
                open_marks.append(None)
            case b"EMC" if open_marks:
                open_marks.pop()
            case b"Tf":
                decode = decoders.get(operands[0], _latin)
            case _ if operator in _SHOWS:
                mark = next((each for each in reversed(open_marks) if each is not None), None)
                if mark is not None:
                    found[mark] += [decode(string) for string in _strings(operands[-1])]
    return {mark: "".join(parts) for mark, parts in found.items()}


def _number(properties: Any) -> int | None:
    number = properties.get("/MCID") if isinstance(properties, DictionaryObject) else None
    return int(number) if number is not None else None


def _strings(operand: Any) -> Iterator[bytes]:
    for part in operand if isinstance(operand, list) else [operand]:
        if isinstance(part, bytes):
            yield bytes(part)
        elif isinstance(part, str):
            yield part.original_bytes  # type: ignore[attr-defined]


def _decoders(page: PageObject) -> Iterator[tuple[str, Decoder]]:
    resources = page.get("/Resources", DictionaryObject()).get_object()
    for name, font in resources.get("/Font", DictionaryObject()).get_object().items():
        unicode_map = font.get_object().get("/ToUnicode")
        if unicode_map is not None:
            yield name, _mapped(unicode_map.get_object().get_data())


def _mapped(cmap: bytes) -> Decoder:
    """Decode with a font's own map to Unicode (ISO 32000-1, 9.10.3)."""
    table: dict[bytes, str] = {}
    for kind, block in _BLOCK.findall(cmap):
        if kind == b"char":
            table.update({_bytes(code): _text(to) for code, to in _SINGLE.findall(block)})
            continue
        for first, last, to in _RANGE.findall(block):
            start, size = int(first, 16), len(first) // 2
            if int(last, 16) - start > _MOST_CODES:
                raise ValueError("a range of more codes than a font can have")
            for step in range(int(last, 16) - start + 1):
                code = (start + step).to_bytes(size)
                table[code] = chr(ord(_text(to)[-1:] or "\0") + step)
    size = max(map(len, table), default=1)

    def decode(string: bytes) -> str:
        codes = (string[start : start + size] for start in range(0, len(string), size))
        return "".join(table.get(code, "\N{REPLACEMENT CHARACTER}") for code in codes)

    return decode


def _bytes(digits: bytes) -> bytes:
    return bytes.fromhex(digits.decode("ascii"))


def _text(digits: bytes) -> str:
    return _bytes(digits).decode("utf-16-be")


def _latin(string: bytes) -> str:
    return string.decode("latin-1")
