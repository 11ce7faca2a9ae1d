"""An object → all texts that can be reached from it."""

from __future__ import annotations

import gc
from types import FunctionType, ModuleType


def texts_reached(root: object) -> set[str]:
    """Return all texts that can be reached from an object, but through code."""
    seen: set[int] = set()
    texts: set[str] = set()
    waiting = [root]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, (type, ModuleType, FunctionType)):
            continue
        seen.add(id(one))
        if isinstance(one, str):
            texts.add(one)
        elif isinstance(one, bytes):
            texts.add(one.decode("latin-1"))
        waiting += gc.get_referents(one)
    return texts
