"""A handout whose doses are a patient's own → its frame, which others fill with theirs.

The frame is all of a handout but the parts that show doses. Whether other parts take the same
room, `handouts.layout.template` tells; where they stand in the file, `handouts.pdf.places`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from msgspec import Struct

from handouts.compose.outline import Open
from handouts.errors import HandoutError
from handouts.layout.look import Look
from handouts.layout.looks import ONE_AT_A_TIME
from handouts.layout.template import Shown, Template, part_of, template_of
from handouts.pdf.base import Block
from handouts.pdf.lettering import NoRoom
from handouts.pdf.places import OpenPlace, Places
from handouts.pdf.write import Handout


class _Slot(Struct, frozen=True):
    """Where an open node is shown; ``number`` stands for all that decides its objects there."""

    number: int
    shown: Shown
    place: OpenPlace


class Frame(Struct, frozen=True):
    """What other patients' parts are put into; it holds nothing of the patient."""

    template: Template
    places: Places
    slots: tuple[_Slot, ...]

    def filled(self, nodes: Sequence[Open]) -> list[Block]:
        """Return the objects that show other open nodes.

        Raises:
            NoRoom: if they do not fit in.
        """
        look = self.template.look()
        if look is None:
            raise NoRoom
        with ONE_AT_A_TIME:
            try:
                if not self.template.fits(look, nodes):
                    raise NoRoom
                return [self._block(look, nodes[slot.shown.index], slot) for slot in self.slots]
            except HandoutError:
                # Laying it out says what is wrong.
                raise NoRoom from None
            finally:
                look.forget()

    @property
    def is_remembered(self) -> bool:
        """Whether what it was drawn with is."""
        return self.template.look() is not None

    def _block(self, look: Look, node: Open, slot: _Slot) -> Block:
        record = look.memory.record(node)
        if record is not None and slot.number in record.made:
            return cast("Block", record.made[slot.number])
        block = self.places.block(slot.place, part_of(look, node, slot.shown))
        record = look.memory.record(node)
        if block is None or record is None:
            raise NoRoom
        record.keep(slot.number, block)
        return block


def frame_of(handout: Handout, nodes: Sequence[Open]) -> Frame | None:
    """Return the frame of a handout with its open nodes; None if others cannot fill it."""
    template, places = template_of(handout.story, nodes), handout.places
    if template is None or len(template.shown) != len(places.open):
        return None
    slots = []
    for shown, place in zip(template.shown, places.open, strict=True):
        key = (shown.form, shown.tighter, shown.size, place.key, places.key)
        slots.append(_Slot(handout.story.look.memory.number(key), shown, place))
    return Frame(template, places, tuple(slots))
