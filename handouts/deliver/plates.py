"""Plates on the disk → a handout made before is stamped again without laying anything out.

A plate holds nothing of a patient. It is kept under a digest of all that was asked for, with the
digests of the files it was made from; it is used while they are the same, checked by a digest of
its own, and made anew when it is damaged, from another version, or none of ours. Nothing that is
read is ever executed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from handouts import __version__
from handouts.compose.visits import Visits
from handouts.pdf.plate import Plate

FOLDER = "HANDOUTS_CACHE"
"""The environment variable that names the folder of plates; ``off``: none are kept."""

_HEAD = b"handouts plate 3 "
_SHAPES = 8
"""Plates that are kept of one kind: names of other widths, notes of other lengths."""
_KEPT = 200
"""Plates that are kept in all, 0.1 MB each; the oldest go first."""

Sources = Mapping[str, str]
"""The SHA-256 of each file a plate was made from, by its path."""


def cache_folder() -> Path | None:
    """Return the folder of plates, None if they are not to be kept."""
    named = os.environ.get(FOLDER)
    if named == "off":
        return None
    if named:
        return Path(named)
    try:
        return _user_caches() / "handouts" / "plates"
    except RuntimeError:
        # Who runs it has no home, as in some containers.
        return None


def _user_caches() -> Path:
    """Return where this system keeps what a user's programs can make again."""
    told = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_CACHE_HOME")
    own = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path(told) if told else Path.home() / own


class Told(Struct, frozen=True):
    """Words that go with a plate.

    ``visits``: those for the next visit; ``shared``: by its name what all patients have alike for
    whom the same was asked, as what the start date gives.
    """

    visits: Visits
    shared: Mapping[str, str]


class PlateCache(Struct, frozen=True):
    """Plates in a folder, for what ``asked`` says: all that decides more than a patient's words."""

    folder: Path
    asked: Mapping[str, Any]

    def _files(self) -> Iterator[Path]:
        asked = [__version__, _software(), self.asked]
        text = msgspec.json.encode(asked, enc_hook=str, order="sorted")
        name = digest_of(text)[:40]
        return (self.folder / f"{name}.{index}" for index in range(_SHAPES))

    def plates(self) -> Iterator[tuple[Plate, Told]]:
        """Yield the plates there are whose sources are still the same, and what is told there."""
        for path in self._files():
            try:
                data = path.read_bytes()
            except OSError:
                return
            found = _read(data)
            if found is not None and _same(found.sources):
                yield found.plate, found.told

    def keep(self, plate: Plate, told: Told, sources: Sources) -> None:
        """Write a plate; that it cannot be written is no harm."""
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = next((file for file in self._files() if not _useful(file)), None)
            if path is not None:
                _write(path, _written(_Kept(plate, told, sources)))
                self._forget()

    def _forget(self) -> None:
        files = sorted(self.folder.iterdir(), key=lambda file: file.stat().st_mtime)
        for file in files[: max(0, len(files) - _KEPT)]:
            file.unlink(missing_ok=True)


def _software() -> int:
    """In a checkout the newest change of the program: its version says too little."""
    package = Path(__file__).resolve().parent.parent
    if (package / "resources").is_dir():
        return 0
    newest, folders = 0, [str(package)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".ttf", ".icc")):
                    newest = max(newest, entry.stat().st_mtime_ns)
                elif entry.name != "__pycache__" and entry.is_dir():
                    folders.append(entry.path)
    return newest


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a file's content in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def _same(sources: Sources) -> bool:
    try:
        return all(digest_of(Path(path).read_bytes()) == digest for path, digest in sources.items())
    except OSError:
        return False


def _useful(path: Path) -> bool:
    try:
        found = _read(path.read_bytes())
    except OSError:
        return False
    return found is not None and _same(found.sources)


def _write(path: Path, data: bytes) -> None:
    """Write beside, then rename: two runs at once never see half a plate."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
    beside.replace(path)


class _Kept(Struct, frozen=True):
    """What one file holds."""

    plate: Plate
    told: Told
    sources: Sources


def _written(kept: _Kept) -> bytes:
    """Return a plate as bytes: a digest, and what it is of in MessagePack."""
    content = msgspec.msgpack.encode(kept)
    return _HEAD + digest_of(content).encode() + b"\n" + content


def _read(data: bytes) -> _Kept | None:
    """Return a plate with what goes with it; None for anything that is not one, whole and ours."""
    head, _, content = data.partition(b"\n")
    if head != _HEAD + digest_of(content).encode():
        return None
    try:
        return msgspec.msgpack.decode(content, type=_Kept)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
