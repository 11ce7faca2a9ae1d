"""A handout that was laid out once → the same handout for other patients: a plate and its stamp.

A plate holds the finished bytes of all that is the same, and where the patient's own stands. It
never changes, and remembers only what many patients share (`handouts.pdf.own`): nothing of one
patient can reach the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from handouts.compose.text import days_among
from handouts.layout.words import SetLine
from handouts.pdf.base import Base, Block, Completed, Sealed, block_of, plain_stream
from handouts.pdf.lettering import NoRoom, Setting, Shape
from handouts.pdf.letters import Code
from handouts.pdf.overflow import Overflow
from handouts.pdf.own import Group, Own, grouped, letterings_of, names_of

_FONTS = b"<</Font <<"


class Announced(Struct, frozen=True):
    """What a file says of itself, cut where the patient's token stands.

    ``number`` is that of its object.
    """

    number: int
    parts: tuple[bytes, ...]

    def marked(self, token: str | None) -> bytes:
        """Return it with a patient's token."""
        return (token or "").encode("ascii").join(self.parts)


class Plate(Sealed, frozen=True, dict=True):
    """A prepared handout.

    ``own``: objects by number with what each is; ``resources``: the number and bytes of the
    pages' resources; ``letters``: the codes of shared characters beyond the fonts' base.
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
    def values(self) -> frozenset[str]:
        """The names of all that may differ."""
        return frozenset(name for _, own in self.own for name in names_of(own))

    @property
    def days(self) -> int:
        """How many days its tracking grid has dates for."""
        return days_among(self.values)

    @property
    def is_open(self) -> bool:
        """Whether another patient's words may find room: nothing was shrunk or cut short."""
        return all(part.shape.is_open for _, own in self.own for part in letterings_of(own))

    def stamp(self, setting: Setting, token: str | None) -> Completed:
        """Return the handout of a patient: the bytes that laying it out would give.

        Raises:
            NoRoom: if the patient's words do not keep the shape of what was laid out.
            ContentError: for a letter no font has.
        """
        known = {group: group.known(setting.values) for group in self._groups}
        for group, done in known.items():
            if done is None and not all(map(setting.has_room, group.shapes)):
                raise NoRoom
        return self._complete(known, setting.values, token, setting.lines)

    def complete(
        self,
        lines: Mapping[Shape, Sequence[SetLine]],
        values: Mapping[str, str],
        token: str | None,
    ) -> Completed:
        """Return the handout with the lines that were set in each shape, and what is said."""
        known = dict.fromkeys(self._groups)
        return self._complete(known, values, token, lines.__getitem__)

    @cached_property
    def _groups(self) -> tuple[Group, ...]:
        return grouped(self.own)

    def _complete(
        self,
        known: Mapping[Group, Block | None],
        values: Mapping[str, str],
        token: str | None,
        lines_of: Callable[[Shape], Sequence[SetLine]],
    ) -> Completed:
        shapes = [shape for group, done in known.items() if done is None for shape in group.shapes]
        lines = {shape: lines_of(shape) for shape in shapes}
        overflow = Overflow(self.letters, self.base.size)
        blocks = []
        for group, done in known.items():
            before = overflow.count
            block = group.made(values, token, lines, overflow.encode) if done is None else done
            # What shows letters of a patient's own fonts is nobody else's.
            if done is None and group.shared and overflow.count == before:
                group.keep(values, block)
            blocks.append(block)
        extra, fonts = overflow.fonts()
        objects = [(self.info.number, self.info.marked(token))]
        if self.metadata is not None:
            packet = self.metadata.marked(token)
            about = b"/Type /Metadata/Subtype /XML"
            objects.append((self.metadata.number, plain_stream(packet, about)))
        if fonts:
            number, resources = self.resources
            objects.append((number, _FONTS + extra + resources.removeprefix(_FONTS)))
        return self.base.complete([*blocks, block_of([*objects, *fonts])])
