"""Turn finished handouts into sheets of a print run: objects that stand in it, shared ones once.

All text is in the fonts of the run. A handout of a known kind gives no more than its own words
and images; any other file is read whole and each of its pages is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pikepdf

from handouts.deliver.copies import Copies
from handouts.deliver.encrypt import open_pdf
from handouts.deliver.kinds import Fonts, Kind, Size, entries, kind_of, reference, size_of
from handouts.deliver.own import OwnReader, Piece
from handouts.deliver.parts import Parts, SharedDigest, parts_of
from handouts.deliver.recent import Recent
from handouts.deliver.recode import FontReader, foreign, recoded
from handouts.deliver.spool import Spool
from handouts.errors import ContentError
from handouts.pdf.base import plain_stream
from handouts.pdf.fonts import FontBook
from handouts.pdf.objects import Raw, Ref, Value

_KINDS = 128
"""Kinds that are remembered: those of the clinicians and programs whose patients come next."""
_WORDS = 1024
"""Pieces of content that are remembered."""
_LONG = 500
"""Bytes from which content is compressed: a name and a date hardly become shorter."""
_DAMAGED = (pikepdf.PdfError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What reading raises where an object of a damaged file is of another kind than it should be."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its size in points, references to its contents, and resources of the run."""

    size: Size
    contents: bytes
    resources: Ref


class Sheets:
    """Copies handouts into the file of a print run. ``faces``: see `recode.face_names`."""

    def __init__(self, file: Spool, faces: Mapping[str, str]) -> None:
        self._file, self._copies = file, Copies(file)
        self._digest = SharedDigest()
        self._kinds: Recent[bytes, Kind] = Recent(_KINDS)
        self._written: Recent[tuple[bytes, bytes], Ref] = Recent(_WORDS)
        self._fonts = file.reserve()
        self.fonts = FontBook()
        self._reader = FontReader(faces, self.fonts)
        self._own = OwnReader(self._reader)

    def close(self) -> None:
        """Write the fonts: now it is known which characters are needed."""
        self._file.fill(self._fonts, self.fonts.resources(self._file))

    def resources(self, objects: Mapping[str, Ref] | None = None) -> Ref:
        """Return resources with the fonts and these pictures."""
        fonts: dict[str, Value] = {"Font": self._fonts}
        return self._copies.keep({**fonts, "XObject": objects} if objects else fonts)

    def of(self, pdf: bytes, password: str | None, name: str) -> list[Sheet]:
        """Return the sheets of a handout; ``name`` names it in messages.

        Raises:
            ContentError: if it is damaged, its password is another, or it is not ours.
        """
        try:
            return self._of(pdf, password, name)
        except _DAMAGED:
            raise ContentError(
                f"{name} is damaged", "make it again: remove it and use --resume"
            ) from None

    def _of(self, pdf: bytes, password: str | None, name: str) -> list[Sheet]:
        parts = None if password else parts_of(pdf, self._digest)
        kind = self._kinds.get(parts.shared) if parts else None
        sheets = self._of_kind(kind, parts) if parts and kind else None
        if sheets is not None:
            return sheets
        with open_pdf(pdf, password, name) as opened:
            if parts and kind is None:
                kind = kind_of(opened, parts, self._reader, self._copies)
                if kind is not None:
                    self._kinds.put(parts.shared, kind)
                    sheets = self._of_kind(kind, parts)
            return sheets or self._of_any(opened)

    def _of_kind(self, kind: Kind, parts: Parts) -> list[Sheet] | None:
        """Write what is a handout's own; return None if it is built otherwise than its kind."""
        own = self._own.own_of(kind, parts)
        if own is None:
            return None
        more = [b"/%s " % name.encode() for name in own.fonts.keys() - kind.fonts.keys()]
        refs = {
            number: self._words(parts.shared, piece, own.fonts, more)
            for number, piece in own.words.items()
        }
        images = entries({name: self._file.copy(body) for name, body in own.images.items()})
        body = b"<</Font %d 0 R/XObject <<%s%s>>>>" % (self._fonts.number, kind.pictures, images)
        resources = self._file.add(Raw(body)) if images else self._copies.keep(Raw(body))
        return [
            Sheet(
                leaf.size,
                leaf.contents % tuple([refs[number].number for number in leaf.own]),
                resources,
            )
            for leaf in kind.leaves
        ]

    def _words(self, kind: bytes, piece: Piece, fonts: Fonts, more: Collection[bytes]) -> Ref:
        """Write words; what others of a ``kind`` have too, as a clinician's name, is written once.

        ``more``: how content calls fonts that not all of the kind have.
        """
        known = self._written.get((kind, piece.data))
        if known is None:
            code = piece.code
            known = self._content(recoded(code, fonts))
            if not any(font in code for font in more):
                self._written.put((kind, piece.data), known)
        return known

    def _content(self, code: bytes) -> Ref:
        # What is long is the same for many: the dates of a grid.
        if len(code) >= _LONG:
            return self._copies.content(code)
        return self._file.copy(plain_stream(code))

    def _of_any(self, opened: pikepdf.Pdf) -> list[Sheet]:
        """Write all pages of a handout."""
        known: dict[int, tuple[Fonts, Ref]] = {}
        sheets = []
        for page in opened.pages:
            resources = page.obj.get("/Resources", pikepdf.Dictionary())
            number = resources.objgen[0]
            if not number or number not in known:
                known[number] = self._read(resources)
            fonts, written = known[number]
            content = self._content(recoded(_code(page), fonts))
            sheets.append(Sheet(size_of(page), reference(content), written))
        if not sheets:
            raise foreign()
        return sheets

    def _read(self, resources: pikepdf.Object) -> tuple[Fonts, Ref]:
        """Return the fonts of resources, and equal resources of the run."""
        objects = {
            name.lstrip("/"): self._copies.picture(value)
            for name, value in resources.get("/XObject", pikepdf.Dictionary()).items()
        }
        return self._reader.fonts_of(resources), self.resources(objects)


def _code(page: pikepdf.Page) -> bytes:
    contents = page.obj.get("/Contents", pikepdf.Array())
    parts = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    if not all(isinstance(part, pikepdf.Stream) for part in parts):
        raise foreign()
    return b"\n".join(bytes(part.read_bytes()) for part in parts)
