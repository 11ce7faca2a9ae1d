"""The structure tree of a PDF → its elements in reading order, with what a screen reader says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from handouts.deliver.marks import marked_text

_INLINE = {"Span", "Link", "Reference", "Quote"}
_DEEPEST = 60
_MOST_ELEMENTS = 1_000_000
"""A print run has some ten thousand for each hundred patients."""


@dataclass(frozen=True, slots=True)
class Tag:
    """An element: its role, how deep it stands, its own text, and what is said instead of it.

    ``text`` is printed, ``said`` is heard; both without what stands in elements below, but for
    parts of a line. ``box`` is that of a figure; ``attributes`` are its attributes of all owners;
    ``labels`` are those of its form fields.
    """

    role: str
    depth: int
    text: str
    said: str
    alt: str | None
    language: str | None
    box: tuple[float, ...]
    attributes: Mapping[str, Any]
    labels: tuple[str, ...]


def read_tags(reader: PdfReader) -> tuple[Tag, ...]:
    """Return the elements of a tagged PDF in reading order; nothing for one without tags."""
    root = reader.root_object.get("/StructTreeRoot")
    if root is None:
        return ()
    return tuple(_Walk(reader).elements(root.get_object(), 0))


def spoken_lines(tags: Iterable[Tag]) -> Iterator[str]:
    """What a screen reader says, a line for each element that has something to say.

    Headings carry their level, pictures and boxes their kind, as screen readers announce them.
    """
    for tag in tags:
        said = tag.said
        if re.fullmatch(r"H[1-6]", tag.role):
            said = f"heading {tag.role[1]}: {said}"
        elif tag.role == "Figure":
            said = f"picture: {said}"
        elif tag.role == "Table":
            said = "table"
        elif tag.role == "Form":
            said = f"field: {', '.join(tag.labels)}"
        if said:
            yield said


class _Walk:
    """Reads one tree. Text is found by page and mark."""

    def __init__(self, reader: PdfReader) -> None:
        self._left = _MOST_ELEMENTS
        self._pages = {
            page.indirect_reference.idnum: marked_text(page)
            for page in reader.pages
            if page.indirect_reference is not None
        }

    def elements(self, node: DictionaryObject, depth: int) -> Iterator[Tag]:
        """The elements below a node, each before those below it."""
        if depth > _DEEPEST:
            return
        for kid in _kids(node):
            self._left -= 1
            if not self._left:
                raise ValueError("a tree of more elements than there are, or one in a circle")
            if isinstance(kid, DictionaryObject) and "/S" in kid and not _inline(kid):
                yield self._tag(kid, depth)
                yield from self.elements(kid, depth + 1)

    def _tag(self, node: DictionaryObject, depth: int) -> Tag:
        attributes = dict(_attributes(node))
        return Tag(
            role=str(node["/S"])[1:],
            depth=depth,
            text=self._text(node, heard=False),
            said=self._text(node, heard=True).strip(),
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
