"""Turn a finished handout of a known kind into what is its own: words, images and rare letters."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pikepdf

from handouts.deliver.kinds import Fonts, Kind
from handouts.deliver.parts import Parts, inflated, stream_of
from handouts.deliver.recent import Recent
from handouts.deliver.recode import FontReader
from handouts.pdf.base import DEFLATED

_REFERENCE = re.compile(rb"(\d+) 0 R\b")
_KEPT = 512
"""Sets of fonts for rare letters that are remembered: names of one country need the same."""


class Piece(NamedTuple):
    """The data of a stream of content. Only what many handouts share is ``deflated``."""

    data: bytes
    deflated: bool

    @property
    def code(self) -> bytes:
        """The content.

        Raises:
            ValueError: if the data are damaged.
        """
        if not self.deflated:
            return self.data
        try:
            return zlib.decompress(self.data)
        except zlib.error:
            raise ValueError("a stream that cannot be read") from None


@dataclass(frozen=True, slots=True)
class Own:
    """What a handout has of its own: fonts, content by its number, whole images by name."""

    fonts: Fonts
    words: Mapping[int, Piece]
    images: Mapping[str, bytes]


class OwnReader:
    """Reads handouts whose kind is known."""

    def __init__(self, reader: FontReader) -> None:
        self._reader = reader
        self._known: Recent[bytes, Fonts] = Recent(_KEPT)

    def own_of(self, kind: Kind, parts: Parts) -> Own | None:
        """Return what is a handout's own, None if that is more than a kind allows.

        Raises:
            ContentError: for a font that is not ours.
        """
        expected = kind.words.union(kind.images.values())
        if not expected <= parts.own.keys():
            return None
        words: dict[int, Piece] = {}
        images: dict[str, bytes] = {}
        for number in kind.words:
            entries, data = stream_of(parts.own[number])
            if entries not in (b"", DEFLATED):
                return None
            words[number] = Piece(data, deflated=entries == DEFLATED)
        for name, number in kind.images.items():
            images[name] = parts.own[number]
            entries, _ = stream_of(images[name])
            if not entries or _REFERENCE.search(entries):
                return None
        more = parts.own.keys() - expected - kind.silent
        fonts = self._fonts_of(kind, parts, more) if more else kind.fonts
        return None if fonts is None else Own(fonts, words, images)

    def _fonts_of(self, kind: Kind, parts: Parts, more: Collection[int]) -> Fonts | None:
        """Return the shared fonts and those for letters which they lack."""
        if any(number < parts.first and number != kind.resources for number in more):
            return None
        digest = hashlib.sha256(parts.shared)
        for number in sorted(more):
            digest.update(b"%d %d " % (number, len(parts.own[number])))
            digest.update(parts.own[number])
        key = digest.digest()
        known = self._known.get(key)
        if known is None:
            known = self._read(kind, parts)
            if known is not None:
                self._known.put(key, known)
        return known

    def _read(self, kind: Kind, parts: Parts) -> Fonts | None:
        resources = _parsed(parts.own.get(kind.resources))
        fonts, pictures = _numbers(resources, "/Font"), _numbers(resources, "/XObject")
        if pictures != kind.pictures_at or not kind.fonts_at.items() <= fonts.items():
            return None
        made = dict(kind.fonts)
        for name in fonts.keys() - kind.fonts_at.keys():
            font = _parsed(parts.own.get(fonts[name]))
            characters = inflated(parts.own.get(_whole(font.get("/ToUnicode")), b""))
            if characters is None:
                return None
            made[name] = self._reader.subset(str(font.get("/BaseFont")), characters)
        return made


def _parsed(body: bytes | None) -> pikepdf.Object:
    """Read a dictionary in which references become numbers."""
    found = pikepdf.Object.parse(_REFERENCE.sub(rb"\1", body or b"null"))
    return found if isinstance(found, pikepdf.Dictionary) else pikepdf.Dictionary()


def _numbers(resources: pikepdf.Object, kind: str) -> dict[str, int]:
    values = resources.get(kind, pikepdf.Dictionary())
    return {name.lstrip("/"): _whole(value) for name, value in values.items()}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
