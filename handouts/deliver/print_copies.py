"""Turn objects of finished handouts into objects of a print run, equal ones once.

Handouts that were stamped from one plate begin with the same bytes and end with their own
(`handouts.stamp.update`). Reading each of them completely would take ten times as long, so the
beginning is read once, and for the others only their own part.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import pikepdf
from msgspec import Struct
from pikepdf import Array, Dictionary, Name, Object, ObjectType, Pdf

from handouts.pdf.objects import split_stream
from handouts.stamp.update import block_of, shared_base, variable_objects

_PLATES = 64
"""How many plates are remembered: those of the clinicians and programs whose patients come next."""
DAMAGED = (pikepdf.PdfError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""Errors if an object of a damaged file has another type than it should have."""
_OF_STRUCTURE = frozenset({"/Length", "/StructParent", "/StructParents"})


_ROOT, _EMPTY = 1, b"<</Type/Catalog/Pages<</Type/Pages/Kids[]/Count 0>>>>"
"""A document without pages, under a number that neither resources nor one patient's fonts have."""


class MissingObject(LookupError):
    """A reference leads to nothing."""


class Copies:
    """Copies objects of any file into the file of a print run, equal ones once."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._made: dict[bytes, Object] = {}

    def of(self, value: Any) -> Any:
        """Return the copy of a value with everything that it refers to.

        Raises:
            MissingObject: for a reference that leads to nothing.
        """
        if not isinstance(value, Object):
            if value is None:
                raise MissingObject
            return value
        kind = value._type_code  # noqa: SLF001 - to ask for its class takes ten times as long
        if kind is ObjectType.stream:
            return self.stream(value)
        if kind is ObjectType.dictionary:
            made = Dictionary(self._entries(value))
            return self.once(made) if value.is_indirect else made
        if kind is ObjectType.array:
            text = value.unparse(resolved=True)
            return Array(map(self.of, value)) if b" R" in text else Object.parse(text)
        return value

    def _entries(self, value: Object) -> dict[str, Any]:
        return {name: self.of(entry) for name, entry in value.items() if name not in _OF_STRUCTURE}

    def stream(self, value: Object) -> Object:
        """Return the copy of a stream: see `of`."""
        data, entries = value.read_raw_bytes(), self._entries(value)
        header = Dictionary(entries).unparse() if entries else b""
        key = hashlib.sha256(header + data).digest()
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = pikepdf.Stream(self._pdf, data, entries)
        return made

    def written(self, stream: bytes) -> Object:
        """Return the copy of a stream that refers to nothing, from the bytes of a file.

        Raises:
            ValueError: if it is not a stream.
        """
        key = hashlib.sha256(stream).digest()
        made = self._made.get(key)
        if made is None:
            entries, data = split_stream(stream)
            made = self._made[key] = pikepdf.Stream(self._pdf, data, Object.parse(entries))
        return made

    def once(self, value: Object) -> Object:
        """Return a dictionary as an object of the run, or the equal object that it already has."""
        key = hashlib.sha256(value.unparse()).digest()
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._pdf.make_indirect(value)
        return made


class _Leaf(Struct, frozen=True, eq=False):
    """A page of a plate. ``personal``: places and numbers of the contents of one patient."""

    page: Object
    contents: Object
    personal: Sequence[tuple[int, int]]


class _Plate(Struct, frozen=True, eq=False):
    """What all handouts from one plate share, as objects of the run.

    ``static`` are the bytes with which each of them begins. ``words`` are the numbers of variable
    page contents, ``images`` those of variable pictures, by name. ``fonts``, ``pictures`` and
    ``others`` are the shared resources. ``numbers`` are those of all variable objects, except two
    kinds: ``resources``, which lists more fonts if rare letters need some, and these fonts,
    numbered from ``size`` on.
    """

    static: bytes
    leaves: Sequence[_Leaf]
    words: frozenset[int]
    fonts: Object
    pictures: Object
    others: Object
    images: Mapping[str, int]
    numbers: frozenset[int]
    resources: int
    size: int

    def variable(self, pdf: bytes) -> dict[int, bytes]:
        """Return the variable objects of a handout, by number.

        Raises:
            MissingObject: if it changes what all handouts of the plate share.
            ValueError: if its end is not as it was written.
        """
        found = variable_objects(pdf, len(self.static))
        if {number for number in found if number < self.size} - {self.resources} != self.numbers:
            raise MissingObject
        return found


class Plates:
    """The plates of the handouts that were read."""

    def __init__(self, pdf: Pdf, copies: Copies) -> None:
        self._pdf, self._copies = pdf, copies
        self._plates: list[_Plate] = []

    def remember(self, opened: Pdf, pdf: bytes, pages: Sequence[Object]) -> None:
        """Remember the plate of a handout whose pages are in the run, if it has one."""
        with contextlib.suppress(*DAMAGED):
            plate = _plate_of(opened, pdf, pages)
            if plate is not None:
                self._plates = [plate, *self._plates[: _PLATES - 1]]

    def stamped(self, pdf: bytes) -> list[Object] | None:
        """Return the pages of a handout from a known plate, None for any other."""
        plate = next((one for one in self._plates if pdf.startswith(one.static)), None)
        if plate is None:
            return None
        self._plates.remove(plate)
        self._plates.insert(0, plate)
        try:
            return self._of(plate, plate.variable(pdf))
        except DAMAGED:
            return None

    def _of(self, plate: _Plate, variable: Mapping[int, bytes]) -> list[Object]:
        written = self._copies.written
        words = {number: written(variable[number]) for number in plate.words}
        fonts, pictures = plate.fonts, copy(plate.pictures)
        for name, number in plate.images.items():
            pictures[name] = written(variable[number])
        if plate.resources in variable:
            fonts = self._with_more(fonts, plate, variable)
        resources = copy(plate.others)
        resources.Font, resources.XObject = fonts, pictures
        resources = self._copies.once(resources)
        pages = []
        for leaf in plate.leaves:
            page, contents = leaf.page.__copy__(), leaf.contents.__copy__()
            for place, number in leaf.personal:
                contents[place] = words[number]
            page.Contents, page.Resources = contents, resources
            pages.append(self._pdf.make_indirect(page))
        return pages

    def _with_more(self, fonts: Object, plate: _Plate, variable: Mapping[int, bytes]) -> Object:
        """Return fonts with those of one patient, read from a file that has only those.

        Raises:
            PdfError: if that cannot be read.
        """
        fonts = copy(fonts)
        more = {n: body for n, body in variable.items() if n == plate.resources or n >= plate.size}
        empty = shared_base([(_ROOT, _EMPTY, False)], (), _ROOT, _ROOT)
        file = io.BytesIO(empty.complete([block_of(more.items())]).pdf)
        with pikepdf.open(file, attempt_recovery=False) as opened:
            for name, font in opened.get_object(plate.resources, 0).Font.items():
                if name not in fonts:
                    fonts[name] = self._copies.of(font)
        return fonts


def contents_of(page: Object) -> list[Object]:
    """Return the pieces of a page's content."""
    contents = page.get("/Contents", Array())
    return list(contents) if isinstance(contents, Array) else [contents]


