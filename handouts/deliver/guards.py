"""Guard a run: one at a time in a folder, every line on the disk, Ctrl-C between steps only."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Self

from handouts.errors import DeliveryError
from handouts.files import OWNER_ONLY, open_plain, reason_of, refused, restrict_to_owner, write_all

_RESERVED = 256 * 1024
"""Bytes for the lines and words of a chunk of rows."""


class Journal:
    """A file that only its owner can read; opening it removes a last line that a kill cut off.

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
        _drop_torn_line(stream)
        stream.flush()
        return stream

    def append(self, lines: str) -> None:
        """Add whole lines and flush them to the disk.

        Raises:
            DeliveryError: if the disk refuses, or the file is gone.
        """
        handle = self._stream.fileno()
        end = os.lseek(handle, 0, os.SEEK_END)
        data = lines.encode()
        try:
            # Past the stream's buffer, which would be written to a full disk again when it is
            # closed.
            write_all(handle, data)
            os.fsync(handle)
            self._check_there(end, data)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.truncate(handle, end)
            raise self._refused(error) from None

    def _check_there(self, start: int, data: bytes) -> None:
        """Check that the lines are at the path, because the file may have been replaced.

        They are read, because numbers of files (inodes) change on some network disks.
        """
        with open_plain(self.path) as stream:
            stream.seek(start)
            if stream.read() != data:
                raise OSError(errno.ESTALE, "it was replaced by another file")

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def _refused(self, error: OSError) -> DeliveryError:
        return DeliveryError(f"{self.path} cannot be written: {reason_of(error)}", retry=True)


def _drop_torn_line(stream: BinaryIO) -> None:
    """Cut off what follows the last line end, because a crash stopped it from being written."""
    end = stream.seek(0, os.SEEK_END)
    position = end
    while position:
        start = max(0, position - 4096)
        stream.seek(start)
        found = stream.read(position - start).rfind(b"\n")
        if found >= 0:
            position = start + found + 1
            break
        position = start
    if position != end:
        stream.truncate(position)


class Reserve:
    """Disk space that a temporary file keeps free until it is needed."""

    def __init__(self, folder: Path) -> None:
        self._file = None
        with contextlib.suppress(OSError):
            self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - see `close`
            self._file.write(bytes(_RESERVED))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the space back."""
        if self._file is not None:
            self._file.close()


@contextlib.contextmanager
def system_errors(folder: Path) -> Iterator[None]:
    """Turn errors of the system in a block into errors with a hint.

    Raises:
        DeliveryError: for errors of files and of SQLite.
    """
    try:
        yield
    except OSError as error:
        raise refused(Path(error.filename or folder), error) from None
    except sqlite3.Error as error:
        # Intermediate results are in private SQLite files, in the system's folder for temporary
        # files.
        raise DeliveryError(
            f"temporary files cannot be written: {error}",
            hint="free some disk space there",
            retry=True,
        ) from None


_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
"""The error numbers if another process has locked a file."""

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def take_lock(path: Path) -> int | None:
    """Lock a file and return its handle; None if another process has locked it.

    The system frees the lock when the handle is closed, or all processes that have it are gone.

    Raises:
        DeliveryError: if its folder cannot be written, or its disk does not support locks.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    except OSError as error:
        raise refused(path.parent, error) from None
    restrict_to_owner(handle)
    try:
        _lock(handle)
    except OSError as error:
        os.close(handle)
        if error.errno in _TAKEN:
            return None
        raise DeliveryError(
            f"{path.parent} cannot be used: its disk does not support file locks, so another run "
            "would go unnoticed",
            hint="use a folder on this computer",
        ) from None
    return handle


@contextlib.contextmanager
def held(path: Path, busy: str = "") -> Iterator[None]:
    """Hold a lock file during a block; the system frees it when the process dies.

    ``busy`` is the message if another process holds it.

    Raises:
        DeliveryError: if another process holds it, or its folder cannot be written.
    """
    handle = take_lock(path)
    if handle is None:
        busy = busy or f"another batch is writing to {path.parent}"
        raise DeliveryError(busy, hint="wait until it finishes", retry=True)
    try:
        yield
    finally:
        os.close(handle)


def _in_main_thread() -> bool:
    """Return whether this is the main thread, which alone receives and handles signals."""
    return threading.current_thread() is threading.main_thread()


@contextlib.contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Block Ctrl-C and hang-ups until the block is done, also in processes that it starts.

    Where signals cannot be blocked (Windows), a signal during the block is lost.
    """
    if not _in_main_thread():
        yield
    elif hasattr(signal, "pthread_sigmask"):
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    else:
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)


_POLITE = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""How systems ask a program to end; on Windows the desk stops a list with SIGBREAK."""


@contextlib.contextmanager
def _answered(kinds: Iterable[int], answer: Callable[..., None]) -> Iterator[None]:
    """Handle signals in a block; a hang-up that is ignored (nohup) stays ignored."""
    hung_up = getattr(signal, "SIGHUP", None)
    before = {
        kind: signal.signal(kind, answer)
        for kind in kinds
        if kind != hung_up or signal.getsignal(kind) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


SAME = 1.0
"""Seconds in which two signals count as one: a double click, or one passed on by a parent."""


class Interrupts:
    """Remembers Ctrl-C in a block that it must not break."""

    def __init__(self) -> None:
        self._first: float | None = None
        self._tell: Callable[[], None] | None = None

    def note(self, *_: Any) -> None:
        """Remember a Ctrl-C; in `may_leave` the first is answered and the second leaves.

        Raises:
            KeyboardInterrupt: for the second in `may_leave`.
        """
        now = time.monotonic()
        if self._first is None:
            self._first = now
            if self._tell is not None:
                self._tell()
        elif self._tell is not None and now - self._first >= SAME:
            raise KeyboardInterrupt

    @contextlib.contextmanager
    def may_leave(self, tell: Callable[[], None]) -> Iterator[None]:
        """Let a second Ctrl-C leave a wait; after the first, ``tell`` says what we wait for."""
        if self:
            tell()
        self._tell = tell
        try:
            yield
        finally:
            self._tell = None

    def __bool__(self) -> bool:
        return self._first is not None


@contextlib.contextmanager
def interrupts_deferred() -> Iterator[Interrupts]:
    """Make Ctrl-C wait until the block is done.

    Raises:
        KeyboardInterrupt: after the block, if Ctrl-C came during it.
    """
    came = Interrupts()
    if not _in_main_thread():
        yield came
        return
    with _answered((signal.SIGINT, *_POLITE), came.note):
        yield came
    if came:
        raise KeyboardInterrupt


@contextlib.contextmanager
def terminated_as_interrupted() -> Iterator[None]:
    """Treat a polite request to end, from the system or a closing terminal, as Ctrl-C."""
    if not _in_main_thread():
        yield
        return

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    with _answered(_POLITE, interrupt):
        yield
