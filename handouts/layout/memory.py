"""Nodes of documents → the flowables that show them, made once for all handouts that say the same.

Documents that say the same have the same nodes (`handouts.compose`). What tells who somebody is
is in no node that is kept here.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from msgspec import Struct

from handouts.compose.shared import is_shared
from handouts.layout.flow import Flowable

_KEPT = 1024
"""Flowables of one kind that are remembered for a clinic and layout: a card takes some 50 kB."""

_Flowable = TypeVar("_Flowable", bound=Flowable)


class Memory:
    """The flowables of one clinic and layout; the least recently used are forgotten."""

    def __init__(self) -> None:
        # By kind: those of which there are many do not displace the others.
        self._kept: dict[type, OrderedDict[tuple[Hashable, ...], Flowable]] = {}

    def keep(self, node: Struct, make: Callable[[], _Flowable], *settings: Hashable) -> _Flowable:
        """Return what shows a node alone; ``settings`` are all else that ``make`` depends on.

        It is made anew if the node has anything that is one patient's own.
        """
        key = (id(node), *settings)
        kept = self._kept.setdefault(type(node), OrderedDict())
        found = kept.get(key)
        if found is not None:
            kept.move_to_end(key)
            return cast("_Flowable", found)
        made = make()
        if is_shared(node):
            # The node is kept with it, so that no other has its identity.
            made.kept = node
            kept[key] = made
            if len(kept) > _KEPT:
                kept.popitem(last=False)
        return made

    def __len__(self) -> int:
        """The number of flowables of the kind that it remembers most of."""
        return max(map(len, self._kept.values()), default=0)
