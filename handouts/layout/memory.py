"""Nodes of documents → what shows them, made once for all handouts that say the same.

Documents that say the same have the same nodes (`handouts.compose`). What tells who somebody is
is in no node that is kept here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar, cast

from msgspec import Struct

from handouts.compose.shared import is_shared

_KEPT = 512
"""Nodes of one kind that are remembered for a clinic and layout: a card takes some 100 kB."""

Key = tuple[Hashable, ...]
"""What makes the thing that shows a node, and all that it depends on beside the node."""


class Kept:
    """What may be kept: ``kept`` is the node that it shows alone, None where it is not kept."""

    kept: object = None


_Kept = TypeVar("_Kept", bound=Kept)


class Memory:
    """What shows the nodes of one clinic and layout; the least recently used are forgotten."""

    def __init__(self) -> None:
        # By kind: those of which there are many do not displace the others.
        self._kept: dict[type, OrderedDict[int, dict[Key, Kept]]] = {}

    def keep(self, node: Struct, key: Key, make: Callable[[], _Kept]) -> _Kept:
        """Return what shows a node alone.

        It is made anew if the node has anything that is one patient's own.
        """
        known = self._kept.setdefault(type(node), OrderedDict())
        forms = known.get(id(node), {})
        if key in forms:
            known.move_to_end(id(node))
            return cast("_Kept", forms[key])
        made = make()
        if is_shared(node):
            # The node is kept with it, so that no other has its identity.
            made.kept = node
            known.setdefault(id(node), forms)[key] = made
            if len(known) > _KEPT:
                known.popitem(last=False)
        return made

    def forms(self, node: Struct) -> Mapping[Key, Kept]:
        """Return all that shows a node alone."""
        known = self._kept.get(type(node))
        return known.get(id(node), {}) if known else {}

    def __len__(self) -> int:
        """The number of nodes of the kind that it remembers most of."""
        return max(map(len, self._kept.values()), default=0)
