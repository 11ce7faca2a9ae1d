"""Turn a folder or an fsspec URL into a place to which files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

from fsspec.core import url_to_fs
from typing_extensions import override

from handouts.errors import DeliveryError, to_install
from handouts.files import (
    HALF,
    PART,
    flush_disks,
    make_folder,
    read_plain,
    reason_of,
    refused,
    sha256_of,
    sweep,
    write_whole,
)

_OBJECTS = {"s3", "s3a", "gs", "gcs", "abfs", "az", "oss"}
"""Storage that shows an object only when it is complete."""


def is_url(target: str) -> bool:
    """Return whether a target is an fsspec URL: ``s3://bucket/folder``."""
    return "://" in target


def open_output(target: str, *, make: bool = False) -> Output:
    """Return the output for a folder's path or an fsspec URL; ``make``: make a missing folder.

    Raises:
        DeliveryError: if there is no such folder or it cannot be made, or support for this kind of
            storage is not installed.
    """
    return _Remote(target, make=make) if is_url(target) else Output(Path(target), make=make)


class Output:
    """A local folder for finished handouts, which only the owner can read.

    Names are those of files, without folders. ``confirms`` is True if the storage itself confirms
    each file, so that no check is needed.
    """

    confirms: ClassVar[bool] = False

    def __init__(self, path: Path, *, make: bool) -> None:
        self.path = path
        if make:
            make_folder(path)
        elif not path.is_dir():
            raise DeliveryError(f"there is no folder {path}", hint="check its name", retry=True)

    def write(self, name: str, *parts: bytes) -> None:
        """Write a file, whole or not at all, replacing an older one.

        A link of that name is replaced too: it may point to the handout of another patient.

        Raises:
            DeliveryError: if that is refused.
        """
        write_whole(self.path / name, *parts, flush=False, follow=False)

    def read(self, name: str) -> bytes:
        """Return the content of a file.

        Raises:
            DeliveryError: if it is not there, or cannot be read.
        """
        try:
            return read_plain(self.path / name)
        except OSError as error:
            raise _unreadable(name, error) from None

    def holds(self, name: str, sha256: str, size: int) -> bool:
        """Return whether a file exists and is unchanged."""
        path = self.path / name
        try:
            return path.stat().st_size == size and sha256_of(read_plain(path)) == sha256
        except OSError:
            return False

    def flush(self) -> None:
        """Make sure that all files survive a power cut."""
        flush_disks()

    def remove(self, name: str) -> None:
        """Remove a file; a missing file is no error.

        Raises:
            DeliveryError: if that is refused.
        """
        try:
            (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise refused(self.path, error) from None

    def sweep(self) -> None:
        """Remove half-written files of killed processes."""
        sweep(self.path)


def storage_of(url: str) -> tuple[Any, str]:
    """Return the fsspec file system of a URL, and the path in it; nothing is written.

    Raises:
        DeliveryError: if its kind is unknown or not installed.
    """
    unknown = DeliveryError(
        f"{url}: this kind of storage is not known",
        hint="give a folder, or a URL such as s3://bucket/folder",
    )
    if url.startswith("memory:"):
        raise unknown  # its files are gone when the process that wrote them ends
    try:
        storage, root = url_to_fs(url)
    except ImportError as error:
        raise DeliveryError(
            f"{url}: support for this kind of storage is not installed",
            hint=to_install("s3") if url.startswith("s3:") else str(error),
        ) from None
    except ValueError:
        raise unknown from None
    return storage, str(root)


class _Remote(Output):
    """Storage behind fsspec. Files are checked only by size: reading them all costs too much."""

    confirms: ClassVar[bool] = True

    def __init__(self, url: str, *, make: bool) -> None:
        self._storage, self._root = storage_of(url)
        try:
            if make:
                self._storage.makedirs(self._root, exist_ok=True)
        except OSError as error:
            raise DeliveryError(
                f"{url} cannot be written: {reason_of(error)}", retry=True
            ) from None
        protocols = self._storage.protocol
        named = {protocols} if isinstance(protocols, str) else set(protocols)
        self._at_once = bool(named & _OBJECTS)

    def _place(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    @override
    def write(self, name: str, *parts: bytes) -> None:
        place, content = self._place(name), b"".join(parts)
        try:
            if self._at_once:
                self._storage.pipe_file(place, content)
                return
            beside = self._place(f".{name}.{os.urandom(8).hex()}{PART}")
            self._storage.pipe_file(beside, content)
            self._storage.mv(beside, place)
        except OSError as error:
            raise DeliveryError(
                f"{name} cannot be written: {reason_of(error)}", retry=True
            ) from None

    @override
    def read(self, name: str) -> bytes:
        try:
            content: bytes = self._storage.cat_file(self._place(name))
        except OSError as error:
            raise _unreadable(name, error) from None
        return content

    @override
    def holds(self, name: str, sha256: str, size: int) -> bool:
        del sha256
        try:
            found: dict[str, Any] = self._storage.info(self._place(name))
        except OSError:
            return False
        return found.get("size") == size

    @override
    def flush(self) -> None:
        """Do nothing: the storage has confirmed each file."""

    @override
    def remove(self, name: str) -> None:
        try:
            if self._storage.exists(self._place(name)):
                self._storage.rm_file(self._place(name))
        except OSError as error:
            raise DeliveryError(
                f"{name} cannot be removed: {reason_of(error)}", retry=True
            ) from None

    @override
    def sweep(self) -> None:
        for place in self._storage.glob(self._place(f".*{PART}")):
            if HALF.fullmatch(place.rpartition("/")[2]):
                self._storage.rm_file(place)


def _unreadable(name: str, error: OSError) -> DeliveryError:
    return DeliveryError(f"{name} cannot be read: {reason_of(error)}", retry=True)
