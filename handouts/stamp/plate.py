"""Stamp a handout, which was laid out once, for other patients.

A plate has the finished bytes that all patients share, and the slots for a patient's values. It
never changes, and caches only values that many patients share (`handouts.stamp.values`). So nothing
of one patient can reach the next.
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
from handouts.stamp.values import Group, PatientEncoder, Variable, grouped, names_of, slots_of
from handouts.text.setting import Measured
from handouts.text.words import FaceOf, SetLine, broken, line_of, lines_of, width_of, words_of

_FONTS = b"<</Font <<"


class NoRoom(ValueError):
    """A text does not fit the shape of its slot, so its handout must be laid out."""


class Setting:
    """A patient's values, set for slots; words that several plates ask for are measured once."""

    def __init__(self, values: Mapping[str, str], face_of: FaceOf, *, rtl: bool = False) -> None:
        self.values, self._face_of, self._rtl = values, face_of, rtl
        self._known: dict[tuple[tuple[Run, ...], float, bool], Measured] = {}

    def lines(self, shape: SlotShape) -> tuple[SetLine, ...]:
        """Break the text of a slot as it was broken when its plate was laid out.

        Raises:
            NoRoom: if it does not fit the slot's shape.
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


class MetadataTemplate(Struct, frozen=True):
    """Metadata of a file, cut at the places of the patient's token.

    ``number`` is the number of its object.
    """

    number: int
    parts: tuple[bytes, ...]

    def marked(self, token: str | None) -> bytes:
        """Return the metadata with a patient's token."""
        return (token or "").encode("ascii").join(self.parts)


class Plate(Sealed, frozen=True, dict=True):
    """A prepared handout, ready to stamp.

    ``variables`` are the numbers of the objects that differ by patient, and their content.
    ``resources`` is the number and the bytes of the pages' resources. ``letters`` are the codes of
    shared characters beyond the fonts' base.
    """

    base: Base
    variables: tuple[tuple[int, Variable], ...]
    info: MetadataTemplate
    metadata: MetadataTemplate | None
    resources: tuple[int, bytes]
    letters: Mapping[str, Mapping[str, Code]]
    pages: int
    code: str
    language: str

    @cached_property
    def values(self) -> frozenset[str]:
        """The names of all values that differ by patient."""
        return frozenset(name for _, variable in self.variables for name in names_of(variable))

    @property
    def days(self) -> int:
        """The number of days with dates in its tracking grid."""
        return days_among(self.values)

    @property
    def is_open(self) -> bool:
        """Whether another patient's words may fit: nothing was shrunk or cut short."""
        return all(
            part.shape.is_open for _, variable in self.variables for part in slots_of(variable)
        )

    def stamp(self, setting: Setting, token: str | None) -> Completed:
        """Return the handout of a patient, with the same bytes as if it were laid out.

        Raises:
            NoRoom: if the patient's words do not fit the shapes of the slots.
            ContentError: for a letter that no font has.
        """
        known = {group: group.cached(setting.values) for group in self._groups}
        return self._complete(known, setting.values, token, setting.lines)

    def complete(
        self,
        lines: Mapping[SlotShape, Sequence[SetLine]],
        values: Mapping[str, str],
        token: str | None,
    ) -> Completed:
        """Return the handout with the lines set in each shape, and values for spoken words."""
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
        encoder = PatientEncoder(self.letters, self.base.size)
        blocks = []
        for group, done in known.items():
            before = encoder.count
            block = group.make(values, token, lines, encoder.encode) if done is None else done
            # Do not cache objects with letters from this patient's own fonts.
            if done is None and group.shared and encoder.count == before:
                group.cache(values, block)
            blocks.append(block)
        extra, fonts = encoder.fonts()
        objects = [(self.info.number, self.info.marked(token))]
        if self.metadata is not None:
            packet = self.metadata.marked(token)
            about = b"/Type /Metadata/Subtype /XML"
            objects.append((self.metadata.number, plain_stream(packet, about)))
        if fonts:
            number, resources = self.resources
            objects.append((number, _FONTS + extra + resources.removeprefix(_FONTS)))
        return self.base.complete([*blocks, block_of([*objects, *fonts])])
