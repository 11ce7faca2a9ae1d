"""Turn whole lines into a private file that only grows: each stands on the disk before we go on."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from handouts.errors import DeliveryError
from handouts.files import OWNER_ONLY, drop_torn_line, write_all


class GrowingFile:
    """A file readable by its owner; a last line that a kill cut off is dropped on opening.

    Raises:
        DeliveryError: if the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._stream = self._open()
        except OSError as error:
            raise self._refused(error) from None

    def _open(self) -> BinaryIO:
        self.path.touch(OWNER_ONLY)
        self.path.chmod(OWNER_ONLY)
        stream = self.path.open("r+b")
        drop_torn_line(stream)
        stream.flush()
        return stream

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines of the file from its beginning."""
        self._stream.seek(0)
        return iter(self._stream)

    def append(self, lines: str) -> None:
        """Add whole lines and flush them to the disk.

        Raises:
            DeliveryError: if the disk refuses.
        """
        handle = self._stream.fileno()
        end = os.lseek(handle, 0, os.SEEK_END)
        try:
            # Past the stream's buffer, which would come back to a full disk when it is closed.
            write_all(handle, lines.encode())
            os.fsync(handle)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.truncate(handle, end)
            raise self._refused(error) from None

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def _refused(self, error: OSError) -> DeliveryError:
        reason = (error.strerror or type(error).__name__).lower()
        return DeliveryError(f"{self.path} cannot be written: {reason}", retry=True)
