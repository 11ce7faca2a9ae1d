"""Nodes of documents → what shows them, made once for all handouts that say the same.

Documents that say the same have the same nodes (`handouts.compose`). What tells who somebody is
is in no node that is kept here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from itertools import count
from typing import NamedTuple, TypeVar, cast

from msgspec import Struct

from handouts.compose.shared import is_shared

_KEPT = 2048
"""Nodes of one kind that are remembered for a clinic and layout: a card takes some 50 kB."""

_MADE = 256
"""Things made of what shows a node that are remembered with it."""

_NUMBERED = 100_000
"""Keys that have a number at a time."""


class Kept:
    """What may be kept: ``kept`` is the node that it shows alone, None where it is not kept."""

    kept: object = None


class Form(NamedTuple):
    """What makes the thing that shows a node, and all that it depends on beside the node."""

    make: Callable[..., Kept]
    settings: tuple[Hashable, ...]


class Record(Struct, frozen=True, eq=False):
    """What is known of a node: what shows it, and by number what else was made of that.

    The node is kept with it, so that no other has its identity.
    """

    node: Struct
    forms: dict[Form, Kept]
    made: dict[int, object]

    def keep(self, number: int, made: object) -> None:
        """Keep what was made under the number that stands for how."""
        if len(self.made) == _MADE:
            self.made.clear()
        self.made[number] = made


_Kept = TypeVar("_Kept", bound=Kept)


class Memory:
    """What shows the nodes of one clinic and layout; the least recently used are forgotten.

    ``asked``: all forms that were asked for since it was emptied, with the identities of nodes.
    """

    def __init__(self) -> None:
        self.asked: set[tuple[int, Form]] = set()
        # By kind: those of which there are many do not displace the others.
        self._kept: dict[type, OrderedDict[int, Record]] = {}
        self._numbers: dict[Hashable, int] = {}
        self._next = count()

    def keep(self, node: Struct, form: Form, make: Callable[[], _Kept]) -> _Kept:
        """Return what shows a node alone.

        It is made anew if the node has anything that is one patient's own.
        """
        self.asked.add((id(node), form))
        known = self._kept.setdefault(type(node), OrderedDict())
        record = known.get(id(node))
        if record is not None:
            known.move_to_end(id(node))
            if form in record.forms:
                return cast("_Kept", record.forms[form])
        made = make()
        if is_shared(node):
            made.kept = node
            if record is None:
                record = known[id(node)] = Record(node, {}, {})
            record.forms[form] = made
            if len(known) > _KEPT:
                known.popitem(last=False)
        return made

    def record(self, node: Struct) -> Record | None:
        """Return what is known of a node, if anything shows it."""
        known = self._kept.get(type(node))
        return known.get(id(node)) if known else None

    def number(self, key: Hashable) -> int:
        """Return a number that stands for a key: no other ever has it."""
        if len(self._numbers) == _NUMBERED:
            self._numbers.clear()
        if key not in self._numbers:
            self._numbers[key] = next(self._next)
        return self._numbers[key]

    def __len__(self) -> int:
        """The number of nodes of the kind that it remembers most of."""
        return max(map(len, self._kept.values()), default=0)
