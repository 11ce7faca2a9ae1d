"""Stamp a handout, which was laid out once, for other patients.

A plate has the finished bytes that all patients share, and the slots for a patient's values, which
become the objects of the file that differ by patient. It never changes, and caches only values that
many patients share (`Group`). So nothing of one patient can reach the next.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter

from msgspec import Struct

from handouts.compose.runs import Run, days_among, sources_of
from handouts.model.base import Sealed
from handouts.pdf.fonts import Codes, FontBook
from handouts.pdf.objects import DEFLATED, plain_stream, text_string
from handouts.pdf.pictures import qr_image
from handouts.pdf.slot import Encode, Slot, SlotShape, VariableText
from handouts.stamp.update import Base, Completed, ObjectBlock, block_of
from handouts.text.faces import Fonts
from handouts.text.setting import Measured
from handouts.text.words import SetLine, broken, line_of, lines_of, width_of, words_of

# -- a patient's values as objects

_MOST_CACHED = 32
"""The most sets of values that a group caches: start dates of some weeks, or clinicians."""
_LONG = 400
"""Shared content with more bytes than this is compressed."""


class VariableQrCode(Struct, frozen=True):
    """A QR code; ``prefix`` is its content before the patient's token."""

    prefix: str


class VariableSpeech(Struct, frozen=True):
    """Words that are read instead of the printed ones, by the name of the value."""

    value: str


Variable = VariableText | VariableQrCode | VariableSpeech
"""An object that differs by patient: a piece of a page, a QR code, or spoken words."""


class Group:
    """Objects that depend on the same values. ``shared``: many patients have the same ones."""

    def __init__(self, variables: Sequence[tuple[int, Variable]], *, shared: bool) -> None:
        self._variables, self.shared = variables, shared
        slots = [part for _, variable in variables for part in slots_of(variable)]
        self.shapes = tuple(dict.fromkeys(part.shape for part in slots))
        # Repeat the first name, because with a single one itemgetter does not return a tuple.
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
        """Return the objects for a patient's values; ``lines`` are those set in each shape."""
        objects = []
        for number, variable in self._variables:
            match variable:
                case VariableText():
                    body = self._stream(variable.operators(lines, encode))
                case VariableSpeech():
                    body = text_string(values[variable.value])
                case VariableQrCode():
                    body = qr_image(variable.prefix + (token or ""))
            objects.append((number, body))
        return block_of(objects)

    def _stream(self, code: bytes) -> bytes:
        if self.shared and len(code) > _LONG:
            return plain_stream(zlib.compress(code), DEFLATED)
        return plain_stream(code)

    def cache(self, values: Mapping[str, str], block: ObjectBlock) -> None:
        """Cache the objects for a patient's values, if other patients share them."""
        if self._key is not None:
            if len(self._cache) == _MOST_CACHED:
                self._cache.clear()
            self._cache[self._key(values)] = block


def grouped(variables: Iterable[tuple[int, Variable]]) -> tuple[Group, ...]:
    """Return groups of objects, the first for objects that no other patient shares."""
    groups: dict[tuple[str, ...], list[tuple[int, Variable]]] = {(): []}
    for number, variable in variables:
        groups.setdefault(sources_of(names_of(variable)), []).append((number, variable))
    return tuple(Group(owned, shared=bool(sources)) for sources, owned in groups.items())


def names_of(variable: Variable) -> Iterator[str]:
    """Yield the names of the values that an object depends on."""
    if isinstance(variable, VariableSpeech):
        yield variable.value
    for slot in slots_of(variable):
        yield from slot.shape.values


def slots_of(variable: Variable) -> Iterator[Slot]:
    """Yield the slots of a piece of a page."""
    if isinstance(variable, VariableText):
        yield from variable.slots


# -- the plate

_FONTS = b"<</Font <<"


class NoRoom(ValueError):
    """A text does not fit the shape of its slot, so its handout must be laid out."""


class Setting:
    """A patient's values, set for slots; words that several plates ask for are measured once."""

    def __init__(self, values: Mapping[str, str], fonts: Fonts) -> None:
        self.values, self._fonts = values, fonts
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
            words = words_of(runs, self._fonts, shape.size, bold=shape.bold)
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
    shared characters beyond the fonts' base. ``lacks_value``: a value of its patient, for which
    there was no room, is on no page.
    """

    base: Base
    variables: tuple[tuple[int, Variable], ...]
    info: MetadataTemplate
    metadata: MetadataTemplate | None
    resources: tuple[int, bytes]
    letters: Codes
    pages: int
    code: str
    language: str
    lacks_value: bool

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
        """Whether another patient's words may fit: nothing was shrunk, cut short or left out."""
        return not self.lacks_value and all(
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
        fonts = FontBook(self.base.size, "P", self.letters)
        blocks = []
        for group, done in known.items():
            before = fonts.further
            block = group.make(values, token, lines, fonts.encode) if done is None else done
            # Do not cache objects with letters from this patient's own fonts.
            if done is None and group.shared and fonts.further == before:
                group.cache(values, block)
            blocks.append(block)
        objects = [(self.info.number, self.info.marked(token))]
        if self.metadata is not None:
            packet = self.metadata.marked(token)
            about = b"/Type /Metadata/Subtype /XML"
            objects.append((self.metadata.number, plain_stream(packet, about)))
        if fonts.further:
            number, resources = self.resources
            added = fonts.resources().items()
            named = (b"/%s %d 0 R" % (name.encode(), ref.number) for name, ref in added)
            objects.append((number, _FONTS + b"".join(named) + resources.removeprefix(_FONTS)))
            objects += ((number, body) for number, body, _ in fonts.document.bodies())
        return self.base.complete([*blocks, block_of(objects)])
