"""A patient's values → the objects of a file that are the patient's own, by groups.

What differs between all patients is made for each; what depends on a start date or a clinician
alone is the same for many, and remembered.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from msgspec import Struct

from handouts.compose.text import sources_of
from handouts.layout.words import SetLine
from handouts.pdf.base import DEFLATED, Block, block_of, plain_stream
from handouts.pdf.lettering import Encode, Lettering, OwnText, Shape
from handouts.pdf.matrix import code_of, stencil_code
from handouts.pdf.objects import text_string

_KEPT = 32
"""Sets of values that a group remembers: start dates of some weeks, clinicians of a clinic."""
_LONG = 400
"""Bytes from which content that patients share is compressed."""


class OwnCode(Struct, frozen=True, tag=True):
    """A code for cameras: its words before what is the patient's own."""

    prefix: str


class OwnSaid(Struct, frozen=True, tag=True):
    """Words that are said in place of what is shown, by the name of the value."""

    value: str


Own = OwnText | OwnCode | OwnSaid
"""What another patient has another of: a piece of a page, an image, or words that are heard."""


class Group:
    """Objects that depend on the same values. ``shared``: those of many patients are the same."""

    def __init__(self, owns: Sequence[tuple[int, Own]], *, shared: bool) -> None:
        self._owns, self.shared = owns, shared
        letterings = [part for _, own in owns for part in letterings_of(own)]
        self.shapes = tuple(dict.fromkeys(part.shape for part in letterings))
        # A second one, so that what is got is a tuple of values.
        names = sorted({name for _, own in owns for name in names_of(own)})
        self._key = itemgetter(*names, *names[:1]) if shared else None
        self._kept: dict[tuple[str, ...], Block] = {}

    def known(self, values: Mapping[str, str]) -> Block | None:
        """Return the objects for a patient's values if they were made before.

        Raises:
            KeyError: for a value the patient has not.
        """
        return self._kept.get(self._key(values)) if self._key else None

    def made(
        self,
        values: Mapping[str, str],
        token: str | None,
        lines: Mapping[Shape, Sequence[SetLine]],
        encode: Encode,
    ) -> Block:
        """Return the objects for a patient's values; ``lines``: what is set in each shape."""
        objects = []
        for number, own in self._owns:
            match own:
                case OwnText():
                    body = self._stream(own.operators(lines, encode))
                case OwnSaid():
                    body = text_string(values[own.value])
                case OwnCode():
                    body = stencil_code(code_of(own.prefix, token or ""))
            objects.append((number, body))
        return block_of(objects)

    def _stream(self, code: bytes) -> bytes:
        if self.shared and len(code) > _LONG:
            return plain_stream(zlib.compress(code), DEFLATED)
        return plain_stream(code)

    def keep(self, values: Mapping[str, str], block: Block) -> None:
        """Remember the objects for a patient's values, if others have the same."""
        if self._key is not None:
            if len(self._kept) == _KEPT:
                self._kept.clear()
            self._kept[self._key(values)] = block


def grouped(owns: Iterable[tuple[int, Own]]) -> tuple[Group, ...]:
    """Return groups of objects: first what differs between all patients."""
    groups: dict[tuple[str, ...], list[tuple[int, Own]]] = {(): []}
    for number, own in owns:
        groups.setdefault(sources_of(names_of(own)), []).append((number, own))
    return tuple(Group(owned, shared=bool(sources)) for sources, owned in groups.items())


def names_of(own: Own) -> Iterator[str]:
    """Yield the names of the values that something depends on."""
    if isinstance(own, OwnSaid):
        yield own.value
    for lettering in letterings_of(own):
        yield from lettering.shape.values


def letterings_of(own: Own) -> Iterator[Lettering]:
    """Yield the slots of a piece of a page."""
    if isinstance(own, OwnText):
        yield from own.letterings
