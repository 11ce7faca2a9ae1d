"""Turn the structure tree of a PDF into elements in reading order, as a screen reader hears it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pikepdf
from msgspec import Struct
from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

_INLINE = {"Span", "Link", "Reference", "Quote"}
_DEEPEST = 60
_MOST_ELEMENTS = 1_000_000
"""Far more than a handout has; only a damaged file has a tree that is larger."""
_SINGLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_MOST_CODES = 0xFFFF
_READ = "BDC BMC EMC Tf Tj ' \" TJ"
"""Operators that mark text, choose its font and show it."""


class Tag(Struct, frozen=True):
    """An element of the structure tree.

    ``text`` is what is printed, ``spoken`` what a screen reader says. Both contain inline elements
    such as links, but not the text of other elements below. ``box`` is the bounding box of a
    figure. ``attributes`` are those of all owners. ``labels`` are the labels of its form fields.
    """

    role: str
    depth: int
    text: str
    spoken: str
    alt: str | None
    language: str | None
    box: tuple[float, ...]
    attributes: Mapping[str, Any]
    labels: tuple[str, ...]


def read_tags(reader: PdfReader) -> tuple[Tag, ...]:
    """Return the elements of a PDF in reading order; none if it has no tags."""
    root = reader.root_object.get("/StructTreeRoot")
    if root is None:
        return ()
    return tuple(_Walk(reader).elements(root.get_object(), 0))


def spoken_lines(tags: Iterable[Tag]) -> Iterator[str]:
    """Yield what a screen reader says, one line for each element that is not empty.

    Headings, pictures and fields are announced as such.
    """
    for tag in tags:
        line = tag.spoken
        if re.fullmatch(r"H[1-6]", tag.role):
            line = f"heading {tag.role[1]}: {line}"
        elif tag.role == "Figure":
            line = f"picture: {line}"
        elif tag.role == "Table":
            line = "table"
        elif tag.role == "Form":
            line = f"field: {', '.join(tag.labels)}"
        if line:
            yield line


class _Walk:
    """Walks the structure tree of one file, with the text of each page by mark."""

    def __init__(self, reader: PdfReader) -> None:
        self._left = _MOST_ELEMENTS
        self._pages = {
            page.indirect_reference.idnum: marked_text(page)
            for page in reader.pages
            if page.indirect_reference is not None
        }

    def elements(self, node: DictionaryObject, depth: int) -> Iterator[Tag]:
        """Yield the elements below a node, each before the elements below it."""
        if depth > _DEEPEST:
            return
        for kid in _kids(node):
            self._left -= 1
            if not self._left:
                raise ValueError("the structure tree is too large, or refers to itself")
            if isinstance(kid, DictionaryObject) and "/S" in kid and not _inline(kid):
                yield self._tag(kid, depth)
                yield from self.elements(kid, depth + 1)

    def _tag(self, node: DictionaryObject, depth: int) -> Tag:
        attributes = dict(_attributes(node))
        return Tag(
            role=str(node["/S"])[1:],
            depth=depth,
            text=self._text(node, heard=False),
            spoken=self._text(node, heard=True).strip(),
            alt=_string(node, "/Alt"),
            language=_string(node, "/Lang"),
            box=tuple(float(side) for side in attributes.get("BBox", ())),
            attributes=attributes,
            labels=tuple(_labels(node)),
        )

    def _text(self, node: DictionaryObject, *, heard: bool) -> str:
        if heard and (words := _string(node, "/ActualText") or _string(node, "/Alt")):
            return words
        page = node.raw_get("/Pg") if "/Pg" in node else None
        parts = []
        for kid in _kids(node):
            if isinstance(kid, int):
                parts.append(self._marked(page, kid))
            elif "/MCID" in kid:
                where = kid.raw_get("/Pg") if "/Pg" in kid else page
                parts.append(self._marked(where, kid["/MCID"]))
            elif "/S" in kid and _inline(kid):
                parts.append(self._text(kid, heard=heard))
        return "".join(parts)

    def _marked(self, page: Any, number: Any) -> str:
        if isinstance(page, DictionaryObject):
            page = page.indirect_reference
        known = self._pages.get(page.idnum, {}) if isinstance(page, IndirectObject) else {}
        return known.get(int(number), "")


def _kids(node: DictionaryObject) -> list[Any]:
    kids = node.get("/K")
    kids = kids.get_object() if kids is not None else []
    return [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]


def _inline(node: DictionaryObject) -> bool:
    return str(node["/S"])[1:] in _INLINE


def _labels(node: DictionaryObject) -> Iterator[str]:
    for kid in _kids(node):
        if isinstance(kid, DictionaryObject) and kid.get("/Type") == "/OBJR":
            annotation: Any = kid["/Obj"].get_object()
            yield str(annotation.get("/TU", annotation.get("/Contents", "")))


def _string(node: DictionaryObject, key: str) -> str | None:
    value = node.get(key)
    return str(value) if value is not None else None


def _attributes(node: DictionaryObject) -> Iterator[tuple[str, Any]]:
    owners = node.get("/A")
    owners = owners.get_object() if owners is not None else []
    for owner in owners if isinstance(owners, list) else [owners]:
        for key, value in owner.get_object().items():
            if key != "/O":
                yield key[1:], value


Decoder = Callable[[bytes], str]


def marked_text(page: PageObject) -> dict[int, str]:
    """Return the text of a page by the number of its mark (MCID)."""
    decoders = dict(_decoders(page))
    decode: Decoder = _latin
    found: dict[int, list[str]] = defaultdict(list)
    open_marks: list[int | None] = []
    contents = page.get_contents()
    # qpdf parses a page about ten times as fast as pypdf, into the same operations.
    holder = pikepdf.new()
    stream = pikepdf.Stream(holder, contents.get_data() if contents is not None else b"")
    for step in pikepdf.parse_content_stream(stream, _READ):
        operands = step.operands
        match str(step.operator):
            case "BDC":
                open_marks.append(_number(operands[1]))
            case "BMC":
                open_marks.append(None)
            case "EMC" if open_marks:
                open_marks.pop()
            case "Tf":
                decode = decoders.get(str(operands[0]), _latin)
            case _:
                mark = next((each for each in reversed(open_marks) if each is not None), None)
                if mark is not None:
                    found[mark] += [decode(string) for string in _strings(operands[-1])]
    return {mark: "".join(parts) for mark, parts in found.items()}


def _number(properties: Any) -> int | None:
    number = properties.get("/MCID") if isinstance(properties, pikepdf.Dictionary) else None
    return int(number) if number is not None else None


def _strings(operand: Any) -> Iterator[bytes]:
    for part in operand if isinstance(operand, pikepdf.Array) else [operand]:
        if isinstance(part, pikepdf.String):
            yield bytes(part)


def _decoders(page: PageObject) -> Iterator[tuple[str, Decoder]]:
    resources = page.get("/Resources", DictionaryObject()).get_object()
    for name, font in resources.get("/Font", DictionaryObject()).get_object().items():
        unicode_map = font.get_object().get("/ToUnicode")
        if unicode_map is not None:
            yield name, _mapped(unicode_map.get_object().get_data())


def _mapped(cmap: bytes) -> Decoder:
    """Return a decoder for a font's map to Unicode (ISO 32000-1, 9.10.3)."""
    table: dict[bytes, str] = {}
    for kind, block in _BLOCK.findall(cmap):
        if kind == b"char":
            table.update({_bytes(code): _text(to) for code, to in _SINGLE.findall(block)})
            continue
        for first, last, to in _RANGE.findall(block):
            start, size = int(first, 16), len(first) // 2
            if int(last, 16) - start > _MOST_CODES:
                raise ValueError("a range has more codes than a font can have")
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
