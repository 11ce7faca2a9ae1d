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

_KEPT = 2048
"""Flowables of one clinic and layout that are remembered: a card takes some 50 kB."""

_Flowable = TypeVar("_Flowable", bound=Flowable)


class Memory:
    """The flowables of one clinic and layout; the least recently used are forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Hashable, ...], Flowable] = OrderedDict()

    def keep(self, node: Struct, make: Callable[[], _Flowable], *settings: Hashable) -> _Flowable:
        """Return what shows a node alone; ``settings`` are all else that ``make`` depends on.

        It is made anew if the node has anything that is one patient's own.
        """
        key = (id(node), *settings)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return cast("_Flowable", found)
        made = make()
        if is_shared(node):
            # The node is kept with it, so that no other has its identity.
            made.kept = node
            self._kept[key] = made
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._kept)
