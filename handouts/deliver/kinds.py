"""Turn the shared part of finished handouts into a kind: what stands in a print run once.

A kind is read from the first handout that has the shared part. Of the next ones only their own
objects are looked at (`handouts.deliver.own`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pikepdf

from handouts.deliver.copies import Copies
from handouts.deliver.parts import Parts
from handouts.deliver.recode import FontReader, Recoder, SubsetFont
from handouts.pdf.objects import Ref, Value, encode

Size = tuple[float, float]
Fonts = Mapping[str, SubsetFont]
"""Fonts by the names that content calls them."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a kind.

    ``contents``: its pieces as references to objects of the run, with gaps for those that each
    handout has of its own; ``own``: the numbers of these in the handout.
    """

    size: Size
    contents: bytes
    own: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """All that handouts with one shared part have in common.

    ``pictures``: objects of the run, as entries of resources; ``images`` and ``words``: the
    numbers of each handout's own images by name, and of its pieces of content; ``silent``: those
    of what no page shows; ``resources``: that of the resources, ``fonts_at`` and ``pictures_at``
    those of shared fonts and all pictures in them.
    """

    leaves: tuple[Leaf, ...]
    pictures: bytes
    images: Mapping[str, int]
    words: frozenset[int]
    silent: frozenset[int]
    fonts: Fonts
    resources: int
    fonts_at: Mapping[str, int]
    pictures_at: Mapping[str, int]


def kind_of(pdf: pikepdf.Pdf, parts: Parts, reader: FontReader, copies: Copies) -> Kind | None:
    """Write what a handout shares and return its kind, None if it is built otherwise than ours.

    Raises:
        ContentError: for fonts or content that are not ours.
    """
    pages = list(pdf.pages)
    if len({_number(page.obj.get("/Resources")) for page in pages}) != 1:
        return None
    if not all(isinstance(page.obj.get("/Contents"), pikepdf.Array) for page in pages):
        return None
    resources = pages[0].obj.get("/Resources", pikepdf.Dictionary())
    shared = {
        name: font for name, font in _entries(resources, "/Font").items() if _is_shared(font, parts)
    }
    fonts = {name: reader.font_of(font) for name, font in shared.items()}
    pictures = _entries(resources, "/XObject")
    places = _places(pictures)
    drawn = {name: one for name, one in pictures.items() if _is_shared(one, parts)}
    leaves = tuple(_leaf(page, parts, Recoder(fonts), copies) for page in pages)
    images = {name: number for name, number in places.items() if name not in drawn}
    words = frozenset(number for leaf in leaves for number in leaf.own)
    own = frozenset(number for number in parts.own if number < parts.first)
    return Kind(
        leaves=leaves,
        pictures=entries({name: copies.picture(one) for name, one in drawn.items()}),
        images=images,
        words=words,
        silent=own - words - set(images.values()) - {_number(resources)},
        fonts=fonts,
        resources=_number(resources),
        fonts_at=_places(shared),
        pictures_at=places,
    )


def _leaf(page: pikepdf.Page, parts: Parts, recoder: Recoder, copies: Copies) -> Leaf:
    pieces: list[bytes] = []
    own: list[int] = []
    for piece in page.obj.Contents:
        if _is_shared(piece, parts):
            ref = copies.content(recoder.part(bytes(piece.read_bytes())))
            pieces.append(reference(ref))
        else:
            recoder.forget()
            pieces.append(b"%d 0 R")
            own.append(_number(piece))
    return Leaf(size_of(page), b" ".join(pieces), tuple(own))


def reference(ref: Ref) -> bytes:
    """Return a reference in PDF's notation."""
    return b"%d 0 R" % ref.number


def entries(values: Mapping[str, Value]) -> bytes:
    """Return the inside of a dictionary."""
    return encode(values).removeprefix(b"<<").removesuffix(b">>")


def size_of(page: pikepdf.Page) -> Size:
    """Return width and height of a page in points."""
    left, bottom, right, top = (float(side) for side in page.mediabox)
    return right - left, top - bottom


def _is_shared(value: pikepdf.Object, parts: Parts) -> bool:
    return 0 < _number(value) < parts.first and _number(value) not in parts.own


def _number(value: pikepdf.Object | None) -> int:
    """Return the number of an object, 0 for one that stands inside another."""
    return 0 if value is None else value.objgen[0]


def _entries(resources: pikepdf.Object, kind: str) -> dict[str, pikepdf.Object]:
    found = resources.get(kind, pikepdf.Dictionary())
    return {name.lstrip("/"): value for name, value in found.items()}


def _places(values: Mapping[str, pikepdf.Object]) -> dict[str, int]:
    return {name: _number(value) for name, value in values.items()}
