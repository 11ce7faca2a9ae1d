"""Turn bytes into a file that is whole or absent, never half-written."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from handouts.errors import DeliveryError

OWNER_ONLY = 0o600
"""A handout may hold a patient's name: nobody else on the machine may read it."""
EVERYBODY = 0o644
PART = ".part"
"""How the name of a file ends that is not whole yet."""
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Opens a file to read as bytes; a pipe without a writer is not waited for."""
_LARGEST = 256 * 1024 * 1024
_NEW = (
    os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)
"""Opens a file that must not be there, as bytes, and through no link."""


def open_plain(path: Path) -> BinaryIO:
    """Open a file to read; anything else of its name is refused and never waited for.

    A pipe would give nothing until somebody writes to it, a device would never end.

    Raises:
        OSError: if there is none, it is no plain file, or cannot be read.
    """
    handle = os.open(path, _READ)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    raise OSError(errno.EINVAL, "it is not a plain file")


def read_plain(path: Path) -> bytes:
    """Return a finished handout.

    Raises:
        OSError: as `open_plain`, and if it is larger than any handout.
    """
    with open_plain(path) as stream:
        if os.fstat(stream.fileno()).st_size > _LARGEST:
            raise OSError(errno.EFBIG, "it is larger than any handout")
        return stream.read(_LARGEST)


def check_target(path: Path) -> None:
    """Make sure that ``path`` can be written, before the work that fills it.

    Raises:
        DeliveryError: if its folder is missing or cannot be written, or ``path`` is no plain file.
    """
    folder = path.parent
    if not folder.is_dir():
        raise DeliveryError(
            f"folder {folder} does not exist"
            if not folder.exists()
            else f"{folder} is not a folder",
            hint="make the folder first, or give another file with -o",
        )
    if path.is_dir():
        raise DeliveryError(
            f"{path} is a folder", hint=f"give a file in it: {path / 'handout.pdf'}"
        )
    if path.exists() and not path.is_file():
        raise DeliveryError(f"{path} is not a plain file", hint="give another file with -o")
    try:
        # Asking the disk is the only answer that also knows of read-only media and full quotas.
        handle, beside = _beside(os.fspath(folder), path.name)
        os.close(handle)
        os.unlink(beside)
    except OSError as error:
        raise _refused(folder, error) from None


def make_folder(folder: Path) -> None:
    """Make a folder and those above it; an existing one is kept.

    Raises:
        DeliveryError: if that is not allowed, or a file is in the way.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(folder, error) from None


def write_whole(path: Path, *parts: bytes, private: bool = True, flush: bool = True) -> None:
    """Write ``parts`` beside ``path``, flush them to the disk, then rename them into place.

    A reader sees the old file or the new one; a killed process leaves the old one. A ``private``
    file is readable by its owner only, any other by everybody. Without ``flush`` nobody waits
    for the disk: for many files that are checked before they are used, and flushed all at once in
    the end (`flush_disks`).

    Raises:
        DeliveryError: if the folder cannot be written or the disk is full.
    """
    with _whole(path, private=private, flush=flush) as handle:
        for part in parts:
            _write_all(handle, part)


@contextlib.contextmanager
def whole_file(path: Path, *, private: bool = True, flush: bool = True) -> Iterator[BinaryIO]:
    """Give a stream that becomes ``path`` when the block ends well, else nothing: `write_whole`.

    Raises:
        DeliveryError: if the folder cannot be written or the disk is full.
    """
    with (
        _whole(path, private=private, flush=flush) as handle,
        os.fdopen(handle, "wb", closefd=False) as stream,
    ):
        yield stream


@contextlib.contextmanager
def _whole(path: Path, *, private: bool, flush: bool) -> Iterator[int]:
    """Give the descriptor of a new file that becomes ``path``; a handout is stamped as quickly.

    Paths are texts here: objects would take longer than the system does to make the file.
    """
    # A link keeps pointing at its file: what it points to is replaced.
    target = os.path.realpath(path) if os.path.islink(path) else os.fspath(path)
    folder, name = os.path.split(target)
    try:
        handle, beside = _beside(folder, name)
    except OSError as error:
        raise _refused(Path(folder), error) from None
    try:
        try:
            yield handle
            if flush:
                os.fsync(handle)
            if not private:
                os.chmod(beside, EVERYBODY)
        finally:
            os.close(handle)
        os.replace(beside, target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        if isinstance(error, OSError):
            raise _refused(Path(target), error) from None
        raise
    if flush:
        _flush_folder(Path(folder))


def _write_all(handle: int, data: bytes) -> None:
    """Write all of ``data``: the system may take less at a time, as when a disk is nearly full."""
    written = os.write(handle, data)
    if written < len(data):
        rest = memoryview(data)[written:]
        while rest:
            rest = rest[os.write(handle, rest) :]


def flush_disks() -> None:
    """Flush all that was written, where the system can (Windows flushes file by file only)."""
    if hasattr(os, "sync"):
        os.sync()


def _beside(folder: str, name: str) -> tuple[int, str]:
    """Open a new file of its owner's beside another, under a name nobody can foresee."""
    # The tempfile module does the same, and takes longer to import than a handout to be stamped.
    beside = os.path.join(folder, f".{name}.{os.urandom(8).hex()}{PART}")
    return os.open(beside, _NEW, OWNER_ONLY), beside


def sweep(folder: Path, name: str = "") -> None:
    """Remove what killed processes left half-written in a folder, of one file or of all."""
    # A name may hold characters that mean something in a pattern.
    for part in folder.glob(f".*{PART}"):
        if part.name.startswith(f".{name}.") or not name:
            part.unlink(missing_ok=True)


def drop_torn_line(stream: BinaryIO) -> None:
    """Cut off what follows the last line end: a crash stopped it from being written."""
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


def _flush_folder(folder: Path) -> None:
    """Flush the rename itself, where the system can open a folder (Windows cannot)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refused(path: Path, error: OSError) -> DeliveryError:
    reason = (error.strerror or type(error).__name__).lower()
    return DeliveryError(
        f"{path} cannot be written: {reason}",
        hint="choose another folder with -o, or free space and permissions there",
        retry=True,
    )
