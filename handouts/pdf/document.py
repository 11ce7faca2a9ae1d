"""Turn ReportLab's document into objects that many files share, and numbers for the others.

Those of a patient have numbers here, and stand in an update of the file: `handouts.stamp.update`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from msgspec import Struct
from reportlab import rl_config
from reportlab.pdfbase import pdfdoc

from handouts.pdf.objects import Encoded, Raw, Ref, Stream, Value, encode

_END, _SAFE_END = b"endstream\n", b"\r\nendstream"

_SETTINGS = {"useA85": 0, "pdfMultiLine": 0, "pdfComments": 0}
"""Settings of ReportLab's that change the bytes of a file: whoever uses it may have set them."""


class Bookmark(Struct, frozen=True):
    """An entry of the PDF's outline: page index from 0, y from the top."""

    title: str
    page: int
    y: float
    level: int = 0


class NotEmbedded(ValueError):
    """A font that readers would have to bring along: a handout carries all of its fonts."""


class Document(pdfdoc.PDFDocument):  # type: ignore[misc]  # ReportLab has no types
    """A document of ReportLab, whose objects can be had one by one, numbered from ``first`` on.

    Beside ReportLab's objects it holds values in the notation of `handouts.pdf.objects`.
    """

    def __init__(self, first: int = 1) -> None:
        super().__init__(compression=1, invariant=1, pdfVersion=(1, 7))
        self.first = first
        # All fonts are embedded: the dictionary of standard fonts has no number.
        self.objectcounter = first - 1
        for known in (self.idToObjectNumberAndVersion, self.idToObject, self.numberToId):
            known.clear()
        self._values: dict[int, Value] = {}

    def getInternalFontName(self, psfontname: str) -> str:  # noqa: N802 - ReportLab's name
        """Refuse fonts that are not embedded; those that are have names of their own.

        Raises:
            NotEmbedded: always.
        """
        raise NotEmbedded(f"{psfontname} is not embedded: set text in one of the handout's faces")

    # -- objects

    def add(self, value: Value) -> Ref:
        """Add an object and return the reference to it."""
        self.objectcounter += 1
        self._values[self.objectcounter] = value
        return Ref(self.objectcounter)

    def add_object(self, thing: pdfdoc.PDFObject, name: str | None = None) -> Ref:
        """Add one of ReportLab's objects, which its others may refer to by a name."""
        reference = self.Reference(thing, name)
        number, _ = self.idToObjectNumberAndVersion[reference.name]
        return Ref(number)

    def reserve(self) -> Ref:
        """Return a reference whose object follows."""
        return self.add(None)

    def fill(self, ref: Ref, value: Value) -> None:
        """Give a reserved reference its object."""
        self._values[ref.number] = value

    def add_outline(
        self, bookmarks: Sequence[Bookmark], pages: Sequence[Ref], heights: Sequence[float]
    ) -> Ref | None:
        """Add the outline, if any; bookmarks of a deeper level go under the one before."""
        places = _Destinations()
        for number, mark in enumerate(bookmarks):
            key = f"bookmark-{number}"
            place = places.bookmark(key)
            place.xyz(0, heights[mark.page] - mark.y, "null")
            place.setPage(f"{pages[mark.page].number} 0 R")
            level = min(mark.level, self.outline.currentlevel + 1)
            self.outline.addOutlineEntry(key, level, mark.title)
        self.outline.prepare(self, places)
        return self.add_object(self.outline) if bookmarks else None

    def bodies(self, later: Collection[int] = ()) -> list[tuple[int, bytes, bool]]:
        """Return all objects but those that come ``later``: number, notation, is it a stream."""
        made, number = [], self.first - 1
        with plain_settings():
            # What is written may add to what is to be written.
            while number < self.objectcounter:
                number += 1
                if number not in later:
                    made.append((number, *self._body(number)))
        return made

    def _body(self, number: int) -> tuple[bytes, bool]:
        if number in self._values:
            value = self._values[number]
            if type(value) is Raw:  # most are, and quicker told so
                return value, False
            return encode(value), isinstance(value, (Stream, Encoded))
        body: bytes = pdfdoc.format(self.idToObject[self.numberToId[number]], self, toplevel=1)
        if body.endswith(_END):
            # Data may itself end in a carriage return: only both line end characters before
            # "endstream" are safe (PDF/A-2, 6.1.7.1).
            return body[: -len(_END)] + _SAFE_END, True
        return body.strip(), False


class _Destinations:
    """Places that bookmarks lead to, as ReportLab's outline asks a canvas for them."""

    def __init__(self) -> None:
        self._known: dict[str, pdfdoc.Destination] = {}

    def bookmark(self, key: str) -> pdfdoc.Destination:
        """Return the place of a name."""
        return self._known.setdefault(key, pdfdoc.Destination(key))

    _bookmarkReference = bookmark  # noqa: N815 - ReportLab's name


@contextmanager
def plain_settings() -> Iterator[None]:
    """Set ReportLab as files here are written, and leave it as it was."""
    before = {name: getattr(rl_config, name) for name in _SETTINGS}
    vars(rl_config).update(_SETTINGS)
    try:
        yield
    finally:
        vars(rl_config).update(before)
