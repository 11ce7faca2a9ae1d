"""Turn ReportLab's document into objects that many files share, and numbers for the others.

The objects of a patient only get their numbers here; they are written in an update of the file
(`handouts.stamp.update`). This module also makes the file's metadata: Info, XMP and output intent,
without patient data.

``srgb.icc`` is an sRGB profile (IEC 61966-2-1), made by ``tools/profile.py`` with the LittleCMS
inside Pillow. Its date of creation is set to a fixed day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import RLock

from msgspec import Struct
from reportlab import rl_config
from reportlab.pdfbase import pdfdoc

from handouts.pdf.objects import Encoded, Name, Raw, Ref, Stream, Value, compressed, encode

_END, _SAFE_END = b"endstream\n", b"\r\nendstream"

_SETTINGS = {"useA85": 0, "pdfMultiLine": 0, "pdfComments": 0}
"""ReportLab's settings that change the bytes of a file, which other code may have set."""

_SETTING = RLock()
"""Threads take turns, because one could save and later restore what another has set."""


class Bookmark(Struct, frozen=True):
    """An entry of the PDF's outline: page index from 0, y from the top."""

    title: str
    page: int
    y: float


class NotEmbedded(ValueError):
    """A font that is not in the file: a handout must embed all its fonts."""


class PdfDocument(pdfdoc.PDFDocument):  # type: ignore[misc]  # ReportLab has no types
    """A ReportLab document that gives its objects one by one, numbered from ``first`` on.

    Beside ReportLab's objects it has values of the types in `handouts.pdf.objects`.
    """

    def __init__(self, first: int = 1) -> None:
        super().__init__(compression=1, invariant=1, pdfVersion=(1, 7))
        self.first = first
        # All fonts are embedded, so the dictionary of standard fonts gets no number.
        self.objectcounter = first - 1
        for known in (self.idToObjectNumberAndVersion, self.idToObject, self.numberToId):
            known.clear()
        self._values: dict[int, Value] = {}

    def getInternalFontName(self, psfontname: str) -> str:  # noqa: N802 - ReportLab's name
        """Refuse fonts that are not embedded; ReportLab names embedded fonts in another way.

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

    def reserve(self) -> Ref:
        """Return a reference to an object that `fill` sets later."""
        return self.add(None)

    def fill(self, ref: Ref, value: Value) -> None:
        """Give a reserved reference its object."""
        self._values[ref.number] = value

    def add_outline(
        self, bookmarks: Sequence[Bookmark], pages: Sequence[Ref], heights: Sequence[float]
    ) -> Ref | None:
        """Add the outline (12.3.3); return None without bookmarks."""
        if not bookmarks:
            return None
        outline, items = self.reserve(), [self.reserve() for _ in bookmarks]
        ends = {"First": items[0], "Last": items[-1]}
        self.fill(outline, {"Type": Name("Outlines"), "Count": len(items), **ends})
        around = zip(bookmarks, items, [None, *items], [*items[1:], None], strict=False)
        for bookmark, ref, before, after in around:
            top = heights[bookmark.page] - bookmark.y
            place = (pages[bookmark.page], Name("XYZ"), 0, top, None)
            entry: dict[str, Value] = {"Title": bookmark.title, "Parent": outline, "Dest": place}
            beside = {"Prev": before, "Next": after}
            self.fill(ref, entry | {name: one for name, one in beside.items() if one})
        return outline

    def numbered(self, name: str) -> Ref:
        """Return the reference to one of ReportLab's objects, by its name there."""
        return Ref(self.idToObjectNumberAndVersion[name][0])

    def bodies(self, later: Collection[int] = ()) -> list[tuple[int, bytes, bool]]:
        """Return all objects except those in ``later``: number, notation, and whether a stream."""
        made, number = [], self.first - 1
        with plain_settings():
            # Writing an object may add others.
            while number < self.objectcounter:
                number += 1
                if number not in later:
                    made.append((number, *self._body(number)))
        return made

    def _body(self, number: int) -> tuple[bytes, bool]:
        if number in self._values:
            value = self._values[number]
            if type(value) is Raw:  # most values are, and this check is faster
                return value, False
            return encode(value), isinstance(value, (Stream, Encoded))
        body: bytes = pdfdoc.format(self.idToObject[self.numberToId[number]], self, toplevel=1)
        if body.endswith(_END):
            # The data may itself end in a carriage return, so only both line end characters
            # before "endstream" are safe (PDF/A-2, 6.1.7.1).
            return body[: -len(_END)] + _SAFE_END, True
        return body.strip(), False


@contextmanager
def plain_settings() -> Iterator[None]:
    """Set ReportLab's settings to those of handouts, and restore them at the end."""
    with _SETTING:
        before = {name: getattr(rl_config, name) for name in _SETTINGS}
        vars(rl_config).update(_SETTINGS)
        try:
            yield
        finally:
            vars(rl_config).update(before)


# -- metadata of a file

PRODUCER = "handouts"
_CONDITION = "sRGB IEC61966-2.1"
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""Characters to escape in XML text (importing `html` would load a table of 2,231 names)."""

_EXTENSION = """<rdf:Description rdf:about=""\
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"\
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"\
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
</rdf:Description>
"""
"""PDF/A-2a does not define PDF/UA's schema, so the file must describe it (ISO 19005-2, 6.6.2.3)."""


class About(Struct, frozen=True):
    """The metadata of a handout. ``archival``: the file claims PDF/A-2a as well as PDF/UA-1."""

    title: str
    author: str
    subject: str
    language: str
    made: dt.date
    archival: bool

    def info(self) -> dict[str, str]:
        """Return the entries of the Info dictionary; the time is midnight UTC on the day."""
        date = f"D:{self.made:%Y%m%d}000000Z"
        return {
            "Title": self.title,
            "Author": self.author,
            "Subject": self.subject,
            "Creator": PRODUCER,
            "Producer": PRODUCER,
            "CreationDate": date,
            "ModDate": date,
        }

    def xmp(self) -> bytes:
        """Return the same as an XMP packet, with the standards that the file conforms to."""
        said = (self.title, self.author, self.subject)
        title, author, subject = (text.translate(_ESCAPED) for text in said)
        date = f"{self.made:%Y-%m-%d}T00:00:00Z"
        packet = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">\
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"\
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"\
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{self.language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>
<pdf:Producer>{PRODUCER}</pdf:Producer>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
{_EXTENSION if self.archival else ""}</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
        return packet.encode()


@cache
def _profile() -> Encoded:
    return compressed(Path(__file__).with_name("srgb.icc").read_bytes(), {"N": 3})


def output_intent(file: PdfDocument) -> Ref:
    """Add the colour profile, sRGB (ISO 19005-2, 6.2.3)."""
    return file.add(
        {
            "Type": Name("OutputIntent"),
            "S": Name("GTS_PDFA1"),
            "OutputConditionIdentifier": _CONDITION,
            "Info": _CONDITION,
            "DestOutputProfile": file.add(_profile()),
        }
    )
