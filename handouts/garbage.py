"""A process that makes handouts → how it looks for garbage in cycles: seldom."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_NEW = 50_000
"""New objects after which it is looked for: a handout makes as many, and few of them in cycles.

After the usual seven hundred, a fifth of the time of a handout would go into looking.
"""


def look_seldom() -> None:
    """Look for garbage seldom, and not among what there is by now: what was imported stays."""
    gc.freeze()
    gc.set_threshold(_NEW)


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Switch the search for cyclic garbage off: for what is made once and stays to the end.

    It would go through all modules and models again and again and find nothing: one fifteenth of
    the time in which a first handout is made.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
