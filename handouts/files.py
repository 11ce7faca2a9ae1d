"""Turn bytes into a file that is there as a whole or not at all, never half-written."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import stat
import sys
from pathlib import Path
from typing import Any, BinaryIO

from handouts.errors import DeliveryError

if sys.platform == "win32":

    def _claim(handle: int) -> None:
        """Do nothing: Windows does not remove a file that is open."""

else:
    import fcntl

    def _claim(handle: int) -> None:
        """Lock a file as long as it is open: `sweep` leaves it alone."""
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


OWNER_ONLY = 0o600
"""A handout may hold a patient's name: only its owner may read it."""
OWNERS_FOLDER = 0o700
"""Nor may anybody list a folder: file names hold references."""
EVERYBODY = 0o644
PART = ".part"
"""How the name of a file ends that is not whole yet."""
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Opens a file to read as bytes; a pipe without a writer is not waited for."""
_LARGEST = 256 * 1024 * 1024
HALF = re.compile(rf"\.(?P<name>.+)\.[0-9a-f]{{16}}{re.escape(PART)}")
"""The names that `_beside` gives; other ``.part`` files are another program's."""
_NEW = (
    os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)
"""Opens a file that must not be there, as bytes, and through no link."""


def open_plain(path: Path) -> BinaryIO:
    """Open a file to read; anything else of its name is refused and never waited for.

    Reading from a pipe would wait for a writer, and from a device might never end.

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
        size = os.fstat(stream.fileno()).st_size
        if size > _LARGEST:
            raise OSError(errno.EFBIG, "it is larger than any handout")
        # Not all that is allowed: room for so much is taken before anything is read.
        return stream.read(size)


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


PDF, PNG = b"%PDF-", b"\x89PNG"
"""What files of these kinds begin with."""


def digest_of_data(data: Any, digits: int) -> str:
    """Return the first digits of the SHA-256 of data, the same however its keys are ordered."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return sha256_of(text.encode())[:digits]


def real_path(path: Path) -> Path:
    """Return where a path leads; unlike ``resolve`` a link to itself leads to itself."""
    return Path(os.path.realpath(path))


def check_target(path: Path, kind: bytes = b"") -> None:
    """Make sure that ``path`` can be written, before the work that fills it.

    ``kind``: what the file will begin with. A file that begins otherwise is no older one of its
    kind but, say, the list of patients: it is not written over.

    Raises:
        DeliveryError: if its folder is missing or cannot be written, ``path`` is no plain file, or
            one of another kind.
    """
    if str(path) == "-":
        raise DeliveryError("- is not a file", hint="give the name of a file")
    folder = path.parent
    if not folder.is_dir():
        raise DeliveryError(
            f"folder {folder} does not exist"
            if not folder.exists()
            else f"{folder} is not a folder",
            hint="make the folder first, or give another file",
        )
    if path.is_dir():
        raise DeliveryError(
            f"{path} is a folder", hint=f"give a file in it: {path / 'handout.pdf'}"
        )
    if path.exists() and not path.is_file():
        raise DeliveryError(f"{path} is not a plain file", hint="give another file")
    try:
        if kind and path.exists() and _is_other(path, kind):
            raise DeliveryError(
                f"{path} exists and holds something else; it is not written over",
                hint="give another file, or remove this one",
            )
        # Asking the disk is the only answer that also knows of read-only media and full quotas.
        handle, beside = _beside(os.fspath(folder), path.name)
        os.close(handle)
        os.unlink(beside)
    except OSError as error:
        raise refused(folder, error) from None


def _is_other(path: Path, kind: bytes) -> bool:
    with open_plain(path) as stream:
        return stream.read(len(kind)) not in (b"", kind)


def make_folder(folder: Path, *, private: bool = True) -> None:
    """Make a folder and those above it; an existing one is kept as it is.

    A ``private`` one is its owner's only, whatever the umask is.

    Raises:
        DeliveryError: if that is not allowed, or a file is in the way.
    """
    try:
        for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
            with contextlib.suppress(FileExistsError):
                missing.mkdir(OWNERS_FOLDER if private else 0o777)
                if private:
                    missing.chmod(OWNERS_FOLDER)
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise refused(folder, error) from None


def make_private(folder: Path) -> None:
    """Let only the owner list a folder that is ours alone; where the system refuses, it stays."""
    with contextlib.suppress(OSError):
        folder.chmod(OWNERS_FOLDER)


def write_whole(path: Path, *parts: bytes, private: bool = True, flush: bool = True) -> None:
    """Write ``parts`` beside ``path``, flush them to the disk, then rename them into place.

    A reader sees the old file or the new one; a killed process leaves the old one. A ``private``
    file is readable by its owner only, any other by everybody. Without ``flush`` nobody waits
    for the disk: for many files that are checked before they are used, and flushed all at once in
    the end (`flush_disks`).

    Raises:
        DeliveryError: if the folder cannot be written or the disk is full.
    """
    # Paths are texts here: objects would take longer than the system does to make the file.
    # A link keeps pointing at its file: what it points to is replaced.
    target = os.path.realpath(path) if os.path.islink(path) else os.fspath(path)
    folder, name = os.path.split(target)
    try:
        handle, beside = _beside(folder, name)
    except OSError as error:
        raise refused(Path(folder), error) from None
    try:
        try:
            for part in parts:
                write_all(handle, part)
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
            raise refused(Path(target), error) from None
        raise
    if flush:
        flush_folder(Path(folder))


def write_all(handle: int, data: bytes) -> None:
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
    """Open a new file, its owner's only, beside another, under a name that cannot be guessed."""
    # The tempfile module does the same, and takes longer to import than a handout to be stamped.
    beside = os.path.join(folder, f".{name}.{os.urandom(8).hex()}{PART}")
    handle = os.open(beside, _NEW, OWNER_ONLY)
    restrict_to_owner(handle)
    with contextlib.suppress(OSError):  # Some network drives know no locks.
        _claim(handle)
    return handle, beside


def restrict_to_owner(handle: int) -> None:
    """Let the owner read and write an open file, whatever the umask is."""
    if hasattr(os, "fchmod"):
        os.fchmod(handle, OWNER_ONLY)


def sweep(folder: Path, name: str = "") -> None:
    """Remove what killed processes left half-written in a folder, of one file or of all.

    What another program left is not touched, nor what a process that lives is writing. A folder
    that does not let anything be removed keeps it.
    """
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(folder)):
            half = HALF.fullmatch(entry.name)
            if half and half["name"] == (name or half["name"]) and entry.is_file():
                _sweep_one(entry.path)


def _sweep_one(path: str) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        try:
            _claim(handle)
            if sys.platform != "win32":
                os.unlink(path)
        finally:
            os.close(handle)
        if sys.platform == "win32":
            os.unlink(path)


def flush_folder(folder: Path) -> None:
    """Flush the rename itself, where the system can open a folder (Windows cannot)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def refused(path: Path, error: OSError) -> DeliveryError:
    """Return an error of the operating system as one of ours."""
    return DeliveryError(
        f"{path} cannot be written: {reason_of(error)}",
        hint="choose another folder, or free space and permissions there",
        retry=True,
    )


def unreadable(path: Path, error: OSError) -> DeliveryError:
    """Return what kept a file from being read as an error of ours."""
    return DeliveryError(f"{path} cannot be read: {reason_of(error)}")


def reason_of(error: OSError) -> str:
    """Return what the system says of an error: ``no space left on device``."""
    return (error.strerror or type(error).__name__).lower()
