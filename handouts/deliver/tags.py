"""Turn the tags of a PDF into elements in reading order, with what a screen reader says."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pikepdf
from msgspec import Struct
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, String

_INLINE = {"Span", "Link", "Reference", "Quote"}
_DEEPEST = 60
_MOST_ELEMENTS = 1_000_000
"""A print run has some ten thousand for each hundred patients."""
_SINGLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_BLOCK = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_MOST_CODES = 0xFFFF
_READ = "BDC BMC EMC Tf Tj ' \" TJ"
"""Operators that mark text, set its font and show it."""


class Tag(Struct, frozen=True):
    """An element: its role, how deep it stands, its own text, and what is said instead of it.

    ``text`` is printed, ``spoken`` is heard; both without what stands in elements below, but for
    parts of a line. ``box`` is that of a figure; ``attributes`` are its attributes of all owners;
    ``labels`` are those of its form fields.
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


def read_tags(pdf: Pdf) -> tuple[Tag, ...]:
    """Return the elements of a tagged PDF in reading order; nothing for one without tags."""
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        return ()
    return tuple(_Walk(pdf).elements(root, 0))


def spoken_lines(tags: Iterable[Tag]) -> Iterator[str]:
    """What a screen reader says, a line for each element that has something to say.

    Headings carry their level, pictures and boxes their kind, as screen readers announce them.
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
    """Reads one tree. Text is found by page and mark."""

    def __init__(self, pdf: Pdf) -> None:
        self._left = _MOST_ELEMENTS
        self._pages = {page.obj.objgen: marked_text(page) for page in pdf.pages}

    def elements(self, node: Object, depth: int) -> Iterator[Tag]:
        """The elements below a node, each before those below it."""
        if depth > _DEEPEST:
            return
        for kid in _kids(node):
            self._left -= 1
            if not self._left:
                raise ValueError("a tree of more elements than there are, or one in a circle")
            if isinstance(kid, Dictionary) and "/S" in kid and not _inline(kid):
                yield self._tag(kid, depth)
                yield from self.elements(kid, depth + 1)

    def _tag(self, node: Object, depth: int) -> Tag:
        attributes = dict(_attributes(node))
        return Tag(
            role=str(node.S)[1:],
            depth=depth,
            text=self._text(node, heard=False),
            spoken=self._text(node, heard=True).strip(),
            alt=_string(node, "/Alt"),
            language=_string(node, "/Lang"),
            box=tuple(float(side) for side in attributes.get("BBox", ())),
            attributes=attributes,
            labels=tuple(_labels(node)),
        )

    def _text(self, node: Object, *, heard: bool) -> str:
        if heard and (words := _string(node, "/ActualText") or _string(node, "/Alt")):
            return words
        page = node.get("/Pg")
        parts = []
        for kid in _kids(node):
            if isinstance(kid, int):
                parts.append(self._marked(page, kid))
            elif "/MCID" in kid:
                parts.append(self._marked(kid.get("/Pg", page), int(kid.MCID)))
            elif "/S" in kid and _inline(kid):
                parts.append(self._text(kid, heard=heard))
        return "".join(parts)

    def _marked(self, page: Object | None, number: int) -> str:
        known = self._pages.get(page.objgen, {}) if page is not None else {}
        return known.get(number, "")


def _kids(node: Object) -> list[Any]:
    kids = node.get("/K", Array())
    return list(kids) if isinstance(kids, Array) else [kids]


def _inline(node: Object) -> bool:
    return str(node.S)[1:] in _INLINE


def _labels(node: Object) -> Iterator[str]:
    for kid in _kids(node):
        if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR:
            yield str(kid.Obj.get("/TU", kid.Obj.get("/Contents", "")))


def _string(node: Object, key: str) -> str | None:
    value = node.get(key)
    return str(value) if value is not None else None


def _attributes(node: Object) -> Iterator[tuple[str, Any]]:
    owners: Any = node.get("/A", Array())
    for owner in owners if isinstance(owners, Array) else [owners]:
        for key, value in owner.items():
            if key != "/O":
                yield key[1:], _plain(value)


def _plain(value: Any) -> Any:
    """Return the value of an attribute as lists, texts and numbers."""
    if isinstance(value, Array):
        return list(map(_plain, value))
    return str(value) if isinstance(value, Name | String) else value


Decoder = Callable[[bytes], str]


def marked_text(page: Page) -> dict[int, str]:
    """Return the text of a page by the number of the mark (MCID) that it stands in."""
    decoders = dict(_decoders(page))
    decode: Decoder = _latin
    found: dict[int, list[str]] = defaultdict(list)
    open_marks: list[int | None] = []
    for step in pikepdf.parse_content_stream(page, _READ):
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
    number = properties.get("/MCID") if isinstance(properties, Dictionary) else None
    return int(number) if number is not None else None


def _strings(operand: Any) -> Iterator[bytes]:
    for part in operand if isinstance(operand, Array) else [operand]:
        if isinstance(part, String):
            yield bytes(part)


def _decoders(page: Page) -> Iterator[tuple[str, Decoder]]:
    for name, font in fonts_of(page).items():
        if "/ToUnicode" in font:
            yield name, _mapped(font.ToUnicode.read_bytes())


def fonts_of(page: Page) -> Object:
    """Return the fonts of a page by name."""
    resources = page.resources if "/Resources" in page else Dictionary()
    return resources.get("/Font", Dictionary())


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
