"""Keep two runs from writing into one folder at the same time."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from handouts.errors import DeliveryError
from handouts.files import OWNER_ONLY, refused, restrict_to_owner

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a lock file for the length of a block; the system frees it when the process dies.

    Raises:
        DeliveryError: if another process holds it, or its folder cannot be written.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    except OSError as error:
        raise refused(path.parent, error) from None
    restrict_to_owner(handle)
    try:
        _take(handle)
    except OSError:
        os.close(handle)
        raise DeliveryError(
            f"another batch is writing into {path.parent}", hint="wait until it ends", retry=True
        ) from None
    try:
        yield
    finally:
        os.close(handle)
