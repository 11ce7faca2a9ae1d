"""Files go to the disk while others are made: little is left to wait for in the end."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

_PAUSE = 0.5
"""Seconds from one flush to the next, at least."""
_REST = 2
"""And at least so many times as long as a flush took."""


@contextlib.contextmanager
def repeated(flush: Callable[[], None]) -> Iterator[None]:
    """Call ``flush`` now and then during a block, in a thread of its own, until the block ends.

    The longer the disk takes, the less often it is asked.
    """
    ended = threading.Event()

    def repeat() -> None:
        pause = _PAUSE
        while not ended.wait(pause):
            begin = time.monotonic()
            flush()
            pause = max(_PAUSE, _REST * (time.monotonic() - begin))

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
