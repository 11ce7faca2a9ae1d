"""Turn a patient's values into the objects of a file that are the patient's own."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from msgspec import Struct

from handouts.compose.runs import sources_of
from handouts.pdf.fonts import FontBook
from handouts.pdf.objects import DEFLATED, plain_stream, text_string
from handouts.pdf.pdf_document import PdfDocument
from handouts.pdf.pictures import qr_image
from handouts.pdf.slot import (
    Code,
    Encode,
    Lettering,
    Slot,
    SlotShape,
    VariableText,
    as_strings,
    base_codes,
    shown_in_base,
)
from handouts.stamp.update import ObjectBlock, block_of
from handouts.text.faces import in_family
from handouts.text.words import SetLine

Codes = Mapping[str, Mapping[str, Code]]
Fonts = tuple[tuple[int, bytes], ...]


class Overflow:
    """The codes of one patient's words: those of a plate's fonts, and of more fonts as needed.

    What is asked for is what the fonts are made of: nobody has to say beforehand what will be
    shown. ``letters`` are the codes that the plate has beyond the base, ``first`` is the number of
    the first object that may be added.
    """

    def __init__(self, letters: Codes, first: int) -> None:
        self._letters, self._first = letters, first
        self._book: FontBook | None = None
        self.count = 0
        """How often a letter was shown that the plate's fonts lack."""

    def encode(self, face: str, text: str) -> Sequence[Lettering]:
        """Return pieces of text: font resources, and operators that show it in these.

        Raises:
            UnknownGlyph: for a character that the face lacks.
        """
        shown = shown_in_base(face, text)
        if shown is not None:
            return shown
        if not in_family(face):
            return self._more_fonts().encode(face, text)
        base, more = base_codes(face), self._letters.get(face, {})
        return as_strings(
            [base.get(char) or more.get(char) or self._further_code(face, char) for char in text]
        )

    def _further_code(self, face: str, char: str) -> Code:
        (code,) = self._more_fonts().letters(face, char)
        return code

    def _more_fonts(self) -> FontBook:
        if self._book is None:
            self._book = FontBook(PdfDocument(self._first), "P")
        self.count += 1
        return self._book

    def fonts(self) -> tuple[bytes, Fonts]:
        """Return entries for resources, and the objects of the fonts."""
        if self._book is None:
            return b"", ()
        named = self._book.resources()
        entries = b"".join(
            b"/%s %d 0 R" % (name.encode(), ref.number) for name, ref in named.items()
        )
        bodies = self._book.document.bodies()
        return entries, tuple((number, body) for number, body, _ in bodies)


_MOST_CACHED = 32
"""Sets of values that a group remembers: start dates of some weeks, clinicians of a clinic."""
_LONG = 400
"""Bytes from which content that patients share is compressed."""


class VariableCode(Struct, frozen=True):
    """A code for cameras: its words before what is the patient's own."""

    prefix: str


class VariableSpeech(Struct, frozen=True):
    """Words that are said in place of what is shown, by the name of the value."""

    value: str


Variable = VariableText | VariableCode | VariableSpeech
"""What another patient has another of: a piece of a page, an image, or words that are heard."""


class Group:
    """Objects that depend on the same values. ``shared``: those of many patients are the same."""

    def __init__(self, variables: Sequence[tuple[int, Variable]], *, shared: bool) -> None:
        self._variables, self.shared = variables, shared
        slots = [part for _, variable in variables for part in slots_of(variable)]
        self.shapes = tuple(dict.fromkeys(part.shape for part in slots))
        # The first name twice: of a single one itemgetter gives no tuple.
        names = sorted({name for _, variable in variables for name in names_of(variable)})
        self._key = itemgetter(*names, *names[:1]) if shared else None
        self._cache: dict[tuple[str, ...], ObjectBlock] = {}

    def cached(self, values: Mapping[str, str]) -> ObjectBlock | None:
        """Return the objects for a patient's values if they are cached.

        Raises:
            KeyError: for a value that the patient does not have.
        """
        return self._cache.get(self._key(values)) if self._key else None

    def make(
        self,
        values: Mapping[str, str],
        token: str | None,
        lines: Mapping[SlotShape, Sequence[SetLine]],
        encode: Encode,
    ) -> ObjectBlock:
        """Return the objects for a patient's values; ``lines``: what is set in each shape."""
        objects = []
        for number, variable in self._variables:
            match variable:
                case VariableText():
                    body = self._stream(variable.operators(lines, encode))
                case VariableSpeech():
                    body = text_string(values[variable.value])
                case VariableCode():
                    body = qr_image(variable.prefix + (token or ""))
            objects.append((number, body))
        return block_of(objects)

    def _stream(self, code: bytes) -> bytes:
        if self.shared and len(code) > _LONG:
            return plain_stream(zlib.compress(code), DEFLATED)
        return plain_stream(code)

    def cache(self, values: Mapping[str, str], block: ObjectBlock) -> None:
        """Cache the objects for a patient's values, if others have the same."""
        if self._key is not None:
            if len(self._cache) == _MOST_CACHED:
                self._cache.clear()
            self._cache[self._key(values)] = block


def grouped(variables: Iterable[tuple[int, Variable]]) -> tuple[Group, ...]:
    """Return groups of objects: first what differs between all patients."""
    groups: dict[tuple[str, ...], list[tuple[int, Variable]]] = {(): []}
    for number, variable in variables:
        groups.setdefault(sources_of(names_of(variable)), []).append((number, variable))
    return tuple(Group(owned, shared=bool(sources)) for sources, owned in groups.items())


def names_of(variable: Variable) -> Iterator[str]:
    """Yield the names of the values that something depends on."""
    if isinstance(variable, VariableSpeech):
        yield variable.value
    for slot in slots_of(variable):
        yield from slot.shape.values


def slots_of(variable: Variable) -> Iterator[Slot]:
    """Yield the slots of a piece of a page."""
    if isinstance(variable, VariableText):
        yield from variable.slots
