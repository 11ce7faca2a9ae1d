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
        """Do nothing: Windows does not remove an open file."""

else:
    import fcntl

    def _claim(handle: int) -> None:
        """Lock a file while it is open, so that `sweep` leaves it alone."""
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


OWNER_ONLY = 0o600
"""A handout may contain a patient's name: only its owner may read it."""
OWNERS_FOLDER = 0o700
"""Nobody else may list a folder either, because file names contain references."""
EVERYBODY = 0o644
PART = ".part"
"""The ending of a file name that is not complete yet."""
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Opens a file to read as bytes, without waiting for a writer if it is a pipe."""
_LARGEST = 256 * 1024 * 1024
HALF = re.compile(rf"\.(?P<name>.+)\.[0-9a-f]{{16}}{re.escape(PART)}")
"""The names that `_beside` makes; other ``.part`` files belong to other programs."""
_NEW = (
    os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)
"""Opens a file as bytes that must not exist yet, following no link."""


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file to read; anything else of that name is refused at once.

    Reading from a pipe would wait for a writer, and reading from a device might never end.

    Raises:
        OSError: if there is none, it is not a regular file, or cannot be read.
    """
    handle = os.open(path, _READ)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return os.fdopen(handle, "rb")
    os.close(handle)
    raise OSError(errno.EINVAL, "it is not a regular file")


def read_plain(path: Path) -> bytes:
    """Return the bytes of a plain file that is no larger than a handout can be.

    Raises:
        OSError: as `open_plain`, and if it is larger than any handout.
    """
    with open_plain(path) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size > _LARGEST:
            raise OSError(errno.EFBIG, "it is larger than any handout")
        # Not the limit, because Python reserves as much memory as it is asked to read.
        return stream.read(size)


FileState = tuple[int, int] | None
"""Size and time of the last change of a file; None if there is none."""


def state_of(path: Path) -> FileState:
    """Return what shows, without reading a file, whether it has changed since."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


PDF, PNG = b"%PDF-", b"\x89PNG"
"""The first bytes of files of these kinds."""


def digest_of_data(data: Any, digits: int) -> str:
    """Return the first digits of the SHA-256 of data, whatever the order of its keys."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return sha256_of(text.encode())[:digits]


def real_path(path: Path) -> Path:
    """Return where a path leads; unlike with ``resolve``, a link to itself leads to itself."""
    return Path(os.path.realpath(path))


def check_target(path: Path, kind: bytes = b"") -> None:
    """Check that ``path`` can be written, before the work that fills it.

    ``kind`` is how the new file begins. An existing file that begins differently is not an older
    version but may be, say, the list of patients: it is not overwritten.

    Raises:
        DeliveryError: if its folder is missing or cannot be written, or ``path`` is not a plain
            file or is of another kind.
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
        raise DeliveryError(f"{path} is not a regular file", hint="give another file")
    try:
        if kind and path.exists() and _is_other(path, kind):
            raise DeliveryError(
                f"{path} already exists and contains something else; it was not overwritten",
                hint="give another file, or remove this one",
            )
        # Only trying it on the disk also finds read-only media and full quotas.
        handle, beside = _beside(os.fspath(folder), path.name)
        os.close(handle)
        os.unlink(beside)
    except OSError as error:
        raise refused(folder, error) from None


def _is_other(path: Path, kind: bytes) -> bool:
    with open_plain(path) as stream:
        return stream.read(len(kind)) not in (b"", kind)


def make_folder(folder: Path, *, private: bool = True) -> None:
    """Make a folder and its parents; an existing folder is left as it is.

    Only the owner can use a ``private`` one, whatever the umask is.

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
    """Let only the owner list a folder that is ours alone, unless the system refuses."""
    with contextlib.suppress(OSError):
        folder.chmod(OWNERS_FOLDER)


def write_whole(
    path: Path, *parts: bytes, private: bool = True, flush: bool = True, follow: bool = True
) -> None:
    """Write ``parts`` beside ``path``, flush them to the disk, then rename the file into place.

    A reader sees either the old file or the new one, and a killed process leaves the old one. Only
    the owner can read a ``private`` file; everybody can read any other. Without ``flush`` the call
    does not wait for the disk. That is for many files that are checked before use, and flushed all
    at once at the end (`flush_disks`). If ``path`` is a link, the file that it points to is
    replaced; without ``follow``, the link itself.

    Raises:
        DeliveryError: if the folder cannot be written or the disk is full.
    """
    # Paths are texts here: objects would take longer than the system does to make the file.
    target = os.path.realpath(path) if follow and os.path.islink(path) else os.fspath(path)
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
    """Write all of ``data``; the system may write less at a time, as when a disk is nearly full."""
    written = os.write(handle, data)
    if written < len(data):
        rest = memoryview(data)[written:]
        while rest:
            rest = rest[os.write(handle, rest) :]


def flush_disks() -> None:
    """Flush everything written, where the system can (Windows flushes only file by file)."""
    if hasattr(os, "sync"):
        os.sync()


def _beside(folder: str, name: str) -> tuple[int, str]:
    """Open a new file beside another, only for its owner, with a name that cannot be guessed."""
    # The tempfile module does the same, but importing it takes longer than stamping a handout.
    beside = os.path.join(folder, f".{name}.{os.urandom(8).hex()}{PART}")
    handle = os.open(beside, _NEW, OWNER_ONLY)
    restrict_to_owner(handle)
    with contextlib.suppress(OSError):  # Some network drives do not support locks.
        _claim(handle)
    return handle, beside


def restrict_to_owner(handle: int) -> None:
    """Let only the owner read and write an open file, whatever the umask is."""
    if hasattr(os, "fchmod"):
        os.fchmod(handle, OWNER_ONLY)


def sweep(folder: Path, name: str = "") -> None:
    """Remove half-written files of killed processes from a folder: of one file name or of all.

    Files of other programs, and files that a running process is writing, are left alone. If the
    folder does not allow removal, they stay.
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
        hint="check its permissions and free disk space, or choose another folder",
        retry=True,
    )


def unreadable(path: Path, error: OSError) -> DeliveryError:
    """Return what kept a file from being read as an error of ours."""
    return DeliveryError(f"{path} cannot be read: {reason_of(error)}")


def reason_of(error: OSError) -> str:
    """Return what the system says of an error: ``no space left on device``."""
    return (error.strerror or type(error).__name__).lower()