def _plate_of(opened: Pdf, pdf: bytes, pages: Sequence[Object]) -> _Plate | None:
    """Return the plate of a handout; None for a file with another structure than ours."""
    trailer = opened.trailer
    if "/Prev" not in trailer:
        return None  # it was not made by adding to what others share, or has changed since
    # The shared part ends with its cross references, which have the highest number in it.
    start = int(trailer.Prev)
    end = pdf.find(b"endobj", start)
    highest, _, _ = pdf[start:end].partition(b" ")
    personal = variable_objects(pdf, end).keys()
    numbers = {page.obj.objgen[0] for page in opened.pages}
    [resources, *more] = {page.obj.Resources.objgen[0] for page in opened.pages}
    if not highest.isdigit() or not resources or more or numbers & personal:
        return None
    fonts, pictures, others, images = Dictionary(), Dictionary(), copy(pages[0].Resources), {}
    drawn = opened.get_object(resources, 0)
    others.Font = others.XObject = Dictionary()
    for name, font in pages[0].Resources.get("/Font", {}).items():
        if drawn.Font[name].objgen[0] not in personal:
            fonts[name] = font
    for name, picture in pages[0].Resources.get("/XObject", {}).items():
        number = drawn.XObject[name].objgen[0]
        if number in personal:
            images[name] = number
        else:
            pictures[name] = picture
    leaves = []
    for page, made in zip(opened.pages, pages, strict=True):
        pieces = [piece.objgen[0] for piece in contents_of(page.obj)]
        slots = tuple((place, number) for place, number in enumerate(pieces) if number in personal)
        page_of_all = Dictionary(Type=Name.Page, MediaBox=made.MediaBox)
        leaves.append(_Leaf(page_of_all, made.Contents, slots))
    size = int(highest) + 1
    return _Plate(
        static=pdf[:end],
        leaves=leaves,
        words=frozenset(number for leaf in leaves for _, number in leaf.personal),
        fonts=fonts,
        pictures=pictures,
        others=others,
        images=images,
        numbers=frozenset(number for number in personal if number < size) - {resources},
        resources=resources,
        size=size,
    )
