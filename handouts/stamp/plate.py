"""Stamp a handout that was laid out once for other patients.

A plate holds the finished bytes of all that is the same, and where the patient's own stands. It
never changes, and remembers only what many patients share (`handouts.stamp.values`): nothing of one
patient can reach the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from handouts.compose.runs import Run, days_among
from handouts.model.base import Sealed
from handouts.pdf.objects import plain_stream
from handouts.pdf.slot import Code, SlotShape
from handouts.stamp.update import Base, Completed, ObjectBlock, block_of
from handouts.stamp.values import Group, Overflow, Variable, grouped, names_of, slots_of
from handouts.text.setting import Measured
from handouts.text.words import FaceOf, SetLine, broken, line_of, lines_of, width_of, words_of

_FONTS = b"<</Font <<"


class NoRoom(ValueError):
    """A text does not keep the shape of its slot: the handout has to be laid out for it."""


class Setting:
    """A patient's values as they are set in slots; what several plates ask for is done once."""

    def __init__(self, values: Mapping[str, str], face_of: FaceOf, *, rtl: bool = False) -> None:
        self.values, self._face_of, self._rtl = values, face_of, rtl
        self._known: dict[tuple[tuple[Run, ...], float, bool], Measured] = {}

    def lines(self, shape: SlotShape) -> tuple[SetLine, ...]:
        """Break the text of a slot as it was broken when its plate was laid out.

        Raises:
            NoRoom: if it does not keep the slot's shape.
            KeyError: for a value that the patient does not have.
        """
        words, width = self._measured(shape)
        if shape.lines == 1:
            low, high = shape.room
            if not low < width <= high:
                raise NoRoom
            return (line_of(words),)
        if not shape.measure or any(word.width > shape.measure for word in words):
            raise NoRoom
        lines = broken(words, shape.measure)
        if len(lines) != shape.lines:
            raise NoRoom
        return lines_of(lines)

    def _measured(self, shape: SlotShape) -> Measured:
        key = (shape.runs, shape.size, shape.bold)
        found = self._known.get(key)
        if found is None:
            runs = tuple(
                run.saying(self.values[run.variable]) if run.variable else run for run in shape.runs
            )
            words = words_of(runs, self._face_of, shape.size, bold=shape.bold, rtl=self._rtl)
            found = self._known[key] = words, width_of(words)
        return found


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

    ``variables``: objects by number with what each is; ``resources``: the number and bytes of the
    pages' resources; ``letters``: the codes of shared characters beyond the fonts' base.
    """

    base: Base
    variables: tuple[tuple[int, Variable], ...]
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
        return frozenset(name for _, variable in self.variables for name in names_of(variable))

    @property
    def days(self) -> int:
        """How many days its tracking grid has dates for."""
        return days_among(self.values)

    @property
    def is_open(self) -> bool:
        """Whether another patient's words may find room: nothing was shrunk or cut short."""
        return all(
            part.shape.is_open for _, variable in self.variables for part in slots_of(variable)
        )

    def stamp(self, setting: Setting, token: str | None) -> Completed:
        """Return the handout of a patient: the bytes that laying it out would give.

        Raises:
            NoRoom: if the patient's words do not keep the shape of what was laid out.
            ContentError: for a letter no font has.
        """
        known = {group: group.cached(setting.values) for group in self._groups}
        return self._complete(known, setting.values, token, setting.lines)

    def complete(
        self,
        lines: Mapping[SlotShape, Sequence[SetLine]],
        values: Mapping[str, str],
        token: str | None,
    ) -> Completed:
        """Return the handout with the lines that were set in each shape, and what is said."""
        known = dict.fromkeys(self._groups)
        return self._complete(known, values, token, lines.__getitem__)

    @cached_property
    def _groups(self) -> tuple[Group, ...]:
        return grouped(self.variables)

    def _complete(
        self,
        known: Mapping[Group, ObjectBlock | None],
        values: Mapping[str, str],
        token: str | None,
        lines_of: Callable[[SlotShape], Sequence[SetLine]],
    ) -> Completed:
        shapes = [shape for group, done in known.items() if done is None for shape in group.shapes]
        lines = {shape: lines_of(shape) for shape in shapes}
        overflow = Overflow(self.letters, self.base.size)
        blocks = []
        for group, done in known.items():
            before = overflow.count
            block = group.make(values, token, lines, overflow.encode) if done is None else done
            # What shows letters of a patient's own fonts is nobody else's.
            if done is None and group.shared and overflow.count == before:
                group.cache(values, block)
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
