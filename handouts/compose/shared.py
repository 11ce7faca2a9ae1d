"""A node of a document → whether another patient's handout may hold the same one."""

from __future__ import annotations

from msgspec import Struct

from handouts.compose.values import sources_of


def is_shared(node: object) -> bool:
    """Return whether nothing below a node is a single patient's own, as far as ``own`` tells.

    Where `sources_of` tells that many patients have the same, the node is shared.
    """
    if isinstance(node, tuple):
        return all(map(is_shared, node))
    if not isinstance(node, Struct):
        return True
    own = getattr(node, "own", "")
    if own and not sources_of((own,)):
        return False
    return all(is_shared(getattr(node, name)) for name in node.__struct_fields__)
