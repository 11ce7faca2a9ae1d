"""A handout that was laid out once → the same handout for other patients: a plate and its stamp.

A plate holds the finished bytes of all that is the same, and where the patient's own stands. It
never changes: nothing of one patient can reach the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from operator import itemgetter

from msgspec import Struct

from handouts.layout.words import FaceOf, SetLine
from handouts.pdf.base import Base, Completed, plain_stream
from handouts.pdf.lettering import Lettering, Shape
from handouts.pdf.matrix import Bits, bits_of, codes_of, stencil_code
from handouts.pdf.overflow import overflow
from handouts.records import Sealed

Code = tuple[str, str]
"""A font resource and the inside of a literal string."""


class OwnCode(Struct, frozen=True, tag=True):
    """A code for cameras: its words before the token."""

    prefix: str


Own = Lettering | OwnCode
"""What another patient has another of: a piece of a page, or an image."""

_RESOURCE = itemgetter(0)
_FONTS = b"<</Font <<"


class Announced(Struct, frozen=True):
    """What a file says of itself, cut where the token stands; ``number`` is its object."""

    number: int
    parts: tuple[bytes, ...]

    def with_token(self, token: str | None) -> bytes:
        """Return it with a token."""
        return (token or "").encode("ascii").join(self.parts)


class _Font(Struct, frozen=True):
    """One font of a face: its resource, its letters, and their literals by code point."""

    resource: str
    letters: frozenset[str]
    literals: Mapping[int, str]

    @classmethod
    def of(cls, codes: Mapping[str, Code]) -> _Font:
        resource, _ = Counter(resource for resource, _ in codes.values()).most_common(1)[0]
        held = {char: literal for char, (found, literal) in codes.items() if found == resource}
        return cls(resource, frozenset(held), {ord(char): code for char, code in held.items()})

    def has(self, text: str) -> bool:
        return self.letters.issuperset(text)


class Plate(Sealed, frozen=True, dict=True):
    """A prepared handout.

    ``own``: streams by number with what each is; ``resources``: the number and bytes of the
    pages' resources; ``letters``: the codes of characters in the fonts that are shared.
    """

    base: Base
    own: tuple[tuple[int, Own], ...]
    info: Announced
    metadata: Announced | None
    resources: tuple[int, bytes]
    letters: Mapping[str, Mapping[str, Code]]
    pages: int
    code: str
    language: str

    @cached_property
    def _shapes(self) -> tuple[Shape, ...]:
        shapes = (own.shape for _, own in self.own if isinstance(own, Lettering))
        return tuple(dict.fromkeys(shapes))

    @cached_property
    def _places(self) -> tuple[tuple[int, Own, int], ...]:
        """Each own stream with its number, and the number of its shape."""
        known = {shape: index for index, shape in enumerate(self._shapes)}
        return tuple(
            (number, own, known[own.shape] if isinstance(own, Lettering) else -1)
            for number, own in self.own
        )

    @property
    def is_open(self) -> bool:
        """Whether another patient's words may find room: nothing was shrunk or cut short."""
        return all(shape.is_open for shape in self._shapes)

    def stamp(self, values: Mapping[str, str], token: str | None, face_of: FaceOf) -> Completed:
        """Return the handout of a patient: the bytes that laying it out would give.

        ``values``: the patient's own words by the name of their field.

        Raises:
            NoRoom: if they do not keep the shape of what was laid out.
            ContentError: for a letter no font has.
        """
        lines = [shape.set(shape.runs_with(values), face_of) for shape in self._shapes]
        return self._complete(lines, token)

    def complete(self, lines: Mapping[Shape, Sequence[SetLine]], token: str | None) -> Completed:
        """Return the handout with the lines that were set in each shape."""
        return self._complete([lines[shape] for shape in self._shapes], token)

    @cached_property
    def _first(self) -> Mapping[str, _Font]:
        """Of each face the font that holds most of its letters."""
        return {face: _Font.of(codes) for face, codes in self.letters.items()}

    def _complete(self, lines: Sequence[Sequence[SetLine]], token: str | None) -> Completed:
        codes, extra, fonts = overflow(_pieces(lines), self.letters, self.base.size)

        def encode(face: str, text: str) -> list[Code]:
            first = self._first.get(face)
            if first is not None and first.has(text):
                return [(first.resource, text.translate(first.literals))]
            known = codes[face]
            return [
                (resource, "".join([code[1] for code in run]))
                for resource, run in groupby([known[char] for char in text], _RESOURCE)
            ]

        objects = [
            (
                number,
                stencil_code(code_bits(own.prefix, token or ""))
                if isinstance(own, OwnCode)
                else plain_stream(own.operators(lines[shape], encode)),
            )
            for number, own, shape in self._places
        ]
        objects.append((self.info.number, self.info.with_token(token)))
        if self.metadata is not None:
            packet = self.metadata.with_token(token)
            about = b"/Type /Metadata/Subtype /XML"
            objects.append((self.metadata.number, plain_stream(packet, about)))
        if fonts:
            number, resources = self.resources
            objects.append((number, _FONTS + extra + resources.removeprefix(_FONTS)))
        return self.base.complete([*objects, *fonts])


def _pieces(blocks: Iterable[Sequence[SetLine]]) -> set[tuple[str, str]]:
    """Every face with the text that is set in it."""
    return {
        (piece.face.name, piece.text)
        for lines in blocks
        for line in lines
        for _, piece in line.pieces
    }


def code_bits(prefix: str, token: str) -> Bits:
    """Return the code of a prefix and a token, in the quickest way there is."""
    try:
        return codes_of(prefix, len(token)).bits(token)
    except ValueError:
        return bits_of(prefix + token)
